"""What a run can start from: tiny corpora, any script, every recipe; and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from makemore.evaluation import mean_loss
from makemore.examples import make_examples
from makemore.models import ModelConfig, count_parameters
from makemore.recipes import RECIPES, Recipe
from makemore.training import Run, start_run, train
from tests.tiny import CONFIGS, WORDS, recipe


def trained(of: Recipe, words: Sequence[str] = WORDS) -> Run:
    run = start_run(of, words)
    list(train(run))
    return run


@pytest.mark.parametrize(
    "words",
    [
        ("a",),
        ("ab", "ba"),
        ("a", "a"),
        ("emma",) * 9,
        ("\U0001f600", "שלום"),
        ("a.b", "c.d"),
        ("x" * 10_000,),
    ],
)
@pytest.mark.parametrize("kind", CONFIGS)
def test_tiny_corpora(kind: str, words: tuple[str, ...]) -> None:
    run = trained(recipe(kind), words)
    assert run.split.dev == words
    assert math.isfinite(mean_loss(run.model, run.dev))


@pytest.mark.parametrize("words", [(), ("",), ("", "")])
@pytest.mark.parametrize("kind", CONFIGS)
def test_no_words_at_all(kind: str, words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no words"):
        start_run(recipe(kind), words)


def test_counting_needs_no_steps() -> None:
    run = start_run(recipe("ngram", steps=5, optimiser="adamw"), WORDS)
    assert list(train(run)) == []
    assert count_parameters(run.model) == len(run.model.counts)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_starts_and_takes_a_step(name: str) -> None:
    of = RECIPES[name]
    small = replace(of.model, n_hidden=min(of.model.n_hidden, 16))
    run = start_run(replace(of, model=small), WORDS)
    records = list(train(run, steps=2))
    assert run.step == (0 if of.model.kind == "ngram" else 2)
    assert not any(record.diverged for record in records)


def test_first_words_keep_the_whole_alphabet() -> None:
    run = start_run(recipe("mlp", first_words=2, split_seed=None), WORDS)
    assert run.split.train == WORDS[:2]
    assert len(run.vocabulary) == 19
    assert len(run.data) == len(make_examples(WORDS[:2], run.vocabulary, block_size=3))


def test_config_that_makes_no_sense() -> None:
    with pytest.raises(ValueError):
        start_run(recipe("mlp", model=ModelConfig("mlp", n_hidden=0)), WORDS)
