"""One pass of lecture 4: its batch, its way back, and that it is made once for many clicks."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest
import torch

from makemore.backprop.chain import exercise
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import load_corpus
from visualize.tabs.backprop.one_pass import PASSES, batch_of, make_pass, remembered, start_of, uses


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus("names")


def test_batch_1_is_the_lessons_and_others_differ(corpus: Corpus) -> None:
    lesson, start = exercise(corpus.words), start_of(corpus.words)
    assert torch.equal(batch_of(start, 1).contexts, lesson.batch.contexts)
    assert not torch.equal(batch_of(start, 2).contexts, lesson.batch.contexts)
    assert torch.equal(batch_of(start, 7).targets, batch_of(start, 7).targets)


def test_the_way_back_is_read_from_the_code(corpus: Corpus) -> None:
    seen = make_pass(start_of(corpus.words), 1)
    assert uses(seen.records["logprobs"]) == ()
    assert uses(seen.records["counts"]) == ("probs", "counts_sum")
    assert seen.users("logits") == ["h", "W2", "b2"]
    assert seen.downstream("hprebn") == ["hprebn", "embcat", "W1", "b1", "emb", "C"]
    assert seen.downstream("b2") == ["b2"]


def test_a_pass_is_made_once(corpus: Corpus) -> None:
    passes = remembered()
    assert passes(corpus, 3, None) is passes(corpus, 3, None)
    assert passes(corpus, 3, None) is not passes(corpus, 4, None)


def test_few_passes_are_kept_and_nobodys_list() -> None:
    passes, own = remembered(), Corpus("words of my own", ("ada", "alan", "grace"), "pasted")
    first, nobodys = passes(own, 1, None), weakref.ref(own)
    assert passes(replace(own), 1, None) is first
    del own
    gc.collect()
    assert nobodys() is None
    again = Corpus("words of my own", ("ada", "alan", "grace"), "pasted once more")
    assert passes(again, 1, None) is first
    for batch in range(2, PASSES + 2):
        passes(again, batch, None)
    assert passes(again, 1, None) is not first
