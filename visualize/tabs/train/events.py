"""What happens when a button of the Train tab is pressed. No layout here: values in, a list
of updates out, one for each of `OUTPUTS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from makemore.analysis.lr_finder import Tried, find_rate
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import load_corpus
from makemore.recipes import Recipe
from visualize.components.plotly_view import figure_value
from visualize.figures.rates import rates
from visualize.page.library import LibrarySettings
from visualize.page.state import AppContext, SessionModel, plain, sentence
from visualize.tabs.train.run import ASK_AGAIN, Bench, Step, training
from visualize.tabs.train.settings import RECIPE_OF, Settings, check_size, checked, recipe_of
from visualize.tabs.train.show import curve, drawn_words, losses_table, status, verdict_words
from visualize.tabs.train.studio import TrainingSession, go_on_with, lower_rate

OUTPUTS = ("status", "curve", "losses", "verdict", "samples", "earlier", "go", "stop", "offer")
SIDEBAR, LECTURE = "As in the sidebar", "The lectures’ names.txt"
SAMPLE_EVERY = 1.0  # seconds


@dataclass(frozen=True)
class Asked:
    """What the controls ask for."""

    base: Recipe
    settings: Settings
    corpus: Corpus


def asked(
    app: AppContext,
    bench: Bench,
    model: str,
    own: SessionModel | None,
    recipe: str,
    words: str,
    values: Sequence[Any],
) -> Asked:
    """Raises ValueError with a sentence for controls, or words, that make no run."""
    if recipe not in RECIPE_OF:
        raise ValueError("Choose a recipe from the list.")
    settings = checked(list(values), bench.limits)
    recipe_of(RECIPE_OF[recipe], settings).check()
    corpus = (
        _lecture_words(app.library.settings)
        if words == LECTURE
        else app.corpus(app.checkpoint(model, own), own)
    )
    return Asked(RECIPE_OF[recipe], settings, corpus)


def _lecture_words(settings: LibrarySettings) -> Corpus:
    """names.txt, over the network if necessary; ValueError where fetching is off."""
    if not settings.may_fetch and not settings.corpora.has_names():
        raise ValueError(
            "The lectures’ names.txt is not on this computer, and fetching is "
            "switched off. The sidebar’s names are the same in another order."
        )
    return load_corpus("names.txt", settings=settings.corpora)


def fits(studio: TrainingSession, ask: Asked) -> bool:
    """Whether the live run is the one that the controls ask for."""
    live = studio.live
    return (
        live is not None
        and live.base is ask.base
        and live.corpus == ask.corpus
        and ask.settings.same_run(live.settings)
    )


def go(
    studio: TrainingSession, app: AppContext, bench: Bench, ask: Asked, *, steps: int | None = None
) -> Iterator[list]:
    """Train: the live run goes on if the controls still ask for it, otherwise a new one begins."""
    studio.cancel_previous()
    with studio.lock:
        if not fits(studio, ask):
            studio.begin(ask.base, ask.settings, ask.corpus, bench.limits)
        elif ask.settings != studio.live.settings:
            go_on_with(studio.live, ask.settings)
    if studio.live.over:
        yield page(
            studio,
            app,
            None,
            extra=(
                " It cannot go on: raise the steps, or start over with **Reset** or **New seed**."
            ),
        )
        return
    yield from _watched(studio, app, training(studio, bench, steps=steps))


def _watched(studio: TrainingSession, app: AppContext, steps: Iterator[Step]) -> Iterator[list]:
    """The steps of a training as updates of the page."""
    last, drawn, began = None, float("-inf"), False
    for last in steps:
        if last.kind in ("wait", "measure"):
            yield [status(studio.live, last), *busy(began)]
            began = True
            continue
        if last.kind != "train":
            break
        seconds = studio.live.run.seconds
        update = page(studio, app, last, draw=seconds - drawn > SAMPLE_EVERY, first=not began)
        if seconds - drawn > SAMPLE_EVERY:
            drawn = seconds
        began = True
        yield update
    yield page(studio, app, last if last and last.kind not in ("train", "wait") else None)


def busy(began: bool) -> list:
    """All updates but the status while nothing is drawn."""
    buttons = (
        [gr.skip(), gr.skip()]
        if began
        else [gr.update(interactive=False), gr.update(interactive=True)]
    )
    return [gr.skip()] * 5 + [*buttons, gr.skip()]


def reset(studio: TrainingSession, app: AppContext, bench: Bench, ask: Asked) -> list:
    """The run that the controls ask for, at its start."""
    studio.cancel_previous()
    with studio.lock:
        studio.begin(ask.base, ask.settings, ask.corpus, bench.limits)
    return page(studio, app, None)


def stop(studio: TrainingSession, app: AppContext) -> list:
    """Whatever goes on ends with its slice; what there is then is shown."""
    studio.cancel_previous()
    return page(studio, app, None)


def adjusted(studio: TrainingSession, ask: Asked) -> list:
    """The controls were changed: rates and steps count at once, the rest in the next run."""
    if studio.live is None or not fits(studio, ask):
        said = (
            gr.skip()
            if studio.live is None
            else (
                "These settings make a new run: **Train** begins it, and the old one stays on the "
                "axis."
            )
        )
        return [said, gr.update(value="Train")]
    with studio.lock:
        changed = ask.settings != studio.live.settings
        if changed:
            go_on_with(studio.live, ask.settings)
    live = studio.live
    said = f"From step {live.run.step:,} on: rate {live.run.recipe.lr_at(live.run.step):g}."
    return [
        said if changed and live.run.step else gr.skip(),
        gr.update(value="Continue" if live.run.step else "Train"),
    ]


def page(
    studio: TrainingSession,
    app: AppContext,
    step: Step | None,
    *,
    draw: bool = True,
    first: bool = True,
    extra: str = "",
) -> list:
    """One update for each of OUTPUTS. While training goes on only what moves is sent."""
    with studio.lock:
        live, version = studio.live, app.version()
        training_now = step is not None and step.kind == "train"
        moving = [status(live, step) + extra, curve(studio, version=version)]
        samples = drawn_words(live, version=version) if draw else gr.skip()
        if training_now and not first:
            return [*moving, gr.skip(), gr.skip(), samples, *[gr.skip()] * 4]
        labels = [trace.label for trace in reversed(studio.earlier)]
        offered = live is not None and live.diverged_at is not None
        name = "Continue" if live is not None and live.run.step and not live.over else "Train"
        return [
            *moving,
            losses_table(live),
            verdict_words(live),
            samples,
            gr.update(choices=labels, value=labels, visible=bool(labels)),
            gr.update(value=name, interactive=not training_now),
            gr.update(interactive=training_now),
            gr.update(visible=offered, value=_offer(studio) if offered else ""),
        ]


def _offer(studio: TrainingSession) -> str:
    live = studio.live
    where = f"step {live.run.step:,}" if live.run.step else "the start"
    return f"Go on from {where} with learning rate {lower_rate(live.diverged_at[1]):g}"


def finding(studio: TrainingSession, app: AppContext, bench: Bench, ask: Asked) -> Iterator[tuple]:
    """The learning-rate finder: (figure, sentence, button) as it goes."""
    job, words = studio.cancel_previous(), ask.corpus.words[: bench.limits.words]
    recipe = recipe_of(ask.base, ask.settings)
    check_size(ask.settings, words[: recipe.first_words], bench.limits)
    found = find_rate(recipe, words, slice_seconds=bench.limits.slice_seconds)
    tried = None
    while studio.job == job:
        if not bench.compute_slot.acquire(timeout=ASK_AGAIN):
            continue
        try:
            latest = next(found, None)
        finally:
            bench.compute_slot.release()
        if latest is None:
            break
        tried = latest
        yield _finder(tried, app)
    if tried is None:
        yield gr.skip(), "Nothing was tried.", gr.skip()


def _finder(tried: Tried, app: AppContext) -> tuple:
    figure = rates(tried.exponents, tried.losses, suggested=tried.suggested)
    count, best = len(tried.losses), tried.suggested
    title = f"{count:,} learning rates tried"
    said = f"Trying {10 ** tried.exponents[-1]:.3g} …" if tried.exponents else "…"
    if best is not None:
        title += f"; the valley’s middle is at {best:.2g}"
    if tried.done:
        beyond = " Beyond the last point the loss blew up." if tried.diverged else ""
        said = (
            f"The loss is lowest around a rate of **{best:.2g}**.{beyond}"
            if best
            else f"No valley: with none of these rates does the loss fall.{beyond}"
        )
    value = figure_value(figure, title=title, version=app.version(), zoom="rates")
    button = gr.update(visible=tried.done and best is not None, value=f"Use {best or 0:.2g}")
    return value, said, button


def words_of_error(error: Exception) -> str:
    """What an error says, where the status stands."""
    return f"**{plain(sentence(error))}**"
