"""Words -> training examples: which letters came before (context), which letter follows (target).

    emma, block_size 3:   ... -> e    ..e -> m    .em -> m    emm -> a    mma -> .

All examples of a corpus are cut at once, without a loop over words: thirty thousand names take a
few hundredths of a second, so there is no wait for "preparing the data".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from makemore.vocabulary import Vocabulary


@dataclass(frozen=True)
class Split:
    """The words to learn from, to choose settings with, and to look at once, at the end."""

    train: tuple[str, ...]
    dev: tuple[str, ...]
    test: tuple[str, ...]

    def items(self) -> list[tuple[str, tuple[str, ...]]]:
        """[("train", words), ("dev", words), ("test", words)]"""
        return [("train", self.train), ("dev", self.dev), ("test", self.test)]


def split_words(words: Sequence[str], *, seed: int | None = 42) -> Split:
    """Shuffle and cut 80 / 10 / 10, exactly as the lectures do from part 2 on.

    seed: of Python's own `random`; None keeps every word, in file order, for training (lecture 1).
    A corpus too short for three parts (under ten words) trains and is judged on the same words.
    """
    if seed is None:
        return Split(tuple(words), (), ())
    if len(words) < 10:
        return Split(tuple(words), tuple(words), tuple(words))
    shuffled = list(words)
    random.Random(seed).shuffle(shuffled)
    n1, n2 = int(0.8 * len(shuffled)), int(0.9 * len(shuffled))
    return Split(tuple(shuffled[:n1]), tuple(shuffled[n1:n2]), tuple(shuffled[n2:]))


def split_as_makemore(words: Sequence[str], *, seed: int | None = 3407) -> Split:
    """The split of the program makemore.py: a `torch.randperm`, whose last words are the test.

    The test part has a tenth of the words, at most 1,000; there is no dev part. seed: makemore.py's
    own is 3407; None keeps every word for training.
    """
    if seed is None:
        return Split(tuple(words), (), ())
    order = torch.randperm(len(words), generator=torch.Generator().manual_seed(seed)).tolist()
    kept = len(words) - min(1_000, int(0.1 * len(words)))
    shuffled = [words[i] for i in order]
    return Split(tuple(shuffled[:kept]), (), tuple(shuffled[kept:]))


SPLITS: dict[str, Callable[..., Split]] = {"lectures": split_words, "makemore": split_as_makemore}


@dataclass(frozen=True)
class Examples:
    """N examples: contexts (N, block_size) int64, padded on the left with 0; targets (N,) int64."""

    contexts: Tensor
    targets: Tensor

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, rows: Tensor) -> Examples:
        """The examples with these row numbers."""
        return Examples(self.contexts[rows], self.targets[rows])


def make_examples(words: Sequence[str], vocabulary: Vocabulary, *, block_size: int) -> Examples:
    """Every example of these words, in file order. Raises UnknownLetter."""
    line = vocabulary.pack(words)  # (N,): one target for each letter and each end
    lengths = np.fromiter((len(word) + 1 for word in words), dtype=np.int64, count=len(words))
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)  # (N,) where its word begins
    before = np.arange(len(line))[:, None] - np.arange(block_size, 0, -1)  # (N, block_size)
    inside = before >= starts[:, None]  # a context never reaches back into the word before
    contexts = np.where(inside, line[before.clip(0)], 0)  # (N, block_size)
    return Examples(torch.from_numpy(contexts), torch.from_numpy(line))


def last_context(ids: Sequence[int], *, block_size: int) -> list[int]:
    """The context after these ids: the last block_size of them, padded on the left with 0."""
    return ([0] * block_size + list(ids))[len(ids) :] if block_size else []
