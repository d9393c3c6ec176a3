"""Fetching from the command line, against a server on this computer; what is made up, described."""

from __future__ import annotations

from pathlib import Path

import pytest

import makemore.corpora.fetch
from makemore.__main__ import main
from makemore.checkpoint.checkpoint import load_checkpoint
from makemore.corpora.codeforces import CodeforcesSettings
from makemore.corpora.describe import describe
from makemore.corpora.fetch import fetch_corpus
from makemore.corpora.registry import CorpusSettings
from makemore.synthetic import invent
from tests.makemore.codeforces_play import HANDLES, USERS, ok
from tests.makemore.local_server import LocalServer, body

CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"


@pytest.fixture
def settings(server: LocalServer, tmp_path: Path) -> tuple[CorpusSettings, CodeforcesSettings]:
    return (
        CorpusSettings(cache_folder=tmp_path, names_url=server.url),
        CodeforcesSettings(base_url=server.url, spacing=0.01, attempts=2),
    )


def test_handles_are_fetched_anew_each_time(server: LocalServer, settings) -> None:
    server.plays = [body(ok(USERS)), body(ok(USERS[:1]))]
    corpora, codeforces = settings
    assert fetch_corpus("handles", settings=corpora, codeforces=codeforces).words == HANDLES
    assert len(fetch_corpus("handles", settings=corpora, codeforces=codeforces)) == 1


def test_the_command_says_what_it_has(
    server: LocalServer, settings, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        makemore.corpora.fetch.CorpusSettings, "from_environment", lambda: settings[0]
    )
    monkeypatch.setattr(makemore.corpora.fetch, "CodeforcesSettings", lambda: settings[1])
    server.plays = [body(ok(USERS))]
    assert main(["corpora", "--fetch", "handles"]) == 0
    assert capsys.readouterr().out.startswith("handles: 3 words, as of 20")
    server.plays = [body(b"<html>", code=404)]
    for name, said in (("handles", "switched its API off"), ("names.txt", "could not be had")):
        assert main(["corpora", "--fetch", name]) == 2
        errors = capsys.readouterr().err.splitlines()
        assert said in errors[-1] and errors[-1].startswith("makemore: ")
        assert not any("Traceback" in line for line in errors)


def test_made_up_words_are_new_and_always_the_same() -> None:
    checkpoint = load_checkpoint(CHECKPOINTS / "wavenet-handles")
    first, second = (
        [word for part in invent(checkpoint, count=600) for word in part] for _ in range(2)
    )
    assert first == second and len(set(first)) == 600
    assert all(checkpoint.origin(word) == "new" and 3 <= len(word) <= 24 for word in first)
    few = [word for part in invent(checkpoint, count=600, most_slices=1) for word in part]
    assert few == first[: len(few)] and len(few) < 600


def test_a_list_described() -> None:
    seen = describe(["ab", "ab", "c😀", "abc"])
    assert (seen.words, seen.distinct, seen.total) == (4, 3, 9)
    assert seen.lengths == {2: 3, 3: 1} and seen.repeated == (("ab", 2),)
    assert seen.letters == {"a": 3, "b": 3, "c": 2, "😀": 1}
    with pytest.raises(ValueError, match="no words"):
        describe([])
