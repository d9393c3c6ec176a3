"""Two lists of words side by side: after the same letter, what comes next in one and the other?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makemore.analysis.bigram_table import BigramTable
from makemore.vocabulary import Vocabulary


@dataclass(frozen=True)
class Comparison:
    """The end mark and the letters that both lists have, and what follows each of them.

    symbols:       S of them, the end mark first
    first, second: (S, S) counts of each pair, row = letter before
    first_totals, second_totals: (S,) all that follow a letter, letters that are not shared
                   included: the probabilities are those of the whole list
    only_first, only_second: how many letters one list has and the other has not
    """

    symbols: tuple[str, ...]
    first: np.ndarray
    second: np.ndarray
    first_totals: np.ndarray
    second_totals: np.ndarray
    only_first: int
    only_second: int

    @property
    def difference(self) -> np.ndarray:
        """(S, S): P(next | letter) of the first list less that of the second, -1 to 1."""
        return self.first / self.first_totals[:, None] - self.second / self.second_totals[:, None]

    def largest(self) -> tuple[int, int]:
        """Row and column of the pair in which the lists differ most."""
        row, col = np.unravel_index(np.abs(self.difference).argmax(), self.difference.shape)
        return int(row), int(col)


def compare(first: BigramTable, second: BigramTable, *, at_most: int = 60) -> Comparison:
    """Line up two bigram tables. Of more than `at_most` shared letters the most frequent are kept.

    Lists that share no letter still share the end mark.
    """
    mine, theirs = set(first.vocabulary.letters), set(second.vocabulary.letters)
    shared = sorted(mine & theirs, key=lambda letter: -_frequency(first, letter))[:at_most]
    vocabulary = Vocabulary.of(shared)
    ours, totals = _part(first, vocabulary.letters)
    others, other_totals = _part(second, vocabulary.letters)
    return Comparison(
        vocabulary.symbols,
        ours,
        others,
        totals,
        other_totals,
        len(mine - theirs),
        len(theirs - mine),
    )


def _frequency(table: BigramTable, letter: str) -> float:
    return float(table.counts[:, table.vocabulary.ids[letter]].sum())


def _part(table: BigramTable, letters: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The rows and columns of the end and these letters, (S, S), and each row's whole sum, (S,)."""
    rows = [0, *(table.vocabulary.ids[letter] for letter in letters)]
    return table.counts[np.ix_(rows, rows)], table.counts[rows].sum(1)
