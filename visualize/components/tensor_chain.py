"""The tensors of a net in the order of the way back, each with a tick or a cross, to be picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from visualize.components.base import clean, component, one_of

TEMPLATE = (
    '<div class="lab-chain"><p class="lab-title" role="status"></p>'
    '<div class="lab-chain-groups" role="toolbar"></div>'
    '<div class="lab-legend"></div>'
    '<p class="lab-state-empty">Nothing to show yet.</p></div>'
)
VERDICTS = ("exact", "approximate", "wrong")
CHIP_KINDS = ("step", "parameter", "fused")


@dataclass(frozen=True)
class Chip:
    """One tensor. verdict: of VERDICTS; kind: of CHIP_KINDS; spoken: for a screen reader;
    note: a few words in place of the shape; mistaken: the mistake is here."""

    name: str
    shape: tuple[int, ...]
    verdict: str
    kind: str = "step"
    spoken: str = ""
    note: str = ""
    mistaken: bool = False


def tensor_chain(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "tensors",
    **options: Any,
) -> gr.HTML:
    """The chain of `chain_value(...)`; arrow keys walk along it.

    Event: `.pick(fn)` on a click or Enter on a tensor, with `evt.index`, counted over all groups.
    """
    return component(
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label,
        **options,
    )  # fmt: skip


def tensor_chain_value(
    groups: Sequence[tuple[str, Sequence[Chip]]],
    *,
    version: int,
    title: str = "",
    begin: str = "",
    selected: int = 0,
    near: Sequence[int] = (),
) -> dict[str, Any]:
    """What the chain shows: groups of (name, chips), the first at the loss.

    begin: what the way back begins with, such as the loss.
    selected: the picked tensor, near: those beside it on the way, all counted over the groups.
    Raises ValueError for a verdict or kind that there is not, or a tensor that is not there.
    """
    count = sum(len(chips) for _, chips in groups)
    if not all(0 <= index < count for index in (selected, *near)):
        raise ValueError(f"tensors are numbered 0 to {count - 1}, not {selected}, {list(near)}")
    return {
        "version": int(version),
        "title": clean(title),
        "begin": clean(begin),
        "groups": [[clean(name), [_chip(chip) for chip in chips]] for name, chips in groups],
        "selected": int(selected),
        "near": [int(index) for index in near],
    }


def _chip(chip: Chip) -> dict[str, Any]:
    return {
        "name": clean(chip.name),
        "note": clean(chip.note or " × ".join(map(str, chip.shape))),
        "verdict": one_of(chip.verdict, VERDICTS, name="verdict"),
        "kind": one_of(chip.kind, CHIP_KINDS, name="kind"),
        "spoken": clean(chip.spoken or chip.name),
        "mistaken": bool(chip.mistaken),
    }
