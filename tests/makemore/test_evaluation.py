"""Losses against torch over the whole split, calibration against its definition, the leak audit."""

from __future__ import annotations

import math

import pytest
import torch

from makemore import evaluation
from makemore.evaluation import (
    bits,
    calibrate,
    leak_audit,
    mean_loss,
    random_guess,
    split_losses,
    surprisal,
)
from makemore.examples import Split
from makemore.layers import BatchNorm1d
from makemore.lecture_norms import Lecture3BatchNorm
from makemore.models import ModelConfig
from makemore.training import Run, start_run, train
from tests.tiny import CONFIGS, NETWORKS, WORDS, recipe


def trained(kind: str, **changes: object) -> Run:
    run = start_run(recipe(kind, **changes), WORDS)
    list(train(run))
    return run


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("chunk", [1, 7, 10_000])
def test_mean_loss_is_that_of_torch_in_chunks_of_any_size(
    kind: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(kind)
    wanted = torch.nn.functional.cross_entropy(run.model(run.data.contexts), run.data.targets)
    monkeypatch.setattr(evaluation, "CHUNK", chunk)
    assert mean_loss(run.model, run.data) == pytest.approx(wanted.item(), abs=1e-5)


def test_mean_loss_uses_running_statistics_and_leaves_the_mode() -> None:
    run = trained("mlp-bn")
    wanted, before = mean_loss(run.model, run.data), run.model.layers[3].running_mean.clone()
    for mode in (True, False):
        run.model.train(mode)
        assert mean_loss(run.model, run.data) == wanted
        assert all(layer.training is mode for layer in run.model.layers)
    assert torch.equal(run.model.layers[3].running_mean, before)


def test_no_examples_have_no_loss() -> None:
    run = trained("mlp")
    assert math.isnan(mean_loss(run.model, run.data.take(torch.tensor([], dtype=torch.int64))))


@pytest.mark.parametrize("kind", CONFIGS)
def test_split_losses(kind: str) -> None:
    run = trained(kind)
    size = run.recipe.model.block_size
    losses = split_losses(run.model, run.split, run.vocabulary, block_size=size)
    assert list(losses) == ["train", "dev", "test"]
    assert losses["train"] == mean_loss(run.model, run.data)
    assert losses["dev"] == mean_loss(run.model, run.dev)
    only = split_losses(run.model, Split(WORDS, (), ()), run.vocabulary, block_size=size)
    assert list(only) == ["train"]


def test_random_guess_and_bits() -> None:
    assert random_guess(27) == pytest.approx(3.2958, abs=5e-5)
    assert bits(random_guess(32)) == pytest.approx(5.0)


@pytest.mark.parametrize("kind", ["mlp-bn", "deep", "wavenet"])
def test_calibration_is_the_whole_sets_statistics(kind: str) -> None:
    """After it, evaluation over the set gives what training mode gives for it as one batch."""
    run = trained(kind)
    as_one_batch = run.model.clone().train()(run.data.contexts)
    calibrate(run.model, run.data)
    assert not any(layer.training for layer in run.model.layers)
    torch.testing.assert_close(run.model(run.data.contexts), as_one_batch, rtol=0, atol=1e-4)


def test_calibration_of_lecture_3s_norm() -> None:
    run = trained("mlp-bn", model=ModelConfig("mlp-bn", n_embd=3, n_hidden=8, norm="lecture3"))
    as_one_batch = run.model.clone().train()(run.data.contexts)
    calibrate(run.model, run.data)
    norm = next(layer for layer in run.model.layers if isinstance(layer, BatchNorm1d))
    assert isinstance(norm, Lecture3BatchNorm)
    torch.testing.assert_close(run.model(run.data.contexts), as_one_batch, rtol=0, atol=1e-4)


def test_leak_audit() -> None:
    audit = leak_audit(Split(("a", "b", "a"), ("b", "c", "b"), ("c", "a")))
    assert (audit.distinct, audit.repeated) == (3, 5)
    assert (audit.dev, audit.dev_in_train) == (3, 2)
    assert (audit.test, audit.test_in_train) == (2, 1)


def test_a_sure_letter_costs_nothing_and_never_minus_nothing() -> None:
    assert f"{surprisal(1.0):.3g}" == "0" and surprisal(0.25) == 2.0 and math.isinf(surprisal(0))
