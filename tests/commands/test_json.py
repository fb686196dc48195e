"""`--json`: one document on standard output, whatever else is said, and the same exit code."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from contracts.vocabulary.events import Made
from fixtures.reference.server import ReferenceServer
from reports.recording.ledger import Ledger
from tests.support.commands import Conform, Objects, command
from tests.support.har_files import archive, entry
from tests.support.results import BEGAN


def printed(*arguments: str, folder: Path, code: int = 0, environment: Mapping[str, str] | None = None) -> Any:
    """Return the document that a command prints."""
    done = command(*arguments, "--json", environment=environment or {}, folder=folder)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_requirements(tmp_path: Path) -> None:
    """Each requirement with all that the catalogue knows."""
    found = printed("requirements", "--area", "merge", "--level", "must", folder=tmp_path)
    known = {one.id for one in CATALOGUE.values() if (one.area, one.level) == ("MERGE", "MUST")}
    assert {one["id"] for one in found} == known
    assert {one["suite_level"] for one in found} == {"0.1", "0.2"}


def test_explain(tmp_path: Path) -> None:
    """A requirement with its checks and the faults that break it."""
    [one] = printed("explain", "MERGE-NULL", folder=tmp_path)
    assert one["sentence"] == CATALOGUE["MERGE-NULL"].sentence
    assert "suites/test_merge.py::test_null_does_not_leave_the_old_value" in one["checks"]
    assert one["faults"]
    assert all(fault["name"] and fault["summary"] for fault in one["faults"])
    assert all(each["where"] and each["cause"] and each["fix"] for each in one["remedies"])
    assert one["remedies"]


def test_doctor(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> None:
    """Each step, and what follows; the lines for people go where errors go."""
    at = ("doctor", "--base-url", reference.base_url)
    found = printed(*at, folder=tmp_path, environment=known)
    assert (found["exit_code"], found["demonstration"]) == (0, False)
    assert [one["what"] for one in found["steps"]][:1] == ["address"]
    wrong = printed(*at, folder=tmp_path, code=4, environment={**known, "MIXPEEK_API_KEY": "sk_another_0123456789"})
    assert wrong["steps"][-1]["stops"]
    assert wrong["conclusion"].startswith("no run can begin")


def test_run(tmp_path: Path) -> None:
    """The result, as it stands in `conformance.json`; lines for people and the service that builds go elsewhere."""
    chosen = ("--demo", "--effort=smoke", "--requirement=TIME-FORMAT", "--report-dir=out")
    for more in ((), ("-q", "--result-only", "--no-annotations")):
        done = command("run", *chosen, *more, "--json", environment={}, folder=tmp_path)
        assert (done.returncode, "verdict: " in done.stderr) == (6, True), done.stderr
        assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "conformance.json").read_text("utf-8"))


def test_a_run_in_ci(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> None:
    """Commands to the service that runs the build are not part of the document."""
    chosen = ("--effort=smoke", "--requirement=TIME-FORMAT", "--base-url", reference.fault_url("naive-timestamps"))
    environment = {**known, "GITHUB_ACTIONS": "true"}
    done = command("run", *chosen, "--json", environment=environment, folder=tmp_path)
    assert (done.returncode, "::error " in done.stderr) == (1, True)
    assert json.loads(done.stdout)["verdict"] == "non-conformant"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("run", "--effort", "much"), 4, "--effort 'much'"),
        (("run", "--bse-url", "x"), 4, "did you mean --base-url"),
        (("run", "--demo", "--dry-run"), 4, "--json goes with"),
        (("doctor", "--base-url", "http://127.0.0.1:9"), 4, "no API key"),
        (("audit", "none.har"), 4, "none.har"),
        (("compare", "here", "there"), 4, "here"),
        (("replay", "none"), 4, "none"),
        (("replay", "none", "--script"), 4, "leave out one"),
        (("edition", "show", "2020-01"), 4, "2020-01"),
        (("prove", "no-such-fault"), 4, "neither a fault nor a variant"),
        (("load", "--base-url", "http://127.0.0.1:9"), 4, "no API key"),
        (("explain", "MERGE-NUL"), 4, "MERGE-NULL"),
        (("requirements", "--area", "MERG"), 4, "MERG"),
        (("matrix",), 4, "conformance.toml"),
    ],
)
def test_why_there_is_no_document(arguments: tuple[str, ...], code: int, told: str, tmp_path: Path) -> None:
    """A command that could not begin prints why as one document too."""
    found = printed(*arguments, folder=tmp_path, code=code)
    assert (set(found), found["exit_code"]) == ({"exit_code", "error"}, code)
    assert told in found["error"]
    assert not found["error"].startswith("mixpeek-conformance")


def test_replay(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> None:
    """What became of each violation."""
    environment = {**known, "MIXPEEK_BASE_URL": reference.fault_url("naive-timestamps")}
    chosen = ("run", "--effort=smoke", "--requirement=TIME-FORMAT", "--report-dir=out")
    assert command(*chosen, environment=environment, folder=tmp_path).returncode == 1
    found = printed("replay", "out", folder=tmp_path, code=1, environment=environment)
    [one] = found["requirements"]
    assert (found["exit_code"], one["id"], one["outcome"]) == (1, "TIME-FORMAT", "still stands")
    assert one["because"]


def test_edition(tmp_path: Path) -> None:
    """The list, one edition, and a difference."""
    listed = printed("edition", "list", folder=tmp_path)
    assert [one["edition"] for one in listed if one["default"]] == [edition.DEFAULT]
    shown = printed("edition", "show", listed[-1]["edition"], folder=tmp_path)
    assert len(shown["requirements"]) == listed[-1]["requirements"]
    assert printed("edition", "diff", "2026-04", "2026-10", folder=tmp_path)["changes"]


def test_prove(tmp_path: Path) -> None:
    """The matrix, and what is wrong with it."""
    found = printed("prove", "naive-timestamps", "--effort=smoke", "--report-dir=proof", folder=tmp_path)
    assert (found["exit_code"], found["complaints"]) == (0, [])
    assert [one["name"] for one in found["rows"]] == ["naive-timestamps"]


def test_audit(tmp_path: Path) -> None:
    """The result, as it stands in `conformance.json`."""
    (tmp_path / "traffic.har").write_bytes(archive(entry()))
    found = printed("audit", "traffic.har", "--report-dir", "out", folder=tmp_path, code=6)
    assert found == json.loads((tmp_path / "out" / "conformance.json").read_text("utf-8"))


def test_compare(tmp_path: Path, conform: Conform) -> None:
    """`--json` is `--format json`."""
    folder = conform("-k", "TIME-FORMAT", "--effort=smoke").folder
    found = printed("compare", str(folder), str(folder), folder=tmp_path, code=1)
    assert found["worse"]


def test_matrix(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> None:
    """Each target with its verdict, what it violates, and its folder."""
    table = '[targets.{}]\nbase-url = "{}"\n'
    places = {"good": reference.base_url, "bad": reference.fault_url("naive-timestamps")}
    (tmp_path / "conformance.toml").write_text("".join(table.format(*one) for one in places.items()), "utf-8")
    done = command(
        "matrix", "--json", "--", "--effort=smoke", "-k", "TIME-FORMAT", "--result-only",
        environment=known, folder=tmp_path,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["exit_code"] == done.returncode == 1
    assert [(one["name"], one["violated"]) for one in found["targets"]] == [("good", []), ("bad", ["TIME-FORMAT"])]
    assert (tmp_path / found["targets"][1]["report_dir"] / "conformance.json").exists()


@pytest.mark.parametrize("yes", [False, True])
def test_sweep(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, yes: bool) -> None:
    """What is to be removed, and what was; nothing without --yes."""
    objects = Objects(reference.base_url, known)
    name = f"conformance-{BEGAN.run}-left"
    headers = {"Authorization": f"Bearer {known['MIXPEEK_API_KEY']}", "X-Namespace": known["MIXPEEK_NAMESPACE"]}
    body = {"bucket_name": name, "bucket_schema": {"properties": {"content": {"type": "text"}}}}
    answer = httpx.post(f"{reference.base_url}/v1/buckets", headers=headers, json=body).raise_for_status()
    made = answer.json()["bucket_id"]
    book = Ledger(tmp_path / "report" / "ledger" / "main.jsonl", BEGAN.run)
    book.write(replace(BEGAN, base_url=reference.base_url, namespace="reference", target=None))
    book.write(Made(f"/v1/buckets/{made}", "reference", name))
    book.close()
    at = ("sweep", "report", "--base-url", reference.base_url, *(["--yes"] if yes else []))
    found = printed(*at, folder=tmp_path, code=0 if yes else 4, environment=known)
    [planned] = found["runs"]
    assert (planned["run"], planned["remove"]) == (BEGAN.run, [f"/v1/buckets/{made}"])
    assert found["removed"] == ([f"/v1/buckets/{made}"] if yes else [])
    assert (made in objects.buckets()) is not yes
    if not yes:
        objects.remove(made)
