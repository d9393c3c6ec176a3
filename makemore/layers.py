"""The layers, from scratch: each knows how to go forward and how to go back.

    out     = layer(x)                 forward: keeps what the way back will need
    grad_in = layer.backward(grad_out) backward: the chain rule, and `p.grad` for each parameter

Autograd is not needed. Every backward pass here agrees with it to 1e-10 in float64, which the tests
check. The forward lines are those of makemore's lectures 3 to 5, operation for operation, so that
the lectures' printed losses come out. Shapes: B examples, T positions, C channels, V symbols.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor

from makemore.initialisation import Draw


class Layer:
    """One step of a network. Keeps `out` and `grad_out`, so that a probe can look at both.

    title:     what the page calls a layer of this kind
    saturates: whether its outputs have limits (-1 and 1) near which the gradient dies
    """

    title = ""
    saturates = False
    parameter_names: tuple[str, ...] = ()
    buffer_names: tuple[str, ...] = ()  # kept in a checkpoint, but not learned
    training = True
    out: Tensor | None = None
    grad_out: Tensor | None = None

    def __call__(self, x: Tensor) -> Tensor:
        out = self.forward(x)
        self.x, self.out = x, out
        return out  # not self.out: two threads may use one model

    def backward(self, grad_out: Tensor) -> Tensor | None:
        """d loss / d out -> d loss / d x, and sets `.grad` of the parameters."""
        self.grad_out = grad_out
        return self.back(grad_out)

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def back(self, grad_out: Tensor) -> Tensor | None:
        raise NotImplementedError

    def init(self, draw: Draw, *, is_output: bool) -> None:
        """Draw the first numbers of the parameters. is_output: it is the net's last Linear.

        Raises TypeError where a layer has parameters and does not say how they begin.
        """
        if self.parameter_names:
            raise TypeError(f"{type(self).__name__} has parameters and no `init` that draws them")

    def parameters(self) -> list[Tensor]:
        return [getattr(self, name) for name in self.parameter_names]

    def tensors(self) -> dict[str, Tensor]:
        """Parameters and buffers by name."""
        return {name: getattr(self, name) for name in (*self.parameter_names, *self.buffer_names)}


class OneHot(Layer):
    """ids (B, T) -> (B, T, V): a 1 at the letter, 0 elsewhere. Lecture 1's picture of ".emma"."""

    title = "one-hot letters"
    dtype = torch.float32

    def __init__(self, vocab_size: int) -> None:
        self.vocab_size = vocab_size

    def forward(self, x: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(x, self.vocab_size).to(self.dtype)

    def back(self, grad_out: Tensor) -> None:
        return None  # ids are whole numbers: there is no gradient to pass on


class Embedding(Layer):
    """ids (B, T) -> (B, T, C): row i of the table is the point of letter i. Bengio et al. 2003."""

    title = "embedding"
    parameter_names = ("weight",)

    def __init__(self, vocab_size: int, n_embd: int) -> None:
        self.weight = torch.zeros(vocab_size, n_embd)  # (V, C)

    def init(self, draw: Draw, *, is_output: bool) -> None:
        self.weight = draw.like(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.weight[x]

    def back(self, grad_out: Tensor) -> None:
        # A letter that occurs many times in the batch collects the gradient of each occurrence.
        self.weight.grad = torch.zeros_like(self.weight).index_add_(
            0, self.x.reshape(-1), grad_out.reshape(-1, grad_out.shape[-1])
        )
        return None


class FlattenConsecutive(Layer):
    """(B, T, C) -> (B, T // n, C * n): n neighbours become one longer vector.

    With n = T all letters are put side by side (lecture 2); with n = 2 neighbours join in pairs,
    as in a WaveNet (lecture 5, van den Oord et al. 2016). A T of 1 is dropped: (B, C * n).
    """

    title = "side by side"

    def __init__(self, n: int) -> None:
        self.n = n

    def forward(self, x: Tensor) -> Tensor:
        B, T, C = x.shape
        joined = x.reshape(B, T // self.n, C * self.n)  # (B, T // n, C * n)
        return joined.squeeze(1) if joined.shape[1] == 1 else joined

    def back(self, grad_out: Tensor) -> Tensor:
        return grad_out.reshape(self.x.shape)


class Linear(Layer):
    """(..., fan_in) -> (..., fan_out): x @ weight + bias."""

    title = "linear layer"
    parameter_names: tuple[str, ...] = ("weight", "bias")

    def __init__(self, fan_in: int, fan_out: int, *, bias: bool = True) -> None:
        self.weight = torch.zeros(fan_in, fan_out)
        self.bias = torch.zeros(fan_out)
        if not bias:
            self.parameter_names = ("weight",)
            self.bias = None

    def init(self, draw: Draw, *, is_output: bool) -> None:
        """Hidden weights are multiplied before they are divided, output weights after, as the
        lectures write it: so the last bit agrees too, and with it every loss on the way."""
        config, root = draw.config, self.weight.shape[0] ** 0.5
        if is_output:
            root = root if config.output_fan_in else 1.0
            self.weight = draw.like(self.weight) / root * config.output_gain
        else:
            root = root if config.fan_in else 1.0
            self.weight = draw.like(self.weight) * config.gain / root
        bias = config.output_bias if is_output else config.bias
        if self.bias is not None and bias is not None:
            self.bias = draw.like(self.bias) * bias

    def forward(self, x: Tensor) -> Tensor:
        out = x @ self.weight  # (..., fan_out)
        return out if self.bias is None else out + self.bias

    def back(self, grad_out: Tensor) -> Tensor:
        x = self.x.reshape(-1, self.x.shape[-1])  # (N, fan_in), N = B or B * T
        grad = grad_out.reshape(-1, grad_out.shape[-1])  # (N, fan_out)
        self.weight.grad = x.T @ grad  # (fan_in, fan_out)
        if self.bias is not None:
            self.bias.grad = grad.sum(0)  # (fan_out,): the bias was copied to every row
        return grad_out @ self.weight.T


class Tanh(Layer):
    """Squashes each number into (-1, 1). Where |out| is near 1 the gradient dies (lecture 3)."""

    title = "tanh layer"
    saturates = True

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(x)

    def back(self, grad_out: Tensor) -> Tensor:
        return grad_out * (1.0 - self.out**2)


class BatchNorm1d(Layer):
    """Makes each channel of a batch roughly N(0, 1), then scales and shifts. Ioffe & Szegedy 2015.

    (B, C) or (B, T, C); the statistics run over all dimensions but the last. The variance is the
    unbiased one (n - 1) both in the formula and in the running buffers, as in the lectures
    (torch.nn.BatchNorm1d divides by n in the formula). Training uses the batch's own statistics and
    raises ValueError for a batch of one; evaluation uses the running ones.
    """

    title = "BatchNorm"
    parameter_names = ("gamma", "beta")
    buffer_names = ("running_mean", "running_var")

    def __init__(self, dim: int, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
        self.running_mean, self.running_var = torch.zeros(dim), torch.ones(dim)

    def init(self, draw: Draw, *, is_output: bool) -> None:
        noise = draw.config.norm_noise
        if noise:
            self.gamma = 1.0 + noise * draw.noise_like(self.gamma)
            self.beta = noise * draw.noise_like(self.beta)

    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.statistics(x)
        self.inverse_std = 1.0 / torch.sqrt(var + self.eps)
        xhat = (x - mean) / torch.sqrt(var + self.eps)  # like x
        self.xhat = xhat  # for the way back; not read again here: two threads may use one model
        return self.gamma * xhat + self.beta

    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance per channel: of this batch in training, else the running ones."""
        if not self.training:
            return self.running_mean, self.running_var
        dims = self.averaged(x)
        mean = x.mean(dims, keepdim=True)
        if x.numel() < 2 * mean.numel():
            raise ValueError("BatchNorm needs at least two examples in a batch to learn from")
        var = x.var(dims, keepdim=True)
        with torch.no_grad():
            keep, kept = 1.0 - self.momentum, self.running_mean.shape
            self.running_mean = keep * self.running_mean + self.momentum * mean.reshape(kept)
            self.running_var = keep * self.running_var + self.momentum * var.reshape(kept)
        return mean, var

    def averaged(self, x: Tensor) -> tuple[int, ...]:
        """The dimensions over which the statistics run."""
        return tuple(range(x.ndim - 1))

    def back(self, grad_out: Tensor) -> Tensor:
        positions, dims = tuple(range(grad_out.ndim - 1)), self.averaged(grad_out)
        self.gamma.grad = (grad_out * self.xhat).sum(positions)  # (C,)
        self.beta.grad = grad_out.sum(positions)  # (C,)
        grad = grad_out * self.gamma  # d loss / d xhat
        if not self.training:  # the statistics are constants
            return grad * self.inverse_std
        # x also moves the mean and the variance that normalise it (lecture 4's exercise 3).
        through_mean = grad.mean(dims, keepdim=True)
        n = grad.numel() // through_mean.numel()
        through_var = self.xhat * (grad * self.xhat).sum(dims, keepdim=True) / (n - 1)
        return self.inverse_std * (grad - through_mean - through_var)


class Sequential(Layer):
    """A model: layers in a row. ids (B, block_size) -> logits (B, V)."""

    title = "model"

    def __init__(self, layers: list[Layer], *, block_size: int) -> None:
        self.layers = layers
        self.block_size = block_size

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x

    def back(self, grad_out: Tensor) -> Tensor | None:
        grad = grad_out
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def parameters(self) -> list[Tensor]:
        return [p for layer in self.layers for p in layer.parameters()]

    def named_layers(self) -> Iterator[tuple[str, Layer]]:
        """("0 Embedding", layer), ("1 FlattenConsecutive", layer), ..."""
        for i, layer in enumerate(self.layers):
            kind = BatchNorm1d if isinstance(layer, BatchNorm1d) else type(layer)
            yield f"{i} {kind.__name__}", layer

    def train(self, on: bool = True) -> Sequential:
        """Switch all layers between training and (on=False) evaluation. Returns itself."""
        for layer in self.layers:
            layer.training = on
        return self

    def clone(self) -> Sequential:
        """The same layers and numbers, apart: without gradients, without the last batch."""
        twin = copy.copy(self)
        twin.layers = [copy.copy(layer) for layer in self.layers]
        for layer in (twin, *twin.layers):
            layer.x = layer.out = layer.grad_out = None
            for name, tensor in layer.tensors().items():
                setattr(layer, name, tensor.detach().clone())
        return twin

    def state(self) -> dict[str, Tensor]:
        """Every tensor of the model by name ("3.weight"): what a checkpoint has to keep."""
        return {
            f"{i}.{name}": tensor
            for i, layer in enumerate(self.layers)
            for name, tensor in layer.tensors().items()
        }

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Take over tensors by name; shapes must fit (the checkpoint checks them with words)."""
        for i, layer in enumerate(self.layers):
            for name, tensor in layer.tensors().items():
                with torch.no_grad():  # in place: an optimiser may hold the same tensors
                    tensor.copy_(state[f"{i}.{name}"])


def layer_titles() -> dict[str, str]:
    """What the page calls each kind of layer, by the name of its class."""
    kinds, titles = [Layer], {}
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        titles[kind.__name__] = kind.title
    return titles


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """logits (B, V), targets (B,) -> the mean of -ln p(target), in nats."""
    logprobs = logits - logits.logsumexp(1, keepdim=True)  # (B, V)
    return -logprobs[torch.arange(len(targets)), targets].mean()


def cross_entropy_backward(logits: Tensor, targets: Tensor) -> Tensor:
    """d loss / d logits (B, V): the probabilities, less 1 at the right letter, over B.

    Each row sums to zero: what pulls the right letter up pushes the others down (lecture 4).
    """
    grad = torch.softmax(logits, 1)  # (B, V)
    grad[torch.arange(len(targets)), targets] -= 1.0
    return grad / len(targets)
