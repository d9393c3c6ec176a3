"""One list of words on the Data tab: where it is from, its first words, lengths, letters, leaks."""

from __future__ import annotations

from typing import Any

from makemore.corpora.corpus import Corpus
from makemore.corpora.describe import Description, describe
from makemore.corpora.registry import noun_of
from makemore.evaluation import LeakAudit, leak_audit
from makemore.examples import split_words
from makemore.vocabulary import Vocabulary
from visualize.components.plotly_view import figure_value
from visualize.components.table import table_value
from visualize.components.word_preview import word_preview_value
from visualize.figures import percent
from visualize.figures.bars import length_histogram, letter_frequencies
from visualize.style import kind_of

MOST_LETTERS = 80  # bars that can still be read
PEEKED = 24


def noun(corpus: Corpus, *, many: bool = True) -> str:
    """What its words are called: "names", "made-up handles", "words"."""
    made_up = "made-up " if corpus.synthetic else ""
    return made_up + noun_of(corpus.name, many=many)


def show_list(corpus: Corpus, *, version: int) -> tuple[dict[str, Any], ...]:
    """Source, first words, lengths, letters and leak audit, each for its component."""
    seen = describe(corpus.words)
    return (
        source(corpus, seen, version=version),
        first_words(corpus, version=version),
        lengths(corpus, seen, version=version),
        letters(corpus, seen, version=version),
        leaks(corpus, seen, version=version),
    )


def source(corpus: Corpus, seen: Description, *, version: int) -> dict[str, Any]:
    """Where the list is from, of when, and what was changed on the way in."""
    rows = [
        ("Words", f"{seen.words:,}, {seen.distinct:,} of them different"),
        ("Letters", f"{seen.total:,}, {len(seen.letters):,} different ones"),
        ("From", corpus.source),
    ]
    if corpus.as_of:
        rows.append(("As of", corpus.as_of))
    if corpus.synthetic:
        rows.append(("Real?", f"No. A model made these {noun_of(corpus.name, many=True)} up."))
    rows += [("Note", note) for note in corpus.notes]
    return table_value(rows, columns=[("", "text"), ("", "text")], version=version)


def first_words(corpus: Corpus, *, version: int) -> dict[str, Any]:
    """The beginning of the list, in the order of its source."""
    title = f"{len(corpus):,} {noun(corpus)}; the first of them"
    return word_preview_value(corpus.words, version=version, title=title, count=PEEKED)


def lengths(corpus: Corpus, seen: Description, *, version: int) -> dict[str, Any]:
    """How many words have each length."""
    usual, often = max(seen.lengths.items(), key=lambda pair: pair[1])
    title = (
        f"A {noun(corpus, many=False)} has {seen.mean_length:.3g} "
        f"letter{'s' * (seen.mean_length != 1)} on average; "
        f"{percent(often / seen.words)} have {usual}"
    )
    figure = length_histogram(seen.lengths)
    span = max(seen.lengths) - min(seen.lengths)
    figure.update_xaxes(dtick=1 if span < 12 else 2 if span < 32 else 10, tickangle=0)
    return figure_value(figure, title=title, version=version, zoom=corpus.sha256)


def letters(corpus: Corpus, seen: Description, *, version: int) -> dict[str, Any]:
    """How often each letter occurs, most frequent first."""
    symbols = list(seen.letters)[:MOST_LETTERS]
    end_mark = Vocabulary.of(symbols).end_mark
    figure = letter_frequencies(
        [seen.letters[letter] for letter in symbols],
        symbols=symbols,
        kinds=[kind_of(letter, end_mark=end_mark) for letter in symbols],
    )
    first = symbols[0] if symbols[0].isprintable() and symbols[0] != " " else "The blank"
    title = (
        f"{first} is the most frequent of {len(seen.letters):,} letters in "
        f"{noun(corpus)}: {percent(seen.letters[symbols[0]] / seen.total)} of all"
    )
    if len(seen.letters) > MOST_LETTERS:
        title += f" (the first {MOST_LETTERS} are shown)"
    return figure_value(figure, title=title, version=version, zoom=corpus.sha256)


def leaks(corpus: Corpus, seen: Description, *, version: int) -> dict[str, Any]:
    """Which words stand in the training part and again where the model is judged."""
    split = split_words(corpus.words)
    audit = leak_audit(split)
    rows = [
        ("train", f"{len(split.train):,}", "", ""),
        ("dev", f"{audit.dev:,}", f"{audit.dev_in_train:,}", _share(audit.dev_in_train, audit.dev)),
        (
            "test",
            f"{audit.test:,}",
            f"{audit.test_in_train:,}",
            _share(audit.test_in_train, audit.test),
        ),
    ]
    heads = [("part", "text"), ("words", "number"), ("also in train", "number"), ("", "number")]
    return table_value(
        rows, columns=heads, version=version, title=_leak_title(audit, seen), note=_twice(seen)
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _leak_title(audit: LeakAudit, seen: Description) -> str:
    if seen.words < 10:
        return "Too few words to set any aside: a model is judged here on what it has learned"
    if not audit.dev_in_train:
        return "No word of dev is in train: none can have been memorised"
    return (
        f"{_share(audit.dev_in_train, audit.dev)} of dev is in train, so the model may have "
        "memorised some of the words that test it"
    )


def _twice(seen: Description) -> str:
    if seen.words == seen.distinct:
        return "Every word stands once."
    named = ", ".join(f"{word[:20]} ({times} times)" for word, times in seen.repeated[:3])
    return (
        f"{seen.words - seen.distinct:,} of {seen.words:,} words repeat an earlier one; most "
        f"often {named}."
    )
