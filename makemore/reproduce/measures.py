"""How each number is measured: a registry of small functions, each giving one or more entries.

Here are those that take seconds and need no network of more than one layer; `nets` adds the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from makemore.analysis.ngram_orders import ORDERS
from makemore.evaluation import leak_audit, mean_loss, split_losses
from makemore.examples import make_examples
from makemore.ngram import count_bigrams, count_ngrams
from makemore.recipes import LECTURE_SEED, RECIPES
from makemore.reproduce.finals import FINALS, Final
from makemore.reproduce.printed import Value
from makemore.reproduce.work import Work
from makemore.sampling import Model, Sampling, sample


@dataclass(frozen=True)
class Measure:
    """ids: the entries that the function gives, as a dict."""

    ids: tuple[str, ...]
    function: Callable[[Work], dict[str, Value]]


MEASURES: list[Measure] = []  # filled by the functions below and in `nets`


def measure(*ids: str) -> Callable:
    """Enter a function that gives these entries."""

    def enter(function: Callable[[Work], dict[str, Value]]) -> Callable:
        MEASURES.append(Measure(ids, function))
        return function

    return enter


# --- the words ------------------------------------------------------------------------------------


@measure("data.words", "data.symbols", "data.longest", "data.bigrams", "data.distinct")
def the_file(work: Work) -> dict[str, Value]:
    return {
        "data.words": len(work.words),
        "data.symbols": len(work.vocabulary),
        "data.longest": max(map(len, work.words)),
        "data.bigrams": len(make_examples(work.words, work.vocabulary, block_size=1)),
        "data.distinct": len(set(work.words)),
    }


@measure("data.split", "data.dev_words_in_train", "data.test_words_in_train")
def the_split(work: Work) -> dict[str, Value]:
    audit = leak_audit(work.split)
    return {
        "data.split": [
            len(make_examples(words, work.vocabulary, block_size=3))
            for _, words in work.split.items()
        ],
        "data.dev_words_in_train": audit.dev_in_train,
        "data.test_words_in_train": audit.test_in_train,
    }


# --- counts ---------------------------------------------------------------------------------------

PAIRS = ("n.", "a.", "an", ".a", "e.", "ar", "el")


@measure(*(f"bigram.count.{pair}" for pair in PAIRS), "bigram.zero_cells", "bigram.p.start_a")
def bigram_counts(work: Work) -> dict[str, Value]:
    counts = count_bigrams(work.words, work.vocabulary)  # (V, V)
    at = {symbol: i for i, symbol in enumerate(work.vocabulary.symbols)}
    pairs = {f"bigram.count.{pair}": counts[at[pair[0]], at[pair[1]]].item() for pair in PAIRS}
    return {
        **pairs,
        "bigram.zero_cells": (counts == 0).sum().item(),
        "bigram.p.start_a": (counts[0, at["a"]] / counts[0].sum()).item(),
    }


@measure("bigram.nll.raw", "bigram.nll.plus1")
def bigram_losses(work: Work) -> dict[str, Value]:
    examples = make_examples(work.words, work.vocabulary, block_size=1)
    return {
        "bigram.nll.raw": mean_loss(work.counts(2, smoothing=0), examples),
        "bigram.nll.plus1": mean_loss(work.counts(2, smoothing=1), examples),
    }


@measure("bigram.loglik.float32", "bigram.nll.float32")
def running_sum(work: Work) -> dict[str, Value]:
    """Notebook D's loop in float32: each addition rounds, and 228,146 of them show."""
    counts = (count_bigrams(work.words, work.vocabulary) + 1).float()  # (V, V)
    logprobs = (counts / counts.sum(1, keepdim=True)).log().numpy()
    examples = make_examples(work.words, work.vocabulary, block_size=1)
    each = logprobs[examples.contexts[:, 0], examples.targets]  # (N,) float32
    total = np.cumsum(each, dtype=np.float32)[-1]  # adds one by one, in file order
    return {
        "bigram.loglik.float32": float(total),
        "bigram.nll.float32": float(-total / np.float32(len(each))),
    }


@measure(*(f"ngram.{n}" for n in ORDERS))
def ngram_losses(work: Work) -> dict[str, Value]:
    """Train, dev, test of n-grams that are counted on train."""
    found: dict[str, Value] = {}
    for n in ORDERS:
        smoothing = RECIPES[f"{n}-gram"].model.smoothing
        model = count_ngrams(work.split.train, work.vocabulary, n=n, smoothing=smoothing)
        losses = split_losses(model, work.split, work.vocabulary, block_size=n - 1)
        found[f"ngram.{n}"] = list(losses.values())
    return found


# --- dice -----------------------------------------------------------------------------------------


def draw(work: Work, model: Model, *, die: str, count: int = 10, seed: int = LECTURE_SEED) -> list:
    """Names as a notebook draws them: one line of random numbers for all."""
    settings = Sampling(seed=seed, die=die, one_line=True)
    return [drawn.word for drawn in sample(model, work.vocabulary, count=count, settings=settings)]


@measure("dice.coin", "dice.race", "dice.race-mkl", "dice.notebook_e")
def names_from_counts(work: Work) -> dict[str, Value]:
    plus1, raw = work.counts(2, smoothing=1), work.counts(2, smoothing=0)
    return {
        "dice.coin": draw(work, plus1, die="coin", count=5),
        "dice.race": draw(work, plus1, die="race"),
        "dice.race-mkl": draw(work, plus1, die="race-mkl"),
        "dice.notebook_e": draw(work, raw, die="race-mkl", seed=0),
    }


# --- trainings of minutes -------------------------------------------------------------------------


def finals(id: str, final: Final) -> Measure:
    """One entry of FINALS: a list of losses, or a list of such lists, one a training."""

    def read(work: Work) -> dict[str, Value]:
        rows = [[work.final(recipe)[part] for part in final.parts] for recipe in final.recipes]
        if len(final.parts) == 1:
            rows = [[row[0] for row in rows]]
        return {id: rows[0] if len(rows) == 1 else rows}

    return Measure((id,), read)


MEASURES += [finals(id, final) for id, final in FINALS.items()]
