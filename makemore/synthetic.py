"""Words that a model makes up, for when the real list is not at hand."""

from __future__ import annotations

from collections.abc import Iterator

from makemore.checkpoint.checkpoint import Checkpoint
from makemore.sampling import Sampling, sample

SLICE = 500  # words drawn at once: about a tenth of a second
HANDLE_LENGTHS = (3, 24)  # what Codeforces allows


def invent(
    checkpoint: Checkpoint,
    *,
    count: int,
    lengths: tuple[int, int] = HANDLE_LENGTHS,
    most_slices: int = 200,
) -> Iterator[list[str]]:
    """Draw words slice by slice until there are `count`; yields the new ones of each slice.

    The i-th slice has the seed i, so the same checkpoint always makes up the same list. No word
    comes twice, and none that the checkpoint was trained or judged on: a made-up handle must not
    be a real person's. A model that repeats itself may give fewer: it ends after `most_slices`.
    """
    seen: set[str] = set()
    for seed in range(1, most_slices + 1):
        settings = Sampling(seed=seed, min_length=lengths[0], max_length=lengths[1])
        drawn = sample(checkpoint.model, checkpoint.vocabulary, count=SLICE, settings=settings)
        fresh = dict.fromkeys(
            d.word
            for d in drawn
            if d.ended and d.word not in seen and checkpoint.origin(d.word) == "new"
        )
        words = list(fresh)[: count - len(seen)]
        seen.update(words)
        yield words
        if len(seen) >= count:
            return
