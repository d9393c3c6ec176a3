"""What all visitors share and nobody changes: the shipped checkpoints, and lists of words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from makemore.checkpoint import Checkpoint, list_checkpoints, load_checkpoint
from makemore.corpora import CorpusSettings, load_corpus
from makemore.corpus import Corpus, CorpusError
from makemore.ngram import Ngram
from makemore.sampling import Sampling, sample
from makemore.table import BigramTable

CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"
WORDS = {"names": "Names", "handles": "Codeforces handles", "own": "My own list"}
DRAWN_HANDLES = 400  # enough for any batch; drawn in a moment


@dataclass(frozen=True)
class Library:
    """checkpoints, by name; corpora that are on this machine, by name; tables: their bigrams."""

    checkpoints: dict[str, Checkpoint]
    corpora: dict[str, Corpus]
    tables: dict[str, BigramTable]

    def models_of(self, words: str) -> list[tuple[str, str]]:
        """(title, name) of each checkpoint trained on these words; simplest model first."""
        found = [c for c in self.checkpoints.values() if c.card["corpus"]["name"] == words]
        found.sort(key=lambda c: (c.recipe.model.kind != "ngram", c.card["parameters"]))
        return [(c.card["title"].split(": ", 1)[-1], c.name) for c in found]

    def corpus_of(self, checkpoint: Checkpoint) -> Corpus:
        """The words of a checkpoint; where they are not at hand, words drawn from it."""
        name = checkpoint.card["corpus"]["name"]
        if name in self.corpora:
            return self.corpora[name]
        settings = Sampling(seed=1, min_length=3, max_length=24)
        drawn = sample(checkpoint.model, checkpoint.vocabulary, count=DRAWN_HANDLES,
                       settings=settings)
        return Corpus(name, tuple(word.word for word in drawn),
                      f"drawn from the checkpoint {checkpoint.name}: nobody's handles",
                      synthetic=True)


def open_library(folder: Path = CHECKPOINTS, *,
                 settings: CorpusSettings | None = None,
                 report: Callable[[str], None] = print) -> Library:
    """Read every checkpoint of a folder and the corpora that need no network.

    A checkpoint that cannot be read is reported and left out: the lab opens without it.
    """
    checkpoints = {}
    for name in list_checkpoints(folder):
        try:
            checkpoints[name] = load_checkpoint(folder / name)
        except ValueError as error:
            report(f"left out: {error}")
    corpora = {}
    for name in ("names", "handles"):
        try:
            corpora[name] = load_corpus(name, settings=settings)
        except CorpusError as error:
            report(f"{WORDS[name]}: {error}")
    return Library(checkpoints, corpora, _tables(checkpoints, corpora))


def _tables(checkpoints: dict[str, Checkpoint],
            corpora: dict[str, Corpus]) -> dict[str, BigramTable]:
    """Each list's bigrams, counted once: of all its words, as in lecture 1, or as shipped."""
    tables = {name: BigramTable.of(corpus.words, source=f"all {len(corpus):,} words")
              for name, corpus in corpora.items()}
    for checkpoint in checkpoints.values():
        name = checkpoint.card["corpus"]["name"]
        if name not in tables and isinstance(checkpoint.model, Ngram) and checkpoint.model.n == 2:
            words = f"the training part of {checkpoint.card['corpus']['words']:,} {name}"
            tables[name] = BigramTable.from_model(checkpoint.model, checkpoint.vocabulary,
                                                  source=words)
    return tables
