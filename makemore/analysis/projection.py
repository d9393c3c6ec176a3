"""Letters in the plane: vectors of any length, seen as points, and which ones lie near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Projection:
    """points: (T, V, 2); kept: share of the final spread along both axes, None if all of it was."""

    points: np.ndarray
    explained_variance: tuple[float, float] | None


def project_2d(snapshots: np.ndarray) -> Projection:
    """Vectors over training (T, V, C) -> points (T, V, 2).

    Two numbers stay as they are. More are turned so that the last snapshot spreads as widely as it
    can over two axes (principal component analysis, Pearson 1901); earlier snapshots are seen from
    the same side, so that a letter that moves on the picture did move.
    """
    snapshots = np.asarray(snapshots, dtype=np.float64)
    C = snapshots.shape[2]
    if C <= 2:
        return Projection(np.pad(snapshots, ((0, 0), (0, 0), (0, 2 - C))), None)
    centre = snapshots[-1].mean(0)  # (C,)
    _, spread, directions = np.linalg.svd(snapshots[-1] - centre, full_matrices=False)
    axes = np.zeros((2, C))
    axes[: len(directions[:2])] = directions[:2]
    # A direction and its opposite are equally good: always take the one whose largest part is > 0.
    largest = np.abs(axes).argmax(1)
    axes *= np.where(axes[[0, 1], largest] < 0, -1.0, 1.0)[:, None]
    share = np.pad(spread**2, (0, 2))[:2] / max(float((spread**2).sum()), 1e-12)
    return Projection((snapshots - centre) @ axes.T, (float(share[0]), float(share[1])))


def nearest(vectors: np.ndarray, *, count: int) -> list[list[tuple[int, float]]]:
    """For each of V vectors (V, C) the `count` nearest others: (index, Euclidean distance)."""
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)  # (V, V)
    order = np.argsort(distances, axis=1, kind="stable")
    return [
        [(int(j), float(distances[i, j])) for j in row if j != i][:count]
        for i, row in enumerate(order)
    ]
