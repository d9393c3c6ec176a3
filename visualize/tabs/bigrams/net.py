"""A net learns the table: gradient descent arrives where counting started (lecture 1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
import numpy as np
import torch

from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.one_layer import OneLayer, smoothing_like, start, step
from makemore.evaluation import random_guess
from visualize.components.curve import curve, curve_value
from visualize.components.heatmap import heatmap, heatmap_value
from visualize.figures import counted
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, Section, on
from visualize.page.state import BACKGROUND, AppContext

MOST_STEPS = 2_000
FRAMES = 20  # of a run of many steps
LR = 50.0  # the lecture's
PICTURES = {"What the net says": "net", "Net minus counts": "difference"}


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this section. shared: controls of the whole tab that the lesson may set too."""
    net = gr.State(None)
    with gr.Column() as box, gr.Row(elem_classes=["lab-row", "lab-wide"]):
        with gr.Column(elem_classes="lab-figure"):
            with gr.Row(elem_classes="lab-controls"):
                picture = gr.Radio(
                    list(PICTURES), value=next(iter(PICTURES)), label="Show", elem_id="net-picture"
                )
                l2 = gr.Slider(
                    0,
                    1,
                    0.01,
                    step=0.01,
                    label="L2: pull of every weight towards 0",
                    elem_id="net-l2",
                )
            with gr.Row(elem_classes="lab-controls"):
                buttons = {
                    steps: gr.Button(
                        counted(steps, "step"),
                        size="sm",
                        elem_id=f"net-{steps}",
                        elem_classes="lab-button",
                    )
                    for steps in (1, 10, 300)
                }
                again = gr.Button(
                    "Start again", size="sm", elem_id="net-again", elem_classes="lab-button"
                )
            table = heatmap(elem_id="net-heat", label="probabilities of the net")
        with gr.Column(elem_classes="lab-side"):
            losses = curve(elem_id="net-loss", label="loss of the net", height=220)
            said = gr.Markdown(elem_id="net-said", elem_classes="lab-note")
            steps = gr.State(0)  # set by a lesson: the net starts over and takes so many steps
            controls = {"picture": picture, "l2": l2, "steps": steps}
            lesson_panel(
                "bigrams-net",
                app=app,
                controls=shared | controls,
                code=(step, smoothing_like),
            )
    outputs = {"net": net, "table": table, "losses": losses, "said": said}

    def fresh(context: Context, *, picture: str, **settings: Any) -> dict[str, Any]:
        """Random weights: what the section shows when it is opened."""
        first = start(len(context.table.vocabulary))
        seen = show(context.table, first, picture, version=context.version())
        return dict(zip(outputs, (first, *seen)))

    _wire(app, controls, [net, table, losses, said], buttons, [shared["part"].change, again.click])
    on(app, [again.click], fresh, controls, outputs)  # after the event that stops a net
    return Section(box, controls, outputs, fresh, on_its_own=tuple(controls))


def _wire(
    app: AppContext,
    controls: dict[str, gr.components.Component],
    outputs: list[gr.components.Component],
    buttons: dict[int, gr.Button],
    restarts: list[Any],
) -> None:
    """Steps, lessons and views. restarts: events after which a net that is learning must stop."""
    picture, l2, taught = controls.values()
    net = outputs[0]

    def redraw(model, own, now, shown):
        counts = app.table(model, own)
        if now is None or len(now.W) != len(counts.vocabulary):
            return [gr.skip()] * 3
        return show(counts, now, shown, version=app.version())

    def go(steps: int):
        def run(model, own, now, shown, pull) -> Iterator[tuple]:
            counts = app.table(model, own)
            if now is None or len(now.W) != len(counts.vocabulary):
                now = start(len(counts.vocabulary))
            for learned in learn(counts, now, steps=steps, l2=float(pull)):
                yield learned, *show(counts, learned, shown, version=app.version())

        return run

    running = [
        button.click(
            go(steps),
            [app.model, app.own, net, picture, l2],
            outputs,
            **BACKGROUND,
            concurrency_id="net",
            concurrency_limit=4,
        )
        for steps, button in buttons.items()
    ]

    def from_lesson(model, own, steps, shown, pull):
        """The net after so many steps, at once: a lesson asks for the result."""
        if not isinstance(steps, int) or not 0 < steps <= MOST_STEPS:
            return gr.skip()
        counts = app.table(model, own)
        *_, learned = learn(counts, start(len(counts.vocabulary)), steps=steps, l2=float(pull))
        return learned, *show(counts, learned, shown, version=app.version())

    gr.on(
        [taught.change, l2.change],
        from_lesson,
        [app.model, app.own, taught, picture, l2],
        outputs,
        trigger_mode="always_last",
        **BACKGROUND,
    )
    restarts = [app.changed, *restarts]  # else the next frame of the old net comes back
    gr.on(restarts, None, None, None, cancels=running, **BACKGROUND)
    app.on([picture.change], redraw, [net, picture], outputs[1:])


def learn(table: BigramTable, net: OneLayer, *, steps: int, l2: float) -> Iterator[OneLayer]:
    """The net after each of at most 20 slices of these steps."""
    counts = torch.from_numpy(table.counts)
    steps = min(steps, MOST_STEPS - len(net.losses))
    for i in range(steps):
        net = step(net, counts, lr=LR, l2=l2)
        if (i + 1) % max(1, steps // FRAMES) == 0 or i + 1 == steps:
            yield net
    if steps <= 0:
        yield net


def show(table: BigramTable, net: OneLayer, picture: str, *, version: int) -> tuple[Any, ...]:
    """The net's table, its losses beside that of counting, and a sentence on both."""
    symbols = table.vocabulary.symbols
    p, counted = net.probabilities().double().numpy(), table.probabilities(0)
    difference = PICTURES.get(picture) == "difference"
    few = len(symbols) < 40
    largest = float(np.abs(p - counted).max())
    title = (
        f"After {len(net.losses):,} steps the net and the counts differ by "
        f"{100 * np.abs(p - counted).mean():.2f} % on average, at most {100 * largest:.1f} %"
    )
    heat = heatmap_value(
        p - counted if difference else p,
        rows=symbols,
        cols=symbols,
        version=version,
        title=title,
        scale="diverging" if difference else "sequential",
        vmax=None if not difference else 0.5,
        transform="sqrt",
        unit="probability",
        text="probability" if few else None,
        pairs=few,
        row_name="letter before",
        col_name="letter after",
        end_mark=table.vocabulary.end_mark,
        hover="{row}{col}: {value}",
    )
    best = table.loss(0)
    line = curve_value(
        [("the net", list(range(len(net.losses))), list(net.losses))],
        version=version,
        title=_loss_title(net, best),
        total=max(50, len(net.losses)),
        baseline=(best, f"counting: {best:#.4g}"),
    )
    return heat, line, _said(table, net)


def _loss_title(net: OneLayer, best: float) -> str:
    if not net.losses:
        return f"Counting reaches {best:#.4g} nats. What will the net reach?"
    return f"Loss {net.losses[-1]:#.4g} nats after {len(net.losses):,} steps; counting: {best:#.4g}"


def _said(table: BigramTable, net: OneLayer) -> str:
    if not net.losses:
        guess = random_guess(len(table.vocabulary))
        return (
            f"The weights are random numbers; a guess would cost {guess:#.4g} nats. Nobody "
            "shows the net the table: it sees one pair at a time."
        )
    nearest = smoothing_like(net, torch.from_numpy(table.counts))
    return (
        f"exp(W) now says what the counts say with a smoothing of about **{nearest:.3g}**. "
        "A stronger L2 pulls every row towards “all letters alike”: it *is* smoothing."
    )
