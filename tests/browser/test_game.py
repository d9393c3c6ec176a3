"""The guessing game, played by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from makemore.analysis.guessing_game import new_game
from tests.browser.driver import choose, drawn, fill, open_tab, shown, title
from visualize.page.library import open_library
from visualize.page.state import model_title


@pytest.fixture(scope="module")
def words() -> tuple[str, ...]:
    """The hidden words of game 1."""
    library = open_library(report=lambda text: None)
    models = {
        model_title(library.checkpoints[name]): library.checkpoints[name]
        for _, name in library.models_of("names")
    }
    return new_game(library.corpora["names"].words, models, seed=1).words


@pytest.fixture
def game(page: Page) -> Page:
    open_tab(page, "Game")
    shown(page, "game-board")
    return page


def click(page: Page, letter: str) -> None:
    """Guess by mouse; the end is "."."""
    keys = page.locator("#game-board .lab-game-keys button")
    with drawn(page, "game-board"):
        (keys.last if letter == "." else keys.nth(ord(letter) - ord("a"))).click()


def test_a_word_is_guessed_right(game: Page, words: tuple[str, ...]) -> None:
    assert words[0] not in game.content()
    for letter in words[0]:
        click(game, letter)
        assert title(game, "game-board").startswith(f"Right, {letter}: 0.7 bits.")
    click(game, ".")
    assert "Right, the end" in title(game, "game-board")
    assert "Word 2 of 5" in title(game, "game-board")
    rows = game.locator("#game-board tbody tr").all_inner_texts()
    assert len(rows) == 6 and rows[0].startswith("You") and "0.74 bits per letter" in rows[0]
    assert any(row.startswith("WaveNet") for row in rows)


def test_a_wrong_and_sure_guess_is_dear(game: Page, words: tuple[str, ...]) -> None:
    game.locator("#game-board [data-level='sure']").click()
    wrong = "q" if words[0][0] != "q" else "z"
    click(game, wrong)
    assert title(game, "game-board").startswith(f"Not {wrong} but {words[0][0]}: ")
    assert game.locator("#game-board .lab-game-word span").all_inner_texts() == [words[0][0], "?"]
    expect(game.locator("#game-board [data-level='sure']")).to_have_attribute(
        "aria-checked", "true"
    )


def test_by_keyboard(game: Page, words: tuple[str, ...]) -> None:
    game.locator("#game-board [data-level='fairly sure']").focus()
    game.keyboard.press("ArrowDown")
    expect(game.locator("#game-board [data-level='just a guess']")).to_have_attribute(
        "aria-checked", "true"
    )
    with drawn(game, "game-board"):
        game.keyboard.press(words[0][0])
    assert title(game, "game-board").startswith(f"Right, {words[0][0]}: 2.0 bits.")


def test_to_the_end_and_a_new_game(game: Page, words: tuple[str, ...]) -> None:
    for word in words:
        for letter in word + ".":
            click(game, letter)
    assert "better than" in title(game, "game-board")
    assert not game.locator("#game-board .lab-game-keys").is_visible()
    with drawn(game, "game-board"):
        game.locator("#game-new").click()
    assert game.locator("#game-board .lab-game-keys").is_visible()
    assert "Word 1 of 5" in title(game, "game-board")


def test_two_people_play_two_games(open_page, game: Page, words: tuple[str, ...]) -> None:
    click(game, words[0][0])
    other = open_page()
    open_tab(other, "Game")
    shown(other, "game-board")
    assert other.locator("#game-board .lab-game-word span").count() == 1
    assert game.locator("#game-board .lab-game-word span").count() == 2


def test_another_model_leaves_the_game_and_other_words_begin_one(
    game: Page, words: tuple[str, ...]
) -> None:
    click(game, words[0][0])
    choose(game, "model", "WaveNet")
    game.wait_for_timeout(500)
    assert game.locator("#game-board .lab-game-word span").count() == 2
    with drawn(game, "game-board"):
        choose(game, "words", "Codeforces handles")
    assert "needs real words" in title(game, "game-board")  # no handles on this computer
    with drawn(game, "game-board"):
        choose(game, "words", "Names")
    assert "Word 1 of 5" in title(game, "game-board")


def test_a_game_number_that_cannot_be(game: Page) -> None:
    with drawn(game, "game-board"):
        fill(game, "game-seed", "-1")
    assert "whole number" in title(game, "game-board")
    with drawn(game, "game-board"):
        fill(game, "game-seed", "1")
    assert "Word 1 of 5" in title(game, "game-board")
