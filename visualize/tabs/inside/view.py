"""What several parts of Inside share: names of layers in words, histograms, the saturation map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from makemore.corpora.corpus import Corpus
from makemore.examples import Examples
from makemore.layers import layer_titles
from makemore.probe import (
    SATURATED,
    Histogram,
    LayerRecord,
    Probe,
    dead_neurons,
    histogram,
    saturation_map,
)
from makemore.vocabulary import Vocabulary
from visualize.components.heatmap import heatmap_value
from visualize.components.plotly_view import figure_value
from visualize.figures.histograms import histograms, tall


@dataclass(frozen=True)
class Batch:
    """Examples, and the letters to write them with."""

    examples: Examples
    vocabulary: Vocabulary


def plain_names(names: Sequence[str]) -> dict[str, str]:
    """ "4 Tanh" -> "tanh layer 1", in the order of the layers; the last Linear is the output."""
    kinds, titles = [name.split(" ")[1] for name in names], layer_titles()
    said, counts = {}, dict.fromkeys(kinds, 0)
    for name, kind in zip(names, kinds):
        counts[kind] += 1
        word = titles.get(kind, kind)
        numbered = word if kind in ("Embedding", "OneHot") else f"{word} {counts[kind]}"
        said[name] = numbered
    linears = [name for name, kind in zip(names, kinds) if kind == "Linear"]
    return said | dict.fromkeys(linears[-1:], "output layer")


def probe_names(seen: Probe) -> dict[str, str]:
    """The same for the layers of a probe, and for their parameters: "2 Linear weight"."""
    words = plain_names([layer.name for layer in seen.layers])
    parameters = {p.name: words[p.name.rsplit(" ", 1)[0]] for p in seen.parameters}
    return words | parameters


def histogram_payload(
    shown: list[Histogram], *, kind: str, title: str, zoom: str, version: int, marks: bool
) -> dict[str, Any]:
    """Histograms one below the other, as high as their number asks for."""
    height = tall(len(shown))
    figure = histograms(
        [(h.name, h.counts, h.edges, h.mean, h.std, h.saturation) for h in shown],
        kind=kind,
        saturated_at=SATURATED if marks else None,
        height=height,
    )
    return figure_value(figure, title=title, version=version, zoom=zoom, height=height)


def binned(
    rows: Sequence[tuple[str, np.ndarray, float | None]], *, squashed: bool
) -> list[Histogram]:
    """One histogram for each (name, values, saturation), all over the same range.

    -1 to 1 for what went through tanh; else symmetric, and wide enough for all but one value in a
    thousand.
    """
    edge = 1.0 if squashed else max(float(np.quantile(np.abs(v), 0.999)) for _, v, _ in rows)
    limits = (-max(edge, 1e-9), max(edge, 1e-9))
    return [
        histogram(name, values, limits=limits, saturation=saturation)
        for name, values, saturation in rows
    ]


def saturation_payload(
    record: LayerRecord, batch: Batch, *, name: str, version: int
) -> dict[str, Any]:
    """Lecture 3's picture: examples down, neurons across; a column dark all over is dead."""
    values = saturation_map(record)  # (B or B * T, neurons)
    dead = dead_neurons(record)
    named = f": number {', '.join(map(str, dead[:8]))}" if dead else ""
    verb = "neuron is" if len(dead) == 1 else "neurons are"
    title = f"{len(dead)} of {values.shape[1]} {verb} dead in {name}, in this batch{named}"
    return heatmap_value(
        values,
        rows=row_labels(batch, len(values)),
        cols=list(map(str, range(values.shape[1]))),
        version=version,
        title=title,
        vmax=1.0,
        row_name="example",
        col_name="neuron",
        hover="{row}, neuron {col}: |tanh| = {value}",
    )


def row_labels(batch: Batch, rows: int) -> list[str]:
    """ ".em→m": what the net sees and what comes next; with more positions, which of them."""
    symbols, examples = batch.vocabulary.symbols, batch.examples
    labels = [
        "".join(symbols[i] for i in context) + "→" + symbols[target]
        for context, target in zip(examples.contexts.tolist(), examples.targets.tolist())
    ]
    positions = rows // len(labels)
    if positions == 1:
        return labels
    return [f"{label} {t + 1}" for label in labels for t in range(positions)]


def words_note(corpus: Corpus) -> str:
    """Where the examples come from, if that has to be said."""
    return (
        " Its words are drawn from the model: the real list is not on this machine."
        if corpus.synthetic
        else ""
    )
