"""The makemore lab: see how a character-level language model works. `python app.py` opens it."""

from __future__ import annotations

import os

# Before gradio is imported: no telemetry, and no statistics that cost more with every event.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")

import gradio as gr
import torch
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from visualize.components.plotly_view import plotly_routes, prefetch_head
from visualize.page.library import Library, open_library
from visualize.page.links import tab_id, wire_links
from visualize.page.refresh import follow_open_tab, prepare_signals
from visualize.page.sidebar import build_header, build_sidebar
from visualize.style import stylesheet
from visualize.tabs import TABS
from visualize.theme import head, theme

# The page is a megabyte of text, of which thirty pupils on one wireless network need a quarter.
ZIPPED = Middleware(GZipMiddleware, minimum_size=10_000, compresslevel=4)


def create_app(library: Library | None = None) -> gr.Blocks:
    """The whole page: a header, the sidebar, and one tab per entry of TABS."""
    library = library or open_library()
    with gr.Blocks(title="makemore lab", delete_cache=(3600, 3600)) as blocks:
        line, share = build_header()
        app = build_sidebar(library, line)
        prepare_signals(app, map(tab_id, TABS))
        laid_out = {}
        with gr.Tabs(elem_id="tabs") as tabs:
            for title, build in TABS.items():
                name = tab_id(title)
                with gr.Tab(title, id=name, elem_id=f"tab-{name}") as laid_out[name]:
                    build(app)
        follow_open_tab(app, laid_out)
        wire_links(blocks, app, tabs, share)
    return blocks


def launch(blocks: gr.Blocks, **options) -> tuple:
    """Serve the page; every setting that makes it fit for a class is here.

    An uploaded file may have 8 MB: as much as the largest checkpoint that the Train tab can make.
    """
    torch.set_num_threads(1)  # small nets: one thread each is faster, and thirty visitors share
    blocks.queue(default_concurrency_limit=8, max_size=100)
    settings = {
        "theme": theme(),
        "css": stylesheet(),
        "head": head() + prefetch_head(),
        "app_kwargs": {"routes": plotly_routes(), "middleware": [ZIPPED]},
        "max_threads": 100,
        "state_session_capacity": 300,
        "max_file_size": "8mb",
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "footer_links": ["settings"],
    }
    return blocks.launch(**(settings | options))


if __name__ == "__main__":
    launch(create_app())
