"""The Generate tab: a seed that anyone can repeat, sliders, prefix, and what cannot be."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import download, drawn, fill, open_tab, shown, title

BOTH = ("gen-names", "gen-bars")


@pytest.fixture
def tab(page: Page) -> Page:
    open_tab(page, "Generate")
    for elem_id in BOTH:
        shown(page, elem_id)
    return page


def words(page: Page) -> list[str]:
    """The drawn words without their end marks."""
    tiles = page.locator("#gen-names .lab-tiles").all_inner_texts()
    return [word.rstrip(".␃∎\n").replace("\n", "") for word in tiles]


def set_slider(page: Page, name: str, value: float) -> None:
    """Drag a slider of the bars to a value and let it go."""
    page.locator(f"#gen-bars input[name={name}]").evaluate(
        """(input, value) => {
          input.value = value;
          for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind));
        }""",
        value,
    )


def test_a_seed_gives_the_same_names_twice_and_another_seed_others(tab: Page) -> None:
    first = words(tab)
    assert len(first) == 24
    with drawn(tab, "gen-names"):
        fill(tab, "gen-seed", "7")
    other = words(tab)
    assert other != first
    with drawn(tab, "gen-names"):
        fill(tab, "gen-seed", "42")
    assert words(tab) == first
    with drawn(tab, "gen-names"):
        tab.locator("#gen-again").click()
    assert words(tab) not in (first, other)


def test_another_visitor_gets_the_same_names(open_page, tab: Page) -> None:
    second = open_page()
    open_tab(second, "Generate")
    shown(second, "gen-names")
    assert words(second) == words(tab)


def test_more_names_leave_the_first_ones_as_they_are(tab: Page) -> None:
    first = words(tab)
    with drawn(tab, "gen-names"):
        fill(tab, "gen-count", "40")
    assert words(tab)[:24] == first and len(words(tab)) == 40


def test_the_temperature_slider_changes_the_names_when_it_is_let_go(tab: Page) -> None:
    first = words(tab)
    slider = tab.locator("#gen-bars input[name=temperature]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2, steps=4)
    expect(tab.locator("#gen-bars output").first).not_to_have_text("1.00")
    assert words(tab) == first  # bars follow the hand at once, the names wait
    with drawn(tab, "gen-names"):
        tab.mouse.up()
    assert words(tab) != first
    with drawn(tab, "gen-names"):
        set_slider(tab, "temperature", 1)
    assert words(tab) == first


def test_top_k_of_one_leaves_one_word(tab: Page) -> None:
    with drawn(tab, "gen-names"):
        set_slider(tab, "top_k", 1)
    assert len(set(words(tab))) == 1
    assert "has 100 %" in title(tab, "gen-bars")


def test_a_prefix_begins_every_word_and_the_bars_follow_it(tab: Page) -> None:
    with drawn(tab, *BOTH):
        fill(tab, "gen-prefix", "em")
    assert all(word.startswith("em") for word in words(tab))
    assert title(tab, "gen-bars").startswith("After em, ")


def test_a_letter_the_model_never_saw_is_named(tab: Page) -> None:
    with drawn(tab, "gen-names"):
        fill(tab, "gen-prefix", "zoë9")
    assert "ë" in title(tab, "gen-names")
    assert words(tab) == []
    with drawn(tab, *BOTH):
        fill(tab, "gen-prefix", "zo")
    assert len(words(tab)) == 24


def test_a_prefix_is_never_run(tab: Page) -> None:
    with drawn(tab, "gen-names"):
        fill(tab, "gen-prefix", "<img src=x>${1}")
    assert tab.locator("#gen-names img").count() == 0 and words(tab) == []


def test_numbers_that_cannot_be_are_answered_with_a_sentence(tab: Page) -> None:
    for field, number, told in (
        ("gen-count", "0", "draws 1 to"),
        ("gen-count", "1000000", "draws 1 to"),
        ("gen-count", "-5", "draws 1 to"),
        ("gen-count", "", "draws 1 to"),
        ("gen-seed", "-1", "whole number from 0"),
        ("gen-seed", "9223372036854775808", "whole number from 0"),
        ("gen-seed", "", "whole number from 0"),
    ):
        usual = {"gen-count": "24", "gen-seed": "42"}[field]
        with drawn(tab, "gen-names"):
            fill(tab, field, number)
        expect(tab.locator("#gen-names .lab-title")).to_contain_text(told)
        assert words(tab) == []
        expect(tab.locator("#gen-names .lab-state-empty")).to_be_hidden()  # the sentence says it
        with drawn(tab, "gen-names"):
            fill(tab, field, usual)
        assert len(words(tab)) == 24


def test_the_download_holds_the_words_on_the_screen(tab: Page, tmp_path: Path) -> None:
    with drawn(tab, "gen-names"):
        fill(tab, "gen-seed", "11")
    file = download(tab, "gen-csv", tmp_path)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert file.suffix == ".csv" and [row["word"] for row in rows] == words(tab)
    assert {row["origin"] for row in rows} <= {"new", "in train", "in dev", "in test", ""}
    with drawn(tab, "gen-names"):
        fill(tab, "gen-seed", "12")
    again = download(tab, "gen-csv", tmp_path)
    with again.open(encoding="utf-8", newline="") as lines:
        assert [row["word"] for row in csv.DictReader(lines)] == words(tab)


def test_a_download_that_cannot_be_says_why(tab: Page) -> None:
    with drawn(tab, "gen-names"):
        fill(tab, "gen-count", "0")
    tab.locator("#gen-csv").click()
    expect(tab.locator(".toast-body")).to_contain_text("draws 1 to")
