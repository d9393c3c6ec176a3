"""BatchNorm as two of the lectures first write it; `layers.BatchNorm1d` is what they arrive at.

Both are here for the sake of the printed numbers, which come out with these and with nothing else.
"""

from __future__ import annotations

import torch
from torch import Tensor

from makemore.layers import BatchNorm1d


class Lecture3BatchNorm(BatchNorm1d):
    """BatchNorm as lecture 3 first writes it: divides by `std` with no eps, keeps a running std.

    Mathematically the same; in float32 the rounding differs, and after 10,000 steps that shows in
    the fourth digit of the loss. Here so that the lecture's 2.0322 comes out as printed.
    """

    buffer_names = ("running_mean", "running_std")

    def __init__(self, dim: int, *, eps: float = 0.0, momentum: float = 0.001) -> None:
        super().__init__(dim, eps=eps, momentum=momentum)
        self.running_std = torch.ones(dim)

    def forward(self, x: Tensor) -> Tensor:
        mean, std = self.statistics(x)
        self.inverse_std = 1.0 / std
        self.xhat = ((x - mean) / std).detach()
        return self.gamma * (x - mean) / std + self.beta

    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if not self.training:
            return self.running_mean, self.running_std
        dims = self.averaged(x)
        mean, std = x.mean(dims, keepdim=True), x.std(dims, keepdim=True)
        with torch.no_grad():
            keep = 1.0 - self.momentum
            self.running_mean = keep * self.running_mean + self.momentum * mean.flatten()
            self.running_std = keep * self.running_std + self.momentum * std.flatten()
        return mean, std


class Lecture5BatchNorm(BatchNorm1d):
    """BatchNorm with the bug of lecture 5: the statistics run over the batch alone.

    In (B, T, C) each of the T positions then has a mean and a variance of its own, from T times
    fewer numbers; the running ones are (T, C). Nothing fails, and the loss is a little worse. Here
    so that the lecture's ladder, 1.941 / 2.029 before the bug is found, comes out as printed.

    positions: T; 1 stands for (B, C), in which there is no bug
    """

    def __init__(
        self, dim: int, *, positions: int, eps: float = 1e-5, momentum: float = 0.1
    ) -> None:
        super().__init__(dim, eps=eps, momentum=momentum)
        self.positions = positions
        if positions > 1:
            self.running_mean = torch.zeros(positions, dim)
            self.running_var = torch.ones(positions, dim)

    def averaged(self, x: Tensor) -> tuple[int, ...]:
        return (0,)
