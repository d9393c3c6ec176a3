"""N-grams of every order: the printed losses, and the same numbers as the general evaluation."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest

from makemore.analysis.ngram_orders import count_all
from makemore.corpora.registry import load_corpus
from makemore.evaluation import mean_loss
from makemore.examples import make_examples, split_words
from makemore.ngram import count_ngrams
from makemore.vocabulary import Vocabulary

LESSONS = Path(__file__).parents[2] / "visualize" / "tabs"
WORDS = (
    "anna",
    "hanna",
    "hannah",
    "ann",
    "nan",
    "ana",
    "han",
    "noah",
    "joan",
    "joanna",
    "ian",
    "dana",
)


@pytest.mark.parametrize("smoothing", [0.1, 1.0])
def test_losses_and_coverage_are_those_of_the_examples(smoothing) -> None:
    vocabulary, split = Vocabulary.of(WORDS), split_words(WORDS)
    for order in count_all(WORDS):
        model = count_ngrams(split.train, vocabulary, n=order.n, smoothing=smoothing)
        for part, words in split.items():
            examples = make_examples(words, vocabulary, block_size=order.n - 1)
            expected = mean_loss(model, examples)
            assert order.loss(part, smoothing=smoothing) == pytest.approx(expected, abs=1e-12)
            assert order.coverage(part) == pytest.approx(model.coverage(examples))


def test_without_smoothing_an_unseen_pair_is_impossible() -> None:
    assert math.isinf(count_all(WORDS)[4].loss("dev", smoothing=0))


def test_the_lesson_on_orders_states_what_is_counted() -> None:
    """Of dev's examples, how many follow a four-letter context that train never or once had."""
    words = load_corpus("names").words
    vocabulary, split = Vocabulary.of(words), split_words(words)
    train, dev = (
        Counter(map(tuple, make_examples(part, vocabulary, block_size=4).contexts.tolist()))
        for part in (split.train, split.dev)
    )
    seen = {k: sum(n for context, n in dev.items() if train[context] == k) for k in (0, 1)}
    total = dev.total()
    lesson = (LESSONS / "bigrams" / "lesson_orders.md").read_text(encoding="utf-8")
    assert f"{100 * seen[0] / total:.1f} % follow a context that train never had" in lesson
    assert f"another {100 * seen[1] / total:.1f} % one that it had once" in lesson
    assert count_all(words)[4].coverage("dev") == pytest.approx(1 - seen[0] / total)


def test_the_overfit_turn_on_names() -> None:
    orders = count_all(load_corpus("names").words)
    dev = [order.loss("dev", smoothing=0.1) for order in orders]
    train = [order.loss("train", smoothing=0.1) for order in orders]
    assert train == sorted(train, reverse=True)
    assert min(dev) == dev[3] < dev[4]
    assert orders[3].coverage("train") == 1.0 > orders[3].coverage("dev")
