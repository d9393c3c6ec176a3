"""The chain rule with its numbers: for one cell of a gradient, the products that were added up.

Below stands one function a tensor. It is given x, with the values x.t and the hand-written
gradients x.d, and the place of the cell; it returns the products. They say what a *right* backward
pass makes of the gradients that come in, so that a mistake can be seen beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from makemore.backprop.chain import Backprop
from visualize.tabs.backprop.one_pass import AT_ONCE

SHOWN = 3  # products of a long sum


@dataclass(frozen=True)
class Sum:
    """A sum of products; over: what is counted by it, such as "examples"."""

    products: tuple[tuple[float, ...], ...]
    over: str = ""

    @property
    def total(self) -> float:
        return float(sum(np.prod(product) for product in self.products))

    def __str__(self) -> str:
        """All products, or of many the largest: 0.5 × −0.2 + … (26 more)."""
        short = len(self.products) <= SHOWN + 1
        order = self.products if short else sorted(self.products, key=lambda p: -abs(np.prod(p)))
        texts = [" × ".join(map(number, product)) for product in order]
        if short:
            return _added(texts)
        return f"{_added(texts[:SHOWN])} + … ({len(texts) - SHOWN} more {self.over})"


def _added(texts: Sequence[str]) -> str:
    return " + ".join(texts).replace("+ −", "− ")


def number(x: float, *, digits: int = 4) -> str:
    """So many significant digits, with a true minus: −0.01234, 7.218e−9."""
    text = f"{x:.{digits}g}" if x else "0"
    if "e" in text:
        digits, power = text.split("e")
        text = f"{digits}e{int(power)}"
    return text.replace("-", "−")


def one(*factors: float) -> Sum:
    """A single product."""
    return Sum((tuple(map(float, factors)),))


def many(over: str, *factors: Iterable[float]) -> Sum:
    """The products of the i-th numbers of each, for all i."""
    return Sum(tuple(tuple(map(float, product)) for product in zip(*factors)), over)


Rule = Callable[..., Sum]
BACKWARD: dict[str, Rule] = {}


def numbers(done: Backprop) -> SimpleNamespace:
    """What the rules take: x.t and x.d by name, x.n, x.contexts, x.targets."""
    values = {record.name: record.value for record in done.records}
    gradients = {record.name: record.by_hand for record in done.records}
    return SimpleNamespace(
        t=SimpleNamespace(**values),
        d=SimpleNamespace(**gradients),
        n=len(done.targets),
        contexts=done.contexts,
        targets=done.targets,
    )


def backward_sum(done: Backprop, key: str, at: Sequence[int]) -> Sum:
    """The products behind one cell of a gradient; at: its place in the tensor."""
    return BACKWARD[key](numbers(done), *at)


def back(rule: Rule) -> Rule:
    """Enter a rule under the name of its tensor."""
    BACKWARD[rule.__name__.removeprefix("d").replace("_at_once", AT_ONCE)] = rule
    return rule


# --- cross-entropy --------------------------------------------------------------------------------


@back
def dlogprobs(x, b, v):
    return one(-1 / x.n if x.targets[b] == v else 0)


@back
def dprobs(x, b, v):
    return one(1 / x.t.probs[b, v], x.d.logprobs[b, v])


@back
def dcounts_sum_inv(x, b, _):
    return many("letters", x.t.counts[b], x.d.probs[b])


@back
def dcounts_sum(x, b, _):
    return one(-(x.t.counts_sum[b, 0] ** -2), x.d.counts_sum_inv[b, 0])


@back
def dcounts(x, b, v):
    return Sum(((x.t.counts_sum_inv[b, 0], x.d.probs[b, v]), (x.d.counts_sum[b, 0],)))


@back
def dnorm_logits(x, b, v):
    return one(x.t.counts[b, v], x.d.counts[b, v])


@back
def dlogit_maxes(x, b, _):
    return many("letters", -x.d.norm_logits[b])


@back
def dlogits(x, b, v):
    largest = x.t.logits[b].argmax() == v
    return Sum(((x.d.norm_logits[b, v],), (x.d.logit_maxes[b, 0] if largest else 0.0,)))


@back
def dlogits_at_once(x, b, v):
    p = np.exp(x.t.logits[b] - x.t.logits[b].max())
    return Sum(((1 / x.n, (p / p.sum())[v]), (-1 / x.n if x.targets[b] == v else 0.0,)))


# --- the second Linear, and the tanh --------------------------------------------------------------


@back
def dh(x, b, j):
    return many("letters", x.d.logits[b], x.t.W2[j])


@back
def dW2(x, j, v):
    return many("examples", x.t.h[:, j], x.d.logits[:, v])


@back
def db2(x, v):
    return many("examples", x.d.logits[:, v])


@back
def dhpreact(x, b, j):
    return one(1 - x.t.h[b, j] ** 2, x.d.h[b, j])


# --- BatchNorm ------------------------------------------------------------------------------------


@back
def dbngain(x, _, j):
    return many("examples", x.t.bnraw[:, j], x.d.hpreact[:, j])


@back
def dbnbias(x, _, j):
    return many("examples", x.d.hpreact[:, j])


@back
def dbnraw(x, b, j):
    return one(x.t.bngain[0, j], x.d.hpreact[b, j])


@back
def dbnvar_inv(x, _, j):
    return many("examples", x.t.bndiff[:, j], x.d.bnraw[:, j])


@back
def dbnvar(x, _, j):
    return one(-0.5, x.t.bnvar_inv[0, j] ** 3, x.d.bnvar_inv[0, j])  # (bnvar + eps) ** -1.5


@back
def dbndiff2(x, b, j):
    return one(1 / (x.n - 1), x.d.bnvar[0, j])


@back
def dbndiff(x, b, j):
    return Sum(((x.t.bnvar_inv[0, j], x.d.bnraw[b, j]), (2.0, x.t.bndiff[b, j], x.d.bndiff2[b, j])))


@back
def dbnmeani(x, _, j):
    return many("examples", -x.d.bndiff[:, j])


@back
def dhprebn(x, b, j):
    return Sum(((x.d.bndiff[b, j],), (1 / x.n, x.d.bnmeani[0, j])))


@back
def dhprebn_at_once(x, b, j):
    g, raw = x.d.hpreact[:, j], x.t.bnraw[:, j]  # (B,)
    share = x.t.bngain[0, j] * x.t.bnvar_inv[0, j] / x.n
    return Sum(
        (
            (share, x.n * g[b]),
            (share, -g.sum()),
            (share, -x.n / (x.n - 1) * raw[b] * (g * raw).sum()),
        )
    )


# --- the first Linear, and the embedding ----------------------------------------------------------


@back
def dembcat(x, b, k):
    return many("neurons", x.d.hprebn[b], x.t.W1[k])


@back
def dW1(x, k, j):
    return many("examples", x.t.embcat[:, k], x.d.hprebn[:, j])


@back
def db1(x, j):
    return many("examples", x.d.hprebn[:, j])


@back
def demb(x, b, t, c):
    return one(x.d.embcat[b, t * x.t.emb.shape[2] + c])


@back
def dC(x, v, c):
    places = x.d.emb[..., c][x.contexts == v]  # one number a place where letter v stands
    return many("places", places) if len(places) else one(0)
