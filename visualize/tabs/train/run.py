"""Training for the page: slices in the shared slot, records out, stopped by the next job."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from makemore.evaluation import CHUNK, mean_loss
from makemore.examples import make_examples
from makemore.training import train
from visualize.page.training_queue import TrainingQueue
from visualize.tabs.train.settings import Limits
from visualize.tabs.train.studio import ActiveRun, TrainingSession, recover

ASK_AGAIN = 0.2  # seconds between two looks at the queue, or at a slot that is taken


@dataclass(frozen=True)
class Bench:
    """What the runs of all sessions share: the queue, the slot, the limits."""

    hall: TrainingQueue
    compute_slot: threading.BoundedSemaphore
    limits: Limits = Limits()


@dataclass(frozen=True)
class Step:
    """What to show. kind: "wait", "train", "measure", "over", "paused", "blown" or "time".

    before: runs that have to end first; rate: steps per second; left: seconds to the end
    """

    kind: str
    before: int = 0
    rate: float = 0.0
    left: float = 0.0


def training(studio: TrainingSession, bench: Bench, *, steps: int | None = None) -> Iterator[Step]:
    """Train the live run, for so many steps or to its end, then measure its losses.

    Yields at most every `limits.pause` seconds, never inside the slot. Ends early when another job
    begins in the same studio; leaves the queue however it ends, a closed page included.
    """
    job, live = studio.cancel_previous(), studio.live
    ticket = bench.hall.enter()
    try:
        while before := bench.hall.before(ticket):
            yield Step("wait", before)
            time.sleep(ASK_AGAIN)
            if studio.job != job:
                return
        if live.diverged_at is not None:
            with studio.lock:
                recover(live)
        last = None
        for last in _slices(studio, live, job, bench, steps):
            yield last
        if studio.job != job:
            return
        kind = last.kind if last is not None and last.kind in ("blown", "time") else "paused"
        if live.run.step >= live.run.recipe.steps or live.over:
            live.over, kind = True, "over"
        if kind == "over" and live.measured != live.run.step:
            yield Step("measure")
            yield from measuring(studio, live, job, bench)
        yield Step(kind)
    finally:
        bench.hall.leave(ticket)


def _slices(
    studio: TrainingSession, live: ActiveRun, job: int, bench: Bench, steps: int | None
) -> Iterator[Step]:
    """Slice after slice; a Step now and then."""
    begun, first, shown = time.monotonic(), live.run.step, 0.0
    until = live.run.step + steps if steps is not None else None
    seconds = bench.limits.first_slice
    while studio.job == job and (until is None or live.run.step < until):
        if not bench.compute_slot.acquire(timeout=ASK_AGAIN):
            yield _step(live, first, begun)  # so that a stop is noticed while others train
            continue
        try:
            ended = _slice(studio, live, job, until, seconds)
        finally:
            bench.compute_slot.release()
        seconds = bench.limits.slice_seconds
        now = time.monotonic()
        if ended or now - begun > bench.limits.seconds:
            if live.diverged_at is not None or not ended:
                yield Step("blown" if ended else "time")
            return
        if now - shown >= bench.limits.pause:
            shown = now
            yield _step(live, first, begun)


def _slice(
    studio: TrainingSession, live: ActiveRun, job: int, until: int | None, seconds: float
) -> bool:
    """Train for so many seconds. True if there is nothing left to do."""
    with studio.lock:
        run, before = live.run, live.losses()
        if studio.job != job:
            return True
        left = None if until is None else until - run.step
        progress = next(train(run, steps=left, slice_seconds=seconds), None)
        if progress is None:
            return True
        if progress.diverged:
            seen = [*before.tolist(), *progress.losses]
            live.diverged_at = (len(seen), run.recipe.lr_at(len(seen)))
            live.tail = tuple(seen[run.step :])
        stopped_by_dev = progress.done and run.step < min(run.recipe.steps, until or run.step + 1)
        live.over = live.over or (stopped_by_dev and not progress.diverged)
        return progress.done


def _step(live: ActiveRun, first: int, begun: float) -> Step:
    seconds = max(1e-6, time.monotonic() - begun)
    rate = (live.run.step - first) / seconds
    left = (live.run.recipe.steps - live.run.step) / rate if rate > 0 else 0.0
    return Step("train", rate=rate, left=left)


def measuring(studio: TrainingSession, live: ActiveRun, job: int, bench: Bench) -> Iterator[Step]:
    """The losses on train, dev and test, piece by piece in the slot."""
    losses: dict[str, float] = {}
    for name, words in live.run.split.items():
        if not words:
            continue
        if name in ("train", "dev"):
            examples = live.run.data if name == "train" else live.run.dev
        else:
            examples = make_examples(
                words, live.run.vocabulary, block_size=live.run.recipe.model.block_size
            )
        total, at = 0.0, 0
        while at < len(examples):
            if studio.job != job:
                return
            if not bench.compute_slot.acquire(timeout=ASK_AGAIN):
                yield Step("measure")
                continue
            try:
                with studio.lock:
                    part = type(examples)(
                        examples.contexts[at : at + CHUNK], examples.targets[at : at + CHUNK]
                    )
                    total += mean_loss(live.run.model, part) * len(part)
                    at += CHUNK
            finally:
                bench.compute_slot.release()
        losses[name] = total / len(examples)
        yield Step("measure")
    live.final, live.measured = losses, live.run.step


def measured(studio: TrainingSession, bench: Bench) -> Iterator[Step]:
    """Stop whatever goes on and measure the live run where it stands."""
    job, live = studio.cancel_previous(), studio.live
    if live.measured != live.run.step:
        yield from measuring(studio, live, job, bench)
