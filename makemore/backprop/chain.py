"""Backpropagation by hand, checked: the 26 tensors of lecture 4, each gradient beside autograd's.

`backpropagate` takes a model and a batch, runs `gradients` forward and back, lets autograd do the
same, and returns one record a tensor, with the source of the very function that ran. A key of
BREAKS puts a typical mistake in its place.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from makemore.backprop.gradients import (
    GRADIENTS,
    Function,
    Gradient,
    Tensors,
    forward,
    fused_dhprebn,
    fused_dlogits,
)
from makemore.backprop.mistakes import BREAKS, Break
from makemore.examples import Examples
from makemore.layers import BatchNorm1d, Embedding, FlattenConsecutive, Linear, Sequential, Tanh
from makemore.recipes import RECIPES, Recipe
from makemore.training import start_run
from makemore.vocabulary import Vocabulary

__all__ = [
    "BREAKS",
    "GRADIENTS",
    "Backprop",
    "Break",
    "Exercise",
    "FusedRecord",
    "TensorRecord",
    "backpropagate",
    "exercise",
]

PARAMETERS = ("C", "W1", "b1", "bngain", "bnbias", "W2", "b2")
KINDS = (Embedding, FlattenConsecutive, Linear, BatchNorm1d, Tanh, Linear)


@dataclass(frozen=True)
class TensorRecord:
    """One tensor, its gradient by hand, and autograd's, all of the same shape.

    forward, backward:  how the tensor and its gradient are computed, in one line
    exact:              not one bit differs
    approximate:        torch.allclose, as the lecture asks
    largest_difference: in absolute value
    source:             the code that computed by_hand; mistaken: it is one of BREAKS
    """

    name: str
    shape: tuple[int, ...]
    forward: str
    backward: str
    value: np.ndarray
    by_hand: np.ndarray
    autograd: np.ndarray
    exact: bool
    approximate: bool
    largest_difference: float
    source: str
    mistaken: bool = False

    @property
    def verdict(self) -> str:
        """ "exact", "approximate" or "wrong"."""
        return "exact" if self.exact else "approximate" if self.approximate else "wrong"


@dataclass(frozen=True)
class FusedRecord(TensorRecord):
    """Several steps in one. forward_difference: the largest, of the fused from the long way."""

    forward_difference: float = 0.0


@dataclass(frozen=True)
class Backprop:
    """All that one pass gives.

    loss:     of the batch, in nats
    records:  26, in the order of the way back, from logprobs to C
    fused:    cross-entropy in one step (logits), BatchNorm in one step (hprebn)
    row_sums: (B,) of dlogits by hand: zero but for rounding
    contexts: (B, T) and targets (B,): the ids of the batch
    broken:   the mistake, or None
    """

    loss: float
    records: tuple[TensorRecord, ...]
    fused: tuple[FusedRecord, FusedRecord]
    row_sums: np.ndarray
    contexts: np.ndarray
    targets: np.ndarray
    broken: Break | None

    def __getitem__(self, name: str) -> TensorRecord:
        """The record of a tensor, by the lecture's name."""
        return next(record for record in self.records if record.name == name)

    def wrong(self) -> list[str]:
        """The names of the tensors whose gradient is not even approximately autograd's."""
        return [record.name for record in self.records if record.verdict == "wrong"]


@dataclass(frozen=True)
class Exercise:
    """A net at its start and a first batch, as in the lecture's exercises."""

    model: Sequential
    batch: Examples
    vocabulary: Vocabulary


def exercise(words: Sequence[str], *, recipe: Recipe = RECIPES["manual-backprop-64"]) -> Exercise:
    """The exercises' net (hidden 64) and batch of 32, drawn as the lecture draws them."""
    run = start_run(recipe, words)
    rows = torch.randint(0, len(run.data), (recipe.batch_size or 32,), generator=run.generator)
    return Exercise(run.net, run.data.take(rows), run.vocabulary)


def backpropagate(model: Sequential, batch: Examples, *, broken: str | None = None) -> Backprop:
    """Forward, back by hand, back by autograd, compare. The model itself stays as it is.

    broken: a key of BREAKS. Raises ValueError if the model is not an MLP with BatchNorm, if the
    batch has fewer than two examples, or if there is no such mistake.
    """
    if broken is not None and broken not in BREAKS:
        raise ValueError(f"no mistake {broken!r}; there are: {', '.join(BREAKS)}")
    if len(batch) < 2:
        raise ValueError("BatchNorm needs at least two examples in a batch")
    mistake = BREAKS[broken] if broken else None
    t = _parameters(model)
    loss = forward(t, batch)
    for name in GRADIENTS:
        getattr(t, name).retain_grad()
    loss.backward()
    with torch.no_grad():
        d = _by_hand(t, mistake)
        records = tuple(_record(t, d, gradient, mistake) for gradient in GRADIENTS.values())
        return Backprop(
            loss.item(),
            records,
            _fused(t, d, loss),
            d.logits.sum(1).numpy(),
            batch.contexts.numpy(),
            batch.targets.numpy(),
            mistake,
        )


def _parameters(model: Sequential) -> Tensors:
    """The seven parameters under the lecture's names, copied, with gradients asked for."""
    kinds_fit = len(model.layers) == len(KINDS) and all(map(isinstance, model.layers, KINDS))
    if not kinds_fit:
        raise ValueError(
            "this lesson takes an MLP with BatchNorm: embedding, one hidden layer "
            "with BatchNorm and tanh, output"
        )
    table, _, first, norm, _, second = cast("Any", model.layers)  # KINDS, as just checked
    no_bias = torch.zeros_like(norm.beta)  # most nets leave it out before BatchNorm, rightly
    found = {
        "C": table.weight,
        "W1": first.weight,
        "b1": no_bias if first.bias is None else first.bias,
        "bngain": norm.gamma[None, :],
        "bnbias": norm.beta[None, :],  # (1, H)
        "W2": second.weight,
        "b2": second.bias,
    }
    copies = {name: found[name].detach().clone().requires_grad_() for name in PARAMETERS}
    return Tensors(**copies, eps=norm.eps)


def _by_hand(t: Tensors, mistake: Break | None) -> Tensors:
    """All 26 gradients, each from those before it: a mistake goes on to all that use it."""
    d = Tensors()
    for name, gradient in GRADIENTS.items():
        setattr(d, name, _function(gradient, mistake)(t, d))
    return d


def _function(gradient: Gradient, mistake: Break | None) -> Function:
    return mistake.function if mistake and mistake.tensor == gradient.name else gradient.function


def _record(t: Tensors, d: Tensors, gradient: Gradient, mistake: Break | None) -> TensorRecord:
    function = _function(gradient, mistake)
    compared = _compared(t, gradient, getattr(d, gradient.name), function)
    record = TensorRecord(gradient.name, *compared)
    return replace(record, mistaken=function is not gradient.function)


def _compared(t: Tensors, gradient: Gradient, by_hand: Tensor, function: Function) -> tuple:
    """The fields of a TensorRecord from shape to source."""
    value = getattr(t, gradient.name)
    return (
        tuple(value.shape),
        gradient.forward,
        gradient.backward,
        _numpy(value),
        _numpy(by_hand),
        _numpy(value.grad),
        torch.equal(by_hand, value.grad),
        torch.allclose(by_hand, value.grad),
        (by_hand - value.grad).abs().max().item(),
        source(function),
    )


def _fused(t: Tensors, d: Tensors, loss: Tensor) -> tuple[FusedRecord, FusedRecord]:
    """Exercises 2 and 3: one formula for a whole row of steps."""
    fast_loss = torch.nn.functional.cross_entropy(t.logits, t.targets)
    fast_hpreact = (
        t.bngain
        * (t.hprebn - t.hprebn.mean(0, keepdim=True))
        / torch.sqrt(t.hprebn.var(0, keepdim=True) + t.eps)
        + t.bnbias
    )  # (B, H)
    logits = Gradient(
        "logits", "h @ W2 + b2", "(softmax(logits) - one-hot(targets)) / n", fused_dlogits
    )
    hprebn = Gradient(
        "hprebn",
        "embcat @ W1 + b1",
        "bngain * bnvar_inv / n * (n * dhpreact - sum(dhpreact) "
        "- n/(n - 1) * bnraw * sum(dhpreact * bnraw))",
        fused_dhprebn,
    )
    return (
        _fused_record(t, d, logits, fast_loss - loss),
        _fused_record(t, d, hprebn, fast_hpreact - t.hpreact),
    )


def _fused_record(t: Tensors, d: Tensors, gradient: Gradient, difference: Tensor) -> FusedRecord:
    compared = _compared(t, gradient, gradient.function(t, d), gradient.function)
    record = FusedRecord(gradient.name, *compared)
    return replace(record, forward_difference=difference.abs().max().item())


def source(function: Callable) -> str:
    """The code of a function as it stands in the file, without its decorator."""
    lines = inspect.getsource(function).splitlines()
    begin = next(i for i, line in enumerate(lines) if line.lstrip().startswith("def "))
    return textwrap.dedent("\n".join(lines[begin:]))


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().numpy()
