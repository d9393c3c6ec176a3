"""The first words of a list, side by side, in whatever script they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from visualize.components.base import clean, component

TEMPLATE = (
    '<div class="lab-peek"><p class="lab-title" hidden></p><ul></ul>'
    '<p class="lab-note" hidden></p></div>'
)
MAX_WORDS = 60
MAX_LETTERS = 40


def word_preview(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "first words",
    **options: Any,
) -> gr.HTML:
    """Some words of `peek_value(...)`; None shows nothing."""
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def word_preview_value(
    words: Sequence[str], *, version: int, title: str = "", count: int = 24
) -> dict[str, Any]:
    """What the peek shows: the first `count` (at most 60) words, and how many more there are.

    Of a longer word the first 40 letters are shown.
    """
    shown = [_cut(word) for word in words[: min(count, MAX_WORDS)]]
    more = len(words) - len(shown)
    note = f"… and {more:,} more" if more else ""
    return {"version": int(version), "title": clean(title), "words": shown, "note": note}


def _cut(word: str) -> str:
    return clean(word if len(word) <= MAX_LETTERS else word[:MAX_LETTERS] + "…")
