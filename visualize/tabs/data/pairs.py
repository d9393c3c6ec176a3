"""Letters in their places: examples of a typed word, one list's pairs against another's, bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from makemore.analysis.compare import Comparison
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.evaluation import bits, random_guess, surprisal
from makemore.examples import make_examples
from makemore.vocabulary import UnknownLetter, Vocabulary
from visualize.components.heatmap import heatmap_value
from visualize.components.table import table_value
from visualize.figures import counted, percent
from visualize.page.state import model_title

MAX_LETTERS = 40


def examples(
    word: str, block_size: float, vocabulary: Vocabulary, *, version: int
) -> dict[str, Any]:
    """What a model is asked about one word: each context and the letter that follows it."""
    word, size = (word or "")[:MAX_LETTERS], min(8, max(1, int(block_size or 3)))
    columns = [
        ("context", "letters"),
        ("", "text"),
        ("next letter", "letters"),
        ("as numbers", "text"),
    ]
    try:
        cut = make_examples([word], vocabulary, block_size=size)
    except UnknownLetter as error:
        return table_value([], columns=columns, version=version, title=str(error))
    symbols = vocabulary.symbols
    rows = [
        (
            "".join(symbols[i] for i in context),
            "→",
            symbols[target],
            f"{' '.join(map(str, context))} → {target}",
        )
        for context, target in zip(cut.contexts.tolist(), cut.targets.tolist())
    ]
    title = (
        f"“{word}” makes {counted(len(rows), 'example')} for a model that looks "
        f"back {counted(size, 'letter')}"
    )
    return table_value(rows, columns=columns, version=version, title=title)


# --- two lists ------------------------------------------------------------------------------------


def difference(
    pairs: Comparison, chosen: str, *, names: tuple[str, str], version: int
) -> dict[str, Any]:
    """P(next | letter) in the first list less that in the second, as a heatmap."""
    change, symbols = pairs.difference, pairs.symbols
    row, col = pairs.largest()
    title = (
        f"After {symbols[row]} the two lists differ most: {symbols[col]} follows "
        f"{percent(_chance(pairs, 0, row, col))} of the time in {names[0]}, "
        f"{percent(_chance(pairs, 1, row, col))} in {names[1]}"
    )
    if len(symbols) == 1:
        title = f"{names[0].capitalize()} and {names[1]} have no letter in common"
    return heatmap_value(
        change,
        rows=symbols,
        cols=symbols,
        version=version,
        title=title,
        scale="diverging",
        transform="sqrt",
        unit="probability",
        row_name="letter before",
        col_name="letter after",
        end_mark=symbols[0],
        selected=place(pairs, chosen),
        hover="P({col} | {row}): {value}, " + f"{names[0]} less {names[1]}",
    )


def place(pairs: Comparison, chosen: str) -> tuple[int, int]:
    """Row and column of a pair given as two letters; of the largest difference if unknown."""
    at = [pairs.symbols.index(letter) for letter in (chosen or "")[:2] if letter in pairs.symbols]
    return (at[0], at[1]) if len(at) == 2 else pairs.largest()


def both_numbers(
    pairs: Comparison, chosen: str, *, names: tuple[str, str], version: int
) -> dict[str, Any] | None:
    """How the two probabilities of one cell come about; None where no letter is in both lists."""
    if len(pairs.symbols) == 1:
        return None
    row, col = place(pairs, chosen)
    before, after = pairs.symbols[row], pairs.symbols[col]
    rows = []
    for which, name in enumerate(names):
        count, total = _counts(pairs, which, row, col)
        price = f"{surprisal(count / total):.3g}" if count else "∞"
        rows.append((name, f"{count:,.0f}", f"{total:,.0f}", f"{100 * count / total:.2f} %", price))
    gap = 100 * float(pairs.difference[row, col])
    title = (
        f"{after} after {before}: {abs(gap):.3g} percentage points "
        f"{'more' if gap >= 0 else 'less'} often in {names[0]} than in {names[1]}"
    )
    heads = [
        ("", "text"),
        (f"{before}{after}", "number"),
        (f"all after {before}", "number"),
        (f"P({after} | {before})", "number"),
        ("price, bits", "number"),
    ]
    note = (
        f"{pairs.only_first} letters stand only in {names[0]}, {pairs.only_second} only in "
        f"{names[1]}; they count in “all after {before}”."
    )
    return table_value(rows, columns=heads, version=version, title=title, note=note)


def _counts(pairs: Comparison, which: int, row: int, col: int) -> tuple[float, float]:
    counts, totals = ((pairs.first, pairs.first_totals), (pairs.second, pairs.second_totals))[which]
    return float(counts[row, col]), float(totals[row])


def _chance(pairs: Comparison, which: int, row: int, col: int) -> float:
    count, total = _counts(pairs, which, row, col)
    return count / total


# --- alphabets of different size ------------------------------------------------------------------


def bits_board(checkpoints: Iterable[Checkpoint], chosen: str, *, version: int) -> dict[str, Any]:
    """Losses in bits per letter beside log2 V, so that 27 symbols and 66 can be compared."""
    lines = [(c, bits(random_guess(len(c.vocabulary))), bits(_judged(c))) for c in checkpoints]
    lines.sort(key=lambda line: line[2] / line[1])
    rows = [
        (
            c.card["corpus"]["name"],
            model_title(c),
            f"{len(c.vocabulary):,}",
            f"{guess:.3f}",
            f"{paid:.3f}",
            percent(paid / guess),
        )
        for c, guess, paid in lines
    ]
    heads = [
        ("words", "text"),
        ("model", "text"),
        ("symbols", "number"),
        ("a guess", "number"),
        ("loss", "number"),
        ("of a guess", "number"),
    ]
    strong = next((i for i, line in enumerate(lines) if line[0].name == chosen), None)
    return table_value(
        rows,
        columns=heads,
        version=version,
        title=_bits_title(rows),
        strong=strong,
        note="In bits per letter, on dev. A guess is log2 of the number of symbols: "
        "what a letter costs when all are alike.",
    )


def _judged(checkpoint: Checkpoint) -> float:
    losses = checkpoint.losses
    return losses["dev"] if "dev" in losses else next(iter(losses.values()))


def _bits_title(rows: list[tuple[str, ...]]) -> str:
    """The best model of each list, in one sentence."""
    best: dict[str, tuple[str, ...]] = {}
    for row in rows:
        best.setdefault(row[0], row)
    said = [
        f"a letter of {words} costs {row[4]} of {row[3]} bits"
        for words, row in list(best.items())[:2]
    ]
    return "; ".join(said).capitalize()
