"""Letters as points: what a model thinks is alike lies near (makemore lecture 2)."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from visualize.figures import blank, colour, keyed, number, shown
from visualize.style import KIND_SHAPES, KIND_WORDS, KINDS, MONO, SIZES

SIDES = ("middle right", "middle left", "top center", "bottom center")
CROWDED = 40  # from here on a letter stands beside a small mark instead of inside a large one

Neighbours = Sequence[Sequence[tuple[str, float]]]


def embedding(
    points: np.ndarray,
    *,
    symbols: Sequence[str],
    kinds: Sequence[str],
    snapshots: np.ndarray | None = None,
    steps: Sequence[int] | None = None,
    neighbours: Neighbours | None = None,
    axis_titles: tuple[str, str] = ("first dimension", "second dimension"),
) -> go.Figure:
    """Scatter of `points` (V, 2), one letter each, coloured and shaped by its kind.

    `snapshots` (T, V, 2) with their `steps` (T,) let the page play the training; the axes then
    hold every snapshot, so that nothing jumps. `neighbours[i]` lists the nearest letters of
    symbol i with their distances. Raises ValueError when lengths do not fit.
    """
    points = np.asarray(points, dtype=float)  # (V, 2)
    _check(points, symbols, kinds, snapshots, steps)
    when = "" if snapshots is None else " at the end of training"
    hovers = [
        _hover(symbol, kind, neighbours and neighbours[i], when=when)
        for i, (symbol, kind) in enumerate(zip(symbols, kinds, strict=True))
    ]
    figure = blank(_words(symbols, kinds), x_title=axis_titles[0], y_title=axis_titles[1])
    for kind in (k for k in KINDS if k in kinds):
        rows = [i for i, own in enumerate(kinds) if own == kind]
        letters = _letters(kind, rows, points, symbols, hovers)
        figure.add_trace(keyed(letters, name=KIND_WORDS[kind], kind=kind))
    everywhere = points if snapshots is None else np.asarray(snapshots, dtype=float)
    _plane(figure, everywhere.reshape(-1, 2))
    if snapshots is not None:
        figure.update_layout(meta=figure.layout.meta | {"snapshots": _packed(snapshots, steps)})
    return figure


def _check(points, symbols, kinds, snapshots, steps) -> None:
    count = len(symbols)
    if points.shape != (count, 2) or len(kinds) != count:
        raise ValueError(f"{count} symbols need points ({count}, 2), not {points.shape}, and kinds")
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"unknown kinds of letters: {sorted(unknown)}")
    if snapshots is None:
        return
    if steps is None or np.shape(snapshots) != (len(steps), count, 2):
        raise ValueError(f"snapshots must be (T, {count}, 2) with T steps")


def _letters(kind, rows, points, symbols, hovers) -> go.Scatter:
    crowded = len(symbols) >= CROWDED
    sides = _free_sides(points) if crowded else []
    own, shape = f"kind-{kind}", KIND_SHAPES[kind]
    solid = crowded or shape.endswith("-open")  # an open shape takes its outline from `color`
    return go.Scatter(
        x=points[rows, 0],
        y=points[rows, 1],
        ids=[symbols[i] for i in rows],
        text=[shown(symbols[i]) for i in rows],
        hovertemplate=[hovers[i] for i in rows],
        mode="markers+text",
        textposition=[SIDES[sides[i]] for i in rows] if crowded else "middle center",
        textfont={"family": MONO, "size": SIZES[0 if crowded else 2], "color": colour("ink")},
        marker={
            "symbol": shape,
            "size": 7 if crowded else 25,
            "color": colour(own) if solid else colour(own, opacity=0.22),
            "line": {"color": colour(own), "width": 0 if crowded and solid else 1.5},
            "opacity": 1,
        },
        name=KIND_WORDS[kind],
        meta={"rows": rows},
        cliponaxis=False,
    )


def _free_sides(points: np.ndarray) -> list[int]:
    """For each point the side (of SIDES) where its letter is farthest from points and letters."""
    reach = 0.022 * max(float(np.ptp(points, axis=0).max()), 1e-6)
    spots = points[:, None] + reach * np.array([(1, 0), (-1, 0), (0, 1.2), (0, -1.2)])  # (V, 4, 2)
    sides, taken = [], [*points]
    for own, four in zip(points, spots, strict=True):
        others = np.array(taken)  # (V + placed, 2)
        gaps = np.linalg.norm(four[:, None] - others[None], axis=-1)  # (4, V + placed)
        gaps[:, (others == own).all(axis=1)] = np.inf  # its own mark
        sides.append(int(gaps.min(axis=1).round(12).argmax()))
        taken.append(four[sides[-1]])
    return sides


def _hover(symbol: str, kind: str, near: Sequence | None, *, when: str) -> str:
    """Plotly fills in the place, which moves while the training is played."""
    what = KIND_WORDS[kind] if kind == "end" else kind
    lines = [f"<b>{shown(symbol)}</b>  {what}", "at (%{x:.4g}, %{y:.4g})"]
    if near:
        lines.append(f"nearest letters{when}, with distance:")
        lines += [f"{shown(letter)}  {number(distance)}" for letter, distance in near]
    return "<br>".join(lines) + "<extra></extra>"


def _plane(figure: go.Figure, everywhere: np.ndarray) -> None:
    """Equal aspect, and room for the letters at the rim."""
    low, high = everywhere.min(axis=0), everywhere.max(axis=0)  # (2,), (2,)
    pad = 0.07 * max(float((high - low).max()), 1e-6)
    zero = {"zeroline": True, "zerolinecolor": colour("line"), "zerolinewidth": 1}
    figure.update_xaxes(range=[low[0] - pad, high[0] + pad], showgrid=True, **zero)
    figure.update_yaxes(range=[low[1] - pad, high[1] + pad], scaleanchor="x", **zero)
    # The plane gives way, not the range: a range that plotly has widened forgets the reader's zoom.
    figure.update_xaxes(constrain="domain", constraintoward="left")
    figure.update_yaxes(constrain="domain", constraintoward="top")
    figure.update_layout(xaxis_nticks=7, yaxis_nticks=7)


def _packed(snapshots: np.ndarray, steps: Sequence[int]) -> dict:
    """Snapshots as one base64 string: (T, V, 2) float32, little-endian."""
    data = np.ascontiguousarray(snapshots, dtype="<f4")  # (T, V, 2)
    return {
        "xy": base64.b64encode(data.tobytes()).decode("ascii"),
        "shape": list(data.shape),
        "steps": [int(step) for step in steps],
    }


def _words(symbols: Sequence[str], kinds: Sequence[str]) -> str:
    counts = [f"{kinds.count(kind)} {KIND_WORDS[kind]}" for kind in KINDS if kind in list(kinds)]
    return f"A scatter plot of {len(symbols)} letters as points: {', '.join(counts)}."
