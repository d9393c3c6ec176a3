"""Every layer forward against torch.nn, and back against autograd in float64, to 1e-10."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from makemore.initialisation import InitConfig
from makemore.layers import (
    BatchNorm1d,
    Embedding,
    FlattenConsecutive,
    Layer,
    Linear,
    OneHot,
    Sequential,
    Tanh,
    cross_entropy,
    cross_entropy_backward,
)
from makemore.lecture_norms import Lecture3BatchNorm, Lecture5BatchNorm
from makemore.models import init_weights

CLOSE = {"rtol": 0.0, "atol": 1e-10}


def randn(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed + sum(shape))
    return torch.randn(shape, dtype=torch.float64, generator=generator)


def filled(layer: Layer) -> Layer:
    """The same layer with random float64 numbers; variances and deviations above zero."""
    for i, (name, tensor) in enumerate(layer.tensors().items()):
        value = randn(*tensor.shape, seed=i + 1)
        setattr(layer, name, value.abs() + 0.5 if name.startswith("running_") else value)
    return layer


def check_backward(layer: Layer, x: Tensor) -> None:
    """layer.backward against autograd, for the input and for every parameter."""
    parameters = dict(zip(layer.parameter_names, layer.parameters()))
    leaves = [p.requires_grad_() for p in parameters.values()]
    leaves += [x.requires_grad_()] if x.is_floating_point() else []
    out = layer(x)
    grad_out = randn(*out.shape, seed=99)
    wanted = torch.autograd.grad(out, leaves, grad_out)
    with torch.no_grad():
        layer(x)
        grad_in = layer.backward(grad_out)
    assert torch.equal(layer.grad_out, grad_out)
    got = [p.grad for p in parameters.values()] + ([grad_in] if x.is_floating_point() else [])
    for mine, theirs in zip(got, wanted, strict=True):
        torch.testing.assert_close(mine, theirs, **CLOSE)


@pytest.mark.parametrize("shape", [(5, 4), (5, 3, 4), (2, 4), (1, 2, 4)])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "make",
    [
        lambda: Linear(4, 6),
        lambda: Linear(4, 6, bias=False),
        Tanh,
        lambda: BatchNorm1d(4),
        lambda: BatchNorm1d(4, eps=0.1, momentum=0.5),
        lambda: Lecture3BatchNorm(4),
    ],
    ids=["Linear", "Linear without bias", "Tanh", "BatchNorm1d", "large eps", "Lecture3"],
)
def test_backward_is_that_of_autograd(
    make: Callable[[], Layer], training: bool, shape: tuple[int, ...]
) -> None:
    layer = filled(make())
    layer.training = training
    check_backward(layer, randn(*shape))


@pytest.mark.parametrize(
    ("n", "shape"), [(2, (3, 8, 5)), (8, (3, 8, 5)), (2, (3, 2, 5)), (1, (3, 1, 5))]
)
def test_flatten_backward(n: int, shape: tuple[int, ...]) -> None:
    check_backward(FlattenConsecutive(n), randn(*shape))


@pytest.mark.parametrize("ids", [[[0, 1, 1], [1, 4, 0]], [[2]], [[3, 3, 3, 3]]])
def test_embedding_backward_collects_repeated_letters(ids: list[list[int]]) -> None:
    check_backward(filled(Embedding(5, 2)), torch.tensor(ids))


def test_linear_is_that_of_torch() -> None:
    mine, theirs = filled(Linear(4, 6)), torch.nn.Linear(4, 6, dtype=torch.float64)
    theirs.weight.data, theirs.bias.data = mine.weight.T, mine.bias
    for x in (randn(5, 4), randn(5, 3, 4)):
        torch.testing.assert_close(mine(x), theirs(x), **CLOSE)


def test_tanh_is_that_of_torch() -> None:
    x = 3 * randn(5, 3, 4)
    torch.testing.assert_close(Tanh()(x), torch.nn.Tanh()(x), **CLOSE)


def test_embedding_is_that_of_torch() -> None:
    mine, ids = filled(Embedding(9, 3)), torch.tensor([[0, 8, 8], [4, 1, 0]])
    theirs = torch.nn.Embedding(9, 3, dtype=torch.float64)
    theirs.weight.data = mine.weight
    torch.testing.assert_close(mine(ids), theirs(ids), **CLOSE)


def test_one_hot_times_a_matrix_is_a_look_up() -> None:
    ids, layer = torch.tensor([[0, 2], [1, 1]]), OneHot(3)
    layer.dtype = torch.float64
    W = randn(3, 4)
    assert layer(ids).shape == (2, 2, 3)
    torch.testing.assert_close(layer(ids) @ W, W[ids], **CLOSE)
    assert layer.backward(layer(ids)) is None


def test_flatten_joins_neighbours() -> None:
    x = torch.arange(24).reshape(2, 4, 3)
    pairs = FlattenConsecutive(2)(x)
    assert pairs.shape == (2, 2, 6)
    assert torch.equal(pairs, torch.cat([x[:, ::2], x[:, 1::2]], dim=2))  # lecture 5's check
    assert torch.equal(FlattenConsecutive(4)(x), x.view(2, 12))


def torch_norm(mine: BatchNorm1d) -> torch.nn.BatchNorm1d:
    theirs = torch.nn.BatchNorm1d(4, eps=mine.eps, momentum=mine.momentum, dtype=torch.float64)
    theirs.weight.data, theirs.bias.data = mine.gamma.clone(), mine.beta.clone()
    theirs.running_mean, theirs.running_var = mine.running_mean.clone(), mine.running_var.clone()
    return theirs


def channels_second(x: Tensor) -> Tensor:
    """torch wants (B, C, T) where the lectures have (B, T, C)."""
    return x.movedim(-1, 1)


@pytest.mark.parametrize("shape", [(7, 4), (5, 3, 4)])
def test_batch_norm_in_evaluation_is_that_of_torch(shape: tuple[int, ...]) -> None:
    mine, x = filled(BatchNorm1d(4)), randn(*shape)
    mine.training = False
    theirs = torch_norm(mine).eval()
    before = mine.running_mean.clone(), mine.running_var.clone()
    torch.testing.assert_close(channels_second(mine(x)), theirs(channels_second(x)), **CLOSE)
    assert torch.equal(mine.running_mean, before[0])
    assert torch.equal(mine.running_var, before[1])


@pytest.mark.parametrize("shape", [(7, 4), (5, 3, 4)])
def test_batch_norm_in_training_is_that_of_torch_but_for_bessel(shape: tuple[int, ...]) -> None:
    """torch divides by n in the formula and by n - 1 in the buffers; the lectures by n - 1 both."""
    mine, x = filled(BatchNorm1d(4, eps=0.1)), 2 * randn(*shape) + 1
    theirs, n = torch_norm(mine).train(), x[..., 0].numel()
    theirs.eps = mine.eps * (n - 1) / n  # so that both roots differ by one factor
    out, wanted = mine(x), theirs(channels_second(x)).movedim(1, -1)
    shrink = ((n - 1) / n) ** 0.5
    torch.testing.assert_close(out - mine.beta, (wanted - mine.beta) * shrink, **CLOSE)
    torch.testing.assert_close(mine.running_mean, theirs.running_mean, **CLOSE)
    torch.testing.assert_close(mine.running_var, theirs.running_var, **CLOSE)


def test_batch_norm_adds_eps_to_the_variance() -> None:
    mine, x = BatchNorm1d(4, eps=0.5), randn(7, 4)
    torch.testing.assert_close(mine(x), (x - x.mean(0)) / (x.var(0) + 0.5).sqrt(), **CLOSE)


@pytest.mark.parametrize("shape", [(7, 4), (5, 3, 4)])
def test_lecture_3_norm_is_the_same_but_for_eps(shape: tuple[int, ...]) -> None:
    x = randn(*shape)
    mine, usual = Lecture3BatchNorm(4, momentum=0.1), BatchNorm1d(4, eps=0.0)
    torch.testing.assert_close(mine(x), usual(x), **CLOSE)
    dims = tuple(range(x.ndim - 1))
    torch.testing.assert_close(mine.running_std, 0.9 * torch.ones(4) + 0.1 * x.std(dims), **CLOSE)
    torch.testing.assert_close(mine.running_mean, usual.running_mean, **CLOSE)


@pytest.mark.parametrize("training", [True, False])
def test_lecture_5_norm_goes_back_as_autograd_says(training: bool) -> None:
    layer = filled(Lecture5BatchNorm(4, positions=3))
    layer.training = training
    check_backward(layer, randn(5, 3, 4))


def test_lecture_5_norm_takes_every_position_for_itself() -> None:
    x, mine = randn(5, 3, 4), Lecture5BatchNorm(4, positions=3)
    out = mine(x)
    for position in range(3):
        alone = BatchNorm1d(4)
        torch.testing.assert_close(out[:, position], alone(x[:, position]), **CLOSE)
        torch.testing.assert_close(mine.running_var[position], alone.running_var, **CLOSE)
    torch.testing.assert_close(Lecture5BatchNorm(4, positions=1)(x[:, 0]), out[:, 0], **CLOSE)


def test_running_statistics_hold_no_graph() -> None:
    for layer in (BatchNorm1d(4), Lecture3BatchNorm(4), Lecture5BatchNorm(4, positions=1)):
        layer(randn(5, 4).requires_grad_())
        assert not any(
            tensor.requires_grad
            for name, tensor in layer.tensors().items()
            if name.startswith("running_")
        )


def test_a_batch_of_one_cannot_be_normalised() -> None:
    with pytest.raises(ValueError, match="two examples"):
        BatchNorm1d(4)(torch.zeros(1, 4))
    assert BatchNorm1d(4)(torch.zeros(1, 2, 4)).shape == (1, 2, 4)  # two positions will do


@pytest.mark.parametrize("scale", [1.0, 50.0])
def test_cross_entropy_is_that_of_torch(scale: float) -> None:
    logits, targets = scale * randn(6, 5), torch.tensor([0, 4, 2, 2, 1, 3])
    logits.requires_grad_()
    wanted = torch.nn.functional.cross_entropy(logits, targets)
    torch.testing.assert_close(cross_entropy(logits, targets), wanted, **CLOSE)
    wanted.backward()
    grad = cross_entropy_backward(logits.detach(), targets)
    torch.testing.assert_close(grad, logits.grad, **CLOSE)
    torch.testing.assert_close(grad.sum(1), torch.zeros(6, dtype=torch.float64), **CLOSE)


def test_cross_entropy_of_huge_logits_is_finite_and_of_impossible_ones_infinite() -> None:
    targets = torch.tensor([1])
    assert cross_entropy(torch.tensor([[1e4, 0.0]]), targets).item() == pytest.approx(1e4)
    assert cross_entropy(torch.tensor([[0.0, -torch.inf]]), targets).item() == torch.inf


def small_model() -> Sequential:
    layers = [Embedding(5, 2), FlattenConsecutive(3), Linear(6, 4), BatchNorm1d(4), Tanh()]
    return Sequential([filled(layer) for layer in layers], block_size=3)


def test_state_round_trip_is_in_place() -> None:
    model, other = small_model(), small_model()
    state = {name: tensor + 1 for name, tensor in model.state().items()}
    held = other.parameters()
    other.load_state(state)
    assert all(torch.equal(tensor, state[name]) for name, tensor in other.state().items())
    assert all(a is b for a, b in zip(held, other.parameters()))
    assert list(state) == [
        "0.weight",
        "2.weight",
        "2.bias",
        "3.gamma",
        "3.beta",
        "3.running_mean",
        "3.running_var",
    ]


def test_clone_stands_apart() -> None:
    model, ids = small_model(), torch.tensor([[0, 1, 2], [3, 4, 4]])
    for p in model.parameters():
        p.requires_grad_()
    out = model(ids)  # layers now hold a graph
    twin = model.clone()
    assert not any(p.requires_grad for p in twin.parameters())
    assert all(layer.out is None and layer.x is None for layer in twin.layers)
    torch.testing.assert_close(twin(ids), out)
    for tensor in twin.state().values():
        tensor.zero_()
    assert all(tensor.abs().sum() > 0 for tensor in model.state().values())


def test_train_switches_every_layer() -> None:
    model = small_model()
    assert model.train(False) is model
    assert not any(layer.training for layer in model.layers)
    assert all(layer.training for layer in model.train().layers)


def test_layer_names() -> None:
    model = Sequential([Embedding(5, 2), Lecture3BatchNorm(2)], block_size=1)
    assert [name for name, _ in model.named_layers()] == ["0 Embedding", "1 BatchNorm1d"]


class Interrupted(BatchNorm1d):
    """Another thread's batch comes through in the middle of the forward pass."""

    other: Tensor | None = None

    @property
    def gamma(self) -> Tensor:
        other, self.other = self.other, None
        if other is not None:
            self.forward(other)
        return self.scale

    @gamma.setter
    def gamma(self, value: Tensor) -> None:
        self.scale = value


def test_a_shared_model_may_be_used_by_two_threads() -> None:
    plain, interrupted = BatchNorm1d(4), Interrupted(4)
    plain.training = interrupted.training = False
    x = randn(5, 4).float()
    interrupted.other = randn(2, 4, seed=1).float()
    assert torch.equal(interrupted.forward(x), plain.forward(x))


# ---- what a new layer must say ------------------------------------------------------------------


def every_layer() -> list[type[Layer]]:
    kinds = [Layer]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return [kind for kind in kinds[1:] if kind.__module__.startswith("makemore")]


@pytest.mark.parametrize("kind", every_layer(), ids=lambda kind: kind.__name__)
def test_a_layer_has_a_title_and_says_how_it_begins(kind: type[Layer]) -> None:
    assert kind.title, f"give {kind.__name__} a `title`: the Inside tab shows it"
    if kind.parameter_names:
        assert kind.init is not Layer.init, f"{kind.__name__} has parameters: give it an `init`"


def test_a_layer_that_forgets_its_init_is_not_left_at_zero() -> None:
    class Forgetful(Tanh):
        parameter_names = ("weight",)

    model = Sequential([Linear(2, 2), Forgetful()], block_size=1)
    with pytest.raises(TypeError, match="Forgetful has parameters and no `init`"):
        init_weights(model, InitConfig(), generator=torch.Generator())
