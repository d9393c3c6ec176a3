"""A list of generated words: each letter on a tile that is as dark as the letter was likely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import clean, component, packed

TEMPLATE = (
    '<div class="lab-names">'
    '<p class="lab-title" hidden></p>'
    '<ul class="lab-words"></ul>'
    '<p class="lab-note lab-more" hidden></p>'
    '<div class="lab-legend"></div>'
    '<p class="lab-state-empty">No names yet.</p>'
    '<div class="lab-tip" hidden></div><div class="lab-spoken" aria-live="polite"></div>'
    "</div>"
)
MAX_LETTERS = 60
MAX_WORDS = 500


def word_tiles(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "generated names",
    **options: Any,
) -> gr.HTML:
    """A list of words of `names_value(...)`; None shows that there are none yet.

    Event: `.pick(fn)` on a click or Enter on a word, with `evt.index`.
    """
    return component(__file__, value, template=TEMPLATE, elem_id=elem_id, label=label, **options)


def word_tiles_value(
    items: Sequence[tuple[str, Sequence[float], str, str]],
    *,
    end_mark: str,
    version: int,
    title: str = "",
    block_size: int | None = None,
) -> dict[str, Any]:
    """What the list shows, for its value.

    items: (word, probabilities, badge, note) each. probabilities: one for each letter and one more
        for the end, or none for the end where the word was cut off. badge: a word or two such as
        "new" or "in train", may be empty. note: what the badge says on hover, such as the nearest
        real name, may be empty.
    block_size: how many letters the model sees, for "P(a | em)"; None shows all that came before.

    Of a word the first 60 letters are sent, of the list the first 500 words; the page says how many
    more there are. Raises ValueError where probabilities do not fit their word.
    """
    shown = [_word(*item) for item in items[:MAX_WORDS]]
    chances = [chances for _, chances in shown]
    return {
        "version": int(version),
        "title": clean(title),
        "end": end_mark,
        "block_size": block_size,
        "words": [word for word, _ in shown],
        "probabilities": packed(np.concatenate([np.zeros(0), *chances])),
        "more": max(0, len(items) - MAX_WORDS),
    }


def _word(
    word: str, probabilities: Sequence[float], badge: str, note: str
) -> tuple[dict[str, Any], np.ndarray]:
    """One word as sent, and the probabilities of what is shown of it."""
    chances = np.asarray(probabilities, dtype=np.float64)
    if chances.ndim != 1 or len(chances) - len(word) not in (0, 1):
        raise ValueError(
            f"a word of {len(word)} letters needs {len(word)} or {len(word) + 1} probabilities,"
            f" not {chances.shape}"
        )
    more = max(0, len(word) - MAX_LETTERS)
    return {
        "letters": clean(word[:MAX_LETTERS]),
        "ended": len(chances) > len(word) and not more,
        "more": more,
        "badge": clean(badge),
        "note": clean(note),
    }, chances[:MAX_LETTERS] if more else chances
