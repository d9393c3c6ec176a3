"""A run as a script: started by itself, with nothing of ours, it prints the run's own digits."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from makemore.checkpoint.export import as_script, export_zip
from makemore.checkpoint.notebook import as_notebook
from makemore.evaluation import split_losses
from makemore.models import InitConfig
from makemore.recipes import RECIPES, Recipe
from makemore.training import Run, start_run, train
from tests.tiny import NETWORKS, WORDS, recipe

RUNNER = """
import os, runpy, sys
for folder in sys.argv[1:]:
    os.chdir(folder)
    print("== " + folder)
    runpy.run_path("train.py")
"""


def trained(of: Recipe, *, words: tuple[str, ...] = WORDS, steps: int | None = None) -> Run:
    run = start_run(of, words)
    for _ in train(run, steps=steps):
        pass
    return run


def cases() -> dict[str, Run]:
    """Every model with every optimiser and both ways of finding gradients; every other setting."""
    adamw = {"optimiser": "adamw", "weight_decay": 0.1, "lr": ((0, 0.01), (10, 0.003))}
    runs = {
        f"{kind} {optimiser.get('optimiser', 'sgd')} autograd={autograd}": trained(
            recipe(kind, autograd=autograd, **optimiser)
        )
        for kind in NETWORKS
        for optimiser in ({}, adamw)
        for autograd in (False, True)
    }
    for changes in SETTINGS:
        runs[str(changes)] = trained(recipe("mlp-bn", **changes))
    of = recipe("mlp-bn", calibrate=True)
    runs["lecture 3"] = trained(replace(of, model=replace(of.model, norm="lecture3")))
    tree = recipe("wavenet", calibrate=True)
    runs["lecture 5's bug"] = trained(replace(tree, model=replace(tree.model, norm="lecture5")))
    runs["stopped"] = trained(recipe("wavenet", patience=3, evaluate_every=5), steps=11)
    runs["strange words"] = trained(recipe("mlp"), words=STRANGE)
    runs["dot is end"] = trained(recipe("mlp", dot_is_end=True), words=STRANGE)
    return runs


SETTINGS = (
    {"l2": 0.1},
    {"l2": 0.1, "autograd": True},
    {"batch_size": None},
    {"batch_seed": 5},
    {"calibrate": True},
    {"split_seed": None},
    {"first_words": 12},
    {"first_words": 5},
    {"start": InitConfig(norm_noise=0.1, bias=0.2, output_bias=0.3, gain=1.7, output_fan_in=False)},
    {"patience": 2, "evaluate_every": 5, "steps": 400, "lr": ((0, 1.0),)},
)
STRANGE = ("שלום", "a.b", "c'd", "\\n", '"""', "\U0001f600x", "c.d", "{e}", "$x", "<seed>", "é")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Run, dict[str, str]]]:
    """Each run, and what its script printed in a Python that knows nothing of the lab."""
    runs = cases()
    folders = {name: tmp_path_factory.mktemp("script") for name in runs}
    for name, run in runs.items():
        write(run, folders[name])
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", RUNNER, *folders.values()],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    said = dict(part.split("\n", 1) for part in done.stdout.split("== ")[1:])
    return {name: (run, lines_of(said[str(folders[name])])) for name, run in runs.items()}


def write(run: Run, folder: Path) -> None:
    (folder / "train.py").write_text(as_script(run, title="A test"), encoding="utf-8")
    (folder / "words.txt").write_bytes("\n".join(run.words).encode())


def lines_of(text: str) -> dict[str, str]:
    return dict(line.split(": ") for line in text.splitlines())


def test_every_script_prints_the_losses_of_its_run(results: dict) -> None:
    for name, (run, said) in results.items():
        losses = {
            int(key.removeprefix("step ")): value
            for key, value in said.items()
            if key.startswith("step ")
        }
        assert len(losses) > 4, name
        assert losses == {step: f"{run.losses[step]:.6f}" for step in losses}, name


def test_every_script_prints_the_final_losses_of_its_run(results: dict) -> None:
    for name, (run, said) in results.items():
        final = split_losses(run.model, run.split, run.vocabulary, block_size=run.model.block_size)
        assert {part: said[part] for part in final} == {
            part: f"{loss:.6f}" for part, loss in final.items()
        }, name


def test_a_run_that_was_stopped_is_repeated_to_where_it_stands(results: dict) -> None:
    said = results["stopped"][1]
    assert "step 10" in said and "step 11" not in said


def test_started_by_itself(tmp_path: Path) -> None:
    """As the person who downloads it does; a run that has not begun is written out whole."""
    write(start_run(recipe(), WORDS), tmp_path)
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert lines_of(done.stdout)["step 29"] == f"{trained(recipe()).losses[29]:.6f}"


@pytest.mark.parametrize("name", [name for name, of in RECIPES.items() if of.steps])
def test_every_recipe_makes_a_short_script(name: str) -> None:
    script = as_script(start_run(RECIPES[name], WORDS), title='"""\\')
    compile(script, "train.py", "exec")
    assert not re.search(r"<[a-z_]+>", script)
    assert "makemore" not in script.split('"""', 2)[2]
    assert len(script.splitlines()) < 290


def test_the_zip_holds_script_and_words() -> None:
    run = start_run(recipe(), WORDS)
    with zipfile.ZipFile(BytesIO(export_zip(run, title="A test"))) as file:
        assert file.namelist() == ["train.py", "train.ipynb", "words.txt"]
        assert file.read("words.txt").decode().split("\n") == list(WORDS)


def test_the_notebook_runs_from_top_to_bottom_to_the_same_losses(tmp_path: Path) -> None:
    run = trained(recipe("mlp-bn"))
    (tmp_path / "words.txt").write_bytes("\n".join(run.words).encode())
    notebook = nbformat.reads(as_notebook(as_script(run, title="A test")), as_version=4)
    nbformat.validate(notebook)
    headings = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert headings[0].startswith("# A test") and "## Training" in headings
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=100, resources=place, kernel_name="python3").execute()
    printed = "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text" in output
    )
    final = split_losses(run.model, run.split, run.vocabulary, block_size=run.model.block_size)
    said = lines_of(printed)
    assert {part: said[part] for part in final} == {
        part: f"{loss:.6f}" for part, loss in final.items()
    }
