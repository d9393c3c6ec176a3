"""Fixtures that several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from .local_server import LocalServer, local_server


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A local web server; no test speaks to any other."""
    with local_server() as local:
        yield local


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Small nets are faster on one thread, many times so on a busy machine."""
    torch.set_num_threads(1)
