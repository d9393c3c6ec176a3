"""Counts against a dict, probabilities against the lecture's formula."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch

from makemore.examples import make_examples
from makemore.layers import cross_entropy
from makemore.ngram import Ngram, count_bigrams, count_ngrams
from makemore.vocabulary import Vocabulary
from tests.tiny import WORDS

VOCABULARY = Vocabulary.of(WORDS)


def counted(n: int) -> Counter[tuple[int, ...]]:
    """Every n-gram by a plain loop."""
    seen: Counter[tuple[int, ...]] = Counter()
    for word in WORDS:
        ids = [0] * (n - 1) + VOCABULARY.encode(word) + [0]
        seen.update(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))
    return seen


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_probabilities_are_counts_over_their_sum(n: int, smoothing: float) -> None:
    model, seen, V = count_ngrams(WORDS, VOCABULARY, n=n, smoothing=smoothing), counted(n), 19
    assert model.block_size == n - 1
    assert len(VOCABULARY) == V
    contexts = make_examples(WORDS, VOCABULARY, block_size=n - 1).contexts
    got = model(contexts).exp()
    assert got.dtype == torch.float64
    for context, row in zip(contexts.tolist(), got.tolist()):
        numbers = [seen[(*context, letter)] + smoothing for letter in range(V)]
        assert row == pytest.approx([number / sum(numbers) for number in numbers], abs=1e-12)


def test_loss_is_the_mean_of_minus_log_p() -> None:
    model = count_ngrams(WORDS, VOCABULARY, n=2)
    seen = counted(2)
    rows = Counter(context for context, _ in seen.elements())
    V = len(VOCABULARY)
    total = sum(-math.log((seen[pair] + 1) / (rows[pair[0]] + V)) for pair in seen.elements())
    examples = make_examples(WORDS, VOCABULARY, block_size=1)
    loss = cross_entropy(model(examples.contexts), examples.targets).item()
    assert loss == pytest.approx(total / seen.total(), abs=1e-12)


@pytest.mark.parametrize("smoothing", [0.0, 0.5])
def test_an_unseen_context_knows_nothing(smoothing: float) -> None:
    model = count_ngrams(WORDS, VOCABULARY, n=3, smoothing=smoothing)
    v = VOCABULARY.encode("v")[0]
    p = model(torch.tensor([[v, v]])).exp()
    assert p.tolist()[0] == pytest.approx([1 / len(VOCABULARY)] * len(VOCABULARY))


def test_a_seen_context_gives_unseen_letters_nothing_without_smoothing() -> None:
    model = count_ngrams(["ab"], Vocabulary.of(["ab"]), n=2, smoothing=0.0)
    assert model(torch.tensor([[1]])).exp().tolist() == [[0.0, 0.0, 1.0]]


def test_coverage() -> None:
    model = count_ngrams(["ab"], Vocabulary.of(["ab"]), n=2)
    assert model.contexts_seen() == 3  # the start, a, b
    vocabulary = Vocabulary.of(["abc"])
    model = count_ngrams(["ab"], vocabulary, n=2)
    assert model.coverage(make_examples(["ab"], vocabulary, block_size=1)) == 1.0
    assert model.coverage(make_examples(["cc"], vocabulary, block_size=1)) == pytest.approx(1 / 3)


def test_count_bigrams_is_the_lectures_table() -> None:
    table, seen = count_bigrams(WORDS, VOCABULARY), counted(2)
    V = len(VOCABULARY)
    assert table.tolist() == [[seen[(a, b)] for b in range(V)] for a in range(V)]
    assert table.dtype == torch.int64


def test_many_symbols_and_long_contexts_stay_small() -> None:
    words = ["".join(chr(0x4E00 + (7 * i + j) % 500) for j in range(5)) for i in range(500)]
    model = count_ngrams(words, Vocabulary.of(words), n=5)
    assert len(model.keys) <= 5 * 500 + 500
    assert model(torch.tensor([[0, 0, 0, 0]])).exp().sum().item() == pytest.approx(1.0)


@pytest.mark.parametrize("n", [-1, 0, 9, 2**30])
def test_n_out_of_range(n: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        count_ngrams(WORDS, VOCABULARY, n=n)


def test_numbers_that_would_not_fit() -> None:
    letters = tuple(chr(0x4E00 + i) for i in range(5000))
    with pytest.raises(ValueError, match="out of range"):
        count_ngrams(["".join(letters[:3])], Vocabulary(letters), n=6)


@pytest.mark.parametrize("smoothing", [-0.1, math.nan, math.inf, 1e308])
def test_smoothing_out_of_range(smoothing: float) -> None:
    with pytest.raises(ValueError, match="smoothing"):
        count_ngrams(WORDS, VOCABULARY, n=2, smoothing=smoothing)


def test_no_words() -> None:
    with pytest.raises(ValueError, match="no words"):
        count_ngrams([], Vocabulary.of(["a"]), n=2)
    with pytest.raises(ValueError, match="no words"):
        Ngram(2, 3, torch.zeros(0, dtype=torch.int64), torch.zeros(0, dtype=torch.int64))
