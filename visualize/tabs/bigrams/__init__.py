"""Bigrams: counting, looking further back, and a net that finds the counts (makemore lecture 1)."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from visualize.page.state import BACKGROUND, AppContext
from visualize.tabs.bigrams import net as bigrams_net
from visualize.tabs.bigrams import orders as bigrams_orders
from visualize.tabs.bigrams import table as bigrams_table

PARTS: dict[str, Callable[[AppContext, gr.Radio], None]] = {
    bigrams_table.PART: bigrams_table.build,
    bigrams_orders.PART: bigrams_orders.build,
    bigrams_net.PART: bigrams_net.build,
}


def build(app: AppContext) -> None:
    """Lay out the tab: three parts, one at a time. A part computes only while it is open."""
    part = gr.Radio(
        list(PARTS),
        value=bigrams_table.PART,
        label="Look at",
        elem_id="bigram-part",
        elem_classes="lab-parts",
    )
    boxes = []
    for name, lay_out in PARTS.items():
        with gr.Column(visible=name == part.value) as box:
            lay_out(app, part)
        boxes.append(box)
    part.change(
        lambda chosen: [gr.update(visible=name == chosen) for name in PARTS],
        part,
        boxes,
        **BACKGROUND,
    )
