"""The table of counts as a picture that can be clicked (makemore lecture 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
import numpy as np

from makemore.analysis.bigram_table import BigramTable
from makemore.corpora.corpus import Corpus
from makemore.evaluation import random_guess, surprisal
from makemore.ngram import count_bigrams
from makemore.recipes import LECTURE_SEED
from makemore.sampling import Sampling, sample, score
from makemore.vocabulary import UnknownLetter
from visualize.components.bars import bars, bars_value
from visualize.components.heatmap import heatmap, heatmap_value
from visualize.components.word_tiles import word_tiles, word_tiles_value
from visualize.figures.heatmap import bigram_print, save
from visualize.page.downloads import download_button, temporary
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, Section, on
from visualize.page.state import CLICK_EVENT, AppContext, as_seed, nats_and_bits, sentence

VIEWS = {"Counts": "count", "Probabilities": "probability", "Logs": "log"}
MAX_SYMBOLS = 180  # more than 180 x 180 cells cannot be read
SAMPLES = 10
HOLDERS = 8


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this section. shared: controls of the whole tab that the lesson may set too."""
    default = app.table(app.default().name, None)
    pair = gr.State(_likely_row(default))  # "q", or "qu" for one cell
    with gr.Column() as box, gr.Row(elem_classes=["lab-row", "lab-wide"]):
        with gr.Column(elem_classes="lab-figure"):
            with gr.Row(elem_classes="lab-controls"):
                view = gr.Radio(list(VIEWS), value="Counts", label="Show", elem_id="bigram-view")
                smoothing = gr.Slider(
                    0, 100, 1, step=1, label="Smoothing", elem_id="bigram-smoothing"
                )
            picture = heatmap(elem_id="bigram-heat", label="bigram table")
            download_button(
                "Download the lecture’s picture",
                elem_id="bigram-print",
                make=lambda *chosen: picture_file(app.table(*chosen)),
                inputs=[app.model, app.own],
            )
            with gr.Row(elem_classes="lab-pair"):
                with gr.Column():
                    word = gr.Textbox(
                        "andrejq",
                        label="What does each letter of this word cost?",
                        max_length=40,
                        elem_id="bigram-word",
                    )
                    priced = word_tiles(elem_id="bigram-priced", label="price of each letter")
                with gr.Column():
                    seed = gr.Number(
                        LECTURE_SEED,
                        precision=0,
                        elem_id="bigram-seed",
                        label="Draw words with the seed",
                    )
                    drawn = word_tiles(elem_id="bigram-names", label="words drawn from the table")
        with gr.Column(elem_classes="lab-side"):
            row_bars = bars(elem_id="bigram-bars", label="what follows this letter")
            holders = word_tiles(elem_id="bigram-words", label="words that hold this pair")
            loss = gr.Markdown(elem_id="bigram-loss", elem_classes="lab-note")
            controls = {
                "row": pair,
                "view": view,
                "smoothing": smoothing,
                "word": word,
                "seed": seed,
            }
            lesson_panel(
                "bigrams",
                app=app,
                controls=shared | controls,
                code=(count_bigrams, BigramTable),
            )
    outputs = {
        "table": picture,
        "bars": row_bars,
        "loss": loss,
        "priced": priced,
        "drawn": drawn,
        "holders": holders,
    }
    _wire(app, controls, picture)

    def refresh(context: Context, **settings: Any) -> dict[str, Any]:
        values, version = tuple(settings.values()), context.version()
        found = words_with(
            context.table, context.corpus, settings["row"], settings["smoothing"], version=version
        )
        return dict(zip(outputs, (*show(context.table, *values, version=version), found)))

    return Section(box, controls, outputs, refresh, on_its_own=("view",))


def _wire(app: AppContext, controls: dict[str, gr.components.Component], picture: gr.HTML) -> None:
    def clicked(model, own, event: gr.EventData) -> str:
        symbols = app.table(model, own).vocabulary.symbols
        picked = [getattr(event, side, None) for side in ("row", "col")]
        return "".join(symbols[i] for i in picked if isinstance(i, int) and 0 <= i < len(symbols))

    def look(context: Context, **settings: Any) -> dict[str, Any]:
        version = context.version()
        return {"table": _table_picture(context.table, *settings.values(), version=version)}

    # The view changes nothing but the table: the other pictures are not computed again.
    seen = {name: controls[name] for name in ("row", "view", "smoothing")}
    on(app, [controls["view"].change], look, seen, {"table": picture}, queue=False)
    for trigger in (picture.cell, picture.row):
        trigger(clicked, [app.model, app.own], controls["row"], **CLICK_EVENT)


def show(
    table: BigramTable,
    pair: str,
    view: str,
    smoothing: float,
    word: str,
    seed: float,
    *,
    version: int,
) -> tuple[Any, ...]:
    """All that the tab shows: heatmap, bars of a row, loss, price of a word, drawn words."""
    picture = _table_picture(table, pair, view, smoothing, version=version)
    if picture is None:
        said = (
            f"This list has {len(table.vocabulary)} different symbols: too many cells to read. "
            "Its words can still be drawn and priced."
        )
        row = None
    else:
        row = _row(table, _indices(table, pair), smoothing, version)
        said = _loss_words(table, smoothing)
    return (
        picture,
        row,
        said,
        priced_word(table, smoothing, word, version=version),
        _drawn(table, smoothing, seed, version),
    )


def _table_picture(
    table: BigramTable, pair: str, view: str, smoothing: float, *, version: int
) -> dict[str, Any] | None:
    """The heatmap; None where the list has too many symbols for one."""
    if len(table.vocabulary) > MAX_SYMBOLS:
        return None
    return _picture(table, _indices(table, pair), view, smoothing, version)


def _indices(table: BigramTable, pair: str) -> tuple[int, int | None]:
    """The row, and the column if there is one, of a pair as text; any other row if unknown."""
    symbols = table.vocabulary.symbols
    ids = [symbols.index(letter) for letter in pair[:2] if letter in symbols]
    if not ids:
        ids = [symbols.index(_likely_row(table))]
    return ids[0], ids[1] if len(ids) > 1 else None


def _likely_row(table: BigramTable) -> str:
    """The letter with the surest follower: q, in names."""
    enough = table.counts.sum(1) >= min(50, table.counts.sum(1).max())
    sure = np.where(enough, table.probabilities(0).max(1), 0)
    return table.vocabulary.symbols[int(sure[1:].argmax()) + 1]


def _picture(
    table: BigramTable, at: tuple[int, int | None], view: str, smoothing: float, version: int
) -> dict[str, Any]:
    unit = VIEWS.get(view, "count")
    p = table.probabilities(smoothing)
    with np.errstate(divide="ignore"):
        values = {"count": table.counts, "probability": p, "log": np.log(p)}[unit]
    floor = float(values[np.isfinite(values)].min()) if unit == "log" else 0.0
    symbols = table.vocabulary.symbols
    few = len(symbols) < 40  # so many fit with their numbers written in the cells
    return heatmap_value(
        values,
        rows=symbols,
        cols=symbols,
        version=version,
        title=_picture_title(table),
        transform="linear" if unit == "log" else "sqrt",
        vmin=floor,
        unit=unit,
        text=unit if few else None,
        pairs=few,
        numerators=table.counts + smoothing,
        row_name="letter before",
        col_name="letter after",
        selected=at,
        end_mark=table.vocabulary.end_mark,
        hover="P({col} | {row}) = {numerator} / {denominator} = {percent}",
    )


def _picture_title(table: BigramTable) -> str:
    symbols, counts = table.vocabulary.symbols, table.counts
    row, col = np.unravel_index(counts.argmax(), counts.shape)
    never = int((counts == 0).sum())
    return (
        f"{symbols[row]}{symbols[col]} is the most frequent pair, "
        f"{counts[row, col]:,.0f} times; {never:,} of {counts.size:,} pairs never occur"
    )


def _row(
    table: BigramTable, at: tuple[int, int | None], smoothing: float, version: int
) -> dict[str, Any]:
    row, col = at
    before, end = table.vocabulary.symbols[row], table.vocabulary.end_mark
    where = f"After {before}" if row else "At the beginning of a word"
    return bars_value(
        table.probabilities(smoothing)[row],
        labels=table.vocabulary.symbols,
        version=version,
        end_mark=end,
        context=before,
        counts=table.counts[row] + smoothing,
        highlight=col,
        title=where + ", {letter} follows {percent} of the time" + _with_smoothing(smoothing),
    )


def _with_smoothing(smoothing: float) -> str:
    """Said wherever a number is not that of the plain counts."""
    return f", with {smoothing:g} added to each count" if smoothing else ""


def _loss_words(table: BigramTable, smoothing: float) -> str:
    guess = random_guess(len(table.vocabulary))
    return (
        f"Over {table.source}, a letter costs **{nats_and_bits(table.loss(smoothing))}** on "
        f"average; a guess among {len(table.vocabulary)} symbols {nats_and_bits(guess)}."
    )


def priced_word(table: BigramTable, smoothing: float, word: str, *, version: int) -> dict[str, Any]:
    """What each letter of a word costs under the table, as one line of tiles."""
    end = table.vocabulary.end_mark
    try:
        p = score(table.model(smoothing), table.vocabulary, (word or "")[:40])
    except UnknownLetter as error:
        return word_tiles_value([], end_mark=end, version=version, title=str(error))
    prices = [surprisal(chance) for chance in p]
    worst = int(np.argmax(prices))
    letters = [*(word or "")[:40], end]
    pair = f"{letters[worst]} after {[end, *letters][worst]}"
    title = (
        f"{sum(prices) / len(prices):.3g} bits per letter; the most surprising letter is {pair}, "
        f"{prices[worst]:.3g} bits"
    )
    if np.isinf(prices[worst]):
        title = f"Impossible: {pair} was never counted. Smoothing gives it a price"
    return word_tiles_value(
        [((word or "")[:40], p, "", "")], end_mark=end, version=version, title=title, block_size=1
    )


def _drawn(table: BigramTable, smoothing: float, seed: float, version: int) -> dict[str, Any]:
    end = table.vocabulary.end_mark
    try:
        settings = Sampling(seed=as_seed(seed), one_line=True)
        words = sample(table.model(smoothing), table.vocabulary, count=SAMPLES, settings=settings)
    except ValueError as error:
        return word_tiles_value([], end_mark=end, version=version, title=sentence(error))
    items = [(drawn.word, drawn.probabilities, "", "") for drawn in words]
    return word_tiles_value(
        items,
        end_mark=end,
        version=version,
        block_size=1,
        title=f"Ten words from this table, seed {int(seed)}",
    )


def words_with(
    table: BigramTable, corpus: Corpus, pair: str, smoothing: float, *, version: int
) -> dict[str, Any]:
    """The chosen cell in one sentence, its share of the loss too, and words that hold the pair."""
    end = table.vocabulary.end_mark
    row, col = _indices(table, pair)
    if col is None:
        return word_tiles_value(
            [],
            end_mark=end,
            version=version,
            title="Click a cell to see its words and its share of the loss.",
        )
    before, after = (table.vocabulary.symbols[i] for i in (row, col))
    found = (
        []
        if corpus.synthetic
        else holders_of(corpus.words, before if row else "", after if col else "")
    )
    model = table.model(smoothing)
    items = [(word, score(model, table.vocabulary, word), "", "") for word in found[:HOLDERS]]
    where = f" {len(found):,} words hold it" if found else ""
    return word_tiles_value(
        items,
        end_mark=end,
        version=version,
        block_size=1,
        title=_cell_sentence(table, row, col, smoothing) + where,
    )


def _cell_sentence(table: BigramTable, row: int, col: int, smoothing: float) -> str:
    count, p = table.counts[row, col], table.probabilities(smoothing)[row, col]
    pair = "".join(table.vocabulary.symbols[i] for i in (row, col))
    if not count:
        return _price_of_unseen(pair, p, smoothing)
    share = count * -np.log(p) / (table.loss(smoothing) * table.counts.sum())
    return (
        f"{pair} costs {surprisal(p):.3g} bits, {count:,.0f} times: "
        f"{100 * share:.2f} % of the whole loss."
    )


def _price_of_unseen(pair: str, p: float, smoothing: float) -> str:
    if not p:
        return f"{pair} never occurs: without smoothing, a word with this pair is impossible."
    return (
        f"{pair} never occurs in the list. Only the {smoothing:g} added to each count gives it a "
        f"probability: a word with this pair pays {surprisal(p):.3g} bits for it."
    )


def holders_of(words: Sequence[str], before: str, after: str) -> list[str]:
    """The distinct words with this pair of letters, in order; "" is the end mark."""
    if not before and not after:
        return []
    if not before:
        found = (word for word in words if word.startswith(after))
    elif not after:
        found = (word for word in words if word.endswith(before))
    else:
        found = (word for word in words if before + after in word)
    return list(dict.fromkeys(found))


def picture_file(table: BigramTable) -> str:
    """Lecture 1's picture as a PNG file; its path."""
    figure = bigram_print(
        table.counts, table.vocabulary.symbols, title=f"Bigram counts of {table.source}"
    )
    return str(save(figure, temporary("bigrams.png")))
