"""Every value of a card replaced by everything that JSON can say, or taken away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makemore.checkpoint.checkpoint import CheckpointError, list_checkpoints, load_checkpoint
from makemore.sampling import sample, score

CARD = "card.json"


def places(part: Any, path: tuple = ()) -> Iterator[tuple]:
    """The way to every value of nested dicts and lists."""
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def use(folder: Path) -> None:
    """All that the lab does with a checkpoint; a card that is let in must not break it."""
    got = load_checkpoint(folder)
    sample(got.model, got.vocabulary, count=2)
    score(got.model, got.vocabulary, got.vocabulary.letters[0])
    assert all(isinstance(loss, (int, float)) for loss in got.losses.values())
    assert f"{got.losses['train']:.4g} {got.card['corpus']['words']:,}"
    assert isinstance(got.card["corpus"]["name"] + got.card["corpus"]["sha256"], str)
    assert isinstance(got.card["title"], str)
    assert got.recipe.lr_at(0) == got.recipe.lr_at(0)
    assert f"{got.card['steps']:,} {got.card['seconds']:.1f} {got.card['parameters']:,}"
    assert got.origin("emma")


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        "",
        "x" * 9,
        -1,
        0,
        1.5,
        True,
        2**70,
        1e308,
        float("nan"),
        ["a", None],
        {"a": []},
    ],
    ids=lambda value: ascii(value)[:12],
)
@pytest.mark.parametrize("kind", ["ngram", "mlp-bn"])
def test_any_value_of_the_card_may_be_anything(
    saved: Path, tmp_path: Path, kind: str, value: Any
) -> None:
    """Only CheckpointError comes out, or a checkpoint that can be used."""
    folder = Path(shutil.copytree(saved / kind, tmp_path / "mine"))
    text = (folder / CARD).read_text()
    refusals = 0
    for way in list(places(json.loads(text))):
        card = json.loads(text)
        part = card
        for key in way[:-1]:
            part = part[key]
        part[way[-1]] = value
        (folder / CARD).write_text(json.dumps(card))
        try:
            use(folder)
        except CheckpointError:
            refusals += 1
    assert refusals > 10


@pytest.mark.parametrize("kind", ["ngram", "mlp-bn"])
def test_any_value_of_the_card_may_be_missing(saved: Path, tmp_path: Path, kind: str) -> None:
    folder = Path(shutil.copytree(saved / kind, tmp_path / "mine"))
    text = (folder / CARD).read_text()
    for way in list(places(json.loads(text))):
        card = json.loads(text)
        part = card
        for key in way[:-1]:
            part = part[key]
        del part[way[-1]]
        (folder / CARD).write_text(json.dumps(card))
        try:
            use(folder)
        except CheckpointError as error:
            assert len(str(error)) < 300


def test_shipped_checkpoints_load() -> None:
    root = Path(__file__).parents[2] / "checkpoints"
    for name in list_checkpoints(root):
        use(root / name)
