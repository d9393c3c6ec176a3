"""N-grams, the net that learns the table, and the scoreboard, as a person uses them."""

from __future__ import annotations

from playwright.sync_api import expect

from .driver import choose, drawn, open_tab, shown, title


def test_n_grams_up_to_the_overfit_turn(page) -> None:
    open_tab(page, "Bigrams")
    choose(page, "bigram-part", "More letters back")
    shown(page, "orders-losses")
    assert "n = 4 is best on dev" in title(page, "orders-losses")
    with drawn(page, "orders-losses"):
        choose(page, "orders-smoothing", "1")
    expect(page.locator("#orders-said")).to_contain_text("4-gram with smoothing 1")


def test_the_net_becomes_the_counts(page) -> None:
    open_tab(page, "Bigrams")
    choose(page, "bigram-part", "A net learns the table")
    shown(page, "net-heat")
    page.locator("#net-300").click()
    expect(page.locator("#net-heat .lab-title")).to_contain_text("After 300 steps")
    expect(page.locator("#net-loss .lab-title")).to_contain_text("Loss 2.48")
    expect(page.locator("#net-said")).to_contain_text("smoothing of about")


def test_the_scoreboard_sorts_and_opens_a_model(page) -> None:
    open_tab(page, "Scoreboard")
    board = shown(page, "board-table")
    board.get_by_role("button", name="parameters").click()
    expect(board.locator("th[aria-sort=ascending]")).to_have_text("parameters")
    expect(board.locator("tbody tr").first).to_contain_text("1-gram")
    board.locator("td").get_by_role("button", name="WaveNet").first.click()
    expect(page.locator("#header-line")).to_contain_text("WaveNet")
    choose(page, "board-unit", "nats")
    expect(board.locator(".lab-title")).to_contain_text("nats a letter")
