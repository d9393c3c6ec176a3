"""The bigram table of lecture 1: rows say which letter stands before, columns which comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from makemore.ngram import Ngram, count_bigrams
from makemore.vocabulary import Vocabulary


@dataclass(frozen=True)
class BigramTable:
    """counts: (V, V) float64 whole numbers; source: which words were counted, in words."""

    counts: np.ndarray
    vocabulary: Vocabulary
    source: str

    @classmethod
    def of(cls, words: Sequence[str], *, source: str) -> BigramTable:
        """Count all bigrams of a list of words."""
        vocabulary = Vocabulary.of(words)
        return cls(count_bigrams(words, vocabulary).double().numpy(), vocabulary, source)

    @classmethod
    def from_model(cls, model: Ngram, vocabulary: Vocabulary, *, source: str) -> BigramTable:
        """The table inside a bigram model, say one that a checkpoint keeps."""
        counts = model.rows(torch.arange(len(vocabulary))[:, None])  # (V, V)
        return cls(counts.double().numpy(), vocabulary, source)

    def probabilities(self, smoothing: float) -> np.ndarray:
        """(V, V): each row divided by its sum. A row that was never seen: all letters alike."""
        smoothed = self.counts + smoothing
        smoothed[smoothed.sum(1) == 0] = 1
        return smoothed / smoothed.sum(1, keepdims=True)

    def loss(self, smoothing: float) -> float:
        """The mean of -ln p over all counted bigrams, in nats; 2.4540 for names, unsmoothed."""
        seen = self.counts > 0
        p = self.probabilities(smoothing)
        return float(-(self.counts[seen] * np.log(p[seen])).sum() / self.counts.sum())

    def model(self, smoothing: float) -> Ngram:
        """The same table as a model that words can be drawn from."""
        keys = np.flatnonzero(self.counts)
        counts = self.counts.reshape(-1)[keys].astype(np.int64)
        return Ngram(
            2, len(self.vocabulary), torch.from_numpy(keys), torch.from_numpy(counts), smoothing
        )
