"""Train: a net learns before one's eyes; stop it, step it, compare it, keep it (lectures 2-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
import numpy as np

from makemore.corpora.registry import CorpusSettings
from makemore.training import start_run, train
from visualize.components.curve import curve as curve_view
from visualize.components.plotly_view import plotly_view
from visualize.components.word_tiles import word_tiles
from visualize.page.lesson import lesson_panel
from visualize.page.state import BACKGROUND, AppContext
from visualize.tabs.train import events
from visualize.tabs.train.files import build_files
from visualize.tabs.train.run import Bench
from visualize.tabs.train.settings import KINDS, RECIPE_OF, Limits, Settings
from visualize.tabs.train.show import curve, status, words_line
from visualize.tabs.train.studio import TrainingSession, lower_rate

FIRST = "quick-mlp-bn"


def build(app: AppContext, limits: Limits = Limits()) -> None:
    """Lay out the tab and wire it."""
    bench, studio = Bench(app.hall, app.compute_slot, limits), gr.State(TrainingSession())
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            buttons, outputs = _figure(studio.value, app)
        with gr.Column(elem_classes="lab-side"):
            recipe, words, told, controls = _choices(app, limits)
            start = gr.State("")  # a recipe that a lesson's button begins with
            finder = _finder()
            files = build_files()
            lesson_panel(
                "train",
                app=app,
                code=(train, start_run),
                controls={"start": start, "recipe": recipe, "words": words, **controls},
            )
    inputs = [studio, app.model, app.own, recipe, words, *controls.values()]
    tab = _Tab(app, bench, inputs, outputs)
    running = _wire_training(tab, buttons, outputs, controls)
    _wire_choices(tab, recipe, words, told, controls)
    _wire_start(tab, start, recipe, words, controls)
    running.append(_wire_finder(tab, finder, controls["lr"]))
    files.wire(tab, running)
    buttons["stop"].click(
        lambda studio: events.stop(studio, app),
        studio,
        list(outputs.values()),
        cancels=running,
        **BACKGROUND,
    )


class _Tab:
    """What every handler needs: the shared things, and the controls that say what is asked."""

    def __init__(
        self, app: AppContext, bench: Bench, inputs: list, outputs: dict[str, Any]
    ) -> None:
        self.app, self.bench = app, bench
        self.inputs, self.outputs = inputs, list(outputs.values())
        self.studio = inputs[0]

    def ask(self, model: str, own: Any, recipe: str, words: str, *values: Any) -> events.Asked:
        return events.asked(self.app, self.bench, model, own, recipe, words, values)

    def only_status(self, said: str) -> list:
        return [said, *[gr.skip()] * (len(self.outputs) - 1)]

    def handler(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """act(studio, asked) with plain sentences for what cannot be."""

        def handle(studio: TrainingSession, *values: Any) -> Any:
            try:
                return act(studio, self.ask(*values))
            except ValueError as error:
                return self.only_status(events.words_of_error(error))

        return handle

    def stream(self, act: Callable[..., Iterator]) -> Callable[..., Iterator]:
        """The same for a generator."""

        def handle(studio: TrainingSession, *values: Any) -> Iterator:
            try:
                yield from act(studio, self.ask(*values))
            except ValueError as error:
                yield self.only_status(events.words_of_error(error))

        return handle


def _figure(studio: TrainingSession, app: AppContext) -> tuple[dict, dict]:
    """Buttons, curve, losses and samples; (buttons, outputs in the order of OUTPUTS)."""
    with gr.Row(elem_classes="lab-controls"):
        button = {
            key: gr.Button(
                label,
                elem_id=f"train-{key}",
                elem_classes="lab-button",
                variant="primary" if key == "go" else "secondary",
                size="sm",
                interactive=key != "stop",
            )
            for key, label in {
                "go": "Train",
                "stop": "Stop",
                "one": "One step",
                "reset": "Reset",
                "new-seed": "New seed",
            }.items()
        }
    said = gr.Markdown(status(None, None), elem_id="train-status")
    button["offer"] = gr.Button(
        "",
        visible=False,
        elem_id="train-offer",
        size="sm",
        elem_classes="lab-button",
        variant="primary",
    )
    picture = curve_view(curve(studio, version=app.version()), elem_id="train-curve", height=360)
    earlier = gr.CheckboxGroup(
        [],
        visible=False,
        elem_id="train-earlier",
        label="Earlier runs (untick one to take it off the axis)",
    )
    with gr.Row(elem_classes="lab-pair"):
        with gr.Column():
            samples = word_tiles(elem_id="train-samples", label="words of the model as it is now")
        with gr.Column():
            losses = gr.Markdown(elem_id="train-losses", elem_classes="lab-card")
            verdict = gr.Markdown(elem_id="train-verdict", elem_classes=["lab-card", "lab-note"])
    outputs = dict(
        zip(
            events.OUTPUTS,
            (
                said,
                picture,
                losses,
                verdict,
                samples,
                earlier,
                button["go"],
                button["stop"],
                button["offer"],
            ),
        )
    )
    return button, outputs


def _choices(
    app: AppContext, limits: Limits
) -> tuple[gr.Dropdown, gr.Radio, gr.Markdown, dict[str, Any]]:
    recipe = gr.Dropdown(
        [(each.title, name) for name, each in RECIPE_OF.items()],
        value=FIRST,
        label="Recipe",
        elem_id="train-recipe",
    )
    words = gr.Radio(
        [events.SIDEBAR, events.LECTURE], value=events.SIDEBAR, label="Words", elem_id="train-words"
    )
    corpus = app.corpus(app.default(), None)
    told = gr.Markdown(
        words_line(corpus.source, len(corpus), corpus.synthetic, limits.words),
        elem_id="train-told",
        elem_classes="lab-note",
    )
    first = Settings.of(RECIPE_OF[FIRST])
    lr = gr.Number(first.lr, label="Learning rate", elem_id="train-lr")
    with gr.Accordion("Settings", open=False, elem_id="train-settings"):
        controls = _controls(first, lr, limits)
    return recipe, words, told, controls


def _controls(first: Settings, lr: gr.Number, limits: Limits) -> dict[str, Any]:
    """One control for each field of Settings, in its order."""

    def number(label: str, name: str, whole: bool = True) -> gr.Number:
        return gr.Number(
            getattr(first, name),
            label=label,
            precision=0 if whole else None,
            elem_id=f"train-{name.replace('_', '-')}",
        )

    kind = gr.Dropdown(list(KINDS.items()), value=first.kind, label="Model", elem_id="train-kind")
    block = number(f"Letters it looks back (1 to {limits.block_size})", "block_size")
    width = number(f"Numbers per letter, the embedding (1 to {limits.n_embd})", "n_embd")
    hidden = number(f"Neurons a layer (1 to {limits.n_hidden})", "n_hidden")
    gain = number("Gain of the first weights", "gain", whole=False)
    batch = number(f"Batch size (to {limits.batch:,}; 0: all examples)", "batch_size")
    optimiser = gr.Radio(
        [("SGD", "sgd"), ("AdamW", "adamw")],
        value=first.optimiser,
        label="Optimiser",
        elem_id="train-optimiser",
    )
    seed = number("Seed of weights and batches", "seed")
    steps = number(f"Steps (to {limits.steps:,})", "steps")
    later = number("Later learning rate", "later_lr", whole=False)
    at = number("… from this step on (0: never)", "later_at")
    return {
        "kind": kind,
        "block_size": block,
        "n_embd": width,
        "n_hidden": hidden,
        "gain": gain,
        "batch_size": batch,
        "optimiser": optimiser,
        "seed": seed,
        "steps": steps,
        "lr": lr,
        "later_lr": later,
        "later_at": at,
    }


def _finder() -> dict[str, Any]:
    with gr.Accordion("Which learning rate?", open=False, elem_id="train-finder"):
        start = gr.Button(
            "Try a thousand rates", size="sm", elem_id="train-find", elem_classes="lab-button"
        )
        picture = plotly_view(elem_id="train-rates", label="loss against learning rate", height=260)
        said = gr.Markdown(elem_id="train-rates-said", elem_classes="lab-note")
        use = gr.Button(
            "", visible=False, size="sm", elem_id="train-use-rate", elem_classes="lab-button"
        )
    return {"start": start, "picture": picture, "said": said, "use": use}


def _wire_training(tab: _Tab, buttons: dict, outputs: dict, controls: dict) -> list:
    """Start, step, reset, new seed, the offer. Returns the events that a stop cancels."""
    app, bench = tab.app, tab.bench
    shared = {**BACKGROUND, "concurrency_limit": 40, "concurrency_id": "train"}

    def offered(studio: TrainingSession) -> tuple[float, int]:
        live = studio.live
        if live is None or live.diverged_at is None:
            return gr.skip(), gr.skip()
        return lower_rate(live.diverged_at[1]), 0

    whole = tab.stream(lambda studio, ask: events.go(studio, app, bench, ask))
    one = tab.stream(lambda studio, ask: events.go(studio, app, bench, ask, steps=1))
    anew = tab.handler(lambda studio, ask: events.reset(studio, app, bench, ask))
    running = [
        buttons["go"].click(whole, tab.inputs, tab.outputs, **shared),
        buttons["one"].click(one, tab.inputs, tab.outputs, **shared),
    ]
    lower = buttons["offer"].click(
        offered, tab.studio, [controls["lr"], controls["later_at"]], **BACKGROUND
    )
    running.append(lower.then(whole, tab.inputs, tab.outputs, **shared))
    # An hour after a page was closed Gradio lets go of its states, but only of those that an event
    # has once put there: without this each visitor's run, some 10 MB, would stay.
    gr.on(
        [buttons[key].click for key in ("go", "one", "reset", "new-seed")],
        lambda studio: studio,
        tab.studio,
        tab.studio,
        queue=False,
        **BACKGROUND,
    )
    buttons["reset"].click(anew, tab.inputs, tab.outputs, cancels=list(running), **BACKGROUND)
    drawn = buttons["new-seed"].click(
        lambda: int(np.random.default_rng().integers(1, 10**6)),
        None,
        controls["seed"],
        cancels=list(running),
        **BACKGROUND,
    )
    drawn.then(anew, tab.inputs, tab.outputs, **BACKGROUND)
    outputs["earlier"].input(
        lambda studio, shown: _forget(studio, shown, tab),
        [tab.studio, outputs["earlier"]],
        [outputs["curve"], outputs["earlier"]],
        **BACKGROUND,
    )
    return running


def _forget(studio: TrainingSession, shown: list[str], tab: _Tab) -> tuple:
    studio.forget([trace.label for trace in studio.earlier if trace.label not in shown])
    labels = [trace.label for trace in reversed(studio.earlier)]
    return (
        curve(studio, version=tab.app.version()),
        gr.update(choices=labels, value=labels, visible=bool(labels)),
    )


def _wire_choices(
    tab: _Tab, recipe: gr.Dropdown, words: gr.Radio, told: gr.Markdown, controls: dict
) -> None:
    """A recipe fills the controls; a changed control is told; the words are named."""

    def adjust(studio: TrainingSession, *values: Any) -> list:
        try:
            ask = tab.ask(*values)
        except ValueError as error:
            return [events.words_of_error(error), gr.skip(), gr.skip()]
        corpus = ask.corpus
        line = words_line(corpus.source, len(corpus), corpus.synthetic, tab.bench.limits.words)
        return [*events.adjusted(studio, ask), line]

    corpora = tab.app.library.settings.corpora
    recipe.input(
        lambda name: filled(name, corpora), recipe, [*controls.values(), words], **BACKGROUND
    )
    said, button = tab.outputs[0], tab.outputs[events.OUTPUTS.index("go")]
    gr.on(
        [
            tab.app.changed,
            words.change,
            recipe.change,
            *(control.change for control in controls.values()),
        ],
        adjust,
        tab.inputs,
        [said, button, told],
        trigger_mode="always_last",
        **BACKGROUND,
    )


def _wire_start(
    tab: _Tab, start: gr.State, recipe: gr.Dropdown, words: gr.Radio, controls: dict
) -> None:
    """A lesson's button chooses a recipe: the controls follow, and the button can come again."""

    def chosen(name: str) -> list:
        if name not in RECIPE_OF:
            return [gr.skip()] * (len(controls) + 3)
        return ["", name, *filled(name, tab.app.library.settings.corpora)]

    start.change(chosen, start, [start, recipe, *controls.values(), words], **BACKGROUND)


def filled(name: str, corpora: CorpusSettings) -> list:
    """The values of all controls for a recipe, and which words it is for, if they are here."""
    base = RECIPE_OF[name if isinstance(name, str) else FIRST]
    lecture = base.corpus == "names.txt" and corpora.has_names()
    return [*Settings.of(base).values(), events.LECTURE if lecture else events.SIDEBAR]


def rate_on(label: str) -> Any:
    """The learning rate that stands on the finder's button."""
    try:
        return float(str(label).removeprefix("Use "))
    except ValueError:
        return gr.skip()


def _wire_finder(tab: _Tab, finder: dict, lr: gr.Number) -> Any:
    def find(studio: TrainingSession, *values: Any) -> Iterator:
        try:
            yield from events.finding(studio, tab.app, tab.bench, tab.ask(*values))
        except ValueError as error:
            yield gr.skip(), events.words_of_error(error), gr.skip()

    finder["use"].click(rate_on, finder["use"], lr, **BACKGROUND)
    return finder["start"].click(
        find,
        tab.inputs,
        [finder["picture"], finder["said"], finder["use"]],
        concurrency_limit=40,
        concurrency_id="train",
        **BACKGROUND,
    )
