"""The init doctor: one batch through an untrained net shows whether its start is healthy.

Lecture 3 begins with a loss of 27.88 where a guess would cost ln 27 = 3.2958, and repairs the start
step by step. Here each step is an `InitSetup`; `probe_init` draws its weights and sends one batch
forward and back. Nothing is trained.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from makemore.examples import Examples
from makemore.layers import (
    BatchNorm1d,
    Embedding,
    FlattenConsecutive,
    Layer,
    Linear,
    Sequential,
    Tanh,
)
from makemore.models import InitConfig, init_weights
from makemore.probe import SATURATED, Probe, probe
from makemore.recipes import KAIMING, LECTURE_SEED

BLOCK_SIZE = 3
STUCK = 0.3  # share of saturated outputs from which a layer hardly learns
N_EMBD = 10
WIDE, DEEP = 200, 100  # neurons in the one hidden layer of the MLP, in each of the deep net


@dataclass(frozen=True)
class InitSetup:
    """An untrained net: which layers it has, and how its first numbers are made.

    depth:       hidden layers: 1 is lecture 2's MLP, 5 lecture 3's deep net
    gain:        factor on the hidden weights; fan_in: divide them by sqrt(fan_in) as well
    bias:        factor on the hidden bias, of the MLP without BatchNorm; the deep net's are zero
    output_gain, output_bias: factors on the output layer; the deep net's output weights are
                 divided by sqrt(fan_in) too. Behind a deep net with BatchNorm stands one more
                 BatchNorm, as in the lecture, and output_gain is its gamma.
    batchnorm:   a BatchNorm before each tanh
    tanh:        False: the layers are only linear, whatever their number
    zero:        all weights and biases 0, whatever else is set (exercise E01)
    """

    depth: int = 1
    gain: float = 1.0
    fan_in: bool = False
    bias: float = 1.0
    output_gain: float = 1.0
    output_bias: float = 1.0
    batchnorm: bool = False
    tanh: bool = True
    zero: bool = False


ORIGINAL = InitSetup()
SOFTMAX = replace(ORIGINAL, output_gain=0.01, output_bias=0.0)
HEALTHY = replace(SOFTMAX, gain=KAIMING, fan_in=True, bias=0.01)
SIX = replace(HEALTHY, depth=5, bias=0.0, output_gain=0.1)

INIT_PRESETS: dict[str, InitSetup] = {
    "Lecture 2": ORIGINAL,
    "Softmax fix": SOFTMAX,
    "Tanh fix": replace(SOFTMAX, gain=0.2, bias=0.01),
    "Kaiming": HEALTHY,
    "+ BatchNorm": replace(HEALTHY, bias=0.0, batchnorm=True),
    "All zero": replace(ORIGINAL, zero=True),
    "Deep: gain 5/3": SIX,
    "Deep: gain 1": replace(SIX, gain=1.0),
    "Deep: gain 0.5": replace(SIX, gain=0.5),
    "Deep: gain 3": replace(SIX, gain=3.0),
    "Deep: no fan-in": replace(SIX, gain=1.0, fan_in=False),
    "Deep + BatchNorm": replace(SIX, gain=1.0, batchnorm=True),
    "Deep: no tanh": replace(SIX, gain=1.0, tanh=False),
}


def probe_init(
    patient: InitSetup,
    data: Examples,
    *,
    vocab_size: int,
    seed: int = LECTURE_SEED,
    batch_size: int = 32,
) -> tuple[Probe, Examples]:
    """One forward and backward pass, and the examples, (batch_size, BLOCK_SIZE), that it was of.

    data: the examples to draw from, with contexts (N, BLOCK_SIZE). The same generator draws first
    the weights, then the batch, as in the notebooks: on names.txt the lecture's printed
    losses come out.
    """
    generator = torch.Generator().manual_seed(seed)
    model = build_untrained(patient, vocab_size=vocab_size, generator=generator)
    rows = torch.randint(0, len(data), (batch_size,), generator=generator)
    batch = data.take(rows)
    return probe(model, batch), batch


def build_untrained(
    patient: InitSetup, *, vocab_size: int, generator: torch.Generator
) -> Sequential:
    """The net with its first weights drawn, and nothing learned."""
    model = Sequential(_layers(patient, vocab_size), block_size=BLOCK_SIZE)
    init_weights(model, _start(patient), generator=generator)
    for p in model.parameters() if patient.zero else []:
        p.zero_()
    return model


def _layers(patient: InitSetup, vocab_size: int) -> list[Layer]:
    deep, hidden = patient.depth > 1, DEEP if patient.depth > 1 else WIDE
    layers: list[Layer] = [Embedding(vocab_size, N_EMBD), FlattenConsecutive(BLOCK_SIZE)]
    width = N_EMBD * BLOCK_SIZE
    for _ in range(patient.depth):
        layers.append(Linear(width, hidden, bias=not patient.batchnorm))
        layers += [BatchNorm1d(hidden)] if patient.batchnorm else []
        layers += [Tanh()] if patient.tanh else []
        width = hidden
    if deep and patient.batchnorm:
        return [*layers, Linear(width, vocab_size, bias=False), BatchNorm1d(vocab_size)]
    return [*layers, Linear(width, vocab_size)]


def _start(patient: InitSetup) -> InitConfig:
    """The same start as the recipes "init-original" ... "deep" have it, number for number."""
    deep = patient.depth > 1
    behind = deep and patient.batchnorm  # the last layer is a BatchNorm: its gamma is small instead
    return InitConfig(
        gain=patient.gain,
        fan_in=patient.fan_in,
        bias=None if deep else patient.bias,
        output_gain=1.0 if behind else patient.output_gain,
        output_fan_in=deep,
        output_bias=None if deep else patient.output_bias,
        last_gamma=patient.output_gain if behind else 1.0,
    )


def diagnosis(seen: Probe, *, guess: float) -> str:
    """What is wrong with a start, or that it is well, in one sentence. guess: ln V, in nats."""
    tanh = seen.of_kind("Tanh")
    if not any(p.grad.any() for p in seen.parameters if p.name.endswith("weight")):
        moved = [p.name for p in seen.parameters if p.grad.any()]
        return (
            f"No weight gets a gradient: only {len(moved)} of {len(seen.parameters)} tensors, "
            "the last bias, can learn how frequent each letter is"
        )
    if seen.loss > guess + 0.3:
        return "Confidently wrong: the output layer shouts before it knows anything"
    stuck = max((r.saturation or 0.0 for r in tanh), default=0.0)
    if stuck > STUCK:
        return (
            f"But {100 * stuck:.0f} % of a tanh layer’s outputs are saturated (beyond "
            f"±{SATURATED}): hardly any gradient gets through there"
        )
    return _flow(seen)


def _flow(seen: Probe) -> str:
    """Does the spread hold from the first hidden layer to the last?"""
    hidden = seen.of_kind("Tanh") or seen.of_kind("Linear")[:-1]
    if len(hidden) < 2:
        return "A healthy start: a fair guess, and the tanh layer is awake"
    first, last = float(hidden[0].out.std()), float(hidden[-1].out.std())
    if last < 0.6 * first:
        fate = "dies" if last < 0.2 * first else "fades"
        return (
            f"The signal {fate} on its way: a spread of {first:.2g} in the first hidden layer, "
            f"{last:.2g} in the last"
        )
    if last > 2.5 * first:
        return (
            f"The signal grows on its way: a spread of {first:.2g} in the first hidden layer, "
            f"{last:.2g} in the last"
        )
    return (
        f"A healthy start: the spread stays alike, {first:.2g} in the first hidden layer and "
        f"{last:.2g} in the last"
    )
