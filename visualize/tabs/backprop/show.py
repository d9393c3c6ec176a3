"""From a batch, a mistake and a picked tensor to all that the Backprop tab shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from makemore.backprop.chain import BREAKS, GRADIENTS, FusedRecord, TensorRecord
from makemore.corpora.corpus import Corpus
from visualize.components.definition_list import definition_list_value
from visualize.components.tensor_chain import Chip, tensor_chain_value
from visualize.tabs.backprop.one_pass import AT_ONCE, BATCHES, Pass, uses
from visualize.tabs.backprop.pictures import Layout, layout_of, pictures, start_cell
from visualize.tabs.backprop.words import (
    batch_words,
    cell_lines,
    cell_title,
    chip_words,
    headline,
    mistake_lines,
    tensor_lines,
    tensor_title,
)

GROUPS = {  # what the steps belong to, and the last of each
    "Cross-entropy": "logits" + AT_ONCE,
    "Output, tanh": "hpreact",
    "BatchNorm": "hprebn" + AT_ONCE,
    "Letters": "C",
}
FUSED = ("logits", "hprebn")
KEYS = tuple(
    key for name in GRADIENTS for key in ((name, name + AT_ONCE) if name in FUSED else (name,))
)
FIRST = "logits"  # the lecture's own picture


def show(
    passes: Callable[[Corpus, int, str | None], Pass],
    corpus: Corpus,
    tensor: str,
    broken: str,
    number: float | None,
    cell: str,
    *,
    version: int,
) -> tuple[Any, ...]:
    """The chain, the mistake, the button that mends it, the tensor, its code, by hand, by
    autograd, its values, one cell, and a note on the batch. A setting that makes no sense is as
    if it were not there.
    """
    key = tensor if tensor in KEYS else FIRST
    seen = passes(
        corpus, min(max(1, int(number or 1)), BATCHES), broken if broken in BREAKS else None
    )
    record, layout = seen.records[key], layout_of(seen, seen.records[key])
    place = place_of(cell, key, layout)
    if place is None:
        place = start_cell(record, layout)
    said = definition_list_value(mistake_lines(seen), version=version)
    about = definition_list_value(
        tensor_lines(seen, key, note=layout.note), version=version, title=tensor_title(seen, key)
    )
    one = definition_list_value(
        cell_lines(seen, key, place), version=version, title=cell_title(seen, key, place)
    )
    return (
        chain_of(seen, key, version=version),
        said,
        gr.update(visible=seen.done.broken is not None),
        about,
        code_of(record),
        *pictures(record, layout, place, version=version),
        one,
        batch_words(seen, corpus.name, synthetic=corpus.synthetic),
    )


def place_of(cell: str, key: str, layout: Layout) -> int | None:
    """A click on "row column tensor" as a place in the tensor; None if that is not this one's."""
    row, _, rest = (cell or "").partition(" ")
    col, _, name = rest.partition(" ")
    if name != key or not (row.isdecimal() and col.isdecimal()):
        return None
    inside = int(row) < layout.places.shape[0] and int(col) < layout.places.shape[1]
    place = int(layout.places[int(row), int(col)]) if inside else -1
    return place if place >= 0 else None


def chain_of(seen: Pass, key: str, *, version: int) -> dict[str, Any]:
    """All tensors with their verdicts, the picked one and those next to it on the way."""
    record = seen.records[key]
    users = [] if isinstance(record, FusedRecord) else seen.users(record.name)
    near = [i for i, name in enumerate(KEYS) if name in (*uses(record), *users)]
    groups, begin = [], 0
    for name, last in GROUPS.items():
        end = KEYS.index(last) + 1
        groups.append((name, [_chip(seen.records[k]) for k in KEYS[begin:end]]))
        begin = end
    return tensor_chain_value(
        groups,
        version=version,
        title=headline(seen),
        begin=f"loss {seen.done.loss:#.4g}",
        selected=KEYS.index(key),
        near=near,
    )


def _chip(record: TensorRecord) -> Chip:
    fused = isinstance(record, FusedRecord)
    kind = "fused" if fused else "parameter" if record.forward == "parameter" else "step"
    return Chip(
        record.name,
        record.shape,
        record.verdict,
        kind,
        spoken=chip_words(record),
        note="in one step" if fused else "",
        mistaken=record.mistaken,
    )


def code_of(record: TensorRecord) -> str:
    """The very lines that computed a gradient, as Markdown."""
    where = "mistakes" if record.mistaken else "gradients"
    return (
        f"The lines that computed d{record.name}, from `makemore/{where}.py`:\n\n"
        f"```python\n{record.source}\n```"
    )
