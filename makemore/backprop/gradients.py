"""The 26 tensors of makemore's lecture 4, and the gradient of each, written by hand.

`forward` takes a batch through an MLP with BatchNorm in steps so small that each has a simple
derivative. Below it, from the loss back to the letters, stands one function a tensor: given the
values `t` and the gradients `d` that are known already, it returns d loss / d tensor.

Two rules do most of the work. What was *copied* on the way forward (broadcast over rows or columns)
is *summed* on the way back. A tensor that was used *twice* gets the *sum* of two gradients.

B examples, T letters of context, C numbers a letter, H neurons, V symbols; n = B.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import torch
from torch import Tensor

from makemore.examples import Examples


class Tensors(SimpleNamespace):
    """Tensors by the lecture's names, `t.logits`; and n, eps, contexts, targets, max_at."""


def forward(t: Tensors, batch: Examples) -> Tensor:
    """Parameters in t, two or more examples -> loss (), in nats; fills t with all on the way."""
    t.n, t.contexts, t.targets = len(batch), batch.contexts, batch.targets
    # Embedding, then the first Linear.
    t.emb = t.C[t.contexts]  # (B, T, C)
    t.embcat = t.emb.view(t.n, -1)  # (B, T * C)
    t.hprebn = t.embcat @ t.W1 + t.b1  # (B, H)
    # BatchNorm, with the unbiased variance.
    t.bnmeani = 1 / t.n * t.hprebn.sum(0, keepdim=True)  # (1, H)
    t.bndiff = t.hprebn - t.bnmeani  # (B, H)
    t.bndiff2 = t.bndiff**2  # (B, H)
    t.bnvar = 1 / (t.n - 1) * t.bndiff2.sum(0, keepdim=True)  # (1, H)
    t.bnvar_inv = (t.bnvar + t.eps) ** -0.5  # (1, H)
    t.bnraw = t.bndiff * t.bnvar_inv  # (B, H)
    t.hpreact = t.bngain * t.bnraw + t.bnbias  # (B, H)
    # Tanh, then the second Linear.
    t.h = torch.tanh(t.hpreact)  # (B, H)
    t.logits = t.h @ t.W2 + t.b2  # (B, V)
    # Cross-entropy: softmax, logarithm, the mean over the right letters.
    t.logit_maxes, t.max_at = t.logits.max(1, keepdim=True)  # (B, 1)
    t.norm_logits = t.logits - t.logit_maxes  # (B, V), no exp can overflow
    t.counts = t.norm_logits.exp()  # (B, V)
    t.counts_sum = t.counts.sum(1, keepdim=True)  # (B, 1)
    t.counts_sum_inv = t.counts_sum**-1  # (B, 1)
    t.probs = t.counts * t.counts_sum_inv  # (B, V)
    t.logprobs = t.probs.log()  # (B, V)
    return -t.logprobs[torch.arange(t.n), t.targets].mean()


Function = Callable[[Tensors, Tensors], Tensor]


@dataclass(frozen=True)
class Gradient:
    """A tensor of the lecture: how it is made, and the function that gives its gradient."""

    name: str
    forward: str
    backward: str
    function: Function


GRADIENTS: dict[str, Gradient] = {}  # in the order of the way back; filled by the functions below


def tensor(made_by: str, *, back: str) -> Callable[[Function], Function]:
    """Enter a function in GRADIENTS: dlogits is the gradient of logits."""

    def enter(function: Function) -> Function:
        name = function.__name__.removeprefix("d")
        GRADIENTS[name] = Gradient(name, made_by, back, function)
        return function

    return enter


# --- cross-entropy --------------------------------------------------------------------------------


@tensor("log(probs)", back="-1/n at the right letter of each row, 0 elsewhere")
def dlogprobs(t: Tensors, d: Tensors) -> Tensor:
    # The loss is the mean of n numbers, one a row: each has a share of 1/n in it.
    grad = torch.zeros_like(t.logprobs)  # (B, V)
    grad[torch.arange(t.n), t.targets] = -1.0 / t.n
    return grad


@tensor("counts * counts_sum_inv", back="1/probs * dlogprobs")
def dprobs(t: Tensors, d: Tensors) -> Tensor:
    return (1.0 / t.probs) * d.logprobs  # (B, V)


@tensor("counts_sum ** -1", back="sum over the row of counts * dprobs")
def dcounts_sum_inv(t: Tensors, d: Tensors) -> Tensor:
    # One number a row was copied to V columns: what comes back is summed over them.
    return (t.counts * d.probs).sum(1, keepdim=True)  # (B, 1)


@tensor("sum over the row of counts", back="-counts_sum ** -2 * dcounts_sum_inv")
def dcounts_sum(t: Tensors, d: Tensors) -> Tensor:
    return (-(t.counts_sum**-2)) * d.counts_sum_inv  # (B, 1)


@tensor("exp(norm_logits)", back="counts_sum_inv * dprobs + dcounts_sum, copied to every column")
def dcounts(t: Tensors, d: Tensors) -> Tensor:
    # Used twice: in probs, and in the sum that probs is divided by.
    grad = t.counts_sum_inv * d.probs  # (B, V)
    grad += torch.ones_like(t.counts) * d.counts_sum
    return grad


@tensor("logits - logit_maxes", back="counts * dcounts   (exp is its own derivative)")
def dnorm_logits(t: Tensors, d: Tensors) -> Tensor:
    return t.counts * d.counts  # (B, V)


@tensor("largest of each row of logits", back="-(sum over the row of dnorm_logits)")
def dlogit_maxes(t: Tensors, d: Tensors) -> Tensor:
    # All but rounding is zero: shifting a row of logits does not change its softmax.
    return (-d.norm_logits).sum(1, keepdim=True)  # (B, 1)


@tensor("h @ W2 + b2", back="dnorm_logits, and dlogit_maxes where the row has its largest")
def dlogits(t: Tensors, d: Tensors) -> Tensor:
    grad = d.norm_logits.clone()  # (B, V)
    is_largest = torch.zeros_like(t.logits).scatter_(1, t.max_at, 1.0)  # (B, V), one 1 a row
    grad += is_largest * d.logit_maxes
    return grad


# --- the second Linear, and the tanh --------------------------------------------------------------


@tensor("tanh(hpreact)", back="dlogits @ W2.T")
def dh(t: Tensors, d: Tensors) -> Tensor:
    return d.logits @ t.W2.T  # (B, V) @ (V, H) -> (B, H)


@tensor("parameter", back="h.T @ dlogits")
def dW2(t: Tensors, d: Tensors) -> Tensor:
    return t.h.T @ d.logits  # (H, B) @ (B, V) -> (H, V)


@tensor("parameter", back="sum over the batch of dlogits")
def db2(t: Tensors, d: Tensors) -> Tensor:
    return d.logits.sum(0)  # (V,): the bias was copied to every row


@tensor("bngain * bnraw + bnbias", back="(1 - h ** 2) * dh")
def dhpreact(t: Tensors, d: Tensors) -> Tensor:
    # 1 - h ** 2, rounded once and not twice, as autograd does it: so that not one bit differs.
    slope = torch.addcmul(torch.ones_like(t.h), t.h, t.h, value=-1)  # (B, H)
    return slope * d.h


# --- BatchNorm ------------------------------------------------------------------------------------


@tensor("parameter", back="sum over the batch of bnraw * dhpreact")
def dbngain(t: Tensors, d: Tensors) -> Tensor:
    return (t.bnraw * d.hpreact).sum(0, keepdim=True)  # (1, H)


@tensor("parameter", back="sum over the batch of dhpreact")
def dbnbias(t: Tensors, d: Tensors) -> Tensor:
    return d.hpreact.sum(0, keepdim=True)  # (1, H)


@tensor("bndiff * bnvar_inv", back="bngain * dhpreact")
def dbnraw(t: Tensors, d: Tensors) -> Tensor:
    return t.bngain * d.hpreact  # (B, H)


@tensor("(bnvar + eps) ** -0.5", back="sum over the batch of bndiff * dbnraw")
def dbnvar_inv(t: Tensors, d: Tensors) -> Tensor:
    return (t.bndiff * d.bnraw).sum(0, keepdim=True)  # (1, H)


@tensor("sum over the batch of bndiff2 / (n - 1)", back="-0.5 * (bnvar + eps) ** -1.5 * dbnvar_inv")
def dbnvar(t: Tensors, d: Tensors) -> Tensor:
    return (-0.5 * (t.bnvar + t.eps) ** -1.5) * d.bnvar_inv  # (1, H)


@tensor("bndiff ** 2", back="1/(n - 1) * dbnvar, copied to every row")
def dbndiff2(t: Tensors, d: Tensors) -> Tensor:
    # n - 1 and not n: the variance is the unbiased one (Bessel's correction).
    return (1.0 / (t.n - 1)) * torch.ones_like(t.bndiff2) * d.bnvar  # (B, H)


@tensor("hprebn - bnmeani", back="bnvar_inv * dbnraw + 2 * bndiff * dbndiff2")
def dbndiff(t: Tensors, d: Tensors) -> Tensor:
    # Used twice: it is normalised, and its square makes the variance that normalises.
    grad = t.bnvar_inv * d.bnraw  # (B, H)
    grad += (2 * t.bndiff) * d.bndiff2
    return grad


@tensor("sum over the batch of hprebn / n", back="-(sum over the batch of dbndiff)")
def dbnmeani(t: Tensors, d: Tensors) -> Tensor:
    return (-d.bndiff).sum(0, keepdim=True)  # (1, H)


@tensor("embcat @ W1 + b1", back="dbndiff + 1/n * dbnmeani, copied to every row")
def dhprebn(t: Tensors, d: Tensors) -> Tensor:
    grad = d.bndiff.clone()  # (B, H)
    grad += 1.0 / t.n * (torch.ones_like(t.hprebn) * d.bnmeani)
    return grad


# --- the first Linear, and the embedding ----------------------------------------------------------


@tensor("emb, the letters of a row side by side", back="dhprebn @ W1.T")
def dembcat(t: Tensors, d: Tensors) -> Tensor:
    return d.hprebn @ t.W1.T  # (B, H) @ (H, T * C) -> (B, T * C)


@tensor("parameter", back="embcat.T @ dhprebn")
def dW1(t: Tensors, d: Tensors) -> Tensor:
    return t.embcat.T @ d.hprebn  # (T * C, B) @ (B, H) -> (T * C, H)


@tensor("parameter", back="sum over the batch of dhprebn")
def db1(t: Tensors, d: Tensors) -> Tensor:
    # All but rounding is zero: BatchNorm subtracts the mean, and with it any bias.
    return d.hprebn.sum(0)  # (H,)


@tensor("C[letters of the context]", back="dembcat, cut into letters again")
def demb(t: Tensors, d: Tensors) -> Tensor:
    return d.embcat.view(t.emb.shape)  # (B, T, C)


@tensor("parameter", back="row i: sum of demb over every place where letter i stands")
def dC(t: Tensors, d: Tensors) -> Tensor:
    grad = torch.zeros_like(t.C)  # (V, C)
    for b in range(t.contexts.shape[0]):
        for k in range(t.contexts.shape[1]):
            grad[t.contexts[b, k]] += d.emb[b, k]
    return grad


# --- the same in one step (exercises 2 and 3 of the lecture) --------------------------------------


def fused_dlogits(t: Tensors, d: Tensors) -> Tensor:
    """Cross-entropy in one: the probabilities, less 1 at the right letter, over n. (B, V)"""
    grad = torch.softmax(t.logits, 1)
    grad[torch.arange(t.n), t.targets] -= 1.0
    return grad / t.n


def fused_dhprebn(t: Tensors, d: Tensors) -> Tensor:
    """BatchNorm in one, from the gradient at its output to the one at its input. (B, H)"""
    n, g = t.n, d.hpreact
    return (
        t.bngain
        * t.bnvar_inv
        / n
        * (n * g - g.sum(0) - n / (n - 1) * t.bnraw * (g * t.bnraw).sum(0))
    )
