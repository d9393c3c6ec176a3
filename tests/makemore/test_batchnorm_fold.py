"""Folding BatchNorm away, coupling through it, the WaveNet as a tree, and update : data."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from makemore.analysis.batchnorm_coupling import last_norm, normed
from makemore.analysis.batchnorm_fold import as_affine, fold, folded
from makemore.analysis.update_ratio import verdict, watch_updates, weight_matrices
from makemore.analysis.wavenet_tree import grow_tree, is_tree
from makemore.layers import BatchNorm1d, Linear
from makemore.lecture_norms import Lecture3BatchNorm
from makemore.models import ModelConfig
from makemore.probe import probe
from makemore.training import Run, start_run, train
from tests.tiny import CONFIGS, WORDS, recipe

NORMED = ("mlp-bn", "deep", "wavenet")


def trained(kind: str, **changes: object) -> Run:
    run = start_run(recipe(kind, **changes), WORDS)
    list(train(run))
    return run


# --- fold -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NORMED)
def test_a_folded_model_says_the_same(kind: str) -> None:
    run = trained(kind)
    before = {name: tensor.clone() for name, tensor in run.model.state().items()}
    result = fold(run.model, run.data.contexts)
    assert result.largest < 1e-5 and result.logits == len(run.data) * len(run.vocabulary)
    assert not any(isinstance(layer, BatchNorm1d) for layer in result.model.layers)
    assert (
        result.parameters[1] < result.parameters[0] and result.buffers[0] > result.buffers[1] == 0
    )
    for name, tensor in run.model.state().items():
        torch.testing.assert_close(tensor, before[name], atol=0, rtol=0)


def test_folding_keeps_the_lectures_own_batchnorm_and_a_bias_before_it() -> None:
    for config in (
        ModelConfig("mlp-bn", n_embd=3, n_hidden=8, norm="lecture3"),
        ModelConfig("mlp-bn", n_embd=3, n_hidden=8, norm_bias=True),
    ):
        run = trained("mlp-bn", model=config)
        assert fold(run.model, run.data.contexts).largest < 1e-5


def test_a_batchnorm_that_differs_from_place_to_place_cannot_be_folded() -> None:
    config = ModelConfig("wavenet", block_size=4, n_embd=3, n_hidden=8, norm="lecture5")
    run = trained("wavenet", model=config)
    result = fold(run.model, run.data.contexts)
    assert result.largest < 1e-5
    left = [layer for layer in result.model.layers if isinstance(layer, BatchNorm1d)]
    assert [layer.positions for layer in left] == [2]  # the last one is (B, C) and is folded


def test_in_double_precision_nothing_is_left_of_the_difference() -> None:
    run = trained("mlp-bn")
    for layer in run.model.layers:
        for name, tensor in layer.tensors().items():
            if tensor is not None:
                setattr(layer, name, tensor.double())
    twin = folded(run.model)
    for layer in twin.layers:
        assert not isinstance(layer, Linear) or layer.weight.dtype == torch.float64
    difference = twin(run.data.contexts) - run.model.clone().train(False)(run.data.contexts)
    assert difference.abs().max() < 1e-12


def test_without_batchnorm_there_is_nothing_to_fold() -> None:
    run = trained("mlp")
    with pytest.raises(ValueError, match="no BatchNorm"):
        fold(run.model, run.data.contexts)


@pytest.mark.parametrize("norm", [BatchNorm1d(4), Lecture3BatchNorm(4)])
def test_batchnorm_in_evaluation_is_a_line(norm: BatchNorm1d) -> None:
    generator = torch.Generator().manual_seed(3)
    for _ in range(5):
        norm(torch.randn(16, 4, generator=generator) * 3 + 1)
    norm.training = False
    x = torch.randn(7, 4, generator=generator)
    scale, shift = as_affine(norm)
    torch.testing.assert_close(scale * x + shift, norm(x), atol=1e-6, rtol=1e-5)


# --- coupling -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NORMED)
def test_in_training_a_swap_moves_the_others_and_in_evaluation_it_does_not(kind: str) -> None:
    run = trained(kind)
    before = run.data.contexts[:8].clone()
    after = before.clone()
    after[3] = run.data.contexts[20]
    moved = {}
    for training in (True, False):
        pair = [normed(run.model, each, training=training) for each in (before, after)]
        others = np.delete(pair[1].tanh - pair[0].tanh, 3, axis=0)
        moved[training] = np.abs(others).max()
    assert moved[True] > 1e-3 and moved[False] < 1e-6


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("norm", ["batch", "lecture3"])
def test_the_parts_of_the_formula_give_the_whole(norm: str, training: bool) -> None:
    run = trained("mlp-bn", model=ModelConfig("mlp-bn", n_embd=3, n_hidden=8, norm=norm))
    seen = normed(run.model, run.data.contexts[:8], training=training)
    np.testing.assert_allclose(
        seen.gamma * (seen.x - seen.mean) / seen.std + seen.beta, seen.out, atol=1e-5
    )
    np.testing.assert_allclose(np.tanh(seen.out), seen.tanh, atol=1e-6)


def test_a_model_without_batchnorm_is_told() -> None:
    run = trained("mlp")
    assert last_norm(run.model) is None and last_norm(object()) is None
    with pytest.raises(ValueError, match="no BatchNorm"):
        normed(run.model, run.data.contexts[:4], training=False)


# --- tree -----------------------------------------------------------------------------------------


def test_a_hidden_letter_reaches_only_the_nodes_above_it() -> None:
    run = trained("wavenet")
    tree = grow_tree(run.model, [0, 0, 3, 2, 5, 4, 1, 2])
    assert [level.shape for level in tree.levels] == [(8, 3), (4, 8), (2, 8), (1, 8)]
    for height, moved in enumerate(tree.changes):
        for letter in range(2, 8):
            reached = np.flatnonzero(moved[letter] > 1e-7).tolist()
            assert reached == [letter // 2**height]
        assert (moved[:2] == 0).all()  # these letters were blank before
    assert tree.probabilities.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(tree.hidden[0], tree.probabilities, atol=1e-6)


def test_the_root_holds_what_the_model_computes() -> None:
    run = trained("wavenet")
    context = run.data.contexts[5].tolist()
    tree = grow_tree(run.model, context)
    logits = run.model.clone().train(False)(torch.tensor([context]))
    np.testing.assert_allclose(tree.probabilities, torch.softmax(logits, 1)[0], atol=1e-6)


def test_only_a_wavenet_is_a_tree() -> None:
    for kind in CONFIGS:
        assert is_tree(trained(kind).model) == (kind == "wavenet")
    with pytest.raises(ValueError, match="WaveNet"):
        grow_tree(trained("mlp").model, [0, 0, 0])
    with pytest.raises(ValueError, match="8 letters, not 3"):
        grow_tree(trained("wavenet").model, [0, 0, 0])


# --- update : data --------------------------------------------------------------------------------


def test_for_sgd_the_ratio_is_the_lectures() -> None:
    run = start_run(recipe("mlp-bn"), WORDS)
    state = run.generator.get_state()
    rows = torch.randint(0, len(run.data), (16,), generator=run.generator)
    run.generator.set_state(state)
    said = [
        p for p in probe(run.model, run.data.take(rows)).parameters if p.name.endswith("weight")
    ]
    first = next(watch_updates(run, steps=5, every=1))
    names, weights = weight_matrices(run)
    assert first.names == names and [p.name for p in said] == [f"{name} weight" for name in names]
    for i, (record, now) in enumerate(zip(said, weights)):
        updated = 0.1 * np.std(record.grad, ddof=1) / now.std().item()
        assert first.ratios[0, i] == pytest.approx(np.log10(updated), abs=1e-3)


@pytest.mark.parametrize("changes", [{}, {"optimiser": "adamw", "lr": ((0, 0.001),)}])
def test_updates_are_watched_to_the_end(changes: dict) -> None:
    run = start_run(recipe("wavenet", **changes), WORDS)
    records = list(watch_updates(run, steps=25, every=10))
    assert [len(record.steps) for record in records] == [10, 20, 25]
    assert [record.done for record in records] == [False, False, True]
    assert records[-1].ratios.shape == (25, 5) and np.isfinite(records[-1].ratios).all()
    assert records[-1].recent().shape == records[-1].falling().shape == (5,)


def test_watching_changes_nothing() -> None:
    watched, plain = (start_run(recipe("mlp-bn"), WORDS) for _ in range(2))
    list(watch_updates(watched, steps=30))
    list(train(plain))
    for name, tensor in plain.model.state().items():
        torch.testing.assert_close(watched.model.state()[name], tensor, atol=0, rtol=0)


def test_a_run_that_blows_up_ends_the_watching() -> None:
    run = start_run(recipe("mlp", lr=((0, 1e6),)), WORDS)
    records = list(watch_updates(run, steps=30, every=5))
    assert records[-1].done and len(records[-1].steps) < 30


@pytest.mark.parametrize(
    ("level", "falling", "said"),
    [
        (-3.0, False, "about right"),
        (-2.2, False, "rather fast"),
        (-1.2, False, "far too fast"),
        (-1.2, True, "far too fast, but calming down"),
        (-4.0, True, "rather slow"),
        (-5.0, False, "far too slow"),
        (float("-inf"), False, "does not move"),
    ],
)
def test_a_ratio_in_words(level: float, falling: bool, said: str) -> None:
    assert verdict(level, falling=falling) == said
