"""What all tabs share: late answers, and what a session has of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest

from makemore.analysis.bigram_table import BigramTable
from makemore.checkpoint.checkpoint import Checkpoint, checkpoint_of
from makemore.corpora.corpus import Corpus
from makemore.training import start_run
from tests.tiny import WORDS, recipe
from visualize.page.library import Library
from visualize.page.state import AppContext, SessionModel


@pytest.fixture
def wired() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What Gradio is given for a refresh that is put on a button."""

    def wire(refresh: Callable[..., Any]) -> Callable[..., Any]:
        with gr.Blocks() as blocks:
            app = AppContext(library=None, model=gr.State("m"), own=gr.State(None))
            button, shown = gr.Button(), gr.Textbox()
            app.on([button.click], refresh, [shown], [shown])
        return next(iter(blocks.fns.values())).fn

    return wire


def test_an_answer_that_was_overtaken_is_not_shown(wired) -> None:
    asked: dict[Any, int] = {}
    late: list[Any] = []

    def refresh(model: str, own: None, text: str) -> str:
        if text == "first":  # while it is answered, the same session asks again
            late.append(answer(asked, model, own, "second"))
        return f"shown: {text}"

    answer = wired(refresh)
    assert answer(asked, "m", None, "first") == gr.skip()
    assert late == ["shown: second"]
    assert answer(asked, "m", None, "third") == "shown: third"


def test_sessions_do_not_overtake_each_other(wired) -> None:
    def refresh(model: str, own: None, text: str) -> str:
        if text == "mine":
            assert answer({}, model, own, "theirs") == "theirs"
        return text

    answer = wired(refresh)
    assert answer({}, "m", None, "mine") == "mine"


# --- models of the same words ---------------------------------------------------------------------


def model(name: str, *, of: str, kind: str = "mlp", words: tuple[str, ...] = WORDS) -> Checkpoint:
    """A model as it is before the first step."""
    return checkpoint_of(start_run(recipe(kind), words), name=name, corpus=Corpus(of, words, ""))


def owned(*checkpoints: Checkpoint, words: tuple[str, ...] = WORDS) -> SessionModel:
    """A session's models, the oldest first; the words of the last one."""
    entries = [
        SessionModel(
            Corpus(one.card["corpus"]["name"], words, ""), BigramTable.of(words, source=""), one
        )
        for one in reversed(checkpoints)
    ]
    return SessionModel(
        entries[0].corpus, entries[0].table, entries[0].checkpoint, tuple(entries[1:])
    )


@pytest.fixture
def bench() -> AppContext:
    shipped = [
        model("net", of="names"),
        model("counts", of="names", kind="ngram"),
        model("others", of="handles"),
    ]
    library = Library({one.name: one for one in shipped}, {}, {})
    return AppContext(library, gr.State("net"), gr.State(None))


def test_a_kept_run_has_the_shipped_models_of_its_words_beside_it(bench: AppContext) -> None:
    own = owned(model("first", of="names.txt"), model("second", of="names"))
    for one in (bench.library.checkpoints["net"], *own.checkpoints):
        assert {each.name for each in bench.siblings(one, own)} == {
            "counts",
            "net",
            "first",
            "second",
        }
    assert bench.siblings(own.checkpoint, own)[0].name == "counts"
    assert [one.name for one in bench.siblings(bench.default(), None)] == ["counts", "net"]


def test_lists_of_ones_own_are_told_apart_by_their_words(bench: AppContext) -> None:
    other = (*WORDS, "emmaline")  # the same letters
    mine = model("mine", of="words of my own")
    yours = model("yours", of="words of my own", words=other)
    own = owned(mine, yours)
    assert [one.name for one in bench.siblings(mine, own)] == ["mine"]
    assert [one.name for one in bench.siblings(yours, own)] == ["yours"]


def test_models_of_other_letters_are_not_compared_coin_by_coin(bench: AppContext) -> None:
    strange = model("strange", of="names", words=(*WORDS, "éva"))
    own = owned(strange)
    assert [one.name for one in bench.siblings(strange, own)] == ["strange"]
    assert "strange" not in {one.name for one in bench.siblings(bench.default(), own)}
