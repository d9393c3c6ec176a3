"""Checkpoints from a stranger: whatever is wrong with one, a sentence says so, and quickly."""

from __future__ import annotations

import json
import pickle
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from makemore.checkpoint.checkpoint import CheckpointError, load_checkpoint

WEIGHTS, CARD = "model.safetensors", "card.json"


def refused(folder: Path) -> str:
    """What is said of a checkpoint that does not load: one line, with its name, and quickly."""
    begun = time.perf_counter()
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(folder)
    assert time.perf_counter() - begun < 5
    assert str(caught.value).startswith(f"{folder.name}: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def rewrite(folder: Path, change: Callable[[dict[str, torch.Tensor]], Any]) -> Path:
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS)
    return folder


def edit(folder: Path, *keys: str, value: Any) -> Path:
    card = json.loads((folder / CARD).read_text())
    part = card
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = value
    (folder / CARD).write_text(json.dumps(card))
    return folder


def test_no_folder(tmp_path: Path) -> None:
    assert "no card.json" in refused(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["2.weight", "3.running_var", "0.weight", "5.bias"])
def test_missing_tensor(folder: Path, name: str) -> None:
    assert f"{name} is missing" in refused(rewrite(folder, lambda t: t.pop(f"model.{name}")))


@pytest.mark.parametrize("name", ["2.weight", "3.running_var", "0.weight"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1].clone(),
        lambda t: t[None].clone(),
        lambda t: t.flatten()[0].clone(),
        lambda t: t.flatten()[:0].clone(),
        lambda t: t.double(),
        lambda t: t.bfloat16(),
        lambda t: t.to(torch.int64),
        lambda t: t.to(torch.float8_e4m3fn),
        lambda t: t > 0,
    ],
    ids=["short", "deep", "scalar", "empty", "float64", "bfloat16", "int64", "float8", "bool"],
)
def test_wrong_shape_or_type(folder: Path, name: str, spoil: Callable) -> None:
    rewrite(folder, lambda t: t.update({f"model.{name}": spoil(t[f"model.{name}"])}))
    assert f"{name} is torch." in refused(folder)


@pytest.mark.parametrize("name", ["2.weight", "3.running_mean", "5.bias"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers(folder: Path, name: str, value: float) -> None:
    rewrite(folder, lambda t: t[f"model.{name}"].flatten()[:1].fill_(value))
    assert "no numbers" in refused(folder)


def test_negative_variance(folder: Path) -> None:
    rewrite(folder, lambda t: t["model.3.running_var"].fill_(-1.0))
    assert "negative" in refused(folder)


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 100, 0.5, -1])
def test_truncated_file(folder: Path, keep: float) -> None:
    data = (folder / WEIGHTS).read_bytes()
    cut = int(keep * len(data)) if keep == 0.5 else keep
    (folder / WEIGHTS).write_bytes(data[:cut])
    assert "Download it again" in refused(folder)


class Trap:
    """Unpickling this would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    "write",
    [
        lambda path, trap: path.write_bytes(pickle.dumps(trap)),
        lambda path, trap: torch.save(trap, path),
    ],
    ids=["pickle", "torch.save"],
)
def test_a_pickle_is_not_executed(folder: Path, tmp_path: Path, write: Callable) -> None:
    write(folder / WEIGHTS, Trap(tmp_path / "executed"))
    assert "another kind of file" in refused(folder)
    assert not (tmp_path / "executed").exists()


def huge_header() -> bytes:
    return (2**62).to_bytes(8, "little") + b"{}"


@pytest.mark.parametrize(
    "data",
    [
        huge_header(),
        b"\xff" * 64,
        b"{}",
        bytes(1000),
        (2).to_bytes(8, "little") + b"[]",
        (4).to_bytes(8, "little") + b"null",
    ],
)
def test_garbled_weights(folder: Path, data: bytes) -> None:
    (folder / WEIGHTS).write_bytes(data)
    refused(folder)


def test_header_that_points_beyond_the_file(folder: Path) -> None:
    header = json.dumps({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}})
    (folder / WEIGHTS).write_bytes(len(header).to_bytes(8, "little") + header.encode())
    refused(folder)


def test_huge_weights_are_not_read(folder: Path) -> None:
    with (folder / WEIGHTS).open("r+b") as file:
        file.truncate(2**40)  # a sparse terabyte
    assert "larger than 64 MB" in refused(folder)


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert name in refused(folder)


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_folder_where_a_file_should_be(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    assert name in refused(folder)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"card"',
        b"{}",
        b'{"format": 2}',
        b'{"format": 1}',
        b"\xff\xfe\x00",
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"9" * 100_000,
        b'{"format": 1, "title": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_garbled_card(folder: Path, text: bytes) -> None:
    (folder / CARD).write_bytes(text)
    refused(folder)


def test_huge_card(folder: Path) -> None:
    with (folder / CARD).open("r+b") as file:
        file.truncate(2**40)
    assert "larger" in refused(folder)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("recipe", "model", "kind"), "transformer", "no model"),
        (("recipe", "model", "kind"), "mlp", "missing"),
        (("recipe", "model", "norm"), "layer", "no norm"),
        (("recipe", "model", "norm"), "lecture3", "running_std is missing"),
        (("recipe", "model", "n_hidden"), 10**9, "1 to 4096"),
        (("recipe", "model", "n_hidden"), 4096, "needs"),
        (("recipe", "model", "n_hidden"), 0, "1 to 4096"),
        (("recipe", "model", "n_embd"), -1, "1 to 4096"),
        (("recipe", "steps"), -1, "steps"),
        (("vocabulary", "letters"), "aab", "distinct"),
        (("vocabulary", "letters"), "", "needs"),
        (("vocabulary", "letters"), "abc", "needs"),
        (("vocabulary", "letters"), "".join(map(chr, range(0x4E00, 0x4E00 + 20_000))), "too many"),
        (("vocabulary", "end_mark"), "a", "no letter"),
        (("vocabulary", "end_mark"), "", "one sign"),
        (("vocabulary", "end_mark"), "<b>", "one sign"),
        (("losses",), {"train": None}, "losses"),
        (("losses", "dev"), float("nan"), "losses"),
    ],
)
def test_cards_that_lie(folder: Path, keys: tuple[str, ...], value: Any, said: str) -> None:
    assert said in refused(edit(folder, *keys, value=value))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "wavenet", "block_size": 2**30},
        {"kind": "wavenet", "block_size": 3},
        {"kind": "deep", "n_layers": 4096, "n_hidden": 4096},
        {"kind": "mlp", "block_size": 4096, "n_embd": 4096, "n_hidden": 4096},
        {"kind": "one-layer", "block_size": 4096},
        {"kind": "ngram", "block_size": 2**30},
        {"kind": "ngram", "block_size": -3},
        {"kind": "ngram", "block_size": 2},
    ],
)
def test_hostile_sizes(folder: Path, changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        edit(folder, "recipe", "model", key, value=value)
    refused(folder)


def test_many_letters_and_wide_layers_ask_for_no_memory(folder: Path) -> None:
    edit(folder, "vocabulary", "letters", value="".join(map(chr, range(0x4E00, 0x4E00 + 9_999))))
    for key, value in {"kind": "one-layer", "block_size": 4096}.items():
        edit(folder, "recipe", "model", key, value=value)
    refused(folder)  # 10,000 x 4096 x 10,000 weights would be 1.6 terabytes


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("keys", lambda t: t.flip(0)),
        ("keys", lambda t: t - t[0] - 1),
        ("keys", lambda t: t + 19**3),
        ("keys", lambda t: t[:-1].clone()),
        ("keys", lambda t: t[:0].clone()),
        ("keys", lambda t: t.float()),
        ("counts", lambda t: -t),
        ("counts", lambda t: t * 0),
        ("counts", lambda t: t[None].clone()),
        ("keys", lambda t: t[0].clone()),
    ],
)
def test_counts_that_are_none(saved: Path, tmp_path: Path, name: str, spoil: Callable) -> None:
    folder = Path(shutil.copytree(saved / "ngram", tmp_path / "mine"))
    rewrite(folder, lambda t: t.update({f"model.{name}": spoil(t[f"model.{name}"]).contiguous()}))
    assert "3-gram" in refused(folder)


def test_missing_counts(saved: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(saved / "ngram", tmp_path / "mine"))
    assert "missing" in refused(rewrite(folder, lambda t: t.pop("model.counts")))


@pytest.mark.parametrize("smoothing", [-1.0, float("inf"), 10**30])
def test_impossible_smoothing(saved: Path, tmp_path: Path, smoothing: float) -> None:
    folder = Path(shutil.copytree(saved / "ngram", tmp_path / "mine"))
    refused(edit(folder, "recipe", "model", "smoothing", value=smoothing))


@pytest.mark.parametrize(
    "name", ["curve", "dev_curve", "snapshots", "snapshot_steps", "words.train"]
)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[None].clone(),
        lambda t: t.bfloat16(),
        lambda t: t.to(torch.int8),
        lambda t: torch.full_like(t, float("nan")) if t.is_floating_point() else t.bool(),
    ],
    ids=["deep", "bfloat16", "int8", "no numbers"],
)
def test_spoilt_records(folder: Path, name: str, spoil: Callable) -> None:
    edit(folder, "title", value="spoilt")
    rewrite(
        folder, lambda t: t.update({name: spoil(t[name] if t[name].numel() else torch.zeros(2, 3))})
    )
    assert name in refused(folder)


def test_snapshots_without_their_steps(folder: Path) -> None:
    assert "snapshots" in refused(rewrite(folder, lambda t: t.pop("snapshot_steps")))


@pytest.mark.parametrize("name", ["curve", "dev_curve", "words.test"])
def test_records_may_be_absent(folder: Path, name: str) -> None:
    load_checkpoint(rewrite(folder, lambda t: t.pop(name)))


def test_tensors_beyond_the_model_are_left_lying(folder: Path) -> None:
    got = load_checkpoint(rewrite(folder, lambda t: t.update({"model.9.weight": torch.ones(1)})))
    assert "9.weight" not in got.model.state()
