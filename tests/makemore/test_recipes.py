"""Every recipe says all that decides a run, survives JSON, and has a model and a corpus."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from makemore.corpora.registry import CORPORA
from makemore.models import MODELS, ModelConfig, build_model
from makemore.recipes import RECIPES, SHIPPED, Recipe
from makemore.validation import from_dict, validate
from tests.tiny import recipe


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_stands_under_its_name_and_can_be_run(name: str) -> None:
    entry = RECIPES[name]
    assert entry.name == name
    assert entry.title
    assert entry.corpus in CORPORA
    assert entry.check() is entry
    assert entry.model.kind in (*MODELS, "ngram")
    if entry.model.kind != "ngram":
        build_model(entry.model, 27)


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_survives_json(name: str) -> None:
    again = Recipe.from_dict(json.loads(json.dumps(RECIPES[name].to_dict())))
    assert again == RECIPES[name]
    assert hash(again) == hash(RECIPES[name])  # tuples, not lists


def test_shipped_recipes_are_recipes() -> None:
    assert set(SHIPPED) <= set(RECIPES)


def test_learning_rate_steps_down() -> None:
    lr = replace(recipe(), lr=((0, 0.1), (100, 0.01), (150, 0.001))).lr_at
    assert [lr(step) for step in (0, 99, 100, 149, 150, 10**6)] == [
        0.1,
        0.1,
        0.01,
        0.01,
        0.001,
        0.001,
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": -1},
        {"seed": 2**63},
        {"batch_seed": -1},
        {"batch_size": 0},
        {"batch_size": -3},
        {"steps": -1},
        {"evaluate_every": 0},
        {"lr": ()},
        {"lr": ((5, 0.1),)},
        {"lr": ((0, 0.1), (9, 0.1), (3, 0.1))},
        {"optimiser": "lion"},
        {"patience": -1},
        {"patience": 3, "split_seed": None},
    ],
)
def test_settings_with_which_no_run_can_be_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="makes no sense"):
        replace(recipe(), **changes).check()


@pytest.mark.parametrize("key", [field.name for field in fields(Recipe)])
@pytest.mark.parametrize(
    "value",
    [[], {}, [None], {"a": 1}, 10**400, float("nan"), object()],
    ids=["[]", "{}", "[None]", "{a: 1}", "huge", "NaN", "object"],
)
def test_no_value_of_a_wrong_type_gets_in(key: str, value: Any) -> None:
    if key == "start" and value == {}:
        return  # a Start of defaults
    with pytest.raises(ValueError):
        Recipe.from_dict({**recipe().to_dict(), key: value})


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "mlp",
        {},
        {"name": "a"},
        {**recipe().to_dict(), "color": 1},
        {**recipe().to_dict(), "model": {"kind": "mlp", "depth": 2}},
        {**recipe().to_dict(), "model": {}},
    ],
)
def test_what_is_no_recipe(data: Any) -> None:
    with pytest.raises(ValueError):
        Recipe.from_dict(data)


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        (3, int, 3),
        (3, float, 3.0),
        (None, int | None, None),
        (3, int | None, 3),
        ([[0, 1]], tuple[tuple[int, float], ...], ((0, 1.0),)),
        ({"a": 1}, dict[str, int], {"a": 1}),
        (True, bool, True),
        ("x", str, "x"),
        ({"kind": "mlp"}, ModelConfig, ModelConfig("mlp")),
    ],
)
def test_what_fits(value: Any, kind: Any, wanted: Any) -> None:
    got = validate(value, kind, name="it")
    assert got == wanted
    assert type(got) is type(wanted)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, int),
        (True, float),
        (1, bool),
        (1.5, int),
        ("1", int),
        (2**63, int),
        (2**9999, float),
        (float("nan"), float),
        ("", int | None),
        ([0, 1], tuple[tuple[int, float], ...]),
        ([[0, 1, 2]], tuple[tuple[int, float], ...]),
        ("ab", tuple[str, ...]),
        ([], dict[str, int]),
        ({"a": None}, dict[str, float]),
        (None, str),
        (["a"], str),
    ],
    ids=lambda part: ascii(part)[:20],
)
def test_what_does_not_fit(value: Any, kind: Any) -> None:
    with pytest.raises(ValueError, match="it "):
        validate(value, kind, name="it")


def test_messages_stay_short() -> None:
    for value in ("x" * 10_000, [0] * 10_000, 10**4000, {"y" * 10_000: 1}):
        with pytest.raises(ValueError) as caught:
            from_dict(Recipe, {"steps": value})
        assert len(str(caught.value)) < 200
