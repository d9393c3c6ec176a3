"""Three dice: the names that each has printed, and the fairness of all."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from makemore.corpora.registry import bundled_names
from makemore.dice import DICE, MAX_SEED, check_seed, coin, coins, inverse_cdf
from makemore.ngram import Ngram, count_ngrams
from makemore.sampling import Sampling, sample
from makemore.vocabulary import Vocabulary

SEED = 2147483647
LISTS = {
    "coin": ["mor", "axx", "minaymoryles", "kondlaisah", "anchshizarie"],
    "race": [
        "cexze",
        "momasurailezitynn",
        "konimittain",
        "llayn",
        "ka",
        "da",
        "staiyaubrtthrigotai",
        "moliellavo",
        "ke",
        "teda",
    ],
    "race-mkl": [
        "junide",
        "janasah",
        "p",
        "cony",
        "a",
        "nn",
        "kohin",
        "tolian",
        "juee",
        "ksahnaauranilevias",
    ],
}


@pytest.fixture(scope="module")
def names() -> tuple[Vocabulary, Ngram]:
    """Bigram counts, +1; the bundled names hold the same words as the notebooks' file."""
    words = bundled_names().words
    vocabulary = Vocabulary.of(words)
    return vocabulary, count_ngrams(words, vocabulary, n=2)


@pytest.mark.parametrize("die", DICE)
def test_the_names_that_this_die_has_printed(die: str, names: tuple[Vocabulary, Ngram]) -> None:
    vocabulary, model = names
    settings = Sampling(seed=SEED, die=die, one_line=True, max_length=64)
    drawn = sample(model, vocabulary, count=len(LISTS[die]), settings=settings)
    assert [each.word for each in drawn] == LISTS[die]
    assert all(each.ended for each in drawn)


@pytest.mark.parametrize("die", DICE)
def test_same_seed_same_line_other_seed_other_line(die: str) -> None:
    p = np.full(50, 1 / 50)
    rolls = [[roll(p) for _ in range(30)] for roll in map(DICE[die], (1, 1, 2))]
    assert rolls[0] == rolls[1] != rolls[2]


@pytest.mark.parametrize("die", DICE)
def test_fair(die: str) -> None:
    p, roll = np.array([0.1, 0.0, 0.6, 0.3]), DICE[die](3)
    shares = np.bincount([roll(p) for _ in range(4000)], minlength=4) / 4000
    assert shares[1] == 0
    assert np.abs(shares - p).max() < 4 * math.sqrt(0.25 / 4000)  # four standard deviations


@pytest.mark.parametrize("die", DICE)
@pytest.mark.parametrize("seed", [0, 1, 42, 2**31, 2**32 + 5, MAX_SEED])
def test_every_seed_rolls(die: str, seed: int) -> None:
    assert DICE[die](seed)(np.array([0.0, 0.0, 1.0])) == 2


@pytest.mark.parametrize("die", DICE)
@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "7", None])
def test_seeds_out_of_range(die: str, seed: object) -> None:
    with pytest.raises(ValueError, match="seed must be a whole number"):
        DICE[die](seed)


def test_check_seed_returns_it() -> None:
    assert check_seed(MAX_SEED) == MAX_SEED


@pytest.mark.parametrize("u", [0.0, 1e-300, 0.1, 0.25, 0.2500001, 0.5, 0.75, 0.999999, 1 - 2**-53])
def test_a_coin_falls_on_the_first_letter_that_reaches_it(u: float) -> None:
    p = [0.0, 0.25, 0.0, 0.25, 0.25, 0.25, 0.0]
    running, wanted = 0.0, None
    for letter, share in enumerate(p):
        running += share
        if wanted is None and share > 0 and running >= u:
            wanted = letter
    assert inverse_cdf(np.array([p]), np.array([u])).tolist() == [wanted]


def test_coins_fall_row_by_row_and_need_no_sum_of_one() -> None:
    p = np.array([[2.0, 2.0], [0.0, 3.0], [1.0, 0.0]])
    assert inverse_cdf(p, np.array([0.51, 0.0, 1 - 2**-53])).tolist() == [1, 1, 0]


def test_the_coin_takes_one_number_a_letter() -> None:
    generator = torch.Generator().manual_seed(5)
    u = torch.rand(20, dtype=torch.float64, generator=generator).numpy()
    p, roll = np.full(7, 1 / 7), coin(5)
    assert [roll(p) for _ in u] == inverse_cdf(np.tile(p, (20, 1)), u).tolist()


def test_more_rows_of_coins_leave_the_first_as_they_are() -> None:
    few, many = (np.stack(list(coins(3, count=n, letters=64))) for n in (2, 9))
    assert np.array_equal(few, many[:2])
    assert few.shape == (2, 64)
    assert few.dtype == np.float64
    assert ((few >= 0) & (few < 1)).all()


def test_dice_leave_global_chance_alone() -> None:
    before_torch, before_numpy = torch.get_rng_state(), np.random.get_state()[1].copy()
    for die in DICE.values():
        die(1)(np.array([0.5, 0.5]))
    assert torch.equal(torch.get_rng_state(), before_torch)
    assert np.array_equal(np.random.get_state()[1], before_numpy)
