"""Lists of one's own that nobody expects: each works on every tab, or it is said what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import WAIT, choose, open_tab
from visualize.tabs import TABS

MARKUP = "<img src=x onerror=alert(1)>"
CODE = "${alert(1)}"

REFUSED = {
    "empty": ("", "There are no words here"),
    "blanks": (" \n\t\n  ", "There are no words here"),
    "one word": ("emma", "only one word"),
    "one word of markup": ("<b>x</b>", "only one word"),
    "one picture": ("![x](/nowhere.png)", "only one word"),
    "one letter": ("aaa\naa", "one letter"),
    "a word of 10,000 letters": ("ab" * 5000, "more than 100"),
}
TAKEN = {
    "100,000 words": ("\n".join(f"word{i}" for i in range(100_000)), "100,000 words."),
    "scripts": ("😀😁\n👩‍👩‍👧\nשלום\nمرحبا\nсаша\n" + "ab" * 5000, "1 word of more than 100"),
    "markup": (
        f"{MARKUP}\n{CODE}\n`{MARKUP}`\n[x](javascript:alert(1))\n{{{{value}}}}\n\\x41\\u0\n"
        "an\x00na\nb\x07ob",
        "2 invisible or control characters",
    ),
}
PATIENCE = 4 * WAIT  # every tab is counted anew


@pytest.fixture
def alerts(page: Page) -> list[str]:
    """What the page has asked or shouted in a dialog: nothing, if all is well."""
    heard: list[str] = []

    def took(dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", took)
    page.set_default_timeout(PATIENCE)
    page.locator("#data-letters [data-drawn]").wait_for()  # the first tab is there
    return heard


def use(page: Page, text: str) -> None:
    """Paste a list and press the button."""
    page.locator("#words").get_by_label("My own list", exact=True).check()
    field = page.locator("#own-text textarea")
    field.wait_for(state="visible")
    field.evaluate(
        """(field, text) => {
        field.value = text; field.dispatchEvent(new Event("input", {bubbles: true})); }""",
        text,
    )
    page.locator("#own-use").click()


@pytest.mark.timeout(400)
def test_what_cannot_be_learned_from_is_refused(page: Page, alerts: list[str]) -> None:
    for text, said in REFUSED.values():
        use(page, text)
        expect(page.locator("#own-said p")).to_contain_text(said, timeout=PATIENCE)
        assert page.locator("#own-said img, #own-said b").count() == 0
    expect(page.locator("#header-line")).to_contain_text("32,033 names")  # nothing is lost
    assert not alerts


@pytest.mark.timeout(400)
@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken_works_on_every_tab(page: Page, alerts: list[str], case: str) -> None:
    text, said = TAKEN[case]
    use(page, text)
    expect(page.locator("#own-said p")).to_contain_text(said, timeout=PATIENCE)
    expect(page.locator("#header-line")).to_contain_text("words of my own", timeout=PATIENCE)
    expect(page.locator("#data-peek .lab-title")).to_contain_text("words", timeout=PATIENCE)
    for name in TABS:
        open_tab(page, name)
        page.wait_for_timeout(400)
    _goes_on(page)
    assert not alerts


def _goes_on(page: Page) -> None:
    """The tabs answer, and no word has become part of the page but as text."""
    open_tab(page, "Bigrams")
    expect(page.locator("#bigram-loss")).to_contain_text("a letter costs", timeout=PATIENCE)
    open_tab(page, "Data")
    choose(page, "words", "Names")
    expect(page.locator("#data-peek .lab-title")).to_contain_text("32,033 names", timeout=PATIENCE)
    assert page.locator("img[src=x], a[href^=javascript]").count() == 0


def test_a_file_works_like_a_pasted_list(page: Page, alerts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "Имена.csv"
    path.write_bytes("name,n\nанна,1\nпётр,2\nольга,3\n".encode("cp1251"))
    choose(page, "words", "My own list")
    page.locator("#own-list input[type=file]").set_input_files(path)
    expect(page.locator("#own-said p")).to_contain_text(
        re.compile("3 words.*Windows-1251"), timeout=WAIT
    )
    expect(page.locator("#data-peek li").first).to_have_text("анна", timeout=WAIT)
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    page.locator("#own-list input[type=file]").set_input_files(path)
    expect(page.locator("#own-said p")).to_contain_text("not a list in plain text", timeout=WAIT)
    expect(page.locator("#data-peek li").first).to_have_text("анна")
    assert not alerts
