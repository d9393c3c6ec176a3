"""A button that makes a file when it is pressed, and hands it over at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from visualize.page.state import BACKGROUND

# Gradio's own download button hands over the file that was there *before* the click.
# This one carries the new file unseen, and the page takes it from there.
SAVE = """(file) => {
  const link = document.createElement("a");
  Object.assign(link, {href: file.url, download: file.orig_name});
  link.click();
}"""


def download_button(
    label: str, make: Callable[..., str], *, inputs: Sequence[Any], elem_id: str
) -> gr.Button:
    """A button that calls `make(*inputs)`, which gives the path of a file, and downloads it."""
    button = gr.Button(label, size="sm", elem_id=elem_id, elem_classes="lab-button")
    carrier = gr.DownloadButton("the file", visible=False)
    made = button.click(make, list(inputs), carrier, **BACKGROUND)
    made.success(None, carrier, None, js=SAVE)
    return button


def temporary(name: str) -> str:
    """A path for a file of this name, in a folder of its own.

    It lies where Gradio keeps what it hands over, so that Gradio also takes it away (delete_cache).
    """
    cache = Path(get_upload_folder())
    cache.mkdir(parents=True, exist_ok=True)
    return str(Path(tempfile.mkdtemp(prefix="made-", dir=cache)) / name)
