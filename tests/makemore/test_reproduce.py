"""The table of printed numbers: what is in it, and how it judges. Whether the numbers themselves
come out: test_reference.py, and here for the quickest; the trainings: test_reproduce_runs.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from makemore.__main__ import main
from makemore.corpora.corpus import CorpusError
from makemore.corpora.registry import CorpusSettings
from makemore.models import ModelConfig
from makemore.recipes import RECIPES
from makemore.reproduce import nets
from makemore.reproduce.command import choose, measured, recipes_of
from makemore.reproduce.finals import AT_STEP, FINALS
from makemore.reproduce.measures import MEASURES, Measure
from makemore.reproduce.printed import PRINTED, Printed
from makemore.reproduce.report import (
    compare,
    difference,
    lines,
    markdown,
    not_run,
    summary,
    write_value,
)
from makemore.reproduce.work import Work, next_batch
from makemore.training import train
from tests.tiny import WORDS, recipe

HERE = CorpusSettings.from_environment()
has_names = pytest.mark.skipif(
    HERE.local("names.txt") is None, reason="needs the notebooks' names.txt in MAKEMORE_DATA"
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As the command does: small nets are slower on two, above all where others compute too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


PAIR = Printed("bn.final", "a net", "train, dev", [2.0, 3.0], 0.01, "lecture 3", "Rounding.")


# --- the registry ---------------------------------------------------------------------------------


def test_every_entry_has_one_measure_and_the_other_way_round() -> None:
    measured_ids = [id_ for measure in MEASURES for id_ in measure.ids]
    assert sorted(measured_ids) == sorted(PRINTED)
    printed = [entry for entry in PRINTED.values() if entry.value is not None]
    assert (len(PRINTED), len(printed)) == (86, 74)


def test_long_entries_name_recipes_and_parts_that_exist() -> None:
    for final in FINALS.values():
        assert set(final.recipes) <= set(RECIPES)
        assert set(final.parts) <= {"params", "train", "dev", "test"}
    assert {id_ for id_, entry in PRINTED.items() if entry.full} == set(FINALS)


@pytest.mark.parametrize("id_", [id_ for id_ in FINALS if PRINTED[id_].value is not None])
def test_a_long_entry_has_the_shape_of_what_was_printed(id_: str) -> None:
    final, value = FINALS[id_], PRINTED[id_].value
    rows = value if len(final.recipes) > 1 else [value]
    assert [len(row) for row in rows] == [len(final.parts)] * len(final.recipes)


def test_every_printed_step_is_in_its_run() -> None:
    for id_, at in AT_STEP.items():
        assert at.step < RECIPES[at.recipe].steps and PRINTED[id_].value > 1


# --- the judgement --------------------------------------------------------------------------------


def test_met_missed_and_never_printed() -> None:
    assert compare(PAIR, [2.01, 3.0]).verdict == "met"
    missed = compare(PAIR, [2.0, 3.02])
    assert missed.verdict == "MISSED" and missed.difference == pytest.approx(0.02)
    assert missed.reason == "off by 0.02, allowed 0.01. Rounding."
    assert compare(Printed("x", "y", "z", None), [1.0]).verdict == "ours only"
    assert compare(PAIR, [2.0, math.nan]).verdict == "MISSED"


def test_differences_of_numbers_lists_and_words() -> None:
    assert difference(3, 3) == 0
    assert difference([[1, 2.0], [3, 4.0]], [[1, 2.5], [3, 4.25]]) == 0.5
    assert difference([1, 2], [1, 2, 3]) == math.inf
    assert difference([[4, 8], [4]], [[4, 8], [4, 1]]) == math.inf
    assert difference(["mor", "axx", "ka"], ["mor", "ax", "k"]) == 2
    assert difference(1.0, [1.0]) > 0


# --- the table ------------------------------------------------------------------------------------


def test_the_text_table_wraps_what_is_long() -> None:
    names = Printed("dice.coin", "dice", "a die", ["minaymoryles"] * 5, 0)
    table = lines(compare(names, ["minaymoryles"] * 5))
    assert len(table) == 3 and table[0].startswith("dice.coin") and table[0].endswith("met")
    assert all(len(line) <= 150 for line in table)


def test_the_summary_counts_and_gives_each_reason_once() -> None:
    rows = [
        compare(PAIR, [2.0, 3.0]),
        compare(PAIR, [0, 0]),
        not_run(PRINTED["bn.test"], "no words"),
        not_run(PRINTED["mlp.test"], "no words"),
    ]
    assert summary(rows) == [
        "1 met, 1 MISSED, 2 not run",
        "bn.final: off by 3, allowed 0.01. Rounding.",
        "bn.test, mlp.test: no words",
    ]


def test_the_markdown_has_a_row_an_entry_and_no_stray_signs() -> None:
    rows = [
        compare(PAIR, [2.0, 3.02]),
        compare(PRINTED["deep.saturation"], [0.0] * 5),
        compare(PRINTED["bigram.zero_cells"], 102),
    ]
    page = markdown(rows, made=["Written today."])
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert len(table) == 5 and table[4].startswith("| `bigram.zero_cells` | bigram counts |")
    assert table[2] == (
        "| `bn.final` | a net | train, dev; lecture 3 | 2 3 | 2 3.02 | 0.02 | 0.01 | MISSED |"
    )
    assert "\\|tanh\\| > 0.97" in table[3] and table[3].replace("\\|", "").count("|") == 9
    assert "Written today." in page and "**1 met, 2 MISSED.**" in page


def test_the_written_table_is_that_of_the_registry() -> None:
    """docs/reproduced.md comes from the command; an entry that changes asks for a new one."""
    page = Path(__file__).parents[2] / "docs" / "reproduced.md"
    rows = [
        line.split(" | ")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert [row[0] for row in rows] == [f"| `{id_}`" for id_ in PRINTED]
    assert [row[3] for row in rows] == [
        write_value(entry.value).replace("*", "\\*") for entry in PRINTED.values()
    ]
    assert "not run |" not in {row[-1] for row in rows}


# --- choosing and measuring -----------------------------------------------------------------------


def test_only_picks_by_id_or_system() -> None:
    assert {"wavenet.step0", "ladder5", "handles.final"} <= {
        entry.id for entry in choose("WAVENET")
    }
    assert [entry.id for entry in choose("init.ta")] == ["init.tanh_fix"]
    assert len(choose("")) == len(PRINTED)
    with pytest.raises(ValueError, match=r"no entry has 'xyz'.*the systems: data, bigram counts"):
        choose("xyz")


def test_each_long_training_is_done_once() -> None:
    assert recipes_of(choose("ladder5")) == [
        "flat-3",
        "flat-8",
        "wavenet-small",
        "wavenet",
        "wavenet-small-bug",
    ]
    every = recipes_of(choose(""))
    assert len(every) == len(set(every)) == 14


def test_what_is_not_there_is_not_run_and_says_why() -> None:
    work = Work(corpora={"names.txt": CorpusError("no network"), "handles": CorpusError("ask")})
    rows = list(measured(choose(""), work, full=False))
    assert [row.printed.id for row in rows] == list(PRINTED)
    assert {row.reason for row in rows if row.printed.full} == {
        "trains for minutes: ask with --full"
    }
    assert {row.reason for row in rows if not row.printed.full} == {"no network", "ask"}
    assert {row.verdict for row in rows} == {"not run"}


@has_names
@pytest.mark.parametrize(
    "name",
    [
        "the_file",
        "the_split",
        "bigram_counts",
        "running_sum",
        "names_from_counts",
        "parameters",
        "handles",
        "no_idea",
        "exact_gradients",
        "hundred_steps",
    ],
)
def test_the_quickest_numbers_come_out(name: str) -> None:
    come_out(next(measure for measure in MEASURES if measure.function.__name__ == name))


@has_names
@pytest.mark.parametrize("recipe", ["mlp2d-32", "init-original", "init-kaiming"])
def test_the_first_losses_come_out(recipe: str) -> None:
    come_out(nets.at_steps(recipe))


def come_out(measure: Measure) -> None:
    for id_, ours in measure.function(Work(settings=HERE)).items():
        assert compare(PRINTED[id_], ours).verdict in ("met", "ours only"), (id_, ours)


def test_the_next_batch_is_the_one_that_comes_next() -> None:
    work = Work(corpora={"names.txt": WORDS})
    run = work.trained("mlp-bn", steps=3)
    ahead = next_batch(run)
    rows = torch.randint(0, len(run.data), (32,), generator=run.generator)
    assert torch.equal(ahead.contexts, run.data.take(rows).contexts)
    theirs = nets._by_autograd(run)
    assert [grad.shape for grad in theirs] == [p.shape for p in run.model.parameters()]


# --- the command ----------------------------------------------------------------------------------


def test_the_command_trains_keeps_and_writes(tmp_path: Path, monkeypatch, capsys) -> None:
    short = recipe("mlp", steps=40, corpus="names")
    monkeypatch.setitem(RECIPES, "mlp", short)
    page = tmp_path / "docs" / "table.md"
    command = [
        "reproduce",
        "--full",
        "--only",
        "mlp.test",
        "--work",
        str(tmp_path / "work"),
        "--write",
        str(page),
    ]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "mlp.test" in printed and "1 ours only" in printed
    written = page.read_text(encoding="utf-8")
    assert "`python -m makemore reproduce --full --only mlp.test --write table.md`" in written
    assert f"torch {torch.__version__}" in written and str(tmp_path) not in written
    assert "Trainings, with the seconds they took: mlp 0 s (" in written
    (state,) = (tmp_path / "work").iterdir()
    before = state.stat().st_mtime_ns
    assert main(command) == 0 and state.stat().st_mtime_ns == before  # read, not trained again
    assert main([*command, "--fresh"]) == 0 and state.stat().st_mtime_ns > before
    first, second, third = (
        line
        for line in (printed + capsys.readouterr().out).splitlines()
        if line.startswith("mlp.test")
    )
    assert first == second == third


def test_the_command_says_in_one_line_what_is_wrong(capsys) -> None:
    assert main(["reproduce", "--only", "nothing"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("makemore: no entry has 'nothing'") and said.count("\n") == 1


def test_a_tiny_model_config_is_not_one_of_the_lectures() -> None:
    """The tests above may replace recipes; they must put them back."""
    assert RECIPES["mlp"].model == ModelConfig("mlp") and RECIPES["mlp"].steps == 200_000
    assert next(train(Work(corpora={"names.txt": WORDS}).start("mlp"), steps=1)).step == 1
