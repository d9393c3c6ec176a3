"""A heatmap to read, click and walk with the keyboard: counts, saturation, gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import clean, component, one_of, packed

TEMPLATE = (
    '<div class="lab-heat">'
    '<p class="lab-title" hidden></p>'
    '<div class="lab-heat-box"><canvas class="lab-heat-rows"></canvas>'
    '<canvas class="lab-heat-cells" tabindex="0" role="application"></canvas>'
    '<span class="lab-heat-cursor" hidden></span></div>'
    '<div class="lab-legend"></div>'
    '<p class="lab-state-empty">Nothing to show yet.</p>'
    '<div class="lab-tip" hidden></div><div class="lab-spoken" aria-live="polite"></div>'
    "</div>"
)
SCALES = ("sequential", "diverging")
TRANSFORMS = ("linear", "sqrt", "log")
FORMATS = ("count", "probability", "log", "value")
MAX_CELLS = 40_000
MAX_SIDE = 512


def heatmap(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "heatmap",
    **options: Any,
) -> gr.HTML:
    """A heatmap of `heatmap_value(...)`; None shows that there is nothing yet.

    Events: `.cell(fn)` on a click or Enter, with `evt.row` and `evt.col`; `.row(fn)` on a row's
    label, with `evt.row`; `fn` takes `evt: gr.EventData`. `label` is what a screen reader says.
    """
    return component(__file__, value, template=TEMPLATE, elem_id=elem_id, label=label, **options)


def heatmap_value(
    values: Any,
    *,
    rows: Sequence[str],
    cols: Sequence[str],
    version: int,
    title: str = "",
    scale: str = "sequential",
    transform: str = "linear",
    vmin: float = 0.0,
    vmax: float | None = None,
    unit: str = "value",
    text: str | Sequence[Sequence[str]] | None = None,
    pairs: bool = False,
    numerators: Any = None,
    hover: str = "{row}{col}: {value}",
    row_name: str = "",
    col_name: str = "",
    end_mark: str = "",
    selected: tuple[int, int | None] | None = None,
) -> dict[str, Any]:
    """What a heatmap shows, for its value.

    values: (R, C) numbers; cells that are not a number stay paper.
    rows, cols: R and C labels; row_name and col_name say what they are; the end mark is lighter.
    scale: "sequential" from vmin (which is paper) to vmax, or "diverging" from -vmax to vmax;
        vmax defaults to the largest. transform: "sqrt" or "log" colours let rare pairs be seen.
    unit: how {value} and the ends of the scale are written: "count", "probability" (in per cent),
        "log" (two decimals) or "value" (four significant digits).
    text: in the cells, the values written in one of these ways, or (R, C) strings; shown where
        they fit. pairs: the labels of row and column above it, as in lecture 1's picture.
    hover: a sentence with {row} {col} {value} {numerator} {denominator} {percent}, filled in by the
        browser. numerators: (R, C), default the values; the denominator is the sum of their row,
        and {percent} what one is of the other.
    selected: (row, col), or (row, None) for a whole row.

    Raises ValueError where shapes or names do not fit, above 512 a side and above 40,000 cells.
    """
    z = _matrix(values, len(rows), len(cols), name="values")
    top = z if numerators is None else _matrix(numerators, *z.shape, name="numerators")
    return {
        "version": int(version),
        "title": clean(title),
        **_labels(rows, cols, row_name, col_name),
        "end": end_mark,
        "values": packed(z),
        **dict(zip(("vmin", "vmax"), _ends(z, scale, vmin, vmax), strict=True)),
        "scale": one_of(scale, SCALES, name="scale"),
        "transform": one_of(transform, TRANSFORMS, name="transform"),
        "unit": one_of(unit, FORMATS, name="unit"),
        "format": one_of(text, FORMATS, name="text") if isinstance(text, str) else None,
        "texts": _texts(text, z.shape),
        "pairs": bool(pairs),
        "numerators": None if numerators is None else packed(top),
        "denominators": packed(np.nansum(top, axis=1)),  # (R,)
        "hover": hover,
        "selected": _selected(selected, z.shape),
    }


def _labels(
    rows: Sequence[str], cols: Sequence[str], row_name: str, col_name: str
) -> dict[str, Any]:
    return {
        "rows": [clean(row) for row in rows],
        "cols": [clean(col) for col in cols],
        "names": [row_name, col_name],
    }


def _matrix(values: Any, rows: int, cols: int, *, name: str) -> np.ndarray:
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.shape != (rows, cols):
        raise ValueError(f"{name} must be {rows} x {cols} like the labels, not {matrix.shape}")
    if max(rows, cols) > MAX_SIDE or matrix.size > MAX_CELLS:
        raise ValueError(f"{rows} x {cols} cells are too many to read: pick rows, or average")
    return matrix


def _ends(z: np.ndarray, scale: str, vmin: float, vmax: float | None) -> tuple[float, float]:
    """The numbers at the two ends of the colour scale; never equal, always finite."""
    finite = z[np.isfinite(z)]
    if vmax is None:
        size = np.abs(finite) if scale == "diverging" else finite
        vmax = size.max() if size.size else 1.0
    low = -float(vmax) if scale == "diverging" else float(vmin)
    high = float(vmax)
    return (low, high) if np.isfinite([low, high]).all() and high > low else (0.0, 1.0)


def _texts(text: Any, shape: tuple[int, ...]) -> list[str] | None:
    if text is None or isinstance(text, str):
        return None
    if len(text) != shape[0] or any(len(row) != shape[1] for row in text):
        raise ValueError(f"text must be {shape[0]} x {shape[1]} strings")
    return [clean(cell) for row in text for cell in row]


def _selected(
    selected: tuple[int, int | None] | None, shape: tuple[int, ...]
) -> list[int | None] | None:
    if selected is None:
        return None
    row, col = selected
    if not 0 <= row < shape[0] or (col is not None and not 0 <= col < shape[1]):
        raise ValueError(f"selected cell {selected} is outside of {shape[0]} x {shape[1]}")
    return [int(row), None if col is None else int(col)]
