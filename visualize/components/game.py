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
CSS = """
.lab-game { position: relative; font-family: var(--lab-font); font-size: var(--lab-size-2);
  color: var(--lab-ink); }
.lab-game [hidden] { display: none !important; }
.lab-game-word { display: flex; flex-wrap: wrap; gap: 3px; min-height: 56px; margin-bottom: 16px; }
.lab-game-word span { min-width: 44px; height: 52px; line-height: 52px; text-align: center;
  font: var(--lab-size-4)/52px var(--lab-mono); background: var(--lab-surface);
  border-radius: 3px; }
.lab-game-word .lab-game-next { background: none; box-shadow: inset 0 -3px var(--lab-accent);
  color: var(--lab-accent); }
.lab-game-sure, .lab-game-keys { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 12px; }
.lab-game-sure { align-items: center; gap: 6px 10px; }
.lab-game button { min-width: 40px; min-height: 40px; padding: 0 10px; border-radius: 3px;
  border: 1px solid var(--lab-line); background: none; color: var(--lab-ink); cursor: pointer;
  font: var(--lab-size-2) var(--lab-font); }
.lab-game-keys button { font-family: var(--lab-mono); font-size: var(--lab-size-3); }
.lab-game-keys .lab-game-end { font: var(--lab-size-2) var(--lab-font); }
.lab-game button:hover { border-color: var(--lab-accent); }
.lab-game button[aria-checked="true"] { background: var(--lab-accent); color: var(--lab-accent-ink);
  border-color: var(--lab-accent); }
.lab-game button:focus-visible { outline: 2px solid var(--lab-accent); outline-offset: 2px; }
.lab-game table { border-collapse: collapse; width: 100%; max-width: 720px; margin: 16px 0; }
.lab-game caption { text-align: start; font-weight: 600; padding: 0 0 8px; }
.lab-game :is(th, td) { border: 0; padding: 4px 12px 4px 0; font-weight: 400; text-align: start; }
.lab-game th { width: 11em; color: var(--lab-muted); font-size: var(--lab-size-1); }
.lab-game tr[data-mine] th { color: var(--lab-ink); font-weight: 600;
  font-size: var(--lab-size-2); }
.lab-game td:last-child { width: 9em; text-align: end; font-variant-numeric: tabular-nums;
  padding-right: 0; white-space: nowrap; }
.lab-game-bar { height: 16px; min-width: 1px; background: var(--lab-seq-5); }
.lab-game tr[data-mine] .lab-game-bar { background: var(--lab-accent); height: 22px; }
.lab-game-past { display: flex; flex-wrap: wrap; gap: 8px 24px; }
.lab-game-past > span { display: inline-flex; gap: 1px; }
@media (max-width: 800px) { .lab-title { min-height: 4em; } }
@media (max-width: 520px) { .lab-game th { width: 7em; } .lab-game td:last-child { width: 5em; } }
"""


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
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label, css_template=CSS,
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
