"""The Bigrams tab as plain functions: what is too large to draw, and numbers as they are said."""

from __future__ import annotations

import math
import re

import pytest

from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.ngram_orders import count_all
from makemore.analysis.one_layer import start
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import load_corpus
from tests.tiny import CORPUS
from visualize.tabs.bigrams import net as bigrams_net
from visualize.tabs.bigrams import orders as bigrams_orders
from visualize.tabs.bigrams import table as bigrams_table


@pytest.fixture(scope="module")
def names() -> Corpus:
    return load_corpus("names")


@pytest.fixture(scope="module")
def table(names: Corpus) -> BigramTable:
    return BigramTable.of(names.words, source="all names")


def test_a_probability_says_how_it_was_smoothed(table: BigramTable) -> None:
    titles = [
        bigrams_table.show(table, "q", "Counts", k, "", 1, version=1)[1]["title"] for k in (0, 1)
    ]
    assert titles[0].endswith("of the time")
    assert titles[1].endswith("of the time, with 1 added to each count")


def test_a_pair_that_never_occurs_has_a_price_from_smoothing(
    table: BigramTable, names: Corpus
) -> None:
    def title(smoothing: float) -> str:
        return bigrams_table.words_with(table, names, "jq", smoothing, version=1)["title"]

    j = int(table.counts[table.vocabulary.ids["j"]].sum())
    assert title(0).startswith("jq never occurs") and "is impossible" in title(0)
    assert f"pays {math.log2(j + len(table.vocabulary)):.3g} bits for it" in title(1)


def test_too_many_symbols_for_a_picture_still_draw_words() -> None:
    symbols = bigrams_table.MAX_SYMBOLS
    for letters, drawn in ((symbols - 1, True), (symbols, False)):
        table = BigramTable.of([chr(0x4E00 + i) for i in range(letters)], source="all")
        picture, row, said, priced, words = bigrams_table.show(
            table, "", "Counts", 1, "", 1, version=1
        )
        assert (picture is not None, row is not None) == (drawn, drawn)
        assert (f"{letters + 1} different symbols" in said) != drawn
        assert priced["words"] and len(words["words"]) == bigrams_table.SAMPLES


def test_shares_have_a_space_before_the_sign(table: BigramTable, names: Corpus) -> None:
    cell = bigrams_table.words_with(table, names, "qu", 1, version=1)["title"]
    assert re.search(r": \d\.\d\d % of the whole loss", cell)
    heat, *_ = bigrams_net.show(table, start(27), "Net minus counts", version=1)
    assert re.search(r"by \d+\.\d\d % on average, at most \d+\.\d %$", heat["title"])


def test_losses_keep_their_zeros_and_infinity_its_sign(table: BigramTable) -> None:
    assert bigrams_net._loss_title(start(27), 2.55) == (
        "Counting reaches 2.550 nats. What will the net reach?"
    )
    assert bigrams_orders._loss(2.1) == "2.100" and bigrams_orders._loss(float("inf")) == "∞"


@pytest.mark.parametrize("smoothing", bigrams_orders.SMOOTHINGS)
def test_every_order_has_its_table(smoothing: str) -> None:
    orders = count_all(CORPUS.words)
    _, said, _ = bigrams_orders.show(orders, CORPUS, 3, smoothing, version=1)
    rows = re.findall(r"^\| (?:train|dev|test) \| (\S+) \| (\S+) \| \d+\.\d % \|$", said, re.M)
    assert len(rows) == 3 and not {"inf", "nan"} & {cell for row in rows for cell in row}
