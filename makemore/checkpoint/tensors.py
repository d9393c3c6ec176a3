"""Tensors read from a file that may come from anybody: each is checked before it is believed.

Every function here raises ValueError with a sentence on what is wrong.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from makemore.layers import Sequential
from makemore.models import ModelConfig, build_model
from makemore.ngram import Ngram, check_order

MAX_BYTES = 64 * 2**20  # of an uploaded file; the largest checkpoint of the lab has 1.3 MB


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file, by name."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"{path.name} is larger than {MAX_BYTES // 2**20} MB")
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            return {name: file.get_tensor(name) for name in names}
    except FileNotFoundError:
        raise ValueError(f"{path.name} is missing") from None
    except (OSError, SafetensorError) as error:
        raise ValueError(
            f"{path.name} is not a whole safetensors file (cut off, or another kind of file). "
            f"Download it again. [{error}]"
        ) from error


def load_network(config: ModelConfig, vocab_size: int, state: dict[str, Tensor]) -> Sequential:
    """The network of that config with these weights, in evaluation mode."""
    with torch.device("meta"):  # shapes without memory: a config may ask for terabytes
        expected = build_model(config, vocab_size).state()
    for name, tensor in expected.items():
        _check(name, state.get(name), tensor)
    model = build_model(config, vocab_size)
    model.load_state(state)
    return model.train(False)


def _check(name: str, tensor: Tensor | None, expected: Tensor) -> None:
    if tensor is None:
        raise ValueError(f"the tensor {name} is missing")
    if tensor.shape != expected.shape or tensor.dtype != expected.dtype:
        raise ValueError(
            f"the tensor {name} is {tensor.dtype} {tuple(tensor.shape)}, "
            f"but this model needs {expected.dtype} {tuple(expected.shape)}"
        )
    if not torch.isfinite(tensor).all():
        raise ValueError(f"the tensor {name} has values that are no numbers (NaN or infinite)")
    if name.endswith(("running_var", "running_std")) and bool((tensor < 0).any()):
        raise ValueError(f"the tensor {name} has negative values, which no variance can be")


def load_ngram(config: ModelConfig, vocab_size: int, state: dict[str, Tensor]) -> Ngram:
    """The n-gram model with these keys and counts."""
    n = config.block_size + 1
    check_order(n, vocab_size)
    keys, seen = state.get("keys"), state.get("counts")
    if keys is None or seen is None:
        raise ValueError("the tensors keys and counts are missing")
    fits = (
        keys.dtype == seen.dtype == torch.int64
        and keys.ndim == 1
        and len(keys) > 0
        and keys.shape == seen.shape
        and bool((keys[1:] > keys[:-1]).all())
        and int(keys[0]) >= 0
        and int(keys[-1]) < vocab_size**n
        and bool((seen > 0).all())
    )
    if not fits:
        raise ValueError(f"keys and counts are not those of a {n}-gram of {vocab_size} symbols")
    return Ngram(n, vocab_size, keys, seen, config.smoothing)


def load_array(
    tensors: dict[str, Tensor], name: str, shape: tuple[int, ...], dtype: torch.dtype
) -> np.ndarray:
    """A record as an array; -1 in the shape: any length. Without the tensor: an empty array."""
    tensor = tensors.get(name, torch.zeros([max(0, size) for size in shape], dtype=dtype))
    fits = (
        tensor.dtype == dtype
        and tensor.ndim == len(shape)
        and all(want in (-1, have) for want, have in zip(shape, tensor.shape))
    )
    if not fits or not torch.isfinite(tensor).all():
        raise ValueError(f"the record {name} has a wrong shape or values that are no numbers")
    return tensor.numpy()
