"""Backprop: 26 gradients by hand beside autograd's, and how to get them wrong (lecture 4)."""

from __future__ import annotations

from typing import Any

import gradio as gr

from makemore.backprop.chain import BREAKS, backpropagate
from makemore.backprop.gradients import forward
from visualize.components.definition_list import definition_list
from visualize.components.heatmap import heatmap
from visualize.components.tensor_chain import tensor_chain
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, on
from visualize.page.state import BACKGROUND, CLICK_EVENT, AppContext, cell_of
from visualize.tabs.backprop.one_pass import MENDED, remembered
from visualize.tabs.backprop.show import FIRST, KEYS, show


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    tensor, cell = gr.State(FIRST), gr.State("")  # cell: "row column tensor", of the last click
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            way = tensor_chain(elem_id="backprop-chain", label="Tensors from the loss back to C")
            broken = gr.Radio(
                [("Nothing", MENDED), *((b.title, b.name) for b in BREAKS.values())],
                value=MENDED,
                label="Break it",
                elem_id="backprop-break",
            )
            said = definition_list(elem_id="backprop-said", label="what is wrong")
            mend = gr.Button(
                "Mend it",
                size="sm",
                visible=False,
                elem_id="backprop-mend",
                elem_classes="lab-button",
            )
            outputs = [way, said, mend, *_tensor_column()]
        with gr.Column(elem_classes="lab-side"):
            batch = gr.Number(1, precision=0, label="Batch number", elem_id="backprop-batch")
            outputs.append(gr.Markdown(elem_id="backprop-note", elem_classes="lab-note"))
            controls = {"tensor": tensor, "break": broken, "batch": batch, "cell": cell}
            lesson_panel("backprop", app=app, controls=controls, code=(forward, backpropagate))
    _wire(app, controls, outputs)
    _wire_clicks(controls, way, outputs[5:8], mend)


def _tensor_column() -> list[Any]:
    """What there is to see of the picked tensor, top down."""
    about = definition_list(elem_id="backprop-about", label="the picked tensor")
    source = gr.Markdown(elem_id="backprop-source", elem_classes="lab-code")
    with gr.Row(elem_classes="lab-pair"):
        by_hand = heatmap(elem_id="backprop-hand", label="gradient by hand")
        autograd = heatmap(elem_id="backprop-autograd", label="gradient by autograd")
    with gr.Row(elem_classes="lab-pair"):
        values = heatmap(elem_id="backprop-values", label="values")
        one = definition_list(elem_id="backprop-cell", label="one cell")
    return [about, source, by_hand, autograd, values, one]


def _wire(app: AppContext, controls: dict[str, Any], outputs: list) -> None:
    """Any setting redraws the whole tab: a pass takes 6 ms."""
    passes = remembered()

    def refresh(context: Context, **settings: Any) -> dict[str, Any]:
        seen = show(passes, context.corpus, *settings.values(), version=context.version())
        return dict(zip(named, seen))

    named = {str(i): component for i, component in enumerate(outputs)}
    triggers = [app.changed, *(control.change for control in controls.values())]
    on(app, triggers, refresh, controls, named, initial=True)


def _wire_clicks(
    controls: dict[str, Any], way: gr.HTML, maps: list[gr.HTML], mend: gr.Button
) -> None:
    """Clicks pick a tensor or a cell; a mistake picks the tensor that it is in."""
    way.pick(picked, None, controls["tensor"], **CLICK_EVENT)
    for picture in maps:
        picture.cell(clicked, controls["tensor"], controls["cell"], **CLICK_EVENT)
    controls["break"].input(
        lambda name: BREAKS[name].tensor if name in BREAKS else gr.skip(),
        controls["break"],
        controls["tensor"],
        **BACKGROUND,
    )
    mend.click(lambda: MENDED, None, controls["break"], **BACKGROUND)


def picked(event: gr.EventData) -> Any:
    """The tensor of a chip."""
    index = getattr(event, "index", None)
    known = isinstance(index, int) and 0 <= index < len(KEYS)
    return KEYS[index] if known else gr.skip()


def clicked(tensor: str, event: gr.EventData) -> Any:
    """The cell that was clicked, as the state keeps it."""
    at = cell_of(event)
    return gr.skip() if at is None else f"{at[0]} {at[1]} {tensor}"
