"""A sentence with labelled lines below it: formulas, numbers, what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from visualize.components.base import clean, component, one_of

TEMPLATE = (
    '<div class="lab-facts"><p class="lab-title" hidden></p><dl></dl>'
    '<p class="lab-state-empty">Nothing to show yet.</p></div>'
)
KINDS = ("text", "formula", "wrong")


def definition_list(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "facts",
    **options: Any,
) -> gr.HTML:
    """Labelled lines of `facts_value(...)`; None shows that there is nothing yet."""
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def definition_list_value(
    lines: Sequence[tuple[str, str, str]], *, version: int, title: str = ""
) -> dict[str, Any]:
    """What is shown: lines of (label, text, kind), kind "text", "formula" (in mono) or "wrong".

    Neither title nor lines shows nothing at all. Raises ValueError for another kind.
    """
    return {
        "version": int(version),
        "title": clean(title),
        "lines": [
            [clean(label), clean(text), one_of(kind, KINDS, name="kind")]
            for label, text, kind in lines
        ],
    }
