"""Fold BatchNorm into the Linear before it: lecture 3's exercise E02.

In evaluation BatchNorm is a fixed line for each channel, y = s x + t with

    s = gamma / sqrt(running_var + eps)         t = beta - s * running_mean

and a line after a Linear is again a Linear: its weight times s, its bias times s plus t. The net
that comes out has no BatchNorm, fewer numbers, less work to do, and says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from makemore.layers import BatchNorm1d, Layer, Linear, Sequential
from makemore.lecture_norms import Lecture3BatchNorm
from makemore.models import count_parameters


@dataclass(frozen=True)
class Fold:
    """A folded model beside the one it came from.

    model: without BatchNorm, where a Linear stood before it; largest: the largest |difference|
    of two logits on the given contexts; logits: how many were compared; learned, kept: before and
    after, the numbers that are learned and those that are only kept (the running statistics).
    """

    model: Sequential
    largest: float
    logits: int
    parameters: tuple[int, int]
    buffers: tuple[int, int]


def fold(model: Sequential, contexts: Tensor) -> Fold:
    """Fold every BatchNorm of a model and compare both on contexts (B, block_size), in evaluation
    mode. The model itself stays as it is. Raises ValueError if there is nothing to fold."""
    before = model.clone().train(False)
    after = folded(before)
    if len(after.layers) == len(before.layers):
        raise ValueError("there is no BatchNorm after a Linear to fold")
    with torch.no_grad():
        difference = (after(contexts) - before(contexts)).abs()  # (B, V)
    return Fold(
        after,
        float(difference.max()),
        difference.numel(),
        (count_parameters(before), count_parameters(after)),
        (_kept(before), _kept(after)),
    )


def folded(model: Sequential) -> Sequential:
    """The same function in evaluation mode, with no BatchNorm after a Linear any more."""
    layers: list[Layer] = []
    for layer in model.clone().train(False).layers:
        before = layers[-1] if layers else None
        if isinstance(layer, BatchNorm1d) and _is_line(layer) and isinstance(before, Linear):
            layers[-1] = fold_pair(before, layer)
        else:
            layers.append(layer)
    return Sequential(layers, block_size=model.block_size).train(False)


def _is_line(layer: BatchNorm1d) -> bool:
    """A BatchNorm that does the same at every position; that of lecture 5's bug does not."""
    return layer.running_mean.ndim == 1


def fold_pair(linear: Linear, norm: BatchNorm1d) -> Linear:
    """One Linear that does what the two do in evaluation mode."""
    scale, shift = as_affine(norm)  # (C,), (C,)
    fan_in, fan_out = linear.weight.shape
    one = Linear(fan_in, fan_out)
    bias = 0.0 if linear.bias is None else linear.bias
    one.weight = (linear.weight * scale).detach()  # (fan_in, C): each column is one neuron's
    one.bias = (bias * scale + shift).detach()  # (C,)
    return one


def as_affine(norm: BatchNorm1d) -> tuple[Tensor, Tensor]:
    """The line y = scale * x + shift that a BatchNorm is in evaluation mode: (C,) and (C,)."""
    spread = (
        norm.running_std
        if isinstance(norm, Lecture3BatchNorm)
        else torch.sqrt(norm.running_var + norm.eps)
    )  # (C,)
    scale = norm.gamma / spread
    return scale, norm.beta - scale * norm.running_mean


def _kept(model: Sequential) -> int:
    return sum(
        getattr(layer, name).numel() for layer in model.layers for name in layer.buffer_names
    )
