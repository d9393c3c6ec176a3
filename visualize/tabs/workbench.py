"""The one shared state of all tabs: which words, which model. Chosen once, in the sidebar."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from makemore.checkpoint import Checkpoint
from makemore.corpus import Corpus
from makemore.evaluation import bits, random_guess
from makemore.table import BigramTable
from visualize.tabs.library import Library

DEFAULT_MODEL = "mlp-bn-names"


@dataclass(frozen=True)
class Own:
    """Somebody's own list, its bigram table, and its counts as a model."""

    corpus: Corpus
    table: BigramTable
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Workbench:
    """What every tab is given.

    model: the sidebar's choice, a checkpoint's name; own: the session's Own list, or None
    lists: changes when this session has put a new list of words into the library
    controls: by tab, what a lesson's buttons and links can set; each tab adds its own
    slot: held while a slice of long work (at most 0.2 s) runs, never across a yield
    """

    library: Library
    model: gr.Radio
    own: gr.State
    lists: gr.State = field(default_factory=lambda: gr.State(0))
    controls: dict[str, Mapping[str, gr.components.Component]] = field(default_factory=dict)
    versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    slot: threading.BoundedSemaphore = field(default_factory=threading.BoundedSemaphore)

    def version(self) -> int:
        """A number that no component has shown before: a picture is redrawn when it changes."""
        return next(self.versions)

    def checkpoint(self, model: str | None, own: Own | None) -> Checkpoint:
        """The chosen checkpoint; a name that is not known any more falls back to the default."""
        if own is not None and model == own.checkpoint.name:
            return own.checkpoint
        return self.library.checkpoints.get(model) or self.default()

    def default(self) -> Checkpoint:
        """What the lab opens on."""
        checkpoints = self.library.checkpoints
        return checkpoints.get(DEFAULT_MODEL) or next(iter(checkpoints.values()))

    def pick(self, name: str) -> dict[str, Any]:
        """An update that makes the sidebar choose this checkpoint, of whatever words it is."""
        words = self.library.checkpoints[name].card["corpus"]["name"]
        return gr.update(choices=self.library.models_of(words), value=name)

    def corpus(self, checkpoint: Checkpoint, own: Own | None) -> Corpus:
        """The words behind a checkpoint."""
        if own is not None and checkpoint is own.checkpoint:
            return own.corpus
        return self.library.corpus_of(checkpoint)

    def table(self, model: str | None, own: Own | None) -> BigramTable:
        """The bigram table of the words behind a checkpoint."""
        checkpoint = self.checkpoint(model, own)
        if own is not None and checkpoint is own.checkpoint:
            return own.table
        return self.library.tables[checkpoint.card["corpus"]["name"]]

    def on(self, triggers: Sequence[Any], refresh: Callable[..., Any],
           controls: Sequence[gr.components.Component],
           outputs: Sequence[gr.components.Component]) -> None:
        """Call `refresh(model, own, *controls)` on any of these triggers; the latest wins.

        A new list of words, fetched or made up in the Data tab, refreshes as well.
        """
        gr.on([*triggers, self.lists.change], refresh,
              [self.model, self.own, *controls], list(outputs), show_progress="hidden",
              trigger_mode="always_last", api_visibility="private")


def as_seed(number: float | None) -> int:
    """A seed as it came from a gr.Number; ValueError if the field is empty."""
    if number is None:
        raise ValueError("Give a seed: a whole number from 0 upwards.")
    return int(number)


def sentence(error: Exception) -> str:
    """What an error says, as a sentence of its own."""
    text = str(error)
    return text[:1].upper() + text[1:].rstrip(".") + "."


def nats_and_bits(nats: float) -> str:
    """A loss as it is written everywhere: 2.105 nats (3.036 bits)."""
    return f"{nats:.4g} nats ({bits(nats):.4g} bits)"


def header_line(checkpoint: Checkpoint) -> str:
    """Words and model in one line, for the header."""
    corpus = checkpoint.card["corpus"]
    judged = "dev" if "dev" in checkpoint.losses else "train"
    return (f"{corpus['words']:,} {corpus['name']} · {model_title(checkpoint)} · "
            f"{judged} loss {nats_and_bits(checkpoint.losses[judged])}")


def model_title(checkpoint: Checkpoint) -> str:
    """The model without its words: "MLP with BatchNorm"."""
    return checkpoint.card["title"].split(": ", 1)[-1]


def model_card(checkpoint: Checkpoint) -> str:
    """What the model is, as a small Markdown table for the sidebar."""
    card, guess = checkpoint.card, random_guess(len(checkpoint.vocabulary))
    learned = "counts" if checkpoint.recipe.model.kind == "ngram" else "parameters"
    losses = [(part, nats) for part, nats in checkpoint.losses.items()] + [("a guess", guess)]
    rows = "\n".join(f"| {part} | {nats:.4g} | {bits(nats):.4g} |" for part, nats in losses)
    trained = f", {card['steps']:,} steps in {card['seconds']:.0f} s" if card["steps"] else ""
    looks = checkpoint.recipe.model.block_size
    return (f"**{card['parameters']:,}** {learned}{trained}. Looks back {looks} "
            f"letter{'s' * (looks != 1)}; knows {len(checkpoint.vocabulary)} symbols.\n\n"
            f"| loss | nats | bits |\n|:--|--:|--:|\n{rows}\n\n"
            f"A guess: ln {len(checkpoint.vocabulary)}, all symbols alike.")
