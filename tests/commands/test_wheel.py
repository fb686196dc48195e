"""The wheel: built, installed into a fresh environment, and run from an empty folder."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.support.commands import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_the_command_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """What is installed needs no checkout, and writes nothing but reports and a cache."""
    command = [str(installed / "bin" / "mixpeek-conformance"), "run", "--demo", "--effort", "smoke"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((tmp_path / "reports" / "latest" / "conformance.json").read_text("utf-8"))
    assert result["verdict"] == "conformant"
    assert result["run"]["suite_version"] == VERSION
    assert {path.name for path in tmp_path.iterdir()} == {"reports", ".cache"}


def test_only_the_one_package_lands_in_site_packages(installed: Path) -> None:
    """Names as common as `reports` or `tests` would collide with other packages."""
    [packages] = installed.glob("lib/python3*/site-packages")
    ours = {"conftest.py", "contracts", "fixtures", "reports", "suites", "tests"}
    assert ours.isdisjoint(path.name for path in packages.iterdir())
    assert ours - {"tests"} <= {path.name for path in (packages / "mixpeek_conformance").iterdir()}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 0, f"mixpeek-conformance {VERSION}"),
        (["requirements"], 0, "MERGE-NULL               MUST"),
        (["explain", "MERGE-NULL"], 0, "suites/test_merge.py::test_null_does_not_leave_the_old_value"),
        (["serve", "--list"], 0, "fault    put-semantics"),
        (["serve", "--fault", "no-such-fault"], 4, "serve --list names them"),
        (["fly"], 4, "there is no command 'fly'"),
        ([], 4, "the following arguments are required: COMMAND"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_command_line(installed: Path, arguments: list[str], code: int, said: str) -> None:
    """Commands, wrong use and the version answer from the wheel, with the exit codes of a checkout."""
    command = [str(installed / "bin" / "mixpeek-conformance"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_its_files(installed: Path, tmp_path: Path) -> None:
    """The templates are a part of the package."""
    command = [str(installed / "bin" / "mixpeek-conformance"), "init", "--ci", "github"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / ".github" / "workflows" / "conformance.yml").is_file()
