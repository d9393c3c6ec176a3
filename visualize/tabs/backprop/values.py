"""The way forward with its numbers: how one cell of a tensor came about, as a line of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from makemore.backprop.chain import Backprop
from visualize.tabs.backprop.sums import Sum, many, number, numbers, one

Rule = Callable[..., object]


def value_line(done: Backprop, name: str, at: Sequence[int]) -> str:
    """ "0.31 × −1.2 + … (63 more neurons)"; a parameter says what it is. at: the cell's place."""
    rule = FORWARD.get(name)
    return str(rule(numbers(done), *at)) if rule else "a parameter, as drawn at the start"


def _plus(products: Sum, bias: float) -> Sum:
    return Sum((*products.products, (float(bias),)), products.over)


FORWARD: dict[str, Rule] = {  # x.t holds the tensors; the other arguments are the cell's place
    "emb": lambda x, b, t, c: one(x.t.C[x.contexts[b, t], c]),
    "embcat": lambda x, b, k: one(x.t.emb[b].reshape(-1)[k]),
    "hprebn": lambda x, b, j: _plus(many("products", x.t.embcat[b], x.t.W1[:, j]), x.t.b1[j]),
    "bnmeani": lambda x, _, j: many("examples", [1 / x.n] * x.n, x.t.hprebn[:, j]),
    "bndiff": lambda x, b, j: Sum(((x.t.hprebn[b, j],), (-x.t.bnmeani[0, j],))),
    "bndiff2": lambda x, b, j: one(x.t.bndiff[b, j], x.t.bndiff[b, j]),
    "bnvar": lambda x, _, j: many("examples", [1 / (x.n - 1)] * x.n, x.t.bndiff2[:, j]),
    "bnvar_inv": lambda x, _, j: f"({number(x.t.bnvar[0, j])} + eps) ** −0.5",
    "bnraw": lambda x, b, j: one(x.t.bndiff[b, j], x.t.bnvar_inv[0, j]),
    "hpreact": lambda x, b, j: _plus(one(x.t.bngain[0, j], x.t.bnraw[b, j]), x.t.bnbias[0, j]),
    "h": lambda x, b, j: f"tanh({number(x.t.hpreact[b, j])})",
    "logits": lambda x, b, v: _plus(many("products", x.t.h[b], x.t.W2[:, v]), x.t.b2[v]),
    "logit_maxes": lambda x, b, _: f"the largest of {x.t.logits.shape[1]} logits",
    "norm_logits": lambda x, b, v: Sum(((x.t.logits[b, v],), (-x.t.logit_maxes[b, 0],))),
    "counts": lambda x, b, v: f"exp({number(x.t.norm_logits[b, v])})",
    "counts_sum": lambda x, b, _: many("letters", x.t.counts[b]),
    "counts_sum_inv": lambda x, b, _: f"1 / {number(x.t.counts_sum[b, 0])}",
    "probs": lambda x, b, v: one(x.t.counts[b, v], x.t.counts_sum_inv[b, 0]),
    "logprobs": lambda x, b, v: f"log({number(x.t.probs[b, v])})",
}
