"""One word letter by letter: next-letter bars, the same bars end to end, and the coin on them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import clean, component
from visualize.style import KIND_WORDS, KINDS, kind_of

TEMPLATE = (
    '<div class="lab-coin">'
    '<p class="lab-title" aria-live="polite"></p>'
    '<div class="lab-coin-head"><div class="lab-coin-word"></div>'
    '<div class="lab-coin-buttons">'
    '<button type="button" data-go="next">Next</button>'
    '<button type="button" data-go="back">Back</button>'
    '<button type="button" data-go="run">Run</button>'
    '<button type="button" data-go="start">Start again</button>'
    "</div></div>"
    '<canvas tabindex="0" role="img"></canvas>'
    '<div class="lab-legend"></div>'
    '<div class="lab-sliders"></div>'
    '<div class="lab-tip" hidden></div>'
    "</div>"
)


def coin(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "one word, letter by letter",
    **options: Any,
) -> gr.HTML:
    """The way of one word, of `coin_value(...)`.

    Event: `.ask(fn)` when sliders have led the word off the way whose logits are known, with
    `evt.ids` (the letters so far), `evt.temperature`, `evt.top_k` and `evt.top_p`; what it returns
    is added to what is known. `.release(fn)` when a slider is let go, with the same three settings.
    """
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        more_scripts=("coin_draw.js",), **options,
    )  # fmt: skip


def coin_value(
    logits: Any,
    *,
    symbols: Sequence[str],
    version: int,
    key: str,
    start: Sequence[int],
    begun: Sequence[int],
    taken: Sequence[int],
    coins: Any,
    lengths: tuple[int, int],
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> dict[str, Any]:
    """What the component shows, for its value.

    logits: (T, V), of the letter after begun, after begun and one of taken, and so on.
    symbols: V signs, the end mark first. key: says which word this is; while it stays the same,
    new logits are added to the old ones and the person stays at the letter where they are.
    start: ids that stand there from the beginning; begun: ids that these logits begin after.
    coins: (N,) in [0, 1), coin t for letter t, counted from 0, start included.
    lengths: (shortest, longest) word. temperature, top_k, top_p: where the sliders stand; they
    move when this call asks for something else than the last.

    Raises ValueError where shapes do not fit.
    """
    rows = np.asarray(logits, dtype=np.float64)
    if rows.shape != (len(taken), len(symbols)):
        raise ValueError(f"logits must be {(len(taken), len(symbols))}, not {rows.shape}")
    kinds = [kind_of(letter, end_mark=symbols[0]) for letter in symbols]
    return {
        "version": int(version),
        "key": clean(key),
        "symbols": [clean(symbol) for symbol in symbols],
        "kinds": kinds,
        "kind_words": {kind: KIND_WORDS[kind] for kind in KINDS if kind in kinds},
        "start": [int(i) for i in start],
        "begun": [int(i) for i in begun],
        "taken": [int(i) for i in taken],
        "logits": doubles(rows),
        "coins": doubles(coins),
        "lengths": [int(length) for length in lengths],
        "settings": {"temperature": float(temperature), "top_k": int(top_k), "top_p": float(top_p)},
    }


def coin_error(message: str, *, version: int) -> dict[str, Any]:
    """A sentence in the place of the picture."""
    return {"version": int(version), "message": clean(message)}


def doubles(array: Any) -> str:
    """base64 of float64: a coin decides on the last digit, so none may be lost."""
    return base64.b64encode(np.asarray(array, dtype="<f8").tobytes()).decode("ascii")
