"""Figures: what stands in them is what was given, and labels can never act as markup."""

from __future__ import annotations

import base64
import itertools
import json
import math
import struct
import subprocess
import sys

import numpy as np
import pytest

from visualize import figures
from visualize.figures import counted
from visualize.figures.bars import length_histogram, letter_frequencies
from visualize.figures.curves import curves, smoothed, thinned, update_ratios
from visualize.figures.embedding import embedding
from visualize.figures.heatmap import bigram_print, save
from visualize.figures.histograms import X_TITLES, histograms

POINTS = np.array([[0.0, 0.0], [1.0, 2.0], [-1.0, 0.5]])
EVIL = "<img src=x onerror=alert(1)>"


def letters(**options):
    return embedding(POINTS, symbols=".ab", kinds=["end", "vowel", "consonant"], **options)


def layer(name="Layer 1", saturation=None):
    return (name, np.array([1, 2, 1]), np.array([-1.0, -0.5, 0.5, 1.0]), -0.02, 0.63, saturation)


def test_embedding_holds_every_letter_at_its_point():
    found = {}
    for trace in letters().data:
        found |= dict(zip(trace.ids, zip(trace.x, trace.y, strict=True), strict=True))
    assert found == {".": (0.0, 0.0), "a": (1.0, 2.0), "b": (-1.0, 0.5)}


def test_embedding_has_one_trace_a_kind_with_its_own_colour_and_shape():
    data = letters().data
    assert [trace.meta["key"]["kind"] for trace in data] == ["vowel", "consonant", "end"]
    assert len({trace.marker.symbol for trace in data}) == 3
    assert len({trace.marker.line.color for trace in data}) == 3


def test_embedding_axes_are_equal_and_hold_all_snapshots():
    film = np.stack([POINTS * 5, POINTS])  # (2, 3, 2)
    layout = letters(snapshots=film, steps=[0, 100]).layout
    assert layout.yaxis.scaleanchor == "x"
    assert layout.xaxis.range[0] < -5 and layout.xaxis.range[1] > 5


def test_embedding_packs_snapshots_as_float32():
    film = np.stack([POINTS * 5, POINTS])  # (2, 3, 2)
    packed = letters(snapshots=film, steps=[0, 100]).layout.meta["snapshots"]
    numbers = np.frombuffer(base64.b64decode(packed["xy"]), dtype="<f4")
    assert packed["shape"] == [2, 3, 2] and packed["steps"] == [0, 100]
    np.testing.assert_array_equal(numbers.reshape(2, 3, 2), film)


def test_embedding_hover_names_neighbours_with_distances():
    near = [[("a", 0.5)], [("b", 0.25)], []]
    trace = next(t for t in letters(neighbours=near).data if t.name == "vowels")
    assert "b  0.25" in trace.hovertemplate[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": ["end"]},
        {"kinds": ["end", "vowel", "ghost"]},
        {"symbols": "ab"},
        {"snapshots": np.zeros((2, 3, 2))},
        {"snapshots": np.zeros((2, 2, 2)), "steps": [0, 1]},
    ],
)
def test_embedding_refuses_what_does_not_fit(wrong):
    options = {"symbols": ".ab", "kinds": ["end", "vowel", "consonant"]} | wrong
    with pytest.raises(ValueError):
        embedding(POINTS, **options)


def test_66_letters_stand_beside_their_marks_each_on_a_free_side():
    rng = np.random.default_rng(0)
    symbols = [chr(48 + i) for i in range(66)]
    figure = embedding(rng.normal(size=(66, 2)), symbols=symbols, kinds=["digit"] * 66)
    sides = set(figure.data[0].textposition)
    assert "middle center" not in sides and len(sides) > 1


@pytest.mark.parametrize("kind", X_TITLES)
def test_histograms_keep_counts_as_density(kind):
    figure = histograms([layer()], kind=kind)
    np.testing.assert_allclose(figure.data[0].y, [0, 0.5, 0.5, 0.5, 0])
    assert figure.layout.xaxis.title.text == X_TITLES[kind]


@pytest.mark.parametrize("count", [1, 4, 8])
def test_histogram_rows_share_x_and_do_not_overlap(count):
    figure = histograms([layer(f"Layer {i}") for i in range(count)], kind="activations")
    spans = [figure.layout[f"yaxis{i + 1 if i else ''}"].domain for i in range(count)]
    assert all(low < high for low, high in spans)
    assert all(above[0] >= below[1] for above, below in itertools.pairwise(spans))
    assert {trace.xaxis for trace in figure.data} == {None}


def test_histogram_says_mean_std_and_saturation():
    figure = histograms([layer(saturation=0.0278)], kind="activations", saturated_at=0.97)
    said = [note.text for note in figure.layout.annotations if note.name == "wide"]
    assert said == ["mean −0.02   std 0.63   saturated 2.8 %"]
    assert sorted(shape.x0 for shape in figure.layout.shapes) == [-0.97, 0.97]
    assert "saturated 2.8 %" in figure.layout.meta["words"]


@pytest.mark.parametrize("layers", [[], [("x", [1, 2], [0, 1], 0, 1, None)]])
def test_histograms_refuse_what_does_not_fit(layers):
    with pytest.raises(ValueError):
        histograms(layers, kind="activations")


def test_curves_draw_each_run_and_the_baseline():
    figure = curves(
        [("one", [0, 1], [3.0, 2.0]), ("two", [0, 1], [3.0, 2.5])], baseline=(3.3, "ln")
    )
    assert [list(trace.y) for trace in figure.data] == [[3.0, 2.0], [3.0, 2.5]]
    assert figure.layout.shapes[0].y0 == 3.3 and figure.layout.shapes[0].line.dash == "dash"
    assert figure.layout.annotations[0].text == "ln"
    assert len({(t.line.color, t.line.dash) for t in figure.data}) == 2


def test_smoothing_is_the_mean_of_the_last_values():
    np.testing.assert_allclose(smoothed([1, 3, 5, 7], window=2), [1, 2, 4, 6])


def test_thinning_keeps_spikes_and_both_ends():
    values = np.zeros(100_000)
    values[54_321] = 9
    x, y = thinned(np.arange(100_000), values, most=1000)
    assert len(x) <= 1000 and y.max() == 9 and x[0] == 0 and x[-1] == 99_999
    assert np.all(np.diff(x) > 0)


def test_a_loss_that_is_no_number_breaks_the_line():
    figure = curves([("run", [0, 1, 2], [3.0, math.nan, 2.0])])
    assert json.loads(figure.to_json()) and math.isnan(figure.data[0].y[1])


def test_update_ratios_always_show_the_wanted_level():
    figure = update_ratios([0, 1], {"W1": [-1.0, -1.5], "W2": [-2.0, -1.2]})
    low, high = figure.layout.yaxis.range
    assert low < -3 < high and figure.layout.shapes[0].y0 == -3


def test_lengths_keep_empty_places():
    bars = length_histogram({2: 5, 4: 15}).data[0]
    assert list(bars.x) == [2, 3, 4] and list(bars.y) == [5, 0, 15]
    assert bars.hovertext[2] == "4 letters<br>15 of 20, 75 %"


def test_letter_frequencies_are_coloured_by_kind():
    figure = letter_frequencies([1, 3], symbols="ab", kinds=["vowel", "consonant"])
    assert [(t.x[0], t.y[0]) for t in figure.data] == [("a", 1), ("b", 3)]
    assert list(figure.layout.xaxis.categoryarray) == ["a", "b"]


def test_labels_from_a_corpus_are_escaped():
    everything = [
        embedding(POINTS[:1], symbols=["<"], kinds=["mark"], neighbours=[[("<", 1.0)]]),
        histograms([layer(EVIL)], kind="gradients"),
        curves([(EVIL, [0], [1.0])], baseline=(1.0, EVIL), y_title=EVIL),
        letter_frequencies([1], symbols=["<"], kinds=["mark"]),
    ]
    for figure in everything:
        figure.update_layout(meta=None).update_traces(meta=None, ids=None)
        figure.update_traces(legendgroup=None)
        for text in _texts(json.loads(figure.to_json())):
            assert "<img" not in text and text != "<", text


@pytest.mark.parametrize("symbol, label", [(" ", "␣"), ("\0", "\\x00"), ("<", "&lt;"), ("é", "é")])
def test_every_letter_can_be_seen(symbol, label):
    assert figures.shown(symbol) == label


def test_colours_are_the_pages_own():
    figure = letters()
    assert figure.data[0].marker.color == "var(--lab-kind-vowel, 22%)"
    assert figure.layout.font.color == figures.colour("ink") == "var(--lab-ink)"
    assert "#" not in figure.to_json()


def test_every_figure_says_in_words_what_it_shows():
    assert letters().layout.meta["words"] == (
        "A scatter plot of 3 letters as points: 1 vowels, 1 consonants, 1 end of the word."
    )


def test_bigram_print_writes_every_pair_and_count():
    counts = np.array([[0, 7], [12, 3]])
    axes = bigram_print(counts, ".a").axes[0]
    assert [text.get_text() for text in axes.texts] == ["..", "0", ".a", "7", "a.", "12", "aa", "3"]


def test_bigram_print_takes_any_alphabet(tmp_path):
    figure = bigram_print(np.zeros((3, 3)), ["␃", "$", "\0"], title="$ _ ^")
    picture = save(figure, tmp_path / "a.png", dpi=40).read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", picture[16:20])[0] == round(figure.get_figwidth() * 40)


def test_bigram_print_refuses_counts_that_do_not_fit():
    with pytest.raises(ValueError):
        bigram_print(np.zeros((2, 2)), "abc")


def test_figures_know_neither_torch_nor_gradio_nor_pyplot():
    names = ("bars", "curves", "embedding", "heatmap", "histograms")
    code = "".join(f"import visualize.figures.{name}\n" for name in names)
    code += "import sys; print([m for m in ('torch', 'gradio', 'makemore', 'matplotlib.pyplot')"
    code += " if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def _texts(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for item in node.values() if isinstance(node, dict) else node:
            yield from _texts(item)


def test_one_has_no_plural() -> None:
    assert (counted(1, "letter"), counted(0, "letter")) == ("1 letter", "0 letters")
    assert counted(1_000, "city", "cities") == "1,000 cities"
