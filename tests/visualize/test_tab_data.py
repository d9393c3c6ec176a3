"""The Data tab's functions: what they show, and how a list comes to the library; no browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.compare import compare
from makemore.corpora.codeforces import CodeforcesSettings, cached_handles
from makemore.corpora.corpus import Corpus
from makemore.corpora.rate_limit import one_at_a_time
from makemore.corpora.registry import CorpusSettings, corpus_from_text
from makemore.vocabulary import Vocabulary
from tests.makemore.codeforces_play import USERS, ok
from tests.makemore.local_server import LocalServer, body
from visualize.page.library import Library, LibrarySettings, open_library
from visualize.tabs.data import fetch as data_fetch
from visualize.tabs.data import pairs as data_pairs
from visualize.tabs.data import word_list as data_list
from visualize.tabs.data.fetch import at_hand, fetching, inventing, ticking
from visualize.tabs.data.pairs import bits_board, both_numbers, difference, examples
from visualize.tabs.data.word_list import show_list

OFF = body(b"<html>nothing here</html>", code=404)


@pytest.fixture
def library(server: LocalServer, tmp_path: Path) -> Library:
    """The shipped checkpoints, no handles, and a Codeforces on this computer."""
    settings = LibrarySettings(
        CorpusSettings(cache_folder=tmp_path),
        CodeforcesSettings(base_url=server.url, spacing=0.01, attempts=2, read_timeout=5),
    )
    return open_library(settings=settings, report=lambda _: None)


# --- what is shown --------------------------------------------------------------------------------


def test_a_list_at_a_glance(library: Library) -> None:
    source, first, lengths, letters, leaks = show_list(library.corpora["names"], version=1)
    assert ["As of", "2018"] in source["rows"]
    assert first["words"][0] == "emma" and first["note"] == "… and 32,009 more"
    assert lengths["title"] == "A name has 6.12 letters on average; 30 % have 6"
    assert letters["title"] == "a is the most frequent of 26 letters in names: 17 % of all"
    assert leaks["title"].startswith("12.8 % of dev is in train")
    assert leaks["rows"][1] == ["dev", "3,203", "409", "12.8 %"]
    assert leaks["note"].startswith("2,539 of 32,033 words repeat an earlier one")


def test_made_up_handles_say_so_everywhere() -> None:
    corpus = Corpus("handles", ("abc", "xyz_1"), "a model", synthetic=True)
    source, first, lengths, letters, _ = show_list(corpus, version=1)
    assert any("No. A model made these handles up" in text for _, text in source["rows"])
    for value in (first, lengths, letters):
        assert "made-up handle" in value["title"]


AWKWARD = {
    "two words": "a\nb",
    "emoji": "😀😁\n😂",
    "right to left": "שלום\nسلام",
    "markup": "<img src=x onerror=alert(1)>\n${alert(1)}",
    "many letters": "\n".join(chr(0x4E00 + i) * 2 for i in range(300)),
    "long": "ab" * 50 + "\nb",
    "blank": "a b\nc d",
}


@pytest.mark.parametrize("case", AWKWARD)
def test_any_list_can_be_shown(case: str, library: Library) -> None:
    corpus = corpus_from_text(AWKWARD[case])
    assert all(value["title"] or "rows" in value for value in show_list(corpus, version=1))
    pairs = compare(BigramTable.of(corpus.words, source=""), library.tables["names"])
    names = ("my words", "names")
    assert difference(pairs, "qu", names=names, version=1)["title"]
    both = both_numbers(pairs, "qu", names=names, version=1)
    assert both["rows"] if len(pairs.symbols) > 1 else both is None  # "." after "." says nothing


def test_a_large_list_is_quick() -> None:
    corpus = Corpus("my list", tuple(f"word{i % 50_000}" for i in range(100_000)), "a test")
    began = time.perf_counter()
    _, _, _, _, leaks = show_list(corpus, version=1)
    assert time.perf_counter() - began < 3
    assert "of dev is in train" in leaks["title"]


def test_the_examples_of_emma_are_those_of_the_lecture() -> None:
    value = examples("emma", 3, Vocabulary.of(["emma"]), version=1)
    assert [row[:3] for row in value["rows"]] == [
        ["...", "→", "e"],
        ["..e", "→", "m"],
        [".em", "→", "m"],
        ["emm", "→", "a"],
        ["mma", "→", "."],
    ]
    assert value["title"] == "“emma” makes 5 examples for a model that looks back 3 letters"


@pytest.mark.parametrize(
    ("word", "block", "rows"),
    [("", 3, 1), (None, 3, 1), ("ab", None, 3), ("ab", 10**9, 3), ("ab", -1, 3), ("a" * 99, 1, 41)],
)
def test_any_word_and_block_size(word: str | None, block: float | None, rows: int) -> None:
    assert len(examples(word, block, Vocabulary.of(["ab"]), version=1)["rows"]) == rows


def test_a_strange_letter_is_a_sentence() -> None:
    value = examples("<b>", 3, Vocabulary.of(["ab"]), version=1)
    assert "never seen" in value["title"] and not value["rows"]


def test_both_numbers_of_a_cell() -> None:
    first = BigramTable.of(["ab", "ab", "aX"], source="")
    second = BigramTable.of(["ab", "aa"], source="")
    pairs = compare(first, second)
    assert pairs.symbols == (".", "a", "b") and (pairs.only_first, pairs.only_second) == (1, 0)
    assert pairs.difference[1, 2] == pytest.approx(2 / 3 - 1 / 3)
    value = both_numbers(pairs, "ab", names=("mine", "names"), version=1)
    assert value["rows"] == [
        ["mine", "2", "3", "66.67 %", "0.585"],
        ["names", "1", "3", "33.33 %", "1.58"],
    ]
    assert value["title"].startswith("b after a: 33.3 percentage points more often in mine")
    assert np.isclose(np.abs(pairs.difference).max(), pairs.difference[pairs.largest()].__abs__())


def test_losses_in_bits_compare_alphabets(library: Library) -> None:
    value = bits_board(library.checkpoints.values(), "wavenet-handles", version=1)
    shares = [int(row[5].removesuffix(" %")) for row in value["rows"]]
    assert shares == sorted(shares) and len(shares) == len(library.checkpoints)
    chosen = value["rows"][value["strong"]]
    assert chosen[:4] == ["handles", "WaveNet", "66", "6.044"]
    assert value["title"].startswith("A letter of names costs 2.849 of 4.755 bits")


# --- how a list comes -----------------------------------------------------------------------------


def test_fetched_handles_are_kept_for_all(library: Library, server: LocalServer) -> None:
    server.plays = [body(ok(USERS))]
    reports = list(fetching(library))
    assert reports[-1].state == "done" and reports[-1].text.startswith("Fetched. In use: 3 handles")
    assert library.corpora["handles"].words[0] == "tourist"
    assert library.tables["handles"].source == "all 3 words"
    assert all(report.state == "busy" for report in reports[:-1])


def test_an_api_switched_off_changes_nothing(library: Library, server: LocalServer) -> None:
    server.plays = [OFF]
    *_, last = fetching(library)
    assert last.state == "wrong" and "switched its API off" in last.text
    assert "handles" not in library.corpora


def test_fetching_can_be_switched_off(server: LocalServer, tmp_path: Path) -> None:
    settings = LibrarySettings(
        CorpusSettings(cache_folder=tmp_path),
        CodeforcesSettings(base_url=server.url),
        may_fetch=False,
    )
    reports = list(fetching(open_library(settings=settings, report=lambda _: None)))
    assert [report.state for report in reports] == ["wrong"] and not server.seen
    assert not LibrarySettings.from_environment({"MAKEMORE_FETCH": "off"}).may_fetch
    assert LibrarySettings.from_environment({}).may_fetch


def test_one_fetch_at_a_time(library: Library, server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    with one_at_a_time(tmp_path, "codeforces"):
        *_, last = fetching(library)
    assert "being fetched already" in last.text and not server.seen


def test_a_slow_answer_is_waited_for_aloud_and_can_be_left(
    library: Library, server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_fetch, "TICK", 0.05)
    release = threading.Event()
    server.plays = [lambda _: release.wait(10)]
    reports = fetching(library)
    began = time.monotonic()
    text = next(report.text for report in reports if "so far" in report.text)
    assert "2 s so far" in text and time.monotonic() - began < 8
    reports.close()
    release.set()
    assert "handles" not in library.corpora
    _until(lambda: not _held(tmp_path))


def _held(folder: Path) -> bool:
    try:
        with one_at_a_time(folder, "codeforces"):
            return False
    except ValueError:
        return True


def _until(true) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about within ten seconds")


def test_records_come_through_a_thread_and_so_do_errors() -> None:
    def three(_: threading.Event) -> Iterator[int]:
        yield from (1, 2, 3)

    def broken(_: threading.Event) -> Iterator[int]:
        yield 1
        raise KeyError("x")

    assert [n for n in ticking(three, every=5) if n] == [1, 2, 3]
    with pytest.raises(KeyError):
        list(ticking(broken, every=5))


def test_made_up_handles_until_there_is_a_real_list(library: Library, server: LocalServer) -> None:
    assert "No list of handles" in at_hand(library).text
    compute_slot = threading.BoundedSemaphore()
    *_, last = inventing(library, compute_slot=compute_slot, count=700)
    made_up, before = library.corpora["handles"], library.tables["handles"]
    assert last.state == "done" and "made-up" in last.text
    assert made_up.synthetic and len(set(made_up.words)) == 700
    assert library.checkpoints["wavenet-handles"].origin(made_up.words[0]) == "new"
    assert library.tables["handles"] is before  # counts stay those of real handles
    server.plays = [body(ok(USERS))]
    *_, last = fetching(library)
    assert not library.corpora["handles"].synthetic
    *_, last = inventing(library, compute_slot=compute_slot, count=700)
    assert "A real list is here" in last.text and len(library.corpora["handles"]) == 3
    assert cached_handles(library.settings.corpora.cache_folder).words[0] == "tourist"


def test_the_lab_says_which_word_is_which() -> None:
    assert data_list.noun(Corpus("names", ("a",), "")) == "names"
    assert data_list.noun(Corpus("words of my own", ("a",), ""), many=False) == "word"
    assert data_pairs.place(compare(*[BigramTable.of(["ab"], source="")] * 2), "zz") == (0, 0)
