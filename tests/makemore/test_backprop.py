"""The 26 tensors of lecture 4: by hand and by autograd, right and broken on purpose."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import torch

from makemore.backprop.chain import BREAKS, GRADIENTS, Exercise, backpropagate, exercise
from makemore.corpora.registry import load_corpus
from makemore.examples import make_examples
from makemore.models import build_model, init_weights
from makemore.recipes import RECIPES
from makemore.vocabulary import Vocabulary

IN_ORDER = [
    "logprobs",
    "probs",
    "counts_sum_inv",
    "counts_sum",
    "counts",
    "norm_logits",
    "logit_maxes",
    "logits",
    "h",
    "W2",
    "b2",
    "hpreact",
    "bngain",
    "bnbias",
    "bnraw",
    "bnvar_inv",
    "bnvar",
    "bndiff2",
    "bndiff",
    "bnmeani",
    "hprebn",
    "embcat",
    "W1",
    "b1",
    "emb",
    "C",
]

# What each mistake spoils. Not all that comes later: no gradient is computed from those of b2,
# bngain, bnbias, W1, W2; and b1's and bnmeani's come out right where a slip cancels in their sum.
SPOILT = {
    "no-mean": IN_ORDER,
    "no-minus": [name for name in IN_ORDER[3:] if name != "b1"],
    "counts-one-path": [name for name in IN_ORDER[4:] if name != "b1"],
    "no-max": [],
    "overwritten": [name for name in IN_ORDER[7:] if name != "b1"],
    "no-batch-sum": ["b2"],
    "tanh-of-input": [name for name in IN_ORDER[11:] if name != "b1"],
    "no-bessel": ["bndiff2", "bndiff", "hprebn", "embcat", "W1", "emb", "C"],
    "bndiff-one-path": ["bndiff", "hprebn", "embcat", "W1", "emb", "C"],
    "mean-is-constant": ["hprebn", "embcat", "W1", "b1", "emb", "C"],
    "last-wins": ["C"],
}


@pytest.fixture(scope="module")
def lesson() -> Exercise:
    return exercise(load_corpus("names").words)


def in_float64(model):
    model = copy.deepcopy(model)
    for layer in model.layers:
        for name, tensor in layer.tensors().items():
            setattr(layer, name, tensor.double())
    return model


def test_all_26_in_the_lectures_order_agree_with_autograd(lesson: Exercise) -> None:
    done = backpropagate(lesson.model, lesson.batch)
    assert [record.name for record in done.records] == IN_ORDER == list(GRADIENTS)
    for record in done.records:
        assert record.approximate, record.name
        assert record.largest_difference <= 1e-8
        assert record.value.shape == record.by_hand.shape == record.autograd.shape == record.shape
        assert record.exact == np.array_equal(record.by_hand, record.autograd)
    assert done.wrong() == [] and done.broken is None
    assert done["logprobs"].exact and done["W2"].shape == (64, 27)


def test_the_exercise_is_the_lectures_net_and_the_loss_is_the_models(lesson: Exercise) -> None:
    assert sum(p.numel() for p in lesson.model.parameters()) == 4137
    done = backpropagate(lesson.model, lesson.batch)
    with torch.no_grad():
        logits = copy.deepcopy(lesson.model).train()(lesson.batch.contexts)
        loss = torch.nn.functional.cross_entropy(logits, lesson.batch.targets).item()
    assert done.loss == pytest.approx(loss, abs=1e-6)
    assert done["logits"].value == pytest.approx(logits.numpy(), abs=1e-5)
    again = exercise(load_corpus("names").words)
    assert torch.equal(again.batch.targets, lesson.batch.targets)
    assert torch.equal(again.model.layers[3].gamma, lesson.model.layers[3].gamma)


def test_the_models_own_layers_give_the_same_parameter_gradients(lesson: Exercise) -> None:
    model = in_float64(lesson.model).train()
    logits = model(lesson.batch.contexts)
    grad = torch.softmax(logits, 1)
    grad[range(32), lesson.batch.targets] -= 1
    model.backward(grad / 32)
    done = backpropagate(model, lesson.batch)
    names = ("C", "W1", "b1", "bngain", "bnbias", "W2", "b2")
    for name, p in zip(names, model.parameters()):
        assert done[name].by_hand.reshape(p.shape) == pytest.approx(p.grad.numpy(), abs=1e-12), name


@pytest.mark.parametrize("norm_bias", [True, False])
@pytest.mark.parametrize("words", [["emma", "ava", "бэлла"], ["a.b", "😀_", "<img>"] * 5])
def test_any_words_in_float64_to_ten_digits(words: list[str], norm_bias: bool) -> None:
    vocabulary = Vocabulary.of(words)
    recipe = RECIPES["manual-backprop-64"]
    model = build_model(replace(recipe.model, n_hidden=7, norm_bias=norm_bias), len(vocabulary))
    generator = torch.Generator().manual_seed(3)
    init_weights(model, recipe.start, generator=generator, norm_generator=generator)
    done = backpropagate(in_float64(model), make_examples(words, vocabulary, block_size=3))
    for record in (*done.records, *done.fused):
        assert record.value.dtype == np.float64
        assert record.largest_difference < 1e-10, record.name


def test_the_fused_gradients_are_the_long_ones(lesson: Exercise) -> None:
    logits, hprebn = backpropagate(lesson.model, lesson.batch).fused
    assert (logits.name, hprebn.name) == ("logits", "hprebn")
    for record in (logits, hprebn):
        assert record.approximate and record.largest_difference < 2e-8
        assert record.forward_difference < 5e-6


def test_rows_of_dlogits_sum_to_zero(lesson: Exercise) -> None:
    done = backpropagate(lesson.model, lesson.batch)
    assert done.row_sums.shape == (32,) and np.abs(done.row_sums).max() < 1e-8
    at = (np.arange(32), done.targets)
    assert (done["logits"].by_hand[at] < 0).all()  # the right letter is pulled up


def test_every_break_spoils_what_it_should_and_nothing_else(lesson: Exercise) -> None:
    assert list(BREAKS) == list(SPOILT)
    for name, spoilt in SPOILT.items():
        done = backpropagate(lesson.model, lesson.batch, broken=name)
        assert done.wrong() == spoilt, name
        assert [r.name for r in done.records if r.mistaken] == [BREAKS[name].tensor]
        assert done.broken is BREAKS[name]


def test_a_harmless_mistake_is_not_exact_all_the_same(lesson: Exercise) -> None:
    done = backpropagate(lesson.model, lesson.batch, broken="no-max")
    assert done["logits"].verdict == "approximate" and done["logit_maxes"].verdict == "exact"


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_says_what_it_is_and_shows_its_code(name: str, lesson: Exercise) -> None:
    broken = BREAKS[name]
    assert broken.name == name and broken.title and broken.explanation.endswith(".")
    source = backpropagate(lesson.model, lesson.batch, broken=name)[broken.tensor].source
    assert source.startswith("def ") and "should" in source


def test_the_code_shown_is_the_code_that_ran(lesson: Exercise) -> None:
    done = backpropagate(lesson.model, lesson.batch)
    for record in done.records:
        assert record.source.startswith(f"def d{record.name}(t: Tensors, d: Tensors) -> Tensor:")
        assert record.forward and record.backward
    assert "torch.softmax(t.logits, 1)" in done.fused[0].source


def test_the_model_stays_as_it_was(lesson: Exercise) -> None:
    before = {name: tensor.clone() for name, tensor in lesson.model.state().items()}
    state = torch.random.get_rng_state()
    backpropagate(lesson.model, lesson.batch)
    assert all(torch.equal(before[name], now) for name, now in lesson.model.state().items())
    assert not any(p.requires_grad for p in lesson.model.parameters())
    assert torch.equal(state, torch.random.get_rng_state())


def test_what_does_not_fit_is_said_in_words(lesson: Exercise) -> None:
    with pytest.raises(ValueError, match="MLP with BatchNorm"):
        backpropagate(build_model(RECIPES["mlp"].model, 27), lesson.batch)
    with pytest.raises(ValueError, match="two examples"):
        backpropagate(lesson.model, lesson.batch.take(torch.tensor([0])))
    with pytest.raises(ValueError, match="no mistake 'x'; there are: no-mean, "):
        backpropagate(lesson.model, lesson.batch, broken="x")
    with pytest.raises(FrozenInstanceError):
        backpropagate(lesson.model, lesson.batch).loss = 0.0
