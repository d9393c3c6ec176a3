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


@contextmanager
def serving(log: Path, *, create: str = "app.create_app()", imports: str = "") -> Iterator[str]:
    """The app in a process of its own, which prints into `log`; its address.

    create, imports: Python that makes the app, for tests that need other settings.
    """
    port = free_port()
    url, code = f"http://127.0.0.1:{port}/", SERVE.format(port=port, create=create, imports=imports)
    kept = {key: text for key, text in os.environ.items() if key != "MAKEMORE_DATA"}
    environment = kept | {"XDG_CACHE_HOME": str(log.parent), "PYTHONUNBUFFERED": "1",
                          "GRADIO_TEMP_DIR": str(log.parent / "files"),
                          "no_proxy": "127.0.0.1,localhost"}
    with log.open("wb") as out:
        served = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment,
                                  stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(url, served, log)
        yield url
    finally:
        served.terminate()
        served.wait(timeout=20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, served: subprocess.Popen[bytes], log: Path) -> None:
    """Until the app answers; its own words if it ends instead."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        if served.poll() is not None:
            break
        try:
            return opener.open(url, timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the app did not start:\n{log.read_text(errors='replace')[-4000:]}")
