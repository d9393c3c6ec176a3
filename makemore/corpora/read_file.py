"""From an uploaded text file to a corpus: whichever encoding it has, as long as it is text."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path

from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.parse_text import Limits, corpus_from_text

# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
NOT_TEXT = "This file is not a list in plain text. Save it as text or CSV and give it again."


def corpus_from_file(
    path: Path | str, *, name: str = "", limits: Limits = Limits(), max_bytes: int = 20_000_000
) -> Corpus:
    """The words of a text or CSV file; ``Corpus.notes`` names the encoding if it was guessed.

    UTF-8 and whatever bears a byte order mark are read as they are. Anything else is an old
    one-byte encoding: Cyrillic (Windows-1251) if most letters lie beyond ASCII, else Western
    (Windows-1252). Raises ``CorpusError`` for what is not text, too large or not there.
    """
    path = Path(path)
    try:
        if path.stat().st_size > max_bytes:
            raise CorpusError(
                f"This file is larger than {max_bytes // 10**6} MB. Give a part of it."
            )
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path.name} could not be read: {error.strerror}.") from error
    text, notes = decode(data)
    label = name or path.stem or "my list"
    corpus = corpus_from_text(text, name=label, source=f"the file {path.name}", limits=limits)
    return replace(corpus, notes=(*notes, *corpus.notes))


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """(text, notes) of a file's bytes; ``CorpusError`` if they are not text."""
    mark = next((mark for mark in MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(MARKS[mark] if mark else "utf-8").removeprefix("\ufeff")
        if not mark and len(CONTROLS.findall(data)) > len(data) / 10:
            raise CorpusError(NOT_TEXT)
        return text, ()
    except UnicodeDecodeError as error:
        if mark or CONTROLS.search(data):
            raise CorpusError(NOT_TEXT) from error
    return _from_one_byte(data)


def _from_one_byte(data: bytes) -> tuple[str, tuple[str, ...]]:
    high = len(re.findall(rb"[\x80-\xff]", data))
    ascii_letters = len(re.findall(rb"[A-Za-z]", data))
    encoding, said = ("cp1251", "Cyrillic") if high > ascii_letters else ("cp1252", "Western")
    note = (
        f"The file is not in UTF-8; it was read as {said} ({encoding.replace('cp', 'Windows-')})."
    )
    return data.decode(encoding, "replace"), (note,)
