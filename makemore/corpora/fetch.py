"""Fetching a list of words from the command line: a bar while it comes, a line when it is there."""

from __future__ import annotations

from dataclasses import replace

from tqdm import tqdm

from makemore.corpora.codeforces import CodeforcesSettings, cached_handles, fetch_handles
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import CorpusSettings, load_corpus

FETCHED = ("handles", "names.txt")  # the corpora that come over the network


def fetch_corpus(
    name: str,
    *,
    settings: CorpusSettings | None = None,
    codeforces: CodeforcesSettings | None = None,
) -> Corpus:
    """Fetch a corpus of FETCHED into the cache, with a progress bar; `CorpusError` if that fails.

    Handles are fetched again each time. names.txt never changes: it is fetched where the cache has
    no sound copy.
    """
    settings = settings or CorpusSettings.from_environment()
    if name == "names.txt":
        return load_corpus(name, settings=replace(settings, data_folder=None))
    _fetch_handles(settings, codeforces or CodeforcesSettings())
    return cached_handles(settings.cache_folder)


def _fetch_handles(settings: CorpusSettings, codeforces: CodeforcesSettings) -> None:
    with tqdm(total=codeforces.limit, unit="handle", disable=None) as bar:
        for progress in fetch_handles(settings.cache_folder, settings=codeforces):
            bar.set_description_str(progress.message, refresh=False)
            bar.update(progress.handles - bar.n)  # a new attempt begins at 0 again
            bar.refresh()
