"""The Bigrams tab as a person uses it; its numbers are those of makemore's own counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from makemore.analysis.bigram_table import BigramTable
from makemore.corpora.registry import load_corpus
from tests.browser.driver import choose, download, drawn, fill, open_tab, shown, title

SYMBOLS = ".abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def table() -> BigramTable:
    return BigramTable.of(load_corpus("names").words, source="")


@pytest.fixture
def tab(page: Page) -> Page:
    open_tab(page, "Bigrams")
    shown(page, "bigram-heat")
    shown(page, "bigram-bars")
    return page


def click_label(page: Page, letter: str) -> None:
    """Click the label of a row of the heatmap, where its picture has it."""
    box = page.locator("#bigram-heat .lab-heat-rows").bounding_box()
    cells = page.locator("#bigram-heat .lab-heat-cells").bounding_box()
    cell = (cells["width"] - 2) / len(SYMBOLS)
    head = box["height"] - 2 - cell * len(SYMBOLS)
    middle = head + 1 + (SYMBOLS.index(letter) + 0.5) * cell
    page.locator("#bigram-heat .lab-heat-rows").click(position={"x": 8, "y": middle})


def click_cell(page: Page, pair: str) -> None:
    cells = page.locator("#bigram-heat .lab-heat-cells")
    box = cells.bounding_box()
    cell = (box["width"] - 2) / len(SYMBOLS)
    head = box["height"] - 2 - cell * len(SYMBOLS)
    row, col = map(SYMBOLS.index, pair)
    cells.click(position={"x": 1 + (col + 0.5) * cell, "y": head + 1 + (row + 0.5) * cell})


def bar(page: Page, letter: str) -> str:
    """What the bars say of one letter, reached with the keyboard."""
    canvas = page.locator("#bigram-bars canvas")
    canvas.press("Home")
    for _ in range(SYMBOLS.index(letter)):
        canvas.press("ArrowRight")
    return page.locator("#bigram-bars .lab-spoken").text_content()


def expected_bar(table: BigramTable, pair: str, *, smoothing: int) -> str:
    row, col = map(SYMBOLS.index, pair)
    top = table.counts[row, col] + smoothing
    bottom = table.counts[row].sum() + smoothing * len(SYMBOLS)
    share = 100 * top / bottom
    return f"P({pair[1]} | {pair[0]}) = {top:,.0f} / {bottom:,.0f} = {share:.{1 + (share < 1)}f} %"


def test_a_row_is_clicked_and_its_bars_appear(tab: Page, table: BigramTable) -> None:
    with drawn(tab, "bigram-bars"):
        click_label(tab, "t")
    likeliest = SYMBOLS[int(table.counts[SYMBOLS.index("t")].argmax())]
    assert title(tab, "bigram-bars").startswith(f"After t, {likeliest} follows ")
    for letter in (likeliest, "h", "z"):
        assert bar(tab, letter) == expected_bar(table, f"t{letter}", smoothing=1)


def test_a_number_out_of_bounds_or_none_becomes_the_nearest_that_fits(
    tab: Page, table: BigramTable
) -> None:
    field = tab.locator("#bigram-smoothing input[type=number]")
    for typed, becomes in (("500", "100"), ("", "0"), ("12", "12"), ("-3", "0")):
        with drawn(tab, "bigram-heat"):
            field.fill(typed)
            field.press("Tab")
        expect(field).to_have_value(becomes)
        expect(tab.locator("#bigram-loss")).to_contain_text(f"{table.loss(float(becomes)):#.4g}")


def test_of_many_quick_clicks_the_last_one_is_shown(tab: Page) -> None:
    for letter in "abcdefghz":
        click_label(tab, letter)
    expect(tab.locator("#bigram-bars .lab-title")).to_contain_text("After z, ")
    tab.wait_for_timeout(1_000)  # no earlier one comes late
    assert title(tab, "bigram-bars").startswith("After z, ")


def test_a_cell_is_clicked_and_its_bar_is_marked(tab: Page, table: BigramTable) -> None:
    with drawn(tab, "bigram-heat", "bigram-bars"):
        click_cell(tab, "em")
    tip = tab.locator("#bigram-heat .lab-tip")
    expect(tip).to_have_text(expected_bar(table, "em", smoothing=1))
    assert title(tab, "bigram-bars").startswith("After e, ")


def test_smoothing_changes_loss_and_bars(tab: Page, table: BigramTable) -> None:
    assert title(tab, "bigram-bars").startswith("After q, u follows")
    for smoothing in (0, 100):
        with drawn(tab, "bigram-heat", "bigram-bars"):
            fill(tab, "bigram-smoothing", str(smoothing))
        expect(tab.locator("#bigram-loss")).to_contain_text(f"{table.loss(smoothing):#.4g} nats")
        assert bar(tab, "u") == expected_bar(table, "qu", smoothing=smoothing)


def test_the_keyboard_reaches_the_heatmap_and_moves_in_it(tab: Page, table: BigramTable) -> None:
    cells = tab.locator("#bigram-heat .lab-heat-cells")
    tab.locator("#bigram-smoothing input[type=range]").focus()
    for _ in range(6):
        tab.keyboard.press("Tab")
        if cells.evaluate("cells => cells === document.activeElement"):
            break
    expect(cells).to_be_focused()
    tab.keyboard.press("ArrowDown")  # shows where one is: the chosen row, q
    for key in ("Home", "ArrowUp", "ArrowRight"):
        tab.keyboard.press(key)
    spoken = tab.locator("#bigram-heat .lab-spoken")
    expect(spoken).to_have_text(expected_bar(table, "pa", smoothing=1))
    with drawn(tab, "bigram-bars"):
        tab.keyboard.press("Enter")
    assert title(tab, "bigram-bars").startswith("After p, ")


def test_views_show_the_same_table_in_other_units(tab: Page) -> None:
    ends = tab.locator("#bigram-heat .lab-legend > span:first-child")
    expect(ends).to_have_text("0")
    with drawn(tab, "bigram-heat"):
        choose(tab, "bigram-view", "Probabilities")
    expect(ends).to_have_text(re.compile("%$"))
    with drawn(tab, "bigram-heat"):
        tab.locator("#bigram-view label").last.click()
    expect(ends).to_have_text(re.compile("^−"))


def test_a_word_is_priced_and_an_unknown_letter_is_said(tab: Page) -> None:
    assert "most surprising letter is" in title(tab, "bigram-priced")
    with drawn(tab, "bigram-priced"):
        fill(tab, "bigram-word", "zoë")
    assert "ë" in title(tab, "bigram-priced")
    with drawn(tab, "bigram-priced"):
        fill(tab, "bigram-word", "<img src=x onerror=alert(1)>${1}")
    assert tab.locator("#bigram-priced img").count() == 0
    with drawn(tab, "bigram-priced"):
        fill(tab, "bigram-word", "")
    assert "bits per letter" in title(tab, "bigram-priced")


def test_a_seed_draws_the_same_words_again(tab: Page) -> None:
    words = tab.locator("#bigram-names .lab-tiles")
    first = words.all_inner_texts()
    with drawn(tab, "bigram-names"):
        fill(tab, "bigram-seed", "5")
    assert words.all_inner_texts() != first
    with drawn(tab, "bigram-names"):
        fill(tab, "bigram-seed", "2147483647")
    assert words.all_inner_texts() == first and len(first) == 10


def test_a_seed_that_cannot_be_is_answered_where_the_words_would_stand(tab: Page) -> None:
    for seed in ("-1", "9223372036854775808", ""):
        with drawn(tab, "bigram-names"):
            fill(tab, "bigram-seed", seed)
        assert "seed" in title(tab, "bigram-names").lower()
        assert tab.locator("#bigram-names .lab-word").count() == 0
    with drawn(tab, "bigram-names"):
        fill(tab, "bigram-seed", "7")
    assert tab.locator("#bigram-names .lab-word").count() == 10


def test_the_lectures_picture_is_a_png_at_the_first_click(tab: Page, tmp_path: Path) -> None:
    file = download(tab, "bigram-print", tmp_path)
    assert file.suffix == ".png" and file.read_bytes().startswith(b"\x89PNG\r\n")
    assert file.stat().st_size > 20_000
