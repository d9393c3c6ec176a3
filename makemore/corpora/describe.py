"""What a list of words is like: how long its words are, which letters they have, what stands twice.

The first thing to look at before any model sees it, as lecture 1 does with the shortest and the
longest name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Description:
    """words, distinct: how many; lengths: {letters: words}, short to long; letters: {letter:
    occurrences}, most frequent first; repeated: (word, times) of the words that stand most often,
    none that stands once."""

    words: int
    distinct: int
    lengths: dict[int, int]
    letters: dict[str, int]
    repeated: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All letters of all words, ends not counted."""
        return sum(self.letters.values())

    @property
    def mean_length(self) -> float:
        """Letters a word, on average."""
        return self.total / self.words


def describe(words: Sequence[str], *, repeated: int = 5) -> Description:
    """Count it all, once. Raises ValueError for an empty list."""
    if not words:
        raise ValueError("there are no words to describe")
    times = Counter(words)
    often = tuple((word, n) for word, n in times.most_common(repeated) if n > 1)
    lengths = Counter(map(len, words))
    return Description(
        len(words), len(times), dict(sorted(lengths.items())), _letters(words), often
    )


def _letters(words: Sequence[str]) -> dict[str, int]:
    """By code points in one array: half a million letters in a few hundredths of a second."""
    text = "".join(words).encode("utf-32-le", "surrogatepass")
    codes, counts = np.unique(np.frombuffer(text, dtype=np.uint32), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {chr(codes[i]): int(counts[i]) for i in order}
