"""What the measures work with: corpora, short runs, finished long runs. Each is made once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch

from makemore.corpora.corpus import CorpusError
from makemore.corpora.registry import CorpusSettings, load_corpus
from makemore.examples import Examples, Split, split_words
from makemore.models import build_model, count_parameters
from makemore.ngram import Ngram, count_ngrams
from makemore.recipes import RECIPES
from makemore.reproduce.runs import LongRun, arithmetic
from makemore.training import Run, start_run, train
from makemore.vocabulary import Vocabulary


def unwatched(recipe: str, step: int, loss: float) -> None:
    """Show nothing."""


@dataclass
class Work:
    """One call of the command.

    settings: where corpora are looked for
    folder:   where long runs keep their state
    watch:    is called now and then in a long run with recipe, step, batch loss
    """

    settings: CorpusSettings = field(default_factory=CorpusSettings.from_environment)
    folder: Path | None = None
    watch: Callable[[str, int, float], None] = unwatched
    corpora: dict[str, tuple[str, ...] | CorpusError] = field(default_factory=dict)
    code: str = field(default_factory=arithmetic)

    def words_of(self, corpus: str) -> tuple[str, ...]:
        """Raises CorpusError if the corpus cannot be had."""
        if corpus not in self.corpora:
            try:
                self.corpora[corpus] = load_corpus(corpus, settings=self.settings).words
            except CorpusError as error:  # ask the network only once
                self.corpora[corpus] = error
        found = self.corpora[corpus]
        if isinstance(found, CorpusError):
            raise found
        return found

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The notebooks' names.txt."""
        return self.words_of("names.txt")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.words)

    @cached_property
    def split(self) -> Split:
        return split_words(self.words)

    def counts(self, n: int, *, smoothing: float) -> Ngram:
        """The n-gram of the whole file."""
        return count_ngrams(self.words, self.vocabulary, n=n, smoothing=smoothing)

    def start(self, recipe: str) -> Run:
        """A run at step 0."""
        return start_run(RECIPES[recipe], self.words_of(RECIPES[recipe].corpus))

    def trained(self, recipe: str, *, steps: int) -> Run:
        """A fresh run after so many steps; run.losses[k] is the batch loss before update k."""
        run = self.start(recipe)
        for _ in train(run, steps=steps):
            pass
        return run

    def long_run(self, recipe: str) -> LongRun:
        """The training of a recipe to its end, as far as it has come."""
        folder = self.folder or self.settings.cache_folder / "reproduce"
        words = self.words_of(RECIPES[recipe].corpus)
        return LongRun(RECIPES[recipe], words, folder, self.code)

    def final(self, recipe: str) -> dict[str, float]:
        """{"params", "train", "dev", "test"} of a finished training: from its file, or trained now.

        Takes minutes; can be interrupted and called again.
        """
        run = self.long_run(recipe)
        kept = run.kept()
        if kept is None or kept.final is None:
            for progress in run.go_on():
                if progress.losses:
                    mean = sum(progress.losses) / len(progress.losses)
                    self.watch(recipe, progress.step, mean)
            kept = run.kept()
        return {"params": self.parameters(recipe), **kept.final}

    def parameters(self, recipe: str) -> int:
        """How many numbers the recipe's model learns."""
        config = RECIPES[recipe]
        words = self.words_of(config.corpus)
        vocabulary = Vocabulary.of(words, dot_is_end=config.dot_is_end)
        return count_parameters(build_model(config.model, len(vocabulary)))


def next_batch(run: Run) -> Examples:
    """The minibatch that the next step will draw; the run's own generator stays where it is."""
    twin = copy.copy(run.generator.get_state())
    generator = torch.Generator().set_state(twin)
    rows = torch.randint(0, len(run.data), (run.recipe.batch_size,), generator=generator)
    return run.data.take(rows)
