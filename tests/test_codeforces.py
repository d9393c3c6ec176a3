"""The Codeforces client against every answer the API is known to give, played by a local server."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import socket
import struct
import time
from dataclasses import replace
from pathlib import Path

import pytest

from makemore.codeforces import (
    CACHE_FILE,
    CodeforcesSettings,
    FetchProgress,
    cached_handles,
    fetch_handles,
)
from makemore.corpora import CorpusError, CorpusSettings, load_corpus, synthetic_handles
from makemore.turns import one_at_a_time

from .local_server import LocalServer, body

USERS = [
    {"handle": "tourist", "rating": 3800, "email": "secret@example.org", "friends": {"handle": 1}},
    {"lastName": "Secret", "handle": "a.b-c_9", "rating": 3700, "unknown": [1, {"x": None}]},
    {"handle": "Um_nik", "firstName": "Секрет", "rating": 3600},
]
HANDLES = ("tourist", "a.b-c_9", "Um_nik")
OLD = json.dumps({"as_of": "2025-01-31", "handles": ["old_one", "old_two"]}).encode()
NEW_YEAR = 1767225600.0  # 2026-01-01, in seconds


def ok(users: object, **more: object) -> bytes:
    return json.dumps({"status": "OK", "result": users, **more}).encode()


def failed(comment: str) -> bytes:
    return json.dumps({"status": "FAILED", "comment": comment}).encode()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = NEW_YEAR, []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def fetch(
    server: LocalServer, folder: Path, *, time: Time | None = None, **settings: object
) -> list[FetchProgress]:
    time = time or Time()
    asked = replace(CodeforcesSettings(base_url=server.url, read_timeout=5.0), **settings)
    return list(fetch_handles(folder, settings=asked, clock=time.clock, sleep=time.sleep))


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


# ------------------------------------------------------------------------------- what may pass

BUSY = body(b"<html>503</html>", code=503)
BLOCKED = b"<html>The page is temporarily blocked by administrator.</html>"


def reset(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(ok(USERS)[:40])
    handler.wfile.flush()
    linger = struct.pack("ii", 1, 0)  # close with RST
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def no_answer_at_all(handler) -> None:
    handler.connection.close()


def silence(handler) -> None:
    time.sleep(0.3)


def broken_gzip() -> bytes:
    return gzip.compress(ok(USERS))[:-30] + b"x" * 30


PASSING = {
    "busy": (BUSY, "busy or was asked too often (HTTP 503)"),
    "busy, said in JSON": (body(failed("down for a moment"), code=503), "(HTTP 503)"),
    "too many requests": (body(b"", code=429), "asked too often (HTTP 429)"),
    "call limit": (body(failed("Call limit exceeded")), "asked too often"),
    "challenge": (body(b"<title>Just a moment...</title>", code=403), "keeps programs out"),
    "switched off": (body(b"<html>not found</html>", code=404), "switched its API off (HTTP 404)"),
    "blocked": (body(BLOCKED), "switched its API off (HTTP 200)"),
    "another page": (body(b"<!DOCTYPE html><p>hello"), "a page instead of data (HTTP 200)"),
    "elsewhere": (body(b"", code=302, Location="/x"), "a page instead of data (HTTP 302)"),
    "server error": (body(b"oops", code=500), "(HTTP 500)"),
    "empty": (body(b""), "a page instead of data"),
    "truncated": (body(ok(USERS)[:-10], length=-1), "broke off"),
    "length too large": (body(ok(USERS)[:90], length=500), "broke off"),
    "length too small": (body(ok(USERS), length=60), "broke off"),
    "garbled": (body(ok(USERS).replace(b"rating", b'"rating')), "garbled"),
    "not UTF-8": (body(ok(USERS).replace(b"Secret", b"\xff\xfe")), "garbled"),
    "broken gzip": (body(broken_gzip(), Content_Encoding="gzip"), "broke off or was garbled"),
    "not gzip": (body(ok(USERS), Content_Encoding="gzip"), "garbled"),
    "reset": (reset, "reached|broke off"),
    "hung up": (no_answer_at_all, "cannot be reached"),
    "silence": (silence, "did not answer in time"),
}


@pytest.mark.parametrize("case", PASSING)
def test_trouble_that_passes(server: LocalServer, tmp_path: Path, case: str) -> None:
    play, words = PASSING[case]
    server.plays = [play, body(ok(USERS))]
    records = fetch(server, tmp_path, read_timeout=0.1 if case == "silence" else 5.0)
    assert cached_handles(tmp_path).words == HANDLES
    told = " ".join(record.message for record in records)
    assert any(word in told for word in words.split("|"))
    assert "Next try in 2 s." in told
    assert records[-1].attempt == 2


@pytest.mark.parametrize("case", PASSING)
def test_trouble_that_stays_leaves_the_old_list(
    server: LocalServer, tmp_path: Path, case: str
) -> None:
    play, words = PASSING[case]
    server.plays = [play]
    (tmp_path / CACHE_FILE).write_bytes(OLD)
    with pytest.raises(CorpusError) as caught:
        fetch(server, tmp_path, attempts=2, read_timeout=0.1 if case == "silence" else 5.0)
    assert len(server.seen) == 2
    assert any(word in str(caught.value) for word in words.split("|"))
    assert "The list as of 2025-01-31, fetched before, is kept." in str(caught.value)
    assert (tmp_path / CACHE_FILE).read_bytes() == OLD


def test_no_network_at_all(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        nobody = LocalServer(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(CorpusError, match="connected to the internet") as caught:
            fetch(nobody, tmp_path)
    assert "handles that it makes up" in str(caught.value)


# --------------------------------------------------------------------------- what does not pass

FINAL = {
    "refused": (body(failed("handle: User with handle x not found"), code=400), "“handle: User"),
    "refused without a code": (body(failed("activeOnly: wrong")), "“activeOnly: wrong”"),
    "refused with a page": (body(b"<html>", code=400), "refused the request (HTTP 400)"),
    "empty list": (body(ok([])), "its list is empty"),
    "not a list": (body(ok({"handle": "tourist"})), "not a list"),
    "null": (body(ok(None)), "not a list"),
    "a list of strings": (body(ok(["tourist", "Um_nik"])), "something else than users"),
    "no handles": (body(ok([{"rating": 1}])), "its list is empty"),
    "no status": (body(b'{"error": 1}'), "does not say whether it is OK"),
    "too short": (body(ok([*USERS, {"handle": "ab"}])), "'ab' stands where"),
    "too long": (body(ok([{"handle": "a" * 25}])), "stands where"),
    "a script": (body(ok([{"handle": "<img src=x>"}])), "'<img src=x>' stands where"),
    "a line": (body(ok([{"handle": "abc\n"}])), "stands where"),
    "a number": (body(ok([{"handle": 12345}])), "'12345' stands where"),
    "huge": (body(ok([{"rating": 1}] * 20_000)), "more than 100,000 bytes"),
    "bomb": (body(gzip.compress(b"{" + b" " * 10**7), Content_Encoding="gzip"), "more than"),
    "deep": (body(b'{"a":' + b"[" * 5000), "nested too deeply"),
}


@pytest.mark.parametrize("case", FINAL)
def test_what_is_wrong_is_not_asked_again(server: LocalServer, tmp_path: Path, case: str) -> None:
    play, words = FINAL[case]
    server.plays = [play]
    (tmp_path / CACHE_FILE).write_bytes(OLD)
    with pytest.raises(CorpusError) as caught:
        fetch(server, tmp_path, max_bytes=100_000)
    assert words in str(caught.value)
    assert len(server.seen) == 1
    assert (tmp_path / CACHE_FILE).read_bytes() == OLD
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_too_slow(server: LocalServer, tmp_path: Path) -> None:
    server.plays = [body(ok(USERS))]
    steps = itertools.count(NEW_YEAR, 400.0)
    asked = CodeforcesSettings(base_url=server.url, attempts=1)
    with pytest.raises(CorpusError, match="too slowly"):
        list(fetch_handles(tmp_path, settings=asked, clock=lambda: next(steps)))


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
    server.plays = [BUSY]
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


def test_synthetic_handles_say_so() -> None:
    corpus = synthetic_handles(["abc", "abd"])
    assert corpus.synthetic and corpus.words == ("abc", "abd")
    assert "drawn from a model" in corpus.source
