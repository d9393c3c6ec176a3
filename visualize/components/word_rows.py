"""Words under one another, letter below letter: the same coins in several models, or one word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import clean, component, packed

TEMPLATE = (
    '<div class="lab-strands">'
    '<p class="lab-title" hidden></p>'
    '<p class="lab-note lab-strands-note" hidden></p>'
    '<div class="lab-strands-groups"></div>'
    '<div class="lab-legend"></div>'
    '<div class="lab-tip" hidden></div>'
    "</div>"
)
MAX_LETTERS = 64


@dataclass(frozen=True)
class Strand:
    """One line.

    name:   what stands on the left; letters: the word
    probabilities: of each letter, and one more for the end if the word came to its end
    part:   the letter, counted from 1, that is marked; None for none
    said:   a short text on the right; more: a sentence below
    chosen: set in bold
    """

    name: str
    letters: str = ""
    probabilities: Sequence[float] = ()
    part: int | None = None
    said: str = ""
    more: str = ""
    chosen: bool = False
    end_mark: str = "."


def word_rows(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "words under one another",
    **options: Any,
) -> gr.HTML:
    """Groups of lines, of `strands_value(...)`. It needs no event."""
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def word_rows_value(
    groups: Sequence[tuple[str, Sequence[Strand]]],
    *,
    version: int,
    title: str = "",
    note: str = "",
    mark: str = "",
    wide: bool = False,
) -> dict[str, Any]:
    """What the component shows, for its value.

    groups: (heading, lines) each. note: a sentence below the title. mark: what the mark at `part`
    means, for the legend; empty where nothing is marked. wide: one group a row, on any page.

    Raises ValueError where probabilities do not fit their word.
    """
    lines = [line for _, group in groups for line in group]
    for line in lines:
        if line.letters and len(line.probabilities) - len(line.letters) not in (0, 1):
            raise ValueError(f"{line.letters!r} has {len(line.probabilities)} probabilities")
    chances = [np.asarray(line.probabilities[: MAX_LETTERS + 1], np.float64) for line in lines]
    return {
        "version": int(version),
        "title": clean(title),
        "note": clean(note),
        "mark": clean(mark),
        "wide": bool(wide),
        "groups": [
            {"head": clean(head), "lines": list(map(_line, group))} for head, group in groups
        ],
        "probabilities": packed(np.concatenate([np.zeros(0), *chances])),
    }


def _line(strand: Strand) -> dict[str, Any]:
    chances = len(strand.probabilities)
    return {
        "name": clean(strand.name),
        "letters": clean(strand.letters[:MAX_LETTERS]),
        "end": strand.end_mark if chances > len(strand.letters) else "",
        "size": min(chances, MAX_LETTERS + 1),
        "part": strand.part,
        "said": clean(strand.said),
        "more": clean(strand.more),
        "chosen": strand.chosen,
    }
