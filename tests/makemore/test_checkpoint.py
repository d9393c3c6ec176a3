"""Checkpoints: what was saved comes back to the last bit, and nothing else gets in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from makemore import __version__
from makemore.checkpoint.checkpoint import (
    checkpoint_of,
    fingerprint,
    list_checkpoints,
    load_checkpoint,
    save_checkpoint,
)
from makemore.corpora.registry import Corpus
from makemore.evaluation import mean_loss, split_losses
from makemore.sampling import sample, score
from makemore.training import start_run, train
from tests.tiny import CONFIGS, CORPUS, WORDS, recipe

WEIGHTS, CARD = "model.safetensors", "card.json"


# --- what was saved comes back --------------------------------------------------------------------


@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize(
    "changes", [{}, {"autograd": True}, {"split_seed": None}, {"patience": 2, "evaluate_every": 5}]
)
def test_round_trip(kind: str, changes: dict[str, Any], tmp_path: Path) -> None:
    run = start_run(recipe(kind, **changes), WORDS)
    list(train(run))
    made = checkpoint_of(run, name="mine", corpus=CORPUS)
    got = load_checkpoint(save_checkpoint(run, tmp_path / "mine", corpus=CORPUS))
    contexts = run.data.contexts
    assert torch.equal(got.model(contexts), run.model(contexts).detach())
    assert (got.name, got.recipe, got.vocabulary) == ("mine", run.recipe, run.vocabulary)
    assert got.card == json.loads(json.dumps(made.card))
    assert got.losses == split_losses(
        run.model, run.split, run.vocabulary, block_size=run.recipe.model.block_size
    )
    assert got.card["corpus"]["sha256"] == CORPUS.sha256
    assert got.card["steps"] == run.reached
    for name in ("curve", "dev_curve", "snapshot_steps", "snapshots"):
        mine, theirs = getattr(got, name), getattr(made, name)
        np.testing.assert_array_equal(mine, theirs)
        assert mine.dtype == theirs.dtype
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [CARD, WEIGHTS]


def test_it_samples_and_scores_as_before(saved: Path) -> None:
    for kind in CONFIGS:
        run = start_run(recipe(kind), WORDS)
        list(train(run))
        got = load_checkpoint(saved / kind)
        assert sample(got.model, got.vocabulary, count=5) == sample(
            run.model, run.vocabulary, count=5
        )
        assert score(got.model, got.vocabulary, "emma") == score(run.model, run.vocabulary, "emma")


def test_curve_is_the_loss_of_the_run(tmp_path: Path) -> None:
    run = start_run(recipe("mlp", steps=2500), WORDS)
    list(train(run))
    steps, losses = checkpoint_of(run, name="a", corpus=CORPUS).curve
    assert len(steps) <= 1000
    assert losses.mean() == pytest.approx(np.mean(run.losses), abs=0.02)
    assert (np.diff(steps) > 0).all()
    assert 0 < steps[0] < steps[-1] < 2500


def test_snapshots_end_with_the_weights(saved: Path) -> None:
    got = load_checkpoint(saved / "mlp")
    assert got.snapshot_steps[0] == 0
    assert got.snapshot_steps[-1] == 30
    assert (np.diff(got.snapshot_steps) > 0).all()
    assert np.array_equal(got.snapshots[-1], got.model.layers[0].weight.numpy())


def test_a_run_that_took_its_best_weights_back_says_from_which_step(tmp_path: Path) -> None:
    run = start_run(recipe("mlp", steps=5000, lr=((0, 0.5),), patience=3, evaluate_every=20), WORDS)
    list(train(run))
    got = load_checkpoint(save_checkpoint(run, tmp_path / "mine", corpus=CORPUS))
    assert got.card["steps"] == run.best.step < run.step
    assert got.snapshot_steps[-1] == run.best.step
    assert got.losses["dev"] == pytest.approx(got.dev_curve[1].min(), abs=1e-6)


def test_a_run_left_early_is_kept_with_the_step_it_reached(tmp_path: Path) -> None:
    run = start_run(recipe("mlp-bn", patience=2, evaluate_every=10), WORDS)
    list(train(run, steps=15))
    got = load_checkpoint(save_checkpoint(run, tmp_path / "mine", corpus=CORPUS))
    assert got.card["steps"] == 15
    assert got.losses["train"] == mean_loss(got.model, run.data)


def test_a_diverged_run_is_kept_at_its_good_step(tmp_path: Path) -> None:
    run = start_run(recipe("mlp", lr=((0, 0.1), (120, 1e6)), steps=1000), WORDS)
    assert list(train(run))[-1].diverged
    got = load_checkpoint(save_checkpoint(run, tmp_path / "mine", corpus=CORPUS))
    assert got.card["steps"] == 100
    assert got.snapshot_steps[-1] == 100


def test_memorised_or_invented(saved: Path) -> None:
    run, got = start_run(recipe("mlp"), WORDS), load_checkpoint(saved / "mlp")
    for part, words in run.split.items():
        assert {got.origin(word) for word in words} == {f"in {part}"}
    assert got.origin("zzz") == got.origin("") == "new"
    text = (saved / "mlp" / CARD).read_text() + repr((saved / "mlp" / WEIGHTS).read_bytes())
    assert not any(word in text for word in WORDS)  # the words themselves are not shipped


def test_fingerprints() -> None:
    prints = fingerprint(["b", "a", "b", "\U0001f600"])
    assert prints.dtype == np.int64
    assert len(prints) == 3
    assert (np.diff(prints) > 0).all()
    assert fingerprint([]).shape == (0,)
    assert fingerprint(["a"]) == fingerprint(["a"])


def test_any_script(tmp_path: Path) -> None:
    words = ("\U0001f600\U0001f1e9", "שלום", "<img src=x onerror=alert(1)>", 'a"b\\c.␃') * 4
    run = start_run(recipe("wavenet"), words)
    got = load_checkpoint(save_checkpoint(run, tmp_path / "mine", corpus=Corpus("é", words, "ü")))
    assert got.vocabulary == run.vocabulary
    assert got.origin(words[0]) == "in train"


def test_whoever_may_read_files_may_read_a_checkpoint(tmp_path: Path) -> None:
    folder = save_checkpoint(start_run(recipe(), WORDS), tmp_path / "mine", corpus=CORPUS)
    (tmp_path / "plain").touch()
    usual = (tmp_path / "plain").stat().st_mode
    assert [(folder / name).stat().st_mode for name in (CARD, WEIGHTS)] == [usual, usual]


def test_saving_again_replaces(folder: Path) -> None:
    run = start_run(recipe("mlp"), WORDS)
    save_checkpoint(run, folder, corpus=CORPUS)
    assert load_checkpoint(folder).recipe == run.recipe


def test_list(saved: Path, tmp_path: Path) -> None:
    assert list_checkpoints(saved) == sorted(CONFIGS)
    assert list_checkpoints(tmp_path) == []
    assert list_checkpoints(tmp_path / "nowhere") == []


def test_a_card_says_which_version_wrote_it(tmp_path: Path) -> None:
    corpus = Corpus("names", WORDS, "a test")
    folder = save_checkpoint(start_run(recipe("ngram"), WORDS), tmp_path / "new", corpus=corpus)
    assert load_checkpoint(folder).card["made"]["version"] == __version__
