"""The rules of the house, read from the source: who imports whom, and how long things are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("makemore", "visualize")
    for path in (ROOT / folder).rglob("*.py")
)
SOURCES += [Path(name) for name in ("app.py",) if (ROOT / name).exists()]
MODULES = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES}

# The way of the data. `training` looks at dev, so `evaluation` stands before it.
ORDER = (
    "corpora",
    "vocabulary",
    "examples",
    "ngram",
    "initialisation",
    "layers",
    "models",
    "recipes",
    "evaluation",
    "training",
    "checkpoint",
    "dice",
    "sampling",
    "probe",
    "backprop",
    "reproduce",
    "__main__",
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


@cache
def imports(name: str) -> frozenset[str]:
    """Full names of all that a module imports, wherever in it."""
    return frozenset(_imports(name))


def _imports(name: str) -> Iterator[str]:
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(parents if node.level else []), *filter(None, [node.module])])
            for alias in node.names:
                both = f"{base}.{alias.name}"
                yield both if both in MODULES or not node.module or _module(both) else base


def _module(name: str) -> bool:
    """Whether a name outside of the project is known to be a module: matplotlib.pyplot."""
    return name in ("matplotlib.pyplot", "plotly.express")


def below(*packages: str) -> list[str]:
    """The modules of these packages."""
    return [
        name
        for name in MODULES
        if any(name == package or name.startswith(f"{package}.") for package in packages)
    ]


def touches(name: str, *forbidden: str) -> set[str]:
    return {
        each
        for each in imports(name)
        if any(each == one or each.startswith(f"{one}.") for one in forbidden)
    }


def reachable(name: str) -> set[str]:
    """All modules of the project that a module imports, directly or by others."""
    seen, ahead = set(), [name]
    while ahead:
        new = {each for each in imports(ahead.pop()) if each in MODULES} - seen
        seen |= new
        ahead += new
    return seen


def test_the_reader_of_imports_reads() -> None:
    assert {"makemore.layers", "torch", "dataclasses"} <= imports("makemore.evaluation")
    assert "makemore.vocabulary" in reachable("makemore.training")


@pytest.mark.parametrize("name", below("makemore"))
def test_makemore_knows_no_screen(name: str) -> None:
    assert touches(name, "gradio", "plotly", "matplotlib", "visualize", "app") == set()


@pytest.mark.parametrize("name", below("visualize.figures"))
def test_figures_take_arrays_and_labels(name: str) -> None:
    assert (
        touches(name, "torch", "gradio", "makemore", "visualize.tabs", "visualize.components")
        == set()
    )


@pytest.mark.parametrize("name", below("visualize.components"))
def test_components_know_no_model(name: str) -> None:
    assert touches(name, "torch", "makemore", "visualize.tabs") == set()


@pytest.mark.parametrize("name", MODULES)
def test_nothing_draws_through_pyplot(name: str) -> None:
    """Its figures are global and live for ever; and figures are closed by nobody."""
    assert touches(name, "matplotlib.pyplot", "pylab", "pickle", "shelve", "marshal") == set()


@pytest.mark.parametrize("name", below("makemore", "visualize"))
def test_nothing_imports_the_app(name: str) -> None:
    assert touches(name, "app") == set()


@pytest.mark.parametrize("module", [name for name in ORDER if f"makemore.{name}" in MODULES])
def test_modules_know_only_those_before_them(module: str) -> None:
    """Helpers count for those who import them: a detour is no way around the order."""
    later = {f"makemore.{name}" for name in ORDER[ORDER.index(module) :]}
    assert reachable(f"makemore.{module}") & later == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    assert [name for name in MODULES if name in reachable(name)] == []


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_reader_can_hold_a_file_in_the_head(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 380
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 90, f"{node.name} is too long"


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_components_are_made_by_factories(path: Path) -> None:
    """Gradio writes a .pyi file beside each module that subclasses one of its components."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            assert not [base for base in node.bases if ast.unparse(base).endswith("HTML")]


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("module", [name for name in ORDER if f"makemore.{name}" in MODULES])
def test_public_things_say_what_they_are(module: str) -> None:
    silent = [
        node.name
        for node in tree(MODULES[f"makemore.{module}"]).body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[0] == "makemore"], ids=str)
def test_chance_is_an_argument(path: Path) -> None:
    """No global seed, no `global`: whoever wants chance passes a seed or a generator."""
    text = ast.unparse(tree(path))  # without comments; docstrings may speak of it
    calls = [ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not {"torch.manual_seed", "random.seed", "np.random.seed", "random.shuffle"} & {*calls}
    assert not any(isinstance(node, ast.Global) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize("package", ["makemore", "visualize.figures"])
def test_python_files_are_found(package: str) -> None:
    assert len(below(package)) > 3
