"""Good manners towards a server: one request at a time from this computer, with a pause between.

The state is two files in a folder, ``<name>.lock`` and ``<name>.last``, so that it holds across
threads and programs without any of them sharing an object.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from makemore.corpora.corpus import CorpusError


@contextmanager
def one_at_a_time(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock while the block runs; `CorpusError` if another process holds it."""
    # A generator may be resumed in another thread than the one that began it.
    lock = FileLock(folder / f"{name}.lock", timeout=0, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise CorpusError(
            "This list is being fetched already, by another window or program on this computer. "
            "Wait until that is done."
        ) from error
    except OSError as error:
        raise CorpusError(f"Nothing can be saved in {folder}: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()


def until_allowed(folder: Path, name: str, *, spacing: float, now: float) -> float:
    """Seconds until the next request may go out, ``spacing`` after the last one of that name."""
    with suppress(OSError):
        last = (folder / f"{name}.last").stat().st_mtime
        return min(spacing, max(0.0, last + spacing - now))
    return 0.0


def note_request(folder: Path, name: str, *, now: float) -> None:
    """Remember that a request goes out now."""
    stamp = folder / f"{name}.last"
    stamp.touch()
    os.utime(stamp, (now, now))
