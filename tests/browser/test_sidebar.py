"""The sidebar: words and model are chosen once, and every tab follows; visitors do not mix."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.driver import choose, choose_model, drawn, open_tab, shown, title


def test_other_words_change_every_tab(page: Page) -> None:
    open_tab(page, "Bigrams")
    shown(page, "bigram-heat")
    names_title = title(page, "bigram-heat")
    with drawn(page, "bigram-heat", "bigram-bars"):
        choose(page, "words", "Codeforces handles")
    assert title(page, "bigram-heat") != names_title
    expect(page.locator("#header-line")).to_contain_text("handles")
    expect(page.locator("#model-card")).to_contain_text("symbols")
    open_tab(page, "Embeddings")
    shown(page, "embedding")
    expect(page.locator("#embedding .scatterlayer .point")).to_have_count(66)
    open_tab(page, "Generate")
    shown(page, "gen-names")
    expect(page.locator("#gen-names .lab-word")).to_have_count(24)
    expect(page.locator("#gen-names .lab-tile-end").first).not_to_have_text(".")
    with drawn(page, "gen-names"):
        choose(page, "words", "Names")
    expect(page.locator("#gen-names .lab-tile-end").first).to_have_text(".")
    open_tab(page, "Bigrams")
    expect(page.locator("#bigram-heat .lab-title")).to_have_text(names_title)


def test_another_model_changes_card_header_and_names(page: Page) -> None:
    open_tab(page, "Generate")
    shown(page, "gen-names")
    before = page.locator("#gen-names .lab-tiles").all_inner_texts()
    card = page.locator("#model-card")
    old_card = card.inner_text()
    with drawn(page, "gen-names"):
        choose_model(page, "wavenet-names")
    expect(card).not_to_have_text(old_card)
    expect(page.locator("#header-line")).to_contain_text("WaveNet")
    expect(page.locator("#gen-names .lab-title")).to_contain_text("WaveNet")
    assert page.locator("#gen-names .lab-tiles").all_inner_texts() != before


def test_two_visitors_do_not_mix(open_page: Callable[..., Page]) -> None:
    one, other = open_page(), open_page()
    for page in (one, other):
        open_tab(page, "Generate")
        shown(page, "gen-names")
    line = other.locator("#header-line").inner_text()
    words = other.locator("#gen-names .lab-tiles").all_inner_texts()
    with drawn(one, "gen-names"):
        choose(one, "words", "Codeforces handles")
    expect(one.locator("#header-line")).to_contain_text("handles")
    expect(other.locator("#header-line")).to_have_text(line)
    assert other.locator("#gen-names .lab-tiles").all_inner_texts() == words
    with drawn(other, "gen-names"):
        other.locator("#gen-again").click()
    assert other.locator("#gen-names .lab-tile-end").first.inner_text() == "."
