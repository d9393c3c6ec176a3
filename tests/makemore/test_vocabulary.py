"""Letters and ids: every word comes back, and no letter is ever taken for the end."""

from __future__ import annotations

import random

import numpy as np
import pytest

from makemore.vocabulary import UnknownLetter, Vocabulary


def test_lecture_vocabulary() -> None:
    vocabulary = Vocabulary.of(["emma", "olivia"])
    assert vocabulary.letters == tuple("aeilmov")
    assert vocabulary.symbols == (".", *"aeilmov")
    assert len(vocabulary) == 8
    assert vocabulary.encode("emma") == [2, 5, 5, 1]
    assert vocabulary.decode([2, 5, 5, 1, 0]) == "emma"


@pytest.mark.parametrize(
    "words",
    [
        ["a.b", "c"],
        [".", "..", "a"],
        ["a.␃∎⏹"],
        ["né", "日本", "\U0001f600\U0001f1e9"],
        ["שלום", "سلام"],
        ["a\0b", "\0"],
        ["a\nb", "c\r"],
        ["<img src=x onerror=alert(1)>"],
        ["\ud800x"],
        [""],
        ["", "a", ""],
    ],
)
def test_any_word_comes_back_and_the_end_is_no_letter(words: list[str]) -> None:
    vocabulary = Vocabulary.of(words)
    assert vocabulary.end_mark not in "".join(words)
    assert len(set(vocabulary.symbols)) == len(vocabulary)
    for word in words:
        ids = vocabulary.encode(word)
        assert 0 not in ids
        assert vocabulary.decode(ids) == word
    expected = [i for word in words for i in (*vocabulary.encode(word), 0)]
    assert vocabulary.pack(words).tolist() == expected
    assert vocabulary.pack(words).dtype == np.int64


def test_end_mark_is_shown_otherwise_where_words_have_a_dot() -> None:
    assert Vocabulary.of(["ab"]).end_mark == "."
    assert Vocabulary.of(["a.b"]).end_mark == "␃"
    assert Vocabulary.of(["a.␃b"]).end_mark == "∎"


def test_the_vocabulary_of_notebook_a() -> None:
    vocabulary = Vocabulary.of(["a.b"], dot_is_end=True)
    assert vocabulary.letters == ("a", "b")
    assert vocabulary.encode("a.b") == [1, 0, 2]
    assert vocabulary.pack(["a.b"]).tolist() == [1, 0, 2, 0]


def test_pack_of_no_words() -> None:
    assert Vocabulary.of(["ab"]).pack([]).tolist() == []
    assert Vocabulary.of([]).pack([]).tolist() == []


def test_pack_of_random_words_is_encode_of_each() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abñ\U0001f600.", k=chance.randrange(9))) for _ in range(300)]
    vocabulary = Vocabulary.of(words)
    expected = [i for word in words for i in (*vocabulary.encode(word), 0)]
    assert vocabulary.pack(words).tolist() == expected


@pytest.mark.parametrize("word", ["emmæ", "zzz", "e\0", "e.", "\U0001f600", "\ud800"])
def test_unknown_letters_are_named(word: str) -> None:
    vocabulary = Vocabulary.of(["emma"])
    stranger = next(letter for letter in word if letter not in "ema")
    for refuse in (vocabulary.encode, lambda w: vocabulary.pack(["emma", w])):
        with pytest.raises(UnknownLetter) as caught:
            refuse(word)
        assert repr(stranger) in str(caught.value)
        assert "aem" in str(caught.value)  # and what it knows
        assert "\n" not in str(caught.value)


def test_a_very_long_unknown_word_makes_a_short_message() -> None:
    with pytest.raises(UnknownLetter) as caught:
        Vocabulary.of(["emma"]).encode("x" * 10_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("letters", "end_mark", "dot_is_end"),
    [
        (("a", "a"), ".", False),
        (("a", "."), ".", False),
        (("ab",), ".", False),
        (("",), ".", False),
        (("a",), "", False),
        (("a",), "..", False),
        (("a",), "␃", True),
    ],
)
def test_what_makes_no_vocabulary(
    letters: tuple[str, ...], end_mark: str, dot_is_end: bool
) -> None:
    with pytest.raises(ValueError):
        Vocabulary(letters, end_mark, dot_is_end)
