"""The trainings behind the table of printed numbers: they go on where they were, and give the same
digits as if nobody had stopped them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from makemore.corpora.corpus import CorpusError
from makemore.recipes import RECIPES, Recipe
from makemore.reproduce.bar import Bar
from makemore.reproduce.runs import LongRun, arithmetic, digest_of
from makemore.reproduce.work import Work
from tests.tiny import WORDS, recipe


def long_run(folder: Path, of: Recipe, *, save_every: float = 0.0) -> LongRun:
    return LongRun(of, WORDS, folder, "the code of a test", save_every)


def tensors(run: LongRun) -> bytes:
    """The state file but for its header, which holds the time."""
    data = run.file.read_bytes()
    return data[8 + int.from_bytes(data[:8], "little") :]


LONG = [
    recipe("mlp-bn", steps=40, calibrate=True),
    recipe("mlp", steps=40, autograd=True),
    recipe("wavenet", steps=40, autograd=True, batch_seed=3),
]


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
    files = {
        LongRun(usual, WORDS, tmp_path, "code").file,
        LongRun(recipe(steps=31), WORDS, tmp_path, "code").file,
        LongRun(usual, WORDS[1:], tmp_path, "code").file,
        LongRun(usual, WORDS, tmp_path, "other code").file,
    }
    assert len(files) == 4
    assert arithmetic() == arithmetic() and len(arithmetic()) == 64


CODE = """
class Half:
    '''A layer.'''

    def forward(self, x: int) -> int:
        self.kept = x * 0.5
        return self.kept - x.mean()
"""


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("kept", "out", True),
        ("Half", "Halve", True),
        ("A layer", "One layer", True),
        (": int", ": float", True),
        ("    def", "    # why\n    def", True),
        (" - ", " + ", False),
        ("0.5", "0.6", False),
        (".mean", ".sum", False),
        ("self.kept - x.mean()", "x.mean() - self.kept", False),
    ],
)
def test_the_digest_of_code_sees_arithmetic_and_not_names(before, after, same) -> None:
    assert before in CODE
    assert (digest_of([CODE]) == digest_of([CODE.replace(before, after)])) == same


@pytest.mark.parametrize(
    "damage", [lambda data: data[:40], lambda data: b"", lambda data: b"x" * 99]
)
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
