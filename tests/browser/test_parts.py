"""N-grams, the net that learns the table, and the scoreboard, as a person uses them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.driver import choose, drawn, open_tab, shown, title


def open_part(page, part: str, elem_id: str) -> None:
    """A part of the Bigrams tab, until this component of it is there."""
    open_tab(page, "Bigrams")
    choose(page, "bigram-part", part)
    shown(page, elem_id)


def test_n_grams_up_to_the_overfit_turn(page) -> None:
    open_part(page, "More letters back", "orders-losses")
    assert "n = 4 is best on dev" in title(page, "orders-losses")
    with drawn(page, "orders-losses"):
        choose(page, "orders-smoothing", "1")
    expect(page.locator("#orders-said")).to_contain_text("4-gram with smoothing 1")


def test_the_net_becomes_the_counts(page) -> None:
    open_part(page, "A net learns the table", "net-heat")
    page.locator("#net-300").click()
    expect(page.locator("#net-heat .lab-title")).to_contain_text("After 300 steps")
    expect(page.locator("#net-loss .lab-title")).to_contain_text("Loss 2.48")
    expect(page.locator("#net-said")).to_contain_text("smoothing of about")


def test_without_smoothing_the_loss_is_infinite_in_words(page) -> None:
    open_part(page, "More letters back", "orders-losses")
    with drawn(page, "orders-losses"):
        choose(page, "orders-smoothing", "0")
    assert "infinite from n = 2 on" in title(page, "orders-losses")
    expect(page.locator("#orders-said")).to_contain_text("∞")
    expect(page.locator("#orders-said")).not_to_contain_text("inf")


def test_starting_again_stops_the_net_that_learns(page) -> None:
    open_part(page, "A net learns the table", "net-heat")
    with drawn(page, "net-heat"):
        page.evaluate("""() => {  // at the first of its twenty pictures
          new MutationObserver((_, watcher) => {
            watcher.disconnect();
            document.querySelector("#net-again").click();
          }).observe(document.querySelector("#net-heat .lab-title"), {childList: true});
          document.querySelector("#net-300").click();
        }""")
    assert "After 0 steps" in title(page, "net-heat")


def test_where_the_net_says_less_than_the_counts_a_minus_stands(page) -> None:
    open_part(page, "A net learns the table", "net-heat")
    page.evaluate("""() => {
      const write = CanvasRenderingContext2D.prototype.fillText;
      window.written = new Set();
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.written.add(text);
        return write.call(this, text, ...rest);
      };
    }""")
    with drawn(page, "net-heat"):
        choose(page, "net-picture", "Net minus counts")
    written = page.evaluate("[...window.written]")
    assert any(text.startswith("−") and float(text[1:]) > 1 for text in written)
    expect(page.locator("#net-heat .lab-legend")).to_contain_text("−50.0 %")


def test_the_scoreboard_sorts_and_opens_a_model(page) -> None:
    open_tab(page, "Scoreboard")
    board = shown(page, "board-table")
    board.get_by_role("button", name="parameters").click()
    expect(board.locator("th[aria-sort=ascending]")).to_have_text("parameters")
    expect(board.locator("tbody tr").first).to_contain_text("1-gram")
    board.locator("td").get_by_role("button", name="WaveNet").first.click()
    expect(page.locator("#header-line")).to_contain_text("WaveNet")
    choose(page, "board-unit", "nats")
    expect(board.locator(".lab-title")).to_contain_text("nats per letter")


def test_the_unit_changed_while_speeds_are_measured_stands(page) -> None:
    open_tab(page, "Scoreboard")
    board = shown(page, "board-table")
    page.locator("#board-measure").click()
    expect(board.locator("tbody tr").first.locator("td").last).not_to_have_text("–")
    choose(page, "board-unit", "nats")
    expect(board.locator("tbody tr").last.locator("td").last).not_to_have_text("–")
    page.wait_for_timeout(800)  # whatever is still on its way has come
    assert "nats per letter" in title(page, "board-table")
