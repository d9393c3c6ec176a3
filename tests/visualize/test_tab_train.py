"""The Train tab without a server: settings, the queue, a session's runs, what the page is told."""

from __future__ import annotations

import copy
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest
import torch

from makemore.analysis.bigram_table import BigramTable
from makemore.checkpoint.checkpoint import checkpoint_of
from makemore.corpora.registry import CorpusSettings, load_corpus
from makemore.evaluation import split_losses
from makemore.recipes import RECIPES
from makemore.training import start_run, train
from tests.tiny import CORPUS, NETWORKS, recipe
from visualize.page.library import Library, LibrarySettings
from visualize.page.state import AppContext, SessionModel
from visualize.page.training_queue import TrainingQueue, waiting_words
from visualize.tabs.train import events, filled
from visualize.tabs.train.files import keeping
from visualize.tabs.train.keep import kept_run, script_file, uploaded, zip_file
from visualize.tabs.train.run import Bench, training
from visualize.tabs.train.settings import (
    RECIPE_OF,
    Limits,
    Settings,
    checked,
    recipe_of,
    rescheduled,
)
from visualize.tabs.train.show import duration, verdict_words
from visualize.tabs.train.studio import TrainingSession, go_on_with

BASE = recipe("mlp-bn", steps=40, lr=((0, 0.1), (20, 0.01)))
SETTINGS = Settings.of(BASE)


@pytest.fixture
def bench() -> Bench:
    return Bench(
        TrainingQueue(2),
        threading.BoundedSemaphore(),
        Limits(first_slice=0.0, slice_seconds=0.0, pause=0.0, seconds=60),
    )


@pytest.fixture
def app(tmp_path: Path) -> AppContext:
    run = start_run(recipe("ngram"), CORPUS.words)
    shipped = checkpoint_of(run, name="shipped", corpus=CORPUS)
    library = Library(
        {"shipped": shipped},
        {"names": CORPUS},
        {"names": BigramTable.of(CORPUS.words, source="all")},
    )
    with gr.Blocks():
        return AppContext(library, gr.State("shipped"), gr.State(None))


def studio_with(base=BASE, **changes: object) -> TrainingSession:
    studio = TrainingSession()
    studio.begin(base, replace(Settings.of(base), **changes), CORPUS, Limits())
    return studio


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RECIPE_OF)
def test_a_recipe_that_nobody_has_changed_is_itself(name: str) -> None:
    base = RECIPE_OF[name]
    settings = checked(Settings.of(base).values(), Limits())
    assert recipe_of(base, settings) is base


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_control_reaches_the_recipe(kind: str) -> None:
    settings = Settings(kind, 4, 5, 6, 1.5, 7, "adamw", 8, 9, 0.2, 0.02, 5)
    made = recipe_of(BASE, settings).check()
    assert Settings.of(made) == settings


@pytest.mark.parametrize(
    "name, value",
    [
        ("steps", 0),
        ("steps", 10**9),
        ("steps", None),
        ("batch_size", -1),
        ("batch_size", 10**6),
        ("n_hidden", 0),
        ("n_embd", 10**9),
        ("block_size", 17),
        ("seed", -1),
        ("seed", 2**63),
        ("lr", float("nan")),
        ("lr", -1),
        ("lr", None),
        ("gain", float("inf")),
        ("later_at", 1e300),
        ("n_hidden", "5"),
        ("n_hidden", True),
        ("kind", "ngram"),
        ("kind", "../x"),
        ("optimiser", "rmsprop"),
    ],
)
def test_a_value_that_cannot_be_is_told_in_words(name: str, value: object) -> None:
    values = replace(SETTINGS, **{name: value}).values()
    with pytest.raises(ValueError, match=r"^(The .* can be|Choose)"):
        checked(values, Limits())


def test_too_large_a_batch_is_refused_before_it_is_tried() -> None:
    words = replace(CORPUS, words=CORPUS.words * 2_000)
    with pytest.raises(ValueError, match="too many for this model"):
        TrainingSession().begin(
            BASE, replace(SETTINGS, batch_size=0, n_hidden=512), words, Limits()
        )


def test_the_finder_takes_no_larger_batch_than_a_run(bench: Bench, app: AppContext) -> None:
    large = events.Asked(
        BASE,
        replace(SETTINGS, batch_size=0, n_hidden=512),
        replace(CORPUS, words=CORPUS.words * 2_000),
    )
    with pytest.raises(ValueError, match="too many for this model"):
        next(events.finding(TrainingSession(), app, bench, large))


def test_only_so_many_words() -> None:
    studio = TrainingSession()
    studio.begin(BASE, SETTINGS, CORPUS, Limits(words=10))
    assert studio.live.run.recipe.first_words == 10


def test_rates_that_change_on_the_way_are_written_down() -> None:
    made = rescheduled(BASE, replace(SETTINGS, lr=0.5, later_lr=0.05, later_at=30), 10)
    assert made.lr == ((0, 0.1), (10, 0.5), (30, 0.05))
    made = rescheduled(made, replace(SETTINGS, lr=0.5, later_at=0), 35)
    assert made.lr == ((0, 0.1), (10, 0.5), (30, 0.05), (35, 0.5))


# --- the queue ------------------------------------------------------------------------------------


def test_first_come_first_served() -> None:
    hall = TrainingQueue(2)
    tickets = [hall.enter() for _ in range(5)]
    assert [hall.before(ticket) for ticket in tickets] == [0, 0, 1, 2, 3]
    hall.leave(tickets[0])
    assert [hall.before(ticket) for ticket in tickets[1:]] == [0, 0, 1, 2]
    hall.leave(tickets[3])
    assert hall.before(tickets[4]) == 1
    assert waiting_words(1).startswith("**1 run before you")


def test_whoever_waits_sees_the_place_and_begins_when_one_is_free(bench: Bench) -> None:
    others = [bench.hall.enter() for _ in range(3)]
    waiting = training(studio_with(), bench)
    assert [next(waiting).before, next(waiting).before] == [2, 2]
    for other in others:
        bench.hall.leave(other)
    assert next(waiting).kind == "train"
    waiting.close()
    assert len(bench.hall) == 0


# --- training -------------------------------------------------------------------------------------


def test_to_the_end_with_its_losses(bench: Bench) -> None:
    studio = studio_with()
    steps = list(training(studio, bench))
    run = studio.live.run
    assert steps[0].kind == "train" and steps[-1].kind == "over"
    assert run.step == 40 and len(bench.hall) == 0
    final = split_losses(run.model, run.split, run.vocabulary, block_size=3)
    assert studio.live.final == pytest.approx(final, abs=1e-12)
    assert studio.live.losses().tolist() == pytest.approx(run.losses)
    direct = start_run(BASE, CORPUS.words)
    list(train(direct))
    assert run.losses == direct.losses


def test_one_step_and_a_pause(bench: Bench) -> None:
    studio = studio_with()
    assert [step.kind for step in training(studio, bench, steps=1)][-1] == "paused"
    assert studio.live.run.step == 1


def test_a_closed_page_frees_the_place_and_the_slot(bench: Bench) -> None:
    running = training(studio_with(), bench)
    next(running)
    running.close()
    assert len(bench.hall) == 0
    assert bench.compute_slot.acquire(blocking=False)


def test_nothing_is_held_while_the_page_is_told(bench: Bench) -> None:
    studio = studio_with()
    for _ in training(studio, bench):
        assert bench.compute_slot.acquire(blocking=False)
        bench.compute_slot.release()
        assert studio.lock.acquire(blocking=False)
        studio.lock.release()


def test_another_job_ends_this_one(bench: Bench) -> None:
    studio = studio_with()
    running = training(studio, bench)
    next(running)
    studio.cancel_previous()
    assert list(running) == []
    assert studio.live.run.step < 40


def test_the_time_at_the_machine_ends(bench: Bench) -> None:
    studio = studio_with(steps=100_000)
    last = list(training(studio, replace(bench, limits=replace(bench.limits, seconds=0.05))))[-1]
    assert last.kind == "time"
    assert 0 < studio.live.run.step < 100_000


def test_a_rate_of_1000_stops_and_the_good_step_goes_on_exactly(bench: Bench) -> None:
    base = recipe("mlp", steps=200, lr=((0, 0.1), (120, 1000.0)))
    studio = studio_with(base)
    assert list(training(studio, bench))[-1].kind == "blown"
    live = studio.live
    assert live.run.step == 100 and live.diverged_at[0] > 120 and live.diverged_at[1] == 1000
    assert len(live.tail) == live.diverged_at[0] - 100
    app = SimpleNamespace(version=lambda: 1)
    offer = dict(zip(events.OUTPUTS, events.page(studio, app, None), strict=True))["offer"]
    assert offer["visible"] and offer["value"].startswith("Go on from step 100 with learning rate")
    go_on_with(live, replace(live.settings, lr=0.1, later_at=0))
    assert list(training(studio, bench))[-1].kind == "over"
    calm = start_run(replace(base, lr=((0, 0.1),)), CORPUS.words)
    list(train(calm))
    assert live.run.losses == calm.losses


def test_a_studio_is_never_shared(bench: Bench) -> None:
    studio = studio_with()
    assert copy.deepcopy(studio).live is None


# --- what the page is told ------------------------------------------------------------------------


def ask(**changes: object) -> events.Asked:
    return events.Asked(BASE, replace(SETTINGS, **changes), CORPUS)


def last(updates: Iterator[list]) -> dict[str, object]:
    return dict(zip(events.OUTPUTS, list(updates)[-1], strict=True))


def test_train_reset_and_the_same_first_loss(bench: Bench, app: AppContext) -> None:
    studio = TrainingSession()
    shown = last(events.go(studio, app, bench, ask()))
    assert "done" in shown["status"]
    rows = [line.split(" | ") for line in shown["losses"].splitlines()[2:]]
    assert [row[0] for row in rows] == ["| train", "| dev", "| test", "| a guess"]
    four = re.compile(r"\d\.\d{3}( \|)?")  # the zeros at the end too: figures under one another
    assert all(four.fullmatch(loss) for row in rows for loss in row[1:])
    first = studio.live.run.losses[0]
    shown = dict(zip(events.OUTPUTS, events.reset(studio, app, bench, ask()), strict=True))
    assert "at the start" in shown["status"]
    assert len(studio.earlier) == 1
    shown = last(events.go(studio, app, bench, ask(), steps=1))
    assert studio.live.run.losses == [first]
    assert f"{first:#.4g} nats" in shown["curve"]["title"]
    assert len(shown["curve"]["runs"]) == 2


def test_the_first_point_takes_less_than_a_second_of_work(bench: Bench, app: AppContext) -> None:
    """On all names, the start included; of this thread's own time, for other things may run."""
    base = RECIPE_OF["quick-mlp-bn"]
    ask = events.Asked(base, Settings.of(base), load_corpus("names"))
    begun = time.thread_time()
    updates = dict(
        zip(
            events.OUTPUTS,
            next(
                events.go(
                    TrainingSession(),
                    app,
                    Bench(TrainingQueue(), threading.BoundedSemaphore()),
                    ask,
                )
            ),
            strict=True,
        )
    )
    assert updates["curve"]["runs"][0]["last"] is not None
    assert time.thread_time() - begun < 1


def test_a_finished_run_says_what_can_be_done(bench: Bench, app: AppContext) -> None:
    studio = TrainingSession()
    last(events.go(studio, app, bench, ask()))
    assert "New seed" in last(events.go(studio, app, bench, ask()))["status"]
    shown = last(events.go(studio, app, bench, ask(steps=50)))
    assert studio.live.run.step == 50 and studio.live.number == 1
    assert "done" in shown["status"]


def test_rates_change_the_run_and_sizes_begin_another(bench: Bench, app: AppContext) -> None:
    studio = TrainingSession()
    last(events.go(studio, app, bench, ask(), steps=5))
    said, _ = events.adjusted(studio, ask(lr=0.5, later_at=0))
    assert "From step 5" in said
    assert studio.live.run.recipe.lr == ((0, 0.1), (5, 0.5))
    said, button = events.adjusted(studio, ask(n_hidden=9))
    assert "new run" in said and button["value"] == "Train"
    last(events.go(studio, app, bench, ask(n_hidden=9), steps=1))
    assert studio.live.number == 2 and len(studio.earlier) == 1


def test_every_update_has_its_place(bench: Bench, app: AppContext) -> None:
    others = [bench.hall.enter() for _ in range(2)]
    going = events.go(TrainingSession(), app, bench, ask())
    assert len(next(going)) == len(events.OUTPUTS)
    bench.hall.leave(others[0])
    assert {len(updates) for updates in going} == {len(events.OUTPUTS)}


def test_the_finder_tells_a_rate(bench: Bench, app: AppContext) -> None:
    bench = replace(bench, limits=replace(bench.limits, slice_seconds=0.2))
    value, said, button = list(events.finding(TrainingSession(), app, bench, ask()))[-1]
    assert "1,000 learning rates tried" in value["title"]
    assert "lowest around" in said and button["value"].startswith("Use ")


def test_words_that_cannot_be_had_are_told(bench: Bench, app: AppContext, tmp_path: Path) -> None:
    values = Settings.of(RECIPE_OF["quick-mlp"]).values()
    made = events.asked(app, bench, "shipped", None, "quick-mlp", events.SIDEBAR, values)
    assert made.corpus == CORPUS
    with pytest.raises(ValueError, match="Choose a recipe"):
        events.asked(app, bench, "shipped", None, "<script>", events.SIDEBAR, values)
    offline = replace(
        app,
        library=replace(
            app.library,
            settings=LibrarySettings(CorpusSettings(cache_folder=tmp_path), may_fetch=False),
        ),
    )
    with pytest.raises(ValueError, match="fetching is switched off"):
        events.asked(offline, bench, "shipped", None, "mlp", events.LECTURE, values)
    assert filled("mlp", CorpusSettings(cache_folder=tmp_path))[-1] == events.SIDEBAR


@pytest.mark.parametrize("seconds, said", [(0.4, "0 s"), (59, "59 s"), (125, "2 min 5 s")])
def test_duration(seconds: float, said: str) -> None:
    assert duration(seconds) == said


# --- the verdict ----------------------------------------------------------------------------------


def test_a_verdict_needs_the_lectures_words(bench: Bench) -> None:
    studio = TrainingSession()
    base = RECIPES["init-kaiming"]
    studio.begin(base, Settings.of(base), CORPUS, Limits())
    assert "own words" in verdict_words(studio.live)
    studio.live.corpus = replace(CORPUS, name="names.txt")
    assert "still to come" in verdict_words(studio.live)
    list(training(studio, bench, steps=1))
    assert "differ" in verdict_words(studio.live)


# --- keeping and loading --------------------------------------------------------------------------


def test_a_kept_run_stays_as_it_was(bench: Bench, app: AppContext) -> None:
    studio = TrainingSession()
    last(events.go(studio, app, bench, ask(), steps=5))
    own, name, said, *rest = list(keeping(studio, None, app, bench))[-1]
    assert len(rest) == len(events.OUTPUTS)
    assert "Kept: run 1" in said and name == own.checkpoint.name
    weight = own.checkpoint.model.layers[0].weight.clone()
    last(events.go(studio, app, bench, ask()))
    assert torch.equal(own.checkpoint.model.layers[0].weight, weight)
    assert app.checkpoint(name, own) is own.checkpoint
    assert app.corpus(own.checkpoint, own) == CORPUS
    assert app.table(name, own) is app.library.tables["names"]
    assert [key for _, key in app.models_of("names", own)] == ["shipped", name]
    assert app.models_of("names", None) == [("Tiny ngram", "shipped")]


def test_the_oldest_kept_are_let_go(app: AppContext) -> None:
    own: SessionModel | None = None
    for version in range(12):
        entry = kept_run(studio_with().live, app.library, version=version)
        own = entry.joined(own, most=3)
    assert [entry.checkpoint.name for entry in own.all] == ["mine-11", "mine-10", "mine-9"]


def test_nothing_to_keep(bench: Bench, app: AppContext) -> None:
    (updates,) = keeping(TrainingSession(), None, app, bench)
    assert "no run yet" in updates[2]


def test_a_run_without_a_step_is_not_kept(bench: Bench, app: AppContext) -> None:
    (updates,) = keeping(studio_with(), None, app, bench)
    assert "not taken a step" in updates[2] and "value" not in updates[0]


@pytest.mark.parametrize("kind", NETWORKS)
def test_down_and_up_again(kind: str, app: AppContext) -> None:
    entry = kept_run(studio_with(recipe(kind)).live, app.library, version=1)
    again = uploaded([zip_file(entry.checkpoint)], app.library, version=2)
    assert again.checkpoint.name == "uploaded-2"
    assert again.corpus is CORPUS  # the very same words are here
    state = again.checkpoint.model.state()
    assert all(
        torch.equal(state[key], value) for key, value in entry.checkpoint.model.state().items()
    )
    assert again.checkpoint.card["title"].startswith("Uploaded: ")


def test_a_model_of_unknown_words_brings_words_of_its_own(app: AppContext) -> None:
    entry = kept_run(studio_with().live, app.library, version=1)
    path = zip_file(entry.checkpoint)
    stranger = replace(app.library, corpora={}, tables={})
    again = uploaded([path], stranger, version=2)
    assert again.corpus.synthetic and len(again.corpus.words) > 2
    assert again.checkpoint.card["corpus"]["name"] == "words of names"


def test_a_script_of_a_run_that_stands() -> None:
    with zipfile.ZipFile(script_file(studio_with().live)) as file:
        assert file.namelist() == ["train.py", "train.ipynb", "words.txt"]
