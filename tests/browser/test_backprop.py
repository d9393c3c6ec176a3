"""Backprop in the browser: pick a tensor, break one, see the red, mend it; with keys as well."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import WAIT, choose, drawn, fill, open_tab, shown, title

BESSEL = "n instead of n - 1 in the variance"


@pytest.fixture
def tab(page: Page) -> Page:
    open_tab(page, "Backprop")
    shown(page, "backprop-chain")
    shown(page, "backprop-hand")
    return page


def chips(page: Page, *, verdict: str) -> list[str]:
    """The names of all chips with this verdict; fused ones apart."""
    found = page.locator(
        f"#backprop-chain .lab-chip[data-verdict={verdict}]:not([data-kind=fused])"
    )
    return found.locator("span").all_inner_texts()


def chip(page: Page, name: str) -> Locator:
    return (
        page.locator("#backprop-chain .lab-chip:not([data-kind=fused])")
        .filter(has=page.locator("span", has_text=name).filter(has_text=name))
        .first
    )


def test_a_tensor_is_picked(tab: Page) -> None:
    assert title(tab, "backprop-chain").startswith("All 26 gradients agree with autograd")
    assert title(tab, "backprop-about").startswith("dlogits (32 × 27): ")
    with drawn(tab, "backprop-about", "backprop-hand", "backprop-cell"):
        chip(tab, "bnvar_inv").click()
    assert title(tab, "backprop-about").startswith("dbnvar_inv (1 × 64): ")
    expect(tab.locator("#backprop-source")).to_contain_text("def dbnvar_inv")
    expect(chip(tab, "bnvar_inv")).to_have_attribute("aria-pressed", "true")


def test_broken_and_mended(tab: Page) -> None:
    assert not tab.locator("#backprop-mend").is_visible()
    choose(tab, "backprop-break", BESSEL)
    expect(tab.locator("#backprop-chain .lab-title")).to_have_text(
        "7 of 26 gradients are wrong: from bndiff2 back to C"
    )
    spoilt = ["bndiff2", "bndiff", "hprebn", "embcat", "W1", "emb", "C"]
    assert chips(tab, verdict="wrong") == spoilt
    expect(tab.locator("#backprop-about .lab-title")).to_contain_text("dbndiff2")
    expect(tab.locator("#backprop-source")).to_contain_text("should be n - 1")
    tab.locator("#backprop-mend").click()
    expect(tab.locator("#backprop-chain .lab-title")).to_contain_text("All 26 gradients agree")
    assert chips(tab, verdict="wrong") == []
    expect(tab.locator("#backprop-mend")).to_be_hidden()


def test_a_cell_is_explained(tab: Page) -> None:
    with drawn(tab, "backprop-cell"):
        tab.locator("#backprop-hand .lab-heat-cells").click(position={"x": 40, "y": 100})
    assert title(tab, "backprop-cell").startswith("One cell: example ")
    assert "autograd" in tab.locator("#backprop-cell dl").inner_text()


def test_keys_walk_along_the_chain(tab: Page) -> None:
    tab.locator("#backprop-chain .lab-chip[tabindex='0']").focus()
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowRight")
    with drawn(tab, "backprop-about"):
        tab.keyboard.press("Enter")
    assert title(tab, "backprop-about").startswith("dprobs ")
    focused = tab.evaluate("document.activeElement.dataset.index")
    assert focused == "1"
    tab.keyboard.press("End")
    with drawn(tab, "backprop-about"):
        tab.keyboard.press(" ")
    assert title(tab, "backprop-about").startswith("dC ")


def test_another_batch_other_numbers(tab: Page) -> None:
    before = title(tab, "backprop-hand")
    with drawn(tab, "backprop-hand"):
        fill(tab, "backprop-batch", "2")
    assert title(tab, "backprop-hand") != before


def test_the_lesson_breaks_the_table_of_letters(tab: Page) -> None:
    tab.get_by_role("button", name="One letter in many places: C").click()
    expect(tab.locator("#backprop-chain .lab-title")).to_have_text("1 of 26 gradients is wrong: C")
    expect(tab.locator("#backprop-about .lab-title")).to_contain_text("dC (27 × 10): wrong by")


def test_handles_have_a_net_of_their_own(tab: Page) -> None:
    choose(tab, "words", "Codeforces handles")  # the sidebar first, then every tab that is open
    expect(tab.locator("#backprop-about .lab-title")).to_contain_text(
        "dlogits (32 × 66)", timeout=4 * WAIT
    )
