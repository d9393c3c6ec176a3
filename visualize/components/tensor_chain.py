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
CSS = """
.lab-chain { font: var(--lab-size-2)/1.4 var(--lab-font); color: var(--lab-ink); }
.lab-chain [hidden] { display: none !important; }
.lab-chain-groups { display: grid; gap: 10px; }
.lab-chain-group { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 4px 16px;
  align-items: baseline; }
.lab-chain-group > span { font-size: var(--lab-size-1); color: var(--lab-muted); }
.lab-chain-chips { display: flex; flex-wrap: wrap; align-items: baseline; gap: 6px; }
.lab-chain-begin { margin-right: 6px; font-size: var(--lab-size-1);
  font-variant-numeric: tabular-nums; }
.lab-chip { display: inline-flex; align-items: baseline; gap: 6px; padding: 3px 8px;
  font: var(--lab-size-1)/1.4 var(--lab-mono); color: var(--lab-ink); background: none;
  border: 1px solid var(--lab-line); border-radius: 3px; cursor: pointer; }
.lab-chip:hover { background: var(--lab-surface); border-color: var(--lab-accent); }
.lab-chip small { font: var(--lab-size-1) var(--lab-font); color: var(--lab-muted);
  font-variant-numeric: tabular-nums; }
.lab-chip b { font: 600 var(--lab-size-1) var(--lab-font); color: var(--lab-right); }
.lab-chip[data-kind="parameter"] span { text-decoration: underline; text-underline-offset: 3px; }
.lab-chip[data-kind="fused"] { border-style: dashed; }
.lab-chip[data-verdict="wrong"] { color: var(--lab-wrong); border-color: var(--lab-wrong); }
.lab-chip[data-verdict="wrong"] :is(b, small) { color: var(--lab-wrong); }
.lab-chip[data-near] { box-shadow: inset 0 -3px var(--lab-muted); }
.lab-chip[data-mistaken] span { font-weight: 700; }
.lab-chip[aria-pressed="true"] { outline: 2px solid var(--lab-accent); outline-offset: 0;
  background: var(--lab-surface); }
.lab-chip:focus-visible { outline-offset: 3px !important; }
.lab-chain .lab-right { color: var(--lab-right); }
.lab-chain .lab-wrong { color: var(--lab-wrong); }
@media (max-width: 800px) { .lab-chain-group { grid-template-columns: minmax(0, 1fr); } }
"""
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
        __file__, value, template=TEMPLATE, elem_id=elem_id, label=label, css_template=CSS,
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
