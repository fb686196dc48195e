"""The import law: what `[tool.importlinter]` of pyproject.toml forbids is not in the code, and would be seen."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT

PACKAGES = ("contracts", "fixtures", "mixpeek_conformance", "reports", "suites", "tests", "tools")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_code_keeps_the_import_law() -> None:
    """Every contract of pyproject.toml is kept."""
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house in which a test can break the law."""
    paths = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    for path in (path for path in paths if "node_modules" not in path.parts):
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "imported", "broken"),
    [
        ("contracts/vocabulary/events.py", "fixtures.redaction.secret", "The house, from the top down"),
        ("contracts/vocabulary/events.py", "contracts.catalogue", "Rooms of contracts"),
        ("contracts/editions/edition.py", "contracts.catalogue", "Rooms of contracts"),
        ("contracts/invariants/invariant.py", "httpx", "Contracts are pure: no HTTP client, no pytest"),
        ("fixtures/http/client.py", "fixtures.objects.workspace", "Rooms of fixtures"),
        ("fixtures/target/target.py", "reports.result.result", "The house, from the top down"),
        ("fixtures/checks/blobs.py", "suites.test_auth", "Nothing imports the suites: pytest collects them"),
        ("fixtures/objects/subject.py", "fixtures.reference.server", "Rooms of fixtures"),
        (
            "fixtures/checks/blobs.py",
            "fixtures.reference.registry",
            "Only a run and the commands start the reference service",
        ),
        (
            "fixtures/reference/server.py",
            "fixtures.http.client",
            "The reference service knows nothing of what judges it",
        ),
        ("suites/test_auth.py", "reports.result.result", "The suites stand on contracts and fixtures"),
        ("reports/result/fold.py", "reports.renderings.html", "Rooms of reports"),
        ("reports/live/progress.py", "mixpeek_conformance.layout", "The house, from the top down"),
    ],
)
def test_an_import_against_the_law_is_seen(copy: Path, module: str, imported: str, broken: str) -> None:
    """One forbidden import, written into a copy, breaks the contract that forbids it."""
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")
    linted = lint(copy)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert f"{broken} BROKEN" in linted.stdout


def test_a_room_without_a_place_is_seen(copy: Path) -> None:
    """A new package in a room of rooms has to be given its place."""
    (copy / "fixtures" / "attic").mkdir()
    (copy / "fixtures" / "attic" / "__init__.py").write_text("")
    linted = lint(copy)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "Rooms of fixtures BROKEN" in linted.stdout
