"""The page as a whole, without a browser: what holds for every tab that will ever be added."""

from __future__ import annotations

from collections import Counter

import gradio as gr
import pytest

from app import create_app


@pytest.fixture(scope="module")
def app() -> gr.Blocks:
    return create_app()


def test_numbers_have_no_bounds(app: gr.Blocks) -> None:
    """Gradio answers a number out of bounds with a traceback; a handler can say it in words."""
    numbers = [block for block in app.blocks.values() if isinstance(block, gr.Number)]
    bounded = [number.elem_id for number in numbers
               if number.minimum is not None or number.maximum is not None]
    assert not bounded, "leave out minimum and maximum, and let the handler say what fits"


def test_no_event_that_takes_something_is_public(app: gr.Blocks) -> None:
    assert not [fn.name for fn in app.fns.values() if fn.inputs and fn.api_visibility == "public"]


def test_element_names_are_unique(app: gr.Blocks) -> None:
    names = Counter(block.elem_id for block in app.blocks.values() if block.elem_id)
    assert not [name for name, times in names.items() if times > 1]


def test_no_plot_and_no_unsafe_markdown(app: gr.Blocks) -> None:
    for block in app.blocks.values():
        assert not isinstance(block, gr.Plot | gr.LinePlot | gr.BarPlot | gr.ScatterPlot)
        assert not isinstance(block, gr.Markdown) or block.sanitize_html
