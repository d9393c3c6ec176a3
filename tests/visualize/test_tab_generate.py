"""What the Generate tab shows: words, ways, coins shared by models, prices; and what was wrong."""

from __future__ import annotations

import base64
import csv
from dataclasses import replace

import numpy as np
import pytest

from makemore.analysis.sampling_trace import first_difference, trace_sampling
from makemore.checkpoint.checkpoint import Checkpoint
from makemore.corpora.nearest import Nearest
from makemore.sampling import Sampling, sample, score
from visualize.components.coin import coin_value
from visualize.components.word_rows import Strand, word_rows_value
from visualize.page.library import Library, open_library
from visualize.tabs.generate import PARTS, _picked, visible
from visualize.tabs.generate.coins import show_coins
from visualize.tabs.generate.price import show_prices
from visualize.tabs.generate.walk import go_on, show_walk
from visualize.tabs.generate.word_list import (
    NO_LIST,
    GenerateForm,
    csv_file,
    finder,
    note_of,
    show_list,
)


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(report=lambda text: None)


@pytest.fixture(scope="module")
def mlp(library: Library) -> Checkpoint:
    return library.checkpoints["mlp-bn-names"]


@pytest.fixture(scope="module")
def of_names(library: Library) -> list[Checkpoint]:
    return [library.checkpoints[name] for _, name in library.models_of("names")]


# ---- the nearest real word --------------------------------------------------------------------


def slow_distance(a: str, b: str) -> int:
    """Wagner and Fischer's table, row by row."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]


@pytest.mark.parametrize("word", ["emma", "emm", "emmma", "xmma", "zzzzzz", "", "kaleighanna", "e"])
def test_nearest_is_the_smallest_distance(word: str) -> None:
    words = ["emma", "olivia", "ava", "kaleigh", "anna", "io", "emmanuel", "ava"]
    near, apart = Nearest.of(words).to(word)
    assert apart == min(slow_distance(word, other) for other in words)
    assert slow_distance(word, near) == apart


def test_nearest_in_a_script_of_many_letters() -> None:
    words = [chr(0x4E00 + i) + chr(0x5E00 + i) for i in range(300)]
    assert Nearest.of(words).to(words[7][0] + "x") == (words[7], 1)


def test_nearest_of_nothing() -> None:
    assert Nearest.of([]).to("emma") is None
    assert Nearest.of(["emma"]).to("e" * 100) is None


# ---- the list ---------------------------------------------------------------------------------


def test_badges_say_where_a_word_stands(mlp: Checkpoint, library: Library) -> None:
    find = finder(library.corpora["names"])
    shown, _ = show_list(mlp, GenerateForm(count=40), find=find, version=1)
    for word in shown["words"]:
        if word["badge"] == "new":
            assert word["note"].startswith("nearest real word: ") and word["note"].endswith("away")
        else:
            assert "real word" in word["note"] or "by heart" in word["note"]
    assert {word["badge"] for word in shown["words"]} >= {"new", "in train"}


def test_without_the_list_only_fingerprints_are_known(mlp: Checkpoint) -> None:
    assert note_of("qqq", "new", None) == NO_LIST
    assert (
        "fingerprints"
        in show_list(mlp, GenerateForm(count=5), find=None, version=1)[0]["words"][0]["note"]
    )


def test_one_letter_is_one_letter() -> None:
    assert note_of("emmo", "new", lambda word: ("emma", 1)) == (
        "nearest real word: emma, 1 letter away"
    )


@pytest.mark.parametrize(
    "wish",
    [
        GenerateForm(count=0),
        GenerateForm(count=None),
        GenerateForm(seed=None),
        GenerateForm(seed=-1),
        GenerateForm(shortest=None),
        GenerateForm(longest=0),
        GenerateForm(longest=61),
        GenerateForm(longest=None),
        GenerateForm(shortest=9, longest=4),
        GenerateForm(prefix="é"),
        GenerateForm(prefix="emma", longest=3),
    ],
)
def test_wishes_that_cannot_be_are_answered_with_a_sentence(
    mlp: Checkpoint, wish: GenerateForm
) -> None:
    shown, _ = show_list(mlp, wish, find=None, version=1)
    assert shown["words"] == [] and shown["title"].endswith(".") and not shown["title"][0].islower()


def test_the_bars_beside_a_sentence_are_of_this_wish(mlp: Checkpoint) -> None:
    """Not those of an earlier prefix or model, nor with the sliders where nobody has put them."""

    def bars(**wish: object) -> dict:
        return show_list(mlp, GenerateForm(**wish), find=None, version=1)[1]

    assert bars(prefix="É", temperature=0.5)["title"].startswith("As the first letter")
    assert bars(prefix="em", seed=None, temperature=0.5)["title"].startswith("After em")
    assert bars(prefix="em", seed=-1, temperature=0.5)["temperature"] == 0.5
    assert bars(temperature=-5.0)["temperature"] == 1.0


def test_one_word_is_and_two_are(mlp: Checkpoint) -> None:
    one, two = (
        show_list(mlp, GenerateForm(count=n), find=None, version=1)[0]["title"] for n in (1, 2)
    )
    assert one.startswith("1 of 1 is new, 0 are real words") and two.startswith("2 of 2 are new")


@pytest.mark.parametrize("die", ["race", "race-mkl"])
def test_another_die_gives_other_words(mlp: Checkpoint, die: str) -> None:
    words = [
        show_list(mlp, GenerateForm(die=each), find=None, version=1)[0]["words"]
        for each in ("coin", die)
    ]
    assert words[0] != words[1]


def test_lengths_are_kept(mlp: Checkpoint) -> None:
    shown, _ = show_list(mlp, GenerateForm(shortest=4, longest=6), find=None, version=1)
    assert all(4 <= len(word["letters"]) <= 6 for word in shown["words"])


def test_the_table_has_the_nearest_word(mlp: Checkpoint, library: Library) -> None:
    find = finder(library.corpora["names"])
    with open(
        csv_file(mlp, GenerateForm(count=30), find=find), encoding="utf-8", newline=""
    ) as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 30
    for row in rows:
        assert slow_distance(row["word"], row["nearest_word"]) == int(row["letters_away"])
        assert (row["letters_away"] == "0") == (row["origin"] != "new")


# ---- one word ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["bigram-names", "mlp-bn-names", "wavenet-names", "wavenet-handles"]
)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"temperature": 0.6},
        {"temperature": 2.0, "top_k": 5},
        {"top_p": 0.8},
        {"temperature": 0.0},
        {"min_length": 5},
        {"max_length": 4},
        {"prefix": "ma"},
    ],
)
def test_a_walk_is_the_sampled_word(library: Library, name: str, changes: dict) -> None:
    model = library.checkpoints[name]
    settings = Sampling(seed=8, **changes)
    drawn = sample(model.model, model.vocabulary, count=6, settings=settings)
    for row, word in enumerate(drawn):
        way = trace_sampling(model.model, model.vocabulary, row=row, settings=settings)
        assert model.vocabulary.decode([*way.context_ids, *way.sampled_ids]) == word.word
        assert (way.sampled_ids[-1] == 0) == word.ended and len(way.logits) == len(way.sampled_ids)


def test_a_walk_goes_on_from_where_it_is(mlp: Checkpoint) -> None:
    whole = trace_sampling(mlp.model, mlp.vocabulary, row=0, settings=Sampling())
    rest = trace_sampling(
        mlp.model, mlp.vocabulary, row=0, settings=Sampling(), context_ids=whole.sampled_ids[:3]
    )
    assert rest.sampled_ids == whole.sampled_ids[3:]


def test_what_the_coin_is_sent(mlp: Checkpoint) -> None:
    value = show_walk(mlp, GenerateForm(prefix="ma"), 2, version=5)
    logits = np.frombuffer(base64.b64decode(value["logits"]), "<f8").reshape(-1, 27)
    coins = np.frombuffer(base64.b64decode(value["coins"]), "<f8")
    assert len(logits) == len(value["taken"]) and len(coins) == 64
    assert value["start"] == value["begun"] == mlp.vocabulary.encode("ma")
    assert value["lengths"] == [0, 30] and value["version"] == 5
    assert len(str(value)) < 12_000


@pytest.mark.parametrize(
    ("wish", "number"),
    [
        (GenerateForm(), 0),
        (GenerateForm(), 201),
        (GenerateForm(), None),
        (GenerateForm(prefix="é"), 1),
        (GenerateForm(seed=-1), 1),
        (GenerateForm(prefix="emma", longest=4), 1),
    ],
)
def test_a_way_that_cannot_be_is_a_sentence(
    mlp: Checkpoint, wish: GenerateForm, number: float
) -> None:
    value = show_walk(mlp, wish, number, version=1)
    assert "symbols" not in value and value["message"].endswith(".")


def test_the_page_may_ask_how_it_goes_on(mlp: Checkpoint) -> None:
    asked = {"ids": [11, 1], "temperature": 0.5, "top_k": 0, "top_p": 1}
    value = go_on(mlp, GenerateForm(), 1, asked, version=2)
    assert value["begun"] == [11, 1] and value["start"] == []
    assert value["key"] == show_walk(mlp, GenerateForm(), 1, version=1)["key"]
    assert "settings" not in value  # the sliders of the page stay where they are


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"ids": "abc"},
        {"ids": [0]},
        {"ids": [27]},
        {"ids": [1.5]},
        {"ids": [True]},
        {"ids": [1] * 500},
        {"ids": [1], "temperature": "hot", "top_k": 0, "top_p": 1},
        {"ids": [1], "temperature": -1, "top_k": 0, "top_p": 1},
        {"ids": [1], "temperature": 1},
    ],
)
def test_nonsense_is_not_answered(mlp: Checkpoint, asked: dict) -> None:
    assert go_on(mlp, GenerateForm(), 1, asked, version=1) is None


def test_coin_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="logits"):
        coin_value(
            np.zeros((2, 3)),
            symbols=".ab",
            version=1,
            key="",
            start=[],
            begun=[],
            taken=[1],
            coins=[0.5],
            lengths=(0, 3),
        )


# ---- same coins -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "ended", "place"),
    [
        ("emma", "emma", (True, True), None),
        ("emma", "em", (True, True), 3),
        ("emma", "anna", (True, True), 1),
        ("em", "emma", (False, True), None),
        ("", "a", (True, True), 1),
    ],
)
def test_parting(a: str, b: str, ended: tuple[bool, bool], place: int | None) -> None:
    assert first_difference(a, b, ended=ended) == place


def test_models_share_their_coins(of_names: list[Checkpoint], mlp: Checkpoint) -> None:
    value = show_coins(of_names, mlp, GenerateForm(), version=1)
    assert value["title"].startswith("With the same coins, WaveNet and bigram counts part at")
    first = sample(mlp.model, mlp.vocabulary, count=40, settings=Sampling())
    for group, word in zip(value["groups"], first):
        lines = {line["name"]: line for line in group["lines"]}
        assert len(lines) == len(of_names) and lines["MLP with BatchNorm"]["chosen"]
        assert lines["MLP with BatchNorm"]["letters"] == word.word
        for line in group["lines"]:
            part = first_difference(
                word.word, line["letters"], ended=(word.ended, bool(line["end"]))
            )
            assert line["part"] == (None if line["chosen"] else part)


def test_a_lonely_model_says_so(mlp: Checkpoint) -> None:
    assert "Only one model" in show_coins([mlp], mlp, GenerateForm(), version=1)["title"]
    wrong = show_coins([mlp], mlp, GenerateForm(seed=None), version=1)
    assert wrong["groups"] == [] and wrong["title"].endswith(".")


def test_strands_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="probabilities"):
        word_rows_value([("", [Strand("x", "ab", [0.5])])], version=1)


# ---- price of a word --------------------------------------------------------------------------


def test_prices_are_sorted_and_right(library: Library, mlp: Checkpoint) -> None:
    models = list(library.checkpoints.values())
    value = show_prices(models, mlp, " emma ", version=1)
    assert value["groups"][0]["head"] == "Models of names"
    for group in value["groups"]:
        costs = [float(line["said"].split()[0]) for line in group["lines"]]
        assert costs == sorted(costs)
    mine = next(line for line in value["groups"][0]["lines"] if line["chosen"])
    bits = -np.log2(score(mlp.model, mlp.vocabulary, "emma"))
    assert mine["said"] == f"{bits.mean():.2f} bits per letter"
    assert mine["more"].startswith(f"Most surprising letter: {[*'emma', 'the end'][bits.argmax()]}")


def test_unknown_letters_are_named_model_by_model(library: Library, mlp: Checkpoint) -> None:
    models = list(library.checkpoints.values())
    value = show_prices(models, mlp, "Emma", version=1)
    names, handles = value["groups"]
    assert all(
        line["more"].startswith(
            "E is a letter that this model has never seen. It knows small letters only: try emma."
        )
        for line in names["lines"]
    )
    assert all("bits per letter" in line["said"] for line in handles["lines"])
    nobody = show_prices(models, mlp, "<img src=x>", version=1)
    assert nobody["title"] == "No model knows all the letters of <img src=x>"


def test_a_blank_that_no_model_knows_is_named(library: Library, mlp: Checkpoint) -> None:
    value = show_prices([mlp], mlp, "a b", version=1)
    assert value["groups"][0]["lines"][0]["more"].startswith("the blank is a letter")


@pytest.mark.parametrize("word", ["", None, "   "])
def test_no_word_asks_for_one(mlp: Checkpoint, word: str | None) -> None:
    assert show_prices([mlp], mlp, word, version=1)["title"].startswith("Type a name")


def test_an_impossible_letter_is_said(library: Library) -> None:
    bigram = library.checkpoints["bigram-names"]
    bare = replace(bigram, model=replace(bigram.model, smoothing=0.0))
    line = show_prices([bare], bare, "andrejq", version=1)["groups"][0]["lines"][0]
    assert line["said"] == "impossible" and "was never counted" in line["more"]


# ---- the tab ----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [*PARTS.values(), "nonsense"])
def test_one_part_is_shown(part: str) -> None:
    luck, *parts, _bars, _count, _number = (update["visible"] for update in visible(part))
    assert sum(parts) == 1 and luck == (part != "price")


def test_a_picked_word_is_gone_through() -> None:
    import gradio as gr

    assert _picked(gr.EventData(None, {"index": 4})) == (5, "walk")
    assert _picked(gr.EventData(None, {"index": "x"})) == (1, "walk")
