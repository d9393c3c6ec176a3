"""Sampling: the same coins give the same names, and every setting does what it says."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from makemore import sampling
from makemore.dice import DICE
from makemore.evaluation import mean_loss
from makemore.examples import make_examples
from makemore.layers import cross_entropy
from makemore.ngram import count_ngrams
from makemore.sampling import Sampling, reshape, sample, score
from makemore.training import Run, start_run, train
from makemore.vocabulary import UnknownLetter, Vocabulary
from tests.tiny import CONFIGS, WORDS, recipe


@pytest.fixture(scope="module", params=CONFIGS)
def run(request: pytest.FixtureRequest) -> Run:
    """A trained run of every kind of model, counts included."""
    run = start_run(recipe(request.param), WORDS)
    list(train(run))
    return run


@pytest.fixture(scope="module")
def mlp() -> Run:
    run = start_run(recipe("mlp"), WORDS)
    list(train(run))
    return run


def words(run: Run, count: int = 20, **changes: object) -> list[str]:
    settings = Sampling(**changes)
    return [each.word for each in sample(run.model, run.vocabulary, count=count, settings=settings)]


def test_the_same_seed_gives_the_same_names(run: Run) -> None:
    assert words(run, seed=5) == words(run, seed=5) != words(run, seed=6)


def test_more_names_leave_the_first_as_they_are(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    many = words(run, 40)
    assert words(run, 7) == many[:7]
    for size in (1, 3, 1000):
        monkeypatch.setattr(sampling, "BATCH", size)
        assert words(run, 40) == many


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"temperature": 0.7},
        {"top_k": 3},
        {"top_p": 0.8},
        {"prefix": "em"},
        {"min_length": 4},
        {"max_length": 5},
    ],
)
def test_side_by_side_is_one_by_one(run: Run, changes: dict[str, object]) -> None:
    """The batched sampler against the notebooks' loop, fed with the same rows of coins."""
    settings = Sampling(seed=9, **changes)
    rows = sampling.coins(9, count=12, letters=64)
    prefix = run.vocabulary.encode(settings.prefix)
    drawn = sample(run.model, run.vocabulary, count=12, settings=settings)
    for row, together in zip(rows, drawn):
        line = iter(row[len(prefix) :])

        def die(p: np.ndarray, line=line) -> int:
            return int(sampling.inverse_cdf(p[None], np.array([next(line)]))[0])

        alone = sampling._one_word(run.model, run.vocabulary, prefix, settings, die)
        assert together.word == alone.word
        assert together.ended == alone.ended
        assert together.probabilities == pytest.approx(alone.probabilities, abs=1e-5)


@pytest.mark.parametrize("one_line", [False, True])
def test_shares_are_those_of_the_model(one_line: bool) -> None:
    vocabulary = Vocabulary.of(["ab"])
    model = count_ngrams(["a", "a", "ab"], vocabulary, n=2, smoothing=0.0)
    settings = Sampling(seed=1, one_line=one_line)
    drawn = Counter(each.word for each in sample(model, vocabulary, count=3000, settings=settings))
    assert set(drawn) == {"a", "ab"}
    assert drawn["a"] / 3000 == pytest.approx(2 / 3, abs=0.04)


def test_temperature_0_takes_the_likeliest_letter_always(run: Run) -> None:
    drawn = words(run, 5, temperature=0.0)
    assert len(set(drawn)) == 1
    ids: list[int] = []
    for letter in [*run.vocabulary.encode(drawn[0]), 0][:30]:
        logits = sampling.next_logits(run.model, [ids])
        assert letter == logits[0].argmax()
        ids.append(letter)
    assert words(run, 5, temperature=0.0, seed=77) == drawn


def test_temperature_1000_makes_all_letters_alike(run: Run) -> None:
    drawn = words(run, 300, temperature=1000.0, max_length=60)
    letters = Counter("".join(drawn))
    assert set(letters) == set(run.vocabulary.letters)
    ends = sum(len(word) < 60 for word in drawn)
    assert ends / (letters.total() + ends) == pytest.approx(1 / 19, abs=0.015)


@pytest.mark.parametrize("temperature", [1e-300, 1e-9, 0.0, 1e9, 1e300])
def test_extreme_temperatures_are_numbers(temperature: float) -> None:
    p = reshape(np.array([[1.0, 3.0, -np.inf, 2.0]]), Sampling(temperature=temperature))
    assert np.isfinite(p).all()
    assert p.sum() == pytest.approx(1.0)
    assert p[0, 2] == 0 or temperature > 1e9


def plain_reshape(logits: list[float], temperature: float, top_k: int, top_p: float) -> list[float]:
    """The definition, letter by letter."""
    weights = [math.exp(logit / temperature) for logit in logits]
    order = sorted(range(len(logits)), key=lambda i: (-weights[i], i))
    kept = order[:top_k] if top_k else order
    total, running, nucleus = sum(weights[i] for i in kept), 0.0, []
    for i in kept:
        if running >= top_p:
            break
        nucleus.append(i)
        running += weights[i] / total
    total = sum(weights[i] for i in nucleus)
    return [weights[i] / total if i in nucleus else 0.0 for i in range(len(logits))]


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("top_k", [0, 1, 3, 12, 100])
@pytest.mark.parametrize("top_p", [1e-9, 0.3, 0.9, 1.0])
def test_reshape_is_its_definition(temperature: float, top_k: int, top_p: float) -> None:
    logits = np.random.default_rng(3).normal(size=(6, 12)) * 2
    before = logits.copy()
    got = reshape(logits, Sampling(temperature=temperature, top_k=top_k, top_p=top_p))
    assert np.array_equal(logits, before)
    for row, mine in zip(logits.tolist(), got.tolist()):
        assert mine == pytest.approx(plain_reshape(row, temperature, top_k, top_p), abs=1e-12)


def test_ties_keep_exactly_k_letters() -> None:
    p = reshape(np.zeros((1, 5)), Sampling(top_k=2))
    assert p.tolist() == [[0.5, 0.5, 0, 0, 0]]


def test_prefix(run: Run) -> None:
    drawn = sample(run.model, run.vocabulary, count=10, settings=Sampling(prefix="em"))
    assert all(each.word.startswith("em") for each in drawn)
    assert all(len(each.probabilities) == len(each.word) + each.ended for each in drawn)


@pytest.mark.parametrize("die", DICE)
def test_prefix_as_long_as_the_word_may_be(mlp: Run, die: str) -> None:
    assert words(mlp, 2, prefix="emma", max_length=4, die=die) == ["emma", "emma"]


@pytest.mark.parametrize("prefix", ["é", "emZ", "\U0001f600", "\0", ".", "<img src=x>"])
def test_prefix_with_unknown_letters(mlp: Run, prefix: str) -> None:
    with pytest.raises(UnknownLetter, match="never seen"):
        words(mlp, prefix=prefix)


@pytest.mark.parametrize("die", DICE)
def test_lengths(run: Run, die: str) -> None:
    drawn = sample(
        run.model, run.vocabulary, count=15, settings=Sampling(die=die, min_length=3, max_length=5)
    )
    assert all(3 <= len(each.word) <= 5 for each in drawn)
    assert all(each.ended == (len(each.probabilities) == len(each.word) + 1) for each in drawn)


def test_a_longer_limit_only_continues_what_was_cut(mlp: Run) -> None:
    for short, long in zip(words(mlp, max_length=4), words(mlp, max_length=20)):
        assert long[:4] == short


def test_the_end_does_not_wait_where_nothing_else_is_possible() -> None:
    vocabulary = Vocabulary.of(["a"])
    model = count_ngrams(["a"], vocabulary, n=2, smoothing=0.0)
    for one_line in (False, True):
        (each,) = sample(
            model, vocabulary, count=1, settings=Sampling(min_length=5, one_line=one_line)
        )
        assert (each.word, each.ended) == ("a", True)


def test_count_0(run: Run) -> None:
    assert words(run, 0) == []
    assert words(run, 0, die="race") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": math.nan}, "temperature"),
        ({"temperature": math.inf}, "temperature"),
        ({"top_k": -1}, "top-k"),
        ({"top_p": 0.0}, "top-p"),
        ({"top_p": 1.1}, "top-p"),
        ({"top_p": math.nan}, "top-p"),
        ({"max_length": 0}, "letters"),
        ({"max_length": 65}, "letters"),
        ({"min_length": 31}, "length"),
        ({"prefix": "emma", "max_length": 3}, "first letters"),
        ({"die": "cube"}, "die"),
    ],
)
def test_settings_out_of_range_are_named(mlp: Run, changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        words(mlp, **changes)


def test_a_count_below_0(mlp: Run) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        words(mlp, -1)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_the_outermost_seeds(mlp: Run, seed: int) -> None:
    assert len(words(mlp, 3, seed=seed)) == 3


def test_probabilities_are_the_models_own(run: Run) -> None:
    """Whatever the settings: they are what `score` says of the word."""
    for settings in (
        Sampling(),
        Sampling(temperature=0.5, top_k=4, prefix="a"),
        Sampling(die="race"),
        Sampling(one_line=True, top_p=0.7),
    ):
        for each in sample(run.model, run.vocabulary, count=6, settings=settings):
            scored = score(run.model, run.vocabulary, each.word)
            assert each.probabilities == pytest.approx(scored[: len(each.probabilities)], abs=1e-5)


@pytest.mark.parametrize("word", ["emma", "a", "", "xavier"[1:], "emma" * 2500])
def test_score_sums_to_the_loss(run: Run, word: str) -> None:
    prices = [-math.log(p) for p in score(run.model, run.vocabulary, word)]
    examples = make_examples([word], run.vocabulary, block_size=run.model.block_size)
    assert len(prices) == len(word) + 1
    assert sum(prices) / len(prices) == pytest.approx(mean_loss(run.model, examples), abs=1e-5)


def test_score_of_unknown_letters(run: Run) -> None:
    with pytest.raises(UnknownLetter):
        score(run.model, run.vocabulary, "emma é")


def test_a_model_of_no_numbers_is_refused(mlp: Run) -> None:
    broken = mlp.model.clone()
    broken.layers[2].weight[0, 0] = math.nan
    for ask in (
        lambda: sample(broken, mlp.vocabulary, count=1),
        lambda: score(broken, mlp.vocabulary, "emma"),
    ):
        with pytest.raises(ValueError, match="no numbers"):
            ask()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_counts_of_any_n(n: int) -> None:
    vocabulary = Vocabulary.of(WORDS)
    model = count_ngrams(WORDS, vocabulary, n=n, smoothing=0.1)
    assert len(sample(model, vocabulary, count=5)) == 5
    examples = make_examples(["emma"], vocabulary, block_size=n - 1)
    loss = cross_entropy(model(examples.contexts), examples.targets).item()
    assert -np.log(score(model, vocabulary, "emma")).mean() == pytest.approx(loss)


def test_two_models_share_one_stream_of_coins(mlp: Run) -> None:
    """Until the letters part, the coins do not: with equal models the names are equal."""
    twin = replace(Sampling(), seed=11)
    first = sample(mlp.model, mlp.vocabulary, count=9, settings=twin)
    second = sample(mlp.model.clone(), mlp.vocabulary, count=9, settings=twin)
    assert [each.word for each in first] == [each.word for each in second]


def test_a_thousand_handles_with_dots_never_hold_the_end_mark() -> None:
    handles = ["a.b", "b.a", "..", "ab."]
    vocabulary = Vocabulary.of(handles)
    drawn = sample(count_ngrams(handles, vocabulary, n=2), vocabulary, count=1000)
    assert any("." in each.word for each in drawn)
    assert not any(vocabulary.end_mark in each.word for each in drawn)


def test_sampling_asks_for_no_gradients(mlp: Run) -> None:
    autograd = start_run(recipe("mlp", autograd=True), WORDS)
    assert all(p.requires_grad for p in autograd.model.parameters())
    assert len(words(autograd, 2)) == 2
    assert torch.is_grad_enabled()
