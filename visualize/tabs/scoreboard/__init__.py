"""Scoreboard: every checkpoint and every count model, on the same words, in the same units."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from makemore.analysis.ngram_orders import SplitNgram
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.evaluation import bits, mean_loss, random_guess
from makemore.ngram import Ngram
from makemore.recipes import RECIPES
from makemore.reproduce.printed import PRINTED
from makemore.sampling import Sampling, sample
from makemore.vocabulary import Vocabulary
from visualize.components.table import table, table_value
from visualize.page.lesson import lesson_panel
from visualize.page.library import Library
from visualize.page.section import Context, on
from visualize.page.state import BACKGROUND, CLICK_EVENT, AppContext, SessionModel, model_title
from visualize.tabs.bigrams.orders import orders_of

COLUMNS = (
    ("model", "text"),
    ("words", "text"),
    ("parameters", "number"),
    ("train", "number"),
    ("dev", "number"),
    ("test", "number"),
    ("guess", "number"),
    ("lecture", "number"),
    ("trained in", "number"),
    ("words per second", "number"),
)
UNITS = ("bits", "nats")
# What the lectures print for the model that a checkpoint repeats, train and dev.
LECTURE = {"bigram-names": "ngram.2", "mlp-bn-names": "bn.final", "wavenet-names": "wavenet.final"}
SPEED_SECONDS = 0.1


@dataclass(frozen=True)
class Row:
    """One line of the board. losses: nats by part; printed: the lecture's, train and dev."""

    title: str
    words: str
    parameters: int
    losses: dict[str, float]
    guess: float
    printed: tuple[float, ...] = ()
    seconds: float | None = None
    checkpoint: str = ""
    model: Callable[..., Any] | None = None
    vocabulary: Vocabulary | None = None


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    speeds = gr.State({})
    with gr.Row(elem_classes="lab-controls"):
        unit = gr.Radio(
            list(UNITS),
            value="bits",
            label="Losses in",
            elem_id="board-unit",
            scale=0,
            min_width=180,
        )
        measure = gr.Button(
            "Measure words per second",
            size="sm",
            elem_id="board-measure",
            elem_classes="lab-button",
        )
    board = table(elem_id="board-table", label="scoreboard")
    with gr.Column(elem_classes="lab-lesson"):
        lesson_panel("scoreboard", app=app, controls={"unit": unit}, code=(mean_loss, SplitNgram))

    def refresh(context: Context, *, unit: str, speeds: dict[str, float]) -> dict[str, Any]:
        found, chosen = rows(app, context.own), context.checkpoint.name
        board = show(found, unit, speeds, chosen_model=chosen, version=context.version())
        return {"board": board}

    def timed(model, own, chosen):
        measured: dict[str, float] = {}
        found, strong = rows(app, own), app.checkpoint(model, own).name
        for row in found:
            with app.compute_slot:
                measured[_key(row)] = words_a_second(row)
            yield (
                measured,
                show(found, chosen, measured, chosen_model=strong, version=app.version()),
            )

    def picked(own, event: gr.EventData):
        found, index = rows(app, own), getattr(event, "index", None)
        fits = isinstance(index, int) and 0 <= index < len(found) and found[index].checkpoint
        return found[index].checkpoint if fits else gr.skip()

    controls, outputs = {"unit": unit, "speeds": speeds}, {"board": board}
    triggers = [app.changed, unit.change]
    redraw, given = on(app, triggers, refresh, controls, outputs, initial=True)
    measured = measure.click(timed, [app.model, app.own, unit], [speeds, board], **BACKGROUND)
    # Unit or model may have changed while speeds were measured: draw once more with both.
    measured.then(redraw, given, board, **BACKGROUND)
    board.pick(picked, app.own, app.model, **CLICK_EVENT)


def rows(app: AppContext, own: SessionModel | None) -> list[Row]:
    """All models: shipped, of this session, n-grams of the lists at hand; best dev first."""
    found = [*map(_trained, app.checkpoints(own)), *_counted(app.library)]
    return sorted(found, key=lambda row: (row.words != "names", row.words, _judged(row)))


def _trained(checkpoint: Checkpoint) -> Row:
    printed = PRINTED[LECTURE[checkpoint.name]].value[:2] if checkpoint.name in LECTURE else ()
    card = checkpoint.card
    return Row(
        model_title(checkpoint),
        card["corpus"]["name"],
        card["parameters"],
        checkpoint.losses,
        random_guess(len(checkpoint.vocabulary)),
        tuple(printed),
        card["seconds"] if card["steps"] else None,
        checkpoint.name,
        checkpoint.model,
        checkpoint.vocabulary,
    )


def _counted(library: Library) -> list[Row]:
    """The n-grams of every list that is here; not the bigrams where a checkpoint has them."""
    found = []
    shipped = {
        one.card["corpus"]["name"]
        for one in library.checkpoints.values()
        if isinstance(one.model, Ngram) and one.model.n == 2
    }
    for name, corpus in library.corpora.items():
        if corpus.synthetic:
            continue
        vocabulary = library.tables[name].vocabulary
        for order in orders_of(library, corpus):
            if order.n == 2 and name in shipped:
                continue
            smoothing = RECIPES[f"{order.n}-gram"].model.smoothing
            printed = PRINTED.get(f"ngram.{order.n}")
            known = printed is not None and printed.value is not None and name == "names"
            found.append(
                Row(
                    f"{order.n}-gram counts, +{smoothing:g}",
                    name,
                    len(order.model.counts),
                    {part: order.loss(part, smoothing=smoothing) for part in order.parts},
                    random_guess(len(vocabulary)),
                    tuple(printed.value[:2]) if known else (),
                    None,
                    "",
                    replace(order.model, smoothing=smoothing),
                    vocabulary,
                )
            )
    return found


def words_a_second(row: Row) -> float:
    """How many words a model draws in a second, alone, measured now for a tenth of one."""
    begun, drawn = time.perf_counter(), 0
    while time.perf_counter() - begun < SPEED_SECONDS:
        drawn += len(sample(row.model, row.vocabulary, count=32, settings=Sampling(seed=drawn)))
    return drawn / (time.perf_counter() - begun)


def show(
    found: list[Row], unit: str, speeds: dict[str, float], *, chosen_model: str, version: int
) -> dict[str, Any]:
    """The board as a table."""
    inside = bits if unit == "bits" else float
    strong = next((i for i, row in enumerate(found) if row.checkpoint == chosen_model), None)
    return table_value(
        [_cells(row, inside, speeds.get(_key(row))) for row in found],
        columns=COLUMNS,
        version=version,
        title=_title(found, inside, unit),
        strong=strong,
        sortable=True,
        pickable=[bool(row.checkpoint) for row in found],
        note="Lecture: what was printed for names.txt, train / dev. Its words stand in another "
        "order than the bundled names, so the parts differ a little, and so do the losses.",
    )


def _cells(row: Row, inside: Callable[[float], float], speed: float | None) -> list[str]:
    def said(nats: float | None) -> str:  # the zeros at the end too: figures under one another
        return "–" if nats is None else f"{inside(nats):#.4g}"

    losses = [said(row.losses.get(part)) for part in ("train", "dev", "test")]
    return [
        row.title,
        row.words,
        f"{row.parameters:,}",
        *losses,
        said(row.guess),
        " / ".join(map(said, row.printed)) or "–",
        f"{row.seconds:,.0f} s" if row.seconds else "–",
        f"{speed:,.0f}" if speed else "–",
    ]


def _title(found: list[Row], inside: Callable[[float], float], unit: str) -> str:
    named = [row for row in found if row.words == "names"] or found
    best = min(named, key=_judged)
    return (
        f"{best.title} is best on {best.words}: {inside(_judged(best)):#.4g} {unit} per "
        f"letter on dev, where a guess costs {inside(best.guess):#.4g}"
    )


def _judged(row: Row) -> float:
    return row.losses.get("dev", row.losses["train"])


def _key(row: Row) -> str:
    return f"{row.words} {row.title} {row.checkpoint}"
