"""How activations, gradients and weights are spread, layer under layer (makemore lecture 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from visualize.figures import axis, blank, colour, number, percent, shown
from visualize.style import SIZES

X_TITLES = {
    "activations": "activation",
    "gradients": "gradient of the loss with respect to the activation",
    "weights": "weight",
    "weight gradients": "gradient of the loss with respect to the weight",
}


TEXT_LINE = 21  # px, of the line of numbers above each row
AXIS = 66  # px below and above all rows: the x axis, its title, the margins


class Histogram(NamedTuple):
    """One layer: counts (K,) between edges (K + 1,); `saturation` is a share from 0 to 1."""

    name: str
    counts: np.ndarray
    edges: np.ndarray
    mean: float
    std: float
    saturation: float | None = None


def histograms(
    layers: Sequence[Histogram | tuple],
    *,
    kind: str,
    saturated_at: float | None = None,
    height: int = 440,
) -> go.Figure:
    """One row a layer, first layer on top, all on one x axis; each row fills its own height.

    `kind` is a key of X_TITLES. `saturated_at` (0.97 in the lecture) marks where a tanh is
    saturated. Counts are binned by the caller. `height` is that of the whole figure in px, for
    which its lines of text are set: `tall(rows)` is a good one. Raises ValueError for an unknown
    kind, for no layers and for edges that do not fit their counts.
    """
    layers = [Histogram(*layer) for layer in layers]
    _check(layers, kind)
    figure = blank(_words(layers, kind))
    band = min(0.5 / len(layers), TEXT_LINE / max(1, height - AXIS))
    rows = [_row(layer, row=row, rows=len(layers), band=band) for row, layer in enumerate(layers)]
    marks = [] if saturated_at is None else [-saturated_at, saturated_at]
    # In one call: plotly checks the whole layout again at each update, which would take 100 ms.
    figure.add_traces([row.outline for row in rows])
    figure.update_layout(
        {row.axis_key: row.axis for row in rows}
        | {"annotations": [note for row in rows for note in row.notes], "hovermode": "x"}
        | {"shapes": [_mark(x, row=i) for i in range(len(rows)) for x in marks]}
    )
    edges = np.concatenate([np.asarray(layer.edges, dtype=float) for layer in layers])
    figure.update_xaxes(
        range=[edges.min(), edges.max()],
        anchor=_axis_name(len(layers) - 1),
        showgrid=True,
        nticks=9,
        title_text=X_TITLES[kind],
    )
    return figure


def tall(rows: int) -> int:
    """The height in px that suits so many rows: one is not stretched, eight are not squeezed."""
    return AXIS + min(rows * 150 + 60, 400 + 24 * rows)


def _check(layers: list[Histogram], kind: str) -> None:
    if kind not in X_TITLES:
        raise ValueError(f"kind must be one of {', '.join(X_TITLES)}, not {kind!r}")
    if not layers:
        raise ValueError("there is no layer to show")
    for layer in layers:
        if len(layer.edges) != len(layer.counts) + 1:
            raise ValueError(f"{layer.name}: {len(layer.counts)} bins need one edge more")


class _Row(NamedTuple):
    """What a layer adds to the figure."""

    outline: go.Scatter
    axis_key: str
    axis: dict
    notes: list[dict]


def _row(layer: Histogram, *, row: int, rows: int, band: float) -> _Row:
    """The row's own y axis, its filled outline, and a line of numbers above it.

    The page shows the annotation named "wide" or, on a phone, the one named "narrow".
    """
    name = _axis_name(row)
    floor = (rows - 1 - row) / rows
    outline = _outline(layer, yaxis=name)
    filled = 1 - band * rows  # the rest of the row belongs to its line of numbers
    own = axis("") | {"domain": [floor, floor + filled / rows], "showgrid": False}
    own |= {"showticklabels": False, "fixedrange": True, "range": [0, 1.05 * _peak(outline)]}
    place = {"xref": "paper", "yref": "paper", "y": floor + filled / rows, "yanchor": "bottom"}
    place |= {"showarrow": False}
    muted = {"color": colour("muted"), "size": SIZES[0]}
    notes = [{"x": 0, "xanchor": "left", "text": shown(layer.name), **place}]
    notes += [
        {"x": 1, "xanchor": "right", "text": text, "font": muted, "name": name_, **place}
        for name_, text in (("wide", _numbers(layer)), ("narrow", _fewer_numbers(layer)))
    ]
    return _Row(outline, name.replace("y", "yaxis"), own, notes)


def _axis_name(row: int) -> str:
    return "y" if row == 0 else f"y{row + 1}"


def _mark(x: float, *, row: int) -> dict:
    """A dotted line in one row where a tanh counts as saturated."""
    line = {"color": colour("muted"), "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "xref": "x",
        "line": line,
        "yref": f"{_axis_name(row)} domain",
    }


def _outline(layer: Histogram, *, yaxis: str) -> go.Scatter:
    """Density as steps. A bin is drawn around its middle, so one empty bin closes either end."""
    edges = np.asarray(layer.edges, dtype=float)  # (K + 1,)
    counts = np.asarray(layer.counts, dtype=float)  # (K,)
    widths = np.diff(edges)  # (K,)
    middles = (edges[:-1] + edges[1:]) / 2  # (K,)
    density = counts / max(float(counts.sum()), 1.0) / widths  # (K,)
    return go.Scatter(
        x=[middles[0] - widths[0], *middles, middles[-1] + widths[-1]],
        y=[0.0, *density, 0.0],
        yaxis=yaxis,
        name=shown(layer.name),
        mode="lines",
        line={"shape": "hvh", "color": colour("seq-6"), "width": 1.5},
        fill="tozeroy",
        fillcolor=colour("seq-6", opacity=0.28),
        hovertext=["", *_bins(layer.name, edges, counts), ""],
        hovertemplate=["", *["%{hovertext}<extra></extra>"] * len(counts), ""],
        hoverinfo=["skip", *["text"] * len(counts), "skip"],
    )


def _bins(name: str, edges: np.ndarray, counts: np.ndarray) -> list[str]:
    total = max(float(counts.sum()), 1.0)
    return [
        f"{shown(name)}: from {number(low)} to {number(high)}<br>"
        f"{count:,.0f} of {total:,.0f} values, {percent(count / total)}"
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def _peak(outline: go.Scatter) -> float:
    return max(float(np.max(outline.y)), 1e-12)


def _numbers(layer: Histogram) -> str:
    stats = f"mean {_short(layer.mean)}   std {_short(layer.std)}"
    return stats if layer.saturation is None else f"{stats}   saturated {percent(layer.saturation)}"


def _fewer_numbers(layer: Histogram) -> str:
    """What a phone has room for beside the layer's name."""
    stats = f"std {_short(layer.std)}"
    return stats if layer.saturation is None else f"{stats}   sat. {percent(layer.saturation)}"


def _short(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")


def _words(layers: list[Histogram], kind: str) -> str:
    rows = "; ".join(f"{layer.name}: {_numbers(layer)}" for layer in layers)
    return f"Histograms of {kind}, one for each of {len(layers)} layers. {rows}."
