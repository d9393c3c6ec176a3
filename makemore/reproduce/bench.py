"""How much faster one way is than another, as ratios measured in one run: python -m makemore bench.

Seconds differ from machine to machine and from hour to hour; a ratio of two ways that ran one
after the other, on the same machine, says more. Each way runs several times; the fastest counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import torch

from makemore.corpora.registry import bundled_names
from makemore.examples import make_examples
from makemore.ngram import count_ngrams
from makemore.recipes import RECIPES
from makemore.sampling import Sampling, sample
from makemore.training import start_run, train
from makemore.vocabulary import Vocabulary

REPEATS = 5
STEPS = 150
WORDS = 4_000  # enough to tell, few enough to wait for


@dataclass(frozen=True)
class Ratio:
    """what: the two ways; slow, fast: seconds of each; ratio: how many times faster."""

    what: str
    slow: float
    fast: float

    @property
    def ratio(self) -> float:
        return self.slow / self.fast


def ratios() -> Iterator[Ratio]:
    """All comparisons, one after the other, each as soon as it is measured."""
    words = bundled_names().words[:WORDS]
    vocabulary = Vocabulary.of(words)
    yield Ratio(
        "cutting examples: a loop over letters / all words at once",
        seconds(lambda: plain_windows(words, vocabulary, 3)),
        seconds(lambda: make_examples(words, vocabulary, block_size=3)),
    )
    yield Ratio(
        "counting bigrams: a dict / all words at once",
        seconds(lambda: plain_bigrams(words)),
        seconds(lambda: count_ngrams(words, vocabulary, n=2)),
    )
    run = start_run(replace(RECIPES["wavenet-names"], steps=1), words)
    model = run.net.train(False)
    one_by_one, together = Sampling(one_line=True), Sampling()
    yield Ratio(
        "drawing 100 words from a WaveNet: one by one / side by side",
        seconds(lambda: sample(model, vocabulary, count=100, settings=one_by_one)),
        seconds(lambda: sample(model, vocabulary, count=100, settings=together)),
    )
    for name in ("mlp-bn-names", "wavenet-names"):
        yield Ratio(
            f"{STEPS} steps of {name}: autograd / backward by hand",
            steps(name, words, autograd=True),
            steps(name, words, autograd=False),
        )
    yield Ratio(
        f"{STEPS} steps of wavenet-names: two threads / one thread",
        steps("wavenet-names", words, threads=2),
        steps("wavenet-names", words, threads=1),
    )


def seconds(way: Callable[[], object]) -> float:
    """The fastest of several runs."""
    taken = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        way()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def steps(name: str, words: tuple[str, ...], *, autograd: bool = False, threads: int = 1) -> float:
    """Seconds for so many steps of a recipe, data and start not counted."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    recipe = replace(RECIPES[name], autograd=autograd)

    def once() -> float:
        run = start_run(recipe, words)
        begun = time.perf_counter()
        for _ in train(run, steps=STEPS):
            pass
        return time.perf_counter() - begun

    taken = min(once() for _ in range(3))
    torch.set_num_threads(before)
    return taken


def plain_windows(words: tuple[str, ...], vocabulary: Vocabulary, block_size: int) -> tuple:
    """The lectures' loop, for comparison."""
    contexts, targets = [], []
    for word in words:
        context = [0] * block_size
        for i in [*vocabulary.encode(word), 0]:
            contexts.append(context)
            targets.append(i)
            context = [*context[1:], i]
    return torch.tensor(contexts), torch.tensor(targets)


def plain_bigrams(words: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """Lecture 1's dict, for comparison."""
    counts: dict[tuple[str, str], int] = {}
    for word in words:
        letters = [".", *word, "."]
        for pair in pairwise(letters):
            counts[pair] = counts.get(pair, 0) + 1
    return counts
