"""Inside, BatchNorm: swap one name of a batch and watch another move; then fold it away (E02)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
import torch

from makemore.analysis.batchnorm_coupling import BatchNormTrace, last_norm, normed
from makemore.analysis.batchnorm_fold import fold, folded
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from makemore.evaluation import mean_loss
from makemore.examples import last_context
from visualize.components.heatmap import heatmap, heatmap_value
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, Requirement, Section
from visualize.page.state import CLICK_EVENT, AppContext, cell_of, plain, sentence
from visualize.tabs.inside.layers import random_batch
from visualize.tabs.inside.view import words_note

TRAIN, EVAL = MODES = ("Training: the batch decides", "Evaluation: each name alone")
NAMES = "emma olivia ava isabella sophia mia amelia harper"
NEURONS = 20  # columns: those in which the others move most
MOST_NAMES = 16
COMPARED = 1_000  # examples for the fold


@dataclass(frozen=True)
class Swap:
    """A batch and the same batch with one name exchanged. at: the row of that name."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    at: int


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this part. shared: controls of the whole tab that the lesson may set too."""
    cell = gr.State("")  # "3 17": the row and the neuron that were clicked
    with gr.Column() as box, gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            mode = gr.Radio(list(MODES), value=TRAIN, label="BatchNorm in", elem_id="norm-mode")
            moved = heatmap(elem_id="norm-moved", label="what the swap moved")
            formula = gr.Markdown(elem_id="norm-formula")
            fold_words = gr.Markdown(
                elem_id="norm-fold", elem_classes=["lab-card", "lab-wide-card"]
            )
        with gr.Column(elem_classes="lab-side"):
            batch = gr.Textbox(
                NAMES,
                label="The batch: up to 16 words",
                lines=2,
                max_length=400,
                elem_id="norm-batch",
            )
            number = gr.Slider(
                1, MOST_NAMES, 8, step=1, label="Take out number", elem_id="norm-number"
            )
            other = gr.Textbox("xzavier", label="and put in", max_length=40, elem_id="norm-other")
            note = gr.Markdown(elem_id="norm-note", elem_classes="lab-note")
            controls = {
                "mode": mode,
                "names": batch,
                "number": number,
                "other": other,
                "cell": cell,
            }
            lesson_panel(
                "inside-batchnorm",
                app=app,
                code=(normed, folded),
                controls=shared | controls,
            )
    moved.cell(_chosen, None, cell, **CLICK_EVENT)
    outputs = {"moved": moved, "formula": formula, "fold": fold_words, "note": note}

    def refresh(context: Context, **controls: Any) -> dict[str, Any]:
        seen = context.checkpoint, context.corpus
        return dict(zip(outputs, show(*seen, *controls.values(), version=context.version())))

    return Section(box, controls, outputs, refresh, need_norm)


def _chosen(event: gr.EventData) -> Any:
    """A click says row and column of the picture; the picture itself knows which neuron that is."""
    at = cell_of(event)
    return gr.skip() if at is None else f"{at[0]} {at[1]}"


def need_norm(checkpoint: Checkpoint) -> Requirement | None:
    """Counts and the first MLP have no BatchNorm."""
    if last_norm(checkpoint.model) is not None:
        return None
    return Requirement(
        "**This model has no BatchNorm.** Its examples do not know of each other.",
        "Open the MLP with BatchNorm",
        "mlp-bn-names",
    )


def show(
    checkpoint: Checkpoint,
    corpus: Corpus,
    mode: str,
    batch: str,
    number: float,
    other: str,
    cell: str,
    *,
    version: int,
) -> tuple[Any, str, str, str]:
    """What moved, the formula of one cell, the fold, and what kind of batch this is."""
    shrunk = fold_table(checkpoint, corpus)
    try:
        swap = swapped(batch, number, other)
        pair = {m: _both(checkpoint, swap, training=m == TRAIN) for m in MODES}
    except ValueError as error:
        return None, f"**{plain(sentence(error))}**", shrunk, ""
    columns = _most_moved(pair[TRAIN], swap.at)
    here = pair[mode if mode in MODES else TRAIN]
    at = _place(cell, here, swap.at, columns)
    ceiling = _others(np.abs(_difference(pair[TRAIN])), swap.at).max()
    return (
        picture(here, swap, columns, at, ceiling=ceiling, version=version, mode=mode),
        formula_words(here, swap, at, mode),
        shrunk,
        _note(checkpoint, swap),
    )


def swapped(batch: str, number: float, other: str) -> Swap:
    """The two batches. ValueError, in words, for a batch that is none."""
    words = tuple(word for word in re.split(r"[\s,;]+", batch or "") if word)[:MOST_NAMES]
    if len(words) < 2:
        raise ValueError("A batch needs at least two words, with a space between them")
    at = min(max(1, int(number or 1)), len(words)) - 1
    new = (other or "").strip()
    if not new:
        raise ValueError("Type a word to put in")
    return Swap(words, (*words[:at], new, *words[at + 1 :]), at)


def _both(
    checkpoint: Checkpoint, swap: Swap, *, training: bool
) -> tuple[BatchNormTrace, BatchNormTrace]:
    """The last BatchNorm for both batches, each word at the place where its end is guessed."""

    def look(words: tuple[str, ...]) -> BatchNormTrace:
        return normed(checkpoint.model, contexts(words, checkpoint), training=training)

    return look(swap.before), look(swap.after)


def contexts(words: tuple[str, ...], checkpoint: Checkpoint) -> torch.Tensor:
    """(B, T): the last letters of each word. ValueError names a letter that the model lacks."""
    size, vocabulary = checkpoint.recipe.model.block_size, checkpoint.vocabulary
    return torch.tensor([last_context(vocabulary.encode(word), block_size=size) for word in words])


def _difference(pair: tuple[BatchNormTrace, BatchNormTrace]) -> np.ndarray:
    """(B, C): how far each activation after tanh moved."""
    return pair[1].tanh - pair[0].tanh


def _others(values: np.ndarray, at: int) -> np.ndarray:
    """The rows of those who were not exchanged."""
    return np.delete(values, at, axis=0)


def _most_moved(pair: tuple[BatchNormTrace, BatchNormTrace], at: int) -> list[int]:
    """The neurons in which the other words move most in training; the same in both modes."""
    moved = _others(np.abs(_difference(pair)), at).max(0)  # (C,)
    return sorted(np.argsort(-moved, kind="stable")[:NEURONS].tolist())


def _place(
    cell: str, pair: tuple[BatchNormTrace, BatchNormTrace], at: int, columns: list[int]
) -> tuple[int, int]:
    """(row, neuron): the clicked one, else where another word moved most."""
    moved = np.abs(_difference(pair))[:, columns]  # (B, columns)
    numbers = re.fullmatch(r"(\d{1,3}) (\d{1,3})", cell or "")
    if numbers and int(numbers[1]) < len(moved) and int(numbers[2]) < len(columns):
        return int(numbers[1]), columns[int(numbers[2])]
    moved[at] = -1
    row, col = np.unravel_index(moved.argmax(), moved.shape)
    return int(row), columns[int(col)]


def picture(
    pair: tuple[BatchNormTrace, BatchNormTrace],
    swap: Swap,
    columns: list[int],
    at: tuple[int, int],
    *,
    ceiling: float,
    version: int,
    mode: str,
) -> dict[str, Any]:
    """Rows are names, columns neurons, colour how far each activation moved by the swap."""
    moved = _difference(pair)
    rows = [f"{i + 1} {word}" for i, word in enumerate(swap.before)]
    rows[swap.at] += f"→{swap.after[swap.at]}"
    return heatmap_value(
        moved[:, columns],
        rows=rows,
        cols=list(map(str, columns)),
        version=version,
        title=_title(moved, swap, columns, mode),
        scale="diverging",
        vmax=max(float(ceiling), 1e-6),
        row_name="name",
        col_name="neuron",
        selected=(at[0], columns.index(at[1])),
        hover="{row}, neuron {col}: its activation moved by {value}",
    )


def _title(moved: np.ndarray, swap: Swap, columns: list[int], mode: str) -> str:
    out, new = swap.before[swap.at], swap.after[swap.at]
    others = np.abs(moved[:, columns])
    others[swap.at] = -1
    row, col = np.unravel_index(others.argmax(), others.shape)
    most = others[row, col]
    if most <= 1e-6:
        alone = "" if mode == EVAL else " (the two look the same to the net)"
        return f"{out} out, {new} in: none of the others moves at all{alone}"
    by = f"{moved[row, columns[col]]:+.2g}".replace("-", "−")
    return (
        f"{out} out, {new} in: neuron {columns[col]} of {swap.before[row]} moves by {by}, "
        f"although {swap.before[row]} is the same"
    )


def formula_words(
    pair: tuple[BatchNormTrace, BatchNormTrace], swap: Swap, at: tuple[int, int], mode: str
) -> str:
    """BatchNorm's formula with its numbers for one name and one neuron, before and after."""
    row, neuron = at
    lines = [
        f"**{plain(swap.before[row])}, neuron {neuron}**: γ · (x − mean) ÷ std + β, then tanh\n\n"
    ]
    for label, side in zip(("before", "after"), pair):
        n = neuron
        lines.append(
            f"- {label}: {_signed(side.gamma[n])} · ({_signed(side.x[row, n])} − "
            f"{_signed(side.mean[n])}) ÷ {_signed(side.std[n])} + {_signed(side.beta[n])} = "
            f"{_bare(side.out[row, n])}, tanh **{_bare(side.tanh[row, n])}**\n"
        )
    whose = "of this batch" if mode != EVAL else "kept from training"
    return "".join(lines) + (
        f"\nMean and std are those {whose}. Click another cell for its numbers."
    )


def _bare(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _signed(value: float) -> str:
    """Three decimals; a negative number inside a formula stands in brackets."""
    text = f"{abs(value):.3f}"
    return f"(−{text})" if value < 0 else text


def _note(checkpoint: Checkpoint, swap: Swap) -> str:
    looks = checkpoint.recipe.model.block_size
    return (
        f"{len(swap.before)} words, each at its end: the net sees its last {looks} letters. "
        f"Shown are the {NEURONS} neurons in which the others move most in training."
    )


def fold_table(checkpoint: Checkpoint, corpus: Corpus) -> str:
    """Exercise E02: the net with and without its BatchNorm, and how far their logits differ."""
    examples = random_batch(checkpoint, corpus, seed=1, size=COMPARED)
    result = fold(checkpoint.model, examples.contexts)
    losses = [mean_loss(model, examples) for model in (checkpoint.model, result.model)]
    layers = [len(model.layers) for model in (checkpoint.model, result.model)]
    rows = [
        ("layers", *layers),
        ("numbers learned", *result.parameters),
        ("running numbers kept", *result.buffers),
        (f"loss of {COMPARED:,} examples", *losses),
    ]
    body = "\n".join(f"| {name} | {_cell(a)} | {_cell(b)} |" for name, a, b in rows)
    size = np.format_float_positional(result.largest, precision=2, fractional=False, trim="-")
    return (
        f"#### Folded into the Linear, the net says the same: of {result.logits:,} logits none "
        f"differs by more than {size}\n\n"
        f"| | as it is | folded |\n|:--|--:|--:|\n{body}\n\n"
        f"Measured on {COMPARED:,} examples from {corpus.name}, in evaluation; what is left "
        f"is rounding.{words_note(corpus)}"
    )


def _cell(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6f}"
