"""The Embeddings tab: letters as points, drawn also when the tab was hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import choose_model, drawn, open_tab, shown, title

POINTS = "#embedding .scatterlayer .point"


@pytest.fixture
def tab(page: Page) -> Page:
    open_tab(page, "Embeddings")
    shown(page, "embedding")
    return page


def test_every_letter_is_a_point_and_the_end_mark_can_be_hidden(tab: Page) -> None:
    expect(tab.locator(POINTS)).to_have_count(27)
    with drawn(tab, "embedding"):
        tab.locator("#embedding-end input").uncheck()
    expect(tab.locator(POINTS)).to_have_count(26)
    assert "a, e, i, o, u" in title(tab, "embedding")


def test_another_model_is_another_plane(tab: Page) -> None:
    expect(tab.locator("#embedding-note")).to_contain_text("best flat shadow")
    with drawn(tab, "embedding"):
        choose_model(tab, "mlp2d-names")
    expect(tab.locator("#embedding-note")).to_contain_text("2 numbers per letter")
    expect(tab.locator("#embedding-note")).not_to_contain_text("shadow")
    with drawn(tab, "embedding"):
        choose_model(tab, "bigram-names")
    expect(tab.locator("#embedding-note")).to_contain_text("row of 27 probabilities")
    expect(tab.locator("#embedding .lab-scrub")).to_be_hidden()  # counts were never trained


def test_the_scrubber_goes_back_to_the_start_of_training(tab: Page) -> None:
    steps = tab.locator("#embedding .lab-scrub output, #embedding .lab-scrub span").last
    where = tab.locator(POINTS).first
    last, at_the_end = steps.inner_text(), where.get_attribute("transform")
    slider = tab.locator("#embedding .lab-scrub input[type=range]")
    slider.focus()
    slider.press("Home")
    expect(steps).to_have_text("step 0")
    assert where.get_attribute("transform") != at_the_end
    slider.press("End")
    expect(steps).to_have_text(last)


def test_a_figure_that_changed_while_its_tab_was_hidden_fills_its_place(tab: Page) -> None:
    open_tab(tab, "Bigrams")
    choose_model(tab, "mlp2d-names")
    expect(tab.locator("#header-line")).to_contain_text("in the plane")
    tab.set_viewport_size({"width": 1000, "height": 800})
    with drawn(tab, "embedding"):
        open_tab(tab, "Embeddings")
    widths = "plot => [plot.clientWidth, plot.querySelector('.main-svg').clientWidth]"
    plot = tab.locator("#embedding .lab-plot")
    tab.wait_for_function(
        "() => { const plot = document.querySelector('#embedding .lab-plot');"
        " return plot.clientWidth === plot.querySelector('.main-svg').clientWidth; }"
    )
    assert plot.evaluate(widths)[0] > 300
