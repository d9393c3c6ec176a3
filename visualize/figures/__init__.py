"""Figures: arrays and labels in, figure out. No torch, no gradio, no makemore.

Plotly figures name their colours as CSS variables of the page (`colour`), which the browser
resolves when it draws: one figure serves light and dark, and all taste stays in `style.py`.
The title is not in the figure: it is a sentence that the caller computes and the page shows.
`layout.meta["words"]` says in words what is to be seen, for people who do not see it.
"""

from __future__ import annotations

import html

import plotly.graph_objects as go

from visualize.style import FONT, SIZES

# Runs and groups on one axis: hues that differ for colour-blind eyes, and dashes that differ too.
SERIES = ("kind-consonant", "kind-vowel", "kind-digit", "kind-capital", "kind-mark", "kind-letter")
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot", "dot")


def colour(name: str, *, opacity: float = 1.0) -> str:
    """A colour of the page, `colour("kind-vowel")`; below 1 the opacity stands where CSS has its
    fallback, `var(--lab-kind-vowel, 20%)`, and plotly_view.js reads it there."""
    return f"var(--lab-{name})" if opacity >= 1 else f"var(--lab-{name}, {round(100 * opacity)}%)"


def series(index: int) -> tuple[str, str]:
    """Colour name and dash of the index-th run or group; they come round again after six."""
    return SERIES[index % len(SERIES)], DASHES[index % len(DASHES)]


def shown(symbol: str) -> str:
    """A letter as a label that plotly cannot mistake for markup, and that is never invisible."""
    return html.escape("␣" if symbol == " " else printable(symbol))


def printable(symbol: str) -> str:
    """The text itself, or its escape (`\\x00`) where a letter has no picture."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in symbol)


def number(value: float) -> str:
    """Four significant digits with a true minus: what hovers and labels show."""
    return f"{value:,.4g}".replace("-", "−")


def percent(share: float) -> str:
    """A share from 0 to 1 in per cent, two significant digits below ten: 0.0278 is `2.8 %`."""
    return f"{100 * share:.0f} %" if share >= 0.0995 or share == 0 else f"{100 * share:.2g} %"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number and its noun: `1 letter`, `2 letters`, `1,000 cities`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def blank(words: str, *, x_title: str = "", y_title: str = "") -> go.Figure:
    """A figure with axes, type and margins of the lab, and nothing in it yet."""
    figure = go.Figure(layout={"template": go.layout.Template()})
    figure.update_layout(
        font={"family": FONT, "size": SIZES[0], "color": colour("ink")},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 12, "t": 10, "b": 8},
        hoverlabel=_hover_label(),
        hovermode="closest",
        showlegend=False,  # the page writes its own, which a keyboard reaches: `keyed`
        uirevision="keep",
        meta={"words": words},
    )
    figure.update_xaxes(**axis(x_title), showgrid=False)
    figure.update_yaxes(**axis(y_title))
    return figure


def keyed(trace, *, name: str, kind: str | None = None):
    """Give a trace its place in the page's legend; traces of one name go and come together."""
    meta = dict(trace.meta or {}) | {"key": {"name": name, "kind": kind}}
    return trace.update(meta=meta, legendgroup=name)


def axis(title: str) -> dict:
    """One quiet axis: hairline grid, small muted numbers, no box."""
    small = {"size": SIZES[0], "color": colour("muted")}
    return {
        "title": {"text": html.escape(title), "font": small, "standoff": 8},
        "tickfont": small,
        "gridcolor": colour("line"),
        "linecolor": colour("line"),
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": "rgba(0,0,0,0)",
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "power",
        "minexponent": 6,
    }


def _hover_label() -> dict:
    return {
        "bgcolor": colour("surface"),
        "bordercolor": colour("line"),
        "font": {"family": FONT, "size": SIZES[0], "color": colour("ink")},
        "align": "left",
    }
