"""Numbers over training: losses of several runs, and update:data ratios (lectures 2, 3 and 5)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from visualize.figures import blank, colour, keyed, number, series, shown

MOST_POINTS = 1500  # a curve is drawn with at most this many points


class Run(NamedTuple):
    """One curve: a name, steps (T,) and values (T,)."""

    name: str
    steps: Sequence[float]
    values: Sequence[float]


def curves(
    runs: Sequence[Run | tuple],
    *,
    x_title: str = "training step",
    y_title: str = "loss (nats)",
    baseline: tuple[float, str] | None = None,
) -> go.Figure:
    """Several runs on one axis; `baseline` is a dashed line (value, label), say ln V.

    A value that is not finite breaks the line there.
    """
    runs = [Run(*run) for run in runs]
    figure = blank(_words(runs, y_title, baseline), x_title=x_title, y_title=y_title)
    for index, run in enumerate(runs):
        _add_run(figure, run, index=index, y_title=y_title)
    if baseline is not None:
        _add_level(figure, *baseline)
    figure.update_yaxes(nticks=6)
    return figure


def update_ratios(
    steps: Sequence[int], ratios: Mapping[str, Sequence[float]], *, target: float = -3.0
) -> go.Figure:
    """log10 of (std of the update / std of the data) by parameter, with the -3 line (lecture 3).

    `ratios[name]` is (T,), already log10. Early layers are pale and late ones dark.
    """
    end = {name: float(np.asarray(values)[-1]) for name, values in ratios.items()}
    words = "; ".join(f"{name} ends at {number(value)}" for name, value in end.items())
    figure = blank(
        f"log10 of update to data over training: {words}. The wanted level is {number(target)}.",
        x_title="training step",
        y_title="log10 of update : data",
    )
    for index, (name, values) in enumerate(ratios.items()):
        line = {"color": _depth(index, len(ratios)), "width": 1.75}
        trace = _line(name, steps, values, line=line, unit="log10 of update : data")
        figure.add_trace(keyed(trace, name=name))
    _add_level(figure, target, f"{number(target)}: about right")
    _make_room(figure, ratios, target)
    return figure


def smoothed(values: Sequence[float], *, window: int) -> np.ndarray:
    """Mean of the last `window` values (fewer at the start): (T,) -> (T,)."""
    values = np.asarray(values, dtype=float)  # (T,)
    sums = np.concatenate([[0.0], np.cumsum(values)])  # (T + 1,)
    ends = np.arange(1, len(values) + 1)  # (T,)
    starts = np.maximum(ends - window, 0)  # (T,)
    return (sums[ends] - sums[starts]) / (ends - starts)


def thinned(
    steps: Sequence[float], values: Sequence[float], *, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points that keep each stretch's lowest and highest, so spikes stay."""
    steps, values = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)  # (T,), (T,)
    if len(values) <= most:
        return steps, values
    keep = {0, len(values) - 1}
    for part in np.array_split(np.arange(len(values)), max(1, most // 2 - 1)):
        keep |= {part[np.argmin(values[part])], part[np.argmax(values[part])]}
    rows = np.sort(np.fromiter(keep, dtype=int))
    return steps[rows], values[rows]


def _add_run(figure: go.Figure, run: Run, *, index: int, y_title: str) -> None:
    own, dash = series(index)
    x, y = thinned(run.steps, run.values, most=MOST_POINTS)
    line = {"color": colour(own), "width": 2, "dash": dash}
    figure.add_trace(keyed(_line(run.name, x, y, line=line, unit=y_title), name=run.name))


def _line(name, steps, values, *, line, unit) -> go.Scatter:
    x, y = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)  # (T,), (T,)
    template = f"<b>{shown(name)}</b><br>step %{{x:,}}<br>{shown(unit)}: %{{y:.4g}}<extra></extra>"
    return go.Scatter(
        x=x, y=y, mode="lines", name=shown(name), line=line, hovertemplate=template,
        connectgaps=False,
    )  # fmt: skip


def _add_level(figure: go.Figure, value: float, label: str) -> None:
    line = {"color": colour("muted"), "width": 1, "dash": "dash"}
    figure.add_hline(value, line=line)
    figure.add_annotation(
        x=1, xref="paper", xanchor="right", y=value,
        yanchor="bottom", text=shown(label), showarrow=False, font_color=colour("muted"),
    )  # fmt: skip


def _make_room(figure: go.Figure, ratios: Mapping[str, Sequence[float]], target: float) -> None:
    """The wanted level is always in sight, with air above and below."""
    values = [np.asarray(own, dtype=float) for own in ratios.values()]
    values = np.concatenate([*values, [target]])
    values = values[np.isfinite(values)]
    figure.update_yaxes(range=[values.min() - 0.35, values.max() + 0.35], nticks=6)


def _depth(index: int, count: int) -> str:
    """Early layers pale, late layers dark: an ordered thing gets an ordered scale."""
    return colour(f"seq-{4 + round(6 * index / max(1, count - 1))}")


def _words(runs: list[Run], y_title: str, baseline) -> str:
    ends = [f"{run.name} ends at {number(_last(run.values))}" for run in runs if len(run.values)]
    level = [] if baseline is None else [f"the dashed line is {baseline[1]}"]
    return f"{y_title} over training: {'; '.join(ends + level) or 'nothing yet'}."


def _last(values: Sequence[float]) -> float:
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    return float(finite[-1]) if len(finite) else math.nan
