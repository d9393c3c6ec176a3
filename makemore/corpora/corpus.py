"""A corpus: the list of words that a model learns from, and where they came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from makemore.corpora.nearest import Nearest


class CorpusError(ValueError):
    """A corpus cannot be had. Its text is shown to people as it is: what is wrong, what to do."""


@dataclass(frozen=True)
class Corpus:
    """Words in the order of their source, repetitions included.

    ``as_of`` is the day (ISO) that the list describes, where that matters. ``synthetic`` says that
    the words were drawn from a model and are no real names. ``notes`` are sentences for
    people about what was changed or left out on the way in.
    """

    name: str
    words: tuple[str, ...]
    source: str
    as_of: str = ""
    synthetic: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the words joined by newlines: the same list has the same digest."""
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()

    @cached_property
    def nearest(self) -> Nearest:
        """Looks for the word of the list that is nearest to a made-up one."""
        return Nearest.of(self.words)

    def __len__(self) -> int:
        return len(self.words)
