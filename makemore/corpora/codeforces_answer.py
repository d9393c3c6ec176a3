"""What the Codeforces API may answer, and what each answer means.

An answer is read as it comes in: one handle at a time, everything else about a user (real names,
e-mail) dropped at once. No text of an answer but handles reaches a person: messages are our own
words. Nothing here opens a connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Protocol

import ijson

from makemore.corpora.corpus import CorpusError

HANDLE = re.compile(r"[A-Za-z0-9_.-]{3,24}")
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
DEEPEST = 200  # characters of a JSON path; those of the API have 20
CHUNK = 1 << 16
LATER = "Try again in a few minutes."


class TryAgain(Exception):
    """Trouble that may pass: the text says what it is, ``wait`` how many seconds are asked for."""

    def __init__(self, text: str, *, wait: float = 0.0):
        super().__init__(text)
        self.wait = wait


class Readable(Protocol):
    """An open binary file, as far as a reader of JSON needs one."""

    def read(self, size: int, /) -> bytes: ...


class Pieces(Protocol):
    """A response of urllib3, as far as it is used here: ``read1`` gives what has come so far."""

    def read1(self, amt: int, decode_content: bool) -> bytes: ...


class Body:
    """A response's decoded body as a file, with a cap on its size and a time when it must end."""

    def __init__(self, raw: Pieces, *, max_bytes: int, deadline: float, clock: Callable[[], float]):
        self.raw, self.max_bytes, self.deadline, self.clock = raw, max_bytes, deadline, clock
        self.ahead, self.size = b"", 0

    def peek(self, size: int) -> bytes:
        """The first ``size`` bytes after any blanks, or as many as there are; they stay unread."""
        while len(self.ahead) < size and (more := self._receive(CHUNK)):
            self.ahead = (self.ahead + more).lstrip()
        return self.ahead[:size]

    def read(self, size: int, /) -> bytes:
        data, self.ahead = self.ahead[:size], self.ahead[size:]
        return data or (self._receive(size) if size else b"")

    def _receive(self, size: int) -> bytes:
        if self.clock() > self.deadline:
            raise TryAgain("The answer of Codeforces came too slowly.")
        data = self.raw.read1(size, decode_content=True) or b""
        self.size += len(data)
        if self.size > self.max_bytes:
            raise _unexpected(f"it has more than {self.max_bytes:,} bytes")
        return data


def read_handles(answer: Readable, *, limit: int) -> Iterator[str]:
    """The first ``limit`` handles of a ``user.ratedList`` answer, each as soon as it is read.

    Reads no further than it needs once the answer has said that it is OK. Raises ``TryAgain`` when
    the answer breaks off or the call limit was exceeded, ``CorpusError`` when the API refuses or
    the answer is not a list of users with handles.
    """
    status, comment, count = "", "", 0
    try:
        for path, event, value in ijson.parse(answer):
            if path == "status":
                status = str(value)
            elif path == "comment":
                comment = str(value)
            elif path == "result.item.handle":
                count += 1
                if count <= limit:
                    yield _checked(value)
            else:
                _check_form(path, event)
            if count >= limit and status == "OK":
                return
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise TryAgain("The answer of Codeforces broke off or was garbled on the way.") from error
    _check_end(status, comment, count)


def _checked(handle: object) -> str:
    if isinstance(handle, str) and HANDLE.fullmatch(handle):
        return handle
    raise _unexpected("something else stands where a handle should be")


def _check_form(path: str, event: str) -> None:
    if path == "result" and event not in ("start_array", "end_array"):
        raise _unexpected("its result is not a list")
    if path == "result.item" and event not in ("start_map", "map_key", "end_map"):
        raise _unexpected("its list holds something else than users")
    if len(path) > DEEPEST:
        raise _unexpected("it is nested too deeply")


def _check_end(status: str, comment: str, count: int) -> None:
    if "limit exceeded" in comment.casefold():
        raise TryAgain("Codeforces says that it was asked too often.")
    if status == "FAILED":
        raise CorpusError("Codeforces refused the request.")
    if status != "OK":
        raise _unexpected("it does not say whether it is OK")
    if not count:
        raise _unexpected("its list is empty")


def _unexpected(what: str) -> CorpusError:
    return CorpusError(f"The answer of Codeforces is not what it should be: {what}. {LATER}")


def explain_page(code: int, page: bytes, *, wait: float = 0.0) -> Exception:
    """The error to raise for an answer that is a page, not JSON: `TryAgain` or `CorpusError`.

    ``code`` is the HTTP status, ``page`` how the text begins, ``wait`` the Retry-After in seconds.
    """
    text = page.decode("utf-8", "replace").casefold()
    if code == HTTPStatus.FORBIDDEN or "just a moment" in text:
        return TryAgain(
            f"Codeforces shows a page that keeps programs out (HTTP {code}).",
            wait=wait,
        )
    if code == HTTPStatus.NOT_FOUND or "temporarily blocked" in text:
        return TryAgain(
            f"Codeforces has switched its API off (HTTP {code}), as it often does during contests.",
            wait=wait,
        )
    if code in BUSY:
        return TryAgain(f"Codeforces is busy or was asked too often (HTTP {code}).", wait=wait)
    if 400 <= code < 500:
        return CorpusError(f"Codeforces refused the request (HTTP {code}).")
    return TryAgain(f"Codeforces sent a page instead of data (HTTP {code}).", wait=wait)
