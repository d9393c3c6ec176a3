"""The Inside tab: a batch on its way through a net, its saturation map, models without layers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import choose, choose_model, drawn, fill, open_tab, shown, title


@pytest.fixture
def tab(page: Page) -> Page:
    open_tab(page, "Inside")
    for elem_id in ("inside-histograms", "inside-saturation"):
        shown(page, elem_id)
    return page


def test_a_real_batch_is_shown_and_another_batch_is_another(tab: Page) -> None:
    note = tab.locator("#inside-note")
    expect(note).to_contain_text("32 examples from names")
    first = note.inner_text()
    with drawn(tab, "inside-histograms", "inside-saturation"):
        fill(tab, "inside-batch", "2")
    expect(note).not_to_have_text(first)
    with drawn(tab, "inside-histograms", "inside-saturation"):
        fill(tab, "inside-batch", "1")
    expect(note).to_have_text(first)


def test_the_weights_of_the_start_lose_like_a_guess(tab: Page) -> None:
    with drawn(tab, "inside-histograms", "inside-saturation"):
        choose(tab, "inside-weights", "At the start")
    before = float(tab.locator("#inside-note strong").first.inner_text())
    assert before == pytest.approx(3.296, abs=0.2)  # the start is made to know nothing: ln 27


def test_every_view_has_its_sentence(tab: Page) -> None:
    said = {title(tab, "inside-histograms")}
    for view in ("Before tanh", "Gradients at tanh", "Gradients of the weights", "Weights"):
        with drawn(tab, "inside-histograms"):
            choose(tab, "inside-view", view)
        said.add(title(tab, "inside-histograms"))
    assert len(said) == 5


def test_the_saturation_map_tells_of_a_cell(tab: Page) -> None:
    assert "dead in" in title(tab, "inside-saturation")
    tab.locator("#inside-saturation .lab-heat-cells").hover(position={"x": 30, "y": 60})
    expect(tab.locator("#inside-saturation .lab-tip")).to_contain_text("neuron")


def test_counts_have_no_layers_and_the_tab_says_so(tab: Page) -> None:
    choose_model(tab, "bigram-names")
    tab.get_by_text("Counts have no layers").wait_for(state="visible")
    with drawn(tab, "inside-histograms"):
        choose_model(tab, "mlp-bn-names")
    expect(tab.locator("#inside-note")).to_contain_text("32 examples")


def test_batch_numbers_that_cannot_be_do_no_harm(tab: Page) -> None:
    for number in ("-1", "9223372036854775808", ""):
        fill(tab, "inside-batch", number)
    with drawn(tab, "inside-histograms"):
        fill(tab, "inside-batch", "3")
    expect(tab.locator("#inside-note")).to_contain_text("32 examples")
