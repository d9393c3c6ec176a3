"""A plotly figure on the page: it keeps its zoom, turns dark, plays training.

plotly.js comes from the installed plotly package, compressed once and loaded when the first figure
is shown. The launch of the app serves it: `launch(app_kwargs={"routes": plotly_routes()})`.
"""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import plotly
import plotly.graph_objects as go
from plotly.io.json import to_json_plotly
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from visualize.components.base import component

# The version is in the address, so a browser may keep the script for ever.
SCRIPT_URL = f"/lab/plotly-{plotly.__version__}.js"

TEMPLATE = """<figure class="lab-plotly" style="{width}">
<figcaption class="lab-title"></figcaption>
<div class="lab-keys" role="group" aria-label="legend"></div>
<div class="lab-plot" style="{height}"></div>
<div class="lab-scrub" hidden>
<button type="button" aria-label="play the training">▶</button>
<input type="range" min="0" step="1" value="0" aria-label="training step">
<output></output>
</div>
</figure>"""


def plotly_view(
    value: dict[str, Any] | Callable[[], dict[str, Any]] | None = None,
    *,
    elem_id: str,
    label: str = "figure",
    height: int = 420,
    square: bool = False,
    **options: Any,
) -> gr.HTML:
    """A place for a figure, `height` px high whatever is in it; its value is a `figure_value`.

    `square` is for planes with equal axes: no wider than they can use, low where it is narrow.

    `dataset.drawn` on the element is the version painted. It needs no event.
    """
    return component(
        __file__,
        value,
        template=_template(int(height), square=square),
        elem_id=elem_id,
        label=label,
        head=f"<script>{_loader()}</script>",
        script=SCRIPT_URL,
        **options,
    )


def figure_value(
    figure: go.Figure,
    *,
    title: str,
    version: int | str,
    zoom: str = "keep",
    height: int | None = None,
) -> dict[str, Any]:
    """What `plotly_view` takes. `title` is the sentence above the figure, with its numbers.
    `height` in px is for figures with more or fewer rows; None leaves that of the place.

    The zoom is kept as long as `zoom` is the same: name the corpus or the model there. The figure
    travels as one JSON string: Gradio compares nested lists item by item while it streams.
    """
    words = (figure.layout.meta or {}).get("words", "")
    plain = figure.to_plotly_json()  # a copy: `figure` itself stays as it is
    plain["layout"]["uirevision"] = zoom
    return {
        "figure": to_json_plotly(plain),
        "title": title,
        "words": words,
        "version": version,
        "height": height,
    }


def plotly_routes() -> list[Route]:
    """The route that serves plotly.js, for FastAPI or for `launch(app_kwargs={"routes": ...})`."""
    return [Route(SCRIPT_URL, _server())]


def prefetch_head() -> str:
    """For `launch(head=...)`: fetch plotly.js when the page is idle, so that the first figure is
    there at once although the first tab did not wait for it."""
    start = f"window.labPlotly('{SCRIPT_URL}')"
    later = f"setTimeout(() => (window.requestIdleCallback || setTimeout)(() => {start}), 1500)"
    return f"<script>{_loader()}{later};</script>"


def _template(height: int, *, square: bool) -> str:
    """The height is fixed by the width of the page alone: what is drawn never moves the page."""
    if not square:
        return TEMPLATE.format(width="", height=f"height:{height}px")
    return TEMPLATE.format(
        width=f"max-width:{height * 5 // 4}px", height=f"height:min({height}px, 100cqw)"
    )


def _server():
    """A handler that compresses the script at its first request and then keeps it."""

    @functools.cache
    def packed() -> bytes:
        source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        return gzip.compress(source.read_bytes(), compresslevel=6)

    def serve(request: Request) -> Response:
        body, headers = packed(), {"Cache-Control": "public, max-age=31536000, immutable"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        else:
            body = gzip.decompress(body)
        return Response(body, headers=headers, media_type="text/javascript")

    return serve


def _loader() -> str:
    return Path(__file__).with_name("plotly_load.js").read_text(encoding="utf-8")
