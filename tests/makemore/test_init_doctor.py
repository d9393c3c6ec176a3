"""The init doctor: the lecture's printed first losses, and what each start does to a batch."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from makemore.analysis.init_doctor import (
    BLOCK_SIZE,
    INIT_PRESETS,
    InitSetup,
    build_untrained,
    diagnosis,
    probe_init,
)
from makemore.corpora.registry import load_corpus
from makemore.examples import Examples, make_examples, split_words
from makemore.layers import BatchNorm1d, Linear
from makemore.probe import Probe
from makemore.vocabulary import Vocabulary

GUESS = math.log(27)
PRINTED = {  # notes of lecture 3, on names.txt, seed 2147483647
    "Lecture 2": 27.8817,
    "Softmax fix": 3.3221,
    "Tanh fix": 3.3135,
    "Kaiming": 3.3179,
    "+ BatchNorm": 3.3239,
    "Deep + BatchNorm": 3.2870,
}


def examples(corpus: str) -> Examples:
    words = load_corpus(corpus).words
    return make_examples(split_words(words).train, Vocabulary.of(words), block_size=BLOCK_SIZE)


@pytest.fixture(scope="module")
def bundled() -> Examples:
    return examples("names")


def seen(name: str, data: Examples) -> Probe:
    return probe_init(INIT_PRESETS[name], data, vocab_size=27)[0]


@pytest.mark.skipif(
    not Path(os.environ.get("MAKEMORE_DATA", ""), "names.txt").is_file()
    or not os.environ.get("MAKEMORE_DATA"),
    reason="needs the notebooks' names.txt",
)
def test_the_printed_first_losses_come_out() -> None:
    data = examples("names.txt")
    for name, printed in PRINTED.items():
        assert seen(name, data).loss == pytest.approx(printed, abs=1e-4), name


def test_the_ladder_on_the_bundled_names(bundled: Examples) -> None:
    assert seen("Lecture 2", bundled).loss > 20
    for name in ("Softmax fix", "Tanh fix", "Kaiming", "+ BatchNorm"):
        assert seen(name, bundled).loss == pytest.approx(GUESS, abs=0.1)
    saturated = [
        seen(name, bundled).of_kind("Tanh")[0].saturation
        for name in ("Softmax fix", "Kaiming", "Tanh fix")
    ]
    assert saturated == sorted(saturated, reverse=True) and saturated[0] > 0.5


@pytest.mark.parametrize("name", INIT_PRESETS)
def test_every_patient_is_examined(name: str, bundled: Examples) -> None:
    probe, batch = probe_init(INIT_PRESETS[name], bundled, vocab_size=27)
    assert np.isfinite(probe.loss) and len(batch) == 32
    again, _ = probe_init(INIT_PRESETS[name], bundled, vocab_size=27)
    assert again.loss == probe.loss
    assert diagnosis(probe, guess=GUESS)


def test_all_zero_leaves_only_the_last_bias_to_learn(bundled: Examples) -> None:
    probe = seen("All zero", bundled)
    assert probe.loss == pytest.approx(GUESS, abs=1e-6)
    assert [p.name for p in probe.parameters if p.grad.any()] == ["4 Linear bias"]
    assert "No weight gets a gradient" in diagnosis(probe, guess=GUESS)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Lecture 2", "Confidently wrong"),
        ("Softmax fix", "hardly any"),
        ("Kaiming", "healthy"),
        ("Deep: gain 5/3", "healthy"),
        ("Deep: gain 1", "fades"),
        ("Deep: gain 0.5", "dies"),
        ("Deep: gain 3", "hardly any"),
        ("Deep + BatchNorm", "healthy"),
    ],
)
def test_the_diagnosis_names_what_is_wrong(name: str, words: str, bundled: Examples) -> None:
    assert words in diagnosis(seen(name, bundled), guess=GUESS)


def test_a_deep_net_without_fan_in_is_saturated_and_with_batchnorm_is_not(
    bundled: Examples,
) -> None:
    plain, normed = seen("Deep: no fan-in", bundled), seen("Deep + BatchNorm", bundled)
    assert min(r.saturation for r in plain.of_kind("Tanh")[1:]) > 0.7
    assert max(r.saturation for r in normed.of_kind("Tanh")) < 0.1


def test_without_tanh_five_layers_are_one(bundled: Examples) -> None:
    generator = torch.Generator().manual_seed(1)
    model = build_untrained(INIT_PRESETS["Deep: no tanh"], vocab_size=27, generator=generator)
    linears = [layer.weight for layer in model.layers if isinstance(layer, Linear)]
    contexts = bundled.contexts[:8]
    x = model.layers[0].weight[contexts].reshape(8, -1)  # (8, 30)
    one = linears[0]
    for weight in linears[1:]:
        one = one @ weight
    torch.testing.assert_close(model(contexts), x @ one, atol=1e-4, rtol=1e-3)


def test_batchnorm_takes_the_place_of_the_hidden_bias() -> None:
    generator = torch.Generator().manual_seed(1)
    model = build_untrained(InitSetup(batchnorm=True), vocab_size=5, generator=generator)
    assert model.layers[2].bias is None and isinstance(model.layers[3], BatchNorm1d)
