"""The palette: readable in light and dark, even steps, zero is paper, one place for all."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from visualize.style import (
    DARK,
    KIND_SHAPES,
    KIND_WORDS,
    KINDS,
    LIGHT,
    SIZES,
    contrast,
    css_variables,
    ink_on,
    kind_of,
    stylesheet,
)

PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
VISUALIZE = Path(__file__).parents[2] / "visualize"


def lightness(color: str) -> np.ndarray:
    """OKLab (3,) of `#rrggbb`: Ottosson, "A perceptual color space" (2020)."""
    s = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
             [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
    to_lab = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050,
              0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip
    return np.array(to_lab) @ np.cbrt(np.array(cones) @ linear)


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@PALETTES
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "wrong", "right"])
@pytest.mark.parametrize("background", ["paper", "surface"])
def test_text_is_readable_on_backgrounds(palette, text, background):
    assert contrast(getattr(palette, text), getattr(palette, background)) >= 4.5


@PALETTES
def test_text_is_readable_on_accent_and_every_stop(palette):
    assert contrast(palette.accent_ink, palette.accent) >= 4.5
    for color in (*palette.sequential, *palette.diverging, *palette.kinds.values()):
        assert contrast(ink_on(color), color) >= 4.5


def test_ink_on_is_readable_on_any_colour():
    rng = np.random.default_rng(0)
    for r, g, b in rng.integers(0, 256, size=(500, 3)):
        color = f"#{r:02x}{g:02x}{b:02x}"
        assert contrast(ink_on(color), color) >= 4.5


@PALETTES
def test_zero_is_paper(palette):
    assert palette.sequential[0] == palette.paper
    assert palette.diverging[len(palette.diverging) // 2] == palette.paper
    assert len(palette.diverging) % 2 == 1


@PALETTES
@pytest.mark.parametrize("scale", ["sequential", "diverging"])
def test_scales_take_even_steps(palette, scale):
    stops = np.stack([lightness(color) for color in getattr(palette, scale)])
    steps = np.linalg.norm(np.diff(stops, axis=0), axis=1)
    assert steps.max() / steps.min() < 1.1


@PALETTES
def test_sequential_lightness_goes_one_way(palette):
    steps = np.diff([lightness(color)[0] for color in palette.sequential])
    assert (steps < 0).all() or (steps > 0).all()


@pytest.mark.parametrize(
    ("letters", "kind"),
    [
        ("aeiouéÅ".lower(), "vowel"),
        ("bzyñçй", "consonant"),
        ("AÉZЖ", "capital"),
        ("07٣", "digit"),
        ("_-!😀\x00\u0301", "mark"),
        ("אم漢", "letter"),
        ("яё", "vowel"),
        (".", "end"),
    ],
)
def test_kind_of(letters, kind):
    assert {kind_of(letter, end_mark=".") for letter in letters} == {kind}


def test_a_dot_is_a_mark_where_it_is_not_the_end():
    assert kind_of(".", end_mark="␃") == "mark"
    assert kind_of("␃", end_mark="␃") == "end"


@PALETTES
def test_every_kind_has_colour_shape_and_word(palette):
    assert set(palette.kinds) == set(KIND_SHAPES) == set(KIND_WORDS) == set(KINDS)
    assert len(set(KIND_SHAPES.values())) == len(KINDS)


def test_the_browser_has_every_shape():
    script = (VISUALIZE / "components" / "lab.js").read_text(encoding="utf-8")
    outlines = script.split("const OUTLINES = {")[1].split("};")[0]
    assert set(re.findall(r"^\s+(\w+): \"M", outlines, re.M)) == set(KINDS)


def test_variables_hold_both_palettes():
    light, dark = css_variables().split(".dark {")
    assert f"--lab-paper: {LIGHT.paper};" in light and f"--lab-paper: {DARK.paper};" in dark
    assert f"--lab-seq-10: {LIGHT.sequential[10]};" in light and "--lab-kind-vowel:" in dark
    assert f"--lab-size-{len(SIZES)}: {SIZES[-1]}px;" in light


def test_rules_use_only_variables_that_exist_and_no_colour_of_their_own():
    rules = "\n".join(file.read_text(encoding="utf-8") for file in VISUALIZE.rglob("*.css"))
    known = set(re.findall(r"(--lab-[\w-]+):", css_variables()))
    assert set(re.findall(r"var\((--lab-[\w-]+)", rules)) <= known
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", rules)
    assert rules.count("{") == rules.count("}")
    page = (VISUALIZE / "style.css").read_text(encoding="utf-8")
    assert stylesheet().endswith(page)


def test_style_knows_neither_gradio_nor_torch():
    source = (VISUALIZE / "style.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import|from) (gradio|torch|plotly)", source, re.M)
