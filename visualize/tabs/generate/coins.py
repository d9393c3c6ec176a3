"""Generate, same coins, other models: one row of coins, a name from each model, where they part."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

from makemore.analysis.sampling_trace import first_difference
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.sampling import Sampled, sample
from visualize.components.word_rows import Strand, word_rows_value
from visualize.page.state import model_title, sentence
from visualize.tabs.generate.word_list import GenerateForm

ROWS = 40  # over which the averages go
SHOWN = 12
ALONE = (
    "Only one model has learned these words, so there is no other model to compare. "
    "Names and handles have several; the Train tab can make another."
)


def show_coins(
    models: Sequence[Checkpoint], chosen: Checkpoint, wish: GenerateForm, *, version: int
) -> dict[str, Any]:
    """Names of all models of the same words, drawn with the same coins, side by side.

    models: simplest first. Each word is compared with that of the chosen model.
    """
    try:
        settings = wish.sampling(die="coin")
        drawn = {
            model.name: sample(model.model, model.vocabulary, count=ROWS, settings=settings)
            for model in models
        }
    except ValueError as error:
        return word_rows_value([], version=version, title=sentence(error))
    groups = [
        (f"Coins of word {row + 1}", [_line(model, chosen, drawn, row) for model in models])
        for row in range(SHOWN)
    ]
    several = len(models) > 1
    return word_rows_value(
        groups,
        version=version,
        title=_title(models, drawn) if several else ALONE,
        note=_note(models, chosen, drawn) if several else "",
        mark=f"here it parts from {model_title(chosen)}" if several else "",
    )


def _line(
    model: Checkpoint, chosen: Checkpoint, drawn: dict[str, list[Sampled]], row: int
) -> Strand:
    word = drawn[model.name][row]
    here = None if model is chosen else where(drawn[chosen.name][row], word)
    return Strand(
        model_title(model),
        word.word,
        word.probabilities,
        part=here,
        said="" if model is chosen or here else "the same",
        chosen=model is chosen,
        end_mark=model.vocabulary.end_mark,
    )


def where(first: Sampled, second: Sampled) -> int | None:
    """At which letter, from 1, two drawn words part; None where they never do."""
    return first_difference(first.word, second.word, ended=(first.ended, second.ended))


def _title(models: Sequence[Checkpoint], drawn: dict[str, list[Sampled]]) -> str:
    """The richest model against the simplest."""
    simple, rich = models[0], models[-1]
    return f"With the same coins, {model_title(rich)} and {model_title(simple)} " + _parts(
        drawn[rich.name], drawn[simple.name]
    )


def _note(models: Sequence[Checkpoint], chosen: Checkpoint, drawn: dict[str, list[Sampled]]) -> str:
    others = [
        f"{model_title(model)} {_parts(drawn[chosen.name], drawn[model.name])}"
        for model in models
        if model is not chosen
    ]
    return f"Against {model_title(chosen)}, over {ROWS} rows of coins: {'; '.join(others)}."


def _parts(first: Sequence[Sampled], second: Sequence[Sampled]) -> str:
    places = [where(a, b) for a, b in zip(first, second)]
    apart = [place for place in places if place]
    same = len(places) - len(apart)
    if not apart:
        return "never part"
    said = f"part at letter {mean(apart):.1f} on average"
    verb = "is" if same == 1 else "are"
    return said + (f" ({same} of {len(places)} words {verb} the same)" if same else "")
