"""Inside, first weights: the init doctor. One batch through an untrained net, at a touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

import gradio as gr

from makemore.analysis.init_doctor import (
    BLOCK_SIZE,
    INIT_PRESETS,
    InitSetup,
    build_untrained,
    diagnosis,
    probe_init,
)
from makemore.corpora.corpus import Corpus, CorpusError
from makemore.corpora.registry import CorpusSettings, load_corpus
from makemore.evaluation import random_guess
from makemore.examples import Examples, make_examples, split_words
from makemore.probe import Probe, dead_neurons
from makemore.recipes import KAIMING, LECTURE_SEED
from makemore.reproduce.printed import PRINTED
from makemore.vocabulary import Vocabulary
from visualize.components.heatmap import heatmap
from visualize.components.plotly_view import plotly_view
from visualize.figures import percent
from visualize.page.lesson import lesson_panel
from visualize.page.section import Context, Section
from visualize.page.state import BACKGROUND, AppContext
from visualize.tabs.inside.view import (
    Batch,
    binned,
    histogram_payload,
    probe_names,
    saturation_payload,
)

MINE = "My own settings"
VIEWS = {"After tanh": "activations", "Before tanh": "activations", "Gradients": "gradients"}
DEPTHS = {"1": 1, "5": 5}
MOST_WORDS = 40_000  # of a visitor's list: more would only take longer


@dataclass(frozen=True)
class Words:
    """What batches are drawn from: the training part of a list, cut into examples."""

    corpus: Corpus
    vocabulary: Vocabulary
    data: Examples


def words_of(corpus: Corpus) -> Words:
    """The training part of a corpus, as the lectures cut it."""
    vocabulary = Vocabulary.of(corpus.words)
    train = split_words(corpus.words).train[:MOST_WORDS]
    return Words(corpus, vocabulary, make_examples(train, vocabulary, block_size=BLOCK_SIZE))


def lecture_words(settings: CorpusSettings | None = None) -> Corpus | None:
    """The notebooks' own names.txt, if it is on this machine; nothing is fetched here."""
    settings = settings or CorpusSettings.from_environment()
    if not settings.has_names():
        return None
    try:
        return load_corpus("names.txt", settings=settings)
    except CorpusError:
        return None


def build(app: AppContext, shared: dict[str, gr.components.Component]) -> Section:
    """Lay out this part. shared: controls of the whole tab that the lesson may set too."""
    first = next(iter(INIT_PRESETS))
    with gr.Column() as box, gr.Row(elem_classes="lab-row"):
        with gr.Column(elem_classes="lab-figure"):
            preset = gr.Radio(
                [*INIT_PRESETS, MINE], value=first, label="Start", elem_id="doctor-preset"
            )
            view = gr.Radio(
                list(VIEWS), value="After tanh", label="Histograms of", elem_id="doctor-view"
            )
            layers = plotly_view(elem_id="doctor-histograms", label="histograms", height=276)
            saturation = heatmap(elem_id="doctor-saturation", label="saturation map")
            table = gr.Markdown(elem_id="doctor-table", elem_classes=["lab-card", "lab-wide-card"])
        with gr.Column(elem_classes="lab-side"):
            ladder = gr.Markdown(elem_id="doctor-ladder", elem_classes="lab-card")
            dials = _dials(INIT_PRESETS[first])
            note = gr.Markdown(elem_id="doctor-note", elem_classes="lab-note")
            lesson_panel(
                "inside-start",
                app=app,
                code=(build_untrained, probe_init),
                controls=shared | {"preset": preset, "shows": view, **dials},
            )
    _wire(preset, dials)
    kept = _known_words(app)

    outputs = {
        "histograms": layers,
        "saturation": saturation,
        "table": table,
        "ladder": ladder,
        "note": note,
    }

    def refresh(context: Context, *, shows: str, **settings: Any) -> dict[str, Any]:
        words, setup = kept(context.corpus), patient(*settings.values())
        return dict(zip(outputs, show(words, setup, view=shows, version=context.version())))

    return Section(box, {"shows": view, **dials}, outputs, refresh)


def _dials(start: InitSetup) -> dict[str, gr.components.Component]:
    """One control for each setting of a Patient, in its order."""
    return {
        "depth": gr.Radio(
            list(DEPTHS), value=str(start.depth), label="Hidden layers", elem_id="doctor-depth"
        ),
        "gain": gr.Slider(
            0, 5, start.gain, step=0.01, label="Hidden weights × (the gain)", elem_id="doctor-gain"
        ),
        "fan_in": gr.Checkbox(
            start.fan_in, label="… and ÷ √ of the inputs (fan-in)", elem_id="doctor-fan-in"
        ),
        "bias": gr.Slider(
            0, 2, start.bias, step=0.01, label="Hidden bias ×", elem_id="doctor-bias"
        ),
        "output_gain": gr.Slider(
            0, 2, start.output_gain, step=0.01, label="Output weights ×", elem_id="doctor-output"
        ),
        "output_bias": gr.Slider(
            0, 2, start.output_bias, step=0.01, label="Output bias ×", elem_id="doctor-output-bias"
        ),
        "batchnorm": gr.Checkbox(
            start.batchnorm, label="BatchNorm before each tanh", elem_id="doctor-batchnorm"
        ),
        "tanh": gr.Checkbox(
            start.tanh, label="Tanh after each hidden layer", elem_id="doctor-tanh"
        ),
        "zero": gr.Checkbox(start.zero, label="All weights and biases zero", elem_id="doctor-zero"),
    }


def _wire(preset: gr.Radio, dials: dict[str, gr.components.Component]) -> None:
    """A preset sets the controls; moving a control selects “My own settings”."""
    controls = list(dials.values())
    preset.change(positions, preset, controls, **BACKGROUND)
    gr.on(
        [control.input for control in controls],
        lambda: MINE,
        None,
        preset,
        trigger_mode="always_last",
        **BACKGROUND,
    )


def positions(preset: str) -> list[Any]:
    """The values of the controls for a preset; the visitor's own settings stay."""
    if preset not in INIT_PRESETS:
        return [gr.skip()] * len(astuple(InitSetup()))
    depth, *rest = astuple(INIT_PRESETS[preset])
    return [str(depth), *rest]


def patient(
    depth: str,
    gain: float,
    fan_in: bool,
    bias: float,
    output_gain: float,
    output_bias: float,
    batchnorm: bool,
    tanh: bool,
    zero: bool,
) -> InitSetup:
    """The dials as a Patient. A slider has two decimals: 1.67 stands for Kaiming's 5/3."""
    gain, bias, output_gain, output_bias = (
        min(max(float(x or 0), 0.0), 10.0) for x in (gain, bias, output_gain, output_bias)
    )
    gain = KAIMING if abs(gain - KAIMING) < 0.005 else gain
    return InitSetup(
        DEPTHS.get(depth, 1),
        gain,
        bool(fan_in),
        bias,
        output_gain,
        output_bias,
        bool(batchnorm),
        bool(tanh),
        bool(zero),
    )


def _known_words(app: AppContext) -> Callable[[Corpus], Words]:
    """The examples of a list that all share are cut once: of names when the page is made, of the
    others when they are first shown, and again when another list replaces them."""
    shared = app.library.corpora
    lecture = lecture_words(app.library.settings.corpora)
    known: dict[str, tuple[str, Words]] = {}  # by name, with the sha256 of the list

    def find(corpus: Corpus) -> Words:
        if corpus.name not in shared or corpus.sha256 != shared[corpus.name].sha256:
            return words_of(corpus)
        sha256, words = known.get(corpus.name, ("", None))
        if sha256 != corpus.sha256:
            words = words_of((lecture or corpus) if corpus.name == "names" else corpus)
            known[corpus.name] = corpus.sha256, words
        return words

    if "names" in shared:
        find(shared["names"])
    return find


def show(words: Words, start: InitSetup, *, view: str, version: int) -> tuple[Any, ...]:
    """Histograms, saturation map, table of layers, ladder of starts, and where all is from."""
    size = len(words.vocabulary)
    seen, examples = probe_init(start, words.data, vocab_size=size)
    names, tanh = probe_names(seen), seen.of_kind("Tanh")
    picture = None
    if tanh:
        worst = max(tanh, key=lambda record: (len(dead_neurons(record)), record.saturation))
        picture = saturation_payload(
            worst, Batch(examples, words.vocabulary), name=names[worst.name], version=version
        )
    return (
        _histograms(seen, names, view, size, version),
        picture,
        layer_table(seen, names),
        ladder_table(words, start),
        source_note(words),
    )


def _histograms(
    seen: Probe, names: dict[str, str], view: str, size: int, version: int
) -> dict[str, Any]:
    view = view if view in VIEWS else "After tanh"
    hidden = seen.of_kind("Tanh") or seen.of_kind("Linear")[:-1]
    squashed = view == "After tanh" and bool(seen.of_kind("Tanh"))
    before = [
        (names[b.name], a.out, None) for a, b in zip(seen.layers, seen.layers[1:]) if b in hidden
    ]
    rows = {
        "After tanh": [(names[r.name], r.out, r.saturation) for r in hidden],
        "Before tanh": before,
        "Gradients": [(names[r.name], r.grad, None) for r in hidden],
    }[view]
    guess = random_guess(size)
    title = (
        f"The first loss is {seen.loss:#.4g} nats, a guess among {size} costs {guess:#.4g}. "
        f"{diagnosis(seen, guess=guess)}"
    )
    return histogram_payload(
        binned(rows, squashed=squashed),
        kind=VIEWS[view],
        title=title,
        zoom=view,
        version=version,
        marks=squashed,
    )


def layer_table(seen: Probe, names: dict[str, str]) -> str:
    """Layer by layer: the spread forward and back, what is saturated, what may learn."""
    rows = ["| layer | spread | saturated | dead | gradient |", "|:--|--:|--:|--:|--:|"]
    shown = [layer for layer in seen.layers if layer.kind in ("Tanh", "Linear")]
    for record in shown:
        stuck = (
            f"{percent(record.saturation)} | {len(dead_neurons(record))}"
            if record.saturation is not None
            else " | "
        )
        rows.append(
            f"| {names[record.name]} | {record.out.std():.3g} | {stuck} | {record.grad.std():.2e} |"
        )
    return "\n".join(rows)


def ladder_table(words: Words, start: InitSetup) -> str:
    """The first loss of each start with as many layers, the one on the screen in bold."""
    rows = ["| start | first loss | saturated |", "|:--|--:|--:|"]
    size, own = len(words.vocabulary), start not in INIT_PRESETS.values()
    listed = {name: p for name, p in INIT_PRESETS.items() if p.depth == start.depth}
    for name, candidate in (listed | ({"yours": start} if own else {})).items():
        seen, _ = probe_init(candidate, words.data, vocab_size=size)
        tanh = seen.of_kind("Tanh")
        most = percent(max(r.saturation for r in tanh)) if tanh else ""
        cells = [name, f"{seen.loss:.4f}", most]
        bold = (f"**{cell}**" if cell and candidate == start else cell for cell in cells)
        rows.append(f"| {' | '.join(bold)} |")
    return "\n".join([*rows, f"| a guess: ln {size} | {random_guess(size):.4f} | |"])


PRINTED_LOSSES = ("init.original", "init.softmax_fix", "init.tanh_fix", "init.kaiming")


def source_note(words: Words) -> str:
    """Which words and which chance this is."""
    corpus = words.corpus
    printed = ", ".join(f"{PRINTED[id].value:.4f}" for id in PRINTED_LOSSES)
    seed = f"Weights and batch are drawn with seed {LECTURE_SEED}, as in lecture 3"
    if corpus.name == "names.txt":
        return (
            f"{seed}; 32 examples from the notebooks’ own names.txt, so the printed "
            f"losses come out: {printed}."
        )
    if corpus.name == "names":
        return (
            f"{seed}; 32 examples from the bundled names. They are the names of the lecture in "
            "another order, so the batch is another one and the losses differ a little from "
            f"the printed ones ({printed})."
        )
    return f"{seed}; 32 examples from {corpus.name}."
