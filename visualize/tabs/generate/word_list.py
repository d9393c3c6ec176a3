"""Generate, the list: words drawn with a seed, each beside the real word that is nearest to it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
import numpy as np

from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from makemore.evaluation import surprisal
from makemore.sampling import Sampled, Sampling, next_logits, sample
from visualize.components.bars import bars_value
from visualize.components.word_tiles import word_tiles_value
from visualize.figures import counted
from visualize.page.downloads import temporary
from visualize.page.state import as_seed, model_title, sentence

MOST = 200
LONGEST = 60
SHAPE = {"temperature": 1.0, "top_k": 0, "top_p": 1.0}
NO_LIST = (
    "the list itself is not on this computer, only fingerprints of its words: they tell "
    "whether a word is in it, but not which one is nearest"
)
KNOWN = {
    "in train": "the model saw this very word in training: it may know it by heart",
    "in dev": "a real word that the model was not trained on: invented once more",
    "in test": "a real word that the model was not trained on: invented once more",
}

Find = Callable[[str], tuple[str, int] | None]  # a word -> the nearest real one, letters changed


@dataclass(frozen=True)
class GenerateForm:
    """What the tab's controls ask for, as they come from the page."""

    prefix: str | None = ""
    seed: float | None = 42
    temperature: float = 1.0
    top_k: float = 0
    top_p: float = 1.0
    count: float | None = 24
    die: str = "coin"
    shortest: float | None = 0
    longest: float | None = 30

    def sampling(self, *, die: str | None = None) -> Sampling:
        """How to draw. Raises ValueError with a sentence for the visitor."""
        if (
            self.shortest is None
            or not 1 <= (self.longest or 0) <= LONGEST
            or (self.shortest > self.longest)
        ):
            raise ValueError(
                f"The longest word can have 1 to {LONGEST} letters, and the shortest "
                "no more than the longest."
            )
        return Sampling(
            seed=as_seed(self.seed),
            temperature=self.temperature,
            top_k=int(self.top_k),
            top_p=self.top_p,
            prefix=self.prefix or "",
            min_length=max(0, int(self.shortest)),
            max_length=int(self.longest),
            die=die or self.die,
        )


def draw(checkpoint: Checkpoint, wish: GenerateForm) -> list[Sampled]:
    """The words for these controls. Raises ValueError with a sentence for the visitor."""
    if wish.count is None or not 1 <= wish.count <= MOST:
        raise ValueError(
            f"The lab draws 1 to {MOST} words at once"
            + ("." if wish.count is None else f", not {wish.count:,}.")
        )
    return sample(
        checkpoint.model, checkpoint.vocabulary, count=int(wish.count), settings=wish.sampling()
    )


def show_list(
    checkpoint: Checkpoint, wish: GenerateForm, *, find: Find | None, version: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The drawn words, and the bars of the first letter that was drawn; or what was wrong.

    find: gives the nearest real word; None where the list is not at hand.
    """
    end = checkpoint.vocabulary.end_mark
    try:
        words = draw(checkpoint, wish)
    except ValueError as error:
        return (
            word_tiles_value([], end_mark=end, version=version, title=sentence(error)),
            _bars_beside(checkpoint, wish, version=version),
        )
    items = [
        (word.word, word.probabilities, badge, note_of(word.word, badge, find))
        for word in words
        for badge in [checkpoint.origin(word.word)]
    ]
    shown = word_tiles_value(
        items,
        end_mark=end,
        version=version,
        title=_title(items, checkpoint, wish),
        block_size=checkpoint.recipe.model.block_size,
    )
    return shown, bars_after(checkpoint, wish, version=version)


def _title(items: list[tuple], checkpoint: Checkpoint, wish: GenerateForm) -> str:
    new = sum(badge == "new" for _, _, badge, _ in items)
    known = len(items) - new
    return (
        f"{new} of {len(items)} {'is' if new == 1 else 'are'} new, {known} "
        f"{'is a real word' if known == 1 else 'are real words'} from the list "
        f"({model_title(checkpoint)}, temperature {wish.temperature:g}, seed "
        f"{as_seed(wish.seed)})"
    )


def note_of(word: str, badge: str, find: Find | None) -> str:
    """What a badge means, in a sentence: memorised, invented again, or how far from a real word."""
    if badge in KNOWN:
        return KNOWN[badge]
    near = find(word) if find else None
    if near is None:
        return NO_LIST if find is None else "longer than any word it could be compared with"
    real, changed = near
    return f"nearest real word: {real}, {counted(changed, 'letter')} away"


def bars_after(checkpoint: Checkpoint, wish: GenerateForm, *, version: int) -> dict[str, Any]:
    """The bars of the letter after the first ones that were asked for."""
    vocabulary, prefix = checkpoint.vocabulary, wish.prefix or ""
    logits = next_logits(checkpoint.model, [vocabulary.encode(prefix)])[0]  # (V,)
    where = f"After {prefix}" if prefix else "As the first letter"
    return bars_value(
        logits=logits,
        labels=vocabulary.symbols,
        version=version,
        end_mark=vocabulary.end_mark,
        context=prefix or vocabulary.end_mark,
        title=where + ", {letter} has {percent}",
        controls=tuple(SHAPE),
        temperature=wish.temperature,
        top_k=int(wish.top_k),
        top_p=wish.top_p,
    )


def _bars_beside(checkpoint: Checkpoint, wish: GenerateForm, *, version: int) -> Any:
    """The bars beside a sentence: of as much of the wish as makes sense, never of an earlier one.

    Skipped where the model itself gives no numbers.
    """
    shape = GenerateForm(
        wish.prefix, temperature=wish.temperature, top_k=wish.top_k, top_p=wish.top_p
    )
    for fits in (shape, replace(shape, prefix=""), GenerateForm()):
        try:
            fits.sampling().check()
            return bars_after(checkpoint, fits, version=version)
        except ValueError:
            continue
    return gr.skip()


def csv_file(checkpoint: Checkpoint, wish: GenerateForm, *, find: Find | None) -> str:
    """The drawn words as a table: word, origin, price, nearest real word; the file's path."""
    try:
        words = draw(checkpoint, wish)
    except ValueError as error:
        raise gr.Error(sentence(error), print_exception=False) from error
    path = temporary(f"{checkpoint.name}.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["word", "origin", "bits_a_letter", "nearest_word", "letters_away"])
        for word in words:
            price = float(np.mean([surprisal(p) for p in word.probabilities]))
            origin = checkpoint.origin(word.word)
            near = (word.word, 0) if origin != "new" else find(word.word) if find else None
            table.writerow([word.word, origin, f"{price:.4f}", *(near or ("", ""))])
    return path


def finder(corpus: Corpus) -> Find | None:
    """Looks for the nearest of these words; None where they stand in for a list not at hand."""
    return None if corpus.synthetic else corpus.nearest.to
