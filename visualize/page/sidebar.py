"""The sidebar: which words, which model, what that model is; a visitor's own lists enter here."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr

from makemore import __version__
from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.ngram_orders import SplitNgram
from makemore.checkpoint.checkpoint import checkpoint_of
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.registry import corpus_from_file, corpus_from_text
from makemore.ngram import count_ngrams
from makemore.recipes import RECIPES
from makemore.training import Run, start_run
from visualize.components.share import share
from visualize.components.status import status, status_value
from visualize.page.library import MAX_SYMBOLS, Library, word_titles
from visualize.page.state import BACKGROUND, AppContext, SessionModel, header_line, model_card


def build_header() -> tuple[gr.Markdown, gr.HTML]:
    """The line on top: the lab's name, words and model (the sidebar fills them in), a link."""
    with gr.Row(elem_classes="lab-header"):
        gr.Markdown("# makemore lab")
        line = gr.Markdown(elem_id="header-line", elem_classes="lab-note")
        return line, share(elem_id="share")


def build_sidebar(library: Library, header: gr.Markdown) -> AppContext:
    """Lay out the sidebar and wire it; returns the state that all tabs share."""
    own = gr.State(None)  # as long as the page is open
    with gr.Sidebar(width=240, elem_id="sidebar"):
        words = gr.Radio(
            [(title, name) for name, title in word_titles().items()],
            value="names",
            label="Words",
            elem_id="words",
        )
        with gr.Column(visible=False, elem_id="own-list") as own_box:
            text = gr.Textbox(
                label="One word a line",
                lines=6,
                max_lines=12,
                elem_id="own-text",
                placeholder="ada\ngrace\nalan",
            )
            use = gr.Button(
                "Use this list", size="sm", elem_id="own-use", elem_classes="lab-button"
            )
            file = gr.UploadButton(
                "or open a file",
                size="sm",
                elem_id="own-file",
                elem_classes="lab-button",
                file_types=[".txt", ".csv", ".tsv"],
            )
            said = status(elem_id="own-said", label="what became of the list")
        first = library.default()
        choice = gr.Radio(
            library.models_of(first.card["corpus"]["name"]),
            value=first.name,
            label="Model",
            elem_id="model",
        )
        card = gr.Markdown(elem_id="model-card", elem_classes="lab-card")
        gr.Markdown(f"makemore lab {__version__}", elem_id="version", elem_classes="lab-note")
    app = AppContext(library, gr.State(first.name), own)
    card.value, header.value, words.value, _ = _shown(app, first.name, None)
    _wire_words(app, words, own_box)
    _wire_own(app, text, use, file, said)
    choice.input(lambda name: name, choice, app.model, **BACKGROUND)
    app.on(
        [app.model.change],
        lambda *chosen: _shown(app, *chosen),
        [],
        [card, header, words, choice],
    )
    return app


def _shown(app: AppContext, model: str, own: SessionModel | None) -> tuple[str, str, str, dict]:
    """Card, header, and the words and models among which this one is chosen."""
    checkpoint = app.checkpoint(model, own)
    words = app.words_of(checkpoint)
    return (
        model_card(checkpoint),
        header_line(checkpoint),
        words,
        gr.update(choices=app.models_of(words, own), value=checkpoint.name),
    )


def _wire_words(app: AppContext, words: gr.Radio, own_box: gr.Column) -> None:
    """Other words, other models: the newest of the visitor's own, else the largest shipped one."""

    def choose(name: str, own: SessionModel | None):
        models = app.models_of(name, own)
        return gr.Column(visible=name == "own"), models[-1][1] if models else gr.skip()

    words.input(choose, [words, app.own], [own_box, app.model], **BACKGROUND)


def _wire_own(
    app: AppContext, text: gr.Textbox, use: gr.Button, file: gr.UploadButton, said: gr.HTML
) -> None:
    """A visitor's list becomes a corpus with its bigram counts; or a sentence says why not."""

    def take(read, source, earlier):
        try:
            own = own_list(read(source), version=app.version()).joined(earlier)
        except CorpusError as error:  # it may quote a word: shown as text, never as Markdown
            return (
                gr.skip(),
                gr.skip(),
                status_value(str(error), version=app.version(), state="wrong"),
            )
        notes = " ".join([f"{len(own.corpus):,} words.", *own.corpus.notes])
        return own, own.checkpoint.name, status_value(notes, version=app.version())

    outputs = [app.own, app.model, said]
    use.click(
        lambda pasted, own: take(corpus_from_text, pasted or "", own),
        [text, app.own],
        outputs,
        **BACKGROUND,
    )
    file.upload(
        lambda path, own: take(corpus_from_file, path, own), [file, app.own], outputs, **BACKGROUND
    )


def own_list(corpus: Corpus, *, version: int) -> SessionModel:
    """A list and its bigram counts, as a checkpoint in memory. Raises CorpusError for too many
    different letters."""
    symbols = len(set().union(*corpus.words)) + 1
    if symbols > MAX_SYMBOLS:
        raise CorpusError(
            f"This list has {symbols - 1:,} different letters; the lab takes up to "
            f"{MAX_SYMBOLS - 1:,}. Give a part of it."
        )
    recipe = replace(RECIPES["bigram-names"], title="My list: bigram counts", corpus="own")
    corpus = replace(corpus, name="words of my own")
    run = start_run(recipe, corpus.words)
    table = BigramTable.of(corpus.words, source=f"all {len(corpus):,} words")
    return SessionModel(
        corpus, table, checkpoint_of(run, name=f"own-{version}", corpus=corpus, losses=_losses(run))
    )


def _losses(run: Run) -> dict[str, float]:
    """Summed over distinct pairs: a list of a visitor's may have eight million letters."""
    pairs = SplitNgram(
        2, {part: count_ngrams(words, run.vocabulary, n=2) for part, words in run.split.items()}
    )
    return {part: pairs.loss(part, smoothing=run.recipe.model.smoothing) for part in pairs.parts}
