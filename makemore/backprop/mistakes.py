"""Typical mistakes in a hand-written backward pass: break one gradient, see what it drags along.

Each stands for one function of `gradients` and takes its place; every gradient that is computed
from it is then wrong too, as in real life. None raises an error, and that is what makes them bad:
the shapes fit, the net even learns, a little worse than it should.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from makemore.backprop.gradients import Function, Tensors


@dataclass(frozen=True)
class Break:
    """A mistake in the gradient of one tensor.

    title, explanation: in plain words; tensor: a key of GRADIENTS; function: the wrong gradient
    """

    name: str
    title: str
    explanation: str
    tensor: str
    function: Function


BREAKS: dict[str, Break] = {}  # in the order of the way back; filled by the functions below


def mistake(title: str, explanation: str, *, tensor: str) -> Callable[[Function], Function]:
    """Enter a function in BREAKS under its own name, with - for _."""

    def enter(function: Function) -> Function:
        name = function.__name__.replace("_", "-")
        BREAKS[name] = Break(name, title, explanation, tensor, function)
        return function

    return enter


@mistake(
    "No 1/n in the loss",
    "The loss is a mean over the batch, so each row has only 1/n of it. Without the 1/n every "
    "gradient is n times too large: with 32 examples, a learning rate of 0.1 acts like 3.2.",
    tensor="logprobs",
)
def no_mean(t: Tensors, d: Tensors) -> Tensor:
    grad = torch.zeros_like(t.logprobs)  # (B, V)
    grad[torch.arange(t.n), t.targets] = -1.0  # should be -1.0 / n
    return grad


@mistake(
    "The minus of 1/x forgotten",
    "The derivative of x ** -1 is -x ** -2. Without the minus, letters that should be pushed "
    "down are pulled up.",
    tensor="counts_sum",
)
def no_minus(t: Tensors, d: Tensors) -> Tensor:
    return (t.counts_sum**-2) * d.counts_sum_inv  # should begin with a minus


@mistake(
    "counts: the second path forgotten",
    "counts goes into probs and also into the sum that probs is divided by. With one path "
    "only, not every wrong letter is pushed down, in proportion to its probability: the "
    "largest logit alone takes all of it.",
    tensor="counts",
)
def counts_one_path(t: Tensors, d: Tensors) -> Tensor:
    return t.counts_sum_inv * d.probs  # should add counts_sum's gradient


@mistake(
    "The largest logit's gradient forgotten",
    "The surprise: this one does no harm. Subtracting the largest logit changes no "
    "probability, so its gradient is zero but for rounding. Exact becomes approximate, and "
    "nothing turns red.",
    tensor="logits",
)
def no_max(t: Tensors, d: Tensors) -> Tensor:
    return d.norm_logits.clone()  # should add logit_maxes' gradient


@mistake(
    "= instead of +=",
    "logits is used twice: less its largest, and to find the largest. Writing = for "
    "the second path throws the first one away, and almost nothing is left to learn from.",
    tensor="logits",
)
def overwritten(t: Tensors, d: Tensors) -> Tensor:
    is_largest = torch.zeros_like(t.logits).scatter_(1, t.max_at, 1.0)  # (B, V)
    grad = d.norm_logits.clone()
    grad = is_largest * d.logit_maxes  # should be +=
    return grad


@mistake(
    "b2: the sum over the batch forgotten",
    "The bias was copied to every row, so the gradients of all rows add up. Here the last "
    "example alone decides. Only b2 turns red: nothing is computed from its gradient.",
    tensor="b2",
)
def no_batch_sum(t: Tensors, d: Tensors) -> Tensor:
    for row in d.logits:  # (V,)
        grad = row  # should be +=
    return grad


@mistake(
    "tanh: the wrong side squared",
    "The derivative of tanh is 1 - h ** 2, of what came *out*. With what went in, neurons of "
    "large input get a large gradient of the wrong sign.",
    tensor="hpreact",
)
def tanh_of_input(t: Tensors, d: Tensors) -> Tensor:
    return (1.0 - t.hpreact**2) * d.h  # should be h ** 2


@mistake(
    "n instead of n - 1 in the variance",
    "The forward pass divides by n - 1, the backward pass here by n: 3 % off for a batch of "
    "32. bnmeani and b1 stay right all the same: summed over the batch, the slip cancels.",
    tensor="bndiff2",
)
def no_bessel(t: Tensors, d: Tensors) -> Tensor:
    return (1.0 / t.n) * torch.ones_like(t.bndiff2) * d.bnvar  # should be n - 1


@mistake(
    "bndiff: the second path forgotten",
    "bndiff is normalised, and its square makes the variance that normalises it. Without the "
    "second path the net believes that the variance is a constant.",
    tensor="bndiff",
)
def bndiff_one_path(t: Tensors, d: Tensors) -> Tensor:
    return t.bnvar_inv * d.bnraw  # should add 2 * bndiff * dbndiff2


@mistake(
    "hprebn: the mean is no constant",
    "Each pre-activation also moves the mean that is subtracted from all of them. Without "
    "that path even b1, whose gradient is always zero here, gets one.",
    tensor="hprebn",
)
def mean_is_constant(t: Tensors, d: Tensors) -> Tensor:
    return d.bndiff.clone()  # should add bnmeani's gradient / n


@mistake(
    "C: the last letter wins",
    "A letter stands at many places of a batch, and its row of C collects the gradient of "
    "each. Assigning instead of adding keeps only the last one.",
    tensor="C",
)
def last_wins(t: Tensors, d: Tensors) -> Tensor:
    grad = torch.zeros_like(t.C)  # (V, C)
    for b in range(t.contexts.shape[0]):
        for k in range(t.contexts.shape[1]):
            grad[t.contexts[b, k]] = d.emb[b, k]  # should be +=
    return grad
