"""How good is a model? Losses by split, in nats and in bits, and an honest look at the split.

The loss is the mean of -ln p(right letter). A model that knows nothing has ln V nats: 3.2958 for
the 27 symbols of names. In bits (nats / ln 2) models over alphabets of different size compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from makemore.examples import Examples, Split, make_examples
from makemore.layers import BatchNorm1d, Sequential, cross_entropy
from makemore.lecture_norms import Lecture3BatchNorm
from makemore.vocabulary import Vocabulary

CHUNK = 16_384  # examples at a time, so that a large corpus does not need gigabytes


def mean_loss(model: Callable[[Tensor], Tensor], examples: Examples) -> float:
    """The mean loss over all examples, in nats, BatchNorm in evaluation mode; NaN for none.

    A network is left in the mode in which it came.
    """
    layers = getattr(model, "layers", [])
    modes = [layer.training for layer in layers]
    for layer in layers:
        layer.training = False
    total = 0.0
    with torch.no_grad():
        for rows in torch.arange(len(examples)).split(CHUNK):
            part = examples.take(rows)
            total += cross_entropy(model(part.contexts), part.targets).item() * len(rows)
    for layer, mode in zip(layers, modes):
        layer.training = mode
    return total / len(examples) if len(examples) else math.nan


def split_losses(
    model: Callable[[Tensor], Tensor], split: Split, vocabulary: Vocabulary, *, block_size: int
) -> dict[str, float]:
    """{"train": nats, "dev": nats, "test": nats}, without the parts that have no words."""
    return {
        name: mean_loss(model, make_examples(words, vocabulary, block_size=block_size))
        for name, words in split.items()
        if words
    }


def random_guess(vocab_size: int) -> float:
    """ln V: the loss of a model that finds every symbol equally likely, in nats."""
    return math.log(vocab_size)


def bits(nats: float) -> float:
    """Nats to bits: how many yes/no questions a letter costs on average."""
    return nats / math.log(2)


def surprisal(p: float) -> float:
    """What a letter of probability p costs, -log2 p in bits; 0 for a sure one, never -0."""
    return math.inf if p == 0 else -math.log2(p) + 0.0


def calibrate(model: Sequential, examples: Examples) -> None:
    """Set BatchNorm's running statistics to those of the whole training set (lecture 4).

    One pass, layer by layer: each BatchNorm sees what the calibrated layers before it give.
    """
    x = examples.contexts
    with torch.no_grad():
        for layer in model.layers:
            if isinstance(layer, BatchNorm1d):
                dims = layer.averaged(x)
                layer.running_mean = x.mean(dims)
                if isinstance(layer, Lecture3BatchNorm):
                    layer.running_std = x.std(dims)
                else:
                    layer.running_var = x.var(dims)
            layer.training = False
            x = layer.forward(x)


@dataclass(frozen=True)
class LeakAudit:
    """Words that stand in the training part and again where the model is judged."""

    distinct: int
    repeated: int
    dev: int
    dev_in_train: int
    test: int
    test_in_train: int


def leak_audit(split: Split) -> LeakAudit:
    """Count them. Of names.txt 13 % of dev is in train: a name may be given to girls and boys."""
    train = set(split.train)
    words = [*split.train, *split.dev, *split.test]
    return LeakAudit(
        distinct=len(set(words)),
        repeated=len(words) - len(set(words)),
        dev=len(split.dev),
        dev_in_train=sum(word in train for word in split.dev),
        test=len(split.test),
        test_in_train=sum(word in train for word in split.test),
    )
