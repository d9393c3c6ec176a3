"""Generate, one word letter by letter: what the coin component is sent and what it may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from makemore.analysis.sampling_trace import trace_sampling
from makemore.checkpoint.checkpoint import Checkpoint
from visualize.components.coin import coin_error, coin_value
from visualize.page.state import sentence
from visualize.tabs.generate.word_list import MOST, GenerateForm


def show_walk(
    checkpoint: Checkpoint,
    wish: GenerateForm,
    number: float | None,
    *,
    version: int,
    begun: Sequence[int] | None = None,
) -> dict[str, Any]:
    """The way of word `number` of this seed, counted from 1; or what was wrong, in a sentence.

    begun: the letters that the page has taken, where its sliders have led it off the way.
    """
    try:
        row, settings = _row(number), wish.sampling(die="coin")
        way = trace_sampling(
            checkpoint.model, checkpoint.vocabulary, row=row, settings=settings, context_ids=begun
        )
    except ValueError as error:
        return coin_error(sentence(error), version=version)
    if not way.sampled_ids:
        return coin_error(f"“{wish.prefix}” is already as long as a word may be.", version=version)
    start = checkpoint.vocabulary.encode(settings.prefix)
    lengths = settings.min_length, settings.max_length
    key = "/".join(map(str, (checkpoint.name, settings.seed, row, *lengths, settings.prefix)))
    return coin_value(
        way.logits,
        symbols=checkpoint.vocabulary.symbols,
        version=version,
        key=key,
        start=start,
        begun=way.context_ids,
        taken=way.sampled_ids,
        coins=way.coins,
        lengths=lengths,
        temperature=wish.temperature,
        top_k=int(wish.top_k),
        top_p=wish.top_p,
    )


def _row(number: float | None) -> int:
    if number is None or not 1 <= number <= MOST:
        raise ValueError(f"The words of a seed are counted from 1 to {MOST}.")
    return int(number) - 1


def go_on(
    checkpoint: Checkpoint,
    wish: GenerateForm,
    number: float | None,
    asked: dict[str, Any],
    *,
    version: int,
) -> dict[str, Any] | None:
    """What the page asks for when its sliders have led a word off its way; None for nonsense.

    asked: "ids" so far, and "temperature", "top_k", "top_p" as the page has them. The answer says
    nothing of the sliders: the page has moved them itself.
    """
    ids, size = asked.get("ids"), len(checkpoint.vocabulary)
    if not isinstance(ids, list) or len(ids) > MOST or not all(_is_letter(i, size) for i in ids):
        return None
    try:
        moved = replace(
            wish, **{key: _number(asked[key]) for key in ("temperature", "top_k", "top_p")}
        )
    except (KeyError, ValueError):
        return None
    value = show_walk(checkpoint, moved, number, version=version, begun=ids)
    value.pop("settings", None)  # the page has moved its sliders itself; this answer may be late
    return value


def _is_letter(value: Any, size: int) -> bool:
    return type(value) is int and 0 < value < size


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError("no number")
    return value
