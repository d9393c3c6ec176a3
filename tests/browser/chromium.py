"""A Chromium for the browser tests: ``python -m tests.browser.chromium`` finds or installs one.

Looked for in this order: what the environment variable CHROMIUM names, the system's, Playwright's
own. If there is none, Debian's package is installed where that can be done without a password,
else Playwright's build. What is done is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Nothing but the page under test: no graphics card, no calls home.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(RuntimeError):
    """No Chromium is here; the text says how to get one."""


def find_chromium(
    environment: Mapping[str, str] = os.environ,
    *,
    which: Callable[[str], str | None] = shutil.which,
) -> str | None:
    """The path of a Chromium, or None. ``NoChromium`` if CHROMIUM names one that is not there."""
    if named := environment.get("CHROMIUM"):
        if found := which(named):
            return found
        raise NoChromium(f"CHROMIUM is {named}, but there is no such program.")
    return next(filter(None, map(which, NAMES)), None) or _playwright_build()


def ensure_chromium(
    *,
    find: Callable[[], str | None] = find_chromium,
    run: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run,
    say: Callable[[str], None] = print,
) -> str:
    """The path of a Chromium, installed first if need be; ``NoChromium`` if that fails too."""
    if found := find():
        say(f"Browser tests use {found}.")
        return found
    for what, commands in _ways().items():
        say(f"No Chromium found: installing {what} ...")
        for command in commands:
            run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        if found := find():
            say(f"Browser tests use {found}.")
            return found
    raise NoChromium(
        "No Chromium could be installed. Install Chromium or Chrome yourself, or let the "
        "environment variable CHROMIUM name one, then run the tests again."
    )


def _ways() -> dict[str, list[list[str]]]:
    """What can be installed on this computer, best first, and the commands for it."""
    ways = {}
    if (admin := _admin()) is not None and shutil.which("apt-get"):
        apt = [*admin, "apt-get"]
        ways["Debian's chromium with apt-get"] = [
            [*apt, "update", "-qq"],
            [*apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ]
    ways["Playwright's own build"] = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    return ways


def _admin() -> list[str] | None:
    """What to put before a command to run it as root; None where that takes a password."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and not subprocess.run([*sudo, "true"], capture_output=True).returncode:
        return sudo
    return None


def _playwright_build() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    try:
        ensure_chromium()
    except NoChromium as error:
        sys.exit(str(error))
