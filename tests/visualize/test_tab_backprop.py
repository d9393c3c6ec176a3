"""What the Backprop tab says and draws: every sum against its gradient, every mistake in words."""

from __future__ import annotations

import base64
import json

import gradio as gr
import numpy as np
import pytest

from makemore.backprop.chain import BREAKS, GRADIENTS
from makemore.corpora.corpus import Corpus
from makemore.corpora.registry import load_corpus
from visualize.components.definition_list import definition_list, definition_list_value
from visualize.components.heatmap import MAX_CELLS, MAX_SIDE
from visualize.components.tensor_chain import Chip, tensor_chain, tensor_chain_value
from visualize.page.lesson import read_lesson
from visualize.tabs.backprop import clicked, picked
from visualize.tabs.backprop.one_pass import InitialNet, Pass, make_pass, remembered, start_of
from visualize.tabs.backprop.pictures import layout_of, start_cell
from visualize.tabs.backprop.show import KEYS, place_of, show
from visualize.tabs.backprop.sums import BACKWARD, Sum, backward_sum, number
from visualize.tabs.backprop.values import FORWARD
from visualize.tabs.backprop.words import batch_words, headline, mistake_lines, tensor_title

CHAIN, SAID, MEND, ABOUT, CODE, BY_HAND, AUTOGRAD, VALUES, CELL, NOTE = range(10)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus("names")


@pytest.fixture(scope="module")
def start(corpus: Corpus) -> InitialNet:
    return start_of(corpus.words)


@pytest.fixture(scope="module")
def seen(start: InitialNet) -> Pass:
    return make_pass(start, 1)


@pytest.fixture(scope="module")
def passes():
    return remembered()


@pytest.fixture
def shown(passes, corpus: Corpus):
    def show_it(
        tensor: str = "logits", broken: str = "nothing", number: float | None = 1, cell: str = ""
    ):
        return show(passes, corpus, tensor, broken, number, cell, version=1)

    return show_it


def numbers(sent: dict[str, str]) -> np.ndarray:
    kind = {"u1": np.uint8, "f4": "<f4"}[sent["type"]]
    return np.frombuffer(base64.b64decode(sent["data"]), kind)


def texts(value: dict) -> str:
    return " ".join(text for _, text, _ in value["lines"])


# ---- the chain rule with its numbers -----------------------------------------------------------


def test_there_is_a_sum_for_every_gradient_and_a_line_for_every_value() -> None:
    assert set(BACKWARD) == set(KEYS)
    made = {name for name, gradient in GRADIENTS.items() if gradient.forward != "parameter"}
    assert set(FORWARD) == made


@pytest.mark.parametrize("key", KEYS)
def test_the_sum_is_the_gradient(seen: Pass, key: str) -> None:
    grad = seen.records[key].by_hand
    scale = float(np.abs(grad).max())
    for place in range(0, grad.size, max(1, grad.size // 20)):
        at = np.unravel_index(place, grad.shape)
        total = backward_sum(seen.done, key, at).total
        assert total == pytest.approx(grad[at], rel=1e-4, abs=max(1e-5 * scale, 2e-8))


def test_a_long_sum_shows_its_largest_products_first() -> None:
    text = str(Sum(tuple((float(i), -0.5) for i in range(1, 11)), "letters"))
    assert text == "10 × −0.5 + 9 × −0.5 + 8 × −0.5 + … (7 more letters)"
    assert str(Sum(((1.0,), (-2.0, 3.0)))) == "1 − 2 × 3"


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.0, "0"), (-0.0, "0"), (-0.0123456, "−0.01235"), (7.2177e-9, "7.218e−9"), (3.0, "3")],
)
def test_numbers_are_short(x: float, text: str) -> None:
    assert number(x) == text


# ---- sentences ---------------------------------------------------------------------------------


def test_right_gradients_are_counted(seen: Pass) -> None:
    exact = sum(record.exact for record in seen.done.records)
    assert headline(seen).startswith("All 26 gradients agree with autograd")
    assert ("; " + str(exact) in headline(seen)) == (exact < 26)
    assert mistake_lines(seen) == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_mistake_is_named_and_its_spread_counted(start: InitialNet, name: str) -> None:
    broken = make_pass(start, 1, broken=name)
    wrong = broken.done.wrong()
    title, lines = headline(broken), mistake_lines(broken)
    assert title.startswith(f"{len(wrong)} of 26" if wrong else "All 26")
    assert lines[0][2] == ("wrong" if wrong else "text")
    assert "*" not in lines[0][1].replace("**", "")
    assert set(wrong) <= set(broken.downstream(BREAKS[name].tensor))


def test_what_stays_right_is_said(shown) -> None:
    out = shown("bndiff2", "no-bessel")
    assert out[CHAIN]["title"] == "7 of 26 gradients are wrong: from bndiff2 back to C"
    assert "Right all the same: bnmeani, b1." in texts(out[SAID])
    assert "should be n - 1" in out[CODE] and "makemore/mistakes.py" in out[CODE]
    assert out[MEND]["visible"]
    labels = [label for label, _, _ in out[CELL]["lines"]]
    assert labels == ["bndiff2", "done right", "the code gave", "autograd", "difference"]


def test_downstream_of_a_mistake_the_step_itself_is_right(shown) -> None:
    out = shown("C", "no-bessel")
    assert "This step is right. What comes in is wrong already: demb." in texts(out[ABOUT])
    assert "makemore/gradients.py" in out[CODE]


def test_rows_of_dlogits_sum_to_zero(shown) -> None:
    said = texts(shown("logits")[ABOUT])
    assert "Each row sums to zero but for rounding: the largest sum is " in said
    assert "In every row one cell is negative" in said
    assert "rows is the right letter" in texts(shown("logits", "overwritten")[ABOUT])


def test_in_one_step_is_right_while_the_long_way_is_broken(shown) -> None:
    out = shown("logits at once", "overwritten")
    assert "It is right although the long way is broken" in texts(out[ABOUT])
    assert out[ABOUT]["title"].startswith("dlogits, in one step (32 × 27): the same")


def test_titles_give_the_verdict(seen: Pass) -> None:
    for key in KEYS:
        assert tensor_title(seen, key).startswith(f"d{seen.records[key].name}")
    assert "32 × 3 × 10" in tensor_title(seen, "emb")


def test_the_note_says_what_net_it_is(seen: Pass) -> None:
    said = batch_words(seen, "names", synthetic=True)
    assert "4,137 parameters" in said and "drawn from a model" in said


# ---- pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_every_number_stands_in_the_picture_once(seen: Pass, key: str) -> None:
    record, layout = seen.records[key], layout_of(seen, seen.records[key])
    places = layout.places[layout.places >= 0]
    assert sorted(places) == list(range(record.by_hand.size))
    assert layout.places.shape == (len(layout.rows), len(layout.cols))
    assert layout.cell(start_cell(record, layout)) is not None


def test_the_lectures_picture_is_32_by_27(shown) -> None:
    out = shown("logits")
    assert len(out[BY_HAND]["rows"]) == 32 and len(out[BY_HAND]["cols"]) == 27
    assert out[BY_HAND]["vmax"] == out[AUTOGRAD]["vmax"]
    sent = numbers(out[BY_HAND]["values"]).reshape(32, 27)
    assert np.abs(sent.sum(1)).max() < 1e-7


def test_an_alphabet_of_three_thousand_is_cut_and_it_is_said() -> None:
    words = tuple("".join(chr(0x4E00 + 3 * i + k) for k in range(3)) for i in range(1000))
    many = make_pass(start_of(words), 1)
    for key in KEYS:
        layout = layout_of(many, many.records[key])
        assert layout.places.size <= MAX_CELLS and max(layout.places.shape) <= MAX_SIDE
    assert (
        "too many cells to read: the first 32 × 512 of 32 × 3001"
        in layout_of(many, many.records["logits"]).note
    )


# ---- what comes from the page ------------------------------------------------------------------


class Event:
    def __init__(self, **data):
        self.__dict__.update(data)


@pytest.mark.parametrize("index", [-1, 28, None, "0", 1.5, [0]])
def test_a_pick_that_is_none_changes_nothing(index) -> None:
    assert picked(Event(index=index)) == gr.skip()
    assert picked(Event(index=27)) == "C"


def test_a_click_is_kept_with_its_tensor(seen: Pass) -> None:
    assert clicked("h", Event(row=2, col=5)) == "2 5 h"
    assert clicked("h", Event(row="x", col=5)) == gr.skip()
    layout = layout_of(seen, seen.records["h"])
    assert place_of("2 5 h", "h", layout) == 2 * 64 + 5
    assert place_of("2 5 h", "W1", layout) is None
    for cell in ("", "99 5 h", "2 999 h", "-1 0 h", "a b h", "² 1 h", None):
        assert place_of(cell, "h", layout) is None


def test_the_clicked_cell_is_the_one_explained(shown) -> None:
    out = shown("hprebn at once", cell="4 7 hprebn at once")
    assert (
        out[CELL]["title"].startswith("One cell: example 5 (") and "neuron 7" in out[CELL]["title"]
    )
    assert out[BY_HAND]["selected"] == [4, 7]


@pytest.mark.parametrize(
    "settings",
    [("x", "y", None, "z"), ("", "", 0, ""), (None, None, -5, None), ("C", "no-max", 1e9, "0 0 C")],
)
def test_settings_without_sense_still_show_something(shown, settings) -> None:
    out = shown(*settings)
    assert out[CHAIN]["title"] and out[CELL]["lines"]
    json.dumps([out[i] for i in (CHAIN, SAID, ABOUT, BY_HAND, AUTOGRAD, VALUES, CELL)])


@pytest.mark.parametrize(
    "words",
    [
        ("a",),
        ("aaaa",),
        ("<img src=x onerror=alert(1)>", "${a}"),
        ("שלום", "👩‍👩‍👧", "мир"),
        ("x" * 10_000,),
    ],
)
def test_lists_of_ones_own(words: tuple[str, ...]) -> None:
    passes, own = remembered(), Corpus("words of my own", words, "pasted")
    for key in KEYS:
        out = show(passes, own, key, "nothing", 1, "", version=1)
        json.dumps(out[CELL])
        assert out[CHAIN]["title"]


def test_the_lessons_buttons_name_what_there_is() -> None:
    for experiment in read_lesson("backprop").tries:
        assert experiment.settings.get("tensor", "C") in KEYS
        assert experiment.settings.get("break", "nothing") in {"nothing", *BREAKS}


# ---- components --------------------------------------------------------------------------------


def test_chain_and_facts_check_what_they_are_given() -> None:
    with gr.Blocks():
        assert (
            callable(tensor_chain(elem_id="c").pick)
            and type(definition_list(elem_id="f")) is gr.HTML
        )
    with pytest.raises(ValueError, match="verdict"):
        tensor_chain_value([("g", [Chip("a", (1,), "perhaps")])], version=1)
    with pytest.raises(ValueError, match="numbered 0 to 0"):
        tensor_chain_value([("g", [Chip("a", (1,), "exact")])], version=1, selected=1)
    with pytest.raises(ValueError, match="kind"):
        definition_list_value([("a", "b", "loud")], version=1)
