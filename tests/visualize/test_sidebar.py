"""A list of one's own: its counts are a model like any other, and no list asks for too much."""

from __future__ import annotations

import pytest

from makemore.corpora.corpus import CorpusError
from makemore.corpora.registry import corpus_from_text
from makemore.evaluation import split_losses
from makemore.examples import split_words
from tests.tiny import WORDS
from visualize.page.library import MAX_SYMBOLS
from visualize.page.sidebar import own_list


def chinese(letters: int) -> str:
    return "\n".join(chr(0x4E00 + i) for i in range(letters))


@pytest.mark.parametrize("text", ["\n".join(WORDS), "ab\nba", chinese(500)])
def test_the_losses_of_a_list_are_those_of_its_counts(text: str) -> None:
    corpus = corpus_from_text(text)
    own = own_list(corpus, version=7)
    made = own.checkpoint
    direct = split_losses(made.model, split_words(corpus.words), made.vocabulary, block_size=1)
    assert made.losses == pytest.approx(direct)
    assert (made.name, made.card["corpus"]["words"]) == ("own-7", len(corpus))
    assert own.table.counts.sum() == sum(len(word) + 1 for word in corpus.words)


def test_too_many_letters_are_refused_in_words() -> None:
    most = own_list(corpus_from_text(chinese(MAX_SYMBOLS - 1)), version=1)
    assert len(most.checkpoint.vocabulary) == MAX_SYMBOLS
    with pytest.raises(CorpusError, match="3,000 different letters; the lab takes up to 2,999"):
        own_list(corpus_from_text(chinese(MAX_SYMBOLS)), version=1)
