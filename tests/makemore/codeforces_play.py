"""What the Codeforces tests share: users as the API lists them, a clock, and a fetch from here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from makemore.corpora.codeforces import CodeforcesSettings, FetchProgress, fetch_handles
from tests.makemore.local_server import LocalServer

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
