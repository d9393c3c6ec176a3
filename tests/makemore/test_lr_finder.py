"""The learning-rate finder: the lecture's thousand rates on the run's own start."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from makemore.analysis.lr_finder import find_rate, suggested_rate
from makemore.training import start_run, train
from tests.tiny import NETWORKS, WORDS, recipe


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_thousand_rates_from_a_thousandth_to_one(kind: str) -> None:
    (*_, last) = find_rate(recipe(kind), WORDS)
    assert last.done
    assert (len(last.exponents) == len(last.losses) == 1000) or last.diverged
    assert last.exponents[0] == -3.0
    assert np.allclose(np.diff(last.exponents), 3 / 999)
    assert 1e-3 < last.suggested <= 1


def test_the_first_loss_is_that_of_the_run() -> None:
    run = start_run(recipe(), WORDS)
    next(train(run, steps=1))
    first = next(find_rate(recipe(), WORDS, slice_seconds=0))
    assert first.losses == tuple(run.losses)
    assert not first.done


def test_each_rate_is_tried_on_the_weights_that_the_one_before_left() -> None:
    (*_, last) = find_rate(recipe("mlp"), WORDS, steps=20, low=-1, high=-1)
    run = start_run(recipe("mlp", lr=((0, 0.1),)), WORDS)
    list(train(run, steps=20))
    assert last.losses == tuple(run.losses)


def test_it_comes_in_slices() -> None:
    tried = list(find_rate(recipe(), WORDS, steps=30, slice_seconds=0))
    assert [len(seen.losses) for seen in tried] == list(range(1, 31))
    assert [seen.done for seen in tried] == [False] * 29 + [True]


def test_a_loss_that_blows_up_ends_it() -> None:
    (*_, last) = find_rate(recipe("mlp"), WORDS, low=0, high=6)
    assert last.diverged and last.done
    assert len(last.losses) < 1000
    assert all(math.isfinite(loss) for loss in last.losses)


def test_what_a_recipe_does_at_its_end_is_left_out() -> None:
    of = replace(recipe(), patience=1, evaluate_every=1, calibrate=True)
    (*_, last) = find_rate(of, WORDS, steps=50)
    assert len(last.losses) == 50


def test_the_rate_in_the_middle_of_a_valley() -> None:
    exponents = np.linspace(-3, 0, 1000)
    losses = 2 + np.abs(exponents + 1)  # lowest at -1
    assert suggested_rate(exponents, losses) == pytest.approx(0.1, rel=0.02)
    flat = np.maximum(np.abs(exponents + 1.5), 0.5)  # lowest from -2 to -1
    assert suggested_rate(exponents, flat) == pytest.approx(10**-1.5, rel=0.02)


@pytest.mark.parametrize("losses", [[], [3.0] * 99, np.linspace(2, 3, 1000), [3.0] * 1000])
def test_nothing_is_suggested_where_nothing_falls(losses: list[float]) -> None:
    assert suggested_rate(np.linspace(-3, 0, len(losses)), losses) is None
