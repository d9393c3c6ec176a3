"""update : data, the fourth picture of lecture 3: how large is each step beside what it changes?

For every weight matrix, the std of one update over the std of its values. About 1/1000, 10^-3, is
a good pace: much less and the net hardly learns, much more and it is thrown about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from makemore.training import Run, train

TARGET = -3.0  # log10 of update : data
NEAR = 0.6  # so far from the target, in powers of ten, is still about right


@dataclass(frozen=True)
class Updates:
    """What was seen so far. names: of P weight matrices, "2 Linear"; steps: (T,), from 1;
    ratios: (T, P) log10 of std(update) / std(data after it); losses: (T,) of those steps."""

    names: tuple[str, ...]
    steps: np.ndarray
    ratios: np.ndarray
    losses: np.ndarray
    done: bool = False

    def recent(self, last: int = 50, *, ago: int = 0) -> np.ndarray:
        """(P,): the mean of the last so many ratios of each matrix, as it was so many steps ago;
        NaN for what did not move."""
        end = max(0, len(self.ratios) - ago)
        tail = self.ratios[max(0, end - last) : end]  # (last, P)
        known = np.isfinite(tail)
        sums = np.where(known, tail, 0.0).sum(0)
        return np.where(known.any(0), sums / np.maximum(known.sum(0), 1), np.nan)

    def falling(self) -> np.ndarray:
        """(P,) bool: is a matrix calming down, a tenth below where it was 150 steps ago?"""
        return self.recent() < self.recent(ago=150) - 0.05


def watch_updates(run: Run, *, steps: int, every: int = 10) -> Iterator[Updates]:
    """Train a run for so many steps and measure each: all that was seen, after each `every` steps.

    Measured is what the weights really do, whatever the optimiser; for SGD it is lecture 3's
    lr * std(grad) / std(data). Ends early if the loss blows up.
    """
    names, weights = weight_matrices(run)
    seen: list[tuple[int, list[float], float]] = []
    finished = False
    while not finished:
        before = [w.detach().clone() for w in weights]
        progress = next(train(run, steps=1), None)
        if progress is not None and progress.losses:
            ratios = [_log_ratio(w, old) for w, old in zip(weights, before)]
            seen.append((progress.step, ratios, progress.losses[-1]))
        stopped = progress is None or progress.diverged or run.step >= run.recipe.steps
        finished = stopped or len(seen) >= steps
        if finished or len(seen) % every == 0:
            yield _collected(names, seen, done=finished)


def weight_matrices(run: Run) -> tuple[tuple[str, ...], list[Tensor]]:
    """The weights with two dimensions, as in the lecture: names ("2 Linear") and tensors."""
    found = [
        (name, layer.tensors()["weight"])
        for name, layer in run.net.named_layers()
        if "weight" in layer.parameter_names
    ]
    return tuple(name for name, _ in found), [weight for _, weight in found]


def _log_ratio(now: Tensor, before: Tensor) -> float:
    """log10 of std(update) / std(data); -inf for a weight that did not move."""
    with torch.no_grad():
        ratio = ((now - before).std() / now.std()).log10().item()
    return ratio if ratio == ratio else -np.inf  # 0 / 0: a matrix of zeros that stays


def _collected(names: tuple[str, ...], seen: list, *, done: bool) -> Updates:
    return Updates(
        names,
        np.array([step for step, _, _ in seen], dtype=np.int64),
        np.array([ratios for _, ratios, _ in seen]).reshape(len(seen), len(names)),
        np.array([loss for _, _, loss in seen]),
        done,
    )


def verdict(level: float, *, falling: bool = False) -> str:
    """A matrix's recent log10 ratio in words: "about right", "rather slow", "far too fast", or,
    for one that is falling towards the line, "far too fast, but calming down"."""
    if not np.isfinite(level):
        return "does not move"
    off = level - TARGET
    if abs(off) <= NEAR:
        return "about right"
    pace = "fast" if off > 0 else "slow"
    calming = ", but calming down" if falling and off > 0 else ""
    return f"{'far too' if abs(off) > 1.5 else 'rather'} {pace}{calming}"
