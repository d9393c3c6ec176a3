"""Generate: new names and handles, letter by letter, with a seed that anyone can repeat."""

from __future__ import annotations

import csv
from typing import Any

import gradio as gr
import numpy as np

from makemore.checkpoint import Checkpoint
from makemore.dice import fall
from makemore.evaluation import bits
from makemore.sampling import Sampled, Sampling, next_logits, reshape, sample
from makemore.vocabulary import UnknownLetter
from visualize.components.bars import bars, bars_value
from visualize.components.names import names, names_value
from visualize.tabs.downloads import download_button, temporary
from visualize.tabs.lesson import lesson_panel
from visualize.tabs.workbench import Workbench, as_seed, model_title, sentence

MOST = 200
SHAPE = {"temperature": 1.0, "top_k": 0, "top_p": 1.0}


def build(workbench: Workbench) -> None:
    """Lay out the tab and wire it."""
    shape = {key: gr.State(value) for key, value in SHAPE.items()}
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            with gr.Row(elem_classes="lab-controls"):
                prefix = gr.Textbox("", label="Begins with", max_length=20, elem_id="gen-prefix",
                                    placeholder="any letter")
                count = gr.Number(24, precision=0, label="How many", minimum=0, maximum=10**6,
                                  elem_id="gen-count")
                seed = gr.Number(42, precision=0, label="Seed", elem_id="gen-seed")
                again = gr.Button("New seed", size="sm", elem_id="gen-again",
                                  elem_classes="lab-button")
            drawn = names(elem_id="gen-names", label="drawn words")
        with gr.Column(elem_classes="lab-side"):
            chances = bars(elem_id="gen-bars", label="the next letter")
            controls = {"prefix": prefix, "count": count, "seed": seed, **shape}
            download_button("Download as CSV", lambda *chosen: csv_file(
                workbench.checkpoint(*chosen[:2]), *chosen[2:]), elem_id="gen-csv",
                inputs=[workbench.model, workbench.own, *controls.values()])
            lesson_panel("generate", workbench=workbench, controls=controls,
                         code=(sample, reshape, fall))
    _wire(workbench, controls, [drawn, chances], again)


def _wire(workbench: Workbench, controls: dict[str, Any], outputs: list, again: gr.Button) -> None:
    def refresh(model, own, *settings):
        return show(workbench.checkpoint(model, own), *settings, version=workbench.version())

    def released(event: gr.EventData) -> list[float]:
        return [_number(getattr(event, key, value), value) for key, value in SHAPE.items()]

    values = list(controls.values())
    triggers = [workbench.model.change, *(control.change for control in values)]
    workbench.on(triggers, refresh, values, outputs)
    outputs[1].release(released, None, [controls[key] for key in SHAPE], show_progress="hidden",
                       api_visibility="private")
    again.click(lambda: int(np.random.default_rng().integers(1, 10**6)), None, controls["seed"],
                show_progress="hidden", api_visibility="private")
    first = refresh(workbench.default().name, None, *(control.value for control in values))
    for component, value in zip(outputs, first):
        component.value = value


def _number(value: Any, usual: float) -> float:
    """A slider's number as it came from the page; anything else counts as the usual value."""
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    return type(usual)(value) if fits else usual


def draw(checkpoint: Checkpoint, prefix: str, count: float, seed: float, temperature: float,
         top_k: float, top_p: float) -> list[Sampled]:
    """The words for these controls. Raises ValueError with a sentence for whoever set them."""
    if count is None or not 1 <= count <= MOST:
        raise ValueError(f"The lab draws 1 to {MOST} words at once, not {count or 0:,}.")
    settings = Sampling(seed=as_seed(seed), temperature=temperature, top_k=int(top_k), top_p=top_p,
                        prefix=prefix or "")
    return sample(checkpoint.model, checkpoint.vocabulary, count=int(count), settings=settings)


def show(checkpoint: Checkpoint, prefix: str, count: float, seed: float, temperature: float,
         top_k: float, top_p: float, *, version: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The drawn words, and the bars of the first letter that was drawn; or what was wrong."""
    end = checkpoint.vocabulary.end_mark
    try:
        words = draw(checkpoint, prefix, count, seed, temperature, top_k, top_p)
    except ValueError as error:
        return (names_value([], end_mark=end, version=version, title=sentence(error)),
                gr.skip() if isinstance(error, UnknownLetter) else _bars(
                    checkpoint, "", temperature, top_k, top_p, version))
    items = [(word.word, word.probabilities, checkpoint.origin(word.word), "") for word in words]
    new = sum(badge == "new" for _, _, badge, _ in items)
    title = (f"{new} of {len(items)} are new, {len(items) - new} stand in the list "
             f"({model_title(checkpoint)}, temperature {temperature:g}, seed {int(seed)})")
    shown = names_value(items, end_mark=end, version=version, title=title,
                        block_size=checkpoint.recipe.model.block_size)
    return shown, _bars(checkpoint, prefix or "", temperature, top_k, top_p, version)


def _bars(checkpoint: Checkpoint, prefix: str, temperature: float, top_k: float, top_p: float,
          version: int) -> dict[str, Any]:
    vocabulary = checkpoint.vocabulary
    logits = next_logits(checkpoint.model, [vocabulary.encode(prefix)])[0]  # (V,)
    where = f"After {prefix}" if prefix else "As the first letter"
    return bars_value(
        logits=logits, labels=vocabulary.symbols, version=version, end_mark=vocabulary.end_mark,
        context=prefix or vocabulary.end_mark, title=where + ", {letter} has {percent}",
        controls=tuple(SHAPE), temperature=temperature, top_k=int(top_k), top_p=top_p)


def csv_file(checkpoint: Checkpoint, *settings: Any) -> str:
    """The drawn words as a table: word, where it stands, its price; the path of the file."""
    try:
        words = draw(checkpoint, *settings)
    except ValueError as error:
        raise gr.Error(sentence(error)) from error
    path = temporary(f"{checkpoint.name}.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["word", "origin", "bits_a_letter"])
        for word in words:
            price = -bits(float(np.log(word.probabilities).mean()))
            table.writerow([word.word, checkpoint.origin(word.word), f"{price:.4f}"])
    return path
