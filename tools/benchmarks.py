"""Speed of touch in a real browser, and ratios of the package: python -m tools.benchmarks

Writes docs/benchmarks.md, with the machine, the versions and the targets; a missed target says so.
Needs what the browser tests need (requirements-dev.txt and a Chromium). Close other programs first.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gradio
import plotly
import torch
from playwright.sync_api import Browser, Page, sync_playwright

from makemore.reproduce.bench import Ratio, ratios
from makemore.reproduce.command import processor
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.driver import open_tab, shown
from tests.browser.serving import serving
from tools.visitors import Lab, Visitor, at_once, opened, training
from visualize.page.training_queue import TrainingQueue
from visualize.tabs import TABS

FILE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
TIMES = 20
PUPILS = 30
RUNS = TrainingQueue().places  # as many as the app lets train at once

# Run `act`, wait until `seen` gives another value, and then until that is on the screen.
CLOCK = """([act, seen]) => new Promise((done) => {
  const look = new Function("return " + seen), before = look(), begun = performance.now();
  new Function(act)();
  const wait = () => look() === before ? requestAnimationFrame(wait)
    : requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
  wait();
})"""
MARK = "document.querySelector('#{0} [data-drawn]')?.dataset.drawn"


@dataclass(frozen=True)
class Touch:
    """what was touched; milliseconds of each time; target: for the median."""

    what: str
    times: list[float]
    target: float

    @property
    def median(self) -> float:
        return statistics.median(self.times)


def main() -> None:
    """Measure everything and write the file."""
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium: python -m tests.browser.chromium installs one.")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "app.log") as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        touches = measure(browser, url)
        crowd = classroom(browser, url)
        version = browser.version
        browser.close()
    torch.set_num_threads(1)
    FILE.write_text(report(touches, crowd, list(ratios()), version), encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))


def measure(browser: Browser, url: str) -> list[Touch]:
    """All touches, in the order of the report."""
    first = Touch(
        "the first tab is usable after opening the page (10 times)",
        [opening(browser, url) for _ in range(10)],
        3_000,
    )
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    open_tab(page, "Generate")
    shown(page, "gen-bars")
    temperature = Touch("temperature slider: bars in the browser", slider(page), 32)
    open_tab(page, "Embeddings")
    shown(page, "embedding")
    scrub = Touch("scrubber: letters in the browser", scrubber(page), 32)
    open_tab(page, "Bigrams")
    small = Touch("27 × 27 table, another view: server and picture", views(page), 150)
    page.locator("#words").get_by_label("Codeforces handles").check()
    page.wait_for_function("document.querySelector('#header-line').innerText.includes('handles')")
    page.wait_for_timeout(3_000)
    large = Touch("66 × 66 table, another view: server and picture", views(page), 250)
    return [first, temperature, scrub, small, large, *switching(page)]


def classroom(browser: Browser, url: str) -> list[Touch]:
    """The same app with a class in it; the pupils are threads that ask what a page asks."""
    lab = Lab.at(url)
    pupils = [Visitor(lab) for _ in range(PUPILS)]
    page = Touch(
        f"{PUPILS} open the page in one moment: it has arrived",
        at_once([lambda: opened(url)] * PUPILS),
        3_000,
    )
    touched = [
        Touch(f"{PUPILS} {what}", _together(pupils, elem_id), 1_000)
        for what, elem_id in (
            ("ask for another view of the table in one moment: answered", "bigram-view"),
            ("draw 24 names in one moment: answered", "gen-seed"),
        )
    ]
    alone = browser.new_page(viewport={"width": 1280, "height": 800})
    alone.goto(url)
    open_tab(alone, "Bigrams")
    with training(lab, RUNS):
        alone.wait_for_timeout(2_000)
        beside = Touch(
            f"27 × 27 table, another view, while {RUNS} others train: server and picture",
            views(alone),
            150,
        )
    alone.close()
    return [page, *touched, beside]


def _together(pupils: list[Visitor], elem_id: str) -> list[float]:
    """All pupils at once, after each has done it once: a new visitor's first event takes longer."""
    acts = [lambda pupil=pupil: pupil.answered(elem_id, "change") for pupil in pupils]
    at_once(acts)
    return at_once(acts)


def opening(browser: Browser, url: str) -> float:
    """Milliseconds from opening the page, in a fresh context, to its first drawn picture."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, begun = context.new_page(), time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(f"#tab-{next(iter(TABS)).lower()} [data-drawn]:visible").first.wait_for()
    taken = 1_000 * (time.perf_counter() - begun)
    context.close()
    return taken


def slider(page: Page) -> list[float]:
    """The temperature slider inside the bars, moved twenty times."""
    act = (
        "const s = document.querySelector('#gen-bars input[type=range]');"
        "s.value = {0}; s.dispatchEvent(new Event('input', {{bubbles: true}}));"
    )
    seen = "document.querySelector('#gen-bars [data-shape]')?.dataset.shape"
    return timed(page, lambda i: act.format(0.5 + 0.05 * i), seen)


def scrubber(page: Page) -> list[float]:
    """The scrubber over training, moved twenty times."""
    act = (
        "const s = document.querySelector('#embedding .lab-scrub input');"
        "s.value = {0}; s.dispatchEvent(new Event('input', {{bubbles: true}}));"
    )
    seen = "document.querySelector('#embedding [data-step]')?.dataset.step"
    return timed(page, lambda i: act.format(5 + i), seen)


def views(page: Page) -> list[float]:
    """Counts, probabilities, counts, ...: each asks the server for a new picture."""
    shown(page, "bigram-heat")
    act = "document.querySelectorAll('#bigram-view input')[{0}].click()"
    return timed(page, lambda i: act.format(1 - i % 2), MARK.format("bigram-heat"))


def switching(page: Page) -> list[Touch]:
    """From tab to tab, each opened before: click to painted content."""
    for tab in TABS:
        open_tab(page, tab)
        page.wait_for_timeout(1_500)
    times = []
    for i in range(TIMES):
        tab = list(TABS)[i % len(TABS)].lower()
        act = f"document.querySelector('#tab-{tab}-button').click()"
        seen = f"getComputedStyle(document.querySelector('#tab-{tab}')).display"
        times.append(page.evaluate(CLOCK, [act, seen]))
        page.wait_for_timeout(200)
    return [Touch("switching to another tab", times, 200)]


def timed(page: Page, act: Callable[[int], str], seen: str) -> list[float]:
    """Twenty touches, one after the other, with a breath between them."""
    times = []
    for i in range(TIMES):
        times.append(page.evaluate(CLOCK, [act(i), seen]))
        page.wait_for_timeout(150)
    return times


def report(touches: list[Touch], crowd: list[Touch], compared: list[Ratio], chromium: str) -> str:
    """The text of docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        f"Written on {time.strftime('%Y-%m-%d')} by "
        "`python -m tools.benchmarks`, on " + processor() + f"; {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}.",
        f"Python {platform.python_version()}, torch "
        f"{torch.__version__}, gradio {gradio.__version__}, plotly {plotly.__version__}, "
        f"Chromium {chromium} (headless, software rendering).",
        "",
        "## Speed of touch",
        "",
        "From the touch to the painted picture, in milliseconds, app and browser on one machine.",
        "",
        *_table(touches),
    ]
    lines += [
        "",
        "## A class at once",
        "",
        "In milliseconds; the app and all visitors on one machine, so they share its cores.",
        "",
        *_table(crowd),
    ]
    lines += [
        "",
        "## Ratios",
        "",
        "How many times faster the second way is than the first, "
        "both measured in this run (`python -m makemore bench`).",
        "",
        "| first way / second way | ratio | seconds |",
        "|:--|--:|--:|",
    ]
    lines += [f"| {r.what} | {r.ratio:.1f} | {r.slow:.3f} / {r.fast:.3f} |" for r in compared]
    return "\n".join(lines) + "\n"


def _table(touches: list[Touch]) -> list[str]:
    head = ["| touch | median | slowest | target | |", "|:--|--:|--:|--:|:--|"]
    return head + [
        f"| {t.what} | {t.median:.0f} | {max(t.times):.0f} | {t.target:.0f} | "
        f"{'met' if t.median <= t.target else '**missed**'} |"
        for t in touches
    ]


if __name__ == "__main__":
    main()
