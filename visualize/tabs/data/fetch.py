"""Getting a list of handles while people watch: fetched from Codeforces, or made up by a model."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from makemore.corpora.codeforces import FetchProgress, cached_handles, fetch_handles
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.synthetic import invent
from visualize.page.library import Library

MADE_UP = 10_000
INVENTOR = "wavenet-handles"
TICK = 0.5  # s between two signs of life; also how soon a stop is noticed
SAY_EVERY = 0.2  # s between two records while handles are made up
OFF = "Fetching is switched off on this computer."

T = TypeVar("T")


@dataclass(frozen=True)
class Report:
    """A sentence for people; state: "quiet", "busy", "done" or "wrong"; share: 0 to 1, if known."""

    text: str
    state: str = "busy"
    share: float | None = None


def at_hand(library: Library) -> Report:
    """Which handles the lab has now, and what can be done."""
    corpus = library.corpora.get("handles")
    switched = "" if library.settings.may_fetch else f" {OFF}"
    if corpus is None:
        return Report(
            "No list of handles is on this computer. Codeforces publishes one; without a "
            f"network the WaveNet can make some up.{switched}",
            "quiet",
        )
    if corpus.synthetic:
        return Report(
            f"In use: {len(corpus):,} made-up handles, drawn from a model. Nobody chose "
            f"them.{switched}",
            "quiet",
        )
    return Report(f"In use: {len(corpus):,} handles as of {corpus.as_of}.{switched}", "quiet")


def fetching(library: Library) -> Iterator[Report]:
    """Fetch the list from Codeforces and let the library keep it; the last report says how it
    went. Whatever goes wrong, the list that was there stays. Closing it ends the request."""
    settings = library.settings
    if not settings.may_fetch:
        yield Report(OFF, "wrong")
        return
    folder = settings.corpora.cache_folder

    def records(stop: threading.Event) -> Generator[FetchProgress, None, None]:
        return fetch_handles(folder, settings=settings.codeforces, sleep=stop.wait)

    try:
        with closing(ticking(records, every=TICK)) as news:
            yield from _told(news)
        library.keep(cached_handles(folder))
    except CorpusError as error:
        yield Report(str(error), "wrong")
        return
    yield Report(f"Fetched. {at_hand(library).text}", "done")


def _told(news: Iterator[FetchProgress | None]) -> Iterator[Report]:
    """Each record as a report; where none comes, how long we have been waiting for it."""
    last, since = FetchProgress("Asking Codeforces …", 1), time.monotonic()
    for record in news:
        if record is not None:
            last, since = record, time.monotonic()
        waited = time.monotonic() - since
        patience = f" {waited:.0f} s so far; it may take a minute." if waited >= 2 else ""
        share = last.handles / last.wanted if last.wanted and last.handles else None
        yield Report(last.message + patience, "busy", share)


def ticking(
    records: Callable[[threading.Event], Generator[T, None, None]], *, every: float
) -> Generator[T | None, None, None]:
    """The records as they come, and None whenever there was none for `every` seconds.

    records: makes them, given an event that says when to stop; it runs in a thread of its own, so
    that a slow server blocks no other visitor. Closing this generator sets the
    event and closes the records, at the latest when the next one would have come.
    """
    arrived: queue.SimpleQueue = queue.SimpleQueue()
    stop = threading.Event()
    threading.Thread(target=_work, args=(records(stop), arrived, stop), daemon=True).start()
    try:
        while True:
            try:
                record, error, over = arrived.get(timeout=every)
            except queue.Empty:
                yield None
                continue
            if error is not None:
                raise error
            if over:
                return
            yield record
    finally:
        stop.set()


def _work(
    records: Generator[T, None, None], arrived: queue.SimpleQueue, stop: threading.Event
) -> None:
    try:
        with closing(records):
            for record in records:
                if stop.is_set():
                    return
                arrived.put((record, None, False))
    except Exception as error:  # the reader of the records gets it, whatever it is
        arrived.put((None, error, True))
    else:
        arrived.put((None, None, True))


def inventing(
    library: Library, *, compute_slot: threading.BoundedSemaphore, count: int = MADE_UP
) -> Iterator[Report]:
    """Make up handles with the shipped WaveNet and let the library keep them, as made up.

    Each slice of about 0.1 s runs inside the slot. A real list is never replaced.
    """
    here, model = library.corpora.get("handles"), library.checkpoints.get(INVENTOR)
    if here is not None and not here.synthetic:
        yield Report(f"A real list is here already. {at_hand(library).text}", "quiet")
        return
    if model is None:
        yield Report(f"The checkpoint {INVENTOR}, which makes handles up, is missing.", "wrong")
        return
    words: list[str] = []
    yield Report("Making up handles …", "busy", 0.0)
    slices, said = invent(model, count=count), time.monotonic()
    while len(words) < count:
        with compute_slot:
            fresh = next(slices, None)
        if fresh is None:
            break
        words += fresh
        if time.monotonic() - said >= SAY_EVERY:
            said = time.monotonic()
            yield Report(
                f"Making up handles: {len(words):,} of {count:,}", "busy", len(words) / count
            )
    library.keep(
        Corpus(
            "handles",
            tuple(words),
            f"made up: drawn from the model {model.name}, "
            "none of them in the list that it learned from",
            synthetic=True,
        )
    )
    yield Report(at_hand(library).text, "done")
