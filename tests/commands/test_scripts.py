"""The two scripts of a checkout: what hinders their set-up is one line, and no verdict."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT, Done

SCRIPTS = ("conform", "check")


def started(script: str, folder: Path, **environment: str) -> Done:
    """Start a copy of a script beside which nothing can be installed."""
    shutil.copy(ROOT / script, folder)
    shutil.copytree(ROOT / "tools", folder / "tools", dirs_exist_ok=True)
    return subprocess.run(
        [str(folder / script)], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_old_python_is_one_line(script: str, tmp_path: Path) -> None:
    """A Python that is too old is told before pip has a chance to, wherever it is found."""
    programs = tmp_path / "bin"
    programs.mkdir()
    old = programs / "python3"
    old.write_text('#!/bin/sh\ntest "$1" = --version && echo "Python 3.10.12" || exit 1\n')
    old.chmod(0o755)
    (programs / "dirname").symlink_to(shutil.which("dirname") or "/usr/bin/dirname")
    for environment in ({"PATH": str(programs)}, {"PYTHON": str(old)}):
        done = started(script, tmp_path, **environment)
        assert (done.returncode, done.stdout) == (4, "")
        [line] = done.stderr.splitlines()
        assert line.startswith(f"{script}: needs Python 3.11 or newer, and here is Python 3.10.12")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_set_up_that_fails_is_one_line(script: str, tmp_path: Path) -> None:
    """What pip cannot install is one line and exit code 4, and leaves no half of an environment."""
    nothing = {"PYTHON": sys.executable, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    done = started(script, tmp_path, **nothing)
    assert (done.returncode, done.stdout) == (4, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{script}: its virtual environment could not be made: ")
    assert not list(tmp_path.glob(".venv*"))
