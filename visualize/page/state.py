"""The one shared state of all tabs: which words, which model. Chosen once, in the sidebar."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr
from gradio.context import Context

from makemore.analysis.bigram_table import BigramTable
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import listed_as
from makemore.evaluation import bits, random_guess
from visualize.figures import counted
from visualize.page.library import OWN, Library, model_title, simplest_first
from visualize.page.training_queue import TrainingQueue

# For events that show no spinner and are no public API. Gradio re-sends a pending status to an
# event's outputs on every later event. We show no spinner, so we turn it off; the page gets several
# times faster.
BACKGROUND: dict[str, Any] = {
    "show_progress": "hidden",
    "show_progress_on": (),
    "api_visibility": "private",
}

# For events that bring something with them, such as the cell that was clicked: none is dropped
# while another is answered, as "once" does, and none gets what another one brought, as Gradio 6.31
# does with "always_last"; they are answered one after the other.
CLICK_EVENT: dict[str, Any] = {**BACKGROUND, "trigger_mode": "multiple", "concurrency_limit": 1}


@dataclass(frozen=True)
class SessionModel:
    """What a browser session has of its own: a model with its words, be it the counts of a pasted
    list, a run that was kept or an uploaded checkpoint; `before`: those that came earlier.
    """

    corpus: Corpus
    table: BigramTable
    checkpoint: Checkpoint
    before: tuple[SessionModel, ...] = ()

    @property
    def all(self) -> tuple[SessionModel, ...]:
        """The newest first."""
        return (self, *self.before)

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """All models of the session, the newest last."""
        return [entry.checkpoint for entry in reversed(self.all)]

    def find(self, model: str | None) -> SessionModel | None:
        """The one with the checkpoint of that name."""
        return next((own for own in self.all if own.checkpoint.name == model), None)

    def joined(self, others: SessionModel | None, *, most: int = 12) -> SessionModel:
        """This one, newest, and what the session had before; the oldest are let go."""
        earlier = () if others is None else (replace(others, before=()), *others.before)
        return replace(self, before=earlier[: most - 1])


@dataclass(frozen=True)
class AppContext:
    """What every tab is given.

    model: the name of the chosen checkpoint
    own: the session's newest SessionModel, or None
    lists: changes when this session has put a new list of words into the library
    controls: by tab, what a lesson's buttons and links can set; each tab adds its own
    signals: by tab, what it has drawn last; open_tab: the id of the one that is seen
    asked: how often each refresh was asked for in this session: late answers are known by it
    slot: held while a slice of long work (at most 0.2 s) runs, never across a yield
    hall: who trains now and who waits
    """

    library: Library
    model: gr.State
    own: gr.State
    lists: gr.State = field(default_factory=lambda: gr.State(0))
    controls: dict[str, dict[str, gr.components.Component]] = field(default_factory=dict)
    signals: dict[str, gr.State] = field(default_factory=dict)
    open_tab: gr.State = field(default_factory=lambda: gr.State(""))
    asked: gr.State = field(default_factory=lambda: gr.State({}))
    versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    compute_slot: threading.BoundedSemaphore = field(default_factory=threading.BoundedSemaphore)
    hall: TrainingQueue = field(default_factory=TrainingQueue)

    def version(self) -> int:
        """A number that no component has shown before: a picture is redrawn when it changes."""
        return next(self.versions)

    def checkpoint(self, model: str | None, own: SessionModel | None) -> Checkpoint:
        """The chosen checkpoint; a name that is not known any more falls back to the default."""
        mine = own.find(model) if own is not None else None
        if mine is not None:
            return mine.checkpoint
        return self.library.checkpoints.get(model) or self.default()

    def default(self) -> Checkpoint:
        """What the lab opens on."""
        return self.library.default()

    def pick(self, name: str) -> Any:
        """An update of `model` that chooses this checkpoint, of whatever words it is."""
        return name if name in self.library.checkpoints else gr.skip()

    def models_of(self, words: str, own: SessionModel | None) -> list[tuple[str, str]]:
        """(title, name) of what can be chosen for these words: shipped, then the visitor's.

        words: a key of `word_titles`; "own" are all words that the library does not have.
        """
        return self.library.models_of(words) + [
            (model_title(one), one.name)
            for one in (own.checkpoints if own is not None else ())
            if self.words_of(one) == words
        ]

    def checkpoints(self, own: SessionModel | None) -> list[Checkpoint]:
        """The shipped ones, then the visitor's."""
        return [*self.library.checkpoints.values(), *(own.checkpoints if own is not None else ())]

    def siblings(self, checkpoint: Checkpoint, own: SessionModel | None) -> list[Checkpoint]:
        """All models of the words and letters of this one, itself among them; simplest first."""

        def learned(one: Checkpoint) -> tuple:
            words = self.words_of(one)
            return (
                words if words != "own" else one.card["corpus"]["sha256"],
                one.vocabulary.symbols,
            )

        found = [one for one in self.checkpoints(own) if learned(one) == learned(checkpoint)]
        return sorted(found, key=simplest_first)

    def words_of(self, checkpoint: Checkpoint) -> str:
        """The key of `word_titles` under which a checkpoint is listed."""
        return listed_as(checkpoint.card["corpus"]["name"]) or OWN

    def corpus(self, checkpoint: Checkpoint, own: SessionModel | None) -> Corpus:
        """The words behind a checkpoint."""
        mine = own.find(checkpoint.name) if own is not None else None
        if mine is not None:
            return mine.corpus
        return self.library.corpus_of(checkpoint)

    def table(self, model: str | None, own: SessionModel | None) -> BigramTable:
        """The bigram table of the words behind a checkpoint."""
        checkpoint = self.checkpoint(model, own)
        mine = own.find(checkpoint.name) if own is not None else None
        if mine is not None:
            return mine.table
        return self.library.table_of(checkpoint)

    @property
    def changed(self) -> Any:
        """The event on which the tab that is being laid out follows another model or list.

        It fires while the tab is open, and when it is opened and has something to catch up with:
        nine tabs that all redraw at once would keep a class waiting.
        """
        return self.signals.get(_enclosing_tab(), self.model).change

    def on(
        self,
        triggers: Sequence[Any],
        refresh: Callable[..., Any],
        controls: Sequence[gr.components.Component],
        outputs: Sequence[Any],
        *,
        queue: bool = True,
    ) -> tuple[Callable[..., Any], list[Any]]:
        """Call `refresh(model, own, *controls)` on any of these triggers; the latest wins.

        Gradio sends two requests at once when two controls change in the same moment, and several
        threads answer them: an answer that a newer request has overtaken is not shown.

        queue: False for what takes a few milliseconds: it then need not wait in the line.

        Returns the guarded function and its inputs: a `.then` that redraws once more goes through
        the same guard.
        """

        def latest(asked: dict[Any, int], *settings: Any) -> Any:
            turn = asked[refresh] = asked.get(refresh, 0) + 1
            answer = refresh(*settings)
            return answer if asked[refresh] == turn else gr.skip()

        inputs = [self.asked, self.model, self.own, *controls]
        gr.on(
            list(triggers),
            latest,
            inputs,
            list(outputs),
            trigger_mode="always_last",
            queue=queue,
            **BACKGROUND,
        )
        return latest, inputs


def _enclosing_tab() -> str | None:
    """The id of the outermost gr.Tab that is being laid out."""
    block, found = Context.block, None
    while block is not None:
        found = str(block.id) if isinstance(block, gr.Tab) else found
        block = block.parent
    return found


def as_seed(number: float | None) -> int:
    """A seed as it came from a gr.Number; ValueError if the field is empty."""
    if number is None:
        raise ValueError("Give a seed: a whole number from 0 upwards.")
    return int(number)


def sentence(error: Exception) -> str:
    """What an error says, as a sentence of its own."""
    text = str(error)
    return text[:1].upper() + text[1:].rstrip(".") + "."


def cell_of(event: gr.EventData) -> tuple[int, int] | None:
    """Row and column of a clicked cell; None if what came from the page is no cell."""
    at = getattr(event, "row", None), getattr(event, "col", None)
    return at if all(isinstance(i, int) and i >= 0 for i in at) else None


def named(letter: str) -> str:
    """A letter inside a sentence, where a blank could not be seen."""
    return "the blank" if letter == " " else letter


def plain(text: str) -> str:
    """Text inside Markdown, where nothing in it may be taken for formatting or for HTML.

    Gradio takes scripts out of Markdown, but the browser would still request an <img> from a
    visitor's list.
    """
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>~$&-])", r"\\\1", text)


def nats_and_bits(nats: float) -> str:
    """A loss as it is written everywhere: 2.105 nats (3.036 bits)."""
    return f"{nats:#.4g} nats ({bits(nats):#.4g} bits)"


def header_line(checkpoint: Checkpoint) -> str:
    """Words and model in one line, for the header."""
    corpus = checkpoint.card["corpus"]
    judged = "dev" if "dev" in checkpoint.losses else "train"
    return (
        f"trained on {corpus['words']:,} {plain(corpus['name'])} · "
        f"{plain(model_title(checkpoint))} · "
        f"{judged} loss {nats_and_bits(checkpoint.losses[judged])}"
    )


def model_card(checkpoint: Checkpoint) -> str:
    """What the model is, as a small Markdown table for the sidebar."""
    card, guess = checkpoint.card, random_guess(len(checkpoint.vocabulary))
    learned = "counts" if checkpoint.recipe.model.kind == "ngram" else "parameters"
    losses = [(part, nats) for part, nats in checkpoint.losses.items()] + [("a guess", guess)]
    rows = "\n".join(f"| {part} | {nats:#.4g} | {bits(nats):#.4g} |" for part, nats in losses)
    trained = f", {card['steps']:,} steps in {card['seconds']:.0f} s" if card["steps"] else ""
    looks = checkpoint.recipe.model.block_size
    return (
        f"**{card['parameters']:,}** {learned}{trained}. Looks back {counted(looks, 'letter')}; "
        f"knows {len(checkpoint.vocabulary)} symbols.\n\n"
        f"| loss | nats | bits |\n|:--|--:|--:|\n{rows}\n\n"
        f"A guess: ln {len(checkpoint.vocabulary)}, all symbols alike."
    )
