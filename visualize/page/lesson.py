"""What stands beside every figure: a short lesson, "Try this" buttons, and the code that ran.

A lesson is a Markdown file in the folder of its tab. After its text come its experiments, one a
line:

    try: See what follows q | row=q view="Log probabilities"
    expect: #bigram-bars After q, u follows 69.2 % of the time

A browser test presses every button and holds the page to its `expect:` lines.
"""

from __future__ import annotations

import inspect
import shlex
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from visualize.page.state import BACKGROUND, AppContext

TABS = Path(__file__).resolve().parents[1] / "tabs"


@dataclass(frozen=True)
class Expect:
    """What must be seen after an experiment: this text, numbers included, in that element."""

    elem_id: str
    seen: str


@dataclass(frozen=True)
class Try:
    """One experiment: what its button says, which controls it sets to what, what is seen then."""

    label: str
    settings: dict[str, str]
    expects: tuple[Expect, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson's text and its experiments."""

    text: str
    tries: tuple[Try, ...]


def lesson_names() -> list[str]:
    """The names of all lessons, sorted: "bigrams", "bigrams-net", ..."""
    return sorted(
        f"{file.parent.name}-{file.stem}".replace("-lesson_", "-").removesuffix("-lesson")
        for file in TABS.glob("*/lesson*.md")
    )


def read_lesson(name: str) -> Lesson:
    """The lesson "bigrams" is tabs/bigrams/lesson.md; "bigrams-net" is lesson_net.md beside it."""
    tab, _, part = name.partition("-")
    file = TABS / tab / (f"lesson_{part}.md" if part else "lesson.md")
    text, tries = [], []
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(":")
        if key == "try":
            tries.append(_try(rest))
        elif key == "expect":
            tries[-1] = replace(tries[-1], expects=(*tries[-1].expects, _expect(rest)))
        else:
            text.append(line)
    return Lesson("\n".join(text).strip(), tuple(tries))


def _try(line: str) -> Try:
    label, _, settings = line.partition("|")
    pairs = (setting.split("=", 1) for setting in shlex.split(settings))
    return Try(label.strip(), dict(pairs))


def _expect(line: str) -> Expect:
    elem_id, _, seen = line.strip().partition(" ")
    if not elem_id.startswith("#") or not seen.strip():
        raise ValueError(f"“expect:{line}” must be: expect: #element what stands there")
    return Expect(elem_id[1:], seen.strip())


def lesson_panel(
    name: str,
    *,
    app: AppContext,
    controls: Mapping[str, Component],
    code: tuple[Callable[..., Any] | type, ...],
) -> None:
    """Lay out a tab's lesson, its buttons, and the source of `code`, all foldable.

    controls: what the buttons, and links to this tab, may set, by the names that the lesson file
    uses; beside them "model", which is the sidebar's.
    """
    _register(app, name, controls)
    lesson = read_lesson(name)
    with gr.Accordion("Lesson", open=True, elem_id=f"{name}-lesson"):
        gr.Markdown(lesson.text, elem_classes="lab-lesson")
        with gr.Column(elem_classes="lab-tries"):
            gr.Markdown("**Try this**")
            for i, experiment in enumerate(lesson.tries):
                button = gr.Button(
                    experiment.label, size="sm", elem_id=f"{name}-try-{i}", elem_classes="lab-try"
                )
                _wire(button, experiment, {"model": app.model, **controls})
    with gr.Accordion("The code that ran", open=False, elem_id=f"{name}-code"):
        gr.Markdown("\n\n".join(map(code_block, code)), elem_classes="lab-code")


def _register(app: AppContext, name: str, controls: Mapping[str, Component]) -> None:
    """Make the controls known to links: under their tab, and with their part where names clash."""
    tab, _, part = name.partition("-")
    known = app.controls.setdefault(tab, {})
    for key, control in controls.items():
        clash = known.get(key, control) is not control
        known[f"{part}-{key}" if clash else key] = control


def _wire(button: gr.Button, experiment: Try, controls: Mapping[str, Component]) -> None:
    targets = [controls[key] for key in experiment.settings]
    values = [parsed(text, controls[key]) for key, text in experiment.settings.items()]
    button.click(lambda: values if len(values) > 1 else values[0], None, targets, **BACKGROUND)


def parsed(text: str, control: Component) -> Any:
    """A setting's text as a value of its control: a number where the control holds one."""
    if not isinstance(control.value, (int, float)) or isinstance(control.value, bool):
        return text
    return float(text) if "." in text else int(text)


def code_block(thing: Callable[..., Any] | type) -> str:
    """The source of a function or class, as Markdown, with where it stands."""
    source = textwrap.dedent(inspect.getsource(thing)).rstrip()
    where = thing.__module__.replace(".", "/")
    return f"`{where}.py`\n\n```python\n{source}\n```"
