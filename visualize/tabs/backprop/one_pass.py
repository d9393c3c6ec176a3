"""One pass of lecture 4's small net over a batch: what the Backprop tab looks at."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from makemore.backprop.chain import Backprop, TensorRecord, backpropagate
from makemore.corpora.corpus import Corpus
from makemore.examples import Examples
from makemore.layers import Sequential
from makemore.models import count_parameters
from makemore.recipes import RECIPES
from makemore.training import start_run
from makemore.vocabulary import Vocabulary

RECIPE = RECIPES["manual-backprop-64"]
MENDED = "nothing"  # the choice among the mistakes that is none
BATCHES = 1000  # so many can be looked at; each is drawn after those before it
AT_ONCE = " at once"  # ends the keys of the two fused records
MOST_WORDS = 40_000  # of a visitor's list: a start is kept with all its examples
STARTS, PASSES = 4, 16  # kept: a start takes 40 ms and a few MB, a pass 6 ms and half a MB
USED = re.compile(r"\bd\.(\w+)")
Key, Value = TypeVar("Key"), TypeVar("Value")


@dataclass(frozen=True)
class InitialNet:
    """The net before its first step; draws: the generator's state when it draws batch 1."""

    model: Sequential
    data: Examples
    vocabulary: Vocabulary
    draws: Tensor


@dataclass(frozen=True)
class Pass:
    """One batch, forward and back; records by key: the 26 in order, then the two fused ones."""

    done: Backprop
    records: dict[str, TensorRecord]
    vocabulary: Vocabulary
    parameters: int
    number: int

    @property
    def size(self) -> int:
        """Examples in the batch."""
        return len(self.done.targets)

    def users(self, name: str) -> list[str]:
        """The tensors whose gradient was computed from that of this one."""
        return [record.name for record in self.done.records if name in uses(record)]

    def downstream(self, name: str) -> list[str]:
        """All that a mistake in this gradient can reach, itself first, in the order of the way."""
        reached = {name}
        for record in self.done.records:
            if reached.intersection(uses(record)):
                reached.add(record.name)
        return [record.name for record in self.done.records if record.name in reached]


def start_of(words: Sequence[str]) -> InitialNet:
    """Lecture 4's exercise net, drawn for the letters of these words."""
    run = start_run(RECIPE, words[:MOST_WORDS])
    return InitialNet(run.model, run.data, run.vocabulary, run.generator.get_state())


def batch_of(start: InitialNet, number: int) -> Examples:
    """The batch that training would see as its number-th, from 1; 32 examples."""
    generator = torch.Generator()
    generator.set_state(start.draws)
    for _ in range(number):
        rows = torch.randint(0, len(start.data), (RECIPE.batch_size,), generator=generator)
    return start.data.take(rows)


def make_pass(start: InitialNet, number: int, *, broken: str | None = None) -> Pass:
    """Forward, back by hand, back by autograd. broken: a key of BREAKS, or None."""
    done = backpropagate(start.model, batch_of(start, number), broken=broken)
    records = {record.name: record for record in done.records}
    records |= {record.name + AT_ONCE: record for record in done.fused}
    return Pass(done, records, start.vocabulary, count_parameters(start.model), number)


def uses(record: TensorRecord) -> tuple[str, ...]:
    """The gradients that a record was computed from, as its source names them."""
    return tuple(dict.fromkeys(USED.findall(record.source)))


def remembered() -> Callable[[Corpus, int, str | None], Pass]:
    """A function from corpus, batch number and mistake to a Pass, which keeps the last few.

    They are found by the list's sha256, so that no visitor's list is kept alive.
    """
    starts: dict[str, InitialNet] = {}
    passes: dict[tuple[str, int, str | None], Pass] = {}

    def find(corpus: Corpus, number: int, broken: str | None) -> Pass:
        def make() -> Pass:
            start = _kept(starts, corpus.sha256, lambda: start_of(corpus.words), most=STARTS)
            return make_pass(start, number, broken=broken)

        return _kept(passes, (corpus.sha256, number, broken), make, most=PASSES)

    return find


def _kept(known: dict[Key, Value], key: Key, make: Callable[[], Value], *, most: int) -> Value:
    """What is known under this key, made if nothing is; of the others the last used are kept.

    Several threads may ask at once: at worst, a value is made twice.
    """
    value = known.pop(key, None) or make()
    known[key] = value  # last in the order of the dict
    for oldest in list(known)[:-most]:
        known.pop(oldest, None)
    return value
