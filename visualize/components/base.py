"""What the factories share: one way to make a component, one way to send numbers to it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np


def component(
    module_file: str,
    value: Any,
    *,
    template: str,
    elem_id: str,
    label: str,
    more_scripts: tuple[str, ...] = (),
    **options: Any,
) -> gr.HTML:
    """A `gr.HTML` with a constant template, and the script and the style beside `module_file`.

    more_scripts: files beside it that are put before that script and share its scope, where one
    file would be too long to read.

    A factory, because a subclass of gr.HTML writes a `.pyi` file beside its source. The template
    holds no data: gr.HTML would run `${...}` found in it.
    """
    files = [*map(Path(module_file).with_name, more_scripts), Path(module_file).with_suffix(".js")]
    script = "\n".join(file.read_text(encoding="utf-8") for file in files)
    style = Path(module_file).with_suffix(".css")
    if style.exists():
        options["css_template"] = style.read_text(encoding="utf-8")
    return gr.HTML(
        value,
        label=label,
        html_template=template,
        js_on_load=script,
        apply_default_css=False,
        elem_id=elem_id,
        **options,
    )


def packed(array: Any) -> dict[str, str]:
    """Numbers for the browser's `lab.array`: base64 of uint8 where that is exact, else float32."""
    numbers = np.asarray(array, dtype=np.float64)
    small = bool(np.all((numbers >= 0) & (numbers <= 255) & (numbers == np.floor(numbers))))
    data = numbers.astype(np.uint8 if small else "<f4")
    return {
        "type": "u1" if small else "f4",
        "data": base64.b64encode(data.tobytes()).decode("ascii"),
    }


def one_of(choice: str, choices: tuple[str, ...], *, name: str) -> str:
    """The choice, or a ValueError that lists what there is."""
    if choice not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {choice!r}")
    return choice


def clean(text: str) -> str:
    """Text that can be sent as JSON: half of a surrogate pair, which cannot, becomes "?"."""
    return str(text).encode("utf-8", "replace").decode("utf-8")
