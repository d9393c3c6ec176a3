"""Three dice: how a random number becomes a letter.

The same probabilities and the same seed have printed three different lists of names over the
years, because the die changed and not the model.

coin:     one number u in [0, 1) a letter; the first letter at which the running sum of the
          probabilities reaches u. Ours: it can be drawn as a bar that a coin falls on, and gives
          the names that lecture 1 prints.
race:     every letter draws a waiting time; the shortest wins. What torch.multinomial does today.
race-mkl: the same race with MKL's number stream, as PyTorch builds with MKL drew it for years
          (notebooks D and E).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

Die = Callable[[np.ndarray], int]  # probabilities (V,) -> the letter's id
MAX_SEED = 2**63 - 1


def check_seed(seed: int) -> int:
    """A whole number from 0 to 2^63 - 1, or ValueError in words."""
    if not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise ValueError(f"the seed must be a whole number from 0 to {MAX_SEED}, not {seed}")
    return seed


def coins(seed: int, *, count: int, letters: int) -> Iterator[np.ndarray]:
    """Rows of `letters` coins in [0, 1), one row a name. More rows change no earlier one."""
    generator = torch.Generator().manual_seed(check_seed(seed))
    for _ in range(count):
        yield torch.rand(letters, dtype=torch.float64, generator=generator).numpy()


def inverse_cdf(probabilities: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Where coins fall. probabilities (B, V), u (B,) in [0, 1) -> ids (B,)."""
    running = np.cumsum(probabilities, axis=1)  # (B, V) float64
    ids = (running < u[:, None] * running[:, -1:]).sum(1)
    # A coin of exactly 0 must not choose a letter of probability 0 that stands before all others.
    return np.maximum(ids, (probabilities > 0).argmax(1))


def coin(seed: int) -> Die:
    """One coin a letter, all names from one line of coins, as the lectures draw."""
    generator = torch.Generator().manual_seed(check_seed(seed))

    def roll(probabilities: np.ndarray) -> int:
        u = torch.rand(1, dtype=torch.float64, generator=generator).numpy()
        return int(inverse_cdf(probabilities[None, :], u)[0])

    return roll


def race(seed: int) -> Die:
    """Exponential waiting times from torch's generator, in float32: today's torch.multinomial."""
    generator = torch.Generator().manual_seed(check_seed(seed))

    def roll(probabilities: np.ndarray) -> int:
        u = torch.rand(len(probabilities), dtype=torch.float64, generator=generator).numpy()
        return _winner(probabilities, -np.log1p(-u))

    return roll


def race_mkl(seed: int) -> Die:
    """The same race over MKL's MCG31 stream, newly seeded for each letter."""
    twister = np.random.RandomState(check_seed(seed) & 0xFFFFFFFF)
    modulus, factor = 2**31 - 1, 1132489760

    def roll(probabilities: np.ndarray) -> int:
        x = int(twister.randint(0, 2**32, dtype=np.uint32)) % modulus or 1
        stream = []
        for _ in probabilities:
            stream.append(x / modulus)
            x = factor * x % modulus
        return _winner(probabilities, -np.log(np.array(stream)))

    return roll


def _winner(probabilities: np.ndarray, waiting: np.ndarray) -> int:
    return int(np.argmax(probabilities.astype(np.float32) / waiting.astype(np.float32)))


DICE: dict[str, Callable[[int], Die]] = {"coin": coin, "race": race, "race-mkl": race_mkl}
