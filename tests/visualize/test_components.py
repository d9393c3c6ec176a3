"""What components are sent: shapes checked, numbers exact, words never part of a template."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import gradio as gr
import numpy as np
import pytest

from visualize.components import bars as bars_module
from visualize.components import heatmap as heatmap_module
from visualize.components import word_tiles as word_tiles_module
from visualize.components.bars import bars, bars_value
from visualize.components.base import clean, packed
from visualize.components.heatmap import heatmap, heatmap_value
from visualize.components.word_tiles import word_tiles, word_tiles_value
from visualize.style import DARK, LIGHT, ink_on
from visualize.theme import COLOURS, head, theme

EVIL = [
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "{{alert(1)}}",
    "שלום",
    "👩‍👩‍👧",
    "\x00\ud800",
]


def unpacked(sent: dict[str, str]) -> np.ndarray:
    kind = {"u1": np.uint8, "f4": "<f4"}[sent["type"]]
    return np.frombuffer(base64.b64decode(sent["data"]), dtype=kind)


def sample_heatmap(**options):
    return heatmap_value(np.arange(6).reshape(2, 3), rows="ab", cols="xyz", version=1, **options)


# ---- how they are made ------------------------------------------------------------------------


@pytest.mark.parametrize("module", [heatmap_module, bars_module, word_tiles_module])
def test_templates_are_constant(module):
    assert "${" not in module.TEMPLATE and "{{" not in module.TEMPLATE


@pytest.mark.parametrize(
    ("factory", "events"),
    [(heatmap, ("cell", "row")), (bars, ("release",)), (word_tiles, ("pick",))],
)
def test_factories_make_html_with_their_events(factory, events):
    with gr.Blocks():
        component = factory(None, elem_id="it")
        assert type(component) is gr.HTML and component.elem_id == "it"
        assert all(callable(getattr(component, event)) for event in events)
    script = component.js_on_load
    assert 'watch("value"' in script and "dataset.drawn" in script and "keepDrawn" in script
    assert "innerHTML" not in script and "insertAdjacentHTML" not in script


def test_head_holds_the_shared_script():
    assert head().startswith("<script>") and "window.lab" in head()
    assert head().count("</script>") == 1 and "innerHTML" not in head()


def test_theme_takes_the_palette_in_light_and_dark():
    made = theme()
    for ours, gradios in COLOURS.items():
        for name in gradios.split():
            assert getattr(made, name) == getattr(LIGHT, ours)
            assert getattr(made, name + "_dark") == getattr(DARK, ours)
    assert not made._font_css and not made._stylesheets  # nothing from outside


@pytest.mark.skipif(not shutil.which("node"), reason="runs lab.js in Node, which is not here")
def test_the_browser_chooses_the_same_ink_as_python():
    rng = np.random.default_rng(0)
    colors = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in rng.integers(0, 256, size=(200, 3))]
    asked = f"{json.dumps(colors)}.map((c) => lab.inkOn(lab.rgb(c)))"
    assert in_node(asked) == [ink_on(color) for color in colors]


@pytest.mark.skipif(not shutil.which("node"), reason="runs lab.js in Node, which is not here")
def test_the_browser_writes_numbers_plainly():
    assert in_node("[0.757353, 0, 1, 0.0037, 0.00001].map(lab.percent)") == [
        "75.7 %", "0 %", "100 %", "0.37 %", "< 0.01 %",
    ]  # fmt: skip
    assert in_node("[-0.6096, -0.0037, -1, -0.00001, NaN].map(lab.percent)") == [
        "−61.0 %", "−0.37 %", "−100 %", "> −0.01 %", "not a number",
    ]  # fmt: skip
    assert in_node("[0.7573, 0.052, 0.003, 0.0004, 0, -0.052, -0.0004].map(lab.short)") == [
        "76", "5.2", ".3", "<.1", "0", "−5.2", "<.1",
    ]  # fmt: skip
    assert in_node("[6763, -2.3456789, -Infinity].map(lab.number)") == ["6,763", "−2.346", "−∞"]
    assert in_node("[' ', 'a', '\\u0301', '\\u202e', 'é'].map(lab.visible)") == [
        "␣", "a", "◌\u0301", "\ufffd", "é",
    ]  # fmt: skip


def in_node(expression: str):
    """The value of an expression after lab.js, in Node with a page that is only pretended."""
    script = Path(heatmap_module.__file__).with_name("lab.js").read_text(encoding="utf-8")
    page = "globalThis.window = { matchMedia: () => ({ matches: false }) };"
    say = f"const lab = window.lab; console.log(JSON.stringify({expression}));"
    ran = subprocess.run(
        ["node", "-e", page + script + say], capture_output=True, text=True, check=True, timeout=20
    )
    return json.loads(ran.stdout)


# ---- numbers on their way ---------------------------------------------------------------------


def test_small_whole_numbers_go_as_bytes_and_others_as_floats():
    assert packed([0, 255, 7]) == {"type": "u1", "data": "AP8H"}
    assert packed([256])["type"] == packed([-1])["type"] == packed([0.5])["type"] == "f4"
    values = np.array([-np.inf, 1.5, np.nan])
    np.testing.assert_array_equal(unpacked(packed(values)), values.astype(np.float32))


def test_half_a_surrogate_pair_can_still_be_sent():
    assert clean("a\ud800b") == "a?b" and clean("é😀") == "é😀"


# ---- heatmap ----------------------------------------------------------------------------------


def test_heatmap_value():
    value = sample_heatmap(title="t", text="count", selected=(1, None))
    np.testing.assert_array_equal(unpacked(value["values"]), np.arange(6))
    np.testing.assert_array_equal(unpacked(value["denominators"]), [3, 12])
    assert value["rows"] == ["a", "b"] and value["selected"] == [1, None]
    assert (value["vmin"], value["vmax"], value["format"]) == (0, 5, "count")


def test_heatmap_ends():
    z = np.array([[-3.0, 1.0], [np.nan, 2.0]])
    assert heatmap_value(z, rows="ab", cols="xy", version=1, scale="diverging")["vmin"] == -3
    empty = heatmap_value(np.zeros((2, 2)), rows="ab", cols="xy", version=1)
    assert (empty["vmin"], empty["vmax"]) == (0, 1)
    logs = heatmap_value(-np.ones((1, 1)), rows="a", cols="x", version=1, vmin=-10, vmax=0)
    assert (logs["vmin"], logs["vmax"]) == (-10, 0)


def test_heatmap_of_handles_is_small():
    rng = np.random.default_rng(0)
    labels = [chr(48 + i) for i in range(66)]
    counts = rng.integers(0, 2000, size=(66, 66))
    value = heatmap_value(counts, rows=labels, cols=labels, version=1)
    assert len(json.dumps(value)) < 26_000


@pytest.mark.parametrize(
    "options",
    [
        {"scale": "rainbow"},
        {"transform": "cube"},
        {"unit": "bits"},
        {"text": "hex"},
        {"text": [["a"]]},
        {"selected": (2, 0)},
        {"selected": (0, 3)},
        {"numerators": np.zeros((3, 3))},
    ],
)
def test_heatmap_refuses_what_does_not_fit(options):
    with pytest.raises(ValueError):
        sample_heatmap(**options)


def test_heatmap_refuses_wrong_shapes_and_too_much():
    with pytest.raises(ValueError, match="3 x 3"):
        heatmap_value(np.zeros((2, 3)), rows="abc", cols="xyz", version=1)
    with pytest.raises(ValueError, match="too many"):
        heatmap_value(np.zeros((600, 1)), rows=["r"] * 600, cols="x", version=1)


# ---- bars -------------------------------------------------------------------------------------


def test_bars_take_probabilities_or_logits():
    p = np.array([0.5, 0.25, 0.25, 0.0])
    value = bars_value(p, labels=".aB1", version=1, counts=[2, 1, 1, 0])
    scores = unpacked(value["logits"]).astype(np.float64)
    np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(), p, atol=1e-7)
    assert value["kinds"] == ["end", "vowel", "capital", "digit"]
    logits = bars_value(logits=[1.5, 0.5], labels="ab", version=1)["logits"]
    np.testing.assert_allclose(unpacked(logits), [1.5, 0.5])


@pytest.mark.parametrize(
    ("probabilities", "options"),
    [
        (None, {}),
        ([0.5, 0.5], {"logits": [0, 0]}),
        ([1.0], {}),
        ([1.5, -0.5], {}),
        ([0.5, 0.5], {"counts": [1]}),
        ([0.5, 0.5], {"highlight": 2}),
        ([0.5, 0.5], {"controls": ("volume",)}),
    ],
)
def test_bars_refuse_what_does_not_fit(probabilities, options):
    with pytest.raises(ValueError):
        bars_value(probabilities, labels="ab", version=1, **options)


# ---- names ------------------------------------------------------------------------------------


def test_names_value():
    items = [("em", [0.1, 0.2, 0.3], "new", "nearest: emma"), ("a", [0.5], "", "")]
    value = word_tiles_value(items, end_mark=".", version=3)
    assert [word["ended"] for word in value["words"]] == [True, False]
    np.testing.assert_allclose(unpacked(value["probabilities"]), [0.1, 0.2, 0.3, 0.5])
    assert value["more"] == 0 and value["words"][0]["badge"] == "new"


def test_a_long_word_is_cut_and_says_so():
    value = word_tiles_value(
        [("a" * 10_000, np.full(10_001, 0.5), "", "")], end_mark=".", version=1
    )
    word = value["words"][0]
    assert (len(word["letters"]), word["more"], word["ended"]) == (60, 9_940, False)
    assert len(unpacked(value["probabilities"])) == 60


def test_a_long_list_is_cut_and_says_so():
    value = word_tiles_value([("a", [1, 1], "", "")] * 700, end_mark=".", version=1)
    assert len(value["words"]) == 500 and value["more"] == 200


def test_no_names_is_an_empty_list():
    value = word_tiles_value([], end_mark=".", version=1)
    assert value["words"] == [] and unpacked(value["probabilities"]).size == 0


def test_names_refuse_probabilities_that_do_not_fit():
    with pytest.raises(ValueError, match="2 or 3"):
        word_tiles_value([("em", [0.1], "", "")], end_mark=".", version=1)


def test_strange_words_travel_as_data():
    chances = [np.full(len(word) + 1, 0.5) for word in EVIL]
    items = [(word, p, word, word) for word, p in zip(EVIL, chances, strict=True)]
    value = word_tiles_value(items, end_mark=".", version=1, title=EVIL[0])
    assert json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8")) == value
    assert [word["letters"] for word in value["words"]][:5] == EVIL[:5]
