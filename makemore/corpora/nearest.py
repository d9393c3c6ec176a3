"""Memorised or invented? The real word that is nearest to a made-up one.

"Nearest" is Levenshtein's edit distance: how many letters must be put in, taken out or changed to
get from one word to the other (Levenshtein 1966). Most invented words are one letter away from a
real one, so all words at that distance are tried first, as in Norvig's spelling corrector (2007).
Only then is the corpus searched, words of like length first: two words whose lengths differ by d
are at least d apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

LONGEST = 64  # letters; longer words are neither drawn nor compared
FEW_LETTERS = 128  # with more letters, trying them all takes longer than searching


@dataclass(frozen=True)
class Nearest:
    """The distinct words of a corpus.

    order:     each word's place in the corpus; of several nearest words the first one counts
    by_length: the same words by their length
    letters:   all letters that occur
    """

    order: dict[str, int]
    by_length: dict[int, list[str]]
    letters: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Nearest:
        """Sort the words by length, once; some 20 ms for thirty thousand."""
        order = {word: i for i, word in enumerate(dict.fromkeys(words)) if len(word) <= LONGEST}
        by_length: dict[int, list[str]] = {}
        for word in order:
            by_length.setdefault(len(word), []).append(word)
        return cls(order, by_length, tuple(sorted(set().union(*order))))

    def to(self, word: str) -> tuple[str, int] | None:
        """(the nearest word, its edit distance).

        None if there are no words, or if the word itself is too long to be compared.
        """
        if len(word) > LONGEST or not self.order:
            return None
        if word in self.order:
            return word, 0
        if len(self.letters) <= FEW_LETTERS:
            close = [other for other in self._one_away(word) if other in self.order]
            if close:
                return min(close, key=self.order.__getitem__), 1
        return self._searched(word)

    def _one_away(self, word: str) -> Iterator[str]:
        """Every word that is one letter away, real or not."""
        for i in range(len(word) + 1):
            before, after = word[:i], word[i:]
            if after:
                yield before + after[1:]
            for letter in self.letters:
                yield before + letter + after
                if after:
                    yield before + letter + after[1:]

    def _searched(self, word: str) -> tuple[str, int] | None:
        best: tuple[str, int] | None = None
        for apart in range(LONGEST + 1):
            if best is not None and apart >= best[1]:
                break
            for length in sorted({len(word) - apart, len(word) + apart}):
                limit = None if best is None else best[1] - 1
                found = process.extractOne(
                    word,
                    self.by_length.get(length, ()),
                    scorer=Levenshtein.distance,
                    score_cutoff=limit,
                )
                best = best if found is None else (found[0], int(found[1]))
        return best
