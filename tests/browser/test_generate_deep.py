"""Generate in depth: the coin is Python's, coins are shared, words are priced, nothing is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from makemore.checkpoint.checkpoint import Checkpoint, load_checkpoint
from makemore.sampling import Sampling, sample
from tests.browser.driver import choose, drawn, fill, open_tab, shown, title
from visualize.page.library import CHECKPOINTS

COIN = "#gen-coin [data-drawn]"


@pytest.fixture(scope="module")
def mlp() -> Checkpoint:
    return load_checkpoint(CHECKPOINTS / "mlp-bn-names")


@pytest.fixture
def coin(page: Page) -> Page:
    """The tab at its second part."""
    open_tab(page, "Generate")
    shown(page, "gen-names")
    choose(page, "gen-part", "Letter by letter")
    page.locator("#gen-coin .lab-coin-word").wait_for(state="visible")
    return page


def press(page: Page, go: str) -> None:
    page.locator(f"#gen-coin [data-go={go}]").click()


def move(page: Page, name: str, value: float, *, let_go: bool = True) -> None:
    page.locator(f"#gen-coin input[name={name}]").evaluate(
        """(input, [value, kinds]) => {
          input.value = value;
          for (const kind of kinds) input.dispatchEvent(new Event(kind));
        }""",
        [value, ["input", "change"] if let_go else ["input"]],
    )


def complete(page: Page) -> str:
    """Run from the start to the end; the word."""
    if page.locator("#gen-coin [data-go=start]").is_enabled():
        press(page, "start")
    press(page, "run")
    expect(page.locator(COIN)).to_have_attribute("data-complete", "true")
    return page.locator(COIN).get_attribute("data-word")


def expected(mlp: Checkpoint, number: int, **settings: float) -> str:
    return sample(mlp.model, mlp.vocabulary, count=number, settings=Sampling(**settings))[-1].word


@pytest.mark.parametrize("seed", [42, 2147483647])
def test_the_browsers_word_is_pythons(coin: Page, mlp: Checkpoint, seed: int) -> None:
    """Also where sliders lead off the way that was sent: then the page asks how it goes on."""
    if seed != 42:
        with drawn(coin, "gen-coin"):
            fill(coin, "gen-seed", str(seed))
    for number in (1, 4):
        if number != 1:
            with drawn(coin, "gen-coin"):
                fill(coin, "gen-number", str(number))
        for temperature, top_k, top_p in (
            (1, 0, 1),
            (0.5, 0, 1),
            (2, 0, 1),
            (1.5, 4, 1),
            (1.2, 0, 0.6),
            (0.8, 10, 0.75),
        ):
            move(coin, "temperature", temperature)
            move(coin, "top_k", top_k or 27)
            move(coin, "top_p", top_p)
            assert complete(coin) == expected(
                mlp, number, seed=seed, temperature=temperature, top_k=top_k, top_p=top_p
            )


def test_next_back_and_start_again(coin: Page, mlp: Checkpoint) -> None:
    whole = expected(mlp, 1)
    assert "Next lets the coin fall" in title(coin, "gen-coin")
    for count in (1, 2, 3):
        press(coin, "next")
        expect(coin.locator(COIN)).to_have_attribute("data-word", whole[:count])
        assert f"falls on {whole[count - 1]}, which had" in title(coin, "gen-coin")
    press(coin, "back")
    expect(coin.locator(COIN)).to_have_attribute("data-word", whole[:2])
    press(coin, "start")
    expect(coin.locator(COIN)).to_have_attribute("data-word", "")
    assert complete(coin) == whole
    assert "the word is complete" in title(coin, "gen-coin")
    coin.locator("#gen-coin [data-step='1']").click()
    assert f"falls on {whole[1]}," in title(coin, "gen-coin")


def test_sliders_redraw_here_and_send_nothing(coin: Page) -> None:
    for _ in range(2):
        press(coin, "next")
    before = title(coin, "gen-coin")
    sent = []
    coin.on("request", lambda request: sent.append(request.url))
    for value in (0.9, 0.7, 1.3, 2.0, 1.1):
        move(coin, "temperature", value, let_go=False)
        coin.wait_for_function(
            "value => JSON.parse(document.querySelector('#gen-coin [data-drawn]')"
            ".dataset.shape).temperature === value",
            arg=value,
        )
    assert not [url for url in sent if "queue" in url or "/call" in url]
    assert title(coin, "gen-coin") != before


def test_the_coin_falls_in_less_than_half_a_second(open_page) -> None:
    page = open_page(reduced_motion="no-preference")
    open_tab(page, "Generate")
    choose(page, "gen-part", "Letter by letter")
    page.locator("#gen-coin [data-go=next]").click()
    page.wait_for_timeout(450)
    assert "The coin" in title(page, "gen-coin")
    page.locator("#gen-coin [data-go=run]").click()
    expect(page.locator(COIN)).to_have_attribute("data-complete", "true", timeout=30_000)


def test_keys_on_the_picture(coin: Page) -> None:
    picture = coin.locator("#gen-coin canvas")
    picture.focus()
    picture.press("ArrowRight")
    picture.press("ArrowRight")
    assert len(coin.locator(COIN).get_attribute("data-word")) == 2
    picture.press("Home")
    assert coin.locator(COIN).get_attribute("data-word") == ""


def test_a_word_of_the_list_is_gone_through(page: Page, mlp: Checkpoint) -> None:
    open_tab(page, "Generate")
    shown(page, "gen-names")
    page.locator("#gen-names .lab-word").nth(3).click()
    page.locator("#gen-coin .lab-coin-word").wait_for(state="visible")
    expect(page.locator("#gen-number input")).to_have_value("4")
    page.wait_for_timeout(300)
    assert complete(page) == expected(mlp, 4)


def test_what_cannot_be_is_said(coin: Page) -> None:
    for field, text, told in (
        ("gen-number", "0", "counted from 1"),
        ("gen-prefix", "é", "é"),
        ("gen-seed", "-1", "whole number"),
    ):
        usual = {"gen-number": "1", "gen-prefix": "", "gen-seed": "42"}[field]
        fill(coin, field, text)
        expect(coin.locator("#gen-coin .lab-title")).to_contain_text(told)
        assert not coin.locator("#gen-coin canvas").is_visible()
        fill(coin, field, usual)
        expect(coin.locator("#gen-coin canvas")).to_be_visible()


def test_the_same_coins_for_all_models(page: Page) -> None:
    open_tab(page, "Generate")
    choose(page, "gen-part", "Same coins, other models")
    shown(page, "gen-strands")
    assert "WaveNet and bigram counts part at letter" in title(page, "gen-strands")
    assert page.locator("#gen-strands table").count() == 12
    assert page.locator("#gen-strands tr[data-chosen]").count() == 12
    assert page.locator("#gen-strands .lab-part").count() > 12
    with drawn(page, "gen-strands"):
        fill(page, "gen-seed", "7")


def test_a_word_is_priced_by_every_model(page: Page) -> None:
    open_tab(page, "Generate")
    choose(page, "gen-part", "Price of a word")
    shown(page, "gen-prices")
    assert not page.locator("#gen-prefix").is_visible()
    with drawn(page, "gen-prices"):
        fill(page, "gen-word", "andrejq")
    assert page.locator("#gen-prices tr[data-chosen]").count() == 1
    assert "Most surprising letter: q after “andrej”" in page.locator("#gen-prices").inner_text()
    with drawn(page, "gen-prices"):
        fill(page, "gen-word", "<img src=x>")
    assert page.locator("#gen-prices img").count() == 0
    assert "No model knows" in title(page, "gen-prices")


def test_words_are_copied(open_page) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_tab(page, "Generate")
    shown(page, "gen-names")
    page.locator("#gen-copy").click()
    expect(page.locator("#gen-copy")).to_have_attribute("data-copied", "24")
    words = page.evaluate("navigator.clipboard.readText()").split("\n")
    tiles = page.locator("#gen-names .lab-tiles").all_inner_texts()
    assert words == [word.replace("\n", "").rstrip(".") for word in tiles]


def test_dice_and_lengths(page: Page) -> None:
    open_tab(page, "Generate")
    shown(page, "gen-names")
    page.locator("#gen-more button").first.click()
    before = page.locator("#gen-names .lab-tiles").all_inner_texts()
    with drawn(page, "gen-names"):
        choose(page, "gen-die", "race")
    assert page.locator("#gen-names .lab-tiles").all_inner_texts() != before
    with drawn(page, "gen-names"):
        fill(page, "gen-longest", "4")
    words = page.locator("#gen-names .lab-tiles").all_inner_texts()
    assert all(len(word.replace("\n", "").rstrip(".")) <= 4 for word in words)
    with drawn(page, "gen-names"):
        fill(page, "gen-shortest", "9")
    assert "shortest" in title(page, "gen-names")


def test_a_word_that_cannot_be_is_not_run_through(open_page) -> None:
    """The pages of this fixture fail on an error of their scripts."""
    page = open_page(reduced_motion="no-preference")
    open_tab(page, "Generate")
    choose(page, "gen-part", "Letter by letter")
    press(page, "run")
    with drawn(page, "gen-coin"):
        fill(page, "gen-number", "0")
    page.wait_for_timeout(1600)  # two turns of the clock that was running
    assert "counted from 1" in title(page, "gen-coin")
