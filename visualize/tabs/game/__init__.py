"""Game: the class guesses the next letter of real words, and is scored like a language model."""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np

from makemore.analysis.guessing_game import CONFIDENCE, Game, fair_rivals, guess, new_game, shares
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.evaluation import random_guess, surprisal
from visualize.components.game import game, game_error, game_value
from visualize.figures import counted
from visualize.page.lesson import lesson_panel
from visualize.page.state import (
    BACKGROUND,
    CLICK_EVENT,
    AppContext,
    SessionModel,
    as_seed,
    model_title,
    named,
    sentence,
)

NO_WORDS = (
    "The game needs real words, and those are not on this computer, only models that "
    "learned from them. Choose names on the left, or fetch the handles in the Data tab"
)
HELP = (
    "Your letter gets the share that you choose; all others share the rest, as often as each "
    "occurs in these words. You pay −log2 of the share of the right letter: so does every "
    "model. Keys: type the letter; ↑ ↓ surer or less sure."
)
ON_BOARD = {"class": "You", "letter frequencies": "letter frequencies only"}


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    state = gr.State(None, time_to_live=7200)
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            with gr.Row(elem_classes="lab-controls"):
                seed = gr.Number(
                    1, precision=0, label="Game number", elem_id="game-seed", scale=0, min_width=180
                )
                again = gr.Button(
                    "New game", size="sm", elem_id="game-new", elem_classes="lab-button"
                )
            board = game(elem_id="game-board")
        with gr.Column(elem_classes="lab-side"):
            lesson_panel(
                "game",
                app=app,
                controls={"seed": seed},
                code=(shares, guess, fair_rivals),
            )
    _wire(app, seed, again, state, board)


def _wire(
    app: AppContext, seed: gr.Number, again: gr.Button, state: gr.State, board: gr.HTML
) -> None:
    def begin(model, own, number, running):
        found = start(app, model, own, number)
        same = isinstance(found, Game) and running is not None and found.key == running.key
        if same:  # another model of the same words: the game goes on
            return gr.skip(), gr.skip()
        return shown(found, version=app.version())

    def take(event: gr.EventData, model, own, number, running):
        running = running or start(app, model, own, number)
        if not isinstance(running, Game):
            return shown(running, version=app.version())
        return shown(after(running, event._data or {}), version=app.version())

    inputs, outputs = [seed, state], [state, board]
    app.on([app.changed, seed.change], begin, inputs, outputs)
    board.guess(take, [app.model, app.own, *inputs], outputs, **CLICK_EVENT)
    again.click(lambda: int(np.random.default_rng().integers(2, 10**6)), None, seed, **BACKGROUND)
    first = start(app, app.default().name, None, seed.value)
    board.value = shown(first, version=app.version())[1]


def start(
    app: AppContext, model: str | None, own: SessionModel | None, number: float | None
) -> Game | str:
    """A new game over the chosen words, or a sentence why there can be none."""
    checkpoint = app.checkpoint(model, own)
    try:
        words = _words(app, checkpoint, own)
        rivals = {model_title(one): one for one in app.siblings(checkpoint, own)}
        key = f"{checkpoint.card['corpus']['sha256']}/{as_seed(number)}"
        return new_game(words, rivals, seed=as_seed(number), key=key)
    except ValueError as error:
        return sentence(error)


def _words(app: AppContext, checkpoint: Checkpoint, own: SessionModel | None) -> tuple[str, ...]:
    corpus = app.corpus(checkpoint, own)
    if corpus.synthetic:
        raise ValueError(NO_WORDS)
    return corpus.words


def after(running: Game, asked: dict[str, Any]) -> Game:
    """The game after what the page asks for; unchanged if that is nonsense or comes twice."""
    letter, turn = asked.get("letter"), asked.get("turn")
    if type(letter) is not int or turn != len(running.guesses):
        return running
    try:
        return guess(running, letter, sure=str(asked.get("sure")))
    except ValueError:
        return running


def shown(running: Game | str, *, version: int) -> tuple[Game | None, dict[str, Any]]:
    """The game for the session, and what the page is told of it: never a hidden letter."""
    if isinstance(running, str):
        return None, game_error(running, version=version)
    word, place = running.at
    letters = len(running.guesses)
    board = [
        (ON_BOARD.get(name, name), bits, name == "class") for name, bits in running.bits().items()
    ]
    guessed = f"The board after {counted(letters, 'letter')}: the fewer bits the better"
    return running, game_value(
        version=version,
        title=_title(running),
        symbols=running.vocabulary.symbols,
        word="" if running.over else running.words[word][:place],
        turn=letters,
        over=running.over,
        sureness=CONFIDENCE,
        help_text=HELP,
        caption=guessed,
        board=board,
        past=_past(running),
    )


def _title(running: Game) -> str:
    """What happened to the last guess, and what is asked now; at the end who has won."""
    said = _last(running) if running.guesses else _opening(running)
    if not running.over:
        return f"{said} Word {running.at[0] + 1} of {len(running.words)}: which letter comes next?"
    bits = running.bits()
    beaten = [name for name in bits if bits[name] > bits["class"] and name != "class"]
    worse = f"better than {', '.join(beaten)}" if beaten else "everyone else was better"
    return f"{said} You paid {bits['class']:.2f} bits per letter: {worse}"


def _opening(running: Game) -> str:
    blind = random_guess(len(running.vocabulary)) / np.log(2)
    sits = "sits" if len(running.absent) == 1 else "sit"
    absent = (
        f" {', '.join(running.absent)} {sits} out: trained on too many of these words."
        if running.absent
        else ""
    )
    return f"A blind guess pays {blind:.2f} bits per letter.{absent}"


def _last(running: Game) -> str:
    last = running.guesses[-1]
    names = ["the end", *map(named, running.vocabulary.letters)]
    right = last.letter == last.guessed
    said = (
        f"Right, {names[last.letter]}"
        if right
        else (f"Not {names[last.guessed]} but {names[last.letter]}")
    )
    return f"{said}: {surprisal(last.share):.1f} bits."


def _past(running: Game) -> list[list[tuple[str, float, str]]]:
    """The words as far as they were shown, each letter with the class's share and a sentence."""
    rows, left = [], list(running.guesses)
    for word in running.words:
        now, left = left[: len(word) + 1], left[len(word) + 1 :]
        if now:
            rows.append(
                [(running.vocabulary.symbols[one.letter], one.share, _tip(one)) for one in now]
            )
    return rows


def _tip(one: Any) -> str:
    prices = {"you": one.share, **one.models}
    return ", ".join(
        f"{name} {surprisal(p):.1f} bits" if p > 0 else f"{name} impossible"
        for name, p in prices.items()
    )
