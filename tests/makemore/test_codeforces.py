"""The Codeforces client: what it asks, what it keeps, how it behaves; against a local server."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import time
from dataclasses import replace
from pathlib import Path

import pytest

from makemore.corpora.codeforces import (
    CACHE_FILE,
    CodeforcesSettings,
    cached_handles,
    fetch_handles,
)
from makemore.corpora.rate_limit import one_at_a_time
from makemore.corpora.registry import CorpusError, CorpusSettings, load_corpus
from tests.makemore.codeforces_play import HANDLES, NEW_YEAR, OLD, USERS, Time, fetch, ok
from tests.makemore.local_server import LocalServer, body

# ------------------------------------------------------------------------------ what goes well


def test_a_list_is_fetched_and_cached_with_its_date(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    records = fetch(server, tmp_path)
    corpus = cached_handles(tmp_path)
    assert corpus.words == HANDLES
    assert (corpus.name, corpus.as_of, corpus.synthetic) == ("handles", "2026-01-01", False)
    assert records[-1].done and records[-1].handles == 3
    assert not any(record.done for record in records[:-1])
    assert records[-2].bytes_read == records[-2].total_bytes == len(ok(USERS))


def test_nothing_but_handles_is_kept(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    fetch(server, tmp_path)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    kept = kept.replace(server.url.encode(), b"")  # its port is any number, 38001 too
    assert b"tourist" in kept
    assert not any(word in kept.lower() for word in (b"secret", b"example", b"rating", b"3800"))


def test_what_is_asked_for(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    fetch(server, tmp_path)
    [(path, headers)] = server.seen
    assert path == "/user.ratedList?activeOnly=true&includeRetired=false"
    assert headers["Accept-Encoding"] == "gzip"
    assert CodeforcesSettings().read_timeout >= 60


def test_gzip_is_unpacked(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(gzip.compress(ok(USERS)), Content_Encoding="gzip")]
    fetch(server, tmp_path)
    assert cached_handles(tmp_path).words == HANDLES


def test_chunked_and_dripping(server: LocalServer, tmp_path: Path) -> None:
    def drip(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for start in range(0, len(ok(USERS)), 20):
            handler.wfile.write(ok(USERS)[start : start + 20])
            handler.wfile.flush()
            time.sleep(0.002)

    server.plays = [drip]
    steps = itertools.count(NEW_YEAR, 0.1)
    asked = CodeforcesSettings(base_url=server.url)
    records = list(fetch_handles(tmp_path, settings=asked, clock=lambda: next(steps)))
    assert cached_handles(tmp_path).words == HANDLES
    counts = [record.handles for record in records]
    assert counts == sorted(counts) and counts[-1] == 3


def test_only_the_best_are_read_and_then_no_more(server: LocalServer, tmp_path: Path) -> None:
    """An answer of any length costs what the wanted handles cost: the rest is never received."""
    sent = []

    def endless(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'{"status":"OK","result":[{"handle":"user_0"}')
        with contextlib.suppress(OSError):
            for number in range(1, 10**6):
                handler.wfile.write(b',{"handle":"user_%d"}' % number)
                sent.append(number)

    server.plays = [endless]
    fetch(server, tmp_path, limit=100)
    assert cached_handles(tmp_path).words == tuple(f"user_{number}" for number in range(100))
    assert len(sent) < 10**6 - 1


def test_a_status_at_the_end_counts(server: LocalServer, tmp_path: Path) -> None:
    late = b'  \n{"result": [{"handle": "abc"}, {"handle": "abd"}], "status": "OK"}'
    server.plays = [body(late)]
    fetch(server, tmp_path, limit=1)
    assert cached_handles(tmp_path).words == ("abc",)


# ------------------------------------------------------------------------------------- manners


def test_retry_after_is_honoured(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(b"", code=503, Retry_After="17"), body(ok(USERS))]
    time = Time()
    records = fetch(server, tmp_path, time=time)
    assert sum(time.slept) == 17
    assert any(record.message.endswith("Next try in 17 s.") for record in records)


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e400"])
def test_a_retry_after_that_cannot_be_read(
    server: LocalServer, tmp_path: Path, nonsense: str
) -> None:
    server.plays = [body(b"", code=503, Retry_After=nonsense), body(ok(USERS))]
    time = Time()
    fetch(server, tmp_path, time=time)
    assert sum(time.slept) == 2


def test_an_hour_is_not_waited_for(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(b"", code=429, Retry_After="3600")]
    with pytest.raises(CorpusError, match="left alone for 60 minutes"):
        fetch(server, tmp_path)
    assert len(server.seen) == 1


def test_pauses_grow(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(b"", code=503)]
    time = Time()
    with pytest.raises(CorpusError, match="Asked 4 times"):
        fetch(server, tmp_path, time=time)
    assert sum(time.slept) == 2 + 4 + 8
    assert max(time.slept) <= 1


def test_two_fetches_keep_their_distance(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    time = Time()
    fetch(server, tmp_path, time=time)
    time.now += 0.5
    fetch(server, tmp_path, time=time)
    assert sum(time.slept) == pytest.approx(1.5)


def test_one_fetch_at_a_time(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    with (
        one_at_a_time(tmp_path, "codeforces"),
        pytest.raises(CorpusError, match="being fetched already"),
    ):
        fetch(server, tmp_path)
    assert server.seen == []
    fetch(server, tmp_path)


def test_closing_ends_the_fetch(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    (tmp_path / CACHE_FILE).write_bytes(OLD)
    progress = fetch_handles(tmp_path, settings=CodeforcesSettings(base_url=server.url))
    assert next(progress).message.startswith("Asking")
    progress.close()
    assert (tmp_path / CACHE_FILE).read_bytes() == OLD
    fetch(server, tmp_path)


# --------------------------------------------------------------------------------------- cache


def test_a_cache_that_cannot_be_written(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    (tmp_path / CACHE_FILE).mkdir()
    with pytest.raises(CorpusError, match="could not be saved"):
        fetch(server, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="Nothing can be saved"):
        fetch(server, tmp_path / "file" / "folder")


DAMAGED = {
    "cut off": OLD[:-5],
    "not JSON": b"\x00\xff",
    "a list": b"[]",
    "no handles": b'{"as_of": "2025-01-31", "handles": []}',
    "numbers": b'{"as_of": "2025-01-31", "handles": [1, 2]}',
    "no date": b'{"handles": ["old_one"]}',
    "a wrong date": b'{"as_of": "<b>", "handles": ["old_one"]}',
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_cache_is_named(server: LocalServer, tmp_path: Path, case: str) -> None:
    (tmp_path / CACHE_FILE).write_bytes(DAMAGED[case])
    with pytest.raises(CorpusError, match="Fetch it anew"):
        cached_handles(tmp_path)
    server.plays = [body(ok(USERS))]
    fetch(server, tmp_path)
    assert cached_handles(tmp_path).words == HANDLES


def test_the_corpus_comes_from_the_local_folder_or_the_cache(tmp_path: Path) -> None:
    settings = CorpusSettings(cache_folder=tmp_path, data_folder=tmp_path / "data")
    with pytest.raises(CorpusError, match="can be fetched"):
        load_corpus("handles", settings=settings)
    (tmp_path / CACHE_FILE).write_bytes(OLD)
    assert load_corpus("handles", settings=settings).as_of == "2025-01-31"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "handles_all_2022.txt").write_text("best\nsecond\nthird")
    local = load_corpus("handles", settings=replace(settings, handles=2))
    assert (local.words, local.as_of) == (("best", "second"), "2022-08-05")
