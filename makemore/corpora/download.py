"""Files from the network: checked before they are kept, and kept whole or not at all."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

CHUNK = 1 << 16


class DownloadError(OSError):
    """The file was not downloaded; the text says why, in plain words."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path`` and rename: readers see the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not mkstemp: only the owner could read its files, and a checkpoint may be shared.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def download(
    url: str,
    path: Path,
    *,
    sha256: str,
    max_bytes: int = 10_000_000,
    timeout: tuple[float, float] = (10.0, 60.0),
    retries: int = 2,
) -> None:
    """Fetch ``url`` into ``path`` if its sha256 is the expected one.

    ``timeout`` is (connect, read) in seconds. Raises ``DownloadError``; ``path`` is then untouched.
    """
    try:
        data = _fetch(url, max_bytes=max_bytes, timeout=timeout, retries=retries)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DownloadError(f"what {url} gave is not the expected file (its sha256 differs)")
        write_atomically(path, data)
    except (requests.RequestException, HTTPError) as error:
        raise DownloadError(f"{url} could not be reached ({type(error).__name__})") from error
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(f"{path} could not be written ({error.strerror})") from error


def _fetch(url: str, *, max_bytes: int, timeout: tuple[float, float], retries: int) -> bytes:
    again = Retry(
        retries,
        backoff_factor=0.5,
        status_forcelist=(429, 500, 502, 503, 504),
        respect_retry_after_header=False,  # a person is waiting: report instead of sleeping
    )
    with requests.Session() as session:
        session.mount(url, HTTPAdapter(max_retries=again))
        with session.get(url, stream=True, timeout=timeout) as answer:
            answer.raise_for_status()
            data = bytearray()
            for chunk in answer.iter_content(CHUNK):
                data += chunk
                if len(data) > max_bytes:
                    raise DownloadError(f"what {url} gave is larger than {max_bytes:,} bytes")
    return bytes(data)
