"""The command line, through main(): what it prints, what it leaves behind, how it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from makemore import __main__ as command_line
from makemore.checkpoint.checkpoint import load_checkpoint, save_checkpoint
from makemore.corpora.registry import CORPORA, Corpus
from makemore.sampling import Sampling, sample
from makemore.training import Progress, Run, start_run, train
from tests.tiny import CORPUS, WORDS, recipe


@pytest.fixture(autouse=True)
def small_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The corpus "names" is a few words, so that a training takes milliseconds."""
    monkeypatch.setattr(command_line, "load_corpus", lambda name: CORPUS)
    yield
    torch.set_num_threads(1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = start_run(recipe("mlp"), WORDS)
    list(train(run))
    return save_checkpoint(run, tmp_path / "tiny", corpus=CORPUS)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Exit code 2 and one line on stderr, which is returned; no traceback."""
    assert command_line.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("makemore: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize("name", ["mlp2d-names", "bigram-names", "one-layer", "mlp-bn-names"])
def test_train(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "mine"
    assert command_line.main(["train", name, "--steps", "3", "--out", str(out)]) == 0
    got = load_checkpoint(out)
    assert got.card["steps"] == (0 if name == "bigram-names" else 3)
    said = capsys.readouterr().out
    assert f"train {got.losses['train']:.4f}" in said
    assert str(out) in said


def test_train_with_a_seed_of_ones_own(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        command_line.main(
            ["train", "mlp2d-names", "--steps", "1", "--seed", seed, "--out", str(tmp_path / seed)]
        )
    one, two = (load_checkpoint(tmp_path / seed) for seed in ("1", "2"))
    assert one.recipe.seed == 1
    assert one.losses != two.losses


def test_ctrl_c_keeps_what_was_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(run: Run) -> Iterator[Progress]:
        yield from train(run, steps=4, slice_seconds=0)
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "train", interrupted)
    code = command_line.main(["train", "mlp-bn-names", "--out", str(tmp_path / "mine")])
    assert code in (0, 130)
    got = load_checkpoint(tmp_path / "mine")
    assert got.card["steps"] == 4
    err = capsys.readouterr().err
    assert "stopped at step 4" in err
    assert "Traceback" not in err


def test_sample(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def drawn(*options: str) -> list[str]:
        assert command_line.main(["sample", str(folder), *options]) == 0
        return capsys.readouterr().out.split("\n")[:-1]

    got = load_checkpoint(folder)
    wanted = [each.word for each in sample(got.model, got.vocabulary, count=10)]
    assert drawn() == wanted
    assert drawn("--count", "3") == wanted[:3]
    assert drawn("--count", "0") == []
    assert drawn("--seed", "43") != wanted
    assert all(word.startswith("em") for word in drawn("--prefix", "em"))
    assert len(set(drawn("--temperature", "0"))) == 1
    assert len(set(drawn("--top-k", "1"))) == 1
    settings = Sampling(die="race", temperature=0.7, top_p=0.9)
    raced = [each.word for each in sample(got.model, got.vocabulary, count=10, settings=settings)]
    assert drawn("--die", "race", "--temperature", "0.7", "--top-p", "0.9") == raced


def test_score(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["score", str(folder), "emma", "ava"]) == 0
    emma, ava = capsys.readouterr().out.splitlines()
    assert emma.startswith("emma: ")
    assert "bits per letter" in emma
    prices = [float(part.split()[1]) for part in emma.split("  ")[1:]]
    assert len(prices) == 5
    assert float(emma.split()[1]) == pytest.approx(sum(prices) / 5, abs=0.01)
    assert ava.startswith("ava: ")


def test_corpora(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def one_missing(name: str) -> Corpus:
        if name == "handles":
            raise command_line.CorpusError("not on this computer")
        return CORPUS

    monkeypatch.setattr(command_line, "load_corpus", one_missing)
    assert command_line.main(["corpora"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in CORPORA)
    assert "18 words" in out
    assert "not on this computer" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--prefix", "é"), "never seen"),
        (("--seed", str(2**63)), "seed"),
        (("--temperature", "-1"), "temperature"),
        (("--temperature", "nan"), "temperature"),
        (("--top-p", "0"), "top-p"),
        (("--prefix", "e" * 99), "letters"),
    ],
)
def test_sample_refuses(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(capsys, "sample", str(folder), *arguments)


def test_score_refuses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "never seen" in refused(capsys, "score", str(folder), "x\ny")


@pytest.mark.parametrize("command", [("sample",), ("score", "emma")])
def test_no_such_checkpoint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    name, *rest = command
    for place in ("no-such-checkpoint", str(tmp_path)):
        assert "card.json" in refused(capsys, name, place, *rest)


def test_a_spoilt_checkpoint(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "model.safetensors").write_bytes(b"\x80\x04K\x01.")
    assert "Download it again" in refused(capsys, "sample", str(folder))


def test_train_refuses_a_seed_that_does_not_fit(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = refused(capsys, "train", "mlp2d-names", "--seed", str(2**70), "--out", str(tmp_path))
    assert "seed" in said


def test_train_without_its_corpus(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> Corpus:
        raise command_line.CorpusError("not here: do this")

    monkeypatch.setattr(command_line, "load_corpus", missing)
    assert "do this" in refused(capsys, "train", "mlp", "--out", str(tmp_path / "mine"))
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("train",),
        ("train", "gpt"),
        ("train", "mlp", "--steps", "-1"),
        ("train", "mlp", "--steps", "many"),
        ("sample",),
        ("sample", "x", "--die", "cube"),
        ("sample", "x", "--count", "-1"),
        ("sample", "x", "--seed", "-1"),
        ("score", "x"),
    ],
)
def test_what_cannot_be_read_ends_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        command_line.main(arguments)
    assert caught.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_as_a_program(tmp_path: Path) -> None:
    """python -m makemore, once for real: an error is one line and not a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "makemore", "sample", str(tmp_path)],
        text=True,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
