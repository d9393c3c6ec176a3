"""Fixtures that several tests share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from makemore.checkpoint.checkpoint import save_checkpoint
from makemore.training import start_run, train
from tests.makemore.local_server import LocalServer, local_server
from tests.tiny import CONFIGS, CORPUS, WORDS, recipe


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A local web server; no test speaks to any other."""
    with local_server() as local:
        yield local


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Small nets are faster on one thread, many times so on a busy machine."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good checkpoint of each kind, to be read and copied."""
    root = tmp_path_factory.mktemp("checkpoints")
    for kind in CONFIGS:
        run = start_run(recipe(kind), WORDS)
        list(train(run))
        save_checkpoint(run, root / kind, corpus=CORPUS)
    return root


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy of the MLP with BatchNorm, to be spoilt."""
    return Path(shutil.copytree(saved / "mlp-bn", tmp_path / "mine"))
