"""Which learning rate? Try a thousand of them on one run, each a little larger than the one before.

    for tried in find_rate(recipe, words):
        print(tried.exponents[-1], tried.losses[-1], tried.suggested)

Too small a rate learns nothing, too large a one jumps over the valley: between them the loss falls,
stays low for a while and rises again. The lecture reads the rate off that picture (makemore part
2, "finding a good initial learning rate"; the idea is from Smith 2015, "Cyclical Learning Rates").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from makemore.recipes import Recipe
from makemore.training import start_run, train

STEPS, LOW, HIGH = 1_000, -3.0, 0.0  # as in the lecture
WINDOW = 1 / 20  # of the steps: single batches are too noisy to be compared
NEAR_LOWEST = 0.05  # of the whole fall: what still counts as the bottom of the valley


@dataclass(frozen=True)
class Tried:
    """exponents, losses: of each step so far, its rate is 10 ** exponent, its loss in nats.

    suggested: the rate in the middle of the valley, once there is something to be seen
    diverged:  the loss blew up there, so that no larger rate was tried
    """

    exponents: tuple[float, ...]
    losses: tuple[float, ...]
    suggested: float | None
    done: bool
    diverged: bool


def find_rate(
    recipe: Recipe,
    words: Sequence[str],
    *,
    steps: int = STEPS,
    low: float = LOW,
    high: float = HIGH,
    slice_seconds: float = 0.2,
) -> Iterator[Tried]:
    """Yield what has been tried so far, after each slice of about `slice_seconds`.

    The run starts from the recipe's own first weights and batches; only the rates are others.
    Raises ValueError if the recipe makes no sense.
    """
    exponents = np.linspace(low, high, steps)
    rates = tuple((step, float(10**e)) for step, e in enumerate(exponents))
    run = start_run(replace(recipe, lr=rates, steps=steps, patience=0, calibrate=False), words)
    losses: list[float] = []
    for progress in train(run, slice_seconds=slice_seconds):
        losses += progress.losses
        seen = exponents[: len(losses)]
        yield Tried(
            tuple(seen.tolist()),
            tuple(losses),
            suggested_rate(seen.tolist(), losses),
            progress.done,
            progress.diverged,
        )


def suggested_rate(exponents: Sequence[float], losses: Sequence[float]) -> float | None:
    """The rate in the middle of the valley's bottom; None while nothing has fallen.

    exponents, losses: (T,). The bottom is where the smoothed loss lies within a twentieth of the
    whole fall of its lowest point, around that point.
    """
    window = max(2, round(WINDOW * STEPS))
    if len(losses) < 2 * window:
        return None
    smooth = np.convolve(losses, np.ones(window) / window, mode="valid")  # (T - window + 1,)
    middle = np.convolve(exponents, np.ones(window) / window, mode="valid")
    lowest = int(smooth.argmin())
    inverse_cdf = smooth[: lowest + 1].max() - smooth[lowest]
    if inverse_cdf <= 0:
        return None
    high = np.flatnonzero(smooth > smooth[lowest] + NEAR_LOWEST * inverse_cdf)
    left = high[high < lowest].max(initial=-1) + 1
    right = high[high > lowest].min(initial=len(smooth)) - 1
    return float(10 ** ((middle[left] + middle[right]) / 2))
