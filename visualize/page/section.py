"""A section: one part of a tab, with its controls, its pictures, and how they are drawn.

A tab of several sections shows one at a time. Only the open section computes anything: when it is
opened, when another model is chosen, and when one of its own controls changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import gradio as gr
from gradio.components import Component

from makemore.analysis.bigram_table import BigramTable
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from visualize.page.state import BACKGROUND, AppContext, SessionModel


@dataclass(frozen=True)
class Context:
    """What a section is drawn from: the model that this visitor has chosen, and its words."""

    app: AppContext
    model: str | None
    own: SessionModel | None

    @property
    def checkpoint(self) -> Checkpoint:
        return self.app.checkpoint(self.model, self.own)

    @property
    def corpus(self) -> Corpus:
        return self.app.corpus(self.checkpoint, self.own)

    @property
    def table(self) -> BigramTable:
        return self.app.table(self.model, self.own)

    def version(self) -> int:
        """A number that no picture has had before."""
        return self.app.version()


@dataclass(frozen=True)
class Requirement:
    """What a model lacks for a section.

    message: a sentence for the place of the section
    button:  what the button below it says
    model:   the checkpoint that the button opens
    """

    message: str
    button: str
    model: str


Refresh = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Section:
    """One part of a tab.

    box:      what is shown or hidden as a whole
    controls: what its pictures depend on, by the names that lessons and links use
    outputs:  its pictures, by name
    refresh:  refresh(context, **controls) -> {output: value}; an output that it leaves out stays
    requires: what a checkpoint lacks for this section, or None
    on_its_own: controls that have events of their own and do not call `refresh`
    """

    box: gr.Column
    controls: dict[str, Component]
    outputs: dict[str, Component]
    refresh: Refresh
    requires: Callable[[Checkpoint], Requirement | None] = field(default=lambda checkpoint: None)
    on_its_own: tuple[str, ...] = ()


def on(
    app: AppContext,
    triggers: Sequence[Any],
    refresh: Refresh,
    controls: Mapping[str, Component],
    outputs: Mapping[str, Component],
    *,
    queue: bool = True,
    initial: bool = False,
) -> tuple[Callable[..., Any], list[Any]]:
    """Call `refresh(context, **controls)` on any trigger; it returns {output: value}.

    initial: fill the outputs once now, for the page's first picture.
    queue:   False for what takes a few milliseconds

    Returns the guarded function and its inputs, as `AppContext.on` does.
    """

    def answer(model: str | None, own: SessionModel | None, *values: Any) -> dict[Any, Any]:
        found = refresh(Context(app, model, own), **dict(zip(controls, values)))
        return {outputs[name]: value for name, value in found.items()}

    guarded = app.on(triggers, answer, list(controls.values()), list(outputs.values()), queue=queue)
    if initial:
        fill(answer(app.default().name, None, *(control.value for control in controls.values())))
    return guarded


def fill(values: Mapping[Component, Any]) -> None:
    """Put values into components before the page is served; updates are left out."""
    for component, value in values.items():
        if not isinstance(value, dict) or "__type__" not in value:
            component.value = value


Builder = Callable[[AppContext, dict[str, Component]], Section]


def build_sections(
    app: AppContext, tab: str, builders: Mapping[str, Builder], *, switch_id: str
) -> None:
    """Lay out the sections of a tab and wire them. Each builder takes (app, {"part": the switch}).

    builders: by title, in the order of the switch
    """
    part = gr.Radio(
        list(builders),
        value=next(iter(builders)),
        label="Look at",
        elem_id=switch_id,
        elem_classes="lab-parts",
    )
    with gr.Column(visible=False, elem_id=f"{tab}-need") as stand_in:
        message = gr.Markdown(elem_id=f"{tab}-lack")
        button = gr.Button("Open", size="sm", elem_id=f"{tab}-remedy", elem_classes="lab-button")
    sections = {title: build(app, {"part": part}) for title, build in builders.items()}
    for title, section in sections.items():
        section.box.visible = title == part.value
        _redraw_on_its_controls(app, section)
    standing_in = {"box": stand_in, "message": message, "button": button}
    _switch(app, sections, part, standing_in)
    button.click(
        lambda model, own, title: offered(app, sections, (model, own, title)),
        [app.model, app.own, part],
        app.model,
        **BACKGROUND,
    )


def _redraw_on_its_controls(app: AppContext, section: Section) -> None:
    def refresh(context: Context, **controls: Any) -> Mapping[str, Any]:
        if section.requires(context.checkpoint):
            return {}
        return section.refresh(context, **controls)

    followed = [c for name, c in section.controls.items() if name not in section.on_its_own]
    triggers = [cast("Any", control).change for control in followed]  # Gradio adds its events late
    if triggers:
        on(app, triggers, refresh, section.controls, section.outputs)


def _switch(
    app: AppContext,
    sections: dict[str, Section],
    part: gr.Radio,
    standing_in: dict[str, Any],
) -> None:
    """Another part, or another model: one handler shows, hides and redraws what is open."""
    controls = [c for section in sections.values() for c in section.controls.values()]
    pictures = [out for section in sections.values() for out in section.outputs.values()]
    boxes = [section.box for section in sections.values()]

    def show(model, own, title, *settings):
        return opened(app, sections, (model, own, title), settings, standing_in)

    triggers = [app.changed, part.change]
    app.on(triggers, show, [part, *controls], [*standing_in.values(), *boxes, *pictures])
    first = sections[part.value]
    values = show(app.default().name, None, part.value, *(control.value for control in controls))
    fill({out: values[out] for out in first.outputs.values() if out in values})


def opened(
    app: AppContext,
    sections: Mapping[str, Section],
    chosen: tuple[str | None, SessionModel | None, Any],
    settings: Sequence[Any],
    standing_in: Mapping[str, Any],
) -> dict[Any, Any]:
    """What changes on the page when a section is opened on a model, by component.

    chosen:      model, own, title of the section; an unknown title counts as the first
    settings:    of all controls of all sections, in their order
    standing_in: the box, the message and the button that take the place of a section whose model
                 lacks something
    """
    model, own, title = chosen
    title = title if title in sections else next(iter(sections))
    section, context = sections[title], Context(app, model, own)
    lacking = requirement(section, context)
    updates: dict[Any, Any] = {
        other.box: gr.update(visible=other is section and lacking is None)
        for other in sections.values()
    }
    updates[standing_in["box"]] = gr.update(visible=lacking is not None)
    if lacking is not None:
        button = gr.update(value=lacking.button)
        return updates | {standing_in["message"]: lacking.message, standing_in["button"]: button}
    values = iter(settings)
    of_each = {name: [next(values) for _ in s.controls] for name, s in sections.items()}
    found = section.refresh(context, **dict(zip(section.controls, of_each[title])))
    return updates | {section.outputs[name]: value for name, value in found.items()}


def requirement(section: Section, context: Context) -> Requirement | None:
    """What the model lacks, with a model that this lab has."""
    lacking = section.requires(context.checkpoint)
    if lacking is None or lacking.model in context.app.library.checkpoints:
        return lacking
    return Requirement(lacking.message, "Open another model", context.app.default().name)


def offered(
    app: AppContext,
    sections: Mapping[str, Section],
    chosen: tuple[str | None, SessionModel | None, Any],
) -> Any:
    """An update that chooses the model of the button; none where nothing is lacking."""
    model, own, title = chosen
    section = sections.get(title) if isinstance(title, str) else None
    lacking = section and requirement(section, Context(app, model, own))
    return app.pick(lacking.model) if lacking else gr.skip()
