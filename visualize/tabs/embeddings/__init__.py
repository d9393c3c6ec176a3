"""Embeddings: letters as points. What a model finds alike lies near (makemore lecture 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np

from makemore.analysis.bigram_table import BigramTable
from makemore.analysis.projection import Projection, nearest, project_2d
from makemore.checkpoint.checkpoint import Checkpoint
from visualize.components.plotly_view import figure_value, plotly_view
from visualize.figures import percent
from visualize.figures.embedding import embedding
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, on
from visualize.page.state import AppContext, model_title
from visualize.style import kind_of

NEIGHBOURS = 4


@dataclass(frozen=True)
class Letters:
    """Each letter's vector over training: snapshots (T, V, C), the last one final; steps (T,)."""

    snapshots: np.ndarray
    steps: tuple[int, ...]
    symbols: tuple[str, ...]
    source: str


def build(app: AppContext) -> None:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            picture = plotly_view(
                elem_id="embedding", label="letters as points", height=640, square=True
            )
            note = gr.Markdown(elem_id="embedding-note", elem_classes="lab-note")
        with gr.Column(elem_classes="lab-side"):
            with_end = gr.Checkbox(True, label="Show the end mark", elem_id="embedding-end")
            lesson_panel(
                "embeddings",
                app=app,
                controls={"end": with_end},
                code=(project_2d, nearest),
            )

    outputs = {"picture": picture, "note": note}

    def refresh(context: Context, *, end: bool) -> dict[str, Any]:
        letters = letters_of(context.checkpoint, context.table)
        return dict(zip(outputs, show(letters, with_end=end, version=context.version())))

    on(app, [app.changed, with_end.change], refresh, {"end": with_end}, outputs, initial=True)


def letters_of(checkpoint: Checkpoint, table: BigramTable) -> Letters:
    """The embedding of a net; of a bigram model, which has none, its rows of probabilities."""
    symbols = checkpoint.vocabulary.symbols
    if len(checkpoint.snapshots):
        source = (
            f"{model_title(checkpoint)}: {checkpoint.snapshots.shape[2]} numbers per letter, "
            f"learned in {checkpoint.card['steps']:,} steps"
        )
        return Letters(
            checkpoint.snapshots, tuple(checkpoint.snapshot_steps.tolist()), symbols, source
        )
    rows = table.probabilities(0)[None]  # (1, V, V)
    return Letters(
        rows,
        (0,),
        table.vocabulary.symbols,
        f"counts have no embedding. Each letter is its row of {len(symbols)} "
        "probabilities: letters with like followers lie near",
    )


def show(letters: Letters, *, with_end: bool, version: int) -> tuple[dict[str, Any], str]:
    """The figure, and a sentence on what its axes are."""
    first = 0 if with_end else 1
    snapshots, symbols = letters.snapshots[:, first:], letters.symbols[first:]  # (T, V, C)
    end_mark = letters.symbols[0]
    kinds = [kind_of(letter, end_mark=end_mark) for letter in symbols]
    plane = project_2d(snapshots)
    neighbours = [
        [(symbols[j], distance) for j, distance in near]
        for near in nearest(snapshots[-1], count=NEIGHBOURS)
    ]
    moving = len(letters.steps) > 1
    figure = embedding(
        plane.points[-1],
        symbols=symbols,
        kinds=kinds,
        neighbours=neighbours,
        snapshots=plane.points if moving else None,
        steps=letters.steps if moving else None,
        axis_titles=_axes(plane),
    )
    title = _title(snapshots[-1], symbols, kinds)
    value = figure_value(figure, title=title, version=version, zoom=f"{letters.source} {with_end}")
    return value, _note(letters, plane)


def _axes(plane: Projection) -> tuple[str, str]:
    if plane.explained_variance is None:
        return "first number", "second number"
    return tuple(
        f"{name} component: {percent(share)} of the spread"
        for name, share in zip(("first", "second"), plane.explained_variance)
    )


def _title(vectors: np.ndarray, symbols: tuple[str, ...], kinds: list[str]) -> str:
    """How much nearer the vowels are to each other than to consonants; else the closest pair."""
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)  # (V, V)
    vowels = [i for i, kind in enumerate(kinds) if kind == "vowel" and symbols[i] != "y"]
    others = [i for i, kind in enumerate(kinds) if kind == "consonant"]
    if len(vowels) > 2 and len(others) > 2:
        among = distances[np.ix_(vowels, vowels)][np.triu_indices(len(vowels), 1)].mean()
        between = distances[np.ix_(vowels, others)].mean()
        shown = ", ".join(symbols[i] for i in vowels[:6])
        return (
            f"From vowel to vowel ({shown}) it is {among:.3g} on average, "
            f"from vowel to consonant {between:.3g}"
        )
    np.fill_diagonal(distances, np.inf)
    a, b = np.unravel_index(distances.argmin(), distances.shape)
    return f"{symbols[a]} and {symbols[b]} are the nearest letters, {distances[a, b]:.3g} apart"


def _note(letters: Letters, plane: Projection) -> str:
    if plane.explained_variance is None:
        return f"{letters.source}; the picture shows both as they are."
    shown = percent(sum(plane.explained_variance))
    return (
        f"{letters.source}. The picture is their best flat shadow (PCA): it keeps "
        f"{shown} of the spread, so neighbours are told from all numbers, "
        "not from the picture."
    )
