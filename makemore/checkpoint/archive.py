"""A checkpoint as one zip file, and back: what is uploaded may come from anybody.

Nothing is unpacked by its own path, no more is read than a checkpoint can have, and what comes out
goes through `load_checkpoint`, which checks the rest.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from makemore.checkpoint.checkpoint import (
    MAX_CARD,
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    write_checkpoint,
)
from makemore.checkpoint.tensors import MAX_BYTES

CARD, WEIGHTS = "card.json", "model.safetensors"
SIZES = {CARD: MAX_CARD, WEIGHTS: MAX_BYTES}
MAX_FILES = 20
WANTED = f"Give the zip file of a checkpoint, or its two files {CARD} and {WEIGHTS}."


def pack(checkpoint: Checkpoint) -> bytes:
    """card.json and model.safetensors in one zip file."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        written = write_checkpoint(checkpoint, Path(folder) / "checkpoint")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for name in SIZES:
                file.write(written / name, name)
    return out.getvalue()


def unpack(files: Sequence[str | Path]) -> Checkpoint:
    """The checkpoint in these files: one zip, or the two files themselves.

    Raises CheckpointError with a sentence for the person who uploaded the files.
    """
    paths = [Path(file) for file in files]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "uploaded"
        target.mkdir()
        try:
            if len(paths) == 1 and zipfile.is_zipfile(paths[0]):
                _from_zip(paths[0], target)
            else:
                _from_files(paths, target)
            return load_checkpoint(target)
        except CheckpointError as error:
            raise CheckpointError(str(error).removeprefix(f"{target.name}: ")) from error


def _from_files(files: list[Path], target: Path) -> None:
    found = {file.name: file for file in files if file.name in SIZES}
    if len(files) != 2 or len(found) != 2:
        raise CheckpointError(f"This is no checkpoint. {WANTED}")
    for name, file in found.items():
        _check_size(name, file.stat().st_size)
        shutil.copyfile(file, target / name)


def _from_zip(path: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(path) as file:
            for name, member in _members(file).items():
                _check_size(name, member.file_size)
                with file.open(member) as source:  # a zip may lie about sizes: read no more
                    data = source.read(SIZES[name] + 1)
                _check_size(name, len(data))
                (target / name).write_bytes(data)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise CheckpointError(
            f"This zip file cannot be read (damaged, or locked with a password). {WANTED}"
        ) from error


def _members(file: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The two files, wherever they lie in the zip. Raises CheckpointError."""
    members = [member for member in file.infolist() if not member.is_dir()]
    if len(members) > MAX_FILES:
        raise CheckpointError(f"This zip file has {len(members):,} files. {WANTED}")
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise CheckpointError(
                "This zip file wants to write outside of its own folder. It is not opened."
            )
        if path.name in SIZES and path.name in found:
            raise CheckpointError(f"This zip file has more than one {path.name}. {WANTED}")
        if path.name in SIZES:
            found[path.name] = member
    for name in SIZES:
        if name not in found:
            raise CheckpointError(f"In this zip file there is no {name}. {WANTED}")
    return found


def _check_size(name: str, size: int) -> None:
    if size > SIZES[name]:
        raise CheckpointError(
            f"{name} is larger than {SIZES[name] // 2**20} MB, which no checkpoint of the lab is."
        )
