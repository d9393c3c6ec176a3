"""The Inside tab as plain functions: settings in, what the components show out."""

from __future__ import annotations

import base64
import itertools
import json
import re
import threading
from dataclasses import replace
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from makemore.analysis.init_doctor import INIT_PRESETS, InitSetup
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.corpus import Corpus
from visualize.components.tree import TEMPLATE, tree, tree_value
from visualize.page.lesson import read_lesson
from visualize.page.library import Library, open_library
from visualize.page.section import opened
from visualize.page.state import AppContext
from visualize.tabs import inside
from visualize.tabs.inside import batchnorm as inside_batchnorm
from visualize.tabs.inside import layers as inside_layers
from visualize.tabs.inside import start as inside_start
from visualize.tabs.inside import tree as inside_tree
from visualize.tabs.inside.updates import PACES, paced, watched
from visualize.tabs.inside.view import plain_names

EVIL = ["<img src=x onerror=alert(1)>", "${alert(1)}", "\x00", "😀", "אבג", "a" * 500]


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library()


def pair(library: Library, name: str) -> tuple[Checkpoint, Corpus]:
    checkpoint = library.checkpoints[name]
    return checkpoint, library.corpus_of(checkpoint)


def numbers(sent: dict[str, str]) -> np.ndarray:
    kind = {"u1": np.uint8, "f4": "<f4"}[sent["type"]]
    return np.frombuffer(base64.b64decode(sent["data"]), dtype=kind)


# --- layers ---------------------------------------------------------------------------------------


def test_layers_have_names_in_words() -> None:
    names = [
        "0 Embedding",
        "1 FlattenConsecutive",
        "2 Linear",
        "3 BatchNorm1d",
        "4 Tanh",
        "5 Linear",
    ]
    assert list(plain_names(names).values()) == [
        "embedding",
        "side by side 1",
        "linear layer 1",
        "BatchNorm 1",
        "tanh layer 1",
        "output layer",
    ]


@pytest.mark.parametrize("view", inside_layers.VIEWS)
@pytest.mark.parametrize(("name", "tanh"), [("mlp-bn-names", 1), ("wavenet-names", 3)])
def test_layers_shows_as_many_rows_as_there_are(
    library: Library, view: str, name: str, tanh: int
) -> None:
    figure, slider, saturation, note = inside_layers.show(
        *pair(library, name), view, "At the start", 1, 9, version=1
    )
    rows = len(json.loads(figure["figure"])["data"])
    assert rows == (tanh if "anh" in view else tanh + 2)
    assert figure["height"] < 300 if rows == 1 else figure["height"] > 300
    assert slider["visible"] == (tanh > 1) and slider["value"] == tanh
    assert f"tanh layer {tanh}" in saturation["title"] and "32 examples" in note
    assert not re.search(r"\d Tanh|\d Linear", figure["figure"] + figure["title"])


def test_counts_need_another_model(library: Library) -> None:
    counts = library.checkpoints["bigram-names"]
    for part in (inside_layers.need_layers, inside_batchnorm.need_norm, inside_tree.need_tree):
        assert part(counts).model in library.checkpoints
        assert part(library.checkpoints["wavenet-names"]) is None
    assert inside_batchnorm.need_norm(library.checkpoints["mlp2d-names"]) is not None
    assert inside_tree.need_tree(library.checkpoints["bigram-handles"]).model == "wavenet-handles"


# --- the whole tab --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tab(library: Library) -> dict:
    """The tab, laid out, with what `opened` is called with."""
    with gr.Blocks():
        bench = AppContext(library, gr.Radio(["mlp-bn-names"]), gr.State(None))
        part = gr.Radio(list(inside.SECTIONS))
        sections = {name: build(bench, {"part": part}) for name, build in inside.SECTIONS.items()}
        state = {"box": gr.Column(), "message": gr.Markdown(), "button": gr.Button()}
    settings = [c.value for s in sections.values() for c in s.controls.values()]
    return {"bench": bench, "sections": sections, "settings": tuple(settings), "state": state}


@pytest.mark.parametrize(
    "model",
    ["bigram-names", "mlp2d-names", "mlp-bn-names", "wavenet-names", "wavenet-handles", "gone"],
)
@pytest.mark.parametrize("part", [*inside.SECTIONS, "no such part"])
def test_one_part_at_a_time(tab: dict, model: str, part: str) -> None:
    updates = opened(
        tab["bench"], tab["sections"], (model, None, part), tab["settings"], tab["state"]
    )
    visible = [name for name, s in tab["sections"].items() if updates[s.box]["visible"]]
    lacks = updates[tab["state"]["box"]]["visible"]
    wanted = part if part in tab["sections"] else "Layers"
    assert visible == ([] if lacks else [wanted])
    if not lacks:
        assert set(tab["sections"][wanted].outputs.values()) <= set(updates)


def test_controls_of_all_parts_have_names_of_their_own(tab: dict) -> None:
    names = [name for section in tab["sections"].values() for name in section.controls]
    assert len(names) == len(set(names)) and "part" not in names and "model" not in names


def test_a_link_to_the_tab_may_set_all_of_it(library: Library) -> None:
    with gr.Blocks():
        bench = AppContext(library, gr.Radio(["mlp-bn-names"]), gr.State(None))
        inside.build(bench)
    assert {"part", "preset", "gain", "pace", "names", "word"} <= set(bench.controls["inside"])
    assert list(bench.controls) == ["inside"]


# --- first weights --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words(library: Library) -> inside_start.Words:
    return inside_start.words_of(library.corpora["names"])


@pytest.mark.parametrize("preset", INIT_PRESETS)
@pytest.mark.parametrize("view", inside_start.VIEWS)
def test_every_start_is_drawn(words: inside_start.Words, preset: str, view: str) -> None:
    start = inside_start.patient(*inside_start.positions(preset))
    assert start == INIT_PRESETS[preset]
    figure, saturation, table, ladder, note = inside_start.show(words, start, view=view, version=1)
    assert "The first loss is" in figure["title"] and "names" in note
    assert (saturation is None) == (not start.tanh) and "output layer" in table
    assert f"**{preset}**" in ladder


def test_dials_that_are_turned_are_ones_own(words: inside_start.Words) -> None:
    assert all("__type__" in out for out in inside_start.positions(inside_start.MINE))
    own = inside_start.patient("1", 3.3, False, 1, 0.5, 0, False, True, False)
    assert "**yours**" in inside_start.show(words, own, view="After tanh", version=1)[3]
    rounded = inside_start.patient("1", 1.67, True, 0.01, 0.01, 0, False, True, False)
    assert rounded == INIT_PRESETS["Kaiming"]
    assert inside_start.patient("9", 1e9, 1, None, -3, 0, 0, 1, 0) == InitSetup(
        1, 10.0, True, 0.0, 0.0, 0.0, False, True, False
    )


def test_a_list_that_all_share_is_cut_once(library: Library) -> None:
    handles = Corpus("handles", ("tourist", "Petr", "jiangly", "Um_nik"), "a test")
    shared = replace(library, corpora={"names": library.corpora["names"], "handles": handles})
    find = inside_start._known_words(SimpleNamespace(library=shared))
    assert find(library.corpora["names"]).corpus.name.startswith("names")
    assert find(handles) is find(replace(handles)) and find(handles).corpus is handles
    own = replace(handles, name="words of my own")
    assert find(own) is not find(own)  # it goes with its visitor
    fetched = shared.corpora["handles"] = replace(handles, words=("tourist", "ecnerwala"))
    assert find(fetched) is find(fetched) and find(fetched).corpus is fetched
    assert find(handles).corpus is handles


def test_saturation_is_said_as_the_figure_says_it(library: Library) -> None:
    figure, *_ = inside_layers.show(
        *pair(library, "mlp-bn-names"),
        next(iter(inside_layers.VIEWS)),
        "At the start",
        1,
        9,
        version=1,
    )
    said = re.match(r"([\d.]+ %) of the outputs", figure["title"])[1]
    assert f"saturated {said}" in figure["figure"]


# --- pace of learning -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mlp-bn-names", "wavenet-handles"])
def test_updates_are_watched_live(library: Library, name: str, monkeypatch) -> None:
    monkeypatch.setattr("visualize.tabs.inside.updates.STEPS", 40)
    versions = itertools.count(1)
    bench = SimpleNamespace(
        compute_slot=threading.BoundedSemaphore(), version=lambda: next(versions)
    )
    shown = list(watched(*pair(library, name), "As trained", app=bench))
    assert shown[0][0]["title"].startswith("Step 1:")
    assert shown[-1][0]["title"].startswith("Step 40:")
    assert "output layer" in shown[-1][1] and "Trained just now" in shown[-1][2]
    assert bench.compute_slot.acquire(blocking=False)  # nobody holds it any more
    labels = json.loads(shown[-1][0]["figure"])["layout"]["annotations"]
    assert [(label["yref"], label["y"]) for label in labels] == [("paper", 1)]  # not on a curve


def test_another_pace_is_the_same_recipe_with_another_rate(library: Library) -> None:
    recipe = library.checkpoints["mlp-bn-names"].recipe
    assert paced(recipe, PACES["÷ 10"]).lr_at(0) == pytest.approx(recipe.lr_at(0) / 10)
    assert paced(recipe, 1.0).start == recipe.start


# --- BatchNorm ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mlp-bn-names", "wavenet-names", "wavenet-handles"])
def test_a_swap_moves_the_others_in_training_only(library: Library, name: str) -> None:
    settings = (inside_batchnorm.NAMES, 8, "xzavier", "")
    training, evaluation = (
        inside_batchnorm.show(*pair(library, name), mode, *settings, version=1)
        for mode in inside_batchnorm.MODES
    )
    moved = [numbers(shown[0]["values"]).reshape(8, -1) for shown in (training, evaluation)]
    assert (np.abs(moved[0][:7]).max(1) > 1e-4).all() and np.abs(moved[1][:7]).max() < 1e-6
    assert np.abs(moved[1][7]).max() > 1e-3
    assert "although" in training[0]["title"] and "none of the others" in evaluation[0]["title"]
    assert training[0]["cols"] == evaluation[0]["cols"]
    assert "numbers learned" in training[2]


@pytest.mark.parametrize(
    ("batch", "number", "other"),
    [
        ("", 1, "x"),
        ("emma", 1, "x"),
        ("emma mia", 1, ""),
        ("emma mia", 1, "1"),
        (None, None, None),
        *[("emma mia", 1, evil) for evil in EVIL[:4]],
    ],
)
def test_batches_that_cannot_be_are_answered_in_words(
    library: Library, batch, number, other
) -> None:
    shown = inside_batchnorm.show(
        *pair(library, "mlp-bn-names"), inside_batchnorm.TRAIN, batch, number, other, "", version=1
    )
    assert shown[0] is None and shown[1].startswith("**")


@pytest.mark.parametrize("cell", ["0 0", "7 19", "99 99", "x", "-1 3", None])
def test_a_clicked_cell_gets_its_formula(library: Library, cell) -> None:
    shown = inside_batchnorm.show(
        *pair(library, "mlp-bn-names"),
        inside_batchnorm.TRAIN,
        inside_batchnorm.NAMES,
        8,
        "mary",
        cell,
        version=1,
    )
    assert "before:" in shown[1] and "after:" in shown[1]
    if cell == "0 0":
        assert shown[1].startswith(f"**emma, neuron {shown[0]['cols'][0]}**")


def test_the_fold_is_told_without_powers_of_ten(library: Library) -> None:
    told = inside_batchnorm.fold_table(*pair(library, "mlp-bn-names"))
    assert re.search(r"none differs by more than 0\.0*[1-9]", told)


def test_a_letter_that_the_model_lacks_is_named_once(library: Library) -> None:
    shown = inside_batchnorm.show(
        *pair(library, "mlp-bn-names"), inside_batchnorm.TRAIN, "emma mia", 1, "ZOE", "", version=1
    )
    assert shown[1].count("ZOE") == 1


# --- tree -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["isabella", "", "em", "a" * 24])
def test_the_tree_of_a_word(library: Library, word: str) -> None:
    value, note = inside_tree.show(*pair(library, "wavenet-names"), word, 99, version=3)
    assert [level["nodes"] for level in value["levels"]] == [8, 4, 2, 1]
    assert "".join(value["letters"]) == ("........" + word)[-8:]
    assert len(value["next"]) == 9 and value["version"] == 3
    assert "the end of the word" in note


def test_what_is_hardly_possible_is_not_said_to_be_impossible(library: Library) -> None:
    value, _ = inside_tree.show(*pair(library, "wavenet-names"), "x" * 24, 9, version=1)
    assert re.search(r"x comes, and gets 0\.0*[1-9]", value["title"])


@pytest.mark.parametrize("word", EVIL)
def test_words_that_the_net_cannot_read_are_answered_in_words(library: Library, word: str) -> None:
    value, note = inside_tree.show(*pair(library, "wavenet-names"), word, 1, version=1)
    assert (value is None and note) or word == EVIL[-1]


def sheets(letters: int = 4) -> dict:
    nodes = [letters // 2**i for i in range(letters.bit_length())]
    return {
        "levels": [np.zeros((n, 6)) for n in nodes],
        "changes": [np.zeros((letters, n)) for n in nodes],
        "probabilities": [0.5, 0.5],
        "hidden": np.full((letters, 2), 0.5),
    }


def test_the_lesson_on_the_tree_states_which_pairs_stay() -> None:
    """Pairs of letters of isabella as the WaveNet joins them, at the positions of the buttons."""
    letters = [*".." * 4, *"isabella"]

    def pairs(position: int) -> list[tuple[str, ...]]:
        window = letters[position - 1 : position + 7]
        return [tuple(window[i : i + 2]) for i in range(0, 8, 2)]

    assert pairs(7)[1:] == pairs(9)[:3]
    assert not set(pairs(8)) & set(pairs(9))
    tries = [one.settings for one in read_lesson("inside-tree").tries]
    shown = [t["position"] for t in tries if t.get("word") == "isabella"]
    assert shown == ["9", "7"]


def test_the_tree_component_is_safe_and_checks_its_shapes() -> None:
    with gr.Blocks():
        component = tree(None, elem_id="it")
    assert "${" not in TEMPLATE and "{{" not in TEMPLATE and type(component) is gr.HTML
    assert "innerHTML" not in component.js_on_load and "dataset.drawn" in component.js_on_load
    value = tree_value(EVIL[:4], **sheets(), symbols=".a", version=1, title=EVIL[1])
    assert value["letters"] == EVIL[:4]
    for wrong in (
        {"levels": [np.zeros((4, 6))]},
        {"changes": [np.zeros((4, 4))] * 3},
        {"hidden": np.zeros((3, 2))},
        {"probabilities": [1.0]},
    ):
        with pytest.raises(ValueError):
            tree_value("abcd", **(sheets() | wrong), symbols=".a", version=1)
    with pytest.raises(ValueError, match="2 to 32"):
        tree_value("a", **sheets(), symbols=".a", version=1)
