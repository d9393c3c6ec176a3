"""Keep, download, load: the part of the Train tab that has to do with files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from makemore.checkpoint.checkpoint import CheckpointError
from visualize.page.downloads import download_button
from visualize.page.state import (
    BACKGROUND,
    SessionModel,
    model_title,
    nats_and_bits,
    plain,
    sentence,
)
from visualize.tabs.train import events
from visualize.tabs.train.keep import kept_run, script_file, uploaded, zip_file
from visualize.tabs.train.run import measured
from visualize.tabs.train.studio import TrainingSession

NOTHING = "There is no run yet: press Train first."


@dataclass(frozen=True)
class Files:
    """The buttons, and the place where it is said what came of them."""

    box: gr.Accordion
    keep: gr.Button
    load: gr.UploadButton
    said: gr.Markdown

    def wire(self, tab: Any, running: list) -> None:
        """tab: the Train tab's handlers; running: what keeping a run stops."""
        app, bench = tab.app, tab.bench

        def keep(studio: TrainingSession, own: SessionModel | None) -> Iterator[list]:
            yield from keeping(studio, own, app, bench)

        def load(files: list[str] | None, own: SessionModel | None) -> list:
            try:
                entry = uploaded(files or [], app.library, version=app.version())
            except CheckpointError as error:
                return [gr.skip(), gr.skip(), f"**{plain(sentence(error))}**"]
            return [
                entry.joined(own),
                entry.checkpoint.name,
                f"Loaded: {model_title(entry.checkpoint)}. It is chosen in the sidebar.",
            ]

        self.keep.click(
            keep,
            [tab.studio, app.own],
            [app.own, app.model, self.said, *tab.outputs],
            cancels=list(running),
            concurrency_limit=40,
            concurrency_id="train",
            **BACKGROUND,
        )
        self.load.upload(load, [self.load, app.own], [app.own, app.model, self.said], **BACKGROUND)
        with self.box:
            download_button(
                "Download the chosen model (zip)",
                elem_id="train-zip",
                make=lambda *chosen: zip_file(app.checkpoint(*chosen)),
                inputs=[app.model, app.own],
            )
            download_button(
                "Download as script and notebook",
                _script,
                elem_id="train-script",
                inputs=[tab.studio],
            )


def build_files() -> Files:
    """Lay out the buttons."""
    with gr.Accordion("Keep it, take it along", open=False, elem_id="train-files") as box:
        gr.Markdown(
            "A kept run joins the models in the sidebar, for as long as this page is "
            "open; every other tab can then look into it.",
            elem_classes="lab-note",
        )
        keep = gr.Button(
            "Keep the run as it is now", size="sm", elem_id="train-keep", elem_classes="lab-button"
        )
        load = gr.UploadButton(
            "Load a checkpoint (zip, or its two files)",
            size="sm",
            file_count="multiple",
            elem_id="train-load",
            file_types=[".zip", ".json", ".safetensors"],
            elem_classes="lab-button",
        )
        said = gr.Markdown(elem_id="train-kept", elem_classes="lab-note")
    return Files(box, keep, load, said)


NO_STEP = "This run has not taken a step yet. Press Train, or One step, before you keep it."


def keeping(
    studio: TrainingSession, own: SessionModel | None, app: Any, bench: Any
) -> Iterator[list]:
    """Stop, measure, and put the run among the session's own models."""
    quiet = [gr.skip()] * len(events.OUTPUTS)
    if studio.live is None:
        yield [gr.skip(), gr.skip(), f"**{NOTHING}**", *quiet]
        return
    if studio.live.run.step == 0:
        yield [gr.skip(), gr.skip(), f"**{NO_STEP}**", *quiet]
        return
    for _ in measured(studio, bench):
        yield [gr.skip(), gr.skip(), "Measuring its losses …", *quiet]
    with studio.lock:
        entry = kept_run(studio.live, app.library, version=app.version())
    losses = entry.checkpoint.losses
    judged = "dev" if "dev" in losses else "train"
    said = (
        f"Kept: {model_title(entry.checkpoint)}, {judged} loss "
        f"{nats_and_bits(losses[judged])}. It is chosen in the sidebar."
    )
    yield [entry.joined(own), entry.checkpoint.name, said, *events.page(studio, app, None)]


def _script(studio: TrainingSession) -> str:
    if studio.live is None:
        raise gr.Error(NOTHING, print_exception=False)
    with studio.lock:
        return script_file(studio.live)
