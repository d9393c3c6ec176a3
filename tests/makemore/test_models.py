"""Whole models, each entry of MODELS: shapes, sizes, gradients, first weights."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from makemore.layers import BatchNorm1d, Linear, OneHot, Sequential, cross_entropy_backward
from makemore.models import (
    MODELS,
    NORMS,
    InitConfig,
    ModelConfig,
    build_model,
    count_parameters,
    init_weights,
)
from tests.tiny import CONFIGS, NETWORKS

V = 11


def started(
    config: ModelConfig,
    start: InitConfig = InitConfig(bias=0.5, output_bias=0.5, norm_noise=0.3),
    seed: int = 3,
) -> Sequential:
    model = build_model(config, V)
    init_weights(
        model,
        start,
        generator=torch.Generator().manual_seed(seed),
        norm_generator=torch.Generator().manual_seed(seed + 1),
    )
    return model


def in_float64(model: Sequential) -> Sequential:
    for layer in model.layers:
        for name, tensor in layer.tensors().items():
            setattr(layer, name, tensor.double())
        if isinstance(layer, OneHot):
            layer.dtype = torch.float64
    return model


def some_ids(config: ModelConfig, n: int = 6) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, V, (n, config.block_size), generator=generator)


def test_every_model_is_tested() -> None:
    assert {*MODELS, "ngram"} == set(CONFIGS)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("norm", NORMS)
def test_backward_is_that_of_autograd(kind: str, training: bool, norm: str) -> None:
    config = replace(CONFIGS[kind], norm=norm, norm_bias=training)
    model = in_float64(started(config)).train(training)
    ids, targets = some_ids(config), torch.tensor([0, 1, 10, 3, 3, 7])
    for p in model.parameters():
        p.requires_grad_()
    loss = torch.nn.functional.cross_entropy(model(ids), targets)
    wanted = torch.autograd.grad(loss, model.parameters())
    with torch.no_grad():
        model.backward(cross_entropy_backward(model(ids), targets))
    for p, theirs in zip(model.parameters(), wanted, strict=True):
        torch.testing.assert_close(p.grad, theirs, rtol=0.0, atol=1e-10)


@pytest.mark.parametrize("kind", NETWORKS)
def test_ids_in_logits_out(kind: str) -> None:
    model = started(CONFIGS[kind])
    logits = model(some_ids(CONFIGS[kind]))
    assert logits.shape == (6, V)
    assert logits.dtype == torch.float32
    assert model.block_size == CONFIGS[kind].block_size
    one_by_one = model.train(False)
    batch = one_by_one(some_ids(CONFIGS[kind]))
    single = one_by_one(some_ids(CONFIGS[kind])[:1])  # batch of one, in evaluation mode
    torch.testing.assert_close(single, batch[:1])


@pytest.mark.parametrize(
    ("config", "vocab_size", "numbers"),
    [
        (ModelConfig("one-layer", block_size=1), 27, 729),
        (ModelConfig("mlp", n_embd=2, n_hidden=100), 27, 3_481),
        (ModelConfig("mlp"), 27, 11_897),
        (ModelConfig("mlp-bn"), 27, 12_097),
        (ModelConfig("mlp-bn", norm_bias=True), 27, 12_297),
        (ModelConfig("mlp-bn", norm_bias=True, n_hidden=64), 27, 4_137),
        (ModelConfig("mlp-bn", block_size=8), 27, 22_097),
        (ModelConfig("deep", n_hidden=100), 27, 47_024),
        (ModelConfig("wavenet", block_size=8, n_hidden=68), 27, 22_397),
        (ModelConfig("wavenet", block_size=8, n_embd=24, n_hidden=128), 27, 76_579),
        (ModelConfig("wavenet", block_size=8, n_embd=24, n_hidden=128), 66, 82_546),
    ],
)
def test_sizes_of_the_lectures(config: ModelConfig, vocab_size: int, numbers: int) -> None:
    assert count_parameters(build_model(config, vocab_size)) == numbers


@pytest.mark.parametrize("block_size", [2, 4, 8, 16])
def test_a_wavenet_folds_any_power_of_two(block_size: int) -> None:
    config = replace(CONFIGS["wavenet"], block_size=block_size)
    model = started(config)
    assert model(some_ids(config)).shape == (6, V)
    folds = [type(layer).__name__ for layer in model.layers].count("FlattenConsecutive")
    assert folds == math.log2(block_size)


@pytest.mark.parametrize(
    "config",
    [
        ModelConfig("transformer"),
        ModelConfig("ngram"),
        ModelConfig("mlp", n_hidden=0),
        ModelConfig("mlp", n_hidden=10**9),
        ModelConfig("mlp", n_embd=-1),
        ModelConfig("mlp", block_size=0),
        ModelConfig("deep", n_layers=0),
        ModelConfig("wavenet", block_size=3),
        ModelConfig("wavenet", block_size=1),
        ModelConfig("wavenet", block_size=0),
        ModelConfig("wavenet", block_size=2**30),
        ModelConfig("mlp-bn", norm="layer"),
    ],
)
def test_configs_that_make_no_sense(config: ModelConfig) -> None:
    with pytest.raises(ValueError):
        build_model(config, 27)


def test_weights_are_drawn_in_the_order_of_the_layers() -> None:
    model = started(
        CONFIGS["mlp"],
        InitConfig(fan_in=False, bias=1.0, output_gain=1.0, output_fan_in=False, output_bias=1.0),
    )
    generator = torch.Generator().manual_seed(3)
    for p in model.parameters():
        assert torch.equal(p, torch.randn(p.shape, generator=generator))


def test_start_scales() -> None:
    model = started(CONFIGS["mlp-bn"], InitConfig(gain=5 / 3, output_gain=0.01, norm_noise=0.0))
    generator = torch.Generator().manual_seed(3)
    embedding, _, hidden, norm, _, output = model.layers
    assert torch.equal(embedding.weight, torch.randn(V, 3, generator=generator))
    assert hidden.bias is None
    torch.testing.assert_close(hidden.weight, torch.randn(9, 8, generator=generator) * 5 / 3 / 3)
    torch.testing.assert_close(
        output.weight, torch.randn(8, V, generator=generator) / 8**0.5 * 0.01
    )
    assert output.bias.abs().sum() == 0
    assert torch.equal(norm.gamma, torch.ones(8))
    assert torch.equal(norm.beta, torch.zeros(8))


def test_norm_noise_has_a_generator_of_its_own() -> None:
    start = InitConfig(norm_noise=0.1)
    one, other = started(CONFIGS["mlp-bn"], start), started(CONFIGS["mlp-bn"], InitConfig())
    norm = next(layer for layer in one.layers if isinstance(layer, BatchNorm1d))
    generator = torch.Generator().manual_seed(4)
    torch.testing.assert_close(norm.gamma, 1 + 0.1 * torch.randn(8, generator=generator))
    torch.testing.assert_close(norm.beta, 0.1 * torch.randn(8, generator=generator))
    for a, b in zip(one.layers, other.layers):
        if isinstance(a, Linear):
            assert torch.equal(a.weight, b.weight)


def test_the_last_gamma_counts_only_where_a_norm_is_last() -> None:
    deep = started(CONFIGS["deep"], InitConfig(last_gamma=0.1))
    assert deep.layers[-1].gamma.tolist() == pytest.approx([0.1] * V)
    assert deep.layers[3].gamma.tolist() == [1.0] * 8
    flat = started(CONFIGS["mlp-bn"], InitConfig(last_gamma=0.1))
    assert flat.layers[3].gamma.tolist() == [1.0] * 8
