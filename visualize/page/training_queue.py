"""Who trains now and who waits: so many runs at once, the others in the order of their coming."""

from __future__ import annotations

import threading


class TrainingQueue:
    """The runs of all visitors of one app; first come, first served."""

    def __init__(self, places: int = 8) -> None:
        self.places = places
        self._tickets: list[object] = []
        self._lock = threading.Lock()

    def enter(self) -> object:
        """A ticket, which is given back with `leave`."""
        ticket = object()
        with self._lock:
            self._tickets.append(ticket)
        return ticket

    def before(self, ticket: object) -> int:
        """How many runs have to end before this one may begin; 0: it may train now."""
        with self._lock:
            return max(0, self._tickets.index(ticket) - self.places + 1)

    def leave(self, ticket: object) -> None:
        """Give the place to the next."""
        with self._lock:
            self._tickets.remove(ticket)

    def __len__(self) -> int:
        return len(self._tickets)


def waiting_words(before: int) -> str:
    """The sentence for a visitor who waits."""
    runs = "1 run" if before == 1 else f"{before} runs"
    return f"**{runs} before you.** Yours begins as soon as a place is free."
