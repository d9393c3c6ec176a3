"""Printed beside ours: the comparison, and the table as text and as Markdown."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from makemore.reproduce.printed import Printed, Value

MET, MISSED, NOT_RUN, OURS_ONLY = "met", "MISSED", "not run", "ours only"
WIDTHS = (25, 31, 28, 28, 10)  # of the text table's columns but the last
CELL = 150  # characters of a value in the text table; Markdown has room for all


@dataclass(frozen=True)
class Row:
    """One entry of the table. ours, difference: None where there is none; reason: of a miss, or of
    what was not run.
    """

    printed: Printed
    verdict: str
    ours: Value | None = None
    difference: float | None = None
    reason: str = ""


def compare(printed: Printed, ours: Value) -> Row:
    """Met if no number is further off than the tolerance, and no word differs."""
    if printed.value is None:
        return Row(printed, OURS_ONLY, ours)
    off = difference(printed.value, ours)
    if off <= printed.tolerance:
        return Row(printed, MET, ours, off)
    reason = f"off by {off:.2g}, allowed {printed.tolerance:g}. {printed.why or printed.note}"
    return Row(printed, MISSED, ours, off, reason.strip())


def not_run(printed: Printed, reason: str) -> Row:
    """An entry that could not be measured, or was not asked for."""
    return Row(printed, NOT_RUN, reason=reason)


def difference(printed: Value, ours: Value) -> float:
    """The largest difference of two numbers at the same place; of words, how many differ.

    Infinite if the two have not the same shape, or if a number is no number.
    """
    if isinstance(printed, (int, float)) and isinstance(ours, (int, float)):
        off = abs(printed - ours)
        return math.inf if math.isnan(off) else off
    if isinstance(printed, (int, float, str)) or isinstance(ours, (int, float, str)):
        return float(printed != ours)
    if len(printed) != len(ours):
        return math.inf
    parts = [difference(a, b) for a, b in zip(printed, ours)]
    words = any(isinstance(part, str) for part in printed)
    return float(sum(parts) if words else max(parts, default=0.0))


def write_value(value: Value | None) -> str:
    """A value for people: 2.06741 / 2.10568; rows of a list of lists end with a semicolon."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.8g}" if abs(value) < 1e5 else f"{value:.4f}"
    if isinstance(value, (int, str)):
        return str(value)
    nested = any(isinstance(part, Sequence) and not isinstance(part, str) for part in value)
    return ("; " if nested else " ").join(map(write_value, value))


def _cells(row: Row) -> list[str]:
    off = "" if row.difference is None else f"{row.difference:.2g}"
    return [
        row.printed.id,
        row.printed.system,
        write_value(row.printed.value),
        write_value(row.ours),
        off,
        row.verdict,
    ]


# --- text -----------------------------------------------------------------------------------------


def head() -> list[str]:
    """The table's first two lines."""
    titles = ("id", "system", "printed", "ours", "difference", "verdict")
    return [_line(titles), "-" * (sum(WIDTHS) + len(WIDTHS) * 2 + 9)]


def lines(row: Row) -> list[str]:
    """A row; long values go on below."""
    cells = [textwrap.shorten(cell, CELL, placeholder=" ...") for cell in _cells(row)]
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, (*WIDTHS, 9))]
    height = max(map(len, wrapped))
    padded = [column + [""] * (height - len(column)) for column in wrapped]
    return [_line(cells) for cells in zip(*padded)]


def _line(cells: Sequence[str]) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, (*WIDTHS, 0))).rstrip()


def summary(rows: Sequence[Row]) -> list[str]:
    """How many of each verdict, then the reasons for what was missed or not run."""
    counts = {
        verdict: sum(row.verdict == verdict for row in rows)
        for verdict in (MET, MISSED, OURS_ONLY, NOT_RUN)
    }
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    return [said, *(f"{', '.join(ids)}: {reason}" for reason, ids in _reasons(rows).items())]


def _reasons(rows: Iterable[Row]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.reason:
            reasons.setdefault(row.reason, []).append(row.printed.id)
    return reasons


# --- Markdown -------------------------------------------------------------------------------------


def markdown(rows: Sequence[Row], *, made: Sequence[str]) -> str:
    """The whole page. made: sentences on when, where and how the numbers came out."""
    return "\n".join(_page(rows, made)) + "\n"


def _page(rows: Sequence[Row], made: Sequence[str]) -> Iterator[str]:
    yield "# Every printed number, beside ours\n"
    yield from (f"{sentence}\n" for sentence in made)
    said, *reasons = summary(rows)
    yield f"**{said}.**\n"
    yield from (f"- {_escape(reason)}\n" for reason in reasons)
    yield "| id | system | setting | printed | ours | difference | allowed | verdict |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        id_, *cells = _cells(row)
        system, printed, ours, off, verdict = map(_escape, cells)
        allowed = "" if row.printed.value is None else f"{row.printed.tolerance:g}"
        setting = "; ".join(filter(None, (row.printed.setting, row.printed.note)))
        fields = (f"`{id_}`", system, _escape(setting), printed, ours, off, allowed, verdict)
        yield f"| {' | '.join(fields)} |"


def _escape(text: str) -> str:
    for sign in "|*_<":
        text = text.replace(sign, f"\\{sign}")
    return text
