"""The lecture's own picture for print: every bigram with its count in its cell (lecture 1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

from visualize.figures import printable
from visualize.style import LIGHT, ink_on

CELL_INCHES = 0.6


def bigram_print(counts: np.ndarray, symbols: Sequence[str], *, title: str = "") -> Figure:
    """Counts (V, V), row = first letter, as a printable matplotlib figure; any alphabet.

    Made without pyplot, so nothing is kept after it is saved. Raises ValueError when the counts
    do not fit the symbols.
    """
    counts = np.asarray(counts)  # (V, V)
    if counts.shape != (len(symbols), len(symbols)):
        raise ValueError(f"{len(symbols)} symbols need counts {(len(symbols),) * 2}")
    side = CELL_INCHES * len(symbols)
    figure = Figure(figsize=(side, side + 0.6), facecolor=LIGHT.paper)
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.98 * side / (side + 0.6)))
    scale = LinearSegmentedColormap.from_list("lab", LIGHT.sequential)
    shares = counts / max(float(counts.max(initial=0)), 1e-12)  # (V, V), from 0 to 1
    axes.imshow(shares, cmap=scale, vmin=0, vmax=1)
    axes.set_axis_off()
    _label_cells(axes, counts, [_label(symbol) for symbol in symbols], scale(shares))
    if title:
        figure.text(0.015, 0.992, title, size=18, va="top", color=LIGHT.ink, parse_math=False)
    return figure


def save(figure: Figure, path: str | Path, *, dpi: int = 100) -> Path:
    """Write the figure to `path`; its ending (png, pdf, svg) decides the format."""
    path = Path(path)
    figure.savefig(path, dpi=dpi, facecolor=figure.get_facecolor())
    return path


def _label(symbol: str) -> str:
    """The letter as it can be printed: matplotlib's own font has no picture for ␃."""
    return "∎" if symbol == "␃" else printable(symbol)


def _label_cells(axes, counts: np.ndarray, labels: list[str], colours: np.ndarray) -> None:
    """The pair above, its count below; zeros are quiet so that the pattern stands out."""
    inks = _inks(colours)
    plain = {"ha": "center", "parse_math": False}
    for (row, column), count in np.ndenumerate(counts):
        ink = inks[row][column] if count else LIGHT.muted
        pair = labels[row] + labels[column]
        axes.text(column, row, pair, va="bottom", family="monospace", size=11, color=ink, **plain)
        axes.text(column, row + 0.06, f"{count:g}", va="top", size=9, color=ink, **plain)


def _inks(colours: np.ndarray) -> list[list[str]]:
    return [[ink_on(to_hex(cell)) for cell in row] for row in colours]
