"""The learning-rate finder's picture: loss against the exponent of the rate (lecture 2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from visualize.figures import blank, colour, number, series
from visualize.figures.curves import smoothed


def rates(
    exponents: Sequence[float],
    losses: Sequence[float],
    *,
    suggested: float | None = None,
    window: int = 25,
) -> go.Figure:
    """Every tried rate as a pale point, their mean as a line; `suggested` is marked by a line.

    exponents, losses: (T,); the rate of a step is 10 ** exponent.
    """
    exponents, losses = np.asarray(exponents, float), np.asarray(losses, float)  # (T,), (T,)
    middle = f"; the bottom of the valley is near {number(suggested)}" if suggested else ""
    figure = blank(
        f"loss against learning rate, {len(losses):,} rates tried{middle}",
        x_title="exponent: the learning rate is 10 to this power",
        y_title="loss (nats)",
    )
    hue = series(0)[0]
    figure.add_trace(
        go.Scatter(
            x=exponents,
            y=losses,
            mode="markers",
            hoverinfo="skip",
            marker={"size": 3, "color": colour(hue, opacity=0.3)},
        )
    )
    figure.add_trace(
        go.Scatter(
            x=exponents,
            y=smoothed(losses, window=window),
            mode="lines",
            line={"color": colour(hue), "width": 2},
            customdata=10**exponents,
            hovertemplate="rate %{customdata:.3g}<br>loss %{y:.4g}<extra></extra>",
        )
    )
    if suggested is not None:
        figure.add_vline(np.log10(suggested), line={"color": colour("accent"), "width": 1.5})
    figure.update_xaxes(range=[-3.05, 0.05], dtick=0.5)
    if len(losses):
        top = float(np.quantile(losses, 0.98))
        figure.update_yaxes(range=[float(losses.min()) * 0.95, top * 1.1])
    return figure
