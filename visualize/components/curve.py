"""The loss while it falls, on a canvas: several runs, the raw curve pale, its mean on top."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import component
from visualize.figures import DASHES, SERIES, number
from visualize.figures.curves import Run, smoothed, thinned

RAW_POINTS = 800  # a payload of some 10 KB a run, however long the run is
MEAN_POINTS = 400

TEMPLATE = """<figure class="lab-curve">
<figcaption class="lab-title"></figcaption>
<div class="lab-keys"></div>
<canvas role="img" tabindex="0" style="height:{height}px"></canvas>
<p class="lab-note" role="status"></p>
</figure>"""


def curve(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "loss curve",
    height: int = 320,
    **options: Any,
) -> gr.HTML:
    """A live loss curve, `height` px high whatever is in it; its value is a `curve_value`.

    Hover or arrow keys show a step's numbers. `dataset.drawn` on the element is the version
    painted. It needs no event: what is shown was computed before.
    """
    return component(
        __file__,
        value,
        template=TEMPLATE.format(height=int(height)),
        elem_id=elem_id,
        label=label,
        **options,
    )


def curve_value(
    runs: Sequence[Run | tuple],
    *,
    title: str,
    version: int | str,
    baseline: tuple[float, str] | None = None,
    total: int | None = None,
    smooth: int = 1,
    log_y: bool = False,
    x_title: str = "training step",
    y_title: str = "loss (nats)",
) -> dict[str, Any]:
    """What `curve` takes: whole runs each time, thinned, so that no update can go missing.

    A run is (name, steps (T,), losses (T,)); `smooth` > 1 adds the mean of the last so many.
    `total` steps fix the x axis for a run that is under way; `baseline` is (value, label).
    A loss that is not a number ends its line with a red cross and is told in words.
    """
    packed = [_packed(Run(*run), index, smooth=smooth) for index, run in enumerate(runs)]
    return {
        "runs": packed,
        "title": title,
        "version": version,
        "baseline": None if baseline is None else {"value": baseline[0], "label": baseline[1]},
        "total": total,
        "log": log_y,
        "x_title": x_title,
        "y_title": y_title,
        "smooth": smooth,
        "words": _words(packed, y_title, baseline),
    }


def _packed(run: Run, index: int, *, smooth: int) -> dict[str, Any]:
    steps, losses, broken = _finite(run)
    raw = thinned(steps, losses, most=RAW_POINTS)
    mean = (steps[:0], losses[:0])
    if smooth > 1:
        mean = thinned(steps, smoothed(losses, window=smooth), most=MEAN_POINTS)
    return {
        "name": run.name,
        "color": SERIES[index % len(SERIES)],
        "dash": DASHES[index % len(DASHES)],
        "steps": _base64(raw[0]),
        "losses": _base64(raw[1]),
        "mean_steps": _base64(mean[0]),
        "mean_losses": _base64(mean[1]),
        "last": float(losses[-1]) if len(losses) else None,
        "broken": broken,
    }


def _finite(run: Run) -> tuple[np.ndarray, np.ndarray, float | None]:
    """The run up to its first loss that is no finite number, and the step where that is."""
    steps = np.asarray(run.steps, dtype=float)  # (T,)
    losses = np.asarray(run.values, dtype=float)  # (T,)
    if len(steps) != len(losses):
        raise ValueError(f"{run.name}: {len(steps)} steps and {len(losses)} losses")
    bad = np.flatnonzero(~np.isfinite(losses))
    if not len(bad):
        return steps, losses, None
    return steps[: bad[0]], losses[: bad[0]], float(steps[bad[0]])


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode("ascii")


def _words(runs: list[dict], y_title: str, baseline: tuple[float, str] | None) -> str:
    said = [_said(run) for run in runs]
    level = [] if baseline is None else [f"The dashed line is {baseline[1]}."]
    return " ".join([f"{y_title} over training.", *said, *level])


def _said(run: dict) -> str:
    if run["broken"] is not None:
        return f"{run['name']} stopped being a number at step {run['broken']:,.0f}."
    if run["last"] is None:
        return f"{run['name']} has not begun."
    return f"{run['name']} is at {number(run['last'])}."
