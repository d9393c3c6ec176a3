"""Generate, price of a word: a typed name or handle, and what each model pays for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from makemore.checkpoint.checkpoint import Checkpoint
from makemore.evaluation import bits, random_guess
from makemore.sampling import next_logits, score
from visualize.components.word_rows import Strand, word_rows_value
from visualize.figures import percent
from visualize.page.state import model_title, named

LONGEST = 40
ASK = "Type a name or a handle: every model will say what it would pay for it"


def show_prices(
    models: Sequence[Checkpoint], chosen: Checkpoint, word: str | None, *, version: int
) -> dict[str, Any]:
    """The word under every model: those of the chosen words first, in each list the surest first.

    Models over different alphabets compare, because the price is in bits per letter.
    """
    word = (word or "").strip()[:LONGEST]
    if not word:
        return word_rows_value([], version=version, title=ASK)
    here = chosen.card["corpus"]["name"]
    lists = sorted(
        {model.card["corpus"]["name"] for model in models}, key=lambda name: (name != here, name)
    )
    groups, best = [], []
    for name in lists:
        of_list = [model for model in models if model.card["corpus"]["name"] == name]
        priced = sorted(
            ((*price(model, word), model) for model in of_list), key=lambda entry: entry[0]
        )
        lines = [replace(line, chosen=model is chosen) for _, line, model in priced]
        groups.append((f"Models of {name}", lines))
        best += [(cost, model) for cost, _, model in priced if np.isfinite(cost)]
    return word_rows_value(
        groups,
        version=version,
        title=_title(word, best, chosen),
        wide=True,
        note="Bits per letter: how many yes/no questions a letter costs on average, "
        "the end of the word included.",
    )


def price(checkpoint: Checkpoint, word: str) -> tuple[float, Strand]:
    """(bits per letter, the line that says so); infinite where the model cannot write the word."""
    vocabulary, title = checkpoint.vocabulary, model_title(checkpoint)
    unknown = sorted({letter for letter in word if letter not in vocabulary.ids})
    if unknown:
        more = _unknown(unknown, vocabulary, word)
        return np.inf, Strand(title, said="cannot write it", more=more)
    p = score(checkpoint.model, vocabulary, word)
    with np.errstate(divide="ignore"):
        cost = bits(float(-np.log(p).mean()))
    said = f"{cost:.2f} bits per letter" if np.isfinite(cost) else "impossible"
    return cost, Strand(
        title,
        word,
        p,
        said=said,
        more=_most_surprising(checkpoint, word, p),
        end_mark=vocabulary.end_mark,
    )


def _unknown(letters: list[str], vocabulary: Any, word: str) -> str:
    what = "is a letter" if len(letters) == 1 else "are letters"
    said = f"{', '.join(map(named, letters[:6]))} {what} that this model has never seen."
    lower = word.lower()
    if lower != word and all(letter in vocabulary.ids for letter in lower):
        said += f" It knows small letters only: try {lower}."
    return said


def _most_surprising(checkpoint: Checkpoint, word: str, p: Sequence[float]) -> str:
    """The letter that surprised the model most, and what it had expected there."""
    at = int(np.argmin(p))
    vocabulary = checkpoint.vocabulary
    symbols = vocabulary.symbols
    logits = next_logits(checkpoint.model, [vocabulary.encode(word[:at])])[0].astype(np.float64)
    expected = int(logits.argmax())
    share = np.exp(logits[expected] - logits.max()) / np.exp(logits - logits.max()).sum()
    letter = word[at] if at < len(word) else "the end"
    before = f"after “{word[:at]}”" if at else "at the beginning"
    if p[at] == 0:
        return f"{letter} {before} was never counted: smoothing would give it a price."
    price = f"{bits(-np.log(p[at])):.1f} bits (1 in {1 / p[at]:,.0f})"
    said = f"Most surprising letter: {letter} {before}, {price}."
    likely = symbols[expected] if expected else "the end"
    return said + (f" Likeliest there: {likely}, {percent(share)}." if likely != letter else "")


def _title(word: str, best: list[tuple[float, Checkpoint]], chosen: Checkpoint) -> str:
    """What the word costs under the chosen model, and which model it surprises least."""
    if not best:
        return f"No model knows all the letters of {word}"
    cost, model = min(best, key=lambda entry: entry[0])
    least = f"{model_title(model)} ({model.card['corpus']['name']}) pays least, {cost:.2f}"
    mine = next((cost for cost, one in best if one is chosen), None)
    if mine is None or model is chosen:
        guess = bits(random_guess(len(model.vocabulary)))
        return f"{word}: {least} bits per letter (a blind guess pays {guess:.2f})"
    guess = bits(random_guess(len(chosen.vocabulary)))
    return (
        f"{word} costs {mine:.2f} bits per letter under {model_title(chosen)} "
        f"(a blind guess pays {guess:.2f}); {least}"
    )
