"""The page as a whole, without a browser: what holds for every tab that will ever be added."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from typing import get_type_hints

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from app import create_app
from visualize.tabs.train.studio import TrainingSession


@pytest.fixture(scope="module")
def app() -> gr.Blocks:
    return create_app()


def test_numbers_have_no_bounds(app: gr.Blocks) -> None:
    """Gradio answers a number out of bounds with a traceback; a handler can say it in words."""
    numbers = [block for block in app.blocks.values() if isinstance(block, gr.Number)]
    bounded = [
        number.elem_id
        for number in numbers
        if number.minimum is not None or number.maximum is not None
    ]
    assert not bounded, "leave out minimum and maximum, and let the handler say what fits"


def test_no_event_that_takes_something_is_public(app: gr.Blocks) -> None:
    assert not [fn.name for fn in app.fns.values() if fn.inputs and fn.api_visibility == "public"]


def test_a_closed_pages_run_is_let_go(app: gr.Blocks) -> None:
    (studio,) = (
        block
        for block in app.blocks.values()
        if isinstance(block, gr.State) and isinstance(block.value, TrainingSession)
    )
    puts = next(fn for fn in app.fns.values() if studio in fn.outputs)
    session = SessionState(app)
    mine = session[studio._id]
    session.is_closed, session.STATE_TTL_WHEN_CLOSED = True, -1
    assert list(session.state_components) == []  # Gradio would keep it for ever
    session[studio._id] = puts.fn(mine)
    assert list(session.state_components) == [(studio, mine, True)]


def test_element_names_are_unique(app: gr.Blocks) -> None:
    names = Counter(block.elem_id for block in app.blocks.values() if block.elem_id)
    assert not [name for name, times in names.items() if times > 1]


def test_a_click_is_never_lost_and_never_answered_with_another_ones_cell(app: gr.Blocks) -> None:
    brings = [fn for fn in app.fns.values() if gr.EventData in _annotations(fn.fn)]
    assert len(brings) > 5
    assert {(fn.trigger_mode, fn.concurrency_limit) for fn in brings} == {("multiple", 1)}


def test_no_event_slows_down_those_after_it(app: gr.Blocks) -> None:
    """What the page has once told that it is pending, it tells so on every later event."""
    slow = [
        fn.name
        for fn in app.fns.values()
        if fn.fn and fn.show_progress == "hidden" and fn.show_progress_on is None
    ]
    assert not slow, "give events **QUIET or **CLICKED"


def _annotations(fn: Callable | None) -> set[type]:
    return set() if fn is None else set(get_type_hints(inspect.unwrap(fn)).values())


def test_no_plot_and_no_unsafe_markdown(app: gr.Blocks) -> None:
    for block in app.blocks.values():
        assert not isinstance(block, gr.Plot | gr.LinePlot | gr.BarPlot | gr.ScatterPlot)
        assert not isinstance(block, gr.Markdown) or block.sanitize_html
