"""Finding a Chromium and installing one; nothing is really installed here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.browser import chromium
from tests.browser.chromium import NoChromium, ensure_chromium, find_chromium


def test_the_environment_variable_comes_first() -> None:
    assert find_chromium({"CHROMIUM": sys.executable}) == sys.executable
    with pytest.raises(NoChromium, match="CHROMIUM is /nowhere/chromium"):
        find_chromium({"CHROMIUM": "/nowhere/chromium"})


@pytest.mark.parametrize("name", chromium.NAMES)
def test_the_systems_own_is_found(name: str) -> None:
    assert find_chromium({}, which={name: f"/bin/{name}"}.get) == f"/bin/{name}"


def _install(
    monkeypatch: pytest.MonkeyPatch, *, admin: list[str] | None, found: Iterable[str | None]
) -> tuple[list[str], list[str]]:
    """(commands, sentences) of an installation in which ``find`` gives ``found`` one by one."""
    commands, said, answers = [], [], iter(found)

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        commands.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(chromium, "_admin", lambda: admin)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/bin/{name}")
    ensure_chromium(find=lambda: next(answers), run=run, say=said.append)
    return commands, said


def test_nothing_is_installed_when_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    commands, said = _install(monkeypatch, admin=[], found=["/bin/chromium"])
    assert commands == [] and said == ["Browser tests use /bin/chromium."]


def test_debians_package_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    commands, said = _install(monkeypatch, admin=["sudo", "-n"], found=[None, "/bin/chromium"])
    assert commands[0].startswith("sudo -n apt-get update")
    assert commands[1].endswith("chromium") and len(commands) == 2
    assert "installing Debian's chromium with apt-get" in said[0]


def test_playwrights_build_where_apt_needs_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    commands, said = _install(monkeypatch, admin=None, found=[None, "/cache/chrome"])
    assert [command.split(" ", 1)[1] for command in commands] == ["-m playwright install chromium"]
    assert "Playwright's own build" in said[0]


def test_when_nothing_helps_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoChromium, match="Install Chromium or Chrome yourself"):
        _install(monkeypatch, admin=[], found=[None, None, None])
