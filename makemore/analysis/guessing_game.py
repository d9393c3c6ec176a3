"""A guessing game: people guess the next letter of real words and are scored like a model.

Shannon let people guess English text letter by letter to find out how many bits a letter holds
("Prediction and Entropy of Printed English", 1951). Cover and King had them stake money on their
guess ("A Convergent Gambling Estimate of the Entropy of English", 1978): a stake *is* a
probability, so the mean of -log2 of what lay on the right letter is a cross-entropy in bits, and
can stand beside that of any model on the same letters.

Here a guess is one letter and how sure one is of it. The letter gets that share; the rest is shared
among all other symbols as often as they occur in the training words.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from makemore.checkpoint.checkpoint import Checkpoint
from makemore.dice import check_seed
from makemore.examples import split_words
from makemore.sampling import score
from makemore.vocabulary import UnknownLetter, Vocabulary

CONFIDENCE = {"sure": 0.9, "fairly sure": 0.6, "just a guess": 0.25}
WORDS_A_GAME = 5
LONGEST = 12  # letters: a class wants to see a word through


@dataclass(frozen=True)
class Guess:
    """One letter of the game after it was shown.

    letter: the right one's id; guessed: the class's; share: the class's probability of the right
    one; models: each model's probability of it
    """

    letter: int
    guessed: int
    share: float
    models: Mapping[str, float]


@dataclass(frozen=True)
class Game:
    """A game as it stands; a guess makes a new one.

    key:         tells one game from another
    words:       the hidden words, in order
    frequencies: (V,) how often each symbol occurs in the training words, sums to 1
    chances:     for each word each model's probability of each letter and of the end
    guesses:     what was guessed so far
    absent:      models that sit out, because they were trained on too many of the words
    """

    key: str
    vocabulary: Vocabulary
    words: tuple[str, ...]
    frequencies: np.ndarray
    chances: tuple[Mapping[str, tuple[float, ...]], ...]
    guesses: tuple[Guess, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def at(self) -> tuple[int, int]:
        """(word, letter) to be guessed, both counted from 0; word == len(words) at the end."""
        left = len(self.guesses)
        for i, word in enumerate(self.words):
            if left <= len(word):
                return i, left
            left -= len(word) + 1
        return len(self.words), 0

    @property
    def over(self) -> bool:
        """True when every word has been shown."""
        return self.at[0] == len(self.words)

    def bits(self) -> dict[str, float]:
        """Bits per letter so far: of "class", of "letter frequencies", of each model; by price."""
        shares = {
            "class": [guess.share for guess in self.guesses],
            "letter frequencies": [self.frequencies[g.letter] for g in self.guesses],
        }
        for guess in self.guesses:
            for model, share in guess.models.items():
                shares.setdefault(model, []).append(share)
        with np.errstate(divide="ignore"):
            means = {name: float(-np.log2(p).mean()) for name, p in shares.items() if p}
        return dict(sorted(means.items(), key=lambda pair: pair[1]))


def playable(candidates: Sequence[str], model: Checkpoint) -> list[str]:
    """The words, in order, that can be guessed and that the model was not trained on."""
    known = set(model.vocabulary.letters)
    return [
        word
        for word in candidates
        if 2 <= len(word) <= LONGEST and set(word) <= known and model.origin(word) != "in train"
    ]


def fair_rivals(
    candidates: Sequence[str], models: Mapping[str, Checkpoint]
) -> tuple[dict[str, Checkpoint], list[str]]:
    """The models that can play, and the words that none of them was trained on.

    The first model always plays. Another one sits out if too few words would be left with it.
    """
    judge, *others = models
    rivals, words = {judge: models[judge]}, playable(candidates, models[judge])
    for title in others:
        left = [word for word in words if models[title].origin(word) != "in train"]
        if len(left) >= WORDS_A_GAME:
            rivals[title], words = models[title], left
    return rivals, words


def new_game(
    words: Sequence[str], models: Mapping[str, Checkpoint], *, seed: int, key: str = ""
) -> Game:
    """A game over words of a corpus, with these models, by title, as the class's rivals.

    The words come from the dev and test part of the lectures' split, and no rival was trained on
    any of them. Raises ValueError if there
    are too few of them, or if the seed is none.
    """
    judge, split = next(iter(models.values())), split_words(words, seed=42)
    deck = sorted({*split.dev, *split.test})
    random.Random(check_seed(seed)).shuffle(deck)
    rivals, fresh = fair_rivals(deck, models)
    hidden = tuple(fresh[:WORDS_A_GAME])
    if len(hidden) < WORDS_A_GAME:
        raise ValueError(
            f"the game needs {WORDS_A_GAME} words that the model was not trained on, and "
            f"this list has {len(hidden)}; take a longer list"
        )
    chances = tuple(
        {title: _chances(model, word) for title, model in rivals.items()} for word in hidden
    )
    absent = tuple(title for title in models if title not in rivals)
    frequencies = letter_frequencies(split.train, judge.vocabulary)
    return Game(key, judge.vocabulary, hidden, frequencies, chances, absent=absent)


def _chances(checkpoint: Checkpoint, word: str) -> tuple[float, ...]:
    try:
        return tuple(score(checkpoint.model, checkpoint.vocabulary, word))
    except UnknownLetter:
        return ()


def letter_frequencies(words: Sequence[str], vocabulary: Vocabulary) -> np.ndarray:
    """(V,) the share of each symbol among all letters and ends of these words; none is 0."""
    counts = np.ones(len(vocabulary))
    counts[0] += len(words)
    letters = "".join(words)
    for letter, i in vocabulary.ids.items():
        counts[i] += letters.count(letter)
    return counts / counts.sum()


def shares(frequencies: np.ndarray, guessed: int, sure: float) -> np.ndarray:
    """What a guess says of every symbol: (V,) probabilities that sum to 1."""
    p = frequencies.copy()
    p[guessed] = 0
    p *= (1 - sure) / p.sum()
    p[guessed] = sure
    return p


def guess(game: Game, guessed: int, *, sure: str) -> Game:
    """The game after one guess: the letter is shown and everybody has paid for it.

    Raises ValueError for a letter or a sureness that there is not, and when the game is over.
    """
    if game.over or sure not in CONFIDENCE or not 0 <= guessed < len(game.vocabulary):
        raise ValueError("there is no such guess")
    word, place = game.at
    ids = [*game.vocabulary.encode(game.words[word]), 0]
    p = shares(game.frequencies, guessed, CONFIDENCE[sure])
    models = {title: chances[place] for title, chances in game.chances[word].items() if chances}
    shown = Guess(ids[place], guessed, float(p[ids[place]]), models)
    return replace(game, guesses=(*game.guesses, shown))
