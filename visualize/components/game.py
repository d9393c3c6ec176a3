"""A guessing game: a word that opens letter by letter, a keyboard, a board of prices in bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

import gradio as gr

from visualize.components.base import clean, component

TEMPLATE = (
    '<div class="lab-game">'
    '<p class="lab-title" aria-live="polite"></p>'
    '<div class="lab-game-play"><div class="lab-game-word"></div>'
    '<div class="lab-game-sure" role="radiogroup" aria-label="How sure are you?"></div>'
    '<div class="lab-game-keys" role="group" aria-label="Which letter comes next?"></div>'
    '<p class="lab-note lab-game-help"></p></div>'
    '<div class="lab-game-board"><table><caption></caption><tbody></tbody></table></div>'
    '<div class="lab-game-past"></div>'
    '<div class="lab-tip" hidden></div>'
    "</div>"
)


def game(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "guess the next letter",
    **options: Any,
) -> gr.HTML:
    """The game of `game_value(...)`.

    Event: `.guess(fn)` with `evt.turn`, `evt.letter` (an id) and `evt.sure` (one of the names in
    `sureness`), when a letter is clicked or typed.
    """
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def game_value(
    *,
    version: int,
    title: str,
    symbols: Sequence[str],
    word: str,
    turn: int,
    over: bool,
    sureness: Mapping[str, float],
    help_text: str = "",
    caption: str = "",
    board: Sequence[tuple[str, float, bool]] = (),
    past: Sequence[Sequence[tuple[str, float, str]]] = (),
) -> dict[str, Any]:
    """What the game shows, for its value. It must hold nothing that is still to be guessed.

    word: the letters shown so far of the word in play. turn: number of guesses so far.
    sureness: name -> the share that the guessed letter gets.
    board: (name, bits per letter, whether it is the class) each, best first. past: for each word
    the letters that were shown, each with the class's share of it and a sentence for its tip.
    """
    return {
        "version": int(version),
        "title": clean(title),
        "symbols": [clean(symbol) for symbol in symbols],
        "word": clean(word),
        "turn": int(turn),
        "over": bool(over),
        "sureness": {name: float(share) for name, share in sureness.items()},
        "help": clean(help_text),
        "caption": clean(caption),
        "board": [
            {
                "name": clean(name),
                "bits": float(bits) if isfinite(bits) else None,
                "mine": bool(mine),
            }
            for name, bits, mine in board
        ],
        "past": [
            [
                {"letter": clean(letter), "share": float(share), "tip": clean(tip)}
                for letter, share, tip in letters
            ]
            for letters in past
        ],
    }


def game_error(message: str, *, version: int) -> dict[str, Any]:
    """A sentence in the place of the game."""
    return {"version": int(version), "title": clean(message)}
