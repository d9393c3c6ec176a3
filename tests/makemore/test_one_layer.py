"""The one-layer net: lecture 1's losses, autograd's gradient, and the counts in the end."""

from __future__ import annotations

import pytest
import torch

from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.one_layer import OneLayer, loss, smoothing_like, start, step
from makemore.corpora.registry import load_corpus


@pytest.fixture(scope="module")
def counts() -> torch.Tensor:
    return torch.from_numpy(BigramTable.of(load_corpus("names").words, source="").counts)


def test_the_lectures_losses(counts) -> None:
    net = start(27)
    for _ in range(54):
        net = step(net, counts, lr=50, l2=0.01)
    for at, printed in {0: 3.768619, 1: 3.378809, 2: 3.161090, 53: 2.507380}.items():
        assert net.losses[at] == pytest.approx(printed, abs=2e-5)


def test_the_step_is_autograds(counts) -> None:
    W = start(27).W.double().requires_grad_()
    logprobs = W - W.logsumexp(1, keepdim=True)
    (-(counts * logprobs).sum() / counts.sum() + 0.01 * (W**2).mean()).backward()
    stepped = step(OneLayer(W.detach()), counts, lr=1.0, l2=0.01).W
    assert torch.allclose(stepped.double(), W.detach() - W.grad, atol=1e-6)


def test_it_becomes_the_counts(counts) -> None:
    net = start(27)
    for _ in range(1000):
        net = step(net, counts, lr=50, l2=0.0)
    best = BigramTable.of(load_corpus("names").words, source="").loss(0)
    assert best < loss(net, counts, l2=0) < best + 0.01


def test_more_l2_is_more_smoothing(counts) -> None:
    nets = []
    for l2 in (0.0, 0.01, 1.0):
        net = start(27)
        for _ in range(300):
            net = step(net, counts, lr=50, l2=l2)
        nets.append(smoothing_like(net, counts))
    assert nets == sorted(nets)
    assert nets[-1] > 5 * nets[0]
