"""Data: the words themselves, where they are from, and what a model is asked about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from makemore.analysis.compare import Comparison, compare
from makemore.evaluation import leak_audit
from makemore.examples import make_examples
from visualize.components.heatmap import heatmap
from visualize.components.plotly_view import plotly_view
from visualize.components.status import status, status_value
from visualize.components.table import table
from visualize.components.word_preview import word_preview
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, on
from visualize.page.state import BACKGROUND, CLICK_EVENT, AppContext, SessionModel
from visualize.tabs.data.fetch import INVENTOR, Report, at_hand, fetching, inventing
from visualize.tabs.data.pairs import bits_board, both_numbers, difference, examples
from visualize.tabs.data.word_list import show_list

STOPPED = "Stopped; nothing has changed. "


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    pair = gr.State("qu")
    with gr.Row(elem_classes=["lab-row", "lab-wide"]):
        with gr.Column(elem_classes="lab-figure"):
            first = word_preview(elem_id="data-peek")
            with gr.Row(elem_classes="lab-pair"):
                lengths = plotly_view(elem_id="data-lengths", label="lengths", height=250)
                leaks = table(elem_id="data-leaks", label="leak audit")
            letters = plotly_view(elem_id="data-letters", label="letters", height=250)
            with gr.Row(elem_classes="lab-pair"):
                with gr.Column():
                    word = gr.Textbox(
                        "emma",
                        label="A word, cut into examples",
                        max_length=40,
                        elem_id="data-word",
                    )
                    block = gr.Slider(
                        1, 8, 3, step=1, label="How many letters back?", elem_id="data-block"
                    )
                cut = table(elem_id="data-examples", label="context and target")
            changed = heatmap(elem_id="data-difference", label="difference of two lists")
            both = table(elem_id="data-both", label="both numbers of a cell")
            board = table(elem_id="data-bits", label="losses in bits")
        with gr.Column(elem_classes="lab-side"):
            source = table(elem_id="data-source", label="where the words are from")
            _fetch_box(app)
            controls = {"word": word, "block": block, "pair": pair}
            lesson_panel(
                "data", app=app, controls=controls, code=(make_examples, leak_audit, compare)
            )
    words = {
        "source": source,
        "first": first,
        "lengths": lengths,
        "letters": letters,
        "leaks": leaks,
        "board": board,
    }
    on(app, [app.changed], show_words, {}, words, initial=True)
    cutting = {"word": word, "block": block}
    triggers = [app.changed, word.change, block.change]
    on(app, triggers, show_examples, cutting, {"examples": cut}, initial=True)
    differing = {"difference": changed, "both": both}
    on(app, [app.changed, pair.change], show_pairs, {"pair": pair}, differing, initial=True)

    def clicked(model, own, event: gr.EventData):
        return picked(
            app, model, own, row=getattr(event, "row", None), col=getattr(event, "col", None)
        )

    changed.cell(clicked, [app.model, app.own], pair, **CLICK_EVENT)


# --- what is shown --------------------------------------------------------------------------------


def show_words(context: Context) -> dict[str, Any]:
    """Everything about the list that the sidebar has chosen, and the board of losses."""
    version, checkpoint = context.version(), context.checkpoint
    names = ("source", "first", "lengths", "letters", "leaks")
    board = bits_board(context.app.checkpoints(context.own), checkpoint.name, version=version)
    return {**dict(zip(names, show_list(context.corpus, version=version))), "board": board}


def show_examples(context: Context, *, word: str, block: float) -> dict[str, Any]:
    """The examples of a typed word, in the alphabet of the chosen model."""
    vocabulary = context.checkpoint.vocabulary
    return {"examples": examples(word, block, vocabulary, version=context.version())}


def show_pairs(context: Context, *, pair: str) -> dict[str, Any]:
    """The chosen list against names (names: handles against them), and one cell explained."""
    pairs, names = _compared(context.app, context.model, context.own)
    if pairs is None:
        return {"difference": None, "both": None}
    version = context.version()
    return {
        "difference": difference(pairs, pair, names=names, version=version),
        "both": both_numbers(pairs, pair, names=names, version=version),
    }


def _compared(
    app: AppContext, model: str, own: SessionModel | None
) -> tuple[Comparison | None, tuple[str, str]]:
    tables, name = app.library.tables, app.words_of(app.checkpoint(model, own))
    name = "handles" if name == "names" else name
    mine = app.table(model, own) if name == "own" else tables.get(name)
    names = ("my words" if name == "own" else name, "names")
    if "names" not in tables or mine is None:
        return None, names
    return compare(mine, tables["names"]), names


def picked(app: AppContext, model: str, own: SessionModel | None, *, row: Any, col: Any) -> Any:
    """The two letters of a clicked cell; what comes from the page is checked."""
    pairs, _ = _compared(app, model, own)
    if pairs is None or not all(type(i) is int and 0 <= i < len(pairs.symbols) for i in (row, col)):
        return gr.skip()
    return pairs.symbols[row] + pairs.symbols[col]


# --- getting handles ------------------------------------------------------------------------------


def _fetch_box(app: AppContext) -> None:
    """Which handles are at hand; buttons to fetch them, to make some up, and to stop."""
    library = app.library

    def said(report: Report) -> dict[str, Any]:
        return status_value(
            report.text, version=app.version(), state=report.state, share=report.share
        )

    gr.Markdown("**Codeforces handles**", elem_classes="lab-note")
    progress = status(lambda: said(at_hand(library)), elem_id="data-status")
    with gr.Row(elem_classes="lab-controls"):
        fetch = gr.Button(
            "Fetch from Codeforces",
            size="sm",
            elem_id="data-fetch",
            elem_classes="lab-button",
            interactive=library.settings.may_fetch,
        )
        make_up = gr.Button(
            "Make some up", size="sm", elem_id="data-make-up", elem_classes="lab-button"
        )
        stop = gr.Button(
            "Stop", size="sm", elem_id="data-stop", elem_classes="lab-button", visible=False
        )
    buttons = [fetch, make_up, stop]

    def idle() -> list:
        return [
            gr.Button(interactive=library.settings.may_fetch),
            gr.Button(interactive=True),
            gr.Button(visible=False),
        ]

    def run(reports: Iterator[Report], model: str, own: SessionModel | None) -> Iterator[list]:
        busy = [gr.Button(interactive=False), gr.Button(interactive=False), gr.Button(visible=True)]
        for report in reports:
            over = report.state != "busy"
            yield [
                said(report),
                *(idle() if over else busy),
                *(_follow(app, model, own) if report.state == "done" else [gr.skip()] * 2),
            ]

    outputs = [progress, *buttons, app.lists, app.model]
    chosen = [app.model, app.own]

    def fetched(model, own):
        yield from run(fetching(library), model, own)

    def made_up(model, own):
        yield from run(inventing(library, compute_slot=app.compute_slot), model, own)

    going = [
        fetch.click(fetched, chosen, outputs, **BACKGROUND),
        make_up.click(made_up, chosen, outputs, **BACKGROUND),
    ]
    stop.click(
        lambda: [said(Report(STOPPED + at_hand(library).text, "quiet")), *idle()],
        None,
        [progress, *buttons],
        cancels=going,
        **BACKGROUND,
    )


def _follow(app: AppContext, model: str, own: SessionModel | None) -> list:
    """After a new list: refresh what shows handles; from other words, go to the handles.

    Never both: a refresh on its way would still carry a model that the sidebar offers no more.
    """
    if app.checkpoint(model, own).card["corpus"]["name"] == "handles":
        return [app.version(), gr.skip()]
    return [gr.skip(), app.pick(INVENTOR)]
