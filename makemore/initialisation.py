"""How the first numbers of a net are drawn: the factors, and where the random numbers come from.

Lecture 3's whole story (27.88 -> 3.32 before the first step) is the same net with another
`InitConfig`. Each layer applies it to itself, in `Layer.init`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class InitConfig:
    """The first numbers in the weights: every tensor is randn, in the order of the layers, scaled.

    gain, fan_in:               hidden weights: randn * gain, over sqrt(fan_in) if fan_in is True
    output_gain, output_fan_in: the last Linear likewise
    bias, output_bias:          randn * this; None: zeros, and no random number is drawn for them
    last_gamma:                 factor on the last BatchNorm's gamma, if no Linear comes after it
    norm_noise:                 BatchNorm's gamma 1 + randn * this and beta randn * this (lecture 4)
    """

    gain: float = 1.0
    fan_in: bool = True
    bias: float | None = None
    output_gain: float = 0.1
    output_fan_in: bool = True
    output_bias: float | None = None
    last_gamma: float = 1.0
    norm_noise: float = 0.0


@dataclass(frozen=True)
class Draw:
    """What a layer needs to draw its first numbers.

    config:         the factors
    generator:      of the weights, which are drawn in the order of the layers
    norm_generator: of BatchNorm's noise, if the config asks for it; None: torch's global one
    """

    config: InitConfig
    generator: torch.Generator
    norm_generator: torch.Generator | None = None

    def like(self, tensor: Tensor) -> Tensor:
        """Standard normal numbers of this shape."""
        return torch.randn(tensor.shape, generator=self.generator)

    def noise_like(self, tensor: Tensor) -> Tensor:
        """The same from the generator of the noise."""
        return torch.randn(tensor.shape, generator=self.norm_generator)
