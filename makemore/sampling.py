"""Sampling: ask the model for the next letter, throw a die, append, repeat until the end mark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from makemore.dice import DICE, Die, check_seed, coins, inverse_cdf
from makemore.examples import last_context
from makemore.vocabulary import Vocabulary

COINS_PER_NAME = 64  # also the longest word that can be drawn
BATCH = 256  # names drawn side by side


class Model(Protocol):
    """Contexts (B, block_size) in, logits (B, V) out: a net, or counts."""

    @property
    def block_size(self) -> int: ...

    def __call__(self, contexts: Tensor, /) -> Tensor: ...


@dataclass(frozen=True)
class Sampling:
    """How to draw.

    seed:        same seed, same settings, same names, on every machine
    temperature: logits are divided by it; 0 always takes the likeliest letter, 1 is the model as
                 it is, large values make all letters alike
    top_k:       only the k likeliest letters may be drawn; 0: all
    top_p:       only the likeliest letters that together reach p may be drawn; 1: all (nucleus
                 sampling, Holtzman et al. 2019)
    prefix:      every word begins with these letters
    min_length, max_length: letters, the prefix included; the end mark waits for the first
    die:         a key of DICE
    one_line:    the coins of all names come in one line, as in the notebooks; otherwise each name
                 has a row of coins of its own, so that more names, or another model, leave the
                 first ones as they are. The races are always in one line.
    """

    seed: int = 42
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    prefix: str = ""
    min_length: int = 0
    max_length: int = 30
    die: str = "coin"
    one_line: bool = False

    def check(self) -> Sampling:
        """Itself, or ValueError in plain words."""
        check_seed(self.seed)
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"the temperature must be 0 or more, not {self.temperature}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top-p must be above 0 and at most 1, not {self.top_p}")
        if self.top_k < 0:
            raise ValueError(f"top-k must be 0 (all letters) or more, not {self.top_k}")
        if not 1 <= self.max_length <= COINS_PER_NAME or self.min_length > self.max_length:
            raise ValueError(
                f"words can have 1 to {COINS_PER_NAME} letters, the shortest length "
                "not above the longest"
            )
        if len(self.prefix) > self.max_length:
            raise ValueError(f"the first letters must fit into {self.max_length} letters")
        if self.die not in DICE:
            raise ValueError(f"no die {self.die!r}; there are: {', '.join(DICE)}")
        return self


@dataclass(frozen=True)
class Sampled:
    """A drawn word.

    probabilities: of each letter, and of the end mark if the word came to its end: the model's own,
                   before temperature, top-k and top-p
    ended:         False if it was cut at max_length
    """

    word: str
    probabilities: tuple[float, ...]
    ended: bool


def reshape(logits: np.ndarray, settings: Sampling, *, may_end: bool = True) -> np.ndarray:
    """logits (B, V) -> probabilities (B, V) that the die is thrown for, in float64.

    temperature, then top-k, then top-p, then the rest is scaled to sum to 1.
    """
    logits = logits.astype(np.float64)
    if not may_end:
        stuck = np.isneginf(logits[:, 1:]).all(1)  # nothing but the end is possible: so be it
        logits[~stuck, 0] = -np.inf
    if settings.temperature == 0:
        return np.eye(logits.shape[1])[logits.argmax(1)]
    p = _softmax((logits - logits.max(1, keepdims=True)) / settings.temperature)
    order = np.argsort(-p, axis=1, kind="stable")  # likeliest first
    ranked = np.take_along_axis(p, order, axis=1)  # (B, V)
    if settings.top_k:
        ranked[:, settings.top_k :] = 0
        ranked /= ranked.sum(1, keepdims=True)
    if settings.top_p < 1:
        before = np.cumsum(ranked, axis=1) - ranked
        ranked[before >= settings.top_p] = 0  # the letter that reaches p is still in
    np.put_along_axis(p, order, ranked, axis=1)
    return p / p.sum(1, keepdims=True)


def _softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def next_logits(model: Model, words_ids: list[list[int]]) -> np.ndarray:
    """Words begun, as lists of ids -> logits of each one's next letter, (B, V).

    Raises ValueError if the model gives values that are no numbers (its training blew up).
    """
    rows = [last_context(ids, block_size=model.block_size) for ids in words_ids]
    contexts = torch.tensor(rows, dtype=torch.int64).reshape(len(words_ids), model.block_size)
    with torch.no_grad():
        logits = model(contexts).numpy()  # (B, V)
    if np.isnan(logits).any() or np.isposinf(logits).any():
        raise ValueError("this model gives values that are no numbers; train it again")
    return logits


def sample(
    model: Model, vocabulary: Vocabulary, *, count: int, settings: Sampling = Sampling()
) -> list[Sampled]:
    """Draw `count` words. Raises ValueError for settings out of range, UnknownLetter if the prefix
    has letters that the model does not know.
    """
    settings.check()
    if count < 0:
        raise ValueError(f"the number of words must be 0 or more, not {count}")
    prefix = vocabulary.encode(settings.prefix)
    if settings.die != "coin" or settings.one_line:
        die = DICE[settings.die](settings.seed)
        return [_one_word(model, vocabulary, prefix, settings, die) for _ in range(count)]
    rows = coins(settings.seed, count=count, letters=COINS_PER_NAME)
    words: list[Sampled] = []
    while len(words) < count:
        batch = np.stack([next(rows) for _ in range(min(BATCH, count - len(words)))])
        words += _side_by_side(model, vocabulary, prefix, settings, batch)
    return words


def _one_word(
    model: Model, vocabulary: Vocabulary, prefix: list[int], settings: Sampling, die: Die
) -> Sampled:
    """The loop of the notebooks: one word, letter by letter."""
    ids, probabilities = list(prefix), _prefix_probabilities(model, prefix)
    while len(ids) < settings.max_length:
        logits = next_logits(model, [ids])  # (1, V)
        p = reshape(logits, settings, may_end=len(ids) >= settings.min_length)[0]
        letter = die(p)
        probabilities.append(float(_softmax(logits.astype(np.float64))[0, letter]))
        if letter == 0:
            return Sampled(vocabulary.decode(ids), tuple(probabilities), True)
        ids.append(letter)
    return Sampled(vocabulary.decode(ids), tuple(probabilities), False)


def _side_by_side(
    model: Model, vocabulary: Vocabulary, prefix: list[int], settings: Sampling, batch: np.ndarray
) -> list[Sampled]:
    """Many words at once: row i of the coins (B, 64) decides word i, coin t its letter t."""
    ids = [list(prefix) for _ in batch]
    probabilities = [_prefix_probabilities(model, prefix)] * len(batch)
    probabilities = [list(p) for p in probabilities]
    open_rows = list(range(len(batch)))
    for t in range(len(prefix), settings.max_length):
        if not open_rows:
            break
        logits = next_logits(model, [ids[i] for i in open_rows])  # (B', V)
        p = reshape(logits, settings, may_end=t >= settings.min_length)
        letters = inverse_cdf(p, batch[open_rows, t])
        own = _softmax(logits.astype(np.float64))
        for row, (i, letter) in enumerate(zip(open_rows, letters.tolist())):
            probabilities[i].append(float(own[row, letter]))
            ids[i].append(letter)
        open_rows = [i for i in open_rows if ids[i][-1] != 0]
    still_open = set(open_rows)
    return [
        Sampled(vocabulary.decode(ids[i]), tuple(probabilities[i]), i not in still_open)
        for i in range(len(batch))
    ]


def _prefix_probabilities(model: Model, prefix: list[int]) -> list[float]:
    if not prefix:
        return []
    begun = [prefix[max(0, t - model.block_size) : t] for t in range(len(prefix))]
    logits = next_logits(model, begun)  # (T, V)
    p = _softmax(logits.astype(np.float64))
    return [float(p[t, letter]) for t, letter in enumerate(prefix)]


def score(model: Model, vocabulary: Vocabulary, word: str) -> list[float]:
    """The model's probability of each letter of a word and, last, of its end. Raises UnknownLetter.

    -ln of them is the price of each letter in nats; their mean is the word's loss.
    """
    return _prefix_probabilities(model, [*vocabulary.encode(word), 0])
