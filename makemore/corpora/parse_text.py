"""From pasted or uploaded text to a corpus: forgiving about form, open about loss.

What counts as a word is decided by the first of these rules that fits:

1. a line holds a tab, a semicolon or a comma: the text is a table or a list. Where the first line
   names a column ("name", "word", "handle", ...), that column is taken; where a column is all
   numbers ("emma,18818"), the first column that is not; otherwise every cell is a word, and any
   of the three marks parts them.
2. the text is one line: blanks part the words.
3. otherwise: one word a line, in which single blanks may stand ("New York").

Letters are Unicode code points after NFC. Whatever has no shape of its own is taken out, because
an invisible letter confuses every reader: control characters and NUL, zero-width and
direction marks, variation selectors, and the joiners inside of emoji sequences and ligatures, so
that a family emoji becomes its members, one letter each. Case and script stay as they are.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass

from makemore.corpora.corpus import Corpus, CorpusError

# Unicode's Default_Ignorable_Code_Points, the C0/C1 controls that part no lines, lone surrogates.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
SEPARATORS = "\t;,"
HEADERS = frozenset({"name", "names", "first name", "firstname", "given name"}) | frozenset(
    {"word", "words", "handle", "handles", "username"}
)


@dataclass(frozen=True)
class Limits:
    """What a list may be. Beyond ``words`` the rest is left out; longer words are left out."""

    words: int = 200_000
    letters_per_word: int = 100
    characters: int = 10_000_000


def corpus_from_text(
    text: str, *, name: str = "my list", source: str = "a pasted list", limits: Limits = Limits()
) -> Corpus:
    """The words of ``text`` as a corpus; ``Corpus.notes`` says what was changed or left out.

    Raises ``CorpusError`` when nothing is left from which a model could learn.
    """
    if len(text) > limits.characters:
        raise CorpusError(
            f"This text has {len(text):,} characters; the limit is {limits.characters:,}. "
            "Give a part of it."
        )
    visible, invisible = INVISIBLE.subn("", text)
    words, notes = split_text(unicodedata.normalize("NFC", visible))
    kept, more = _within(words, limits)
    notes = [_said(invisible, "invisible or control character", "taken out"), *notes, *more]
    _check_learnable(kept, len(words), limits)
    return Corpus(name, kept, source, notes=tuple(filter(None, notes)))


def split_text(text: str) -> tuple[list[str], list[str]]:
    """(words, notes) of clean text by the rules above; blanks around and inside are tidied."""
    lines = [line for line in text.splitlines() if line.strip()]
    separator = next((mark for mark in SEPARATORS if any(mark in line for line in lines)), "")
    if separator:
        words, notes = _from_table([_cells(line, separator) for line in lines])
    elif len(lines) == 1:
        words, notes = lines[0].split(), []
    else:
        words, notes = _without_header(lines)
    tidy = (" ".join(word.split()) for word in words)
    return [word for word in tidy if word], notes


def _cells(line: str, separator: str) -> list[str]:
    """Line by line, so that one stray quotation mark cannot swallow the rest of the list."""
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    except csv.Error:  # a cell beyond csv's own limit: too long to be a word anyway
        return line.split(separator)


def _from_table(rows: list[list[str]]) -> tuple[list[str], list[str]]:
    heads = [cell.strip() for cell in rows[0]]
    named = [i for i, head in enumerate(heads) if head.casefold().replace("_", " ") in HEADERS]
    if named and len(rows) > 1:
        column = named[0]
        note = f"The words are the column “{heads[column]}” of a table."
        return [row[column] for row in rows[1:] if len(row) > column], [note]
    columns = list(zip(*rows)) if len({len(row) for row in rows}) == 1 and len(rows) > 1 else []
    letters = [i for i, column in enumerate(columns) if not _all_numbers(column)]
    if letters and len(letters) < len(columns):
        note = f"The words are column {letters[0] + 1} of a table; numbers were left out."
        return list(columns[letters[0]]), [note]
    cells = (part for row in rows for cell in row for part in re.split(f"[{SEPARATORS}]", cell))
    return list(cells), []


def _all_numbers(column: tuple[str, ...]) -> bool:
    return all(re.fullmatch(r"[\d\s.+-]+", cell) for cell in column)


def _without_header(lines: list[str]) -> tuple[list[str], list[str]]:
    if len(lines) > 2 and lines[0].strip().casefold() in HEADERS:
        return lines[1:], [f"The first line, “{lines[0].strip()}”, was taken for a heading."]
    return lines, []


def _within(words: list[str], limits: Limits) -> tuple[tuple[str, ...], list[str]]:
    short = [word for word in words if len(word) <= limits.letters_per_word]
    long_said = f"of more than {limits.letters_per_word} letters left out"
    cap_said = f"beyond the first {limits.words:,} left out"
    notes = [_said(len(words) - len(short), "word", long_said)]
    notes.append(_said(max(0, len(short) - limits.words), "word", cap_said))
    return tuple(short[: limits.words]), notes


def _said(count: int, thing: str, done: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'} {done}." if count else ""


def _check_learnable(words: tuple[str, ...], found: int, limits: Limits) -> None:
    advice = "Give at least two, one a line, for example “anna” and “bob”."
    if not words and found:
        raise CorpusError(
            f"No word is left: {_said(found, 'word', 'found')[:-1]}, all with more than "
            f"{limits.letters_per_word} letters. Is there one word a line?"
        )
    if not words:
        raise CorpusError(f"There are no words here. {advice}")
    if len(words) == 1:
        raise CorpusError(f"There is only one word here, “{words[0]}”. {advice}")
    if len(set("".join(words))) < 2:
        raise CorpusError(
            f"All these words are made of the one letter “{words[0][0]}”: "
            "nothing to learn. Give words with at least two different letters."
        )
