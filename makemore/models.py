"""The models of the lectures, built from layers.

Two records decide a model: a `ModelConfig` says which layers there are, an `InitConfig` which
numbers they begin with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from makemore.initialisation import Draw, InitConfig
from makemore.layers import (
    BatchNorm1d,
    Embedding,
    FlattenConsecutive,
    Layer,
    Linear,
    OneHot,
    Sequential,
    Tanh,
)
from makemore.lecture_norms import Lecture3BatchNorm, Lecture5BatchNorm
from makemore.ngram import Ngram

NORMS = ("batch", "lecture3", "lecture5")


@dataclass(frozen=True)
class ModelConfig:
    """Which model, and how large. V, the number of symbols, comes from the vocabulary.

    kind:       a key of MODELS, or "ngram" for counts
    block_size: how many letters the model looks back
    n_embd:     numbers per letter in the embedding table
    n_hidden:   neurons in a hidden layer
    n_layers:   hidden layers of the deep net
    norm_bias:  keep the (useless) bias before BatchNorm, as lecture 4 does
    norm:       one of NORMS: BatchNorm as it should be, or as a lecture first had it (norms.py)
    smoothing:  for counts only
    """

    kind: str
    block_size: int = 3
    n_embd: int = 10
    n_hidden: int = 200
    n_layers: int = 5
    norm_bias: bool = False
    norm: str = "batch"
    smoothing: float = 1.0


def one_layer(config: ModelConfig, vocab_size: int) -> list[Layer]:
    """Lecture 1: one-hot letter times a (V, V) matrix. Its weights become the log counts."""
    return [
        OneHot(vocab_size),
        FlattenConsecutive(config.block_size),
        Linear(vocab_size * config.block_size, vocab_size, bias=False),
    ]


def mlp(config: ModelConfig, vocab_size: int) -> list[Layer]:
    """Lecture 2: letters as points, side by side, one tanh layer. Bengio et al. 2003."""
    width = config.n_embd * config.block_size
    return [
        Embedding(vocab_size, config.n_embd),
        FlattenConsecutive(config.block_size),
        Linear(width, config.n_hidden),
        Tanh(),
        Linear(config.n_hidden, vocab_size),
    ]


def mlp_bn(config: ModelConfig, vocab_size: int) -> list[Layer]:
    """Lecture 3: the same with BatchNorm before the tanh."""
    width = config.n_embd * config.block_size
    return [
        Embedding(vocab_size, config.n_embd),
        FlattenConsecutive(config.block_size),
        *_hidden(config, width),
        Linear(config.n_hidden, vocab_size),
    ]


def deep(config: ModelConfig, vocab_size: int) -> list[Layer]:
    """Lecture 3's deep net: five hidden layers, and BatchNorm even after the last Linear."""
    widths = [config.n_embd * config.block_size] + [config.n_hidden] * (config.n_layers - 1)
    hidden = [layer for width in widths for layer in _hidden(config, width)]
    return [
        Embedding(vocab_size, config.n_embd),
        FlattenConsecutive(config.block_size),
        *hidden,
        Linear(config.n_hidden, vocab_size, bias=False),
        BatchNorm1d(vocab_size),
    ]


def wavenet(config: ModelConfig, vocab_size: int) -> list[Layer]:
    """Lecture 5: 8 letters become 4 pairs, 2 fours, 1 eight. van den Oord et al. 2016."""
    layers: list[Layer] = [Embedding(vocab_size, config.n_embd)]
    width, positions = config.n_embd, config.block_size
    while positions > 1:
        positions //= 2
        layers += [FlattenConsecutive(2), *_hidden(config, 2 * width, positions=positions)]
        width = config.n_hidden
    return [*layers, Linear(config.n_hidden, vocab_size)]


def _hidden(config: ModelConfig, width: int, *, positions: int = 1) -> list[Layer]:
    """One hidden layer: Linear, BatchNorm, Tanh; it comes out (B, T, C), T positions."""
    return [Linear(width, config.n_hidden, bias=config.norm_bias), _norm(config, positions), Tanh()]


def _norm(config: ModelConfig, positions: int) -> BatchNorm1d:
    if config.norm == "lecture3":
        return Lecture3BatchNorm(config.n_hidden)
    if config.norm == "lecture5":
        return Lecture5BatchNorm(config.n_hidden, positions=positions)
    return BatchNorm1d(config.n_hidden)


MODELS: dict[str, Callable[[ModelConfig, int], list[Layer]]] = {
    "one-layer": one_layer,
    "mlp": mlp,
    "mlp-bn": mlp_bn,
    "deep": deep,
    "wavenet": wavenet,
}


def build_model(config: ModelConfig, vocab_size: int) -> Sequential:
    """The layers with empty weights: `start_weights` or a checkpoint fills them.

    Raises ValueError for a config that makes no sense.
    """
    if config.kind not in MODELS:
        raise ValueError(f"no model {config.kind!r}; there are: {', '.join(MODELS)}")
    if config.norm not in NORMS:
        raise ValueError(f"no norm {config.norm!r}; there are: {', '.join(NORMS)}")
    power_of_two = config.block_size >= 2 and config.block_size & (config.block_size - 1) == 0
    if config.kind == "wavenet" and not power_of_two:
        raise ValueError("a WaveNet folds letters in pairs: block_size must be 2, 4, 8, 16, ...")
    sizes = (config.block_size, config.n_embd, config.n_hidden, config.n_layers)
    if not all(1 <= size <= 4096 for size in sizes):
        raise ValueError(f"block_size, n_embd, n_hidden and n_layers must be 1 to 4096: {sizes}")
    return Sequential(MODELS[config.kind](config, vocab_size), block_size=config.block_size)


def init_weights(
    model: Sequential,
    start: InitConfig,
    *,
    generator: torch.Generator,
    norm_generator: torch.Generator | None = None,
) -> None:
    """Draw all weights in the order of the layers, as the notebooks do.

    Each layer draws its own (`Layer.init`).

    norm_generator: where BatchNorm's noise comes from, if `start` asks for it (lecture 4 leaves it
    to the unseeded global generator).
    """
    output = [layer for layer in model.layers if isinstance(layer, Linear)][-1]
    draw = Draw(start, generator, norm_generator)
    for layer in model.layers:
        layer.init(draw, is_output=layer is output)
    if isinstance(model.layers[-1], BatchNorm1d):
        model.layers[-1].gamma = model.layers[-1].gamma * start.last_gamma


def count_parameters(model: Sequential | Ngram) -> int:
    """How many numbers the model learns."""
    return sum(p.numel() for p in model.parameters())
