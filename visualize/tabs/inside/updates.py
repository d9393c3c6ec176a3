"""Inside, pace of learning: update : data while a net takes its first 300 steps, live (lecture 3).

Nothing here is recorded: the checkpoint's recipe starts over and trains while you watch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
import numpy as np

from makemore.analysis.update_ratio import TARGET, Updates, verdict, watch_updates
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from makemore.recipes import Recipe
from makemore.training import Run, start_run
from visualize.components.plotly_view import figure_value, plotly_view
from visualize.figures import number
from visualize.figures.curves import update_ratios
from visualize.page.lesson import lesson_panel
from visualize.page.section import Section
from visualize.page.state import BACKGROUND, AppContext
from visualize.tabs.inside.layers import need_layers
from visualize.tabs.inside.view import plain_names, words_note

STEPS = 300
SLICE = 0.15  # seconds in the shared slot before others may have it
MOST_SECONDS = 10  # of training, whatever a stranger's recipe asks for
MOST_EXAMPLES = 512  # in a batch
MOST_WORDS = 40_000
PACES = {"÷ 100": 0.01, "÷ 10": 0.1, "As trained": 1.0, "× 10": 10.0}


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this part. shared: controls of the whole tab that the lesson may set too."""
    with gr.Column() as box, gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            picture = plotly_view(elem_id="pace-ratios", label="update to data", height=400)
            table = gr.Markdown(elem_id="pace-table", elem_classes=["lab-card", "lab-wide-card"])
        with gr.Column(elem_classes="lab-side"):
            pace = gr.Radio(
                list(PACES), value="As trained", label="Learning rate", elem_id="pace-rate"
            )
            again = gr.Button(
                f"Train {STEPS} steps again",
                size="sm",
                elem_id="pace-again",
                elem_classes="lab-button",
            )
            note = gr.Markdown(elem_id="pace-note", elem_classes="lab-note")
            lesson_panel(
                "inside-updates",
                app=app,
                controls=shared | {"pace": pace},
                code=(watch_updates, verdict),
            )
    outputs, part = [picture, table, note], shared["part"]

    def live(model, own, shown, factor):
        checkpoint = app.checkpoint(model, own)
        if shown != "Pace of learning" or need_layers(checkpoint):
            yield [gr.skip()] * len(outputs)
            return
        corpus = app.corpus(checkpoint, own)
        yield from watched(checkpoint, corpus, factor, app=app)

    gr.on(
        [part.change, app.changed, pace.change, again.click],
        live,
        [app.model, app.own, part, pace],
        outputs,
        trigger_mode="always_last",
        concurrency_limit=20,
        **BACKGROUND,
    )
    return Section(box, {}, {}, lambda context: {}, need_layers)


def watched(
    checkpoint: Checkpoint, corpus: Corpus, factor: str, *, app: AppContext
) -> Iterator[tuple[Any, str, str]]:
    """The picture, the table and a sentence, again and again while the net trains."""
    recipe = paced(checkpoint.recipe, PACES.get(factor, 1.0))
    with app.compute_slot:
        run = start_run(recipe, corpus.words[:MOST_WORDS])
    records = watch_updates(run, steps=STEPS, every=1)
    while True:
        with app.compute_slot:
            seen = _slice(records, first=run.step == 0)
        if seen is not None and len(seen.steps):
            yield shown(seen, run, corpus, version=app.version())
        if seen is None or seen.done or run.seconds > MOST_SECONDS:
            return


def _slice(records: Iterator[Updates], *, first: bool) -> Updates | None:
    """Go on for a moment; the very first step is shown at once."""
    begun, seen = time.perf_counter(), next(records, None)
    while seen is not None and not seen.done and not first and time.perf_counter() - begun < SLICE:
        seen = next(records, seen)
    return seen


def paced(recipe: Recipe, factor: float) -> Recipe:
    """The recipe with another learning rate; what only watches, or only costs time, is left out."""
    size = min(recipe.batch_size or MOST_EXAMPLES, MOST_EXAMPLES)
    return replace(
        recipe,
        lr=tuple((step, rate * factor) for step, rate in recipe.lr),
        batch_size=size,
        steps=max(recipe.steps, STEPS),
        patience=0,
        calibrate=False,
        autograd=False,
    )


def shown(seen: Updates, run: Run, corpus: Corpus, *, version: int) -> tuple[Any, str, str]:
    """One state of the run: the figure with its sentence, the verdicts, what it is."""
    words = plain_names([name for name, _ in run.model.named_layers()])
    labels = [words[name] for name in seen.names]
    finite = np.where(np.isfinite(seen.ratios), seen.ratios, np.nan)  # (T, P)
    kept = [i for i in range(len(labels)) if np.isfinite(finite[:, i]).any()]
    figure = update_ratios(seen.steps, {labels[i]: finite[:, i] for i in kept})
    figure.update_xaxes(range=[0, 1.03 * STEPS], dtick=STEPS // 3)
    level = f"dashed: {number(TARGET)}, about right"  # beside the line it would lie on curves
    figure.update_annotations(text=level, y=1, yref="paper", yanchor="top")
    value = figure_value(
        figure,
        title=sentence(labels, seen),
        version=version,
        zoom=f"{run.recipe.name} {run.recipe.lr_at(0)}",
    )
    rate = run.recipe.lr_at(0)
    note = (
        f"Trained just now: the first {int(seen.steps[-1])} steps of “{run.recipe.title}” from "
        f"its own start, learning rate {rate:.3g}, on {corpus.name}; loss "
        f"{seen.losses[0]:#.4g} → {_loss(seen.losses[-20:].mean())}.{words_note(corpus)}"
    )
    return value, verdicts(labels, seen), note


def _loss(nats: float) -> str:
    return f"{nats:#.4g}" if np.isfinite(nats) else "no number any more"


def sentence(labels: list[str], seen: Updates) -> str:
    """The matrix that is farthest from the -3 line, and what that means."""
    levels, steps = seen.recent(), int(seen.steps[-1])
    moving = [i for i in range(len(labels)) if np.isfinite(levels[i])]
    if seen.done and not np.isfinite(seen.losses[-1]):
        return f"The training blew up after {steps} steps"
    if not moving:
        return f"After {steps} steps no weight has moved"
    worst = max(moving, key=lambda i: abs(levels[i] - TARGET))
    part = 10 ** -levels[worst]
    share = f"1 part in {part:,.0f}" if part >= 2 else f"{1 / part:.1f} times its size"
    return (
        f"Step {steps}: each update changes the {labels[worst]} by {share}, "
        f"{verdict(levels[worst], falling=seen.falling()[worst])}; 1 part in 1,000 is a good "
        "pace"
    )


def verdicts(labels: list[str], seen: Updates) -> str:
    """Every weight matrix with its recent level, in words."""
    rows = ["| weights | log10 | pace, last 50 steps |", "|:--|--:|:--|"]
    for label, level, falling in zip(labels, seen.recent(), seen.falling()):
        size = f"{level:.2f}".replace("-", "−") if np.isfinite(level) else "–"
        rows.append(f"| {label} | {size} | {verdict(level, falling=falling)} |")
    return "\n".join(rows)
