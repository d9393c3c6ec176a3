"""The oldest language model: count what followed what.

An n-gram model looks at the last n - 1 letters, finds how often each letter followed them in the
training words, and turns the counts into probabilities. Nothing is learned by gradient descent.
A 2-gram is the bigram model of makemore's lecture 1; the 4-gram is as good as lecture 3's MLP.

Only the n-grams that occur are kept, so a 5-gram over 66 letters costs megabytes and not gigabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from makemore.examples import Examples, make_examples
from makemore.vocabulary import Vocabulary

MAX_SMOOTHING = 10**9  # with more, every letter is as likely as every other, and sums overflow


@dataclass(frozen=True)
class Ngram:
    """Counts of n-grams, and the model that they make.

    keys:      (K,) int64, sorted; an n-gram written as one number in base V, target last
    counts:    (K,) int64, how often each was seen
    smoothing: what is added to every count, seen or not (lecture 1's "fake counts")
    """

    n: int
    vocab_size: int
    keys: Tensor
    counts: Tensor
    smoothing: float = 1.0

    def __post_init__(self) -> None:
        check_order(self.n, self.vocab_size)
        if not 0 <= self.smoothing <= MAX_SMOOTHING:
            raise ValueError(
                f"the smoothing must be from 0 to {MAX_SMOOTHING:,}, not {self.smoothing}"
            )
        if not len(self.keys):
            raise ValueError("there are no words to count")

    @property
    def block_size(self) -> int:
        """How many letters the model looks back."""
        return self.n - 1

    def parameters(self) -> list[Tensor]:
        """The counts: all that this model knows."""
        return [self.counts]

    def __call__(self, contexts: Tensor) -> Tensor:
        """contexts (B, n-1) -> logits (B, V): float64 log probabilities of each next letter.

        A context that was never seen, with no smoothing, knows nothing: all letters are alike.
        """
        counts = self.rows(contexts).double() + self.smoothing  # (B, V)
        counts[counts.sum(1) == 0] = 1.0
        return (counts / counts.sum(1, keepdim=True)).log()

    def rows(self, contexts: Tensor) -> Tensor:
        """contexts (B, n-1) -> (B, V): how often each letter followed."""
        first = _base_v(contexts, self.vocab_size) * self.vocab_size  # (B,)
        wanted = first[:, None] + torch.arange(self.vocab_size)  # (B, V)
        at = torch.searchsorted(self.keys, wanted).clamp(max=len(self.keys) - 1)
        return torch.where(self.keys[at] == wanted, self.counts[at], 0)

    def coverage(self, examples: Examples) -> float:
        """The share of these examples whose context was seen in training, 0 to 1."""
        known = torch.unique(self.keys // self.vocab_size)
        return torch.isin(_base_v(examples.contexts, self.vocab_size), known).double().mean().item()

    def contexts_seen(self) -> int:
        """How many of the V^(n-1) possible contexts occur in the training words."""
        return len(torch.unique(self.keys // self.vocab_size))

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint has to keep."""
        return {"keys": self.keys, "counts": self.counts}


def check_order(n: int, vocab_size: int) -> None:
    """ValueError unless every n-gram, n from 1 to 8, is a number that fits into 63 bits."""
    if not 1 <= n <= 8 or vocab_size**n >= 2**63:
        raise ValueError(f"an n-gram of n = {n} over {vocab_size} symbols is out of range")


def _base_v(digits: Tensor, vocab_size: int) -> Tensor:
    """(B, k) ids -> (B,) one number each, in base V, first id most significant."""
    number = torch.zeros(len(digits), dtype=torch.int64)
    for column in digits.unbind(1):
        number = number * vocab_size + column
    return number


def count_ngrams(
    words: Sequence[str], vocabulary: Vocabulary, *, n: int, smoothing: float = 1.0
) -> Ngram:
    """Count every n-gram of these words, starts and ends included. n from 1 to 8.

    Raises ValueError for no words, and for n and smoothing out of range.
    """
    vocab_size = len(vocabulary)
    check_order(n, vocab_size)
    examples = make_examples(words, vocabulary, block_size=n - 1)
    numbers = _base_v(examples.contexts, vocab_size) * vocab_size + examples.targets  # (N,)
    keys, counts = torch.unique(numbers, return_counts=True)
    return Ngram(n, vocab_size, keys, counts, smoothing)


def count_bigrams(words: Sequence[str], vocabulary: Vocabulary) -> Tensor:
    """(V, V) int64: row = letter before, column = letter after, as in lecture 1's picture."""
    bigrams = count_ngrams(words, vocabulary, n=2)
    return bigrams.rows(torch.arange(len(vocabulary))[:, None])
