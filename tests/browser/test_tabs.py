"""Each tab opens, quietly, on a projector and on a phone, in the light and in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
import requests
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.driver import WAIT, open_tab, shown
from visualize.page.lesson import Expect, lesson_names, read_lesson
from visualize.style import DARK, LIGHT
from visualize.tabs import TABS

LESSONS_SEEN = """() => [...document.querySelectorAll("[id$=-lesson]")]
  .filter((one) => one.offsetParent).map((one) => one.id).join()"""
# What an element shows, fields included, with every white space as one blank.
TEXT = """(id) => {
  const root = document.getElementById(id);
  if (!root || !root.offsetParent) return "";
  const fields = [...root.querySelectorAll("input, textarea")].map((field) => field.value);
  return [root.innerText, ...fields].join(" ").replace(/\\s+/g, " ");
}"""
TRIES = [name for name in lesson_names() if read_lesson(name).tries]


@pytest.mark.parametrize("name", TABS)
def test_a_tab_opens_without_a_complaint(page: Page, name: str) -> None:
    open_tab(page, name)
    page.locator(f"#tab-{name.lower()} [data-drawn]:visible").first.wait_for()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1280


def test_opening_the_lab_asks_the_server_for_next_to_nothing(page: Page) -> None:
    """Thirty pupils open it at once: what the page shows first has come with the page."""
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "queue/join" in sent.url else None)
    page.on("framenavigated", lambda _: asked.clear())  # what the page before it still asked for
    page.reload()
    shown(page, "data-lengths")
    page.wait_for_timeout(1_500)
    assert len(asked) <= 2, "the open tab says that it is seen, and the cache of handles is told"


def test_the_page_comes_compressed(app_url: str) -> None:
    answer = requests.get(app_url, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=20)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 300_000


def test_on_a_phone_nothing_but_a_heatmap_scrolls_sideways(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator("#sidebar.open, .sidebar.open")).to_have_count(0)
    for name in TABS:
        open_tab(page, name)
        page.locator(f"#tab-{name.lower()} [data-drawn]:visible").first.wait_for()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, name


def pixels(page: Page, selector: str) -> np.ndarray:
    """(height, width, 3) of what is on the screen there."""
    from matplotlib.image import imread

    return imread(BytesIO(page.locator(selector).first.screenshot()))[..., :3]


def paper(picture: np.ndarray) -> tuple[int, ...]:
    """The commonest colour of a picture."""
    colours, counts = np.unique(
        (picture.reshape(-1, 3) * 255).round().astype(int), axis=0, return_counts=True
    )
    return tuple(colours[counts.argmax()].tolist())


def test_in_the_dark_the_canvas_is_drawn_in_other_colours(page: Page) -> None:
    open_tab(page, "Bigrams")
    shown(page, "bigram-heat")
    light = pixels(page, "#bigram-heat .lab-heat-rows")
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_timeout(300)  # one frame is enough; a busy machine gets more
    dark = pixels(page, "#bigram-heat .lab-heat-rows")
    assert np.abs(light - dark).mean() > 0.3
    for picture, palette in ((light, LIGHT), (dark, DARK)):
        wanted = tuple(int(palette.paper[i : i + 2], 16) for i in (1, 3, 5))
        assert paper(picture) == wanted


def test_a_visitor_whose_system_is_dark_gets_the_dark_page(open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme="dark")
    open_tab(page, "Embeddings")
    shown(page, "embedding")
    wanted = tuple(int(DARK.paper[i : i + 2], 16) for i in (1, 3, 5))
    assert paper(pixels(page, "#embedding .lab-plot")) == wanted


def tab_of(lesson: str) -> str:
    """The tab that a lesson belongs to: "inside_doctor" and "inside-doctor" to Inside."""
    first = re.split(r"[-_]", lesson)[0]
    return next(name for name in TABS if name.lower() == first)


def reveal(page: Page, button: Locator) -> None:
    """Open the part of the tab that a button stands in; let it choose a model if it needs one."""
    parts = page.locator("[id$=-part]:visible input[type=radio]")
    for i in range(parts.count()):
        if button.is_visible():
            break
        if parts.nth(i).is_checked():
            continue
        before = page.evaluate(LESSONS_SEEN)
        parts.nth(i).check()
        page.wait_for_function(f"before => ({LESSONS_SEEN})() !== before", arg=before)
        if (remedy := page.locator("[id$=-remedy]:visible")).count():
            remedy.first.click()
            page.wait_for_function(f"() => ({LESSONS_SEEN})() !== ''")
    expect(button).to_be_visible()


def holds(page: Page, expected: Expect) -> None:
    """Wait until an element shows what a lesson expects; fail with what it shows instead."""
    sees, arg = f"([id, seen]) => ({TEXT})(id).includes(seen)", [expected.elem_id, expected.seen]
    try:
        page.wait_for_function(sees, arg=arg, timeout=WAIT)
    except TimeoutError:
        stands = page.evaluate(TEXT, expected.elem_id)
        pytest.fail(f"#{expected.elem_id} shows “{stands[:300]}”, not “{expected.seen}”")


@pytest.mark.parametrize("lesson", TRIES)
def test_every_experiment_of_a_lesson_does_what_it_says(page: Page, lesson: str) -> None:
    """Each button shows what its `expect:` lines say, numbers included; nothing complains."""
    open_tab(page, tab_of(lesson))
    for i, experiment in enumerate(read_lesson(lesson).tries):
        button = page.locator(f"#{lesson}-try-{i}")
        reveal(page, button)
        button.click()
        for expected in experiment.expects:
            holds(page, expected)


def test_the_lessons_of_the_bigrams_show_what_they_promise(page: Page) -> None:
    open_tab(page, "Bigrams")
    shown(page, "bigram-bars")
    bars = page.locator("#bigram-bars .lab-title")
    priced = page.locator("#bigram-priced .lab-title")
    page.locator("#bigrams-try-1").click()  # why is jq so dear?
    expect(bars).to_contain_text("After j, ")
    expect(priced).to_contain_text("q after j")
    page.locator("#bigrams-try-0").click()  # what follows q?
    expect(bars).to_contain_text("After q, u follows")
    page.locator("#bigrams-try-2").click()  # drown the counts in smoothing
    expect(page.locator("#bigram-smoothing input[type=number]")).to_have_value("100")
    expect(bars).not_to_contain_text("75.7")
