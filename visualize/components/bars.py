"""Next-letter bars: a distribution over the vocabulary, re-shaped in the browser by sliders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from visualize.components.base import clean, component, one_of, packed
from visualize.style import KIND_WORDS, KINDS, kind_of

TEMPLATE = (
    '<div class="lab-bars">'
    '<p class="lab-title" hidden></p>'
    '<canvas tabindex="0" role="application"></canvas>'
    '<div class="lab-legend"></div>'
    '<div class="lab-sliders"></div>'
    '<p class="lab-state-empty">Nothing to show yet.</p>'
    '<div class="lab-tip" hidden></div><div class="lab-spoken" aria-live="polite"></div>'
    "</div>"
)
CONTROLS = ("temperature", "top_k", "top_p")
MAX_BARS = 512


def bars(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "probability of the next letter",
    **options: Any,
) -> gr.HTML:
    """Bars of `bars_value(...)`; None shows that there is nothing yet.

    Event: `.release(fn)` when a slider is let go, with `evt.temperature`, `evt.top_k` (0 is off)
    and `evt.top_p` (1 is off).
    """
    return component(__file__, value, template=TEMPLATE, elem_id=elem_id, label=label, **options)


def bars_value(
    probabilities: Any = None,
    *,
    labels: Sequence[str],
    version: int,
    logits: Any = None,
    end_mark: str = ".",
    context: str = "",
    title: str = "",
    counts: Any = None,
    highlight: int | None = None,
    controls: Sequence[str] = (),
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> dict[str, Any]:
    """What the bars show, for their value.

    probabilities: (V,) at temperature 1, or logits: (V,); one of the two.
    labels: V letters, in the order of the bars.
    context: the letters before, for "P(u | q)". counts: (V,) the numbers that were divided, if any.
    title: a sentence; {letter} and {percent} in it become the likeliest letter and its share as
        the sliders now stand.
    highlight: index of the letter in question.
    controls: which sliders to show; temperature, top_k, top_p: where all three stand. They move
        when this call asks for something else than the last, otherwise they stay as they are.

    Raises ValueError where shapes or names do not fit.
    """
    if (probabilities is None) == (logits is None):
        raise ValueError("give probabilities or logits, one of the two")
    scores = (
        _row(logits, len(labels), name="logits")
        if probabilities is None
        else _logs(_row(probabilities, len(labels), name="probabilities"))
    )
    kinds = [kind_of(letter, end_mark=end_mark) for letter in labels]
    if highlight is not None and not 0 <= highlight < len(labels):
        raise ValueError(f"highlight must be a label's index, not {highlight}")
    return {
        "version": int(version),
        "title": clean(title),
        "labels": [clean(label) for label in labels],
        "kinds": kinds,
        "kind_words": {kind: KIND_WORDS[kind] for kind in KINDS if kind in kinds},
        "context": clean(context),
        "logits": packed(scores),
        "counts": None if counts is None else packed(_row(counts, len(labels), name="counts")),
        "highlight": highlight,
        "controls": [one_of(control, CONTROLS, name="controls") for control in controls],
        "temperature": float(temperature),
        "top_k": int(top_k),
        "top_p": float(top_p),
    }


def _row(values: Any, size: int, *, name: str) -> np.ndarray:
    row = np.asarray(values, dtype=np.float64)
    if row.shape != (size,):
        raise ValueError(f"{name} must be ({size},) like the labels, not {row.shape}")
    if size > MAX_BARS:
        raise ValueError(f"{size} bars are too many to read; at most {MAX_BARS}")
    return row


def _logs(probabilities: np.ndarray) -> np.ndarray:
    if np.any(probabilities < 0):
        raise ValueError("a probability cannot be negative")
    with np.errstate(divide="ignore"):
        return np.log(probabilities)  # -inf is welcome: such a letter never comes
