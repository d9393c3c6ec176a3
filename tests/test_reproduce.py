"""The table of printed numbers: what is in it, how it judges, and trainings that go on where they
were. Whether the numbers themselves come out: test_reference.py, and here for the quickest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from makemore.__main__ import main
from makemore.corpora import CorpusSettings
from makemore.corpus import CorpusError
from makemore.models import ModelConfig
from makemore.recipes import RECIPES, Recipe
from makemore.reproduce import nets
from makemore.reproduce.bar import Bar
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
from makemore.reproduce.runs import LongRun, arithmetic
from makemore.reproduce.work import Work, next_batch
from makemore.training import train

from .tiny import WORDS, recipe

HERE = CorpusSettings.from_environment()
has_names = pytest.mark.skipif(HERE.local("names.txt") is None,
                               reason="needs the notebooks' names.txt in MAKEMORE_DATA")


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
    assert (len(PRINTED), len(printed)) == (85, 73)


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
    rows = [compare(PAIR, [2.0, 3.0]), compare(PAIR, [0, 0]),
            not_run(PRINTED["bn.test"], "no words"), not_run(PRINTED["mlp.test"], "no words")]
    assert summary(rows) == ["1 met, 1 MISSED, 2 not run",
                             "bn.final: off by 3, allowed 0.01. Rounding.",
                             "bn.test, mlp.test: no words"]


def test_the_markdown_has_a_row_an_entry_and_no_stray_signs() -> None:
    rows = [compare(PAIR, [2.0, 3.02]), compare(PRINTED["deep.saturation"], [0.0] * 5),
            compare(PRINTED["bigram.zero_cells"], 102)]
    page = markdown(rows, made=["Written today."])
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert len(table) == 5 and table[4].startswith("| `bigram.zero_cells` | bigram counts |")
    assert table[2] == ("| `bn.final` | a net | train, dev; lecture 3 | 2 3 | 2 3.02 | 0.02 | 0.01 "
                        "| MISSED |")
    assert "\\|tanh\\| > 0.97" in table[3] and table[3].replace("\\|", "").count("|") == 9
    assert "Written today." in page and "**1 met, 2 MISSED.**" in page


def test_the_written_table_is_that_of_the_registry() -> None:
    """docs/reproduced.md comes from the command; an entry that changes asks for a new one."""
    page = Path(__file__).parent.parent / "docs" / "reproduced.md"
    rows = [line.split(" | ") for line in page.read_text(encoding="utf-8").splitlines()
            if line.startswith("| `")]
    assert [row[0] for row in rows] == [f"| `{id_}`" for id_ in PRINTED]
    assert [row[3] for row in rows] == [
        write_value(entry.value).replace("*", "\\*") for entry in PRINTED.values()]
    assert "not run |" not in {row[-1] for row in rows}


# --- choosing and measuring -----------------------------------------------------------------------

def test_only_picks_by_id_or_system() -> None:
    assert {"wavenet.step0", "ladder5", "handles.final"} <= {
        entry.id for entry in choose("WAVENET")}
    assert [entry.id for entry in choose("init.ta")] == ["init.tanh_fix"]
    assert len(choose("")) == len(PRINTED)
    with pytest.raises(ValueError, match=r"no entry has 'xyz'.*the systems: data, bigram counts"):
        choose("xyz")


def test_each_long_training_is_done_once() -> None:
    assert recipes_of(choose("ladder5")) == ["flat-3", "flat-8", "wavenet-small", "wavenet"]
    every = recipes_of(choose(""))
    assert len(every) == len(set(every)) == 13


def test_what_is_not_there_is_not_run_and_says_why() -> None:
    work = Work(corpora={"names.txt": CorpusError("no network"), "handles": CorpusError("ask")})
    rows = list(measured(choose(""), work, full=False))
    assert [row.printed.id for row in rows] == list(PRINTED)
    assert {row.reason for row in rows if row.printed.full} == {
        "trains for minutes: ask with --full"}
    assert {row.reason for row in rows if not row.printed.full} == {"no network", "ask"}
    assert {row.verdict for row in rows} == {"not run"}


@has_names
@pytest.mark.parametrize("name", [
    "the_file", "the_split", "bigram_counts", "running_sum", "names_from_counts", "parameters",
    "handles", "no_idea", "exact_gradients", "hundred_steps"])
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


# --- trainings that go on -------------------------------------------------------------------------

def long_run(folder: Path, of: Recipe, *, save_every: float = 0.0) -> LongRun:
    return LongRun(of, WORDS, folder, "the code of a test", save_every)


def tensors(run: LongRun) -> bytes:
    """The state file but for its header, which holds the time."""
    data = run.file.read_bytes()
    return data[8 + int.from_bytes(data[:8], "little"):]


LONG = [recipe("mlp-bn", steps=40, calibrate=True), recipe("mlp", steps=40, autograd=True),
        recipe("wavenet", steps=40, autograd=True, batch_seed=3)]


@pytest.mark.parametrize("of", LONG, ids=lambda of: of.name)
def test_an_interrupted_training_gives_the_same_digits(of: Recipe, tmp_path: Path) -> None:
    whole = long_run(tmp_path / "whole", of)
    for _ in whole.go_on():
        pass
    parts = long_run(tmp_path / "parts", of)
    for _ in zip(range(15), parts.go_on(slice_seconds=0)):
        pass  # and the generator is dropped in the middle, as by Ctrl-C
    assert parts.kept().step == 15 and parts.kept().final is None
    later = long_run(tmp_path / "parts", of)
    assert [progress.step for progress in later.go_on(slice_seconds=0)] == list(range(16, 41))
    assert parts.kept().final == whole.kept().final
    assert set(whole.kept().final) == {"train", "dev", "test"}
    assert tensors(parts) == tensors(whole)


def test_a_finished_training_is_not_done_again(tmp_path: Path) -> None:
    run = long_run(tmp_path, recipe(steps=30))
    for _ in run.go_on():
        pass
    first = run.kept().final
    assert list(run.go_on()) == [] and run.kept().final == first
    run.forget()
    assert run.kept() is None
    run.forget()


def test_another_recipe_other_words_or_other_code_start_anew(tmp_path: Path) -> None:
    usual = recipe(steps=30)
    files = {LongRun(usual, WORDS, tmp_path, "code").file,
             LongRun(recipe(steps=31), WORDS, tmp_path, "code").file,
             LongRun(usual, WORDS[1:], tmp_path, "code").file,
             LongRun(usual, WORDS, tmp_path, "other code").file}
    assert len(files) == 4
    assert arithmetic() == arithmetic() and len(arithmetic()) == 64


@pytest.mark.parametrize("damage", [
    lambda data: data[:40], lambda data: b"", lambda data: b"x" * 99])
def test_a_damaged_state_starts_anew(damage, tmp_path: Path) -> None:
    run = long_run(tmp_path, recipe(steps=30))
    for _ in run.go_on():
        pass
    final = run.kept().final
    run.file.write_bytes(damage(run.file.read_bytes()))
    assert run.kept() is None
    assert [progress.step for progress in run.go_on()][-1] == 30
    assert run.kept().final == final


def test_a_training_that_blows_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tiny-mlp: the loss blew up at step"):
        list(long_run(tmp_path, recipe("mlp", lr=((0, 1e6),))).go_on())


def test_the_bar_knows_what_is_done_already(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(RECIPES, "mlp", recipe("mlp", steps=40))
    monkeypatch.setitem(RECIPES, "mlp-bn", recipe("mlp-bn", steps=60))
    work = Work(folder=tmp_path, corpora={"names": WORDS, "handles": CorpusError("not here")})
    work.final("mlp")
    with pytest.raises(KeyboardInterrupt), Bar(work, ["mlp", "mlp-bn"]) as bar:
        assert bar.at == {"mlp": 40, "mlp-bn": 0} and bar.total == 100
        work.final("mlp-bn")
        assert bar.at["mlp-bn"] == 60
        raise KeyboardInterrupt
    assert "the same command goes on from here" in capsys.readouterr().err


# --- the command ----------------------------------------------------------------------------------

def test_the_command_trains_keeps_and_writes(tmp_path: Path, monkeypatch, capsys) -> None:
    short = recipe("mlp", steps=40, corpus="names")
    monkeypatch.setitem(RECIPES, "mlp", short)
    page = tmp_path / "docs" / "table.md"
    command = ["reproduce", "--full", "--only", "mlp.test", "--work", str(tmp_path / "work"),
               "--write", str(page)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "mlp.test" in printed and "1 ours only" in printed
    written = page.read_text(encoding="utf-8")
    assert "`python -m makemore reproduce --full --only mlp.test --write table.md`" in written
    assert f"torch {torch.__version__}" in written and str(tmp_path) not in written
    assert "Trainings, with the seconds they took: mlp 0 s (" in written
    state, = (tmp_path / "work").iterdir()
    before = state.stat().st_mtime_ns
    assert main(command) == 0 and state.stat().st_mtime_ns == before  # read, not trained again
    assert main([*command, "--fresh"]) == 0 and state.stat().st_mtime_ns > before
    first, second, third = (line for line in (printed + capsys.readouterr().out).splitlines()
                            if line.startswith("mlp.test"))
    assert first == second == third


def test_the_command_says_in_one_line_what_is_wrong(capsys) -> None:
    assert main(["reproduce", "--only", "nothing"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("makemore: no entry has 'nothing'") and said.count("\n") == 1


def test_a_tiny_model_config_is_not_one_of_the_lectures() -> None:
    """The tests above may replace recipes; they must put them back."""
    assert RECIPES["mlp"].model == ModelConfig("mlp") and RECIPES["mlp"].steps == 200_000
    assert next(train(Work(corpora={"names.txt": WORDS}).start("mlp"), steps=1)).step == 1
