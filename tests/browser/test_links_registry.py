"""A link carries every control of every tab: set to another value, shared, opened, shared again."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from gradio.components import Component
from playwright.sync_api import Page

import app as lab
from tests.browser.driver import WAIT
from visualize.page.links import _text
from visualize.tabs import TABS

MODEL = {"inside": "wavenet-names"}  # with more than one tanh layer to choose from
ADDRESS = "document.querySelector('.lab-share-line input').value"


@pytest.fixture(scope="module")
def controls() -> dict[str, dict[str, Component]]:
    """What each tab tells links of, by tab and name."""
    found: dict[str, dict[str, Component]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab, "wire_links", lambda blocks, app, *rest: found.update(app.controls))
        lab.create_app()
    return found


def other(control: Component) -> Any:
    """A value that the control can have and has not at first."""
    value = control.value
    choices = [choice for _, choice in getattr(control, "choices", None) or []]
    if choices:
        return next(choice for choice in reversed(choices) if choice != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        step, high = getattr(control, "step", None) or 1, getattr(control, "maximum", None)
        step = 0.5 if isinstance(value, float) and step == 1 else step
        return value + step if high is None or value + step <= high else value - step
    return "an" if value != "an" else "na"


@pytest.mark.parametrize("tab", [title.lower() for title in TABS])
def test_a_link_carries_every_control(
    page: Page, app_url: str, controls: dict[str, dict[str, Component]], tab: str
) -> None:
    settings = {name: _text(other(control)) for name, control in controls[tab].items()}
    model = {"model": MODEL[tab]} if tab in MODEL else {}
    assert settings, "a tab that tells links of nothing cannot be shared"
    page.goto(f"{app_url}?{urlencode({'tab': tab, **model, **settings})}")
    page.wait_for_function(
        "tab => document.querySelector(`#tab-${tab}`)?.offsetParent", arg=tab, timeout=WAIT
    )
    page.get_by_role("button", name="Link to this experiment").click()
    last = list(settings)[-1]
    page.wait_for_function(f"name => {ADDRESS}.includes(name + '=')", arg=last, timeout=WAIT)
    shared = dict(parse_qsl(page.evaluate(ADDRESS).partition("?")[2]))
    assert {name: _plain(shared.get(name)) for name in settings} == {
        name: _plain(text) for name, text in settings.items()
    }


def _plain(text: str | None) -> str | float | None:
    """A number as a number: 2 and 2.0 are the same setting."""
    return float(text) if text and re.fullmatch(r"-?\d+(\.\d+)?", text) else text
