"""How far back to look: n-grams of order 1 to 5 on one list of words, and where they overfit.

With every letter more the training loss falls. The dev loss falls too, until most contexts of a
new word have never been seen: on names the 4-gram is the best, and the 5-gram is worse again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from makemore.examples import Split, split_words
from makemore.ngram import Ngram, count_ngrams
from makemore.vocabulary import Vocabulary

ORDERS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class SplitNgram:
    """The n-grams of one order: counted on train, and, to be judged by, on each part."""

    n: int
    parts: dict[str, Ngram]

    @property
    def model(self) -> Ngram:
        """What was counted on train."""
        return self.parts["train"]

    def loss(self, part: str, *, smoothing: float) -> float:
        """The mean loss on a part, in nats; infinite if it has an n-gram of probability 0.

        The same number as `evaluation.mean_loss`, summed over distinct n-grams instead of examples.
        """
        judged, V = self.parts[part], self.model.vocab_size
        seen = _look_up(self.model.keys, self.model.counts, judged.keys).double() + smoothing
        contexts, totals = _contexts(self.model)
        total = _look_up(contexts, totals, judged.keys // V).double() + smoothing * V
        p = torch.where(total > 0, seen / total, 1 / V)
        return float(-(judged.counts * p.log()).sum() / judged.counts.sum())

    def coverage(self, part: str) -> float:
        """The share of a part's examples whose context was seen in training, 0 to 1."""
        judged = self.parts[part]
        contexts, totals = _contexts(self.model)
        known = _look_up(contexts, totals, judged.keys // self.model.vocab_size) > 0
        return float(judged.counts[known].sum() / judged.counts.sum())


def count_all(words: Sequence[str]) -> list[SplitNgram]:
    """Orders 1 to 5 of a list of words, split as the lectures split; half a second for names.

    A list of thousands of different symbols has fewer orders: V^n must be a 64-bit number.
    """
    vocabulary, split = Vocabulary.of(words), split_words(words)
    orders = [n for n in ORDERS if len(vocabulary) ** n < 2**63]
    return [SplitNgram(n, _parts(split, vocabulary, n)) for n in orders]


def _parts(split: Split, vocabulary: Vocabulary, n: int) -> dict[str, Ngram]:
    return {part: count_ngrams(words, vocabulary, n=n) for part, words in split.items()}


def _contexts(model: Ngram) -> tuple[Tensor, Tensor]:
    """Each context that was seen, and how often: two (K,) tensors."""
    contexts, rows = torch.unique(model.keys // model.vocab_size, return_inverse=True)
    return contexts, torch.zeros_like(contexts).index_add_(0, rows, model.counts)


def _look_up(keys: Tensor, values: Tensor, wanted: Tensor) -> Tensor:
    """The value of each wanted key in a sorted table, 0 where it is missing."""
    at = torch.searchsorted(keys, wanted).clamp(max=len(keys) - 1)
    return torch.where(keys[at] == wanted, values[at], 0)
