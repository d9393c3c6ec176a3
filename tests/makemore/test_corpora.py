"""Corpora: what is bundled, what is downloaded, and whatever people may paste or upload."""

from __future__ import annotations

import hashlib
import time
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from makemore.corpora.parse_text import Limits
from makemore.corpora.registry import (
    CORPORA,
    Corpus,
    CorpusError,
    CorpusSettings,
    corpus_from_file,
    corpus_from_text,
    load_corpus,
)
from tests.makemore.local_server import LocalServer, body

NAMES = b"emma\nolivia\nava"
SHA256 = hashlib.sha256(NAMES).hexdigest()


# -------------------------------------------------------------------------------- the registry


def test_names_are_bundled_in_file_order() -> None:
    corpus = load_corpus("names")
    assert len(corpus.words) == 32_033
    assert corpus.words[:4] == ("emma", "olivia", "ava", "isabella")
    assert set("".join(corpus.words)) == set("abcdefghijklmnopqrstuvwxyz")
    assert corpus.words.count("riley") == 2  # girls and boys
    assert corpus.as_of == "2018" and "Social Security" in corpus.source


@pytest.mark.skipif(
    CorpusSettings.from_environment().local("names.txt") is None,
    reason="the folder that MAKEMORE_DATA names holds no names.txt",
)
def test_names_are_the_notebooks_names_in_another_order() -> None:
    ours, theirs = load_corpus("names"), load_corpus("names.txt")
    assert sorted(ours.words) == sorted(theirs.words) and ours.words != theirs.words
    assert theirs.sha256 == CorpusSettings().names_sha256


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_loads_or_says_what_to_do(name: str, server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(b"", code=404)]
    settings = CorpusSettings(cache_folder=tmp_path, names_url=server.url)
    try:
        assert load_corpus(name, settings=settings).name == name
    except CorpusError as error:
        assert len(str(error)) > 40


def test_an_unknown_corpus_names_those_there_are() -> None:
    with pytest.raises(CorpusError, match=r"“nmaes”.*names, names.txt, handles"):
        load_corpus("nmaes")


def test_a_corpus_is_frozen_and_its_digest_is_of_its_words() -> None:
    corpus = Corpus("x", ("emma", "olivia", "ava"), "here")
    assert corpus.sha256 == SHA256 and len(corpus) == 3
    with pytest.raises(FrozenInstanceError):
        corpus.name = "y"


def test_the_environment_names_the_local_folder(tmp_path: Path) -> None:
    assert CorpusSettings.from_environment({"MAKEMORE_DATA": str(tmp_path)}).data_folder == tmp_path
    assert CorpusSettings.from_environment({"MAKEMORE_DATA": " "}).data_folder is None


# --------------------------------------------------------------------------- the notebooks' file


@pytest.fixture
def settings(server: LocalServer, tmp_path: Path) -> CorpusSettings:
    return CorpusSettings(
        data_folder=tmp_path / "data",
        cache_folder=tmp_path / "cache",
        names_url=f"{server.url}/names.txt",
        names_sha256=SHA256,
    )


def test_names_txt_is_downloaded_once(server: LocalServer, settings: CorpusSettings) -> None:
    server.plays = [body(NAMES)]
    for _ in range(2):
        assert load_corpus("names.txt", settings=settings).words == ("emma", "olivia", "ava")
    assert len(server.seen) == 1


def test_the_local_folder_comes_first(server: LocalServer, settings: CorpusSettings) -> None:
    settings.data_folder.mkdir()
    (settings.data_folder / "names.txt").write_bytes(NAMES)
    assert len(load_corpus("names.txt", settings=settings)) == 3
    assert server.seen == [] and not settings.cache_folder.exists()


def test_another_file_of_that_name_is_refused(settings: CorpusSettings) -> None:
    settings.data_folder.mkdir()
    (settings.data_folder / "names.txt").write_bytes(NAMES + b"x")
    with pytest.raises(CorpusError, match="sha256 differs"):
        load_corpus("names.txt", settings=settings)


def test_a_damaged_cache_is_downloaded_anew(server: LocalServer, settings: CorpusSettings) -> None:
    settings.cache_folder.mkdir()
    (settings.cache_folder / "names.txt").write_bytes(NAMES[:-1])
    server.plays = [body(NAMES)]
    assert len(load_corpus("names.txt", settings=settings)) == 3


BROKEN = {
    "another file": (body(NAMES + b"x"), "sha256 differs"),
    "cut off": (body(NAMES[:5], length=len(NAMES)), "could not be reached"),
    "not there": (body(b"", code=404), "could not be reached"),
    "huge": (body(b"x" * 10_000_001), "larger than 10,000,000 bytes"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_download_leaves_nothing(
    server: LocalServer, settings: CorpusSettings, case: str
) -> None:
    play, words = BROKEN[case]
    server.plays = [play]
    with pytest.raises(CorpusError, match=words) as caught:
        load_corpus("names.txt", settings=settings)
    assert "MAKEMORE_DATA" in str(caught.value)
    assert not list(settings.cache_folder.glob("**/*"))


def test_a_busy_server_is_asked_again(server: LocalServer, settings: CorpusSettings) -> None:
    server.plays = [body(b"", code=503), body(NAMES)]
    assert len(load_corpus("names.txt", settings=settings)) == 3


# ------------------------------------------------------------------------------- a pasted list

LISTS = {
    "lines": ("anna\nbob\n", ("anna", "bob")),
    "blanks": ("  anna \r\n\r\n\t\n bob", ("anna", "bob")),
    "commas": ("anna, bob,carl", ("anna", "bob", "carl")),
    "mixed": ("anna, bob;carl\tdora", ("anna", "bob", "carl", "dora")),
    "one line": ("anna bob  carl", ("anna", "bob", "carl")),
    "blanks within": ("New  York\nRome", ("New York", "Rome")),
    "header": ("name,sex,births\nemma,F,18818\nolivia,F,18055", ("emma", "olivia")),
    "second column": ("id;First name\n1;Émile\n2;Zoé", ("Émile", "Zoé")),
    "numbers": ("emma,18818\nolivia,18055", ("emma", "olivia")),
    "numbers first": ("1\temma\n2\tolivia", ("emma", "olivia")),
    "heading": ("Handle\ntourist\nUm_nik", ("tourist", "Um_nik")),
    "short row": ("id,name\n1,emma\n2\n3,ava", ("emma", "ava")),
    "quoted": ('"O\'Neil","de la Cruz"\nanna', ("O'Neil", "de la Cruz", "anna")),
    "stray quote": ('"anna,bob\ncarl,dora', ("anna", "bob", "carl", "dora")),
    "repetitions": ("anna\nbob\nanna", ("anna", "bob", "anna")),
    "case": ("Anna\nANNA", ("Anna", "ANNA")),
    "composed": ("Zoe\u0301\nbob", ("Zoé", "bob")),
    "right to left": ("שלום\nمريم", ("שלום", "مريم")),
    "emoji": ("😀😃\n🎉", ("😀😃", "🎉")),
    "family": ("👨\u200d👩\u200d👧\n❤\ufe0f", ("👨👩👧", "❤")),
    "controls": ("an\x00na\x07\nb\u200bo\u202eb\ufeff", ("anna", "bob")),
    "surrogate": ("an\ud800na\nbob", ("anna", "bob")),
    "html": ("<img src=x onerror=alert(1)>\n${1+1}", ("<img src=x onerror=alert(1)>", "${1+1}")),
    "dots": ("a.b\n...", ("a.b", "...")),
}


@pytest.mark.parametrize("case", LISTS)
def test_what_people_paste(case: str) -> None:
    text, words = LISTS[case]
    assert corpus_from_text(text).words == words


HOPELESS = {
    "empty": ("", "There are no words here. Give at least two"),
    "blank": (" \n\t\r\n \u200b", "There are no words here"),
    "one word": ("anna", "only one word here, “anna”. Give at least two"),
    "one letter": ("aaa\naa", "the one letter “a”"),
    "one endless word": ("a" * 10_000, "all with more than 100 letters"),
    "a heading only": ("name", "only one word"),
    "commas only": (",,;", "There are no words here"),
    "a huge cell": ('"' + "a" * 200_000 + '"', "more than 100 letters"),
}


@pytest.mark.parametrize("case", HOPELESS)
def test_what_cannot_be_learned_from_is_said(case: str) -> None:
    text, words = HOPELESS[case]
    with pytest.raises(CorpusError) as caught:
        corpus_from_text(text)
    assert words in str(caught.value)


def test_what_was_left_out_is_said() -> None:
    few = Limits(words=3, letters_per_word=5)
    corpus = corpus_from_text("anna\nbob\x00\ncarl\nelizabeth\ndora\nemil", limits=few)
    assert corpus.words == ("anna", "bob", "carl")
    assert corpus.notes == (
        "1 invisible or control character taken out.",
        "1 word of more than 5 letters left out.",
        "2 words beyond the first 3 left out.",
    )
    assert corpus_from_text("anna\nbob").notes == ()
    with pytest.raises(CorpusError, match="has 10 characters; the limit is 5"):
        corpus_from_text("anna\nbobby", limits=Limits(characters=5))


@pytest.mark.parametrize("separator", ["\n", ", "])
def test_a_hundred_thousand_words_are_quick(separator: str) -> None:
    words = tuple(f"word{number}" for number in range(100_000))
    start = time.perf_counter()
    assert corpus_from_text(separator.join(words)).words == words
    assert time.perf_counter() - start < 1


# -------------------------------------------------------------------------------------- a file

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_many_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "мой список.txt").write_bytes("Анна\nБорис\n".encode(encoding))
    corpus = corpus_from_file(tmp_path / "мой список.txt")
    assert (corpus.name, corpus.words) == ("мой список", ("Анна", "Борис"))
    assert corpus.source == "the file мой список.txt"
    assert ("Cyrillic" in "".join(corpus.notes)) == (encoding == "cp1251")


def test_an_old_western_file(tmp_path: Path) -> None:
    (tmp_path / "noms.csv").write_bytes("name;n\nZoé;3\nŒdipe;1".encode("cp1252"))
    corpus = corpus_from_file(tmp_path / "noms.csv", name="noms")
    assert corpus.words == ("Zoé", "Œdipe")
    assert "read as Western (Windows-1252)" in corpus.notes[0]


BINARY = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "pickle": b"\x80\x04\x95\x0b\x00\x00\x00",
    "zip": b"PK\x03\x04\x14\x00\x08\x00\xc3\x9f",
    "zeros": bytes(1000),
    "half of UTF-16": b"\xff\xfea\x00b",
}


@pytest.mark.parametrize("case", BINARY)
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, case: str) -> None:
    (tmp_path / "list.txt").write_bytes(BINARY[case])
    with pytest.raises(CorpusError, match="not a list in plain text"):
        corpus_from_file(tmp_path / "list.txt")


def test_a_file_that_is_missing_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"list.txt could not be read: No such file"):
        corpus_from_file(tmp_path / "list.txt")
    (tmp_path / "list.txt").write_bytes(b"anna\n" * 500_000)
    with pytest.raises(CorpusError, match="larger than 2 MB"):
        corpus_from_file(tmp_path / "list.txt", max_bytes=2_000_000)


def test_a_short_list_may_hold_a_nul(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"anna\x00\nbob\ncarl\ndora")
    corpus = corpus_from_file(tmp_path / "list.txt")
    assert corpus.words[0] == "anna" and "1 invisible" in corpus.notes[0]
