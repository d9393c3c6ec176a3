"""A WaveNet as the tree that it is: 8 letters join to 4 pairs, 2 fours, 1 eight (lecture 5).

Each node is the output of a tanh layer at one position, and sees only the letters below it: its
receptive field. Hiding one letter shows which nodes that letter reaches. van den Oord et al. 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from makemore.layers import Embedding, FlattenConsecutive, Sequential, Tanh


@dataclass(frozen=True)
class Tree:
    """Every node of a net that looks back T letters, from the letters up.

    levels:        (T, E), then (T/2, H), (T/4, H), ..., (1, H): what each node holds
    probabilities: (V,) of the next letter
    changes:       for each level (T, nodes): how far each node moves when letter t is hidden,
                   |new - old| as a share of |old|; 0 outside of the letter's reach
    hidden:        (T, V): the probabilities with letter t hidden
    """

    levels: tuple[np.ndarray, ...]
    probabilities: np.ndarray
    changes: tuple[np.ndarray, ...]
    hidden: np.ndarray


def is_tree(model: object) -> bool:
    """Does this model join its letters pair by pair?"""
    if not isinstance(model, Sequential):
        return False
    joins = [layer.n for layer in model.layers if isinstance(layer, FlattenConsecutive)]
    return len(joins) > 1 and set(joins) == {2}


def grow_tree(model: Sequential, context: Sequence[int], *, blank: int = 0) -> Tree:
    """Send a context of T ids through a WaveNet, and T times with one letter replaced by `blank`.

    In evaluation mode: a context does not depend on what else is in the batch. Raises ValueError
    for a model that is no tree and for a context that is not as long as its letters.
    """
    if not is_tree(model):
        raise ValueError("only a WaveNet joins its letters like a tree")
    if len(context) != model.block_size:
        raise ValueError(f"this model reads {model.block_size} letters, not {len(context)}")
    twin = model.clone().train(False)
    with torch.no_grad():
        p = torch.softmax(twin(_with_blanks(context, blank)), 1).numpy()  # (1 + T, V)
    outs = [layer.out.numpy() for layer in twin.layers if isinstance(layer, (Embedding, Tanh))]
    levels = [out.reshape(len(p), -1, out.shape[-1]) for out in outs]  # (1 + T, nodes, C)
    return Tree(tuple(level[0] for level in levels), p[0], tuple(map(_moved, levels)), p[1:])


def _with_blanks(context: Sequence[int], blank: int) -> torch.Tensor:
    """(1 + T, T): the context, and below it once with each letter hidden."""
    rows = torch.tensor(list(context)).repeat(len(context) + 1, 1)
    hidden = torch.arange(len(context))
    rows[hidden + 1, hidden] = blank
    return rows


def _moved(level: np.ndarray) -> np.ndarray:
    """(1 + T, nodes, C) -> (T, nodes): how far each node is from where it was, as a share."""
    size = np.linalg.norm(level[0], axis=-1)  # (nodes,)
    return np.linalg.norm(level[1:] - level[0], axis=-1) / np.maximum(size, 1e-9)
