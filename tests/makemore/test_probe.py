"""The probe against autograd's own gradients at every layer, and the model that it leaves alone."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from makemore.layers import Tanh
from makemore.models import InitConfig, ModelConfig
from makemore.probe import dead_neurons, histogram, probe, saturation_map
from makemore.training import Run, start_run, train
from tests.tiny import NETWORKS, WORDS, recipe


def trained(kind: str, **changes: object) -> Run:
    run = start_run(recipe(kind, **changes), WORDS)
    list(train(run))
    return run


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("training", [True, False])
def test_records_are_those_of_autograd(kind: str, training: bool) -> None:
    run = trained(kind)
    batch = run.data.take(torch.arange(12))
    seen = probe(run.model, batch, training=training)
    twin, outs, x = run.model.clone().train(training), [], batch.contexts
    for p in twin.parameters():
        p.requires_grad_()
    for layer in twin.layers:
        x = layer(x)
        if x.requires_grad:
            x.retain_grad()
        outs.append(x)
    loss = torch.nn.functional.cross_entropy(x, batch.targets)
    loss.backward()
    assert seen.loss == pytest.approx(loss.item(), abs=1e-6)
    assert len(seen.layers) == len(outs)
    for record, out in zip(seen.layers, outs):
        np.testing.assert_allclose(record.out, out.detach().numpy(), atol=1e-6)
        assert record.grad.shape == record.out.shape
        if out.requires_grad:
            np.testing.assert_allclose(record.grad, out.grad.numpy(), atol=1e-6)
    for record, p in zip(seen.parameters, twin.parameters(), strict=True):
        np.testing.assert_allclose(record.grad, p.grad.numpy(), atol=1e-5)
        np.testing.assert_array_equal(record.data, p.detach().numpy())


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("autograd", [False, True])
def test_the_model_is_left_alone(kind: str, autograd: bool) -> None:
    run = trained(kind, autograd=autograd)
    before = {name: tensor.detach().clone() for name, tensor in run.model.state().items()}
    grads = [copy.deepcopy(p.grad) for p in run.model.parameters()]
    outs = [layer.out for layer in run.model.layers]
    seen = probe(run.model, run.data)
    for record in seen.parameters:
        record.data[...] = 0  # not even through the arrays
    assert all(torch.equal(tensor, before[name]) for name, tensor in run.model.state().items())
    assert all(torch.equal(p.grad, grad) for p, grad in zip(run.model.parameters(), grads))
    assert all(layer.out is out for layer, out in zip(run.model.layers, outs))
    assert not any(layer.training for layer in run.model.layers)


def test_names() -> None:
    seen = probe(trained("mlp-bn").model, trained("mlp-bn").data)
    assert [layer.name for layer in seen.layers] == [
        "0 Embedding",
        "1 FlattenConsecutive",
        "2 Linear",
        "3 BatchNorm1d",
        "4 Tanh",
        "5 Linear",
    ]
    assert [parameter.name for parameter in seen.parameters] == [
        "0 Embedding weight",
        "2 Linear weight",
        "3 BatchNorm1d gamma",
        "3 BatchNorm1d beta",
        "5 Linear weight",
        "5 Linear bias",
    ]
    assert [layer.name for layer in seen.of_kind("Tanh")] == ["4 Tanh"]
    assert [layer.saturation is None for layer in seen.layers] == [True] * 4 + [False, True]


def test_lecture_3s_norm_bears_the_same_name() -> None:
    run = trained("mlp-bn", model=ModelConfig("mlp-bn", n_embd=3, n_hidden=8, norm="lecture3"))
    assert len(probe(run.model, run.data).of_kind("BatchNorm1d")) == 1


def test_saturation_and_dead_neurons() -> None:
    run = start_run(recipe("mlp", start=InitConfig(bias=0.0)), WORDS)
    hidden = run.model.layers[2]
    hidden.weight[:, 0], hidden.bias[0] = 0.0, 3.0  # |tanh(3)| = 0.995: dead
    hidden.weight[:, 1], hidden.bias[1] = 0.0, -2.3  # |tanh(2.3)| = 0.980: saturated, not dead
    hidden.weight[:, 2:], hidden.bias[2:] = 0.0, 0.1
    (tanh,) = probe(run.model, run.data).of_kind("Tanh")
    assert dead_neurons(tanh) == [0]
    assert tanh.saturation == pytest.approx(2 / 8)
    assert saturation_map(tanh).shape == (len(run.data), 8)
    assert saturation_map(tanh)[0, 1] == pytest.approx(0.980, abs=1e-3)


def test_one_living_example_keeps_a_neuron_alive() -> None:
    run = start_run(recipe("mlp"), WORDS)
    hidden = run.model.layers[2]
    hidden.weight[:], hidden.bias[:] = 0.0, 5.0
    hidden.weight[0, 0] = 1.0
    run.model.layers[0].weight[:, 0] = 0.0
    run.model.layers[0].weight[1, 0] = -5.0  # only where the first letter of a context is an "a"
    (tanh,) = probe(run.model, run.data).of_kind("Tanh")
    assert dead_neurons(tanh) == list(range(1, 8))


def test_other_layers_have_no_dead_neurons() -> None:
    seen = probe(trained("wavenet").model, trained("wavenet").data)
    assert all(dead_neurons(layer) == [] for layer in seen.layers if layer.kind != Tanh.__name__)
    tanh = seen.of_kind("Tanh")
    assert [saturation_map(layer).shape[1] for layer in tanh] == [8, 8, 8]
    assert saturation_map(tanh[0]).shape[0] == 4 * saturation_map(tanh[2]).shape[0]


def test_histogram() -> None:
    values = np.array([-1.0, 0.0, 0.1, 0.9, 1.0])
    bars = histogram("h", values, bins=4, limits=(-1, 1), saturation=0.5)
    assert bars.counts.tolist() == [1, 0, 2, 2]
    assert bars.edges.tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert (bars.mean, bars.std) == (pytest.approx(0.2), pytest.approx(values.std()))
    assert histogram("h", values).counts.sum() == 5
