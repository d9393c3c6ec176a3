"""The guessing game: fair prices, nothing given away, nonsense changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from makemore.analysis.guessing_game import (
    CONFIDENCE,
    WORDS_A_GAME,
    Game,
    guess,
    letter_frequencies,
    new_game,
    shares,
)
from makemore.checkpoint.checkpoint import Checkpoint, checkpoint_of
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import load_corpus
from makemore.sampling import score
from makemore.training import start_run, train
from makemore.vocabulary import Vocabulary
from tests.tiny import recipe
from visualize.components.game import game_value
from visualize.tabs.game import after, shown

WORDS = load_corpus("names").words[:400]


@pytest.fixture(scope="module")
def models() -> dict[str, Checkpoint]:
    """A count model and a small net of the same words."""
    corpus = Corpus("names", WORDS, "a test")
    runs = {kind: start_run(recipe(kind), WORDS) for kind in ("ngram", "mlp")}
    list(train(runs["mlp"]))
    return {kind: checkpoint_of(run, name=kind, corpus=corpus) for kind, run in runs.items()}


@pytest.fixture
def game(models: dict[str, Checkpoint]) -> Game:
    return new_game(WORDS, models, seed=3, key="k")


def play(game: Game, guesses: int, *, right: bool = True, sure: str = "fairly sure") -> Game:
    """The game after some guesses, all right or all wrong."""
    for _ in range(guesses):
        word, place = game.at
        truth = [*game.vocabulary.encode(game.words[word]), 0][place]
        letter = truth if right else (truth + 1) % len(game.vocabulary)
        game = guess(game, letter, sure=sure)
    return game


@pytest.mark.parametrize("sure", CONFIDENCE)
@pytest.mark.parametrize("guessed", [0, 5, 26])
def test_a_guess_is_a_distribution(sure: str, guessed: int) -> None:
    frequencies = letter_frequencies(WORDS, Vocabulary.of(load_corpus("names").words))
    p = shares(frequencies, guessed, CONFIDENCE[sure])
    assert p.sum() == pytest.approx(1) and (p > 0).all()
    assert p[guessed] == pytest.approx(CONFIDENCE[sure])
    others = np.delete(p, guessed) / np.delete(frequencies, guessed)
    assert others == pytest.approx(others[0])


def test_frequencies_are_counts() -> None:
    f = letter_frequencies(["aab", "b"], Vocabulary.of(["ab"]))
    assert f == pytest.approx([3 / 9, 3 / 9, 3 / 9])


def test_prices_are_those_of_the_models(game: Game, models: dict[str, Checkpoint]) -> None:
    """Played to the end, the board has each model's cross-entropy over exactly these words."""
    letters = sum(len(word) + 1 for word in game.words)
    game = play(game, letters)
    assert game.over
    for name, model in models.items():
        p = np.concatenate([score(model.model, model.vocabulary, w) for w in game.words])
        assert game.bits()[name] == pytest.approx(float(-np.log2(p).mean()))
    assert game.bits()["class"] == pytest.approx(-np.log2(0.6))
    assert list(game.bits().values()) == sorted(game.bits().values())


def test_being_wrong_and_sure_is_dear(game: Game) -> None:
    costs = [play(game, 6, right=False, sure=sure).bits()["class"] for sure in CONFIDENCE]
    assert costs == sorted(costs, reverse=True)


def test_no_word_was_seen_in_training(game: Game, models: dict[str, Checkpoint]) -> None:
    assert len(set(game.words)) == WORDS_A_GAME
    assert all(models["mlp"].origin(word) in ("in dev", "in test") for word in game.words)


def test_a_rival_trained_on_all_words_sits_out_and_the_page_says_why(
    models: dict[str, Checkpoint],
) -> None:
    corpus = Corpus("names", WORDS, "a test")
    run = start_run(replace(recipe("ngram"), split_seed=None), WORDS)
    kept = checkpoint_of(run, name="kept", corpus=corpus)
    game = new_game(WORDS, {**models, "My run": kept}, seed=3)
    assert game.absent == ("My run",) and set(game.chances[0]) == set(models)
    assert "My run sits out" in shown(game, version=1)[1]["title"]


def test_a_hidden_word_is_in_no_rivals_training_words(models: dict[str, Checkpoint]) -> None:
    """A rival with another split moves the choice to words that neither of them has seen."""
    corpus = Corpus("names", WORDS, "a test")
    run = start_run(replace(recipe("ngram"), split_seed=7), WORDS)
    other = checkpoint_of(run, name="other", corpus=corpus)
    game = new_game(WORDS, {**models, "other split": other}, seed=3)
    assert game.absent == () and set(game.chances[0]) == {*models, "other split"}
    rivals = [*models.values(), other]
    assert not [w for w in game.words for one in rivals if one.origin(w) == "in train"]


def test_a_seed_is_a_game(models: dict[str, Checkpoint]) -> None:
    first = new_game(WORDS, models, seed=3).words
    assert first == new_game(WORDS, models, seed=3).words != new_game(WORDS, models, seed=4).words


@pytest.mark.parametrize("seed", [-1, 1.5, 2**63])
def test_a_seed_that_cannot_be(models: dict[str, Checkpoint], seed: float) -> None:
    with pytest.raises(ValueError, match="seed"):
        new_game(WORDS, models, seed=seed)


def test_too_few_words_are_said(models: dict[str, Checkpoint]) -> None:
    with pytest.raises(ValueError, match="take a longer list"):
        new_game(WORDS[:12], models, seed=1)


def test_the_page_is_never_told_what_comes(game: Game) -> None:
    """At no turn does the payload hold the rest of a word, whatever was guessed."""
    while not game.over:
        word, place = game.at
        hidden = [w for w in game.words[word + 1 :] if len(w) > 3]
        hidden += [game.words[word]] if place < len(game.words[word]) else []
        payload = shown(game, version=1)[1]
        text = json.dumps(payload)
        assert not any(w in text for w in hidden)
        assert payload["word"] == game.words[word][:place]
        assert payload["turn"] == len(game.guesses)
        assert sum(map(len, payload["past"])) == len(game.guesses)
        game = play(game, 1, right=False)
    assert shown(game, version=1)[1]["over"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"turn": 0},
        {"turn": 0, "letter": "a", "sure": "sure"},
        {"turn": 0, "letter": 99, "sure": "sure"},
        {"turn": 0, "letter": -1, "sure": "sure"},
        {"turn": 5, "letter": 1, "sure": "sure"},
        {"turn": 0, "letter": 1, "sure": "very"},
        {"turn": 0, "letter": True, "sure": "sure"},
        {"turn": 0, "letter": 1, "sure": None},
    ],
)
def test_nonsense_changes_nothing(game: Game, asked: dict) -> None:
    assert after(game, asked) is game


def test_a_second_click_does_not_guess_twice(game: Game) -> None:
    asked = {"turn": 0, "letter": 1, "sure": "sure"}
    once = after(game, asked)
    assert len(once.guesses) == 1 and after(once, asked) is once


def test_the_title_tells_what_happened(game: Game) -> None:
    assert "Word 1 of 5" in shown(game, version=1)[1]["title"]
    assert shown(play(game, 1), version=1)[1]["title"].startswith("Right, ")
    assert shown(play(game, 1, right=False), version=1)[1]["title"].startswith("Not ")
    done = play(game, sum(len(word) + 1 for word in game.words), sure="sure")
    assert "better than" in shown(done, version=1)[1]["title"]


def test_a_model_that_cannot_spell_a_word_is_left_out(game: Game) -> None:
    lame = replace(game, chances=tuple({"ngram": (), "mlp": c["mlp"]} for c in game.chances))
    assert set(play(lame, 3).bits()) == {"class", "letter frequencies", "mlp"}


def test_an_infinite_price_can_be_sent() -> None:
    value = game_value(
        version=1,
        title="",
        symbols=".a",
        word="",
        turn=0,
        over=False,
        sureness=CONFIDENCE,
        board=[("x", np.inf, False)],
    )
    assert value["board"][0]["bits"] is None
    json.dumps(value, allow_nan=False)


def test_a_blank_is_named(models: dict[str, Checkpoint]) -> None:
    """Of "a b" nobody would see which letter was meant."""
    words = tuple(f"{a} {b}" for a in "abcdefgh" for b in "abcdefgh")
    run = start_run(recipe("ngram"), words)
    corpus = Corpus("own", words, "a test")
    begun = new_game(words, {"ngram": checkpoint_of(run, name="own", corpus=corpus)}, seed=3)
    told = shown(play(begun, 2), version=1)[1]["title"]
    assert told.startswith("Right, the blank: ")
