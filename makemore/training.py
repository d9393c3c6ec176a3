"""Training: a generator of small records, so that the command line, the tests and a live chart all
use the same loop.

    run = start_run(recipe, corpus.words)
    for progress in train(run):
        print(progress.step, progress.losses[-1])

A Run can be left at any step and continued; starting it again from its recipe and words gives the
same weights and the same minibatches, so "reset" is a promise and not a hope.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from makemore.evaluation import calibrate, mean_loss, random_guess
from makemore.examples import SPLITS, Examples, Split, make_examples
from makemore.layers import Embedding, Linear, Sequential, cross_entropy, cross_entropy_backward
from makemore.models import build_model, init_weights
from makemore.ngram import Ngram, count_ngrams
from makemore.recipes import Recipe
from makemore.vocabulary import Vocabulary

SNAPSHOTS = 40  # of the embedding over a run, for the scrubber
KEEP_EVERY = 100  # steps between two copies of the weights, to go back to if the loss blows up
BLOWN_UP = 30  # times ln V: a loss that no start of the lectures comes near (27.88 is 8 times)


@dataclass(frozen=True)
class Progress:
    """What happened since the record before.

    step:    updates done so far
    losses:  the batch loss of each new step, in nats, each *before* its update
    lr:      the learning rate of the last of them
    dev:     the last loss on dev, if the recipe looks at it
    seconds: time spent in training so far
    done:    the run is over
    diverged: the loss blew up or was no longer a number; the run is back at a good step before
    """

    step: int
    losses: tuple[float, ...]
    lr: float
    dev: float | None
    seconds: float
    done: bool = False
    diverged: bool = False


class Snapshot(NamedTuple):
    """Weights to go back to. loss: on dev at that step, None where dev was not looked at."""

    step: int
    weights: dict[str, Tensor]
    loss: float | None = None


@dataclass
class Run:
    """A training under way: what `train` changes, step by step.

    Between two records the model is in evaluation mode: looking at it changes nothing.

    best:     where the dev loss was lowest
    good:     a moment ago, known to give a finite loss
    reached:  the step that the weights come from: `step`, or that of the best weights taken back
    """

    recipe: Recipe
    words: tuple[str, ...]
    vocabulary: Vocabulary
    split: Split
    data: Examples
    dev: Examples
    model: Sequential | Ngram
    generator: torch.Generator
    step: int = 0
    reached: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    dev_losses: list[tuple[int, float]] = field(default_factory=list)
    snapshots: list[tuple[int, Tensor]] = field(default_factory=list)
    snapshot_at: frozenset[int] = frozenset()
    best: Snapshot | None = None
    good: Snapshot | None = None
    optimiser: torch.optim.Optimizer | None = None

    @property
    def net(self) -> Sequential:
        """The model of a run that takes steps. Raises TypeError for counts."""
        if not isinstance(self.model, Sequential):
            raise TypeError("counts have no layers")
        return self.model


def start_run(recipe: Recipe, words: Sequence[str]) -> Run:
    """Words in, a run at step 0 out. Raises ValueError if the recipe does not make sense."""
    recipe.check()
    if not any(words[: recipe.first_words]):
        raise ValueError("there are no words to learn from")
    vocabulary = Vocabulary.of(words, dot_is_end=recipe.dot_is_end)
    split = SPLITS[recipe.split](words[: recipe.first_words], seed=recipe.split_seed)
    generator = torch.Generator().manual_seed(recipe.seed)
    block_size = recipe.model.block_size
    model: Sequential | Ngram
    if recipe.model.kind == "ngram":
        model = count_ngrams(
            split.train, vocabulary, n=block_size + 1, smoothing=recipe.model.smoothing
        )
    else:
        model = net = build_model(recipe.model, len(vocabulary)).train(False)
        noise = torch.Generator().manual_seed(recipe.seed + 1)
        init_weights(net, recipe.start, generator=generator, norm_generator=noise)
    if recipe.batch_seed is not None:
        generator = torch.Generator().manual_seed(recipe.batch_seed)
    data, dev = (
        make_examples(part, vocabulary, block_size=block_size) for part in (split.train, split.dev)
    )
    run = Run(
        recipe,
        tuple(words),
        vocabulary,
        split,
        data,
        dev,
        model,
        generator,
        snapshot_at=_snapshot_steps(recipe.steps),
    )
    if isinstance(model, Ngram):
        return run  # counts are whole numbers: no gradients, no optimiser
    for p in model.parameters() if recipe.autograd else []:
        p.requires_grad_()
    if recipe.optimiser == "adamw":
        run.optimiser = torch.optim.AdamW(
            model.parameters(), lr=recipe.lr_at(0), weight_decay=recipe.weight_decay
        )
    return run


def _snapshot_steps(steps: int) -> frozenset[int]:
    """Dense at the beginning, where the points move most, and thinner later."""
    return frozenset(int(step) for step in (0, *np.geomspace(1, max(1, steps), SNAPSHOTS - 2)))


def train(run: Run, *, steps: int | None = None, slice_seconds: float = 0.2) -> Iterator[Progress]:
    """Go on with a run, for so many steps or to its recipe's end.

    Yields a Progress after each slice of about `slice_seconds`; between two of them the caller may
    draw, sample, save or leave. Ends early when the loss diverges or dev stops improving.
    """
    last = run.recipe.steps if steps is None else min(run.recipe.steps, run.step + steps)
    finished = run.step >= last or isinstance(run.model, Ngram)  # counting is all it takes
    while not finished:
        begun, reported = time.perf_counter(), len(run.losses)
        diverged = not _one_step(run)
        while not (
            diverged
            or run.step >= last
            or _out_of_patience(run)
            or time.perf_counter() - begun >= slice_seconds
        ):
            diverged = not _one_step(run)
        run.seconds += time.perf_counter() - begun
        losses = tuple(run.losses[reported:])
        if diverged:
            _back_to_good(run)
        stopped = diverged or _out_of_patience(run)
        finished = stopped or run.step >= last
        run.net.train(False)
        if stopped or run.step >= run.recipe.steps:
            _finish(run)
        yield Progress(
            run.step,
            losses,
            run.recipe.lr_at(max(0, run.step - 1)),
            run.dev_losses[-1][1] if run.dev_losses else None,
            run.seconds,
            done=finished,
            diverged=diverged,
        )


def _back_to_good(run: Run) -> None:
    """Undo the last steps before the loss blew up. A run that starts blown up stays there."""
    if run.good is not None:
        run.step = run.reached = run.good.step
        run.net.load_state(run.good.weights)
    del run.losses[run.step :]
    run.dev_losses = [look for look in run.dev_losses if look[0] <= run.step]
    run.snapshots = [look for look in run.snapshots if look[0] <= run.step]


def _one_step(run: Run) -> bool:
    """One minibatch: forward, backward, update. False, and no update, if the loss has blown up."""
    _look(run)
    recipe, batch = run.recipe, _batch(run)
    run.net.train()
    loss = (_gradients_by_autograd if recipe.autograd else _gradients_by_hand)(run, batch)
    if not loss < BLOWN_UP * random_guess(len(run.vocabulary)):  # NaN too is not below
        return False
    if run.step % KEEP_EVERY == 0:  # by steps, not by the clock: the same on every machine
        run.good = Snapshot(run.step, _copy(run.net.state()))
    _update(run, recipe.lr_at(run.step))
    run.losses.append(loss)
    run.step = run.reached = run.step + 1
    return True


def _batch(run: Run) -> Examples:
    if run.recipe.batch_size is None:
        return run.data
    rows = torch.randint(0, len(run.data), (run.recipe.batch_size,), generator=run.generator)
    return run.data.take(rows)


def _gradients_by_hand(run: Run, batch: Examples) -> float:
    """Our own backward passes fill `p.grad`. Returns the loss."""
    with torch.no_grad():
        logits = run.model(batch.contexts)  # (B, V)
        loss = cross_entropy(logits, batch.targets)
        run.net.backward(cross_entropy_backward(logits, batch.targets))
        return (loss + _l2(run, gradient=True)).item()


def _gradients_by_autograd(run: Run, batch: Examples) -> float:
    """The same gradients by torch's autograd, in the notebooks' own order of rounding."""
    for p in run.net.parameters():
        p.grad = None
    logits = run.model(batch.contexts)  # (B, V)
    loss = torch.nn.functional.cross_entropy(logits, batch.targets) + _l2(run)
    loss.backward()
    return loss.item()


def _l2(run: Run, *, gradient: bool = False) -> Tensor | float:
    """Lecture 1's regularisation, l2 * mean(W^2); with `gradient`, its share is added to W.grad."""
    if not run.recipe.l2:
        return 0.0
    weight = [layer for layer in run.net.layers if isinstance(layer, Linear)][-1].weight
    if gradient:
        weight.grad += run.recipe.l2 * 2 * weight / weight.numel()
    return run.recipe.l2 * (weight**2).mean()


def _update(run: Run, lr: float) -> None:
    """p += -lr * p.grad, the line that learns; or the same through torch.optim."""
    if run.optimiser is not None:
        run.optimiser.param_groups[0]["lr"] = lr
        run.optimiser.step()
        return
    with torch.no_grad():
        for p in run.net.parameters():
            p += -lr * p.grad


def _look(run: Run) -> None:
    """Now and then: the loss on dev, and a picture of the embedding."""
    first = run.net.layers[0]
    if run.step in run.snapshot_at and isinstance(first, Embedding):
        run.snapshots.append((run.step, first.weight.detach().clone()))
    if run.recipe.patience and run.step % run.recipe.evaluate_every == 0:
        _look_at_dev(run)


def _look_at_dev(run: Run) -> None:
    loss = mean_loss(run.model, run.dev)
    run.dev_losses.append((run.step, loss))
    if run.best is None or loss < run.best.loss:
        run.best = Snapshot(run.step, _copy(run.net.state()), loss)


def _copy(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in state.items()}


def _out_of_patience(run: Run) -> bool:
    recipe = run.recipe
    return bool(
        recipe.patience
        and run.best
        and run.step - run.best.step > recipe.patience * recipe.evaluate_every
    )


def _finish(run: Run) -> None:
    """The end of a run: the best weights, if dev was watched; BatchNorm's final statistics."""
    if run.recipe.patience:
        _look_at_dev(run)
        run.reached = run.best.step
        run.net.load_state(run.best.weights)
    if run.recipe.calibrate:
        calibrate(run.net, run.data)
    run.net.train(False)
