"""The commands `requirements` and `explain`."""

from pathlib import Path

from contracts.catalogue import CATALOGUE
from fixtures.reference.deviations import FAULTS
from tests.support.commands import command


def said(folder: Path, *arguments: str) -> str:
    done = command(*arguments, environment={}, folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_requirement_is_explained_with_its_checks_and_faults(tmp_path: Path) -> None:
    """Sentence, source, tolerances, checks and faults stand together, for several ids."""
    text = " ".join(said(tmp_path, "explain", "MERGE-KEY-PREFIX", "auth-missing").split())
    assert CATALOGUE["MERGE-KEY-PREFIX"].sentence in text
    assert CATALOGUE["MERGE-KEY-PREFIX"].source in text
    assert CATALOGUE["AUTH-MISSING"].tolerates in text
    assert "suites/test_merge.py::test_key_prefix_takes_what_was_sent" in text
    assert f"key-prefix-truncated: {FAULTS['key-prefix-truncated'].summary}" in text


def test_without_docstrings_all_else_is_explained(tmp_path: Path) -> None:
    """Where Python leaves docstrings out, faults are told by their names."""
    done = command("explain", "MERGE-NULL", environment={"PYTHONOPTIMIZE": "2"}, folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_every_requirement_has_a_check_and_a_fault(tmp_path: Path) -> None:
    """What `explain` shows of each is not empty, in the order of the catalogue."""
    parts = said(tmp_path, "explain", *CATALOGUE).split("\n\n")
    assert [part.split()[0] for part in parts] == list(CATALOGUE)
    assert [part.split()[0] for part in parts if "  checks     suites/" not in part] == []
    assert [part.split()[0] for part in parts if "  faults     " not in part] == []


def test_requirements_are_listed_by_area_and_level(tmp_path: Path) -> None:
    """Several areas add up, a level takes away, and case does not matter."""
    listed = said(tmp_path, "requirements", "--area", "auth", "--area", "STATUS", "--level", "must").splitlines()
    wanted = [one.id for one in CATALOGUE.values() if one.area in ("AUTH", "STATUS") and one.level == "MUST"]
    assert [line.split()[0] for line in listed] == wanted
