"""Gradio's own controls in the colours and sizes of `style`: the page looks like one hand."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio.themes.utils import colors, sizes

from visualize.style import DARK, FONT, LIGHT, MONO, SIZES, Palette

# Gradio's names for the colours of its controls, and which colour of ours each takes. A name that
# is missing here keeps Gradio's value, which is made from the hues below.
COLOURS = {
    "paper": (
        "body_background_fill background_fill_primary block_background_fill panel_background_fill"
        " block_label_background_fill block_title_background_fill stat_background_fill"
        " table_even_background_fill table_odd_background_fill checkbox_background_color"
        " checkbox_background_color_focus checkbox_background_color_hover"
        " checkbox_label_background_fill checkbox_label_background_fill_hover"
        " input_background_fill input_background_fill_focus input_background_fill_hover"
        " button_secondary_background_fill button_cancel_background_fill error_background_fill"
    ),
    "surface": (
        "background_fill_secondary code_background_fill color_accent_soft table_row_focus"
        " checkbox_label_background_fill_selected button_secondary_background_fill_hover"
        " button_cancel_background_fill_hover"
    ),
    "ink": (
        "body_text_color accordion_text_color table_text_color block_title_text_color"
        " block_label_text_color checkbox_label_text_color checkbox_label_text_color_selected"
        " button_secondary_text_color button_secondary_text_color_hover button_cancel_text_color"
        " button_cancel_text_color_hover button_primary_border_color_hover"
        " button_primary_background_fill_hover"
    ),
    "muted": (
        "body_text_color_subdued block_info_text_color input_placeholder_color"
        " checkbox_border_color checkbox_border_color_hover checkbox_border_color_focus"
    ),
    "line": (
        "border_color_primary block_border_color panel_border_color input_border_color"
        " table_border_color block_label_border_color block_title_border_color"
        " checkbox_label_border_color button_secondary_border_color button_cancel_border_color"
    ),
    "accent": (
        "border_color_accent border_color_accent_subdued input_border_color_focus"
        " checkbox_border_color_selected"
        " checkbox_label_border_color_selected checkbox_label_border_color_hover"
        " link_text_color link_text_color_hover link_text_color_active link_text_color_visited"
        " button_primary_background_fill button_primary_border_color slider_color loader_color"
        " button_secondary_border_color_hover button_cancel_border_color_hover"
    ),
    "accent_ink": "button_primary_text_color",
    "wrong": "error_text_color error_border_color error_icon_color",
}
FLAT = (
    "block_shadow shadow_drop shadow_drop_lg shadow_inset shadow_spread input_shadow"
    " input_shadow_focus checkbox_shadow checkbox_label_shadow checkbox_label_shadow_hover"
    " checkbox_label_shadow_active button_primary_shadow button_primary_shadow_hover"
    " button_primary_shadow_active button_secondary_shadow button_secondary_shadow_hover"
    " button_secondary_shadow_active block_label_shadow"
)
UNFRAMED = (
    "block_border_width panel_border_width block_label_border_width block_title_border_width"
    " checkbox_label_border_width"
)


def theme() -> gr.themes.Base:
    """The theme for `launch(theme=)`: our palette, system fonts, four sizes, nothing raised."""
    hue = _hue()
    out = gr.themes.Base(
        primary_hue=hue,
        secondary_hue=hue,
        neutral_hue=colors.stone,
        text_size=_text_sizes(),
        spacing_size=sizes.spacing_md,
        radius_size=sizes.radius_sm,
        font=_families(FONT),
        font_mono=_families(MONO),
    )
    return out.set(**_colours(LIGHT, ""), **_colours(DARK, "_dark"), **_shapes())


def head() -> str:
    """The text for `launch(head=)`: what all components share, inline, from this folder."""
    folder = Path(__file__).with_name("components")
    shared = [
        (folder / name).read_text(encoding="utf-8") for name in ("lab.js", "shape.js", "fields.js")
    ]
    return "<script>\n" + "\n".join(shared) + "</script>"


def _colours(palette: Palette, suffix: str) -> dict[str, str]:
    return {
        name + suffix: getattr(palette, ours)
        for ours, names in COLOURS.items()
        for name in names.split()
    }


def _shapes() -> dict[str, str]:
    return {
        **dict.fromkeys(_with_dark(FLAT), "none"),
        **dict.fromkeys(_with_dark(UNFRAMED), "0px"),
        **dict.fromkeys(_with_dark("input_border_width button_border_width"), "1px"),
        "color_accent": "var(--lab-accent)",
        # Gradio's check mark is white in the dark too, so it lies on the deeper of our accents.
        **dict.fromkeys(_with_dark("checkbox_background_color_selected"), LIGHT.accent),
        "block_padding": "0px",
        "block_label_padding": "0px",
        "block_title_padding": "0px",
        "block_title_text_weight": "600",
        "block_title_text_size": f"{SIZES[0]}px",
        "block_info_text_size": f"{SIZES[0]}px",
        "section_header_text_size": f"{SIZES[1]}px",
        "checkbox_label_padding": "6px 10px",
        "checkbox_label_text_size": f"{SIZES[1]}px",
        "button_large_text_weight": "500",
        "button_medium_text_weight": "500",
        "button_large_text_size": f"{SIZES[1]}px",
        "button_transition": "none",
        "layout_gap": "20px",
        "form_gap_width": "20px",
    }


def _with_dark(names: str) -> list[str]:
    """The names, and those of their dark twins that Gradio has."""
    known = gr.themes.Base.set.__code__.co_varnames
    return [name + end for name in names.split() for end in ("", "_dark") if name + end in known]


def _hue() -> colors.Color:
    """The accent as Gradio's eleven steps: the sequential scale, which starts at the paper."""
    return colors.Color(*LIGHT.sequential, name="lab")


def _text_sizes() -> sizes.Size:
    note, text, title, page = (f"{size}px" for size in SIZES)
    return sizes.Size(note, note, note, text, title, page, page, name="lab")


def _families(stack: str) -> tuple[str, ...]:
    return tuple(family.strip().strip('"') for family in stack.split(","))
