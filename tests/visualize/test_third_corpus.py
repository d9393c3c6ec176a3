"""A list that is added to the registry works in every tab, whether its words are here or not."""

from __future__ import annotations

import gradio as gr
import pytest

from makemore.checkpoint.checkpoint import checkpoint_of
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.registry import CORPORA, CorpusEntry, listed_as, noun_of
from makemore.training import start_run
from tests.tiny import WORDS, recipe
from visualize.page.library import Library, open_library, word_titles
from visualize.page.state import AppContext
from visualize.tabs.bigrams import table as bigrams_table
from visualize.tabs.data.word_list import noun, show_list
from visualize.tabs.embeddings import letters_of, show
from visualize.tabs.scoreboard import rows

CITIES = Corpus("cities", WORDS, "a test")


def missing(*, settings: object) -> Corpus:
    raise CorpusError("The list of cities is not here.")


@pytest.fixture(params=["at hand", "missing"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path) -> Library:
    """A library with a net trained on the third corpus, and no counts of it."""
    load = missing if request.param == "missing" else lambda *, settings: CITIES
    monkeypatch.setitem(CORPORA, "cities", CorpusEntry(load, "Cities", "city", "cities", "none"))
    library = open_library(tmp_path, report=lambda text: None)
    net = checkpoint_of(start_run(recipe("mlp"), WORDS), name="mlp-cities", corpus=CITIES)
    library.checkpoints[net.name] = net
    return library


def test_a_third_corpus_is_listed_under_its_own_title(library: Library) -> None:
    assert word_titles()["cities"] == "Cities" and list(word_titles())[-1] == "own"
    assert (listed_as("cities"), listed_as("names.txt"), listed_as("mine")) == (
        "cities",
        "names",
        "",
    )
    assert (noun_of("names.txt"), noun_of("mine")) == ("name", "word")
    assert [name for _, name in library.models_of("cities")] == ["mlp-cities"]


def test_a_third_corpus_has_words_and_counts(library: Library) -> None:
    net = library.checkpoints["mlp-cities"]
    corpus, table = library.corpus_of(net), library.table_of(net)
    assert "handle" not in corpus.source + table.source
    assert noun(corpus, many=False) == ("made-up city" if corpus.synthetic else "city")
    assert table.counts.sum() == sum(len(word) + 1 for word in corpus.words)
    assert library.table_of(net) is table
    assert show_list(corpus, version=1)


def test_a_third_corpus_opens_in_the_tabs(library: Library) -> None:
    with gr.Blocks():
        app = AppContext(library, gr.State("mlp-cities"), gr.State(None))
    table = app.table("mlp-cities", None)
    assert app.words_of(library.checkpoints["mlp-cities"]) == "cities"
    assert bigrams_table.show(table, "", "Counts", 1, "an", 1, version=1)[0]
    letters = letters_of(app.checkpoint("mlp-cities", None), table)
    assert show(letters, with_end=True, version=1)[0]
    assert any(row.words == "cities" for row in rows(app, None))
