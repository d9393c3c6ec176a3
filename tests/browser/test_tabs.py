"""Each tab opens, quietly, on a projector and on a phone, in the light and in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from visualize.tabs import TABS

from .driver import open_tab


@pytest.mark.parametrize("name", TABS)
def test_a_tab_opens_without_a_complaint(page: Page, name: str) -> None:
    open_tab(page, name)
    page.locator(f"#tab-{name.lower()} [data-drawn]").first.wait_for(state="visible")
