"""Where words come from: bundled names, the notebooks' file, Codeforces, the visitor's own list.

`CORPORA` maps each name to its entry; loading a corpus changes nothing but
the cache folder. A visitor's own list comes through `corpus_from_text` and `corpus_from_file`.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from platformdirs import user_cache_path

from makemore.corpora.codeforces import cached_handles
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.download import DownloadError, download
from makemore.corpora.parse_text import corpus_from_text
from makemore.corpora.read_file import corpus_from_file

__all__ = [
    "CORPORA",
    "Corpus",
    "CorpusEntry",
    "CorpusError",
    "CorpusSettings",
    "corpus_from_file",
    "corpus_from_text",
    "listed_as",
    "load_corpus",
    "noun_of",
]

DATA_VARIABLE = "MAKEMORE_DATA"


def _default_cache() -> Path:
    return user_cache_path("makemore", appauthor=False)


@dataclass(frozen=True)
class CorpusSettings:
    """Where corpora are looked for; every function below takes one, so that nothing is hidden.

    ``data_folder`` is looked in first; it may hold ``names.txt``, ``handles_top10k_2022.txt`` and
    ``handles_all_2022.txt``.
    """

    data_folder: Path | None = None
    cache_folder: Path = field(default_factory=_default_cache)
    names_url: str = "https://raw.githubusercontent.com/karpathy/makemore/master/names.txt"
    names_sha256: str = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
    handles: int = 10_000
    handles_as_of: str = "2022-08-05"  # of the two files in the local folder

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> CorpusSettings:
        """The settings with the local folder that ``MAKEMORE_DATA`` names, if it names one."""
        folder = environment.get(DATA_VARIABLE, "").strip()
        return cls(data_folder=Path(folder).expanduser() if folder else None)

    def local(self, filename: str) -> Path | None:
        """The file of that name in the local folder, or None."""
        path = self.data_folder / filename if self.data_folder else None
        return path if path and path.is_file() else None

    def has_names(self) -> bool:
        """Whether the notebooks' names.txt is on this machine: no network is needed."""
        return self.local("names.txt") is not None or (self.cache_folder / "names.txt").is_file()


def load_corpus(name: str, *, settings: CorpusSettings | None = None) -> Corpus:
    """The corpus of that name in ``CORPORA``; ``CorpusError`` if it cannot be had."""
    if name not in CORPORA:
        raise CorpusError(f"There is no corpus “{name}”. There are: {', '.join(CORPORA)}.")
    return CORPORA[name].load(settings=settings or CorpusSettings.from_environment())


def bundled_names(*, settings: CorpusSettings | None = None) -> Corpus:
    """The 32,033 names given to US children in 2018, in file order; comes with the package."""
    table = files("makemore.corpora") / "data" / "ssa2018.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    words = tuple(row["name"] for row in csv.DictReader(lines))
    return Corpus("names", words, "US Social Security Administration, births of 2018", "2018")


def notebook_names(*, settings: CorpusSettings | None = None) -> Corpus:
    """The notebooks' own ``names.txt``: from the local folder, or downloaded once and cached."""
    settings = settings or CorpusSettings.from_environment()
    local = settings.local("names.txt")
    text = (local or _cached_names(settings)).read_bytes()
    if hashlib.sha256(text).hexdigest() != settings.names_sha256:
        raise CorpusError(
            f"{local} is not the notebooks' names.txt (its sha256 differs). Replace it, or take it "
            "away and the file will be downloaded."
        )
    return Corpus("names.txt", tuple(text.decode().splitlines()), "karpathy/makemore, names.txt")


def _cached_names(settings: CorpusSettings) -> Path:
    """The file in the cache, downloaded first if it is missing or damaged."""
    path = settings.cache_folder / "names.txt"
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == settings.names_sha256:
        return path
    try:
        download(settings.names_url, path, sha256=settings.names_sha256)
    except DownloadError as error:
        raise CorpusError(
            f"The notebooks' names.txt could not be had: {error}. Connect to the internet and try "
            f"again, or put the file into a folder and set {DATA_VARIABLE} to that folder. The "
            "corpus “names” holds the same names and needs no network."
        ) from error
    return path


def codeforces_handles(*, settings: CorpusSettings | None = None) -> Corpus:
    """The best rated Codeforces handles by falling rating: from the local folder or the cache.

    ``CorpusError`` if neither has them: ``codeforces.fetch_handles`` fetches them into the cache.
    """
    settings = settings or CorpusSettings.from_environment()
    path = settings.local("handles_top10k_2022.txt") or settings.local("handles_all_2022.txt")
    if path is None:
        return cached_handles(settings.cache_folder)
    words = path.read_text(encoding="utf-8").split()[: settings.handles]
    return Corpus("handles", tuple(words), "Codeforces, the best rated", settings.handles_as_of)


@dataclass(frozen=True)
class CorpusEntry:
    """A list that the lab knows by name.

    load:       gives the corpus; takes `settings`
    title:      what the list is called on the page
    noun:       what one of its words is called
    plural:     what several are called
    licence:    under which its words may be used
    variant_of: the list that holds the same words in another order, "" if there is none
    """

    load: Callable[..., Corpus]
    title: str
    noun: str
    plural: str
    licence: str
    variant_of: str = ""


CORPORA: dict[str, CorpusEntry] = {
    "names": CorpusEntry(
        bundled_names, "Names", "name", "names", licence="public domain (US government work)"
    ),
    "names.txt": CorpusEntry(
        notebook_names,
        "The lectures’ names.txt",
        "name",
        "names",
        licence="MIT (karpathy/makemore)",
        variant_of="names",
    ),
    "handles": CorpusEntry(
        codeforces_handles,
        "Codeforces handles",
        "handle",
        "handles",
        licence="public user names, not redistributed",
    ),
}


def listed_as(name: str) -> str:
    """The list under which a corpus is shown: "names" for "names.txt", "" for an unknown one."""
    entry = CORPORA.get(name)
    return "" if entry is None else entry.variant_of or name


def noun_of(name: str, *, many: bool = False) -> str:
    """What the words of this corpus are called; "word" for a list that is not in the registry."""
    if name not in CORPORA:
        return "words" if many else "word"
    return CORPORA[name].plural if many else CORPORA[name].noun
