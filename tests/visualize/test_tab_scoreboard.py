"""The scoreboard: every model once, its own losses, the printed ones beside them."""

from __future__ import annotations

import gradio as gr
import pytest

from makemore.evaluation import bits
from makemore.recipes import RECIPES
from visualize.page.library import open_library
from visualize.page.state import AppContext
from visualize.tabs.scoreboard import COLUMNS, rows, show, words_a_second


@pytest.fixture(scope="module")
def found():
    library = open_library(report=lambda text: None)
    return rows(AppContext(library, gr.State(None), gr.State(None)), None)


def column(name: str) -> int:
    return [head for head, _ in COLUMNS].index(name)


def test_every_checkpoint_and_every_count_model_is_there(found) -> None:
    names = {row.checkpoint for row in found if row.checkpoint}
    assert names == set(open_library(report=lambda text: None).checkpoints)
    counted = [row for row in found if not row.checkpoint and row.words == "names"]
    assert sorted(row.title for row in counted) == [
        f"{n}-gram counts, +{RECIPES[f'{n}-gram'].model.smoothing:g}" for n in (1, 3, 4, 5)
    ]
    assert {len(row.vocabulary) for row in counted} == {27}


def test_best_on_dev_stands_first(found) -> None:
    named = [row.losses["dev"] for row in found if row.words == "names"]
    assert named == sorted(named)
    assert found[0].checkpoint == "wavenet-names"


def test_units_and_printed_numbers(found) -> None:
    in_bits = show(found, "bits", {}, chosen_model="mlp-bn-names", version=1)
    in_nats = show(found, "nats", {}, chosen_model="mlp-bn-names", version=2)
    at = next(i for i, row in enumerate(found) if row.checkpoint == "mlp-bn-names")
    assert in_nats["rows"][at][column("lecture")] == "2.067 / 2.106"
    assert in_bits["rows"][at][column("dev")] == f"{bits(found[at].losses['dev']):#.4g}"
    assert in_bits["strong"] == at
    assert "wavenet" in in_bits["title"].lower()


def test_only_checkpoints_can_be_picked(found) -> None:
    value = show(found, "bits", {}, chosen_model="", version=1)
    assert value["pickable"] == [bool(row.checkpoint) for row in found]


def test_speed_is_measured(found) -> None:
    assert words_a_second(found[0]) > 1


def test_figures_stand_under_one_another(found) -> None:
    for unit in ("bits", "nats"):
        value = show(found, unit, {}, chosen_model="", version=1)
        cells = [row[column(name)] for row in value["rows"] for name in ("train", "dev", "guess")]
        assert {len(cell) for cell in cells} == {len("2.550")}
