"""Handles of the best rated Codeforces users: fetched on request, kept in a cache with their date.

One request at a time on this computer, two seconds apart, streamed, and cut off as soon as there
are enough handles (the API lists users by falling rating). The old list is replaced only when the
new one is complete: whatever goes wrong before that leaves it as it was, to the byte.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from makemore.corpora.codeforces_answer import (
    BUSY,
    HANDLE,
    LATER,
    Body,
    TryAgain,
    explain_page,
    read_handles,
)
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.download import write_atomically
from makemore.corpora.rate_limit import note_request, one_at_a_time, until_allowed

CACHE_FILE = "codeforces_handles.json"
TURN = "codeforces"  # whose requests keep their distance


@dataclass(frozen=True)
class CodeforcesSettings:
    """What is asked for, and how patiently. Times in seconds."""

    base_url: str = "https://codeforces.com/api"
    limit: int = 10_000
    active_only: bool = True
    include_retired: bool = False
    connect_timeout: float = 10.0
    read_timeout: float = 90.0  # the API thinks for a minute before the first byte
    longest_answer: float = 600.0
    longest_wait: float = 120.0
    spacing: float = 2.0
    attempts: int = 4
    max_bytes: int = 256_000_000


@dataclass(frozen=True)
class FetchProgress:
    """How far a fetch is: ``bytes_read`` on the wire, of ``total_bytes`` where the server says."""

    message: str
    attempt: int
    handles: int = 0
    wanted: int = 0
    bytes_read: int = 0
    total_bytes: int | None = None
    done: bool = False


@dataclass(frozen=True)
class _Times:
    """The clock and the sleep of a fetch, so that tests need not wait."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]


def cached_handles(folder: Path) -> Corpus:
    """The handles that were fetched last; ``CorpusError`` if there are none, or damaged ones."""
    path = folder / CACHE_FILE
    if not path.is_file():
        raise CorpusError("The list of Codeforces handles is not here yet; it can be fetched.")
    try:
        card = json.loads(path.read_bytes())
        as_of = datetime.strptime(card["as_of"], "%Y-%m-%d").date().isoformat()
        words = tuple(card["handles"])
        if not words or not all(HANDLE.fullmatch(word) for word in words):
            raise ValueError("not handles")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CorpusError(
            f"The saved list of handles ({path}) is damaged. Fetch it anew."
        ) from error
    return Corpus("handles", words, "Codeforces, the best rated", as_of)


def fetch_handles(
    folder: Path,
    *,
    settings: CodeforcesSettings = CodeforcesSettings(),
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[FetchProgress]:
    """Fetch the list into the cache of ``folder``, saying how it goes; the last record is ``done``.

    Raises ``CorpusError``, in words for people, if it cannot be had. Closing the generator ends
    the request. Either way the list that was there before stays.
    """
    times = _Times(clock, sleep)
    with one_at_a_time(folder, TURN):
        try:
            handles, attempt = yield from _persist(folder, settings, times=times)
            as_of = _save(folder, handles, settings=settings, now=clock())
        except CorpusError as error:
            raise CorpusError(f"{error} {_what_remains(folder)}") from error
    message = f"{len(handles):,} handles, as of {as_of}."
    yield FetchProgress(message, attempt, len(handles), settings.limit, done=True)


def _persist(
    folder: Path, settings: CodeforcesSettings, *, times: _Times
) -> Generator[FetchProgress, None, tuple[list[str], int]]:
    """Ask, and ask again after a growing pause while the trouble is of the kind that passes."""
    trouble, pause = TryAgain("Codeforces wants a pause between two requests."), 0.0
    for attempt in range(1, settings.attempts + 1):
        since_last = until_allowed(folder, TURN, spacing=settings.spacing, now=times.clock())
        yield from _pause(max(pause, since_last), attempt, trouble=trouble, times=times)
        note_request(folder, TURN, now=times.clock())
        try:
            handles = yield from _ask(attempt, settings=settings, clock=times.clock)
            return handles, attempt
        except TryAgain as error:
            trouble = error
        except (requests.RequestException, HTTPError) as error:
            trouble = TryAgain(_network_trouble(error))
        pause = max(trouble.wait, settings.spacing * 2 ** (attempt - 1))
        if pause > settings.longest_wait:
            raise CorpusError(f"{trouble} It asks to be left alone for {pause / 60:.0f} minutes.")
    raise CorpusError(f"{trouble} Asked {settings.attempts} times. {LATER}") from trouble


def _ask(
    attempt: int, *, settings: CodeforcesSettings, clock: Callable[[], float]
) -> Generator[FetchProgress, None, list[str]]:
    """One request. Returns the handles; a record at most four times a second."""
    yield FetchProgress("Asking Codeforces …", attempt, wanted=settings.limit)
    handles: list[str] = []
    with requests.Session() as session, _open(session, settings) as answer:
        deadline = clock() + settings.longest_answer
        body = Body(answer.raw, max_bytes=settings.max_bytes, deadline=deadline, clock=clock)
        wait, said = _retry_after(answer.raw), clock()
        if answer.status_code in BUSY or body.peek(1) != b"{":
            raise explain_page(answer.status_code, body.peek(8192), wait=wait)
        try:
            for handle in read_handles(body, limit=settings.limit):
                handles.append(handle)
                if clock() - said >= 0.25:
                    said = clock()
                    yield _reading(attempt, len(handles), settings=settings, answer=answer)
        except TryAgain as error:
            raise TryAgain(str(error), wait=wait) from error
        yield _reading(attempt, len(handles), settings=settings, answer=answer)
    return handles


def _reading(
    attempt: int, count: int, *, settings: CodeforcesSettings, answer: requests.Response
) -> FetchProgress:
    length = answer.headers.get("Content-Length", "")
    return FetchProgress(
        f"Reading: {count:,} of at most {settings.limit:,} handles",
        attempt,
        count,
        settings.limit,
        bytes_read=answer.raw.tell(),
        total_bytes=int(length) if length.isdecimal() else None,
    )


def _open(session: requests.Session, settings: CodeforcesSettings) -> requests.Response:
    flags = {"activeOnly": settings.active_only, "includeRetired": settings.include_retired}
    return session.get(
        f"{settings.base_url}/user.ratedList",
        params={name: str(flag).lower() for name, flag in flags.items()},
        headers={"Accept-Encoding": "gzip", "User-Agent": "makemore-lab"},
        timeout=(settings.connect_timeout, settings.read_timeout),
        stream=True,
        allow_redirects=False,
    )


def _retry_after(raw: BaseHTTPResponse) -> float:
    """Seconds that the server asks to wait, 0 if it does not say or says it unreadably."""
    with suppress(HTTPError):
        return float(Retry().get_retry_after(raw) or 0.0)
    return 0.0


def _network_trouble(error: Exception) -> str:
    if isinstance(error, (requests.Timeout, TimeoutError)) or "timed out" in str(error).casefold():
        return "Codeforces did not answer in time."
    if isinstance(error, requests.ConnectionError):
        return "Codeforces cannot be reached. Is this computer connected to the internet?"
    return "The answer of Codeforces broke off or was garbled on the way."


def _pause(
    seconds: float, attempt: int, *, trouble: TryAgain, times: _Times
) -> Iterator[FetchProgress]:
    """Wait in steps of at most a second, so that the wait is seen and can be ended."""
    left = seconds
    while left > 0:
        yield FetchProgress(f"{trouble} Next try in {left:.0f} s.", attempt)
        step = min(1.0, left)
        times.sleep(step)
        left -= step


def _save(folder: Path, handles: list[str], *, settings: CodeforcesSettings, now: float) -> str:
    as_of = datetime.fromtimestamp(now, timezone.utc).date().isoformat()
    card = {"as_of": as_of, "asked": asdict(settings), "handles": handles}
    try:
        write_atomically(folder / CACHE_FILE, json.dumps(card, indent=0).encode())
    except OSError as error:
        raise CorpusError(f"The list could not be saved in {folder}: {error.strerror}.") from error
    return as_of


def _what_remains(folder: Path) -> str:
    try:
        return f"The list as of {cached_handles(folder).as_of}, fetched before, is kept."
    except CorpusError:
        return "Until then the lab can offer handles that it makes up itself."
