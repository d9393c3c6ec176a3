"""What a person does on the page, in a few words for the tests.

Never wait for "networkidle": the page keeps a connection open. Wait for what a person would see:
``with drawn(page, "bigram-heat"): ...`` for a component, Playwright's ``expect`` for a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

WAIT = 20_000  # ms; a click takes 50 of them, but a busy machine may take its time


def open_tab(page: Page, name: str) -> None:
    """Show a tab by its title in TABS; on a narrow page it may stand in the menu of the rest."""
    page.locator("#tabs [role=tab]").first.wait_for()
    button = page.locator(f"#tab-{name.lower()}-button")
    if not button.is_visible():
        page.locator("#tabs .overflow-menu > button").first.click()
        button = page.locator("#tabs .overflow-dropdown button", has_text=name)
    button.click()
    page.locator(f"#tab-{name.lower()}").wait_for(state="visible", timeout=WAIT)


def shown(page: Page, elem_id: str) -> Locator:
    """The component, once it is visible and has drawn itself for the first time."""
    page.locator(f"#{elem_id} [data-drawn]").wait_for(state="visible", timeout=WAIT)
    return page.locator(f"#{elem_id}")


def marker(page: Page, elem_id: str) -> str | None:
    """The version of what a component has drawn, `dataset.drawn`; None before the first time."""
    found = page.locator(f"#{elem_id} [data-drawn]")
    return found.get_attribute("data-drawn") if found.count() else None


@contextmanager
def drawn(page: Page, *elem_ids: str) -> Iterator[None]:
    """Do something inside; on leaving, wait until each component has drawn something new."""
    before = {elem_id: marker(page, elem_id) for elem_id in elem_ids}
    yield
    for elem_id, old in before.items():
        page.wait_for_function(
            "([id, old]) => (document.querySelector(`#${id} [data-drawn]`)?.dataset.drawn ?? old)"
            " !== old",
            arg=[elem_id, old],
            timeout=WAIT,
        )
    for elem_id in before:
        _settled(page, elem_id)


def _settled(page: Page, elem_id: str) -> None:
    """Wait until a component draws nothing new: what was asked for before may come late."""
    for _ in range(20):
        seen = marker(page, elem_id)
        page.wait_for_timeout(400)
        if marker(page, elem_id) == seen:
            return


def title(page: Page, elem_id: str) -> str:
    """The sentence above a figure."""
    return page.locator(f"#{elem_id} .lab-title").inner_text()


def choose(page: Page, elem_id: str, label: str) -> None:
    """Click one choice of a gr.Radio by its words."""
    page.locator(f"#{elem_id}").get_by_label(label, exact=True).check()


def choose_model(page: Page, name: str) -> None:
    """Choose a checkpoint in the sidebar, by its name; the tabs follow by themselves."""
    page.locator(f"#model input[value='{name}']").check()


def fill(page: Page, elem_id: str, text: str) -> None:
    """Write into a gr.Textbox or gr.Number and leave it, as with the Tab key."""
    field = page.locator(f"#{elem_id} input, #{elem_id} textarea").first
    field.fill(text)
    field.press("Tab")


def download(page: Page, elem_id: str, folder: Path) -> Path:
    """Press a download button once; the file, kept in this folder under its own name."""
    with page.expect_download(timeout=WAIT) as caught:
        page.locator(f"#{elem_id}").click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path
