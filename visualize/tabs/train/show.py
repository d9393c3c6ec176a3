"""What the Train tab shows of a run: the curve, a sentence, its losses, words drawn from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from makemore.evaluation import bits, random_guess
from makemore.reproduce.verdict import Verdict, has_printed_numbers, is_recipe, verdicts
from makemore.sampling import Sampling, sample
from visualize.components.curve import curve_value
from visualize.components.word_tiles import word_tiles_value
from visualize.figures.curves import Run as Curve
from visualize.page.training_queue import waiting_words
from visualize.tabs.train.run import Step
from visualize.tabs.train.settings import RECIPE_OF, Limits
from visualize.tabs.train.studio import ActiveRun, TrainingSession

SAMPLES = 8
SEED = 42
SMOOTH = (20, 200)  # the mean goes over at least and at most so many steps


def status(live: ActiveRun | None, step: Step | None) -> str:
    """One line: how far the run has come, how fast it goes, what can be done now."""
    if live is None:
        return (
            "Nothing has been trained yet. Press **Train**: the loss begins to fall within a "
            "second."
        )
    done = f"Step **{live.run.step:,}** of {live.run.recipe.steps:,}"
    if step is not None and step.kind == "wait":
        return waiting_words(step.before)
    if step is not None and step.kind == "train":
        return f"{done} · {step.rate:,.0f} steps per second · {duration(step.left)} left"
    if step is not None and step.kind == "measure":
        return f"{done} · measuring the losses on train, dev and test …"
    if live.diverged_at is not None:
        return blown_words(live)
    if live.over:
        early = live.run.step < live.run.recipe.steps
        why = "stopped early: the dev loss stopped improving. The best weights are restored."
        return f"{done} · {why if early else 'done.'}"
    if step is not None and step.kind == "time":
        minutes = f"{Limits().seconds / 60:.0f} minutes"
        return f"{done} · paused after {minutes}. Press **Continue** to go on."
    if live.run.step == 0:
        return (
            f"{done} · at the start. Seed {live.run.recipe.seed}: the same first weights and "
            "the same batches each time."
        )
    return f"{done} · paused. **Continue** goes on from here."


def blown_words(live: ActiveRun) -> str:
    """What happened when the loss was no longer a number, and what can be done."""
    step, rate = live.diverged_at
    back = f"step {live.run.step:,}" if live.run.step else "the start"
    return (
        f"**The loss blew up at step {step:,}.** The learning rate {rate:g} is too high: each "
        "step jumped farther out than the one before, until the numbers were no numbers any "
        f"more. The run is back at {back}, the last good point."
    )


def duration(seconds: float) -> str:
    """ "8 s", "2 min 5 s"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def curve(studio: TrainingSession, *, version: int) -> dict[str, Any]:
    """All runs on one axis, the live one first, and the line of a mere guess."""
    live = studio.live
    runs = [_live_curve(live)] if live else []
    runs += [Curve(trace.label, trace.steps, trace.losses) for trace in reversed(studio.earlier)]
    size = len(live.run.vocabulary) if live else 27
    count = max([len(run.steps) for run in runs], default=0)
    longest = max(
        [live.run.recipe.steps if live else 0, *(len(trace.steps) for trace in studio.earlier)]
    )
    values = np.concatenate([run.values for run in runs]) if runs else np.zeros(0)
    high = values.max(initial=0, where=np.isfinite(values)) > 3 * random_guess(size)
    return curve_value(
        runs,
        version=version,
        title=curve_title(live),
        total=longest or None,
        log_y=bool(high),
        baseline=(random_guess(size), f"a guess: ln {size} = {random_guess(size):#.4g}"),
        smooth=int(np.clip(count // 50, *SMOOTH)) if count > SMOOTH[0] else 1,
    )


def _live_curve(live: ActiveRun) -> Curve:
    """The losses; after a blow-up with those that led to it, and their end."""
    losses = live.losses()
    if live.diverged_at is not None:
        losses = np.concatenate([losses, np.array([*live.tail, np.nan], np.float32)])
    return Curve(live.label, np.arange(len(losses), dtype=np.float32), losses)


def curve_title(live: ActiveRun | None) -> str:
    """The sentence above the curve, with its numbers."""
    if live is None:
        return "The loss of each step will appear here"
    guess, losses = random_guess(len(live.run.vocabulary)), live.losses()
    if live.diverged_at is not None:
        return f"At step {live.diverged_at[0]:,} the loss stopped being a number"
    if not len(losses):
        return f"Before the first step; a guess costs {guess:#.4g} nats per letter"
    if len(losses) == 1:
        return f"The first batch costs {losses[0]:#.4g} nats per letter, a guess {guess:#.4g}"
    recent = float(losses[-min(len(losses), 100) :].mean())
    better = guess - recent
    side = "better" if better > 0 else "worse"
    return (
        f"After {len(losses):,} steps a letter costs {recent:#.4g} nats, {abs(better):.3g} "
        f"{side} than a guess"
    )


def losses_table(live: ActiveRun | None) -> str:
    """Train, dev and test in nats and bits, as Markdown; empty before they were measured."""
    if live is None or live.final is None:
        return ""
    guess = random_guess(len(live.run.vocabulary))
    rows = "\n".join(
        f"| {part} | {loss:#.4g} | {bits(loss):#.4g} |"
        for part, loss in [*live.final.items(), ("a guess", guess)]
    )
    return f"| loss at step {live.measured:,} | nats | bits |\n|:--|--:|--:|\n{rows}"


def verdict_words(live: ActiveRun | None) -> str:
    """Whether the run matches what was printed; empty where nothing was printed for it."""
    name = live.base.name if live is not None else ""
    if not has_printed_numbers(name):
        return ""
    if not is_recipe(live.run.recipe, name):
        return "This is the lecture’s recipe with other settings: its printed numbers do not apply."
    if live.corpus.name != RECIPE_OF[name].corpus:
        return (
            "To get the printed numbers, train on the lecture’s own words: choose them above "
            "the settings."
        )
    final = live.final if live.measured == live.run.step else None
    found = verdicts(name, live.run.losses, final)
    if not found:
        return "The first printed number of this recipe is still to come."
    return verdict_table(found)


def verdict_table(found: list[Verdict]) -> str:
    """The numbers side by side, under one sentence."""
    missed = [verdict for verdict in found if not verdict.met]
    head = (
        f"**Matches the lecture**: {len(found)} of {len(found)} printed numbers come out."
        if not missed
        else f"**{len(missed)} of {len(found)} printed numbers differ** by more than they may."
    )
    rows = "\n".join(
        f"| {each.what} | {each.printed:g} | {each.ours:.6g} | {'✓' if each.met else '✗'} |"
        for each in found
    )
    return f"{head}\n\n| | printed | here | |\n|:--|--:|--:|:-:|\n{rows}"


def drawn_words(live: ActiveRun | None, *, version: int) -> dict[str, Any]:
    """Words of the model as it is now, with the same coins each time, so that one sees it learn."""
    if live is None:
        return word_tiles_value([], end_mark=".", version=version)
    vocabulary = live.run.vocabulary
    try:
        words = sample(
            live.run.model, vocabulary, count=SAMPLES, settings=Sampling(seed=SEED, max_length=20)
        )
    except ValueError as error:
        return word_tiles_value([], end_mark=vocabulary.end_mark, version=version, title=str(error))
    items = [
        (word.word, word.probabilities, "in train" if word.word in live.known else "", "")
        for word in words
    ]
    return word_tiles_value(
        items,
        end_mark=vocabulary.end_mark,
        version=version,
        block_size=live.run.recipe.model.block_size,
        title=f"What it writes at step {live.run.step:,}, always with the same luck",
    )


def words_line(source: str, count: int, synthetic: bool, limit: int) -> str:
    """Which words a new run will learn from."""
    capped = f" The first {limit:,} of them are used." if count > limit else ""
    drawn = " They are drawn from a model: the real list is not here." if synthetic else ""
    return f"Learns from {count:,} words: {source}.{capped}{drawn}"
