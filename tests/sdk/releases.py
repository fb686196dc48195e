"""Releases of the vendor's SDK, each in an environment of its own, which is kept for the next time.

All of them are driven, or with `SDK_RELEASES=newest` in the environment the newest one alone.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NEWEST = "1.3.783"

_ALL = {
    "0.81.1": "the era of 2026-02 and 2026-04: the first that can be imported, since 0.81 lacks a module of its own",
    "1.3.1": "the oldest of 1.3 that can be imported: 0.82 and 1.3.0 name a constant that Python does not have",
    "1.3.17": "the era of 2026-06: the first with all that this edition has",
    NEWEST: "the era of 2026-10, and the newest",
}

RELEASES = {NEWEST: _ALL[NEWEST]} if os.environ.get("SDK_RELEASES") == "newest" else _ALL
"""Each release that is driven, and why this one."""

_HOME = Path(os.environ.get("TOX_ENV_DIR") or Path(__file__).parents[2] / ".tox" / "sdk") / "releases"


def python_with(release: str) -> Path:
    """Return the Python of an environment that has `release` of the SDK; made if it is not there.

    If it cannot be made, the test is skipped, or fails where CI is set: there it has to be driven.
    """
    home = _HOME / release
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = home / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", home], check=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
        made = subprocess.run([*pip, "install", "--quiet", f"mixpeek=={release}"], capture_output=True, text=True)
        if made.returncode:
            said = (made.stderr.strip().splitlines() or ["pip says nothing"])[-1]
            stop = pytest.fail if os.environ.get("CI") else pytest.skip
            stop(f"mixpeek {release} cannot be installed: {said}")
        done.touch()
    return python
