"""Inside: a real batch on its way through a net, forward and back (makemore lectures 3 and 5).

Five parts, one at a time. Only the part that is open computes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from makemore.checkpoint.checkpoint import Checkpoint
from visualize.page.state import BACKGROUND, AppContext, SessionModel
from visualize.tabs.inside import batchnorm as inside_batchnorm
from visualize.tabs.inside import layers as inside_layers
from visualize.tabs.inside import start as inside_start
from visualize.tabs.inside import tree as inside_tree
from visualize.tabs.inside import updates as inside_updates
from visualize.tabs.inside.view import Requirement, Section

PARTS: dict[str, Callable[[AppContext, dict], Section]] = {
    "Layers": inside_layers.build,
    "First weights": inside_start.build,
    "Pace of learning": inside_updates.build,
    "BatchNorm": inside_batchnorm.build,
    "WaveNet tree": inside_tree.build,
}


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    part = gr.Radio(
        list(PARTS),
        value=next(iter(PARTS)),
        label="Look at",
        elem_id="inside-part",
        elem_classes="lab-parts",
    )
    with gr.Column(visible=False, elem_id="inside-need") as need:
        lack = gr.Markdown(elem_id="inside-lack")
        remedy = gr.Button("Open", size="sm", elem_id="inside-remedy", elem_classes="lab-button")
    sections = {name: lay_out(app, {"part": part}) for name, lay_out in PARTS.items()}
    for name, section in sections.items():
        _hide(section, first=name == part.value)
        _wire(app, section)
    _switch(app, sections, part, [need, lack, remedy])
    _share(app, {"part": part})

    def open_other(model, own, name):
        """The model that the button offers; nothing where no model is asked for."""
        section = sections.get(name) if isinstance(name, str) else None
        need = section and _need(section, app.checkpoint(model, own), app)
        return app.pick(need.name) if need else gr.skip()

    remedy.click(open_other, [app.model, app.own, part], app.model, **BACKGROUND)


def _share(app: AppContext, own: dict[str, gr.components.Component]) -> None:
    """The lessons of all parts have told what they can set; a link to this tab may set it all."""
    parts = [name for name in app.controls if name.split("-")[0] == "inside"]
    for name in parts:
        own = own | app.controls.pop(name)
    app.controls["inside"] = own


def _hide(section: Section, *, first: bool) -> None:
    section.box.visible = first


def _wire(app: AppContext, section: Section) -> None:
    """A part's own controls redraw that part alone."""

    def refresh(model, own, *settings):
        checkpoint = app.checkpoint(model, own)
        if section.need(checkpoint):
            return [gr.skip()] * len(section.outputs)
        return list(
            section.refresh(
                checkpoint,
                app.corpus(checkpoint, own),
                *settings,
                version=app.version(),
            )
        )

    controls = list(section.controls.values())
    app.on([control.change for control in controls], refresh, controls, section.outputs)


def _switch(
    app: AppContext,
    sections: dict[str, Section],
    part: gr.Radio,
    state: list[gr.components.Component],
) -> None:
    """Another part, or another model: one handler shows, hides and redraws what is open."""
    boxes = [section.box for section in sections.values()]
    pictures = [out for section in sections.values() for out in section.outputs]
    controls = [c for section in sections.values() for c in section.controls.values()]

    def show(model, own, name, *settings):
        return opened(app, sections, (model, own, name), settings, state)

    app.on([app.changed, part.change], show, [part, *controls], [*state, *boxes, *pictures])
    first = sections[part.value]
    values = show(app.default().name, None, part.value, *(c.value for c in controls))
    for component in first.outputs:
        value = values.get(component)
        if not isinstance(value, dict) or "__type__" not in value:
            component.value = value


def opened(
    app: AppContext,
    sections: dict[str, Section],
    chosen: tuple[str | None, SessionModel | None, str],
    settings: tuple,
    state: list[gr.components.Component],
) -> dict[Any, Any]:
    """What changes on the page when this part is opened on this model, by component.

    settings: of all controls of all parts, in their order; state: the box, the sentence and the
    button that stand in for a part whose model lacks something.
    """
    model, own, name = chosen
    name = name if name in sections else next(iter(sections))
    section, checkpoint = sections[name], app.checkpoint(model, own)
    need = _need(section, checkpoint, app)
    box, lack, remedy = state
    updates: dict[Any, Any] = {
        other.box: gr.update(visible=other is section and need is None)
        for other in sections.values()
    }
    updates[box] = gr.update(visible=need is not None)
    if need is not None:
        return updates | {lack: need.sentence, remedy: gr.update(value=need.button)}
    before = sum(len(s.controls) for s in list(sections.values())[: list(sections).index(name)])
    own_settings = settings[before : before + len(section.controls)]
    values = section.refresh(
        checkpoint, app.corpus(checkpoint, own), *own_settings, version=app.version()
    )
    return updates | dict(zip(section.outputs, values))


def _need(section: Section, checkpoint: Checkpoint, app: AppContext) -> Requirement | None:
    """What the model lacks, with a remedy that this lab has."""
    need = section.need(checkpoint)
    if need is None or need.name in app.library.checkpoints:
        return need
    return Requirement(need.sentence, "Open another model", app.default().name)
