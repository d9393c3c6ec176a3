"""Look inside a model: what a real batch does on its way through, forward and back.

Three pictures of makemore's lecture 3: activations, gradients at the activations, gradients of the
weights. All come out as NumPy, ready for a figure. The fourth, update : data, needs steps that are
taken: see `updates`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from makemore.examples import Examples
from makemore.layers import Layer, Sequential, cross_entropy, cross_entropy_backward

SATURATED = 0.97  # |tanh| above this counts as saturated, as in lecture 3
DEAD = 0.99  # |tanh| above this for every example of a batch: the neuron learns nothing from it


@dataclass(frozen=True)
class LayerRecord:
    """One layer after one forward and backward pass.

    name: "3 Tanh"; kind: "Tanh"; out, grad: what it gave, and the loss's gradient there; same shape
    saturates: whether outputs near -1 and 1 let no gradient through
    """

    name: str
    kind: str
    out: np.ndarray
    grad: np.ndarray
    saturates: bool = False

    @property
    def saturation(self) -> float | None:
        """The share of outputs beyond 0.97 in size, 0 to 1; None where nothing saturates."""
        return float((np.abs(self.out) > SATURATED).mean()) if self.saturates else None


@dataclass(frozen=True)
class ParameterRecord:
    """One parameter tensor. name: "2 Linear weight"; grad like data."""

    name: str
    data: np.ndarray
    grad: np.ndarray


@dataclass(frozen=True)
class Probe:
    """All records of one pass. loss: of this batch, in nats."""

    loss: float
    layers: tuple[LayerRecord, ...]
    parameters: tuple[ParameterRecord, ...]

    def of_kind(self, kind: str) -> list[LayerRecord]:
        """The layers of one kind, in order: of_kind("Tanh")."""
        return [layer for layer in self.layers if layer.kind == kind]


@dataclass(frozen=True)
class Histogram:
    """counts (n,), edges (n + 1,), and what lecture 3 prints beside them."""

    name: str
    counts: np.ndarray
    edges: np.ndarray
    mean: float
    std: float
    saturation: float | None = None


def probe(model: Sequential, batch: Examples, *, training: bool = True) -> Probe:
    """One forward and backward pass over a batch, on a copy: the model itself stays as it is.

    training: BatchNorm with the batch's own statistics (True) or with the running ones.
    """
    model = model.clone().train(training)
    with torch.no_grad():
        logits = model(batch.contexts)  # (B, V)
        loss = cross_entropy(logits, batch.targets).item()
        model.backward(cross_entropy_backward(logits, batch.targets))
    layers = tuple(_layer_record(name, layer) for name, layer in model.named_layers())
    parameters = tuple(
        ParameterRecord(f"{name} {key}", _numpy(tensor), _numpy(tensor.grad))
        for name, layer in model.named_layers()
        for key, tensor in zip(layer.parameter_names, layer.parameters())
    )
    return Probe(loss, layers, parameters)


def histogram(
    name: str,
    values: np.ndarray,
    *,
    bins: int = 60,
    limits: tuple[float, float] | None = None,
    saturation: float | None = None,
) -> Histogram:
    """Bin here, so that raw values never have to travel to a page. limits: None: min and max."""
    counts, edges = np.histogram(values, bins=bins, range=limits)
    return Histogram(name, counts, edges, float(values.mean()), float(values.std()), saturation)


def saturation_map(record: LayerRecord) -> np.ndarray:
    """(B, neurons): |out| of a Tanh layer; lecture 3's white columns are dead neurons."""
    return np.abs(record.out.reshape(-1, record.out.shape[-1]))


def dead_neurons(record: LayerRecord) -> list[int]:
    """Neurons that are beyond 0.99 for every example of the batch: no gradient gets through."""
    if not record.saturates:
        return []
    return np.flatnonzero((saturation_map(record) > DEAD).all(0)).tolist()


def _layer_record(name: str, layer: Layer) -> LayerRecord:
    kind = name.split(" ", 1)[1]
    return LayerRecord(name, kind, _numpy(layer.out), _numpy(layer.grad_out), layer.saturates)


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().numpy()
