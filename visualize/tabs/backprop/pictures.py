"""Tensors of any shape as heatmaps: which cell of the picture is which number of the tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from makemore.backprop.chain import TensorRecord
from visualize.components.heatmap import MAX_CELLS, MAX_SIDE, heatmap_value
from visualize.tabs.backprop.one_pass import Pass
from visualize.tabs.backprop.sums import number

EXAMPLE, LETTER, NEURON, INPUT, NUMBER = "example", "letter", "neuron", "input", "number"
AXES = {  # what the rows and columns are; of what has one number a row or column, only that
    **dict.fromkeys(("logprobs", "probs", "counts", "norm_logits", "logits"), (EXAMPLE, LETTER)),
    **dict.fromkeys(("counts_sum_inv", "counts_sum", "logit_maxes"), (EXAMPLE,)),
    **dict.fromkeys(("h", "hpreact", "bnraw", "bndiff2", "bndiff", "hprebn"), (EXAMPLE, NEURON)),
    **dict.fromkeys(("bngain", "bnbias", "bnvar_inv", "bnvar", "bnmeani", "b1"), (NEURON,)),
    "W2": (NEURON, LETTER),
    "b2": (LETTER,),
    "W1": (INPUT, NEURON),
    "C": (LETTER, NUMBER),
    "embcat": (EXAMPLE, INPUT),
    "emb": (EXAMPLE, INPUT),
}
SMALL = "\u200b" * 2  # nothing to see; cells under labels of three signs may be 9 px wide, not 12
TALL = 1.5  # times as many rows as columns: laid on its side, or the page gets too long


@dataclass(frozen=True)
class Layout:
    """Where the numbers of a tensor stand in its picture.

    places: (R, C) flat indices into the tensor, -1 for a blank cell; rows, cols: labels;
    names: what rows and columns are; texts: (R, C) what is written in the cells, or None;
    note: what was done to the shape, in words, may be empty
    """

    places: np.ndarray
    rows: tuple[str, ...]
    cols: tuple[str, ...]
    names: tuple[str, str]
    texts: list[list[str]] | None = None
    note: str = ""

    def cell(self, place: int) -> tuple[int, int] | None:
        """Row and column of a number, None if it is not in the picture."""
        found = np.argwhere(self.places == place)
        return (int(found[0, 0]), int(found[0, 1])) if len(found) else None

    def spread(self, values: np.ndarray) -> np.ndarray:
        """The tensor's numbers as the picture has them; blank cells are not a number."""
        flat = values.reshape(-1)
        return np.where(self.places < 0, np.nan, flat[self.places.clip(0)])


def layout_of(seen: Pass, record: TensorRecord) -> Layout:
    """A vector in short rows, a matrix as it is or on its side, the embeddings letter by letter."""
    labels = [_labels(seen, axis, record) for axis in AXES[record.name]]
    if len(labels) == 1:
        return _folded(labels[0], AXES[record.name][0])
    rows, cols = labels
    places = np.arange(len(rows) * len(cols)).reshape(len(rows), len(cols))
    names, notes = AXES[record.name], []
    if record.name == "emb":
        notes.append("its three dimensions as two: the letters of an example side by side")
    if len(rows) > TALL * len(cols):
        places, rows, cols, names = places.T, cols, rows, names[::-1]
        notes.append("on its side: what are rows runs across")
    tall, wide = _limits(*places.shape)
    if (tall, wide) != places.shape:
        notes.append(
            f"too many cells to read: the first {tall} × {wide} of "
            f"{places.shape[0]} × {places.shape[1]}"
        )
    return Layout(places[:tall, :wide], rows[:tall], cols[:wide], names, note="; ".join(notes))


def _limits(rows: int, cols: int) -> tuple[int, int]:
    """As much of a matrix as a heatmap can show."""
    cols = min(cols, MAX_SIDE)
    return min(rows, MAX_SIDE, MAX_CELLS // cols), cols


def _folded(labels: tuple[str, ...], name: str) -> Layout:
    """A vector in rows of 8, 16 or 32, each cell with its label in it."""
    count = min(len(labels), MAX_SIDE)
    wide = 8 if count <= 64 else 16 if count <= 128 else 32
    places = np.full(-(-count // wide) * wide, -1)
    places[:count] = np.arange(count)
    places = places.reshape(-1, wide)
    texts = [[labels[i] if i >= 0 else "" for i in row] for row in places]
    note = f"one number for each {name}, {wide} a row"
    if count < len(labels):
        note += f"; the first {count} of {len(labels)}"
    return Layout(
        places,
        tuple(row[0] for row in texts),
        tuple(f"+{i}" for i in range(wide)),
        (name, ""),
        texts,
        note,
    )


def _labels(seen: Pass, axis: str, record: TensorRecord) -> tuple[str, ...]:
    if axis == EXAMPLE:
        return tuple(example(seen, i) for i in range(seen.size))
    if axis == LETTER:
        return seen.vocabulary.symbols
    sizes = {
        "hidden": seen.records["h"].shape[1],
        "input": seen.records["embcat"].shape[1],
        "number": seen.records["C"].shape[1],
    }
    return tuple(map(str, range(sizes["hidden" if axis == NEURON else axis])))


def example(seen: Pass, i: int) -> str:
    """ ".em→m": what the net sees, and what comes next."""
    symbols = seen.vocabulary.symbols
    before = "".join(symbols[k] for k in seen.done.contexts[i])
    return f"{before}→{symbols[seen.done.targets[i]]}"


def where(seen: Pass, record: TensorRecord, place: int) -> str:
    """The cell in words: "example 3 (.em→m), letter a"."""
    axes = AXES[record.name]
    size = len(_labels(seen, axes[-1], record))
    at = (place // size, place % size) if len(axes) == 2 else (place,)
    return ", ".join(_named(seen, axis, i) for axis, i in zip(axes, at))


def _named(seen: Pass, axis: str, i: int) -> str:
    if axis == EXAMPLE:
        return f"example {i + 1} ({example(seen, i)})"
    if axis == INPUT:
        letter, n = divmod(i, seen.records["C"].shape[1])
        return f"number {n + 1} of letter {letter + 1}"
    return f"letter {seen.vocabulary.symbols[i]}" if axis == LETTER else f"{axis} {i}"


def start_cell(record: TensorRecord, layout: Layout) -> int:
    """The cell to look at first: of a wrong gradient the worst, else the largest."""
    wrong = record.verdict == "wrong"
    size = np.abs(record.by_hand - record.autograd if wrong else record.autograd)
    shown = layout.spread(size)
    return int(layout.places.flat[np.nanargmax(shown)])


def pictures(
    record: TensorRecord, layout: Layout, place: int, *, version: int
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Three heatmaps: the gradient by hand, autograd's on the same scale, and the values."""
    size = float(max(np.abs(record.by_hand).max(), np.abs(record.autograd).max()))
    values = _heatmap(
        record.value,
        layout,
        place,
        version,
        f"{record.name} itself: " + _range(record.value),
        hover="{value}",
    )
    by_hand = _heatmap(
        record.by_hand,
        layout,
        place,
        version,
        "By hand: " + _range(record.by_hand),
        vmax=size,
        beside=record.autograd,
        hover="{value} by hand, {numerator} by autograd",
    )
    autograd = _heatmap(
        record.autograd,
        layout,
        place,
        version,
        "Autograd: " + _range(record.autograd),
        vmax=size,
        beside=record.by_hand,
        hover="{value} by autograd, {numerator} by hand",
    )
    return by_hand, autograd, values


def _heatmap(
    values: np.ndarray,
    layout: Layout,
    place: int,
    version: int,
    title: str,
    *,
    hover: str,
    vmax: float | None = None,
    beside: np.ndarray | None = None,
) -> dict[str, Any]:
    at: Sequence[str] = ("{row}, {col}: ", "{row} {col}: ")
    return heatmap_value(
        layout.spread(values),
        rows=layout.rows,
        cols=[col + SMALL for col in layout.cols],
        version=version,
        title=title,
        scale="diverging",
        vmax=vmax,
        text=layout.texts,
        row_name=layout.names[0],
        col_name=layout.names[1],
        selected=layout.cell(place),
        numerators=None if beside is None else layout.spread(beside),
        hover=at[layout.texts is not None] + hover,
    )


def _range(values: np.ndarray) -> str:
    return " to ".join(number(x, digits=3) for x in (values.min(), values.max()))
