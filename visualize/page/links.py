"""Lesson links: the whole state of a tab as an address, so that a class opens the same experiment.

?tab=bigrams&model=mlp-bn-names&row=q&smoothing=10&hide=view&ask=What+follows+q?
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import gradio as gr
import segno
from gradio.components import Component

from visualize.components.share import share_value
from visualize.page.lesson import parsed
from visualize.page.state import BACKGROUND, CLICK_EVENT, AppContext

RESERVED = ("tab", "model", "hide", "ask")
MAX_QUESTION = 200
MAX_ADDRESS = 1_500


@dataclass(frozen=True)
class LessonLink:
    """tab: its name in small letters; settings: text by control name; hide: names of controls."""

    tab: str = ""
    model: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    ask: str = ""

    def query(self) -> str:
        """The part of an address after the question mark."""
        fixed = {"tab": self.tab, "model": self.model, "hide": ",".join(self.hide), "ask": self.ask}
        return urlencode({**{key: value for key, value in fixed.items() if value}, **self.settings})

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> LessonLink:
        """The way back; whatever it does not know counts as a setting and is checked later."""
        settings = {key: value for key, value in query.items() if key not in RESERVED}
        hide = tuple(name for name in query.get("hide", "").split(",") if name)
        return cls(
            query.get("tab", ""),
            query.get("model", ""),
            settings,
            hide,
            query.get("ask", "")[:MAX_QUESTION],
        )


def wire_links(blocks: gr.Blocks, app: AppContext, tabs: gr.Tabs, share: gr.HTML) -> None:
    """Let the share panel make links of the open tab, and let a link open what it describes."""
    named = [
        (tab, name, control)
        for tab, controls in app.controls.items()
        for name, control in controls.items()
    ]
    components = [control for _, _, control in named]
    share.value = share_value(_labels(app), version=app.version())

    def shared(event: gr.EventData, model: str, *values: Any) -> dict[str, Any]:
        asked = _asked(event)
        changed = {
            name: _text(value)
            for (tab, name, control), value in zip(named, values)
            if tab == asked.tab and value != control.value
        }
        link = LessonLink(asked.tab, model or "", changed, asked.hide, asked.ask)
        address = f"{_base(event)}?{link.query()}"[:MAX_ADDRESS]
        return share_value(
            _labels(app),
            version=app.version(),
            address=address,
            qr=[list(row) for row in segno.make(address, micro=False).matrix],
        )

    def opened(query: str) -> list[Any]:
        link = _read(query)
        if not link.tab:
            return [gr.skip()] * (4 + len(named))
        updates = [
            control_update(control, link, name) if tab == link.tab else gr.skip()
            for tab, name, control in named
        ]
        told = share_value(_labels(app), version=app.version(), question=link.ask)
        known = link.tab in app.controls
        return [
            gr.Tabs(selected=link.tab) if known else gr.skip(),
            link.tab if known else gr.skip(),
            app.pick(link.model),
            told,
            *updates,
        ]

    def settled(query: str) -> list[Any]:
        """Once all controls stand as the link says, the tab draws again: on its way there it may
        have drawn, and late, what stood before."""
        link = _read(query)
        return [f"link {app.version()}" if tab == link.tab else gr.skip() for tab in app.signals]

    share.address(shared, [app.model, *components], share, **CLICK_EVENT)
    # The page itself looks for a link: without one it sends the server nothing.
    query = gr.Textbox("", visible=False)
    blocks.load(
        None,
        None,
        query,
        js="() => location.search.slice(0, MOST)".replace("MOST", str(MAX_ADDRESS)),
    )
    opening = query.change(
        opened, query, [tabs, app.open_tab, app.model, share, *components], **BACKGROUND
    )
    opening.then(settled, query, list(app.signals.values()), **BACKGROUND)


def control_update(control: Component, link: LessonLink, name: str) -> Any:
    """What a link does to one control: its value, if it is a possible one, and whether it shows."""
    update: dict[str, Any] = {}
    if name in link.settings:
        value = possible(link.settings[name], control)
        if value is not None:
            if isinstance(control, gr.State):
                return value
            update["value"] = value
    if name in link.hide and not isinstance(control, gr.State):
        update["visible"] = False
    return gr.update(**update) if update else gr.skip()


def possible(text: str, control: Component) -> Any:
    """A setting's text as a value that the control could have, or None."""
    if isinstance(control, gr.Checkbox):
        return text == "true"
    try:
        value = parsed(text, control)
    except ValueError:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    choices = [choice for _, choice in getattr(control, "choices", None) or []]
    low, high = getattr(control, "minimum", None), getattr(control, "maximum", None)
    fits = (
        (not choices or value in choices)
        and (low is None or not isinstance(value, (int, float)) or value >= low)
        and (high is None or not isinstance(value, (int, float)) or value <= high)
        and (not isinstance(value, str) or len(value) <= MAX_QUESTION)
    )
    return value if fits else None


def _read(query: str) -> LessonLink:
    """The link that the page was opened with, from `location.search`."""
    return LessonLink.from_query(dict(parse_qsl(query.lstrip("?"))))


def _labels(app: AppContext) -> dict[str, list[tuple[str, str]]]:
    """Per tab, the controls that a link can hide: (name, what it is called on the page)."""
    return {
        tab: [
            (name, str(control.label or name))
            for name, control in controls.items()
            if not isinstance(control, gr.State) and name != "part"
        ]
        for tab, controls in app.controls.items()
    }


def _asked(event: gr.EventData) -> LessonLink:
    """What the share panel asks for, from an event that may say anything."""
    hide = getattr(event, "hide", [])
    names = hide if isinstance(hide, list) else []
    return LessonLink(
        tab=str(getattr(event, "tab", ""))[:40],
        hide=tuple(str(name)[:40] for name in names[:40]),
        ask=str(getattr(event, "ask", ""))[:MAX_QUESTION],
    )


def _base(event: gr.EventData) -> str:
    base = str(getattr(event, "base", ""))
    return base[:300] if base.startswith(("http://", "https://")) else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return f"{value:.1f}" if abs(value) < 1e6 else str(int(value))
    return "" if value is None else str(value)


def tab_id(title: str) -> str:
    """The name of a tab in addresses and element ids: "Bigrams" -> "bigrams"."""
    return title.lower()
