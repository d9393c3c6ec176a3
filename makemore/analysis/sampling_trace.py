"""One word's way through a model, letter by letter: what `sample` does, kept to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from makemore.dice import coins, inverse_cdf
from makemore.sampling import COINS_PER_NAME, Model, Sampling, next_logits, reshape
from makemore.vocabulary import Vocabulary


@dataclass(frozen=True)
class SamplingTrace:
    """A word on its way.

    begun:  ids that stood there before, the prefix included
    taken:  ids that the coins chose, in order; 0 last if the word came to its end
    logits: (T, V) of each step, T = len(taken), before temperature, top-k and top-p
    coins:  (64,) float64 in [0, 1); coin t decides letter t of the word, counted from 0
    """

    context_ids: tuple[int, ...]
    sampled_ids: tuple[int, ...]
    logits: np.ndarray
    coins: np.ndarray


def trace_sampling(
    model: Model,
    vocabulary: Vocabulary,
    *,
    row: int,
    settings: Sampling,
    context_ids: Sequence[int] | None = None,
) -> SamplingTrace:
    """Draw word `row` of this seed, counted from 0, and keep every step of it.

    The same word as sample(...)[row] gives with the die "coin". begun: go on from these ids
    instead of from the prefix, with the coins that lie there. Raises ValueError for settings out
    of range, UnknownLetter if the prefix has letters that the model does not know.
    """
    settings.check()
    *_, mine = coins(settings.seed, count=row + 1, letters=COINS_PER_NAME)
    start = tuple(vocabulary.encode(settings.prefix) if context_ids is None else context_ids)
    ids, rows = list(start), []
    while len(ids) < settings.max_length and ids[len(start) :][-1:] != [0]:
        logits = next_logits(model, [ids])  # (1, V)
        p = reshape(logits, settings, may_end=len(ids) >= settings.min_length)  # (1, V)
        rows.append(logits[0])
        ids.append(int(inverse_cdf(p, mine[len(ids) : len(ids) + 1])[0]))
    return SamplingTrace(
        start,
        tuple(ids[len(start) :]),
        np.array(rows, np.float64).reshape(-1, len(vocabulary)),
        mine,
    )


def first_difference(
    first: str, second: str, *, ended: tuple[bool, bool] = (True, True)
) -> int | None:
    """At which letter, counted from 1, two words part; None if they never do.

    The end is a letter too: em and emma part at letter 3. ended: False for a word that was cut.
    """
    letters = [
        [*word, *([None] if end else [])] for word, end in zip((first, second), ended)
    ]  # None is the end
    pairs = enumerate(zip(*letters), start=1)
    return next((place for place, (a, b) in pairs if a != b), None)
