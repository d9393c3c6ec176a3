"""Only the tab that is seen follows the sidebar; the others catch up when they are opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import gradio as gr

from visualize.page.state import BACKGROUND, AppContext


def prepare_signals(app: AppContext, tabs: Iterable[str]) -> None:
    """Give each tab a signal, before the tabs are laid out: `app.changed` is its change."""
    first = _state(app.model.value, app.lists.value)
    app.signals.update({tab: gr.State(first) for tab in tabs})
    app.open_tab.value = next(iter(app.signals))


def follow_open_tab(app: AppContext, tabs: Mapping[str, gr.Tab]) -> None:
    """Tell the open tab of another model or list at once, and any other when it is opened."""
    chosen = [app.model, app.lists]

    def tell(seen: str, model: str, lists: int) -> list[Any]:
        return [_state(model, lists) if tab == seen else gr.skip() for tab in app.signals]

    def opened(tab: str):
        return lambda model, lists: (tab, _state(model, lists))

    gr.on(
        [app.model.change, app.lists.change],
        tell,
        [app.open_tab, *chosen],
        list(app.signals.values()),
        trigger_mode="always_last",
        **BACKGROUND,
    )
    for name, tab in tabs.items():
        tab.select(opened(name), chosen, [app.open_tab, app.signals[name]], **BACKGROUND)


def _state(model: str | None, lists: int) -> str:
    """What a tab draws from: it is redrawn when this changes."""
    return f"{model} {lists}"
