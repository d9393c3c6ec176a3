"""Fixtures that several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .local_server import LocalServer, local_server


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A local web server; no test speaks to any other."""
    with local_server() as local:
        yield local
