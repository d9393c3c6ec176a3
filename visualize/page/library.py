"""What all visitors share: the shipped checkpoints, and the lists of words on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.ngram_orders import SplitNgram
from makemore.checkpoint.checkpoint import Checkpoint, list_checkpoints, load_checkpoint
from makemore.corpora.codeforces import CodeforcesSettings
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.registry import CORPORA, CorpusSettings, load_corpus, noun_of
from makemore.ngram import Ngram
from makemore.sampling import Sampling, sample

DEFAULT_MODEL = "mlp-bn-names"
CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"
OWN = "own"  # the key of all lists that are not in the registry
MAX_SYMBOLS = 3_000  # of a visitor's list or model: a bigram table of as many squared has 72 MB
DRAWN_WORDS = 400  # enough for any batch; drawn in a moment
FETCH_VARIABLE = "MAKEMORE_FETCH"


@dataclass(frozen=True)
class LibrarySettings:
    """corpora: where lists are looked for; codeforces: what is asked of it, and how patiently;
    may_fetch: False for a class, where the page must not start requests."""

    corpora: CorpusSettings = field(default_factory=CorpusSettings.from_environment)
    codeforces: CodeforcesSettings = CodeforcesSettings()
    may_fetch: bool = True

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> LibrarySettings:
        """The usual settings; `MAKEMORE_FETCH=off` switches fetching off."""
        switch = environment.get(FETCH_VARIABLE, "").strip().casefold()
        return cls(
            CorpusSettings.from_environment(environment),
            may_fetch=switch not in ("off", "no", "0", "false"),
        )


@dataclass(frozen=True)
class Library:
    """checkpoints, by name; corpora that are on this machine, by name; tables: their bigrams;
    orders: (sha256, n-grams) of a list, drawn: words drawn in place of a list that is not at hand,
    by checkpoint; both when first needed."""

    checkpoints: dict[str, Checkpoint]
    corpora: dict[str, Corpus]
    tables: dict[str, BigramTable]
    settings: LibrarySettings = field(default_factory=LibrarySettings.from_environment)
    orders: dict[str, tuple[str, list[SplitNgram]]] = field(default_factory=dict, repr=False)
    drawn: dict[str, Corpus] = field(default_factory=dict, repr=False)

    def keep(self, corpus: Corpus) -> None:
        """Use this list from now on, for everybody.

        Made-up words never take the place of real ones, and change no bigram table: the shipped
        counts are of real words.
        """
        here = self.corpora.get(corpus.name)
        if corpus.synthetic and here is not None and not here.synthetic:
            return
        if not corpus.synthetic:
            self.tables[corpus.name] = _table(corpus)
        self.corpora[corpus.name] = corpus

    def models_of(self, words: str) -> list[tuple[str, str]]:
        """(title, name) of each checkpoint trained on these words; simplest model first."""
        found = [c for c in self.checkpoints.values() if c.card["corpus"]["name"] == words]
        return [(model_title(c), c.name) for c in sorted(found, key=simplest_first)]

    def default(self) -> Checkpoint:
        """What the lab opens on."""
        return self.checkpoints.get(DEFAULT_MODEL) or next(iter(self.checkpoints.values()))

    def corpus_of(self, checkpoint: Checkpoint) -> Corpus:
        """The words of a checkpoint; where they are not at hand, words drawn from it."""
        name = checkpoint.card["corpus"]["name"]
        if name in self.corpora:
            return self.corpora[name]
        if checkpoint.name not in self.drawn:
            settings = Sampling(seed=1, min_length=3, max_length=24)
            words = sample(
                checkpoint.model, checkpoint.vocabulary, count=DRAWN_WORDS, settings=settings
            )
            self.drawn[checkpoint.name] = Corpus(
                name,
                tuple(word.word for word in words),
                f"made-up {noun_of(name, many=True)}, drawn from the model {checkpoint.name}",
                synthetic=True,
            )
        return self.drawn[checkpoint.name]

    def table_of(self, checkpoint: Checkpoint) -> BigramTable:
        """The bigram counts of a checkpoint's words.

        Where neither the list nor shipped counts are at hand, those of words drawn from the model.
        """
        name = checkpoint.card["corpus"]["name"]
        if name not in self.tables:
            drawn = self.corpus_of(checkpoint)
            words = (
                f"{len(drawn):,} {noun_of(name, many=True)} drawn from the model {checkpoint.name}"
            )
            self.tables[name] = BigramTable.of(drawn.words, source=words)
        return self.tables[name]


def word_titles() -> dict[str, str]:
    """The lists of the sidebar and their titles: those of the registry, then the visitor's own."""
    listed = {name: entry.title for name, entry in CORPORA.items() if not entry.variant_of}
    return {**listed, OWN: "My own list"}


def open_library(
    folder: Path = CHECKPOINTS,
    *,
    settings: LibrarySettings | None = None,
    report: Callable[[str], None] = print,
) -> Library:
    """Read every checkpoint of a folder and the corpora that need no network.

    A checkpoint that cannot be read is reported and left out: the lab opens without it.
    """
    settings = settings or LibrarySettings.from_environment()
    checkpoints = {}
    for name in list_checkpoints(folder):
        try:
            checkpoints[name] = load_checkpoint(folder / name)
        except ValueError as error:
            report(f"left out: {error}")
    corpora = {}
    for name in word_titles():
        if name == OWN:
            continue
        try:
            corpora[name] = load_corpus(name, settings=settings.corpora)
        except CorpusError as error:
            report(f"{CORPORA[name].title}: {error}")
    return Library(checkpoints, corpora, _tables(checkpoints, corpora), settings)


def _tables(
    checkpoints: dict[str, Checkpoint], corpora: dict[str, Corpus]
) -> dict[str, BigramTable]:
    """Each list's bigrams, counted once: of all its words, as in lecture 1, or as shipped."""
    tables = {name: _table(corpus) for name, corpus in corpora.items()}
    for checkpoint in checkpoints.values():
        name = checkpoint.card["corpus"]["name"]
        if name not in tables and isinstance(checkpoint.model, Ngram) and checkpoint.model.n == 2:
            words = f"the training part of {checkpoint.card['corpus']['words']:,} {name}"
            tables[name] = BigramTable.from_model(
                checkpoint.model, checkpoint.vocabulary, source=words
            )
    return tables


def _table(corpus: Corpus) -> BigramTable:
    return BigramTable.of(corpus.words, source=f"all {len(corpus):,} words")


def simplest_first(checkpoint: Checkpoint) -> tuple:
    """What models are sorted by: counts, then nets by how many numbers they have learned."""
    return checkpoint.recipe.model.kind != "ngram", checkpoint.card["parameters"]


def model_title(checkpoint: Checkpoint) -> str:
    """The model without its words: "MLP with BatchNorm"."""
    return checkpoint.card["title"].split(": ", 1)[-1]
