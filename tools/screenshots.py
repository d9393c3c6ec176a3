"""The README's pictures, taken from the app itself: python -m tools.screenshots [tab ...]

Every tab of TABS at 1280 x 800 as docs/<tab>.png, one in the dark and one as a phone shows it.
Needs what the browser tests need (requirements-dev.txt and a Chromium).
"""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.driver import open_tab
from tests.browser.serving import serving
from visualize.tabs import TABS

FOLDER = Path(__file__).resolve().parents[1] / "docs"
PROJECTOR = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PRESSED = {"Train": "#train-go"}  # what shows nothing until it is pressed
DARK_TAB, PHONE_TAB = "Bigrams", "Generate"
SETTLED = 1500  # ms without a new drawing: then the page is as a visitor sees it
MOST = 30_000  # ms for a tab to come
COLOURS = 256  # a page has few; a palette makes the file a third as large
LIMIT = 250_000  # bytes


def main(wanted: list[str]) -> None:
    """Take all pictures, or those of the named tabs (and "dark", "phone")."""
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium: python -m tests.browser.chromium installs one.")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "app.log") as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for name, (tab, options) in shots().items():
            if not wanted or name in wanted:
                take(browser, url, tab=tab, file=FOLDER / f"{name}.png", **options)
        browser.close()


def shots() -> dict[str, tuple[str, dict]]:
    """What to take: the picture's name, the tab on it, and how the page is opened."""
    each = {tab.lower(): (tab, {"viewport": PROJECTOR}) for tab in TABS}
    dark = (DARK_TAB, {"viewport": PROJECTOR, "color_scheme": "dark"})
    return each | {"dark": dark, "phone": (PHONE_TAB, {"viewport": PHONE})}


def take(browser: Browser, url: str, *, tab: str, file: Path, **options: object) -> None:
    """One picture, in a fresh page; says how large it has become."""
    context = browser.new_context(reduced_motion="reduce", **options)
    page = context.new_page()
    page.goto(url)
    page.locator("#tabs [role=tab]").first.wait_for(timeout=MOST)
    open_tab(page, tab)
    if tab in PRESSED:
        page.locator(PRESSED[tab]).click()
        page.mouse.move(0, 0)
        page.wait_for_timeout(SETTLED)
    settle(page, tab)
    size = write(page.screenshot(), file)
    print(f"{file.name}: {size:,} bytes")
    context.close()


def settle(page: Page, tab: str) -> None:
    """Wait until the tab has drawn something, and then nothing new for a while."""
    inside = page.locator(f"#tab-{tab.lower()} [data-drawn]:visible")
    inside.first.wait_for(timeout=MOST)
    before, waited = None, 0
    while waited < MOST:
        now = inside.evaluate_all("all => all.map((one) => one.dataset.drawn)")
        if now == before:
            return
        before, waited = now, waited + SETTLED
        page.wait_for_timeout(SETTLED)


def write(png: bytes, file: Path) -> int:
    """Keep a picture with few colours, so that the file is small; its size in bytes."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (COLOURS, COLOURS // 4):
        few = picture.quantize(colours, dither=Image.Dither.NONE)
        few.save(file, optimize=True)
        if file.stat().st_size < LIMIT:
            break
    return file.stat().st_size


if __name__ == "__main__":
    main(sys.argv[1:])
