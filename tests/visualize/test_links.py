"""Lesson links: a tab's state goes into an address and comes back as it was."""

from __future__ import annotations

from urllib.parse import parse_qsl

import gradio as gr
import pytest

from visualize.components.share import share_value
from visualize.page.links import LessonLink, control_update, possible, wire_links
from visualize.page.state import AppContext


def test_round_trip() -> None:
    link = LessonLink(
        "bigrams",
        "mlp-bn-names",
        {"row": "q", "smoothing": "10", "word": "a&b=ü#"},
        ("view", "seed"),
        "What follows q?",
    )
    assert LessonLink.from_query(dict(parse_qsl(link.query()))) == link


def test_an_address_without_a_tab_says_nothing() -> None:
    assert LessonLink.from_query({}) == LessonLink()


def test_a_long_question_is_cut() -> None:
    assert len(LessonLink.from_query({"ask": "x" * 10_000}).ask) == 200


@pytest.mark.parametrize(
    ("text", "control", "value"),
    [
        ("10", gr.Slider(0, 100, 1), 10),
        ("101", gr.Slider(0, 100, 1), None),
        ("-1", gr.Slider(0, 100, 1), None),
        ("nan", gr.Slider(0, 100, 1), None),
        ("ten", gr.Slider(0, 100, 1), None),
        ("Counts", gr.Radio(["Counts", "Logs"]), "Counts"),
        ("<script>", gr.Radio(["Counts", "Logs"]), None),
        ("true", gr.Checkbox(False), True),
        ("false", gr.Checkbox(True), False),
        ("em", gr.Textbox(""), "em"),
        ("x" * 10_000, gr.Textbox(""), None),
        ("1.e400", gr.Number(1.0), None),
        ("0.7", gr.State(1.0), 0.7),
        ("q", gr.State("u"), "q"),
    ],
)
def test_only_possible_values_pass(text, control, value) -> None:
    assert possible(text, control) == value


def test_a_link_sets_and_hides() -> None:
    link = LessonLink("bigrams", settings={"smoothing": "7"}, hide=("smoothing",))
    update = control_update(gr.Slider(0, 100, 1), link, "smoothing")
    assert update["value"] == 7
    assert update["visible"] is False


def test_what_a_link_does_not_name_stays() -> None:
    link = LessonLink("bigrams", settings={"smoothing": "7"})
    assert "value" not in control_update(gr.Slider(0, 100, 1), link, "seed")


def test_qr_rows_are_text() -> None:
    value = share_value({"bigrams": [("view", "Show")]}, version=1, qr=[[1, 0], [0, 1]])
    assert value["qr"] == ["10", "01"]
    assert value["controls"] == {"bigrams": [["view", "Show"]]}


def test_links_are_wired_to_every_control() -> None:
    with gr.Blocks() as blocks:
        slider = gr.Slider(0, 10, 1, label="Smoothing")
        share = gr.HTML({}, js_on_load="trigger('address', {})")
        with gr.Tabs() as tabs:
            pass
        app = AppContext(
            library=None,
            model=gr.State("m"),
            own=gr.State(None),
            controls={"bigrams": {"smoothing": slider}},
        )
        wire_links(blocks, app, tabs, share)
    assert share.value["controls"] == {"bigrams": [["smoothing", "Smoothing"]]}
    assert any(slider in fn.outputs for fn in blocks.fns.values())
