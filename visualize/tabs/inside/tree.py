"""Inside, WaveNet tree: letters join to pairs, pairs to fours, fours to one (lecture 5)."""

from __future__ import annotations

from typing import Any

import gradio as gr

from makemore.analysis.wavenet_tree import grow_tree, is_tree
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from makemore.examples import last_context
from makemore.models import wavenet
from makemore.vocabulary import UnknownLetter
from visualize.components.tree import tree, tree_value
from visualize.figures import percent
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, Requirement, Section
from visualize.page.state import AppContext

LONGEST = 24


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this part. shared: controls of the whole tab that the lesson may set too."""
    with gr.Column() as box, gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            picture = tree(elem_id="tree-picture", label="the WaveNet as a tree")
        with gr.Column(elem_classes="lab-side"):
            word = gr.Textbox("isabella", label="A word", max_length=LONGEST, elem_id="tree-word")
            position = gr.Slider(
                1,
                LONGEST + 1,
                9,
                step=1,
                label="The letter to be guessed",
                info="number in the word; after the last comes the end",
                elem_id="tree-position",
            )
            note = gr.Markdown(elem_id="tree-note", elem_classes="lab-note")
            controls = {"word": word, "position": position}
            lesson_panel(
                "inside-tree",
                app=app,
                code=(wavenet, grow_tree),
                controls=shared | controls,
            )
    outputs = {"tree": picture, "note": note}

    def refresh(context: Context, **controls: Any) -> dict[str, Any]:
        seen = context.checkpoint, context.corpus
        return dict(zip(outputs, show(*seen, *controls.values(), version=context.version())))

    return Section(box, controls, outputs, refresh, need_tree)


def need_tree(checkpoint: Checkpoint) -> Requirement | None:
    """Only a WaveNet is a tree; the remedy is one of the same words."""
    if is_tree(checkpoint.model):
        return None
    own = checkpoint.card["corpus"]["name"]
    name = "wavenet-handles" if own == "handles" else "wavenet-names"
    return Requirement(
        "**This model is no tree.** It reads all of its letters at once. A WaveNet joins "
        "them two by two.",
        "Open the WaveNet",
        name,
    )


def show(
    checkpoint: Checkpoint, corpus: Corpus, word: str, position: float, *, version: int
) -> tuple[Any, str]:
    """The tree for the letters before this position, and a sentence on the word."""
    vocabulary, size = checkpoint.vocabulary, checkpoint.recipe.model.block_size
    word = (word or "")[:LONGEST]
    try:
        ids = vocabulary.encode(word)
    except UnknownLetter as error:
        return None, f"{error}"
    at = min(max(1, int(position or 1)), len(word) + 1)
    context = last_context(ids[: at - 1], block_size=size)
    grown = grow_tree(checkpoint.model, context)
    symbols = vocabulary.symbols
    letters = [symbols[i] for i in context]
    target = [*ids, 0][at - 1]
    value = tree_value(
        letters,
        grown.levels,
        grown.changes,
        grown.probabilities,
        grown.hidden,
        symbols=symbols,
        version=version,
        end_mark=vocabulary.end_mark,
        title=_title(letters, symbols, grown.probabilities, target),
    )
    return value, _note(at, len(word), size)


def _title(letters: list[str], symbols: tuple[str, ...], p: Any, target: int) -> str:
    best = int(p.argmax())
    named = {0: "the end"}
    right = f"{named.get(target, symbols[target])} comes, and gets {percent(p[target])}"
    if best == target:
        return f"After {''.join(letters)}: {right}, more than any other"
    return (
        f"After {''.join(letters)}: {right}; the net would rather have "
        f"{named.get(best, symbols[best])}, {percent(p[best])}"
    )


def _note(at: int, length: int, size: int) -> str:
    what = "the end of the word" if at == length + 1 else f"letter {at} of {length}"
    return f"To be guessed: {what}. The net looks back {size} letters, filled with the end mark."
