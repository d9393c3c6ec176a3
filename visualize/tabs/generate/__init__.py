"""Generate: a list of new words, one word letter by letter, the same coins for all models, and
what each model would pay for a typed word. Lays out and wires; the parts are beside it.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np

from makemore.dice import DICE, inverse_cdf
from makemore.sampling import reshape, sample, score
from visualize.components.bars import bars
from visualize.components.coin import coin
from visualize.components.word_rows import word_rows
from visualize.components.word_tiles import word_tiles
from visualize.page.downloads import download_button
from visualize.page.lesson import lesson_panel
from visualize.page.state import BACKGROUND, CLICK_EVENT, AppContext, SessionModel
from visualize.tabs.generate.coins import show_coins
from visualize.tabs.generate.price import show_prices
from visualize.tabs.generate.walk import go_on, show_walk
from visualize.tabs.generate.word_list import SHAPE, GenerateForm, csv_file, finder, show_list

PARTS = {
    "List": "list",
    "Letter by letter": "walk",
    "Same coins, other models": "coins",
    "Price of a word": "price",
}
WISH = ("prefix", "seed", *SHAPE, "count", "die", "shortest", "longest")
DICE_WORDS = (
    "coin: one random number a letter falls on the bars laid end to end. race: each "
    "letter draws a waiting time, the shortest wins (torch.multinomial today). race-mkl: "
    "the same race with the number stream of older PyTorch, as some notebooks print it. "
    "The other parts always throw the coin: after a race they show other words."
)
COPY = """(value) => {
  const words = value ? value.words.map((word) => word.letters).join("\\n") : "";
  const button = document.querySelector("#gen-copy");
  const old = () => {  // pages that are not served by https or localhost have no clipboard
    const area = Object.assign(document.createElement("textarea"), {value: words});
    document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
  };
  const done = () => {
    button.dataset.copied = String(words ? words.split("\\n").length : 0);
    const text = button.textContent; button.textContent = "Copied";
    setTimeout(() => { button.textContent = text; }, 1500);
  };
  if (navigator.clipboard) navigator.clipboard.writeText(words).catch(old).finally(done);
  else { old(); done(); }
}"""


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    controls: dict[str, Any] = {key: gr.State(value) for key, value in SHAPE.items()}
    parts: dict[str, gr.Column] = {}
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            controls["part"] = gr.Radio(
                list(PARTS.items()),
                value="list",
                show_label=False,
                container=False,
                elem_id="gen-part",
            )
            parts["luck"] = _luck(controls)
            with gr.Column() as parts["list"]:
                _more(controls)
                drawn = word_tiles(elem_id="gen-names", label="drawn words")
                with gr.Row(elem_classes="lab-controls"):
                    copy = gr.Button(
                        "Copy", size="sm", elem_id="gen-copy", elem_classes="lab-button"
                    )
                    _csv(app, controls)
            with gr.Column(visible=False) as parts["walk"]:
                way = coin(elem_id="gen-coin")
            with gr.Column(visible=False) as parts["coins"]:
                beside = word_rows(elem_id="gen-strands", label="same coins, other models")
            with gr.Column(visible=False) as parts["price"]:
                controls["word"] = gr.Textbox(
                    "kaleigh", label="Your name, or a handle", max_length=40, elem_id="gen-word"
                )
                priced = word_rows(elem_id="gen-prices", label="price of a word in every model")
        with gr.Column(elem_classes="lab-side"):
            with gr.Column() as parts["bars"]:
                chances = bars(elem_id="gen-bars", label="the next letter")
            lesson_panel(
                "generate",
                app=app,
                controls=controls,
                code=(sample, reshape, inverse_cdf, score),
            )
    copy.click(None, drawn, None, js=COPY)
    _wire(app, controls, parts, (drawn, chances, way, beside, priced))


def _luck(controls: dict[str, Any]) -> gr.Row:
    """First letters, seed, how many words, or which one: what all parts but the last share."""
    with gr.Row(elem_classes="lab-controls") as row:
        controls["prefix"] = gr.Textbox(
            "",
            label="Begins with",
            max_length=20,
            min_width=140,
            elem_id="gen-prefix",
            placeholder="any letter",
        )
        controls["seed"] = gr.Number(
            42, precision=0, label="Seed", min_width=100, elem_id="gen-seed"
        )
        controls["count"] = gr.Number(
            24, precision=0, label="How many", min_width=100, elem_id="gen-count"
        )
        controls["number"] = gr.Number(
            1, precision=0, visible=False, label="Word number", min_width=100, elem_id="gen-number"
        )
        again = gr.Button("New seed", size="sm", elem_id="gen-again", elem_classes="lab-button")
    again.click(
        lambda: int(np.random.default_rng().integers(1, 10**6)),
        None,
        controls["seed"],
        **BACKGROUND,
    )
    return row


def _more(controls: dict[str, Any]) -> None:
    """How long the words may be, and by which die they are drawn."""
    with gr.Accordion("Length and die", open=False, elem_id="gen-more"):
        with gr.Row(elem_classes="lab-controls"):
            controls["shortest"] = gr.Number(
                0, precision=0, label="Shortest", elem_id="gen-shortest"
            )
            controls["longest"] = gr.Number(30, precision=0, label="Longest", elem_id="gen-longest")
        controls["die"] = gr.Radio(
            list(DICE), value="coin", info=DICE_WORDS, label="Die", elem_id="gen-die"
        )


def _csv(app: AppContext, controls: dict[str, Any]) -> None:
    def make(model: str, own: SessionModel | None, *values: Any) -> str:
        checkpoint = app.checkpoint(model, own)
        return csv_file(
            checkpoint,
            GenerateForm(**dict(zip(WISH, values))),
            find=finder(app.corpus(checkpoint, own)),
        )

    download_button(
        "Download as CSV",
        make,
        elem_id="gen-csv",
        inputs=[app.model, app.own, *(controls[key] for key in WISH)],
    )


def _wire(
    app: AppContext, controls: dict[str, Any], parts: dict[str, gr.Column], pictures: tuple
) -> None:
    drawn, chances, way, _, _ = pictures
    keys = ("part", "number", "word", *WISH)
    shown = (*parts.values(), controls["count"], controls["number"], *pictures)

    def refresh(model, own, part, number, word, *values):
        checkpoint, wish = app.checkpoint(model, own), GenerateForm(**dict(zip(WISH, values)))
        version = app.version()
        new: dict[str, Any] = {}
        if part == "walk":
            new = {"way": show_walk(checkpoint, wish, number, version=version)}
        elif part == "coins":
            new = {
                "beside": show_coins(
                    app.siblings(checkpoint, own), checkpoint, wish, version=version
                )
            }
        elif part == "price":
            new = {"priced": show_prices(app.checkpoints(own), checkpoint, word, version=version)}
        else:
            find = finder(app.corpus(checkpoint, own))
            both = show_list(checkpoint, wish, find=find, version=version)
            new = dict(zip(("drawn", "chances"), both))
        names_ = ("drawn", "chances", "way", "beside", "priced")
        return *visible(part), *(new.get(name, gr.skip()) for name in names_)

    def ask(event: gr.EventData, model, own, part, number, word, *values):
        answer = go_on(
            app.checkpoint(model, own),
            GenerateForm(**dict(zip(WISH, values))),
            number,
            event._data or {},
            version=app.version(),
        )
        return answer or gr.skip()

    inputs = [controls[key] for key in keys]
    triggers = [app.changed, *(control.change for control in inputs)]
    redraw, given = app.on(triggers, refresh, inputs, shown)
    way.ask(ask, [app.model, app.own, *inputs], way, **CLICK_EVENT)
    for sliders in (chances, way):
        sliders.release(_released, None, [controls[key] for key in SHAPE], **CLICK_EVENT)
    picked = drawn.pick(_picked, None, [controls["number"], controls["part"]], **CLICK_EVENT)
    # The click sets two controls, so two refreshes race; run one more when both are done.
    picked.then(redraw, given, list(shown), **BACKGROUND)
    first = refresh(app.default().name, None, *(control.value for control in inputs))
    drawn.value, chances.value = first[len(shown) - len(pictures) :][:2]


def visible(part: str) -> list[dict[str, Any]]:
    """Which blocks a part shows: luck, list, walk, coins, price, bars; count, number."""
    shows = {
        "luck": part != "price",
        "list": part not in ("walk", "coins", "price"),
        "walk": part == "walk",
        "coins": part == "coins",
        "price": part == "price",
    }
    return [
        gr.update(visible=on)
        for on in (*shows.values(), shows["list"], shows["list"], shows["walk"])
    ]


def _picked(event: gr.EventData) -> tuple[int, str]:
    """A word of the list that was clicked is gone through letter by letter."""
    return int(_number(getattr(event, "index", 0), 0)) + 1, "walk"


def _released(event: gr.EventData) -> list[float]:
    return [_number(getattr(event, key, value), value) for key, value in SHAPE.items()]


def _number(value: Any, usual: float) -> float:
    """A slider's number as it came from the page; anything else counts as the usual value."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    return type(usual)(value) if fits else usual
