"""Checkpoints as files that somebody uploads: a zip or the two files, and much that is neither."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from makemore.checkpoint.archive import pack, unpack
from makemore.checkpoint.checkpoint import CheckpointError


def zipped(tmp_path: Path, **files: bytes) -> Path:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return path


def test_two_files_or_one_zip(folder: Path, tmp_path: Path) -> None:
    files = [folder / "card.json", folder / "model.safetensors"]
    assert np.array_equal(unpack(files).curve, unpack(files[::-1]).curve)
    path = tmp_path / "in-a-folder.zip"
    with zipfile.ZipFile(path, "w") as file:
        for each in files:
            file.write(each, f"mine/{each.name}")
        file.writestr("mine/readme.txt", "hello")
    assert unpack([path]).vocabulary == unpack(files).vocabulary
    (tmp_path / "again.zip").write_bytes(pack(unpack(files)))
    assert unpack([tmp_path / "again.zip"]).card == unpack(files).card


@pytest.mark.parametrize(
    "name", ["../card.json", "/card.json", "a/../../card.json", "C:\\card.json", "..\\card.json"]
)
def test_paths_that_lead_out_are_refused(name: str, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, (folder / "card.json").read_bytes())
        file.write(folder / "model.safetensors", "model.safetensors")
    with pytest.raises(CheckpointError, match="outside"):
        unpack([path])


def test_what_is_no_checkpoint(folder: Path, tmp_path: Path) -> None:
    card, weights = ((folder / name).read_bytes() for name in ("card.json", "model.safetensors"))
    pickle = b"\x80\x04\x95" + b"cos\nsystem\n"
    for said, files in {
        "no model.safetensors": {"card_dot_json": card},
        "no card.json": {"model_dot_safetensors": weights},
        "larger than 1 MB": {"card_dot_json": b" " * 2**21, "model_dot_safetensors": weights},
        "larger than 64 MB": {"card_dot_json": card, "model_dot_safetensors": bytes(2**26 + 1)},
        "not a whole safetensors": {"card_dot_json": card, "model_dot_safetensors": pickle},
        "not readable": {"card_dot_json": b"{", "model_dot_safetensors": weights},
        "more than one": {"a__card_dot_json": card, "b__card_dot_json": card},
        "30 files": {f"file{i}": b"" for i in range(30)},
    }.items():
        with pytest.raises(CheckpointError, match=said):
            unpack([zipped(tmp_path, **files)])


def test_files_that_are_neither(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 broken")
    for files in (
        [],
        [tmp_path / "x.zip"],
        [folder / "card.json"],
        [folder / "card.json", tmp_path / "x.zip"],
    ):
        with pytest.raises(CheckpointError, match="no checkpoint"):
            unpack(files)
