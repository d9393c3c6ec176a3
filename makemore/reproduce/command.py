"""The command: choose entries, measure them, print the table, write it if asked."""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import torch

from makemore.corpora.corpus import CorpusError
from makemore.corpora.download import write_atomically
from makemore.reproduce import nets  # noqa: F401  (enters its measures)
from makemore.reproduce.bar import Bar
from makemore.reproduce.finals import FINALS
from makemore.reproduce.measures import MEASURES, Measure
from makemore.reproduce.printed import PRINTED, Printed, Value
from makemore.reproduce.report import MISSED, Row, compare, head, lines, markdown, not_run, summary
from makemore.reproduce.work import Work

NEEDS_FULL = "trains for minutes: ask with --full"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m makemore reproduce`."""
    parser.add_argument(
        "--full",
        action="store_true",
        help="also the trainings of 50,000 to 200,000 steps: an hour or two. May "
        "be stopped at any time; the same command goes on where it was",
    )
    parser.add_argument(
        "--only",
        metavar="TEXT",
        default="",
        help="entries whose id or system contains this, such as wavenet",
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="the table as Markdown as well")
    parser.add_argument(
        "--work",
        type=Path,
        metavar="FOLDER",
        help="where unfinished trainings are kept (the user's cache folder)",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="forget trainings kept from earlier calls, finished or not",
    )
    parser.set_defaults(command=reproduce_command)


def reproduce_command(options: argparse.Namespace) -> None:
    """Print the table as it comes; ValueError if nothing has such a name."""
    chosen = choose(options.only)
    work = Work(folder=options.work)
    recipes = recipes_of(chosen) if options.full else []
    if options.fresh:
        forget(work, recipes)
    rows = []
    with Bar(work, recipes) as bar:
        for line in head():
            bar.say(line)
        for row in measured(chosen, work, full=options.full):
            rows.append(row)
            for line in lines(row):
                bar.say(line)
    print("", *summary(rows), sep="\n")
    if options.write:
        page = markdown(rows, made=[*_made(options), *_trainings(work, recipes)])
        write_atomically(options.write, page.encode())


def choose(text: str) -> list[Printed]:
    """The entries whose id or system contains the text. Raises ValueError if there are none."""
    wanted = text.casefold()
    chosen = [
        entry
        for entry in PRINTED.values()
        if wanted in entry.id.casefold() or wanted in entry.system.casefold()
    ]
    if not chosen:
        systems = ", ".join(dict.fromkeys(entry.system for entry in PRINTED.values()))
        raise ValueError(f"no entry has {text!r} in its id or system; the systems: {systems}")
    return chosen


def measured(chosen: Sequence[Printed], work: Work, *, full: bool) -> Iterator[Row]:
    """A row for each entry, in their order, as soon as it is known."""
    by_id = {id_: measure for measure in MEASURES for id_ in measure.ids}
    known: dict[str, Value | CorpusError] = {}
    for entry in chosen:
        if entry.full and not full:
            yield not_run(entry, NEEDS_FULL)
            continue
        if entry.id not in known:
            known.update(_results(by_id[entry.id], work))
        found = known[entry.id]
        yield (
            not_run(entry, str(found)) if isinstance(found, CorpusError) else compare(entry, found)
        )


def _results(measure: Measure, work: Work) -> Mapping[str, Value | CorpusError]:
    try:
        return measure.function(work)
    except CorpusError as error:
        return dict.fromkeys(measure.ids, error)


def recipes_of(chosen: Sequence[Printed]) -> list[str]:
    """The long trainings that these entries need, each once, in the order of the entries."""
    finals = [FINALS[entry.id] for entry in chosen if entry.full]
    return list(dict.fromkeys(recipe for final in finals for recipe in final.recipes))


def forget(work: Work, recipes: Sequence[str]) -> None:
    """These long trainings begin at step 0 again."""
    for recipe in recipes:
        with suppress(CorpusError):  # a training without its words has nothing to forget
            work.long_run(recipe).forget()


def _made(options: argparse.Namespace) -> list[str]:
    target = options.write.name if options.write.is_absolute() else options.write
    command = " ".join(
        filter(
            None,
            (
                "python -m makemore reproduce",
                options.full and "--full",
                options.only and f"--only {options.only}",
                f"--write {target}",
            ),
        )
    )
    return [
        f"Written by `{command}` on {time.strftime('%Y-%m-%d')}.",
        f"Machine: {processor()}, {os.cpu_count()} cores; torch {torch.__version__} on "
        f"{options.threads} of them; Python {platform.python_version()}.",
        f"`{MISSED}` is further from the printed number than its tolerance allows; `ours only` "
        "has no printed number to be held to.",
    ]


def _trainings(work: Work, recipes: Sequence[str]) -> list[str]:
    """How long each took, and when it was finished: a training kept from earlier is no secret."""
    said = []
    for recipe in recipes:
        with suppress(CorpusError):
            kept = work.long_run(recipe).kept()
            said.append(f"{recipe} {kept.seconds:,.0f} s ({kept.day})")
    return [f"Trainings, with the seconds they took: {', '.join(said)}."] if said else []


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    names = [
        line.partition(":")[2].strip()
        for line in text.splitlines()
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor() or platform.machine()
