"""The launched app and a Chromium, for every test in this folder.

``page``            the app, freshly opened at 1280 x 800; the test fails at its end if the page
                    logged an error, asked any other host for anything, or the server printed a
                    traceback.
``open_page(...)``  the same with other settings of Playwright's ``new_context``: a phone, the dark,
                    a second person. Its pages are watched too.
``app_url``         where the app is served; it runs as a process of its own, for the whole session.

What to do on a page stands in driver.py. Everything that uses these is marked ``browser``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.driver import WAIT
from tests.browser.serving import serving

READY = "#tabs [role=tab]"
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no other host is found

# Lines of the page's console that are Gradio's own and harmless. Keep this short, say why.
ALLOWED = (
    "[svelte-i18n]",  # a label that is also a word of Gradio's dictionary
)

# Whoever leaves a page breaks off what it still asks for, and Gradio's client complains of that.
LEAVING = "addEventListener('beforeunload', () => { console.error = () => {}; });"


expect.set_options(timeout=WAIT)  # a busy machine may take its time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"app_url", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the served app prints."""
    return tmp_path_factory.mktemp("app") / "server.log"


@pytest.fixture(scope="session")
def app_url(server_log: Path) -> Iterator[str]:
    """The real app on its real checkpoints, with no corpora but the bundled ones."""
    with serving(server_log) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: ``python -m tests.browser.chromium`` installs one."""
    path = find_chromium()
    if path is None:
        pytest.fail("No Chromium: python -m tests.browser.chromium installs one.", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, OFFLINE])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, app_url: str, server_log: Path) -> Iterator[Callable[..., Page]]:
    """A function that opens the app in a fresh context; all its pages are watched to the end."""
    complaints: list[str] = []
    contexts = []
    printed = server_log.stat().st_size

    def open_one(**options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        context = browser.new_context(**(settings | options))
        contexts.append(context)
        context.set_default_timeout(WAIT)
        context.add_init_script(LEAVING)
        page = context.new_page()
        _watch(page, app_url, complaints)
        page.goto(app_url)
        page.locator(READY).first.wait_for(timeout=30_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    with server_log.open("rb") as log:
        log.seek(printed)
        said = log.read().decode("utf-8", "replace")
    if "Traceback" in said:
        complaints.append(f"the server printed:\n{said[-3000:]}")
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The app in a window of 1280 x 800, light, without motion."""
    return open_page()


def _watch(page: Page, app_url: str, complaints: list[str]) -> None:
    """Take down errors of the page, and every request that leaves this computer."""
    home = urlsplit(app_url).netloc

    def heard(message) -> None:
        if message.type in ("error", "warning") and not any(a in message.text for a in ALLOWED):
            complaints.append(f"console {message.type}: {message.text}")

    def asked(request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != home:
            complaints.append(f"asked another host: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"error on the page: {error}"))
    page.on("request", asked)
