"""Visitors without a browser: each asks the server what its page would ask, many at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

import requests

PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Lab:
    """The served app, as its config describes it."""

    url: str
    components: dict[int, dict[str, Any]]
    dependencies: list[dict[str, Any]]

    @classmethod
    def at(cls, url: str) -> Lab:
        """Ask the app that is served there what it consists of."""
        config = requests.get(f"{url}config", timeout=PATIENCE).json()
        return cls(url, {one["id"]: one for one in config["components"]}, config["dependencies"])

    def event(self, elem_id: str, name: str) -> dict[str, Any]:
        """What happens on this event of the component with this elem_id."""
        number = next(
            key for key, one in self.components.items() if one["props"].get("elem_id") == elem_id
        )
        return next(one for one in self.dependencies if [number, name] in one["targets"])


@dataclass(frozen=True)
class Visitor:
    """A visitor with the page open and all controls at their first values."""

    lab: Lab
    session: str = field(default_factory=lambda: uuid4().hex)

    def ask(self, elem_id: str, name: str) -> Iterator[dict[str, Any]]:
        """Fire an event; yield what the server says."""
        event, url = self.lab.event(elem_id, name), self.lab.url
        data = [self.lab.components[number]["props"].get("value") for number in event["inputs"]]
        body = {"fn_index": event["id"], "data": data, "session_hash": self.session}
        requests.post(f"{url}gradio_api/queue/join", json=body, timeout=PATIENCE).raise_for_status()
        with requests.get(
            f"{url}gradio_api/queue/data",
            params={"session_hash": self.session},
            stream=True,
            timeout=PATIENCE,
        ) as stream:
            for line in stream.iter_lines():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    def answered(self, elem_id: str, name: str) -> float:
        """Milliseconds until an event was answered. Raises RuntimeError if it went wrong."""
        begun = time.perf_counter()
        for said in self.ask(elem_id, name):
            if said["msg"] == "process_completed":
                if not said["success"]:
                    raise RuntimeError(f"{elem_id}.{name}: {said['output']}")
                return 1_000 * (time.perf_counter() - begun)
        raise RuntimeError(f"{elem_id}.{name}: no answer")


def at_once(acts: Sequence[Callable[[], float]]) -> list[float]:
    """What each of them returns, all begun in the same moment."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(act) for act in acts]]


def opened(url: str) -> float:
    """Milliseconds until the page, with all that it shows first, has arrived."""
    begun = time.perf_counter()
    requests.get(url, timeout=PATIENCE).raise_for_status()
    return 1_000 * (time.perf_counter() - begun)


@contextmanager
def training(lab: Lab, visitors: int) -> Iterator[None]:
    """So many visitors train, each again and again, for as long as this is open."""
    over = Event()

    def train() -> None:
        while not over.is_set():
            for said in Visitor(lab).ask("train-go", "click"):
                if over.is_set() or said["msg"] == "process_completed":
                    break

    with ThreadPoolExecutor(visitors) as pool:
        at_work = [pool.submit(train) for _ in range(visitors)]
        try:
            yield
        finally:
            over.set()
    for work in at_work:
        work.result()  # an error of a trainer is an error of the measurement
