"""The app in a process of its own: for the browser tests, and for the README's pictures."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
SERVE = "import app\n{imports}\napp.launch({create}, server_port={port}, quiet=True)"
PATIENCE = 100  # seconds to start in: it takes five, on a machine that is overrun a minute


@contextmanager
def serving(log: Path, *, create: str = "app.create_app()", imports: str = "") -> Iterator[str]:
    """The app in a process of its own, which prints into `log`; its address.

    create, imports: Python that makes the app, for tests that need other settings.
    """
    port = free_port()
    url, code = f"http://127.0.0.1:{port}/", SERVE.format(port=port, create=create, imports=imports)
    with log.open("wb") as out:
        served = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment(log.parent),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(url, served, log)
        yield url
    finally:
        served.terminate()
        served.wait(timeout=20)


def environment(folder: Path) -> dict[str, str]:
    """What the app is told: no lists but the bundled one, its files in `folder`, no way out."""
    kept = {key: text for key, text in os.environ.items() if key != "MAKEMORE_DATA"}
    nobody, here = "http://127.0.0.1:9", "127.0.0.1,localhost"
    ways = {"http_proxy": nobody, "https_proxy": nobody, "no_proxy": here}
    shouted = {name.upper(): value for name, value in ways.items()}
    own = {
        "XDG_CACHE_HOME": str(folder),
        "GRADIO_TEMP_DIR": str(folder / "files"),
        "PYTHONUNBUFFERED": "1",
    }
    return kept | ways | shouted | own


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, served: subprocess.Popen[bytes], log: Path) -> None:
    """Until the app answers; its own words if it ends instead."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while served.poll() is None and time.monotonic() < end:
        try:
            return opener.open(url, timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise RuntimeError(f"the app did not start within {PATIENCE} seconds:\n{said}")
