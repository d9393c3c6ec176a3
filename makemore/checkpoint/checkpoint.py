"""A checkpoint is a folder: `model.safetensors` holds the numbers, `card.json` says what they mean.

The folder alone is enough to load the model, and loading checks everything it reads: a checkpoint
may come from a stranger. No pickle anywhere, so nothing in a checkpoint can be executed.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import time
from collections.abc import Iterable
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from makemore import __version__
from makemore.checkpoint.tensors import load_array, load_network, load_ngram, read_tensors
from makemore.corpora.corpus import Corpus
from makemore.corpora.download import write_atomically
from makemore.evaluation import split_losses
from makemore.layers import Embedding, Sequential
from makemore.models import count_parameters
from makemore.ngram import Ngram
from makemore.recipes import Recipe
from makemore.training import Run
from makemore.validation import validate
from makemore.vocabulary import Vocabulary

FORMAT = 1
CURVE_POINTS = 1_000
MAX_CARD = 2**20  # bytes
MAX_LETTERS = 10_000
CARD = {
    "title": str,
    "corpus": dict[str, str | int],
    "losses": dict[str, float],
    "parameters": int,
    "steps": int,
    "seconds": float,
    "vocabulary": dict[str, str | bool],
}
CORPUS = {"name": str, "words": int, "sha256": str}  # at the least; every part of the lab names it


class CheckpointError(ValueError):
    """A folder that is no checkpoint of ours; the message says what is wrong with it."""


@dataclass(frozen=True)
class Checkpoint:
    """A trained model and all that is known of it.

    card:         the recipe, the corpus, the losses, the time it took; plain data
    curve:        (2, P) float32: steps, and the batch loss around each, in nats
    dev_curve:    (2, P) float32: steps, and the loss on dev
    snapshot_steps, snapshots: (T,) and (T, V, C): the embedding over training
    fingerprints: per split, (N,) sorted int64 hashes of its words
    """

    name: str
    model: Sequential | Ngram
    vocabulary: Vocabulary
    recipe: Recipe
    card: dict[str, Any]
    curve: np.ndarray
    dev_curve: np.ndarray
    snapshot_steps: np.ndarray
    snapshots: np.ndarray
    fingerprints: dict[str, np.ndarray]

    @property
    def losses(self) -> dict[str, float]:
        """{"train": nats, "dev": nats, "test": nats}, as far as the recipe has these parts."""
        return self.card["losses"]

    def origin(self, word: str) -> str:
        """ "in train", "in dev", "in test" or "new": memorised, or invented?"""
        print_ = fingerprint([word])[0]
        for part, prints in self.fingerprints.items():
            at = np.searchsorted(prints, print_)
            if at < len(prints) and prints[at] == print_:
                return f"in {part}"
        return "new"


def fingerprint(words: Iterable[str]) -> np.ndarray:
    """Sorted distinct 64-bit hashes (N,) int64: enough to recognise a word, not to list them."""
    digests = {hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words}
    return np.sort(np.array([int.from_bytes(d, "little", signed=True) for d in digests], np.int64))


# --- saving ---------------------------------------------------------------------------------------


def checkpoint_of(
    run: Run, *, name: str, corpus: Corpus, losses: dict[str, float] | None = None
) -> Checkpoint:
    """A run, finished or not, as a checkpoint in memory.

    losses: those of train, dev and test, if they are known; otherwise they are measured now.
    """
    curves, snapshots = _curves(run), _snapshots(run)
    return Checkpoint(
        name,
        run.model,
        run.vocabulary,
        run.recipe,
        _card(run, name, corpus, losses),
        curves["curve"],
        curves["dev_curve"],
        snapshots["snapshot_steps"],
        snapshots["snapshots"],
        {part: fingerprint(words) for part, words in run.split.items()},
    )


def save_checkpoint(run: Run, folder: Path, *, corpus: Corpus) -> Path:
    """Write a run, finished or not, as a checkpoint.

    Measures the losses on train, dev and test first, which takes a second or two.
    """
    return write_checkpoint(checkpoint_of(run, name=Path(folder).name, corpus=corpus), folder)


def write_checkpoint(checkpoint: Checkpoint, folder: Path) -> Path:
    """Write a checkpoint that is in memory. Each file is replaced in one go."""
    folder = Path(folder)
    tensors = {
        name: tensor.detach().contiguous().clone() for name, tensor in _tensors(checkpoint).items()
    }
    write_atomically(folder / "model.safetensors", save(tensors))
    text = json.dumps(checkpoint.card, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / "card.json", text.encode())
    return folder


def _tensors(checkpoint: Checkpoint) -> dict[str, Tensor]:
    """All that goes into model.safetensors: weights under model., word hashes under words."""
    arrays = {
        name: getattr(checkpoint, name)
        for name in ("curve", "dev_curve", "snapshot_steps", "snapshots")
    }
    arrays |= {f"words.{part}": prints for part, prints in checkpoint.fingerprints.items()}
    return {
        **{f"model.{name}": tensor for name, tensor in checkpoint.model.state().items()},
        **{name: torch.from_numpy(load_array) for name, load_array in arrays.items()},
    }


def _card(run: Run, name: str, corpus: Corpus, losses: dict[str, float] | None) -> dict[str, Any]:
    recipe, vocabulary = run.recipe, run.vocabulary
    return {
        "format": FORMAT,
        "name": name,
        "title": recipe.title,
        "recipe": recipe.to_dict(),
        "vocabulary": {
            "letters": "".join(vocabulary.letters),
            "end_mark": vocabulary.end_mark,
            "dot_is_end": vocabulary.dot_is_end,
        },
        "corpus": {
            "name": corpus.name,
            "source": corpus.source,
            "as_of": corpus.as_of,
            "words": len(corpus.words),
            "sha256": corpus.sha256,
        },
        "losses": losses
        or split_losses(run.model, run.split, vocabulary, block_size=recipe.model.block_size),
        "parameters": count_parameters(run.model),
        "steps": run.reached,
        "seconds": round(run.seconds, 2),
        "made": {
            "version": __version__,
            "date": time.strftime("%Y-%m-%d"),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
    }


def _curves(run: Run) -> dict[str, np.ndarray]:
    losses = np.array(run.losses, dtype=np.float64)
    every = max(1, math.ceil(len(losses) / CURVE_POINTS))
    blocks = [losses[i : i + every] for i in range(0, len(losses), every)]
    curve = [
        [i * every + len(block) / 2 for i, block in enumerate(blocks)],
        [block.mean() for block in blocks],
    ]
    dev = [[step for step, _ in run.dev_losses], [loss for _, loss in run.dev_losses]]
    return {
        "curve": np.array(curve, np.float32).reshape(2, -1),
        "dev_curve": np.array(dev, np.float32).reshape(2, -1),
    }


def _snapshots(run: Run) -> dict[str, np.ndarray]:
    kept = list(run.snapshots)
    first = run.net.layers[0] if kept else None
    if isinstance(first, Embedding):
        kept = [snapshot for snapshot in kept if snapshot[0] < run.reached]
        kept.append((run.reached, first.weight.detach()))
    return {
        "snapshots": np.array([weight.numpy() for _, weight in kept], np.float32)
        if kept
        else np.zeros((0, len(run.vocabulary), 0), np.float32),  # (T, V, C)
        "snapshot_steps": np.array([step for step, _ in kept], np.int64),
    }


# --- loading --------------------------------------------------------------------------------------


def list_checkpoints(root: Path) -> list[str]:
    """Names of the checkpoints below a folder, in alphabetical order."""
    return sorted(card.parent.name for card in Path(root).glob("*/card.json"))


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read and check a checkpoint. Raises CheckpointError with a sentence on what is wrong."""
    folder = Path(folder)
    try:
        return _checked(
            folder.name,
            _read_card(folder / "card.json"),
            read_tensors(folder / "model.safetensors"),
        )
    except KeyError as error:
        raise CheckpointError(f"{folder.name}: card.json lacks {error}") from error
    except ValueError as error:
        raise CheckpointError(f"{folder.name}: {error}") from error


def _checked(name: str, card: dict[str, Any], tensors: dict[str, Tensor]) -> Checkpoint:
    for key, kind in CARD.items():
        validate(card[key], kind, name=key)
    for key, kind in CORPUS.items():
        validate(card["corpus"][key], kind, name=f"the corpus's {key}")
    validate(card["losses"]["train"], float, name="the loss on train")
    recipe = Recipe.from_dict(card["recipe"])
    vocabulary = _vocabulary(card["vocabulary"])
    state = {
        key.removeprefix("model."): tensor
        for key, tensor in tensors.items()
        if key.startswith("model.")
    }
    build = load_ngram if recipe.model.kind == "ngram" else load_network
    model = build(recipe.model, len(vocabulary), state)
    steps = load_array(tensors, "snapshot_steps", (-1,), torch.int64)
    return Checkpoint(
        name,
        model,
        vocabulary,
        recipe,
        card,
        load_array(tensors, "curve", (2, -1), torch.float32),
        load_array(tensors, "dev_curve", (2, -1), torch.float32),
        steps,
        load_array(tensors, "snapshots", (len(steps), len(vocabulary), -1), torch.float32),
        {
            part: np.sort(load_array(tensors, f"words.{part}", (-1,), torch.int64))
            for part in ("train", "dev", "test")
        },
    )


def _read_card(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_CARD:
            raise ValueError("card.json is larger than a card can be")
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError("there is no card.json in this folder") from None
    except (OSError, RecursionError, JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"card.json is not readable: {error}") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise ValueError(f"not a card of this format ({FORMAT})")
    return card


def _vocabulary(data: dict[str, Any]) -> Vocabulary:
    letters = validate(data["letters"], str, name="letters")
    if len(letters) > MAX_LETTERS:
        raise ValueError(f"{len(letters):,} letters are too many")
    return Vocabulary(
        tuple(letters),
        validate(data["end_mark"], str, name="end_mark"),
        validate(data["dot_is_end"], bool, name="dot_is_end"),
    )
