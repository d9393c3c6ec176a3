"""Letters <-> ids.

A model sees no letters, only whole numbers. Id 0 is the end mark: it stands before the first letter
of a word (as padding) and after the last one. No letter of a word ever has id 0, so a full stop
inside a Codeforces handle is a letter like any other and not the end of the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

# How the end mark is *shown*: as in the lectures, unless the words themselves contain it.
END_MARKS = (".", "␃", "∎", "⏹")
NO_LETTER = 0x110000  # one beyond the last code point: the end, while a text is still code points


class UnknownLetter(ValueError):
    """A word has a letter that the vocabulary does not know; the message names the letter."""


@dataclass(frozen=True)
class Vocabulary:
    """The letters of a corpus in code point order; `letters[i]` has id `i + 1`, the end mark id 0.

    letters:    the distinct letters, each one code point
    end_mark:   how id 0 is shown; never one of the letters
    dot_is_end: only to repeat a notebook that used "." as the end mark of words that contain it:
                a "." inside a word is then encoded as 0 too
    """

    letters: tuple[str, ...]
    end_mark: str = "."
    dot_is_end: bool = False
    ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.end_mark) != 1 or self.end_mark in self.letters:
            raise ValueError(f"the end mark {self.end_mark!r} must be one sign that is no letter")
        if self.dot_is_end and self.end_mark != ".":
            raise ValueError("where the dot is the end, it is the end mark too")
        if len(set(self.letters)) != len(self.letters) or any(len(c) != 1 for c in self.letters):
            raise ValueError("letters must be distinct single characters")
        ids = {letter: i for i, letter in enumerate(self.letters, start=1)}
        if self.dot_is_end:
            ids["."] = 0
        object.__setattr__(self, "ids", ids)

    @classmethod
    def of(cls, words: Iterable[str], *, dot_is_end: bool = False) -> Vocabulary:
        """The vocabulary of a list of words."""
        letters = set().union(*words)
        if dot_is_end:
            return cls(tuple(sorted(letters - {"."})), dot_is_end=True)
        end_mark = next(
            mark for mark in (*END_MARKS, *map(chr, range(0xE000, 0xF900))) if mark not in letters
        )
        return cls(tuple(sorted(letters)), end_mark)

    def __len__(self) -> int:
        """V, the number of symbols: all letters and the end mark."""
        return len(self.letters) + 1

    @property
    def symbols(self) -> tuple[str, ...]:
        """What is shown for each id: the end mark first, then the letters."""
        return (self.end_mark, *self.letters)

    def encode(self, word: str) -> list[int]:
        """The ids of a word's letters, without an end mark. Raises UnknownLetter."""
        unknown = sorted({letter for letter in word if letter not in self.ids})
        if unknown:
            known = "".join(self.letters[:80])
            raise UnknownLetter(
                f"{word[:40]!r} has {', '.join(map(repr, unknown[:5]))}, "
                f"which this model has never seen. It knows: {known}"
            )
        return [self.ids[letter] for letter in word]

    def decode(self, ids: Sequence[int]) -> str:
        """The word that a list of ids spells; the end mark is no part of it and is left out."""
        return "".join(self.letters[i - 1] for i in ids if i != 0)

    def pack(self, words: Sequence[str]) -> np.ndarray:
        """All words as one line of ids, each word closed by a 0: ab, c -> [1, 2, 0, 3, 0].

        Returns an int64 array of len(all letters) + len(words) ids; the fast way to encode a
        whole corpus. Raises UnknownLetter.
        """
        line = "\n".join((*words, "")).encode("utf-32-le", "surrogatepass") if words else b""
        codes = np.frombuffer(line, dtype=np.uint32).copy()  # (N,)
        codes[np.cumsum([len(word) + 1 for word in words], dtype=np.int64) - 1] = NO_LETTER
        known = {**{ord(letter): i for letter, i in self.ids.items()}, NO_LETTER: 0}
        table_codes = np.array(sorted(known), dtype=np.uint32)
        table_ids = np.array([known[code] for code in table_codes.tolist()], dtype=np.int64)
        at = np.searchsorted(table_codes, codes).clip(max=len(table_codes) - 1)
        if not np.array_equal(table_codes[at], codes):
            for word in words:  # slow, and only to say which letter it was
                self.encode(word)
        return table_ids[at]
