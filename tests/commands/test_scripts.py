"""The two scripts of a checkout: what hinders their set-up is one line, and no verdict."""

import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.vocabulary.program import started_as
from mixpeek_conformance.cli import commands
from tests.support.commands import ROOT, Done

SCRIPTS = ("conform", "check")
PRINTS_ITS_NAME = """\
from contracts.vocabulary.program import started_as
print(started_as())
"""


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


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_set_up_that_fails_is_one_line(script: str, tmp_path: Path) -> None:
    """A script says what it does first; what pip cannot install is one line and exit code 4, and no half is left."""
    nothing = {"PYTHON": sys.executable, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    done = started(script, tmp_path, **nothing)
    assert (done.returncode, done.stdout) == (4, "")
    doing, line = done.stderr.splitlines()
    assert doing.startswith(f"{script}: the first time, it makes a virtual environment (.venv")
    assert line.startswith(f"{script}: its virtual environment could not be made: ")
    assert not list(tmp_path.glob(".venv*"))


def test_what_fails_keeps_nothing_else_from_being_asked(tmp_path: Path) -> None:
    """All that CI runs is run, and ends with failure if a part does; what is chosen is run alone."""
    tox = tmp_path / ".venv/bin/tox"
    tox.parent.mkdir(parents=True)
    tox.write_text('#!/bin/sh\necho "$@"\ntest "$1" = run\n')
    tox.chmod(0o755)
    whole = started("check", tmp_path)
    assert whole.returncode == 1
    assert [line.split()[-2:] for line in whole.stdout.splitlines()] == [
        ["-m", "at-once"],
        ["-m", "alone"],
    ]
    chosen = subprocess.run([tmp_path / "check", "-e", "lint"], capture_output=True, text=True, check=True)
    assert chosen.stdout.split()[-2:] == ["-e", "lint"]


def test_every_part_is_of_one_group() -> None:
    """What stands in `env_list` is run by `check`, and once."""
    of = configparser.ConfigParser()
    of.read(ROOT / "tox.ini", "utf-8")
    groups = re.findall(r"[\w-]+(?=,|$)", of["tox"]["labels"], re.MULTILINE)
    assert sorted(groups) == sorted(of["tox"]["env_list"].split(", "))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder with `conform`, in whose environment the command prints what it would be repeated by."""
    shutil.copy(ROOT / "conform", tmp_path)
    program = tmp_path / ".venv-conform/bin/mixpeek-conformance"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{sys.executable}\n{PRINTS_ITS_NAME}")
    program.chmod(0o755)
    return tmp_path


def called(*words: str, folder: Path, **environment: str) -> str:
    """Return what is printed by a command line in `folder`."""
    known = {name: value for name, value in os.environ.items() if name != "CI"}
    given = {**known, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(words, env=given, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def test_printed_commands_begin_as_the_user_began(installed: Path) -> None:
    """A line to be repeated starts the suite again: by the script, by a path that is not searched, or by name."""
    program = installed / ".venv-conform/bin/mixpeek-conformance"
    assert called("./conform", folder=installed) == "./conform"
    assert called("sh", "conform", folder=installed) == "./conform"
    assert called(str(installed / "conform"), folder=installed.parent) == str(installed / "conform")
    assert (
        called(".venv-conform/bin/mixpeek-conformance", folder=installed) == ".venv-conform/bin/mixpeek-conformance"
    )
    search = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    assert called("mixpeek-conformance", folder=installed, PATH=search) == "mixpeek-conformance"
    assert called("./conform", folder=installed, CI="true") == "mixpeek-conformance"


@pytest.mark.parametrize(
    ("place", "call"),
    [
        (".cache/uv/archive-v0/Xy1/bin", "uvx mixpeek-conformance"),
        (".local/pipx/.cache/5d1/bin", "pipx run mixpeek-conformance"),
    ],
)
def test_a_program_for_one_call_is_called_as_it_was(place: str, call: str, tmp_path: Path) -> None:
    """An environment of `uvx` or `pipx run` is not searched for commands, so its path is no way back."""
    program = tmp_path / place / "mixpeek-conformance"
    program.parent.mkdir(parents=True)
    program.touch()
    assert started_as({}, [str(program)]) == call
    kept = program.parent.parent / "lib/python3.13/site-packages/mixpeek_conformance-1.0.dist-info/direct_url.json"
    kept.parent.mkdir(parents=True)
    commit = {"vcs": "git", "commit_id": "0a1b2c"}
    kept.write_text(json.dumps({"url": "https://me:secret@m.example/suite", "vcs_info": commit}), "utf-8")
    option = {"uvx": "--from", "pipx": "--spec"}[call.split(maxsplit=1)[0]]
    source = f"{option} git+https://m.example/suite@0a1b2c"
    assert started_as({}, [str(program)]) == call.replace("mixpeek-conformance", f"{source} mixpeek-conformance")
    kept.write_text("[]", "utf-8")
    assert started_as({}, [str(program)]) == call


FOR_OTHERS = ("project_files", "pytest_plugin", "script_judgement", "web_page")
"""Modules that write the name into files, pages and scripts: those who read them start the suite in their own way."""


def test_no_line_to_repeat_has_the_plain_name() -> None:
    """Advice of the command begins as the user began, wherever it is printed."""
    names = "|".join(commands.commands)
    for folder in ("contracts", "fixtures", "mixpeek_conformance", "reports"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
            texts = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in docstrings]
            told = [one.value for one in texts if isinstance(one.value, str)]
            found = [one for one in told if re.search(rf".mixpeek-conformance ({names})\b", one)]
            assert path.stem in FOR_OTHERS or not found, path
