"""A sentence on how long work is going, with a bar while it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from visualize.components.base import clean, component, one_of

TEMPLATE = '<div class="lab-notice"><p role="status"></p><progress max="1" hidden></progress></div>'
STATES = ("quiet", "busy", "done", "wrong")


def status(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "how it goes",
    **options: Any,
) -> gr.HTML:
    """A sentence of `notice_value(...)`; None shows nothing. Screen readers hear it change."""
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def status_value(
    text: str, *, version: int, state: str = "quiet", share: float | None = None
) -> dict[str, Any]:
    """What the notice shows. state: "quiet", "busy", "done" or "wrong"; share: 0 to 1 of the work
    that is done, where that is known."""
    return {
        "version": int(version),
        "text": clean(text),
        "state": one_of(state, STATES, name="state"),
        "share": None if share is None else min(1.0, max(0.0, float(share))),
    }
