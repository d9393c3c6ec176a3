"""Events that no page would send: the server says no, or shrugs, and goes on for everybody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import copytree
from time import monotonic

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.driver import open_tab, shown
from tests.browser.serving import serving
from visualize.page.library import CHECKPOINTS, open_library

JUNK = (
    None,
    "",
    "x" * 10_000,
    "${alert(1)}<img src=x onerror=alert(1)>",
    "\x00",
    -1,
    2**63,
    1e308,
    0.5,
    True,
    [],
    [[1, 2], "x"],
    {},
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
)
EVENTS = (
    {"row": 10**9, "col": -1, "index": "x"},
    {"row": "<b>", "col": [], "temperature": "hot"},
    {"index": -5, "temperature": -1e308, "top_k": 2**70, "top_p": None},
    "not an object",
)
ROOT = Path(__file__).resolve().parents[2]
BAD = ("truncated", "pickle", "no-weights", "card-is-a-list")
ASIDE = 12  # events in a batch: below the queue's limit
sessions = count()


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped checkpoints and several that cannot be."""
    folder = tmp_path_factory.mktemp("shelf") / "checkpoints"
    copytree(CHECKPOINTS, folder)
    for name in BAD:
        copytree(CHECKPOINTS / "mlp2d-names", folder / name)
    weights = folder / "truncated" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    (folder / "pickle" / "model.safetensors").write_bytes(b"\x80\x04cos\nsystem\n(S'exit'\ntR.")
    (folder / "no-weights" / "model.safetensors").unlink()
    (folder / "card-is-a-list" / "card.json").write_text("[]")
    return folder


@pytest.fixture(scope="module")
def abused(broken: Path) -> Iterator[tuple[str, Path]]:
    """An app of its own on that folder, and what it prints, which concerns no other test."""
    imports = "from pathlib import Path; from visualize.page.library import open_library"
    create = f"app.create_app(open_library(Path({str(broken)!r})))"
    log = broken.parent / "server.log"
    with serving(log, create=create, imports=imports) as url:
        yield url, log


def batches(url: str) -> Iterator[list[tuple[int, int]]]:
    """(id, inputs) of all events of the page, a few at a time."""
    events = requests.get(f"{url}config", timeout=20).json()["dependencies"]
    asking = [(event["id"], len(event["inputs"])) for event in events if event["backend_fn"]]
    yield from (asking[i : i + ASIDE] for i in range(0, len(asking), ASIDE))


def send(url: str, events: list[tuple[int, int]], *, shift: int) -> None:
    """Give each event another kind of junk for every input, and hear what becomes of it."""
    session = f"abuse{next(sessions)}"
    for number, inputs in events:
        junk = [JUNK[(number * 5 + i * 3 + shift) % len(JUNK)] for i in range(inputs)]
        body = {
            "fn_index": number,
            "data": junk,
            "session_hash": session,
            "event_data": EVENTS[(number + shift) % len(EVENTS)],
        }
        answer = requests.post(f"{url}gradio_api/queue/join", json=body, timeout=20)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
    end = monotonic() + 4  # something long may have begun, such as a training; leaving ends it
    try:
        stream = requests.get(
            f"{url}gradio_api/queue/data", params={"session_hash": session}, stream=True, timeout=3
        )
        for line in stream.iter_lines():
            said = json.loads(line[6:]) if line.startswith(b"data: ") else {}
            if said.get("msg") in ("close_stream", "unexpected_error") or monotonic() > end:
                break
    except requests.exceptions.RequestException:
        pass  # silence for three seconds


def test_junk_for_every_event_and_the_lab_goes_on(abused: tuple[str, Path], browser) -> None:
    url, log = abused
    for events in batches(url):
        for i in range(len(EVENTS)):
            send(url, events, shift=i)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    expect(page.locator("#model input")).to_have_count(4)  # those of names; no bad one
    open_tab(page, "Generate")
    shown(page, "gen-names")
    expect(page.locator("#gen-names .lab-word")).to_have_count(24)
    page.close()
    ours = [
        line
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if any(f'File "{ROOT / folder}/' in line for folder in ("makemore", "visualize"))
    ]
    assert not ours, "what Gradio lets through, our handlers must bear"


def test_files_of_the_computer_are_not_handed_out(app_url: str) -> None:
    for path in ("/etc/passwd", str(Path(__file__).resolve()), "app.py", "checkpoints/../app.py"):
        answer = requests.get(f"{app_url}gradio_api/file={path}", timeout=20)
        assert answer.status_code in (403, 404), path


def test_an_upload_above_the_limit_is_refused(app_url: str) -> None:
    files = {"files": ("big.txt", b"a\n" * 5_000_000)}
    answer = requests.post(f"{app_url}gradio_api/upload", files=files, timeout=20)
    assert answer.status_code == 413


def test_bad_checkpoints_are_left_out_and_named(broken: Path) -> None:
    said: list[str] = []
    library = open_library(broken, report=said.append)
    assert set(library.checkpoints) == set(open_library(report=said.append).checkpoints)
    for name in BAD:
        assert any(name in line for line in said), name
