"""Inside: a real batch on its way through a net, forward and back (makemore lecture 3)."""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np
import torch

from makemore.checkpoint import Checkpoint
from makemore.corpus import Corpus
from makemore.evaluation import random_guess
from makemore.layers import Sequential
from makemore.models import build_model, start_weights
from makemore.probe import (
    SATURATED,
    Histogram,
    LayerRecord,
    Probe,
    dead_neurons,
    histogram,
    probe,
    saturation_map,
)
from makemore.windows import Windows, windows
from visualize.components.heatmap import heatmap, heatmap_value
from visualize.components.plotly_view import figure_value, plotly_view
from visualize.figures.histograms import histograms
from visualize.tabs.lesson import lesson_panel
from visualize.tabs.workbench import Workbench

BATCH = 32
WEIGHTS = ("After training", "At the start")
VIEWS = {
    "Activations (after tanh)": "activations",
    "Before tanh": "activations",
    "Gradients at tanh": "gradients",
    "Gradients of the weights": "weight gradients",
    "Weights": "weights",
}


def build(workbench: Workbench) -> None:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            view = gr.Radio(list(VIEWS), value=next(iter(VIEWS)), label="Histograms of",
                            elem_id="inside-view")
            layers = plotly_view(elem_id="inside-histograms", label="histograms", height=440)
            depth = gr.Slider(1, 5, 1, step=1, label="Saturation of tanh layer number",
                              elem_id="inside-layer")
            saturation = heatmap(elem_id="inside-saturation", label="saturation map")
        with gr.Column(elem_classes="lab-side"):
            weights = gr.Radio(list(WEIGHTS), value=WEIGHTS[0], label="Weights",
                               elem_id="inside-weights")
            batch = gr.Number(1, precision=0, minimum=0, maximum=10**6, label="Batch number",
                              elem_id="inside-batch")
            note = gr.Markdown(elem_id="inside-note", elem_classes="lab-note")
            controls = {"view": view, "weights": weights, "batch": batch, "layer": depth}
            lesson_panel("inside", workbench=workbench, code=(probe, dead_neurons),
                         controls=controls)

    def refresh(model, own, *settings):
        checkpoint = workbench.checkpoint(model, own)
        return show(checkpoint, workbench.corpus(checkpoint, own), *settings,
                    version=workbench.version())

    outputs = [layers, saturation, note]
    triggers = [workbench.model.change, *(control.change for control in controls.values())]
    workbench.on(triggers, refresh, list(controls.values()), outputs)
    first = refresh(workbench.default().name, None, *(c.value for c in controls.values()))
    for component, value in zip(outputs, first):
        component.value = value


def show(checkpoint: Checkpoint, corpus: Corpus, view: str, weights: str, batch: float,
         layer: float, *, version: int) -> tuple[Any, Any, str]:
    """Histograms, saturation map and a sentence; for counts, which have no layers, only words."""
    if not isinstance(checkpoint.model, Sequential):
        return None, None, ("**Counts have no layers.** This model is a table. Choose an MLP or a "
                            "WaveNet in the sidebar, and a batch will run through it.")
    examples = random_batch(checkpoint, corpus, seed=int(batch or 0))
    model = checkpoint.model if weights == WEIGHTS[0] else at_start(checkpoint)
    seen = probe(model, examples)
    tanh = seen.of_kind("Tanh")
    record = tanh[min(max(1, int(layer)), len(tanh)) - 1]
    return (_histograms(seen, view, checkpoint.name, version),
            _saturation(record, examples, checkpoint, version),
            _note(seen, checkpoint, corpus))


def at_start(checkpoint: Checkpoint) -> Sequential:
    """The same net with the weights that its training began with."""
    recipe = checkpoint.recipe
    model = build_model(recipe.model, len(checkpoint.vocabulary))
    generator = torch.Generator().manual_seed(recipe.seed)
    noise = torch.Generator().manual_seed(recipe.seed + 1)
    start_weights(model, recipe.start, generator=generator, norm_generator=noise)
    return model


def random_batch(checkpoint: Checkpoint, corpus: Corpus, *, seed: int) -> Windows:
    """32 examples from as many words of the corpus, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(0, len(corpus.words), (BATCH,), generator=generator)
    examples = windows([corpus.words[i] for i in rows.tolist()], checkpoint.vocabulary,
                       block_size=checkpoint.recipe.model.block_size)
    return examples.take(torch.randint(0, len(examples), (BATCH,), generator=generator))


def _histograms(seen: Probe, view: str, name: str, version: int) -> dict[str, Any]:
    view = view if view in VIEWS else next(iter(VIEWS))
    shown = _chosen(seen, view)
    marks = SATURATED if view == "Activations (after tanh)" else None
    figure = histograms([(h.name, h.counts, h.edges, h.mean, h.std, h.saturation) for h in shown],
                        kind=VIEWS[view], saturated_at=marks)
    return figure_value(figure, title=_histogram_title(view, shown), version=version,
                        zoom=f"{name} {view}")


def _chosen(seen: Probe, view: str) -> list[Histogram]:
    """One histogram a layer, all over the same range."""
    tanh = seen.of_kind("Tanh")
    before = [a for a, b in zip(seen.layers, seen.layers[1:]) if b.kind == "Tanh"]
    weights = [p for p in seen.parameters if p.name.endswith("weight")]
    values = {
        "Activations (after tanh)": [(r.name, r.out, r.saturation) for r in tanh],
        "Before tanh": [(r.name, r.out, None) for r in before],
        "Gradients at tanh": [(r.name, r.grad, None) for r in tanh],
        "Gradients of the weights": [(p.name, p.grad, None) for p in weights],
        "Weights": [(p.name, p.data, None) for p in weights],
    }[view]
    limits = _limits([array for _, array, _ in values], whole=view == "Activations (after tanh)")
    return [histogram(name, array, limits=limits, saturation=saturation)
            for name, array, saturation in values]


def _limits(arrays: list[np.ndarray], *, whole: bool) -> tuple[float, float]:
    """-1 to 1 for tanh; else symmetric, and wide enough for all but one value in a thousand."""
    if whole:
        return -1.0, 1.0
    edge = max(float(np.quantile(np.abs(array), 0.999)) for array in arrays)
    return -max(edge, 1e-9), max(edge, 1e-9)


def _histogram_title(view: str, shown: list[Histogram]) -> str:
    if shown[0].saturation is not None:
        worst = max(shown, key=lambda h: h.saturation)
        return (f"{worst.saturation:.1%} of {worst.name}’s outputs are saturated (beyond "
                f"±{SATURATED}) in this batch")
    narrow, wide = min(shown, key=lambda h: h.std), max(shown, key=lambda h: h.std)
    if len(shown) == 1:
        return f"{view}: {wide.name} has a standard deviation of {wide.std:.3g}"
    return (f"{view}: the spread goes from {narrow.std:.2g} ({narrow.name}) to {wide.std:.2g} "
            f"({wide.name})")


def _saturation(record: LayerRecord, examples: Windows, checkpoint: Checkpoint,
                version: int) -> dict[str, Any]:
    values = saturation_map(record)  # (B or B * T, neurons)
    dead = dead_neurons(record)
    named = f": number {', '.join(map(str, dead[:8]))}" if dead else ""
    verb = "neuron is" if len(dead) == 1 else "neurons are"
    title = f"{len(dead)} of {values.shape[1]} {verb} dead in {record.name}, in this batch{named}"
    return heatmap_value(
        values, rows=_row_labels(examples, checkpoint, len(values)),
        cols=[str(i) for i in range(values.shape[1])], version=version, title=title, vmax=1.0,
        row_name="example", col_name="neuron", hover="{row}, neuron {col}: |tanh| = {value}")


def _row_labels(examples: Windows, checkpoint: Checkpoint, rows: int) -> list[str]:
    """".em→m": what the net sees and what comes next; with more positions, which of them."""
    symbols = checkpoint.vocabulary.symbols
    labels = ["".join(symbols[i] for i in context) + "→" + symbols[target]
              for context, target in zip(examples.contexts.tolist(), examples.targets.tolist())]
    positions = rows // len(labels)
    if positions == 1:
        return labels
    return [f"{label} {t + 1}" for label in labels for t in range(positions)]


def _note(seen: Probe, checkpoint: Checkpoint, corpus: Corpus) -> str:
    guess = random_guess(len(checkpoint.vocabulary))
    drawn = " Its words are drawn from the model: the real list is not on this machine."
    return (f"{BATCH} examples from {corpus.name}; loss of this batch **{seen.loss:.4g}** nats "
            f"(a guess: {guess:.4g}).{drawn if corpus.synthetic else ''}")
