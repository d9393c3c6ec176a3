"""More letters back: n-grams of order 1 to 5, and where they start to memorise."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import gradio as gr

from makemore.analysis.ngram_orders import ORDERS, SplitNgram, count_all
from makemore.corpora.corpus import Corpus
from makemore.evaluation import bits, random_guess
from makemore.sampling import Sampling, sample
from makemore.vocabulary import Vocabulary
from visualize.components.plotly_view import figure_value, plotly_view
from visualize.components.word_tiles import word_tiles, word_tiles_value
from visualize.figures.curves import curves
from visualize.page.lesson import lesson_panel
from visualize.page.library import Library
from visualize.page.section import Context, Section
from visualize.page.state import AppContext

SMOOTHINGS = ["0", "0.01", "0.1", "1", "10"]
MOST_WORDS = 40_000  # of a visitor's list: counting more would keep others waiting
DRAWN = 12


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this section. shared: controls of the whole tab that the lesson may set too."""
    with gr.Column() as box, gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            with gr.Row(elem_classes="lab-controls"):
                n = gr.Slider(
                    1,
                    5,
                    4,
                    step=1,
                    label="n: letters at a time, the next one included",
                    elem_id="orders-n",
                )
                smoothing = gr.Radio(
                    SMOOTHINGS, value="0.1", label="Smoothing", elem_id="orders-smoothing"
                )
            picture = plotly_view(elem_id="orders-losses", label="loss by n", height=360)
            drawn = word_tiles(elem_id="orders-names", label="words drawn from these counts")
        with gr.Column(elem_classes="lab-side"):
            said = gr.Markdown(elem_id="orders-said", elem_classes="lab-card")
            controls = {"n": n, "smoothing": smoothing}
            lesson_panel(
                "bigrams-orders",
                app=app,
                controls=shared | controls,
                code=(SplitNgram, count_all),
            )

    outputs = {"losses": picture, "said": said, "drawn": drawn}

    def refresh(context: Context, **settings: Any) -> dict[str, Any]:
        corpus = context.corpus
        orders, version = orders_of(app.library, corpus), context.version()
        return dict(zip(outputs, show(orders, corpus, *settings.values(), version=version)))

    return Section(box, controls, outputs, refresh)


def orders_of(library: Library, corpus: Corpus) -> list[SplitNgram]:
    """All five orders; of the lists that everybody shares they are counted once."""
    if corpus is not library.corpora.get(corpus.name):
        return count_all(corpus.words[:MOST_WORDS])
    if library.orders.get(corpus.name, ("",))[0] != corpus.sha256:
        library.orders[corpus.name] = (corpus.sha256, count_all(corpus.words))
    return library.orders[corpus.name][1]


def show(
    orders: list[SplitNgram], corpus: Corpus, n: float, smoothing: str, *, version: int
) -> tuple[Any, ...]:
    """The losses by n, a table of the chosen one, and words drawn from it."""
    fake = float(smoothing) if smoothing in SMOOTHINGS else 0.1
    order = orders[min(max(1, int(n)), len(orders)) - 1]
    losses = {
        part: [o.loss(part, smoothing=fake) for o in orders] for part in ("train", "dev", "test")
    }
    guess = random_guess(order.model.vocab_size)
    runs = [(part, ORDERS[: len(orders)], values) for part, values in losses.items()]
    figure = curves(runs, x_title="n", baseline=(guess, f"a guess: {guess:#.4g}"))
    figure.update_xaxes(dtick=1)
    value = figure_value(
        figure, title=_title(losses, order.n), version=version, zoom=f"{corpus.name} {smoothing}"
    )
    return value, _table(order, losses, smoothing), _drawn(order, corpus, fake, version)


def _title(losses: dict[str, list[float]], n: int) -> str:
    """What the chosen n reaches, and which n is best on dev."""
    dev = losses["dev"]
    best = min(range(len(dev)), key=lambda i: dev[i])
    if math.isinf(max(dev)):
        first = next(n for n, loss in zip(ORDERS, dev) if math.isinf(loss))
        return (
            f"Without smoothing the loss on dev is infinite from n = {first} on: some of its "
            "letters were never counted there"
        )
    if best == len(dev) - 1:
        return f"The more letters, the better: dev {dev[best]:#.4g} nats with n = {len(dev)}"
    if n != best + 1:
        return (
            f"n = {n} reaches {losses['train'][n - 1]:#.4g} nats on train and {dev[n - 1]:#.4g} on "
            f"dev; n = {best + 1} is best on dev, {dev[best]:#.4g}"
        )
    return (
        f"n = {best + 1} is best on dev, {dev[best]:#.4g} nats; with n = {len(dev)} train "
        f"falls to {losses['train'][-1]:#.4g}, but dev rises to {dev[-1]:#.4g}"
    )


def _table(order: SplitNgram, losses: dict[str, list[float]], smoothing: str) -> str:
    """The chosen order in numbers."""
    possible = order.model.vocab_size ** (order.n - 1)
    rows = "\n".join(
        f"| {part} | {_loss(values[order.n - 1])} | {_loss(bits(values[order.n - 1]))} | "
        f"{100 * order.coverage(part):.1f} % |"
        for part, values in losses.items()
    )
    return (
        f"**The {order.n}-gram with smoothing {smoothing}** has seen "
        f"{order.model.contexts_seen():,} of {possible:,} possible contexts.\n\n"
        f"| | nats | bits | known |\n|:--|--:|--:|--:|\n{rows}\n\n"
        "“Known”: how many letters come after a context that was seen in training."
    )


def _loss(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:#.4g}"


def _drawn(order: SplitNgram, corpus: Corpus, smoothing: float, version: int) -> dict[str, Any]:
    vocabulary = Vocabulary.of(corpus.words[:MOST_WORDS])
    model = replace(order.model, smoothing=smoothing)
    words = sample(model, vocabulary, count=DRAWN, settings=Sampling(seed=42))
    known = set(corpus.words)
    items = [
        (word.word, word.probabilities, "in the list" if word.word in known else "new", "")
        for word in words
    ]
    listed = sum(badge != "new" for _, _, badge, _ in items)
    title = f"{listed} of {DRAWN} words drawn from the {order.n}-gram are real words from the list"
    return word_tiles_value(
        items, end_mark=vocabulary.end_mark, version=version, title=title, block_size=order.n - 1
    )
