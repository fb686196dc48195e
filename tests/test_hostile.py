"""Targets that hang, lie or die: a run against each ends, tells the truth, stays small, and blames no requirement.

What comes out is one table, HOSTILE.md; `python -m tests.test_hostile` writes it anew.
"""

import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import trustme

from fixtures.reference.server import ReferenceServer
from tests.hostile import BEHAVIOURS, serving, speaks_http_1_0, turning, unsteady
from tests.support import ROOT, closed_port, command_of, environment_of

TABLE = ROOT / "HOSTILE.md"
LARGEST = 600_000
"""Kilobytes that a run may hold in memory."""

REASON = re.compile("no answer in time|no connection|TLS failed|an answer that cannot be decoded")
ENVIRONMENT = {"MIXPEEK_API_KEY": "sk_canary_0123456789", "MIXPEEK_NAMESPACE": "ours"}
SHORT = ("--timeout", "2")
LARGE = (
    "never ends its body",
    "sends a gzip bomb",
    "sends JSON of 100 megabytes",
    "sends JSON of 100 megabytes, packed",
)
"""Targets of which much has to be read, which takes a slow machine a while."""

UNDER_WAY = ("--effort", "quick", "--seed", "1", "-k", "timestamps_keep", "--gone-after", "2")
INTRODUCTION = """\
# Targets that hang, lie or die

What a run makes of each, with `--timeout 2` (30 where much has to be read): of one that is so from the first request
on, and of one that is asked two checks with `--gone-after 2` and turns so at the second patch. Every run ended, held
less than 600 MB, left nothing behind where it could be removed, and charged no requirement with what the network did:
what is violated is what the target said. `python -m tests.test_hostile` runs them all and writes this table; the
tests hold it against what comes out.

| the target | at once | the run says | under way | the run says |
| --- | --- | --- | --- | --- |
"""


@contextlib.contextmanager
def _at(scheme: str, served: AbstractContextManager[str]) -> Iterator[str]:
    with served as where:
        yield f"{scheme}://{where}"


@contextlib.contextmanager
def _refusing() -> Iterator[str]:
    with closed_port() as where:
        yield f"http://{where}"


def _context(not_after: datetime | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1", not_after=not_after).configure_cert(context)
    return context


Served = Callable[[], AbstractContextManager[str]]
TARGETS: dict[str, Served] = {
    "refuses connections": _refusing,
    **{name: (lambda does=does: _at("http", serving(does))) for name, does in BEHAVIOURS.items()},  # type: ignore[misc]
    "speaks TLS where HTTP is asked for": lambda: _at("http", serving(speaks_http_1_0, _context())),
    "speaks HTTP where TLS is asked for": lambda: _at("https", serving(speaks_http_1_0)),
    "has a certificate of an unknown authority": lambda: _at("https", serving(speaks_http_1_0, _context())),
    "has a certificate that has expired": lambda: _at(
        "https", serving(speaks_http_1_0, _context(datetime(2020, 1, 1, tzinfo=UTC)))
    ),
}


def ran(
    folder: Path, base_url: str, *options: str, environment: Mapping[str, str] = ENVIRONMENT
) -> tuple[int, str, int]:
    """Run the suite to its end; gives the exit code, what was printed, and the kilobytes that it held at most."""
    process = subprocess.Popen(
        command_of("run", "--base-url", base_url, "--report-dir", str(folder), *options),
        cwd=folder,
        env=environment_of(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, output, usage.ru_maxrss


def patience(name: str) -> tuple[str, ...]:
    """Give the options that say how long an exchange may take."""
    return ("--timeout", "30") if name.startswith(LARGE) else SHORT


def at_once(name: str, folder: Path) -> str:
    """Run the suite against a target, and give what it says, without what differs from run to run."""
    with TARGETS[name]() as base_url:
        code, output, kilobytes = ran(folder, base_url, *patience(name))
    assert code in (4, 6, 7), output
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    [sentence] = [line for line in output.splitlines() if line.strip()]
    assert kilobytes < LARGEST
    result = folder / "conformance.json"
    if code != 4:
        assert json.loads(result.read_text("utf-8"))["summary"]["violated"] == 0
    return f"{code} | {steady(sentence.partition(': ')[2].replace(base_url, 'BASE-URL'))}"


def under_way(name: str, folder: Path, reference: ReferenceServer) -> str:
    """Run the suite against a target that is good at first, and give what comes out of it in the end."""
    if name not in BEHAVIOURS:
        return " | "
    with turning(reference.base_url.removeprefix("http://"), BEHAVIOURS[name], after=1) as where:
        known = reference.credentials.environment
        code, output, kilobytes = ran(folder, f"http://{where}", *patience(name), *UNDER_WAY, environment=known)
    assert "Traceback" not in output, output
    assert kilobytes < LARGEST
    result = json.loads((folder / "conformance.json").read_text("utf-8"))
    assert result["suite_errors"] == []
    assert result["left_behind"] == []
    ids = [one["id"] for one in result["requirements"] if one["verdict"] == "violated"]
    [reason] = [one["reason"] for one in result["requirements"] if one["id"] == "TIME-ORDER"]
    gone = result["run"]["target_gone"]
    told = f"violated: {', '.join(ids)}" if ids else steady(gone or reason)
    return f"{code} | {told}"


def steady(told: str) -> str:
    """Give a sentence without identifiers, and without the words of libraries, which change."""
    told = re.split(r": [{]|: \d{3} ", told)[0]
    ours = REASON.search(told)
    told = re.sub(r" [(].*[)]", f" ({ours[0]})" if ours else "", told)
    return re.sub(r"/v1/buckets/[^:]*: .*", f"…: {ours[0]}" if ours else "…", told)


def row(name: str, folder: Path, reference: ReferenceServer) -> str:
    """Give the row of a target in the table."""
    first, second = folder / "first", folder / "second"
    for one in (first, second):
        one.mkdir()
    return f"| {name} | {at_once(name, first)} | {under_way(name, second, reference)} |"


@pytest.mark.parametrize("name", TARGETS)
def test_a_run_ends_and_says_what_the_matter_is(name: str, tmp_path: Path, reference: ReferenceServer) -> None:
    assert row(name, tmp_path, reference) in TABLE.read_text("utf-8").splitlines()


def test_the_table_holds_these_targets_and_no_others() -> None:
    rows = TABLE.read_text("utf-8").removeprefix(INTRODUCTION).splitlines()
    names = [line.split(" | ")[0].removeprefix("| ") for line in rows]
    assert names == list(TARGETS)


@pytest.mark.parametrize(
    "shape",
    [partial(unsteady, every=40), partial(unsteady, every=10_000, dead=range(300, 304))],
    ids=["resets at random", "dies half-way through and comes back"],
)
def test_a_network_that_comes_and_goes_violates_nothing(
    reference: ReferenceServer,
    known: Mapping[str, str],
    tmp_path: Path,
    shape: Callable[..., AbstractContextManager[str]],
) -> None:
    with shape(reference.base_url.removeprefix("http://")) as where:
        code, output, _ = ran(
            tmp_path, f"http://{where}", *SHORT, "--effort", "quick", "--seed", "1", environment=known
        )
    result = json.loads((tmp_path / "conformance.json").read_text("utf-8"))
    assert code in (0, 6), output
    assert result["summary"]["violated"] == 0
    assert result["suite_errors"] == []
    assert result["summary"]["holds"] > 30


def main(*names: str) -> None:
    """Write the table anew, or the rows of some targets."""
    known = {line.split(" | ")[0].removeprefix("| "): line for line in TABLE.read_text("utf-8").splitlines()}
    with ReferenceServer() as reference, tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(3) as pool:

        def made(name: str) -> str:
            if names and name not in names:
                return known[name]
            place = Path(folder) / name.replace("/", " ")
            place.mkdir()
            return row(name, place, reference)

        rows = list(pool.map(made, TARGETS))
    TABLE.write_text(INTRODUCTION + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
