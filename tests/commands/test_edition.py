"""The command `edition`: which editions there are, what one asks for, and what a deployment has to change."""

import json
from pathlib import Path

import pytest

from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from tests.support.commands import Done, command


def said(folder: Path, *arguments: str) -> Done:
    return command("edition", *arguments, environment={}, folder=folder)


def test_the_list_names_every_edition(tmp_path: Path) -> None:
    """Each has a line with the number of its requirements; one is the default."""
    lines = said(tmp_path, "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(edition.known())
    assert [int(line.split()[1]) for line in lines] == [len(CATALOGUE.in_edition(one)) for one in edition.known()]
    assert [line.split()[0] for line in lines if line.endswith(", the default")] == [edition.DEFAULT]


def test_an_edition_is_shown_with_what_is_its_own(tmp_path: Path) -> None:
    """Statuses, names that are refused and requirements are those of that edition."""
    done = said(tmp_path, "show", "2026-10")
    assert done.returncode == 0
    assert "DEACTIVATED  (16)" in done.stdout
    assert "refused names   blobs, object_id, status" in done.stdout
    assert "RESPONSE-EDGES" in done.stdout


def test_a_difference_says_what_a_deployment_has_to_change(tmp_path: Path) -> None:
    """What has to change stands first, and every form tells the same."""
    document = json.loads(said(tmp_path, "diff", "2026-04", "2026-10", "--format", "json").stdout)
    changes = [(one["kind"], one["name"]) for one in document["changes"]]
    must = [(one["kind"], one["name"]) for one in document["changes"] if one["must"]]
    assert must == changes[: len(must)]
    assert set(must) == {
        *(("name in the body", name) for name in ("status", "object_id", "blobs")),
        *(("code", code) for code in ("429", "503")),
        ("form", "422"),
    }
    new = CATALOGUE.in_edition("2026-10").keys() - CATALOGUE.in_edition("2026-04").keys()
    assert {name for kind, name in changes if kind == "requirement"} == new
    text = said(tmp_path, "diff", "2026-04", "2026-10").stdout
    table = said(tmp_path, "diff", "2026-04", "2026-10", "--format", "markdown").stdout
    assert len(text.splitlines()) == len(changes) + 1
    assert all(f"| {kind} | `{name}` |" in table for kind, name in changes)


def test_the_way_back_has_to_change_what_was_allowed(tmp_path: Path) -> None:
    """Going to an earlier edition takes away what it lacks; to the same one nothing."""
    document = json.loads(said(tmp_path, "diff", "2026-10", "2026-04", "--format", "json").stdout)
    must = {one["name"] for one in document["changes"] if one["must"]}
    assert {"DEACTIVATED", "signals", "object_id"} <= must
    assert said(tmp_path, "diff", "2026-06", "2026-06").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "1999-01"), "edition show: edition '1999-01' is not known: give one of 2026-02, 2026-04"),
        (("diff", "2026-04", "new"), "edition diff: edition 'new' is no year and month: give one of"),
        (("diff", "2026-04"), "edition: give list, show NAME, or diff NAME NAME"),
        (("lists",), "did you mean list?"),
    ],
)
def test_wrong_use_is_one_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """An unknown edition or verb is exit code 4, with the known ones."""
    done = said(tmp_path, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert told in done.stderr
