"""All taste in one place: colours in light and dark, fonts, four sizes, shapes for letters.

Everything else asks here. The page gets the same palette as CSS variables (`stylesheet`), so a
figure drawn in Python and one drawn by the browser always agree. No gradio, no torch.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace'
SIZES = (13, 15, 18, 24)  # px: notes and labels, text and controls, figure titles, the page title

KINDS = ("vowel", "consonant", "capital", "digit", "mark", "letter", "end")
KIND_WORDS = {
    "vowel": "vowels",
    "consonant": "consonants",
    "capital": "capitals",
    "digit": "digits",
    "mark": "other signs",
    "letter": "letters",
    "end": "end of the word",
}
# Plotly's marker symbols: colour is never the only sign. The browser draws the same shapes.
KIND_SHAPES = {
    "vowel": "circle",
    "consonant": "square",
    "capital": "triangle-up",
    "digit": "diamond",
    "mark": "cross",
    "letter": "pentagon",
    "end": "circle-open",
}

VOWELS = frozenset("aeiouæœøıəɛɔ" + "аеиоуыэюяіє" + "αειουηω")
ALPHABETS_WITH_VOWELS = ("LATIN ", "CYRILLIC ", "GREEK ")


@dataclass(frozen=True)
class Palette:
    """Colours as `#rrggbb`. The scales are even steps in OKLab, and their zero is the paper."""

    paper: str
    surface: str  # a quiet second background: inputs, code, a row under the mouse
    ink: str
    muted: str  # notes, axes, the end mark
    line: str
    accent: str  # what can be clicked
    accent_ink: str  # text on the accent
    wrong: str  # red, for what is wrong and for nothing else
    right: str
    sequential: tuple[str, ...]  # 0 ... largest count or probability
    diverging: tuple[str, ...]  # negative ... 0 ... positive
    kinds: dict[str, str]  # Okabe & Ito, "Color Universal Design" (2008)


LIGHT = Palette(
    paper="#fdfcfa",
    surface="#f3f1ec",
    ink="#1d1c1a",
    muted="#5f5d58",
    line="#dcd9d2",
    accent="#1f57a4",
    accent_ink="#ffffff",
    wrong="#b3261e",
    right="#1b6e3c",
    sequential=(
        "#fdfcfa", "#d1edf4", "#abd9ed", "#88c4e5", "#69aedb", "#4e97ce",
        "#3780bf", "#2568ad", "#1a5198", "#173b80", "#172764",
    ),
    diverging=(
        "#813c0f", "#a95c1a", "#cc813d", "#e9aa70", "#fad4b0", "#fdfcfa",
        "#bddef6", "#84bbe8", "#5397d2", "#2e70b5", "#174a92",
    ),
    kinds={
        "vowel": "#e69f00", "consonant": "#0072b2", "capital": "#cc79a7", "digit": "#009e73",
        "mark": "#56b4e9", "letter": "#4a4a4a", "end": "#8a8780",
    },
)  # fmt: skip

DARK = Palette(
    paper="#17181c",
    surface="#202227",
    ink="#e8e6e1",
    muted="#a5a39d",
    line="#3a3c42",
    accent="#8fb8f2",
    accent_ink="#10203a",
    wrong="#ff8a80",
    right="#7fce9b",
    sequential=(
        "#17181c", "#212540", "#293662", "#2e4b83", "#3062a1", "#347cbd",
        "#3c96d4", "#4eb0e8", "#6acaf6", "#90e3fe", "#bcf8fe",
    ),
    diverging=(
        "#f1bd73", "#d18f4b", "#a9672f", "#7b4520", "#4a2c1d", "#17181c",
        "#1e3454", "#27558a", "#3a7bb9", "#57a5df", "#7dd0fa",
    ),
    kinds={
        "vowel": "#e69f00", "consonant": "#3d97d3", "capital": "#cc79a7", "digit": "#009e73",
        "mark": "#8fd3fb", "letter": "#c9c9c9", "end": "#8a8780",
    },
)  # fmt: skip


def kind_of(letter: str, *, end_mark: str) -> str:
    """The kind of a letter, one of KINDS, in any script; accents do not matter.

    Latin, Cyrillic and Greek letters are vowels, consonants or capitals; letters of other scripts
    are plain "letter"; punctuation, emoji and control characters are "mark".
    """
    if letter == end_mark:
        return "end"
    base = unicodedata.normalize("NFD", letter)[:1]
    category = unicodedata.category(base)[0] if base else "S"
    if category == "N":
        return "digit"
    if category != "L":
        return "mark"
    if base != base.lower():
        return "capital"
    if not unicodedata.name(base, "").startswith(ALPHABETS_WITH_VOWELS):
        return "letter"
    return "vowel" if base in VOWELS and letter != "й" else "consonant"


def luminance(color: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2); AA asks 4.5 of text."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(background: str) -> str:
    """The text colour that is readable (AA) on a background: our ink where it can be."""
    soft = max(LIGHT.ink, LIGHT.paper, key=lambda ink: contrast(ink, background))
    if contrast(soft, background) >= 4.5:
        return soft
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, background))


def css_variables() -> str:
    """Both palettes, the fonts and the sizes as CSS custom properties."""
    fixed = {"font": FONT, "mono": MONO}
    fixed |= {f"size-{i}": f"{size}px" for i, size in enumerate(SIZES, start=1)}
    light = _declarations(fixed | _colours(LIGHT))
    dark = _declarations(_colours(DARK))
    return f":root {{\n{light}}}\n.dark {{\n{dark}}}\n"


def stylesheet() -> str:
    """The whole style sheet of the page: variables from the palettes, rules from style.css."""
    rules = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return css_variables() + rules


def _colours(palette: Palette) -> dict[str, str]:
    plain = ("paper", "surface", "ink", "muted", "line", "accent", "accent_ink", "wrong", "right")
    return {
        **{name.replace("_", "-"): getattr(palette, name) for name in plain},
        **{f"seq-{i}": color for i, color in enumerate(palette.sequential)},
        **{f"div-{i}": color for i, color in enumerate(palette.diverging)},
        **{f"kind-{kind}": color for kind, color in palette.kinds.items()},
    }


def _declarations(values: dict[str, str]) -> str:
    return "".join(f"  --lab-{name}: {value};\n" for name, value in values.items())
