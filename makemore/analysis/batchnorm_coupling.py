"""BatchNorm couples the examples of a batch: swap one name, and the others move (lecture 3).

In training BatchNorm subtracts the mean of *this batch* and divides by its std, so what the net
makes of one name depends on who else is there. In evaluation it uses running statistics, and each
name is on its own. Ioffe & Szegedy 2015.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from makemore.layers import BatchNorm1d, Sequential, Tanh


@dataclass(frozen=True)
class BatchNormTrace:
    """One BatchNorm layer with the tanh after it, for a batch: all (B, C) but the last four, (C,).

    x: what came in; out: gamma * (x - mean) / std + beta; tanh: of that
    """

    x: np.ndarray
    out: np.ndarray
    tanh: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray


def last_norm(model: object) -> int | None:
    """Where the last BatchNorm before a tanh stands among the layers; None if there is none."""
    layers = model.layers if isinstance(model, Sequential) else []
    found = [
        i
        for i, (layer, after) in enumerate(pairwise(layers))
        if isinstance(layer, BatchNorm1d) and isinstance(after, Tanh)
    ]
    return found[-1] if found else None


def normed(model: Sequential, contexts: Tensor, *, training: bool) -> BatchNormTrace:
    """Send contexts (B, T) through a copy of the model and look at its last BatchNorm.

    training: normalise by the batch (True) or by the running statistics. Raises ValueError for a
    model without BatchNorm, and in training for a batch of one.
    """
    at = last_norm(model)
    if at is None:
        raise ValueError("this model has no BatchNorm")
    twin = model.clone().train(training)
    with torch.no_grad():
        twin(contexts)
    layer, tanh = twin.layers[at], twin.layers[at + 1]
    assert isinstance(layer, BatchNorm1d)
    x, out = _flat(layer.x), _flat(layer.out)  # (B, C)
    std, mean = _statistics(layer, x)
    return BatchNormTrace(
        x, out, _flat(tanh.out), mean, std, layer.gamma.numpy(), layer.beta.numpy()
    )


def _statistics(layer: BatchNorm1d, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What this pass divided by and subtracted: (C,) and (C,)."""
    std = 1.0 / layer.inverse_std.reshape(-1).numpy()
    mean = x.mean(0) if layer.training else layer.running_mean.numpy()
    return std, mean


def _flat(tensor: Tensor) -> np.ndarray:
    return tensor.reshape(-1, tensor.shape[-1]).numpy()
