"""The Train tab as a person uses it: every training here is real."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import fill, open_tab, shown, title

LONG = "200000"
WAIT = 45_000  # ms; a training shares the machine with whatever else runs there


def open_train(page: Page) -> Page:
    open_tab(page, "Train")
    shown(page, "train-curve")
    return page


@pytest.fixture
def train(page: Page) -> Page:
    return open_train(page)


def press(page: Page, key: str) -> None:
    page.locator(f"#train-{key}").click()


def status(page: Page, said: str) -> None:
    """Wait until the line under the buttons says this."""
    expect(page.locator("#train-status")).to_contain_text(re.compile(said), timeout=WAIT)


def unfold(page: Page, elem_id: str) -> None:
    page.locator(f"#{elem_id} > button").first.click()


def long_run(page: Page) -> None:
    """So many steps that it goes on until it is stopped."""
    unfold(page, "train-settings")
    fill(page, "train-steps", LONG)


def curve_says(page: Page, pattern: str) -> str:
    expect(page.locator("#train-curve .lab-title")).to_have_text(re.compile(pattern), timeout=WAIT)
    return title(page, "train-curve")


def step_of(page: Page) -> int:
    text = page.locator("#train-status").inner_text()
    return int(re.search(r"Step ([\d,]+)", text)[1].replace(",", ""))


def test_start_stop_continue_and_the_first_loss_again(train: Page) -> None:
    press(train, "one")
    first = curve_says(train, "first batch costs")
    long_run(train)
    press(train, "go")
    curve_says(train, r"After [\d,]+ steps")
    expect(train.locator("#train-samples .lab-word").first).to_be_visible()
    press(train, "stop")
    status(train, "paused")
    stood = step_of(train)
    time.sleep(0.5)
    assert step_of(train) == stood
    press(train, "one")
    status(train, f"Step {stood + 1:,} ")
    press(train, "go")
    status(train, "steps per second")
    press(train, "stop")
    status(train, "paused")
    assert step_of(train) > stood + 1
    press(train, "reset")
    status(train, "at the start")
    press(train, "one")
    assert curve_says(train, "first batch costs") == first
    assert train.locator("#train-earlier input").count() == 1
    press(train, "new-seed")
    status(train, "at the start")
    press(train, "one")
    assert curve_says(train, "first batch costs") != first
    train.locator("#train-earlier input").first.uncheck()
    expect(train.locator("#train-earlier")).to_be_hidden()


def test_a_learning_rate_of_1000_is_explained_and_mended(train: Page) -> None:
    unfold(train, "train-settings")
    fill(train, "train-steps", "300")
    fill(train, "train-lr", "1000")
    press(train, "go")
    status(train, "The loss blew up at step")
    offer = train.locator("#train-offer")
    expect(offer).to_contain_text("Go on from the start with learning rate 0.1")
    offer.click()
    status(train, "Step 300 of 300 · done")
    expect(offer).to_be_hidden()
    expect(train.locator("#train-losses")).to_contain_text("train")
    expect(train.locator("#train-lr input")).to_have_value("0.1")


def test_keep_use_elsewhere_download_and_load(train: Page, tmp_path: Path) -> None:
    unfold(train, "train-settings")
    fill(train, "train-steps", "400")
    press(train, "go")
    status(train, "done")
    unfold(train, "train-files")
    press(train, "keep")
    expect(train.locator("#train-kept")).to_contain_text("Kept: run 1", timeout=WAIT)
    mine = train.locator("#model").get_by_label("run 1, MLP with BatchNorm, 400 steps")
    expect(mine).to_be_checked(timeout=WAIT)
    with train.expect_download(timeout=WAIT) as download:
        press(train, "zip")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    with zipfile.ZipFile(path) as file:
        assert sorted(file.namelist()) == ["card.json", "model.safetensors"]
    with train.expect_download(timeout=WAIT) as download:
        press(train, "script")
    open_tab(train, "Generate")
    shown(train, "gen-names")
    train.reload()  # a new session: what was kept is gone, the file brings it back
    open_train(train)
    expect(mine).to_have_count(0)
    unfold(train, "train-files")
    load(train, path)
    expect(train.locator("#train-kept")).to_contain_text("Loaded: run 1", timeout=WAIT)
    expect(mine).to_be_checked(timeout=WAIT)
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 no zip")
    load(train, tmp_path / "bad.zip")
    expect(train.locator("#train-kept")).to_contain_text("This is no checkpoint", timeout=WAIT)


def load(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        press(page, "load")
    chooser.value.set_files(path)


def test_the_rate_finder(train: Page) -> None:
    unfold(train, "train-finder")
    press(train, "find")
    use = train.locator("#train-use-rate")
    expect(use).to_contain_text("Use 0.", timeout=WAIT)
    use.click()
    rate = use.inner_text().removeprefix("Use ")
    expect(train.locator("#train-lr input")).to_have_value(rate)


def test_two_people_train_and_do_not_meet(open_page: Callable[..., Page]) -> None:
    one, other = open_train(open_page()), open_train(open_page())
    long_run(one)
    press(one, "go")
    status(one, "steps per second")
    expect(other.locator("#train-status")).to_contain_text("Nothing has been trained yet")
    press(other, "one")
    status(other, "Step 1 of 10,000")
    press(one, "stop")
    status(one, "paused")
    assert step_of(one) > 1
    assert step_of(other) == 1
    press(one, "go")
    status(one, "steps per second")
    one.context.close()  # the run ends with its page; the other one goes on
    press(other, "one")
    status(other, "Step 2 of 10,000")


def test_settings_that_cannot_be_are_told(train: Page) -> None:
    unfold(train, "train-settings")
    fill(train, "train-n-hidden", "999999")
    status(train, "neurons a layer can be 1 to 512")
    press(train, "go")
    status(train, "neurons a layer can be 1 to 512")
