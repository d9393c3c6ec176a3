"""Windows against the lectures' own loop; splits against the lectures' own cut."""

from __future__ import annotations

import random

import pytest
import torch

from makemore.examples import last_context, make_examples, split_as_makemore, split_words
from makemore.vocabulary import UnknownLetter, Vocabulary


def lecture_loop(words: list[str], vocabulary: Vocabulary, block_size: int) -> tuple[list, list]:
    """The loop of lecture 2, letter by letter."""
    contexts, targets = [], []
    for word in words:
        context = [0] * block_size
        for i in [*vocabulary.encode(word), 0]:
            contexts.append(list(context))
            targets.append(i)
            context = [*context, i][1:]
    return contexts, targets


@pytest.mark.parametrize("block_size", [0, 1, 2, 3, 8, 20])
def test_windows_are_those_of_the_lecture(block_size: int) -> None:
    chance = random.Random(block_size)
    alphabet = "abcdeé.日\U0001f600\U0001f468 "
    words = ["".join(chance.choices(alphabet, k=chance.randrange(1, 14))) for _ in range(200)]
    words += ["", "x" * 300, words[0]]
    vocabulary = Vocabulary.of(words)
    examples = make_examples(words, vocabulary, block_size=block_size)
    contexts, targets = lecture_loop(words, vocabulary, block_size)
    assert examples.targets.tolist() == targets
    assert examples.contexts.shape == (len(targets), block_size)
    assert examples.contexts.dtype == examples.targets.dtype == torch.int64
    if block_size:
        assert examples.contexts.tolist() == contexts


def test_the_lectures_table_of_emma() -> None:
    vocabulary = Vocabulary.of(["emma"])
    examples = make_examples(["emma"], vocabulary, block_size=3)
    shown = ["".join(vocabulary.symbols[i] for i in context) for context in examples.contexts]
    assert shown == ["...", "..e", ".em", "emm", "mma"]
    assert "".join(vocabulary.symbols[i] for i in examples.targets) == "emma."


@pytest.mark.parametrize("word", ["a", "ab", ""])
def test_a_corpus_shorter_than_the_context(word: str) -> None:
    vocabulary = Vocabulary.of(["ab"])
    examples = make_examples([word], vocabulary, block_size=8)
    contexts, targets = lecture_loop([word], vocabulary, 8)
    assert (examples.contexts.tolist(), examples.targets.tolist()) == (contexts, targets)


def test_no_words_no_windows() -> None:
    examples = make_examples([], Vocabulary.of(["ab"]), block_size=3)
    assert len(examples) == 0
    assert examples.contexts.shape == (0, 3)


def test_windows_of_unknown_letters() -> None:
    with pytest.raises(UnknownLetter):
        make_examples(["emma", "eva"], Vocabulary.of(["emma"]), block_size=3)


def test_take() -> None:
    examples = make_examples(["emma"], Vocabulary.of(["emma"]), block_size=2)
    some = examples.take(torch.tensor([4, 0, 4]))
    assert some.targets.tolist() == [examples.targets[i].item() for i in (4, 0, 4)]
    assert torch.equal(some.contexts[0], examples.contexts[4])


@pytest.mark.parametrize("ids", [[], [3], [1, 2, 3], [5, 4, 3, 2, 1]])
@pytest.mark.parametrize("block_size", [0, 1, 3, 8])
def test_last_context(ids: list[int], block_size: int) -> None:
    padded = [0] * block_size + ids
    assert last_context(ids, block_size=block_size) == padded[len(padded) - block_size :]


def test_split_is_the_lectures_shuffle_and_cut() -> None:
    words = [f"w{i}" for i in range(1003)]
    split = split_words(words)
    random.seed(42)
    random.shuffle(words)
    assert list(split.train) == words[:802]
    assert list(split.dev) == words[802:902]
    assert list(split.test) == words[902:]
    assert dict(split.items())["dev"] == split.dev


def test_split_does_not_touch_global_chance_or_its_words() -> None:
    words = [f"w{i}" for i in range(50)]
    random.seed(5)
    before = random.getstate()
    assert split_words(words) == split_words(words) != split_words(words, seed=43)
    assert random.getstate() == before
    assert words == [f"w{i}" for i in range(50)]


@pytest.mark.parametrize("n", range(1, 10))
def test_short_lists_train_and_are_judged_on_the_same_words(n: int) -> None:
    words = tuple(f"w{i}" for i in range(n))
    split = split_words(words)
    assert split.train == split.dev == split.test == words


@pytest.mark.parametrize("n", [10, 11, 19, 25])
def test_from_ten_words_on_every_part_has_some(n: int) -> None:
    split = split_words([f"w{i}" for i in range(n)])
    assert all(words for _, words in split.items())
    assert len({*split.train, *split.dev, *split.test}) == n


def test_no_seed_keeps_all_words_in_order() -> None:
    split = split_words(["b", "a"], seed=None)
    assert (split.train, split.dev, split.test) == (("b", "a"), (), ())


def test_makemores_own_split() -> None:
    words = [f"word{i}" for i in range(300)]
    split = split_as_makemore(words)
    order = torch.randperm(300, generator=torch.Generator().manual_seed(3407)).tolist()
    assert split.test == tuple(words[i] for i in order[-30:])
    assert split.train == tuple(words[i] for i in order[:-30])
    assert split.dev == ()
    assert len(split_as_makemore([str(i) for i in range(20_000)]).test) == 1_000
    assert split_as_makemore(words, seed=None).train == tuple(words)
