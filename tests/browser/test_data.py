"""The Data tab: a list read at a glance; handles fetched from a server of our own, or made up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import serving
from tests.browser.driver import WAIT, choose, drawn, fill, open_tab, shown, title
from tests.makemore.codeforces_play import USERS, ok
from tests.makemore.local_server import LocalServer, body, local_server

IMPORTS = """
from pathlib import Path
from makemore.corpora.codeforces import CodeforcesSettings
from makemore.corpora.registry import CorpusSettings
from visualize.page.library import LibrarySettings, open_library
"""
LIBRARY = """app.create_app(open_library(settings=LibrarySettings(
    corpora=CorpusSettings(cache_folder=Path({folder!r})),
    codeforces=CodeforcesSettings(base_url={url!r}, spacing=0.1, attempts=2, read_timeout=20))))"""
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def codeforces() -> Iterator[LocalServer]:
    """What plays Codeforces for the app of this file."""
    with local_server() as local:
        local.plays = [body(b"<html>off</html>", code=404)]
        yield local


@pytest.fixture(scope="module")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "server.log"


@pytest.fixture(scope="module")
def app_url(codeforces: LocalServer, server_log: Path) -> Iterator[str]:
    """The app, whose Codeforces is the server above."""
    create = LIBRARY.format(folder=str(server_log.parent / "cache"), url=codeforces.url)
    with serving(server_log, create=create, imports=IMPORTS) as url:
        yield url


def status(page: Page):
    return page.locator("#data-status p")


def said(page: Page, text: str) -> None:
    expect(status(page)).to_contain_text(text, timeout=WAIT)


# The tests of this file share one app and are in the order in which a list comes to it.


def test_the_list_is_read_at_a_glance(page: Page) -> None:
    shown(page, "data-peek")
    assert title(page, "data-peek").startswith("32,033 names")
    assert title(page, "data-leaks").startswith("12.8 % of dev is in train")
    shown(page, "data-lengths")
    assert "6.12 letters on average" in title(page, "data-lengths")
    assert title(page, "data-letters").startswith("a is the most frequent of 26 letters")
    expect(page.locator("#data-source")).to_contain_text("US Social Security Administration")


def test_a_typed_word_is_cut_into_examples(page: Page) -> None:
    rows = page.locator("#data-examples tbody tr")
    expect(rows.first).to_have_text("...→e0 0 0 → 5")
    with drawn(page, "data-examples"):
        fill(page, "data-word", "qu")
    expect(rows).to_have_count(3)
    with drawn(page, "data-examples"):
        page.get_by_role("button", name="emma, eight letters back").click()
    expect(rows.first).to_contain_text("........→e")
    with drawn(page, "data-examples"):
        fill(page, "data-word", HOSTILE)
    assert "never seen" in title(page, "data-examples")


def test_a_clicked_cell_explains_both_numbers(page: Page) -> None:
    shown(page, "data-difference")
    assert title(page, "data-both").startswith("u after q")
    canvas = page.locator("#data-difference .lab-heat-cells")
    with drawn(page, "data-both"):
        canvas.click(position={"x": 60, "y": 60})
    assert not title(page, "data-both").startswith("u after q")
    expect(page.locator("#data-both tbody tr")).to_have_count(2)


def test_a_switched_off_api_is_said_in_plain_words(page: Page, codeforces: LocalServer) -> None:
    codeforces.plays = [body(f"<html>{HOSTILE}</html>".encode(), code=404)]
    said(page, "No list of handles is on this computer")
    page.locator("#data-fetch").click()
    said(page, "has switched its API off (HTTP 404)")
    said(page, "Asked 2 times")
    expect(page.locator("#data-fetch")).to_be_enabled()
    expect(page.locator("#data-stop")).to_be_hidden()


def test_without_a_list_handles_are_made_up_and_say_so(page: Page) -> None:
    page.locator("#data-make-up").click()
    said(page, "In use: 10,000 made-up handles")
    expect(page.locator("#data-peek .lab-title")).to_contain_text(
        "10,000 made-up handles", timeout=2 * WAIT
    )
    expect(page.locator("#data-source")).to_contain_text("A model made these handles up")
    assert page.get_by_label("Codeforces handles").is_checked()


def test_a_slow_answer_can_be_stopped(page: Page, codeforces: LocalServer) -> None:
    hold = Event()
    codeforces.plays = [lambda handler: hold.wait(20)]
    said(page, "made-up")  # a reloaded page knows what the app has
    page.locator("#data-fetch").click()
    said(page, "s so far")
    expect(page.locator("#data-fetch")).to_be_disabled()
    page.locator("#data-stop").click()
    said(page, "Stopped; nothing has changed. In use: 10,000 made-up handles")
    expect(page.locator("#data-fetch")).to_be_enabled()
    hold.set()


def test_handles_are_fetched_and_reach_the_other_tabs(
    page: Page, codeforces: LocalServer, open_page
) -> None:
    users = [*USERS, {"handle": "x" * 12}, *({"handle": f"pupil_{i}"} for i in range(40))]
    codeforces.plays = [body(ok(users))]
    second = open_page()
    _fetch_when_free(page)
    said(page, "Fetched. In use: 44 handles as of 20")
    expect(page.locator("#data-peek .lab-title")).to_contain_text("44 handles", timeout=2 * WAIT)
    expect(page.locator("#data-peek li").first).to_have_text("tourist")
    assert "secret" not in page.content().lower()
    open_tab(page, "Bigrams")
    expect(page.locator("#bigram-loss")).to_contain_text("all 44 words", timeout=WAIT)
    choose(second, "words", "Codeforces handles")  # one list for the whole app
    expect(second.locator("#data-peek .lab-title")).to_contain_text("44 handles", timeout=2 * WAIT)


def _fetch_when_free(page: Page) -> None:
    """The stopped request of the test before may still be ending."""
    for _ in range(20):
        page.locator("#data-fetch").click()
        status(page).filter(has_text="Asking").or_(status(page).filter(has_text="Fetched")).or_(
            status(page).filter(has_text="already")
        ).wait_for(timeout=WAIT)
        if "already" not in status(page).inner_text():
            return
        time.sleep(0.5)


def test_the_fetched_list_survives_an_answer_that_is_wrong(
    page: Page, codeforces: LocalServer
) -> None:
    codeforces.plays = [body(ok([{"handle": HOSTILE}]))]
    said(page, "In use: 44 handles")
    page.locator("#data-fetch").click()
    said(page, "fetched before, is kept")
    assert "onerror" not in status(page).inner_text()
    page.locator("#data-make-up").click()
    said(page, "A real list is here already")


@pytest.mark.parametrize("width", [390, 1920])
def test_nothing_scrolls_sideways(open_page, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    shown(page, "data-difference")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
