"""A button that opens a panel: the address of this very experiment, to copy or to scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from visualize.components.base import clean, component

TEMPLATE = (
    '<div class="lab-share">'
    '<p class="lab-question" hidden></p>'
    '<button type="button" class="lab-share-open" aria-expanded="false">'
    "Link to this experiment</button>"
    '<div class="lab-share-panel" hidden>'
    '<label class="lab-share-ask">A question to open with'
    '<input type="text" maxlength="200"></label>'
    "<fieldset><legend>Controls to hide</legend><div></div></fieldset>"
    '<div class="lab-share-line"><input type="text" readonly aria-label="address">'
    '<button type="button">Copy</button></div>'
    '<canvas role="img" aria-label="QR code of the address"></canvas>'
    '<p class="lab-note" aria-live="polite"></p>'
    "</div></div>"
)


def share(value: dict[str, Any] | None = None, *, elem_id: str, **options: Any) -> gr.HTML:
    """The share button. Event: `.address(fn)` with `evt.tab`, `evt.hide` (names), `evt.ask` and
    `evt.base`, the page's address without its query; all checked by the handler."""
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label="lesson link", **options
    )


def share_value(
    controls: Mapping[str, Sequence[tuple[str, str]]],
    *,
    version: int,
    address: str = "",
    qr: Sequence[Sequence[int]] = (),
    question: str = "",
) -> dict[str, Any]:
    """controls: per tab (name, label) of what can be hidden; qr: rows of 0 and 1, a square."""
    return {
        "version": int(version),
        "controls": {
            tab: [[name, clean(label)] for name, label in pairs] for tab, pairs in controls.items()
        },
        "address": address,
        "qr": ["".join(str(int(bit)) for bit in row) for row in qr],
        "question": clean(question),
    }
