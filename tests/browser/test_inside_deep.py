"""The deeper parts of Inside, used as a person would: start, pace, BatchNorm, tree."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import WAIT, choose, choose_model, drawn, fill, open_tab, shown, title


@pytest.fixture
def tab(page: Page) -> Page:
    open_tab(page, "Inside")
    shown(page, "inside-histograms")
    return page


def open_part(page: Page, name: str, elem_id: str) -> None:
    choose(page, "inside-part", name)
    shown(page, elem_id)


def said(page: Page, elem_id: str) -> Locator:
    """The sentence above a figure, to be waited for."""
    return page.locator(f"#{elem_id} .lab-title")


def test_the_slider_of_layers_is_there_only_when_there_are_several(tab: Page) -> None:
    expect(tab.locator("#inside-layer")).to_have_count(0)
    with drawn(tab, "inside-histograms"):
        choose_model(tab, "wavenet-names")
    slider = tab.locator("#inside-layer input[type=range]")
    expect(slider).to_have_attribute("max", "3")
    with drawn(tab, "inside-saturation"):
        fill(tab, "inside-layer", "3")
    expect(said(tab, "inside-saturation")).to_contain_text("tanh layer 3")


def test_the_first_loss_is_repaired_before_ones_eyes(tab: Page) -> None:
    open_part(tab, "First weights", "doctor-histograms")
    expect(said(tab, "doctor-histograms")).to_contain_text("Confidently wrong")
    before = float(re.search(r"is ([\d.]+) nats", title(tab, "doctor-histograms"))[1])
    with drawn(tab, "doctor-histograms"):
        choose(tab, "doctor-preset", "Kaiming")
    expect(said(tab, "doctor-histograms")).to_contain_text("healthy")
    after = float(re.search(r"is ([\d.]+) nats", title(tab, "doctor-histograms"))[1])
    assert before > 20 and after == pytest.approx(3.32, abs=0.05)
    expect(tab.locator("#doctor-fan-in input")).to_be_checked()


def test_a_dial_makes_the_settings_ones_own(tab: Page) -> None:
    open_part(tab, "First weights", "doctor-histograms")
    with drawn(tab, "doctor-histograms"):
        tab.locator("#doctor-batchnorm input").check()
    expect(tab.locator("#doctor-preset").get_by_label("My own settings")).to_be_checked()
    expect(tab.locator("#doctor-ladder strong").first).to_have_text("yours")


def test_exercise_e01_is_one_button(tab: Page) -> None:
    open_part(tab, "First weights", "doctor-histograms")
    with drawn(tab, "doctor-histograms"):
        tab.get_by_role("button", name="Exercise E01").click()
    expect(said(tab, "doctor-histograms")).to_contain_text("No weight gets a gradient")


def test_the_pace_is_measured_live_and_a_smaller_rate_is_slower(tab: Page) -> None:
    open_part(tab, "Pace of learning", "pace-ratios")
    expect(said(tab, "pace-ratios")).to_contain_text("Step 300", timeout=60_000)
    expect(tab.locator("#pace-table")).to_contain_text("fast")
    choose(tab, "pace-rate", "÷ 100")
    expect(tab.locator("#pace-table")).to_contain_text("slow", timeout=60_000)
    expect(tab.locator("#pace-note")).to_contain_text("learning rate 0.001", timeout=60_000)


def test_a_swapped_name_moves_another_in_training_only(tab: Page) -> None:
    open_part(tab, "BatchNorm", "norm-moved")
    expect(said(tab, "norm-moved")).to_contain_text("although")
    with drawn(tab, "norm-moved"):
        fill(tab, "norm-other", "zoe")
    expect(said(tab, "norm-moved")).to_contain_text("harper out, zoe in")
    with drawn(tab, "norm-moved"):
        choose(tab, "norm-mode", "Evaluation: each name alone")
    expect(said(tab, "norm-moved")).to_contain_text("none of the others moves")
    expect(tab.locator("#norm-fold")).to_contain_text("the net says the same")


def test_a_cell_tells_its_formula_and_bad_words_are_answered(tab: Page) -> None:
    open_part(tab, "BatchNorm", "norm-moved")
    cells = tab.locator("#norm-moved .lab-heat-cells")
    with drawn(tab, "norm-moved"):
        cells.click(position={"x": 20, "y": 55})
    expect(tab.locator("#norm-formula strong").first).to_contain_text("emma, neuron")
    fill(tab, "norm-other", "<img src=x onerror=alert(1)>")
    expect(tab.locator("#norm-moved .lab-state-empty")).to_be_visible(timeout=WAIT)


def test_on_a_phone_a_finger_hits_a_cell_and_nothing_covers_a_figure(open_page) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_tab(page, "Inside")
    shown(page, "inside-histograms")
    expect(page.locator("#inside-histograms .modebar-btn")).to_have_count(0)
    open_part(page, "BatchNorm", "norm-moved")
    assert page.locator("#norm-moved .lab-heat-cells").bounding_box()["width"] >= 20 * 12


def test_the_tree_opens_from_any_model_and_letters_light_up(tab: Page) -> None:
    choose(tab, "inside-part", "WaveNet tree")
    expect(tab.locator("#inside-lack")).to_contain_text("no tree")
    tab.locator("#inside-remedy").click()
    shown(tab, "tree-picture")
    tree = tab.locator("#tree-picture")
    tree.locator('[data-node="2 1"]').hover()
    expect(tree.locator('[data-node^="0 "].lab-in')).to_have_count(4)
    expect(tree.locator(".lab-tree-said")).to_contain_text("Reads letters 5 to 8, ella")


def test_the_tree_is_walked_with_the_keyboard_and_a_letter_hidden(tab: Page) -> None:
    choose_model(tab, "wavenet-names")
    open_part(tab, "WaveNet tree", "tree-picture")
    tree = tab.locator("#tree-picture")
    tree.locator('[data-node="3 0"]').focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        tab.keyboard.press(key)
    expect(tree.locator('[data-node="0 0"]')).to_be_focused()
    likely = tree.locator(".lab-tree-next").inner_text()
    tab.keyboard.press("Enter")
    expect(tree.locator('[data-node="0 0"]')).to_have_attribute("aria-pressed", "true")
    expect(tree.locator(".lab-tree-moved.lab-far")).to_have_count(4)
    assert tree.locator(".lab-tree-next").inner_text() != likely
    expect(tree.locator("[data-node].lab-in")).to_have_count(4)  # those that read it stand out
    expect(tree.locator(".lab-tree-said")).to_contain_text("4 of 15 nodes move")
    tab.keyboard.press("Escape")
    expect(tree.locator(".lab-tree-moved.lab-far")).to_have_count(0)


def test_the_tree_keeps_its_place_when_it_is_drawn_anew(tab: Page) -> None:
    choose_model(tab, "wavenet-names")
    open_part(tab, "WaveNet tree", "tree-picture")
    tree = tab.locator("#tree-picture")
    expect(tree.locator(".lab-tree-letter")).to_have_text(list("isabella"))
    tree.locator('[data-node="0 3"]').focus()
    for _ in range(2):
        with drawn(tab, "tree-picture"):
            tab.evaluate("document.querySelector('#inside-tree-try-0').click()")
            tab.evaluate("document.querySelector('#inside-tree-try-2').click()")
        expect(tree.locator('[data-node="0 3"]')).to_be_focused()


def test_another_word_grows_another_tree(tab: Page) -> None:
    choose_model(tab, "wavenet-names")
    open_part(tab, "WaveNet tree", "tree-picture")
    with drawn(tab, "tree-picture"):
        fill(tab, "tree-word", "emma")
    expect(tab.locator("#tree-picture .lab-tree-letter")).to_have_text(list("....emma"))
    fill(tab, "tree-word", "em1")
    expect(tab.locator("#tree-note")).to_contain_text("1")
