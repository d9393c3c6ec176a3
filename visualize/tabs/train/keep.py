"""What one takes away from a run and brings back: checkpoints, their files, a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from makemore.analysis.bigram_table import BigramTable
from makemore.checkpoint.archive import pack, unpack
from makemore.checkpoint.checkpoint import Checkpoint, CheckpointError, checkpoint_of
from makemore.checkpoint.export import export_zip
from makemore.corpora.corpus import Corpus
from makemore.sampling import Sampling, sample
from makemore.vocabulary import Vocabulary
from visualize.page.downloads import temporary
from visualize.page.library import MAX_SYMBOLS, Library
from visualize.page.state import SessionModel, model_title
from visualize.tabs.train.settings import KIND_TITLES
from visualize.tabs.train.studio import ActiveRun

DRAWN = 400  # words that stand for those of an uploaded model, which does not bring its own


def kept_run(live: ActiveRun, library: Library, *, version: int) -> SessionModel:
    """The live run as it is now, as a checkpoint that nothing changes any more."""
    recipe = live.run.recipe
    kind = KIND_TITLES.get(recipe.model.kind, recipe.model.kind)
    title = f"Mine: run {live.number}, {kind}, {live.run.step:,} steps"
    frozen = replace(live.run, recipe=replace(recipe, title=title), model=live.run.model.clone())
    frozen.model.train(False)
    final = live.final if live.measured == live.run.step else None
    checkpoint = checkpoint_of(frozen, name=f"mine-{version}", corpus=live.corpus, losses=final)
    name = live.corpus.name
    same = name in library.tables and library.corpora.get(name) is live.corpus
    table = library.tables[name] if same else _table(live.corpus.words, live.corpus)
    return SessionModel(live.corpus, table, checkpoint)


def uploaded(files: Sequence[str], library: Library, *, version: int) -> SessionModel:
    """The checkpoint in these files, with its words or, where they are not here, words drawn from
    it. Raises CheckpointError with a sentence.
    """
    checkpoint = replace(unpack(files), name=f"uploaded-{version}")
    if len(checkpoint.vocabulary) > MAX_SYMBOLS:
        raise CheckpointError(
            f"This model knows {len(checkpoint.vocabulary):,} symbols; the lab "
            f"takes up to {MAX_SYMBOLS:,}."
        )
    title = f"Uploaded: {model_title(checkpoint)[:80]}"
    checkpoint = replace(checkpoint, card={**checkpoint.card, "title": title})
    corpus = _words_of(checkpoint, library)
    if corpus is not None:
        return SessionModel(
            corpus, library.tables.get(corpus.name) or _table(corpus.words, corpus), checkpoint
        )
    corpus = _drawn(checkpoint)
    card = checkpoint.card
    about = {**card["corpus"], "name": f"words of {_short(card['corpus']['name'])}"}
    return SessionModel(
        corpus, _table(corpus.words, corpus), replace(checkpoint, card={**card, "corpus": about})
    )


def _short(name: str) -> str:
    return name.removeprefix("words of ")[:40]


def _words_of(checkpoint: Checkpoint, library: Library) -> Corpus | None:
    """The library's own list, if the model was trained on the very same words."""
    card = checkpoint.card["corpus"]
    corpus = library.corpora.get(card["name"])
    if corpus is None or corpus.sha256 != card["sha256"]:
        return None
    letters = Vocabulary.of(corpus.words).letters
    return corpus if set(letters) <= set(checkpoint.vocabulary.ids) else None


def _drawn(checkpoint: Checkpoint) -> Corpus:
    """Words of the model itself. Raises CheckpointError if it cannot make any."""
    try:
        words = sample(
            checkpoint.model,
            checkpoint.vocabulary,
            count=DRAWN,
            settings=Sampling(seed=1, min_length=2, max_length=24),
        )
    except (ValueError, RuntimeError) as error:
        raise CheckpointError(f"This model cannot write a word: {error}") from error
    words = tuple(word.word for word in words if word.word)
    if not words:
        raise CheckpointError("This model only ever ends: there is no word in it.")
    return Corpus(
        f"words of {_short(checkpoint.card['corpus']['name'])}",
        words,
        "drawn from the uploaded model",
        synthetic=True,
    )


def _table(words: Sequence[str], corpus: Corpus) -> BigramTable:
    drawn = " drawn from the model" if corpus.synthetic else ""
    return BigramTable.of(words, source=f"{len(words):,} words{drawn}")


def zip_file(checkpoint: Checkpoint) -> str:
    """card.json and model.safetensors of a checkpoint in one zip; its path."""
    path = temporary(f"{checkpoint.name}.zip")
    Path(path).write_bytes(pack(checkpoint))
    return path


def script_file(live: ActiveRun) -> str:
    """A run as a script and as a notebook, with its words, in one zip; its path."""
    run = live.run
    title = (
        f"Run {live.number}: {run.recipe.title}, {run.step or run.recipe.steps:,} steps on "
        f"{len(run.words):,} words ({live.corpus.name})"
    )
    path = temporary(f"run-{live.number}.zip")
    Path(path).write_bytes(export_zip(run, title=title))
    return path
