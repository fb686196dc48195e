"""The audit: recorded traffic is judged, nothing is sent, nothing secret is kept, and memory does not grow."""

import base64
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.invariants import INVARIANTS
from mixpeek_conformance.har_reader.archive import BadArchive, Count, exchanges
from tests.support.catalogue import OURS
from tests.support.commands import ROOT, Outcome

URL = "https://m.example/v1/buckets/bkt_1/objects/obj_1"
KEY = "sk_c4narycanarycanary"
GOOD = {"bucket_id": "bkt_1", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}


def entry(document: Any = GOOD, *, method: str = "PATCH", url: str = URL, **content: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-01T00:00:00.000+01:00",
        "time": 12.5,
        "_extension": {"of": "a browser"},
        "request": {
            "method": method,
            "url": url,
            "headers": [
                {"name": "Authorization", "value": f"Bearer {KEY}"},
                {"name": "Content-Type", "value": "a/b"},
            ],
            "postData": {"mimeType": "application/json", "text": "{}"},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"size": 1, "mimeType": "application/json", "text": json.dumps(document), **content},
        },
    }


def archive(path: Path, *entries: Any) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "creator": {}, "entries": entries}}), "utf-8")
    return path


Audit = Callable[..., Outcome]


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    def run(*arguments: str) -> Outcome:
        folder = tmp_path / "report"
        command = [sys.executable, "-m", "mixpeek_conformance", "audit", "--report-dir", str(folder), *arguments]
        environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return Outcome(done.returncode, done.stdout + done.stderr, folder)

    return run


def test_good_traffic_names_what_needs_asking(audit: Audit, tmp_path: Path) -> None:
    """What good traffic shows holds; what it does not show is named as in need of asking."""
    run = audit(str(archive(tmp_path / "t.har", entry(), entry(method="GET"), entry(url="https://m.example/other"))))
    assert run.code == 6, run.output
    assert "1 exchanges judged, 2 of other operations, 0 unreadable" in run.output
    assert run.ids("violated") == set()
    assert {"RESPONSE-JSON", "TIME-FORMAT", "TIME-ORDER"} <= run.ids("holds") <= set(INVARIANTS)
    reasons = {one["id"]: one["reason"] for one in run.result["requirements"]}
    assert {reasons[name] for name in OURS if name not in INVARIANTS} == {
        "needs asking, and an audit sends nothing",
        "an audit reads no responses as a client does",
    }
    assert reasons["ERROR-FORM"] == "no exchange of the traffic shows it"
    assert {path.name for path in run.folder.iterdir()} >= {"index.html", "junit.xml", "conformance.json"}


def test_a_violation_is_charged_with_the_smallest_exchange(audit: Audit, tmp_path: Path) -> None:
    """Of two entries that break a clause alike, the shorter one is shown; both are counted."""
    naive = {**GOOD, "created_at": "2026-01-01T00:00:00"}
    run = audit(str(archive(tmp_path / "t.har", entry(), entry({**naive, "note": "x" * 500}), entry(naive))))
    assert (run.code, run.ids("violated")) == (1, {"TIME-FORMAT"})
    [one] = [one for one in run.result["requirements"] if one["id"] == "TIME-FORMAT"]
    assert one["occurrences"] == 2
    assert "xxx" not in one["violations"][0]["exchanges"][0]["response"]["body"]
    assert one["violations"][0]["exchanges"][0]["curl"].endswith("--data-raw '{}'")


def test_an_archive_of_the_suite_is_read_as_any_other(audit: Audit, tmp_path: Path) -> None:
    """The variable in place of its key is no secret. Lines to repeat name its target, and no waiver is advised."""
    mine = entry(GOOD | {"created_at": "2026-01-01T00:00:00"})
    mine["request"]["headers"][0]["value"] = "Bearer $MIXPEEK_API_KEY"
    run = audit(str(archive(tmp_path / "t.har", mine)))
    assert run.ids("violated") == {"TIME-FORMAT"}
    assert "TIME-FORMAT --base-url https://m.example\n" in run.output
    assert "or        mixpeek-conformance replay --script " in run.output
    assert "waivers.toml" not in run.output


def test_no_key_of_the_traffic_is_copied_out(audit: Audit, tmp_path: Path) -> None:
    """Keys in headers, in a query, in cookies and in an answer stay out of every file and line."""
    leaky = entry({**GOOD, "created_at": "never", "echo": KEY}, url=f"{URL}?api_key=an0ther-secret-key&x=1")
    leaky["response"]["headers"] += [
        {"name": "Set-Cookie", "value": "session=c00kie-of-a-session; Path=/"},
        {"name": "X-Debug", "value": f"key was {KEY}"},
    ]
    run = audit(str(archive(tmp_path / "t.har", leaky)))
    assert "AUTH-KEY-SECRET" in run.ids("violated")
    for path in (one for one in run.folder.rglob("*") if one.is_file()):
        for secret in (KEY, "an0ther-secret-key", "c00kie-of-a-session"):
            assert secret.encode() not in path.read_bytes(), path
            assert secret not in run.output


def test_bodies_in_base64_or_not_recorded_are_understood(tmp_path: Path) -> None:
    """Bodies in base64 are decoded, and bodies that were not recorded judge nothing."""
    encoded = entry(text=base64.b64encode(json.dumps(GOOD).encode()).decode(), encoding="base64")
    missing = entry()
    del missing["response"]["content"]["text"]
    first, second = exchanges(archive(tmp_path / "t.har", encoded, missing), Count())
    assert first.response.members == GOOD
    assert not second.response.complete


def test_broken_entries_are_counted_and_the_rest_is_judged(tmp_path: Path) -> None:
    """An entry without a request, a status or a readable body ends nothing."""
    broken = [
        {},
        None,
        5,
        {"request": None},
        {**entry(), "response": {"status": "soon"}},
        entry(text="%", encoding="base64"),
    ]
    blocked = entry()
    blocked["response"]["status"] = 0
    count = Count()
    assert len(list(exchanges(archive(tmp_path / "t.har", *broken, entry(), blocked), count))) == 1
    assert count == Count(judged=1, other=1, broken=len(broken))


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    """Some tools begin an archive with one."""
    path = archive(tmp_path / "t.har", entry())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(list(exchanges(path, Count()))) == 1


def test_a_file_that_ends_too_early_is_judged_as_far_as_it_goes(audit: Audit, tmp_path: Path) -> None:
    """The sentence and exit code 2 say that the end is missing, and after how many entries."""
    path = archive(tmp_path / "t.har", *(entry() for _ in range(50)))
    path.write_bytes(path.read_bytes()[:-400])
    run = audit(str(path))
    assert run.code == 2
    assert "is no whole HTTP archive" in run.sentence
    assert run.sentence.endswith("after 49 entries")
    assert run.result["run"]["requests"] == 49


def test_what_a_file_shows_before_it_ends_is_proven(audit: Audit, tmp_path: Path) -> None:
    """A violation in what could be read of a file that is cut off is exit code 1, in the result too."""
    broken = entry({**GOOD, "created_at": "yesterday"})
    path = archive(tmp_path / "t.har", *(broken for _ in range(20)))
    path.write_bytes(path.read_bytes()[:-400])
    run = audit(str(path))
    assert (run.code, run.result["exit_code"], run.result["verdict"]) == (1, 1, "non-conformant")
    assert run.result["run"]["interrupted"]
    assert run.sentence.endswith("after 19 entries")


@pytest.mark.parametrize("content", [None, "", "no json", "\0\0\0"])
def test_a_file_that_is_no_archive_is_wrong_use(audit: Audit, tmp_path: Path, content: str | None) -> None:
    """A missing, empty or other file is told in one line, with its name."""
    path = tmp_path / "t.har"
    if content is not None:
        path.write_text(content)
    run = audit(str(path))
    assert (run.code, run.output.count("\n")) == (4, 1)
    assert run.output.startswith(f"mixpeek-conformance audit: {path}")


def test_an_unknown_edition_is_wrong_use(audit: Audit, tmp_path: Path) -> None:
    """No traffic is judged by a contract that does not exist."""
    assert audit(str(archive(tmp_path / "t.har", entry())), "--edition", "1999-01").code == 4


def test_reading_raises_where_nothing_can_be_read(tmp_path: Path) -> None:
    """A missing file is a BadArchive, which the command knows how to tell."""
    with pytest.raises(BadArchive, match="cannot be read"):
        list(exchanges(tmp_path / "missing.har", Count()))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """An archive of 120 MB is read entry by entry, within 40 MB."""
    path = tmp_path / "large.har"
    filler = json.dumps(entry({"text": "x" * 1_000_000}, url="https://m.example/elsewhere"))
    with path.open("w") as file:
        file.write('{"log": {"entries": [')
        for _ in range(120):
            file.write(filler + ",")
        file.write(json.dumps(entry()) + "]}}")
    assert path.stat().st_size > 120_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = Count()
    assert len(list(exchanges(path, count))) == 1
    assert count.other == 120
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # in KiB
    assert grown < 40_000
