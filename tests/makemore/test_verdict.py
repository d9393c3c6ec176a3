"""Does a run match the lecture? Which recipes can be held to printed numbers, and how near."""

from __future__ import annotations

from dataclasses import replace

import pytest

from makemore.recipes import RECIPES
from makemore.reproduce.finals import AT_STEP, FINALS
from makemore.reproduce.printed import PRINTED
from makemore.reproduce.verdict import Verdict, has_printed_numbers, is_recipe, verdicts


def test_which_recipes_have_printed_numbers() -> None:
    assert all(has_printed_numbers(name) for name in ("one-layer", "mlp-bn", "wavenet", "flat-3"))
    assert not has_printed_numbers("quick-mlp")
    assert is_recipe(replace(RECIPES["mlp-bn"], steps=5, title="x"), "mlp-bn")
    assert not is_recipe(replace(RECIPES["mlp-bn"], seed=5), "mlp-bn")


def test_numbers_beside_the_printed_ones() -> None:
    (first,) = verdicts("init-original", [27.88172], None)
    assert first == Verdict("step 0", 27.8817, 27.88172, 0.0001) and first.met
    assert not verdicts("init-original", [27.9], None)[0].met
    whole = verdicts("deep", [3.287] * 1_001, {"train": 2.4, "dev": 2.39825, "test": 2.0})
    assert [(each.what, each.met) for each in whole] == [
        ("step 0", True),
        ("train", False),
        ("dev", True),
    ]
    assert verdicts("wavenet", [], {"train": 1.0}) == []


@pytest.mark.parametrize("name", sorted({at.recipe for at in AT_STEP.values()}))
def test_every_printed_step_is_held_to(name: str) -> None:
    exact = [0.0] * RECIPES[name].steps
    for id_, at in AT_STEP.items():
        if at.recipe == name:
            exact[at.step] = PRINTED[id_].value
    found = verdicts(name, exact, None)
    assert len(found) == sum(at.recipe == name for at in AT_STEP.values())
    assert all(verdict.met for verdict in found)


def test_the_tightest_of_two_entries_counts() -> None:
    assert {"wavenet"} < set(FINALS["ladder5"].recipes)  # and wavenet.final is tighter
    (train,) = verdicts("wavenet", [0.0] * RECIPES["wavenet"].steps, {"train": 1.76903})[2:]
    assert train.tolerance == PRINTED["wavenet.final"].tolerance < PRINTED["ladder5"].tolerance
