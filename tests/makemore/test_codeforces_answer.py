"""Every answer that the Codeforces API is known to give, and worse ones, played by a local server.

Whatever comes, the list that was there before survives to the byte.
"""

from __future__ import annotations

import gzip
import itertools
import socket
import struct
import time
from pathlib import Path

import pytest

from makemore.corpora.codeforces import (
    CACHE_FILE,
    CodeforcesSettings,
    cached_handles,
    fetch_handles,
)
from makemore.corpora.registry import CorpusError
from tests.makemore.codeforces_play import HANDLES, NEW_YEAR, OLD, USERS, failed, fetch, ok
from tests.makemore.local_server import LocalServer, body

# ------------------------------------------------------------------------------- what may pass

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
    "busy": (body(b"<html>503</html>", code=503), "busy or was asked too often (HTTP 503)"),
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
    "refused": (
        body(failed("handle: User with handle x not found"), code=400),
        "refused the request.",
    ),
    "refused without a code": (body(failed("activeOnly: wrong")), "refused the request."),
    "refused with a page": (body(b"<html>", code=400), "refused the request (HTTP 400)"),
    "empty list": (body(ok([])), "its list is empty"),
    "not a list": (body(ok({"handle": "tourist"})), "not a list"),
    "null": (body(ok(None)), "not a list"),
    "a list of strings": (body(ok(["tourist", "Um_nik"])), "something else than users"),
    "no handles": (body(ok([{"rating": 1}])), "its list is empty"),
    "no status": (body(b'{"error": 1}'), "does not say whether it is OK"),
    "too short": (body(ok([*USERS, {"handle": "ab"}])), "something else stands where"),
    "too long": (body(ok([{"handle": "a" * 25}])), "stands where"),
    "a script": (body(ok([{"handle": "<img src=x>"}])), "something else stands where"),
    "a line": (body(ok([{"handle": "abc\n"}])), "stands where"),
    "a number": (body(ok([{"handle": 12345}])), "something else stands where"),
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
