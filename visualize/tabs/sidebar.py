"""The sidebar: which words, which model, what that model is; lists of one's own come in here."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr

from makemore.checkpoint import Checkpoint, checkpoint_of
from makemore.corpora import corpus_from_file, corpus_from_text
from makemore.corpus import Corpus, CorpusError
from makemore.recipes import RECIPES
from makemore.table import BigramTable
from makemore.training import start_run
from visualize.tabs.library import WORDS, Library
from visualize.tabs.workbench import Own, Workbench, header_line, model_card, model_title


def build_header() -> gr.Markdown:
    """The line on top: the lab's name; words and model are filled in by the sidebar."""
    with gr.Row(elem_classes="lab-header"):
        gr.Markdown("# makemore lab")
        return gr.Markdown(elem_id="header-line", elem_classes="lab-note")


def build_sidebar(library: Library, header: gr.Markdown) -> Workbench:
    """Lay out the sidebar and wire it; returns the state that all tabs share."""
    own = gr.State(None, time_to_live=3600)
    with gr.Sidebar(width=240, elem_id="sidebar"):
        words = gr.Radio([(title, name) for name, title in WORDS.items()], value="names",
                         label="Words", elem_id="words")
        with gr.Group(visible=False, elem_id="own-list") as own_box:
            text = gr.Textbox(label="One word a line", lines=6, max_lines=12, elem_id="own-text",
                              placeholder="ada\ngrace\nalan")
            use = gr.Button("Use this list", elem_id="own-use")
            file = gr.UploadButton("or open a file", elem_id="own-file",
                                   file_types=[".txt", ".csv", ".tsv"])
            said = gr.Markdown(elem_id="own-said", elem_classes="lab-note")
        model = gr.Radio(label="Model", elem_id="model")
        card = gr.Markdown(elem_id="model-card", elem_classes="lab-card")
    workbench = Workbench(library, model, own)
    _fill(workbench, words, card, header)
    _wire_words(workbench, words, own_box)
    _wire_own(workbench, text, use, file, said)
    workbench.on([model.change], lambda *chosen: _shown(workbench.checkpoint(*chosen)), [],
                 [card, header, words])
    return workbench


def _fill(workbench: Workbench, words: gr.Radio, card: gr.Markdown, header: gr.Markdown) -> None:
    default = workbench.default()
    workbench.model.choices = workbench.library.models_of(default.card["corpus"]["name"])
    workbench.model.value = default.name
    card.value, header.value, words.value = _shown(default)


def _shown(checkpoint: Checkpoint) -> tuple[str, str, str]:
    """Card, header and the words that go with a model."""
    name = checkpoint.card["corpus"]["name"]
    return model_card(checkpoint), header_line(checkpoint), name if name in WORDS else "own"


def _wire_words(workbench: Workbench, words: gr.Radio, own_box: gr.Group) -> None:
    """Other words, other models; the richest model of these words is chosen."""
    def choose(name: str, own: Own | None):
        models = [] if name == "own" else workbench.library.models_of(name)
        if name == "own" and own is not None:
            models = [(model_title(own.checkpoint), own.checkpoint.name)]
        picked = gr.Radio(choices=models, value=models[-1][1] if models else None)
        return gr.Group(visible=name == "own"), picked if models else gr.skip()

    gr.on([words.input], choose, [words, workbench.own], [own_box, workbench.model],
          show_progress="hidden", api_visibility="private")


def _wire_own(workbench: Workbench, text: gr.Textbox, use: gr.Button, file: gr.UploadButton,
              said: gr.Markdown) -> None:
    """Somebody's own list becomes a corpus and its bigram counts a model; or it is said why not."""
    def take(read, source):
        try:
            own = own_list(read(source), version=workbench.version())
        except CorpusError as error:
            return gr.skip(), gr.skip(), f"**{error}**"
        choices = [(model_title(own.checkpoint), own.checkpoint.name)]
        notes = " ".join([f"{len(own.corpus):,} words.", *own.corpus.notes])
        return own, gr.Radio(choices=choices, value=own.checkpoint.name), notes

    outputs = [workbench.own, workbench.model, said]
    use.click(lambda pasted: take(corpus_from_text, pasted or ""), text, outputs,
              show_progress="hidden", api_visibility="private")
    file.upload(lambda path: take(corpus_from_file, path), file, outputs,
                show_progress="hidden", api_visibility="private")


def own_list(corpus: Corpus, *, version: int) -> Own:
    """A list and its bigram counts, as a checkpoint in memory."""
    recipe = replace(RECIPES["bigram-names"], title="My list: bigram counts", corpus="own")
    corpus = replace(corpus, name="words of my own")
    run = start_run(recipe, corpus.words)
    table = BigramTable.of(corpus.words, source=f"all {len(corpus):,} words")
    return Own(corpus, table, checkpoint_of(run, name=f"own-{version}", corpus=corpus))
