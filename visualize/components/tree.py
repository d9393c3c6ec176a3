"""A WaveNet as a tree: letters below, nodes with their real activations above, and what each reads.

Hover or focus a node and its letters light up; press a letter and it is hidden: every node says how
far that moved it. Both happen in the browser, on numbers that were sent before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import clean, component, packed

TEMPLATE = (
    '<div class="lab-tree">'
    '<p class="lab-title" hidden></p>'
    '<div class="lab-tree-next"></div>'
    '<div class="lab-tree-rows" role="group"></div>'
    '<div class="lab-legend"></div>'
    '<p class="lab-tree-said" role="status"></p>'
    '<p class="lab-state-empty">Nothing to show yet.</p>'
    "</div>"
)
MOST_LETTERS = 32
LIKELIEST = 5


def tree(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "the net as a tree",
    **options: Any,
) -> gr.HTML:
    """A tree of `tree_value(...)`; None shows that there is nothing yet.

    It needs no server: hovering, arrow keys and hiding letters work on what was sent.
    `dataset.drawn` is the version painted, `dataset.hidden` the letter that is hidden.
    """
    return component(
        __file__,
        value,
        template=TEMPLATE,
        elem_id=elem_id,
        label=label,
        **options,
    )


def tree_value(
    letters: Sequence[str],
    levels: Sequence[Any],
    changes: Sequence[Any],
    probabilities: Any,
    hidden: Any,
    *,
    symbols: Sequence[str],
    version: int,
    title: str = "",
    end_mark: str = ".",
) -> dict[str, Any]:
    """What the tree shows, for its value.

    letters: T of them, the context from left to right. levels: (T, E), (T/2, H), ..., (1, H), what
    each node holds. changes: for each level (T, nodes), how far a node moves when a letter is
    hidden, as a share. probabilities: (V,) of the next letter; hidden: (T, V), the same with each
    letter hidden. symbols: V.

    Raises ValueError where shapes do not fit or the tree is wider than 32 letters.
    """
    sheets = [np.asarray(level, dtype=np.float64) for level in levels]
    moved = [np.asarray(change, dtype=np.float64) for change in changes]
    _check(len(letters), sheets, moved)
    chances = np.vstack([np.asarray(probabilities), np.asarray(hidden)])  # (1 + T, V)
    if chances.shape != (len(letters) + 1, len(symbols)):
        raise ValueError(
            f"{len(letters)} letters and {len(symbols)} symbols need as many "
            f"probabilities, not {chances.shape}"
        )
    return {
        "version": int(version),
        "title": clean(title),
        "letters": [clean(letter) for letter in letters],
        "end": end_mark,
        "levels": [
            {
                "nodes": len(sheet),
                "width": sheet.shape[1],
                "values": packed(sheet),
                "largest": float(np.abs(sheet).max() or 1.0),
            }
            for sheet in sheets
        ],
        "changes": [packed(change) for change in moved],
        "next": [_likeliest(row, symbols) for row in chances],
    }


def _check(letters: int, levels: list[np.ndarray], changes: list[np.ndarray]) -> None:
    if not 2 <= letters <= MOST_LETTERS:
        raise ValueError(f"a tree has 2 to {MOST_LETTERS} letters, not {letters}")
    nodes = [letters]
    while nodes[-1] > 1:
        nodes.append(nodes[-1] // 2)
    if [len(level) for level in levels] != nodes or any(level.ndim != 2 for level in levels):
        raise ValueError(f"the levels must have {nodes} nodes from the letters up")
    if [change.shape for change in changes] != [(letters, n) for n in nodes]:
        raise ValueError("changes must have a row for each letter and a column for each node")


def _likeliest(row: np.ndarray, symbols: Sequence[str]) -> list[tuple[str, float]]:
    best = np.argsort(-row, kind="stable")[:LIKELIEST]
    return [(clean(symbols[i]), float(row[i])) for i in best]
