"""The runs of one browser session: the one under way, and what is left of earlier ones."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from makemore.corpora.corpus import Corpus
from makemore.recipes import Recipe
from makemore.training import Run, start_run
from visualize.tabs.train.settings import (
    KIND_TITLES,
    Limits,
    Settings,
    check_size,
    recipe_of,
    rescheduled,
)


@dataclass(frozen=True)
class PastRun:
    """What stays of an earlier run: its curve. steps, losses: (T,) float32."""

    label: str
    steps: np.ndarray
    losses: np.ndarray


@dataclass
class ActiveRun:
    """The run under way. Hold the session's lock to touch it.

    base:   the recipe that was chosen; first: the recipe as it began, before rates were changed
    drawn:  the generator's state before the first minibatch
    final:  losses by part at step `measured`
    blown:  (step, rate) where the loss blew up, until the run goes on
    """

    number: int
    run: Run
    corpus: Corpus
    base: Recipe
    first: Recipe
    settings: Settings
    drawn: torch.Tensor
    known: frozenset[str]
    final: dict[str, float] | None = None
    measured: int = -1
    diverged_at: tuple[int, float] | None = None
    tail: tuple[float, ...] = ()
    over: bool = False
    curve: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def label(self) -> str:
        """The run in a legend: "run 2: WaveNet, rate 0.1"."""
        rate = self.first.lr[0][1]
        kind = KIND_TITLES.get(self.first.model.kind, self.first.model.kind)
        return f"run {self.number}: {kind}, rate {rate:g}"

    def losses(self) -> np.ndarray:
        """All batch losses so far, (T,) float32; only the new ones are converted."""
        have, want = len(self.curve), len(self.run.losses)
        if have > want:
            self.curve = self.curve[:want]
        elif have < want:
            new = np.array(self.run.losses[have:want], np.float32)
            self.curve = np.concatenate([self.curve, new])
        return self.curve

    def trace(self) -> PastRun:
        """What stays when another run takes its place."""
        losses = self.losses()
        return PastRun(self.label, np.arange(len(losses), dtype=np.float32), losses)


class TrainingSession:
    """One session's runs. `job` counts up: a training for an older job stops by itself."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.job = 0
        self.live: ActiveRun | None = None
        self.earlier: list[PastRun] = []
        self.runs = 0

    def __deepcopy__(self, memo: dict) -> TrainingSession:
        """Each session begins with a studio of its own."""
        return TrainingSession()

    def cancel_previous(self) -> int:
        """A new job; the one before stops at the end of its slice."""
        self.job += 1
        return self.job

    def begin(self, base: Recipe, settings: Settings, corpus: Corpus, limits: Limits) -> ActiveRun:
        """A new run at step 0. Raises ValueError with a sentence for settings that cannot be."""
        recipe = recipe_of(base, settings)
        if recipe.first_words is None and len(corpus) > limits.words:
            recipe = replace(recipe, first_words=limits.words)
        check_size(settings, corpus.words[: recipe.first_words], limits)
        run = start_run(recipe, corpus.words)
        self._put_away(limits)
        self.runs += 1
        self.live = ActiveRun(
            self.runs,
            run,
            corpus,
            base,
            recipe,
            settings,
            run.generator.get_state(),
            frozenset(run.split.train),
        )
        return self.live

    def _put_away(self, limits: Limits) -> None:
        if self.live is not None and len(self.live.run.losses) > 1:
            self.earlier = [*self.earlier, self.live.trace()][-limits.earlier :]

    def forget(self, labels: Sequence[str]) -> None:
        """Take these earlier runs off the axis."""
        self.earlier = [trace for trace in self.earlier if trace.label not in labels]


def go_on_with(live: ActiveRun, settings: Settings) -> None:
    """Other learning rates, or more steps, from here on; the run stays what it is."""
    if settings.rates() == live.settings.rates():
        live.run.recipe = replace(live.run.recipe, steps=settings.steps)
    else:
        live.run.recipe = rescheduled(live.run.recipe, settings, live.run.step)
    live.settings = settings
    live.over = live.run.step >= settings.steps


def recover(live: ActiveRun) -> None:
    """Back at the last good step after the loss blew up: the same batches come once more."""
    run, batch = live.run, live.run.recipe.batch_size
    run.generator.set_state(live.drawn)
    if batch is not None:
        for _ in range(run.step):
            torch.randint(0, len(run.data), (batch,), generator=run.generator)
    if run.optimiser is not None:  # its running averages blew up as well
        run.optimiser = torch.optim.AdamW(
            run.model.parameters(),
            lr=run.recipe.lr_at(run.step),
            weight_decay=run.recipe.weight_decay,
        )
    live.diverged_at, live.tail = None, ()


def lower_rate(rate: float) -> float:
    """What is offered after a rate was too high."""
    return min(0.1, rate / 10)
