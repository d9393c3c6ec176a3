"""A teacher makes a link, a pupil opens it: the same experiment, less what was hidden."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.driver import choose, fill, open_tab, shown


def test_a_link_opens_the_same_experiment(page, open_page, app_url) -> None:
    open_tab(page, "Generate")
    shown(page, "gen-names")
    fill(page, "gen-prefix", "em")
    fill(page, "gen-seed", "7")
    page.wait_for_function("document.querySelector('#gen-names').innerText.includes('seed 7')")
    page.get_by_role("button", name="Link to this experiment").click()
    page.locator(".lab-share-ask input").fill("Which one would you choose?")
    page.keyboard.press("Tab")
    address = page.locator(".lab-share-line input")
    page.wait_for_function("document.querySelector('.lab-share-line input').value.includes('ask=')")
    page.locator(".lab-share-panel fieldset input[value=seed]").check()
    page.wait_for_function(
        "document.querySelector('.lab-share-line input').value.includes('hide=seed')"
    )
    assert page.locator(".lab-share canvas").is_visible()

    pupil = open_page()
    pupil.goto(address.input_value())
    words = page.locator("#gen-names .lab-words").inner_text()
    pupil.wait_for_function(
        "(words) => document.querySelector('#gen-names .lab-words')?.innerText === words", arg=words
    )
    expect(pupil.locator("#gen-names .lab-title")).to_contain_text("seed 7")
    assert pupil.locator(".lab-question").inner_text() == "Which one would you choose?"
    assert not pupil.locator("#gen-seed").is_visible()
    assert pupil.locator("#gen-prefix").is_visible()


SLIDERS = "JSON.parse(document.querySelector('#gen-coin [data-drawn]')?.dataset.shape ?? '{}')"


def test_a_link_carries_the_sliders_of_letter_by_letter(page, open_page) -> None:
    open_tab(page, "Generate")
    choose(page, "gen-part", "Letter by letter")
    page.locator("#gen-coin input[name=temperature]").fill("2")
    page.wait_for_function(f"{SLIDERS}.temperature === 2")
    page.get_by_role("button", name="Link to this experiment").click()
    address = "document.querySelector('.lab-share-line input').value"
    page.wait_for_function(
        f"{address}.includes('temperature=2') && {address}.includes('part=walk')"
    )
    pupil = open_page()
    pupil.goto(page.locator(".lab-share-line input").input_value())
    pupil.wait_for_function(f"{SLIDERS}.temperature === 2")


def test_a_link_of_other_words_and_a_cell(page, app_url) -> None:
    page.goto(f"{app_url}?tab=bigrams&model=wavenet-handles&row=b&view=Probabilities&smoothing=50")
    page.wait_for_function(
        "document.querySelector('#bigram-bars')?.innerText.startsWith('After b')"
    )
    assert page.locator("#words input:checked").get_attribute("value") == "handles"
    assert page.locator("#bigram-view input:checked").get_attribute("value") == "Probabilities"


def test_a_hostile_link_does_nothing(page, app_url) -> None:
    page.goto(
        f"{app_url}?tab=nowhere&model=../../etc&smoothing=1e999&hide=,,,&ask="
        "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%24%7Balert(2)%7D"
    )
    page.wait_for_selector("#tabs [role=tab]")
    page.wait_for_function("document.querySelector('.lab-question')?.innerText.includes('<img')")
    assert page.locator(".lab-question img").count() == 0
