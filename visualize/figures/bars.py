"""Bars: lengths of words, frequencies of letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from visualize.figures import blank, colour, counted, keyed, number, percent, shown
from visualize.style import KIND_WORDS, KINDS, MONO, SIZES


def length_histogram(counts: Mapping[int, int]) -> go.Figure:
    """How many words have each length; lengths that do not occur keep their empty place."""
    if not counts:
        raise ValueError("there are no words to measure")
    lengths = list(range(min(counts), max(counts) + 1))
    values = [counts.get(length, 0) for length in lengths]
    figure = blank(_words("Words by length", lengths, values), x_title="length in letters")
    figure.update_yaxes(title_text="words", nticks=7)
    hovers = [counted(length, "letter") for length in lengths]
    figure.add_trace(_bars(lengths, values, own="seq-6", names=hovers, total=sum(values)))
    figure.update_layout(bargap=0.12)
    figure.update_xaxes(dtick=1 if len(lengths) <= 25 else None)
    return figure


def letter_frequencies(
    counts: Sequence[float], *, symbols: Sequence[str], kinds: Sequence[str]
) -> go.Figure:
    """How often each letter occurs, (V,), in the order given, coloured by kind."""
    counts = np.asarray(counts, dtype=float)  # (V,)
    total = float(counts.sum())
    labels = [shown(symbol) for symbol in symbols]
    figure = blank(_words("Letters by frequency", symbols, counts), y_title="occurrences")
    for kind in (k for k in KINDS if k in kinds):
        rows = [i for i, own in enumerate(kinds) if own == kind]
        names = [f"<b>{labels[i]}</b>  {KIND_WORDS[kind]}" for i in rows]
        trace = _bars(
            [labels[i] for i in rows], counts[rows], own=f"kind-{kind}", names=names, total=total
        )
        figure.add_trace(keyed(trace, name=KIND_WORDS[kind], kind=kind))
    figure.update_layout(bargap=0.2, barmode="overlay")
    _letter_axis(figure, labels)
    return figure


def _bars(x, values, *, own: str, names: list[str], total: float) -> go.Bar:
    hovers = [
        f"{name}<br>{value:,.0f} of {total:,.0f}, {percent(float(value) / total)}"
        for name, value in zip(names, values, strict=True)
    ]
    return go.Bar(
        x=x, y=np.asarray(values, dtype=float), hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": colour(own, opacity=0.85), "line": {"width": 0}, "cornerradius": 2},
    )  # fmt: skip


def _letter_axis(figure: go.Figure, labels: list[str]) -> None:
    size = SIZES[1] if len(labels) <= 30 else SIZES[0]
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=labels, tickangle=0,
        tickfont={"family": MONO, "size": size, "color": colour("ink")}, tickmode="array",
        tickvals=labels,
    )  # fmt: skip


def _words(what: str, labels: Sequence, values: Sequence[float]) -> str:
    top = int(np.argmax(values))
    return f"{what}: {len(labels)} bars, the tallest is {labels[top]} with {number(values[top])}."
