"""What all tabs share: late answers, and what a session has of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest

from visualize.tabs.workbench import Workbench


@pytest.fixture
def wired() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What Gradio is given for a refresh that is put on a button."""
    def wire(refresh: Callable[..., Any]) -> Callable[..., Any]:
        with gr.Blocks() as app:
            workbench = Workbench(library=None, model=gr.State("m"), own=gr.State(None))
            button, shown = gr.Button(), gr.Textbox()
            workbench.on([button.click], refresh, [shown], [shown])
        return next(iter(app.fns.values())).fn
    return wire


def test_an_answer_that_was_overtaken_is_not_shown(wired) -> None:
    asked: dict[Any, int] = {}
    late: list[Any] = []

    def refresh(model: str, own: None, text: str) -> str:
        if text == "first":  # while it is answered, the same session asks again
            late.append(answer(asked, model, own, "second"))
        return f"shown: {text}"

    answer = wired(refresh)
    assert answer(asked, "m", None, "first") == gr.skip()
    assert late == ["shown: second"]
    assert answer(asked, "m", None, "third") == "shown: third"


def test_sessions_do_not_overtake_each_other(wired) -> None:
    def refresh(model: str, own: None, text: str) -> str:
        if text == "mine":
            assert answer({}, model, own, "theirs") == "theirs"
        return text

    answer = wired(refresh)
    assert answer({}, "m", None, "mine") == "mine"
