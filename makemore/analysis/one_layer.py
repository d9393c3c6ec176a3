"""Lecture 1's best surprise: a one-layer net, trained by gradient descent, becomes the counts.

The net is one (V, V) matrix W; the letter before picks a row, softmax makes it probabilities. The
loss over all bigrams needs each pair only once, weighted by its count, so that a step over 228,146
examples costs a millionth of a second for each: the same numbers as the whole batch, at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from makemore.recipes import LECTURE_SEED


@dataclass(frozen=True)
class OneLayer:
    """W: (V, V) logits, row = letter before; losses: before each step so far, penalty included."""

    W: Tensor
    losses: tuple[float, ...] = ()

    def probabilities(self) -> Tensor:
        """(V, V): softmax of each row; exp(W) plays the part of the counts."""
        return torch.softmax(self.W, 1)


def start(vocab_size: int, *, seed: int = LECTURE_SEED) -> OneLayer:
    """W from randn, as in the lecture."""
    generator = torch.Generator().manual_seed(seed)
    return OneLayer(torch.randn((vocab_size, vocab_size), generator=generator))


def loss(net: OneLayer, counts: Tensor, *, l2: float) -> float:
    """Mean of -ln p over all counted bigrams, plus l2 * mean(W^2). counts: (V, V)."""
    logprobs = torch.log_softmax(net.W.double(), 1)  # (V, V)
    data = -(counts * logprobs).sum() / counts.sum()
    return float(data + l2 * (net.W.double() ** 2).mean())


def step(net: OneLayer, counts: Tensor, *, lr: float, l2: float) -> OneLayer:
    """One step of gradient descent over all bigrams. counts: (V, V) float64.

    Row i of the gradient is (how often i came before) * p(. | i) - counts[i], over the number of
    bigrams: where the net says too much the count pulls it down. l2 pulls every weight towards 0,
    that is every row towards "all alike": the same thing that smoothing does to counts.
    """
    rows = counts.sum(1, keepdim=True)  # (V, 1)
    p = torch.softmax(net.W.double(), 1)  # (V, V)
    grad = (rows * p - counts) / counts.sum() + l2 * 2 * net.W.double() / net.W.numel()
    W = (net.W.double() - lr * grad).float()
    return OneLayer(W, (*net.losses, loss(net, counts, l2=l2)))


def smoothing_like(net: OneLayer, counts: Tensor) -> float:
    """The smoothing whose table is nearest to this net: 0.01 to 1000 added to every count."""
    p = net.probabilities().double()
    candidates = torch.logspace(-2, 3, 101, dtype=torch.float64)
    apart = [
        ((counts + s) / (counts + s).sum(1, keepdim=True) - p).abs().mean() for s in candidates
    ]
    return float(candidates[int(torch.stack(apart).argmin())])
