"""Inside, layers: histograms and the saturation map of a real batch (makemore lecture 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
import torch

from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from makemore.dice import MAX_SEED
from makemore.evaluation import random_guess
from makemore.examples import Examples, make_examples
from makemore.layers import Sequential
from makemore.models import build_model, init_weights
from makemore.probe import SATURATED, Histogram, Probe, dead_neurons, probe
from visualize.components.heatmap import heatmap
from visualize.components.plotly_view import plotly_view
from visualize.figures import percent
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, Requirement, Section
from visualize.page.state import AppContext
from visualize.tabs.inside.view import (
    Batch,
    binned,
    histogram_payload,
    probe_names,
    saturation_payload,
    words_note,
)

BATCH = 32
WEIGHTS = ("After training", "At the start")
VIEWS = {
    "Activations (after tanh)": "activations",
    "Before tanh": "activations",
    "Gradients at tanh": "gradients",
    "Gradients of the weights": "weight gradients",
    "Weights": "weights",
}
MOST_LAYERS = 64  # of the slider before a model narrows it


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this part. shared: controls of the whole tab that the lesson may set too."""
    with gr.Column() as box, gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            view = gr.Radio(
                list(VIEWS), value=next(iter(VIEWS)), label="Histograms of", elem_id="inside-view"
            )
            layers = plotly_view(elem_id="inside-histograms", label="histograms", height=276)
            depth = gr.Slider(
                1,
                MOST_LAYERS,
                1,
                step=1,
                visible=False,
                elem_id="inside-layer",
                label="Saturation of tanh layer number",
            )
            saturation = heatmap(elem_id="inside-saturation", label="saturation map")
        with gr.Column(elem_classes="lab-side"):
            weights = gr.Radio(
                list(WEIGHTS), value=WEIGHTS[0], label="Weights", elem_id="inside-weights"
            )
            batch = gr.Number(1, precision=0, label="Batch number", elem_id="inside-batch")
            note = gr.Markdown(elem_id="inside-note", elem_classes="lab-note")
            controls = {"view": view, "weights": weights, "batch": batch, "layer": depth}
            lesson_panel(
                "inside",
                app=app,
                code=(probe, dead_neurons),
                controls=shared | controls,
            )
    outputs = {"histograms": layers, "layer": depth, "saturation": saturation, "note": note}

    def refresh(context: Context, **controls: Any) -> dict[str, Any]:
        seen = context.checkpoint, context.corpus
        return dict(zip(outputs, show(*seen, *controls.values(), version=context.version())))

    return Section(box, controls, outputs, refresh, need_layers)


def need_layers(checkpoint: Checkpoint) -> Requirement | None:
    """Counts are a table."""
    if isinstance(checkpoint.model, Sequential):
        return None
    return Requirement(
        "**Counts have no layers.** This model is a table: nothing runs through it.",
        "Open the MLP with BatchNorm",
        "mlp-bn-names",
    )


def show(
    checkpoint: Checkpoint,
    corpus: Corpus,
    view: str,
    weights: str,
    batch: float,
    layer: float,
    *,
    version: int,
) -> tuple[Any, Any, Any, str]:
    """Histograms, the slider's range, the saturation map and a sentence."""
    if batch is None or not 0 <= batch <= MAX_SEED:
        return None, gr.skip(), None, f"Give a batch number: a whole number from 0 to {MAX_SEED}."
    examples = random_batch(checkpoint, corpus, seed=int(batch))
    model = checkpoint.model if weights == WEIGHTS[0] else at_start(checkpoint)
    seen = probe(model, examples)
    names, tanh = probe_names(seen), seen.of_kind("Tanh")
    if not tanh:
        return (
            *_only_weights(seen, names, checkpoint.name, version),
            _note(seen, checkpoint, corpus),
        )
    at = min(max(1, int(layer or 1)), len(tanh))
    record = tanh[at - 1]
    return (
        _histograms(seen, names, view, checkpoint.name, version),
        gr.update(maximum=max(2, len(tanh)), value=at, visible=len(tanh) > 1),
        saturation_payload(
            record, Batch(examples, checkpoint.vocabulary), name=names[record.name], version=version
        ),
        _note(seen, checkpoint, corpus),
    )


def _only_weights(seen: Probe, names: dict[str, str], name: str, version: int) -> tuple:
    """A net without tanh, as lecture 1's one layer, has weights to show and nothing to saturate."""
    return _histograms(seen, names, "Weights", name, version), gr.update(visible=False), None


def at_start(checkpoint: Checkpoint) -> Sequential:
    """The same net with the weights that its training began with."""
    recipe = checkpoint.recipe
    model = build_model(recipe.model, len(checkpoint.vocabulary))
    generator = torch.Generator().manual_seed(recipe.seed)
    noise = torch.Generator().manual_seed(recipe.seed + 1)
    init_weights(model, recipe.start, generator=generator, norm_generator=noise)
    return model


def random_batch(
    checkpoint: Checkpoint, corpus: Corpus, *, seed: int, size: int = BATCH
) -> Examples:
    """So many examples from as many words of the corpus, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(0, len(corpus.words), (size,), generator=generator)
    examples = make_examples(
        [corpus.words[i] for i in rows.tolist()],
        checkpoint.vocabulary,
        block_size=checkpoint.recipe.model.block_size,
    )
    return examples.take(torch.randint(0, len(examples), (size,), generator=generator))


def _histograms(
    seen: Probe, names: dict[str, str], view: str, name: str, version: int
) -> dict[str, Any]:
    view = view if view in VIEWS else next(iter(VIEWS))
    squashed = view == "Activations (after tanh)"
    shown = binned(_chosen(seen, names, view), squashed=squashed)
    return histogram_payload(
        shown,
        kind=VIEWS[view],
        title=_title(view, shown),
        marks=squashed,
        zoom=f"{name} {view}",
        version=version,
    )


def _chosen(seen: Probe, names: dict[str, str], view: str) -> list[tuple[str, Any, float | None]]:
    """(name, values, saturation) of each layer that this view is about."""
    tanh = seen.of_kind("Tanh")
    before = [
        (names[b.name], a.out, None)
        for a, b in zip(seen.layers, seen.layers[1:])
        if b.kind == "Tanh"
    ]
    weights = [p for p in seen.parameters if p.name.endswith("weight")]
    return {
        "Activations (after tanh)": [(names[r.name], r.out, r.saturation) for r in tanh],
        "Before tanh": before,
        "Gradients at tanh": [(names[r.name], r.grad, None) for r in tanh],
        "Gradients of the weights": [(names[p.name], p.grad, None) for p in weights],
        "Weights": [(names[p.name], p.data, None) for p in weights],
    }[view]


def _title(view: str, shown: Sequence[Histogram]) -> str:
    if shown[0].saturation is not None:
        worst = max(shown, key=lambda h: h.saturation)
        return (
            f"{percent(worst.saturation)} of the outputs of {worst.name} are saturated (beyond "
            f"±{SATURATED}) in this batch"
        )
    narrow, wide = min(shown, key=lambda h: h.std), max(shown, key=lambda h: h.std)
    if len(shown) == 1:
        return f"{view}: {wide.name} has a standard deviation of {wide.std:.3g}"
    return (
        f"{view}: the spread goes from {narrow.std:.2g} ({narrow.name}) to {wide.std:.2g} "
        f"({wide.name})"
    )


def _note(seen: Probe, checkpoint: Checkpoint, corpus: Corpus) -> str:
    guess = random_guess(len(checkpoint.vocabulary))
    return (
        f"{BATCH} examples from {corpus.name}; loss of this batch **{seen.loss:#.4g}** nats "
        f"(a guess: {guess:#.4g}).{words_note(corpus)}"
    )
