"""Only the tab that is seen follows the sidebar; the others catch up when they are opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import gradio as gr

from visualize.page.state import QUIET, Workbench


def prepare_signals(workbench: Workbench, tabs: Iterable[str]) -> None:
    """Give each tab a signal, before the tabs are laid out: `workbench.changed` is its change."""
    first = _state(workbench.model.value, workbench.lists.value)
    workbench.signals.update({tab: gr.State(first) for tab in tabs})
    workbench.open_tab.value = next(iter(workbench.signals))


def follow_open_tab(workbench: Workbench, tabs: Mapping[str, gr.Tab]) -> None:
    """Tell the open tab of another model or list at once, and any other when it is opened."""
    chosen = [workbench.model, workbench.lists]

    def tell(seen: str, model: str, lists: int) -> list[Any]:
        return [_state(model, lists) if tab == seen else gr.skip() for tab in workbench.signals]

    def opened(tab: str):
        return lambda model, lists: (tab, _state(model, lists))

    gr.on(
        [workbench.model.change, workbench.lists.change],
        tell,
        [workbench.open_tab, *chosen],
        list(workbench.signals.values()),
        trigger_mode="always_last",
        **QUIET,
    )
    for name, tab in tabs.items():
        tab.select(opened(name), chosen, [workbench.open_tab, workbench.signals[name]], **QUIET)


def _state(model: str | None, lists: int) -> str:
    """What a tab draws from: it is redrawn when this changes."""
    return f"{model} {lists}"
