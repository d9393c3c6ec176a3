"""What the README claims: its tree, its commands, its numbers, its pictures, its front matter."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from makemore.__main__ import _parser
from tests.test_architecture import ORDER
from visualize.tabs import TABS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("makemore", "visualize")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "__init__.py"
)


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def front_matter() -> dict[str, str]:
    """The lines between the two rules at the top; lists are left out."""
    lines = README.split("---\n")[1].splitlines()
    pairs = (line.split(":", 1) for line in lines if not line.startswith("  "))
    return {key: value.strip().strip('"') for key, value in pairs}


def tree() -> Iterator[str]:
    """Every path of the tree, patterns as they stand: "visualize/tabs/train*.py"."""
    folders: list[str] = []
    for line in blocks("text")[0].splitlines():
        del folders[(len(line) - len(line.lstrip())) // 2 :]
        names = re.match(r"(?:\S+, )*\S+", line.strip())[0].split(", ")
        yield from ("/".join([*folders, name]) for name in names)
        if names[0].endswith("/"):
            folders.append(names[0].rstrip("/"))


ENTRIES = list(tree())


def covers(entry: str, module: str) -> bool:
    """A file or pattern names a module; a folder with nothing below it names all that is in it."""
    if entry.endswith("/"):
        alone = not any(other != entry and other.startswith(entry) for other in ENTRIES)
        return alone and module.startswith(entry)
    return fnmatchcase(module, entry)


def test_the_tree_names_every_module() -> None:
    missing = [
        module
        for module in ("app.py", *MODULES)
        if not any(covers(entry, module) for entry in ENTRIES)
    ]
    assert not missing, "give each a line in README's tree, or add it to one"


def test_the_tree_names_nothing_that_is_not_there() -> None:
    assert not [entry for entry in ENTRIES if not list(ROOT.glob(entry.rstrip("/")))]


def test_every_tab_is_explained() -> None:
    told = re.findall(r"^\| \*\*(.+?)\*\* \|", README, re.MULTILINE)
    assert told == list(TABS)


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test", "checkpoints"} <= named <= targets


def commands() -> list[str]:
    lines = "\n".join(blocks("sh")).splitlines() + re.findall(r"`([^`\n]+)`", README)
    return [line for line in lines if line.startswith("python -m makemore ")]


@pytest.mark.parametrize("command", commands())
def test_commands_are_understood(command: str) -> None:
    options = _parser().parse_args(shlex.split(command)[3:])
    made = {line.split("--out ")[1].split()[0] for line in commands() if "--out " in line}
    if checkpoint := getattr(options, "checkpoint", None):
        assert checkpoint in made or (ROOT / "checkpoints" / checkpoint).is_dir()


def test_files_that_are_installed_from_exist() -> None:
    for name in re.findall(r"install -r (\S+)", README):
        assert (ROOT / name).is_file()


def test_the_table_of_checkpoints_is_what_the_cards_say() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", README, re.MULTILINE))
    cards = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (ROOT / "checkpoints").glob("*/card.json")
    }
    assert set(rows) == set(cards)
    for name, card in cards.items():
        losses = [f"{card['losses'][part]:.3f}" for part in ("train", "dev")]
        title = card["title"].split(": ", 1)[-1]
        assert rows[name].split(" | ") == [title, f"{card['parameters']:,}", *losses]


@pytest.mark.parametrize("picture", re.findall(r"\]\((docs/[^)]+)\)", README))
def test_pictures_exist_and_are_small(picture: str) -> None:
    assert (ROOT / picture).stat().st_size < 250_000


def test_front_matter_is_a_spaces() -> None:
    space = front_matter()
    pinned = re.search(r"^gradio==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert space["sdk"] == "gradio" and space["sdk_version"] == pinned[1]
    assert (ROOT / space["app_file"]).is_file()
    assert space["python_version"] in ("3.10", "3.11", "3.12")
    assert space["license"] == "mit" and "MIT" in (ROOT / "LICENSE").read_text()
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {space["colorFrom"], space["colorTo"]} <= colours
    assert len(space["short_description"]) <= 60 and space["title"] and space["emoji"]


def test_it_speaks_of_nothing_but_the_lab() -> None:
    assert not re.search(r"/(home|root|tmp|work)/|127\.0\.0\.1|TODO", README)


# ---- CONTRIBUTING.md ----------------------------------------------------------------------------

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]+\.(?:py|js|md))`", CONTRIBUTING))))
def test_contributing_names_files_that_exist(path: str) -> None:
    assert list(ROOT.glob(path)) or list(ROOT.rglob(path)), f"CONTRIBUTING.md names {path}"


@pytest.mark.parametrize(
    ("path", "name"), re.findall(r"`([\w/]+\.py)`, `(?:def )?(\w+)`", CONTRIBUTING)
)
def test_contributing_names_functions_that_exist(path: str, name: str) -> None:
    assert re.search(rf"^def {name}\b", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_contributing_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", CONTRIBUTING, re.MULTILINE))
    assert {"test", "lint", "run"} <= named <= targets


def test_the_spine_is_told_in_the_order_of_the_architecture() -> None:
    told = re.search(r"Read in this order:\n(.*?)\n  corpora/", CONTRIBUTING, re.DOTALL)[1]
    spine = [name for name in ORDER if (ROOT / "makemore" / f"{name}.py").exists()]
    assert re.findall(r"\w+", told) == [name for name in spine if not name.startswith("_")]
