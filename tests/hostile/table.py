"""The table of hostile targets: every row, what a run against it is held to, and what it says."""

import contextlib
import json
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import trustme

from fixtures.reference.server import ReferenceServer
from reports.recording import ledger
from reports.result.verdicts import NOT_RUN
from tests.hostile import makings, repetitions, shapes, sizes  # noqa: F401 - they make their rewritings known
from tests.hostile.proxy import Proxy, ReceivedRequest, Victim, at_patches
from tests.hostile.rewriting import REWRITINGS
from tests.hostile.sockets import BEHAVIOURS, serving, speaks_http_1_0
from tests.support.commands import Objects, closed_port, environment_of
from tests.support.encodings import found_in
from tests.support.forked import Ended, run

MEMORY = 300_000
"""Kilobytes that a run holds in memory, at most."""


@dataclass(frozen=True)
class Limits:
    """What a run may cost beside its memory: bytes that it writes, and seconds after which it has ended."""

    disk: int
    seconds: float


OF_FEW, OF_ALL = Limits(40_000_000, 100.0), Limits(400_000_000, 1_800.0)
"""The limits of a run with few checks, and of one with all: that asks some targets several times as much."""

CANARY = "sk_9vK2mQx7Lr4TzB8nWc3HdY6pJf5"
UNREACHED = {"MIXPEEK_API_KEY": CANARY, "MIXPEEK_NAMESPACE": "ours"}
SHORT = ("--timeout", "2", "--in-flight", "1")
LARGE = (
    "never ends its body",
    "sends a gzip bomb",
    "sends JSON of 100 megabytes",
    "packs a gigabyte",
    "packs 200 megabytes",
)
"""Targets of which much has to be read, which takes a slow machine a while."""

FEW = ("--effort", "smoke", "--seed", "1", "-k", "timestamps_keep or not_sent_keep or without_credentials_is_refused")
"""The checks that a row is shown with: an invariant, a merge and a refusal."""

_REASON = re.compile("no answer in time|no connection|TLS failed|an answer that cannot be decoded")
_PART = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~%-]+"
_FORMS = re.compile(
    rf"/v1/(health|namespaces(/list|/{_PART})?|buckets(/list|/{_PART}(/objects(/list|/{_PART})?)?)?)(\?[a-z=&0-9]+)?"
)
_REMOVED = re.compile(rf"/v1/(namespaces/{_PART}|buckets/{_PART}(/objects/{_PART})?)")


@dataclass(frozen=True)
class Told:
    """What a row says of one run: the exit code, and a sentence."""

    code: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.code} | {self.sentence}"


Served = Callable[[], AbstractContextManager[str]]
Options = Sequence[str]


def _context(not_after: datetime | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1", not_after=not_after).configure_cert(context)
    return context


def _over_tls(not_after: datetime | None = None) -> AbstractContextManager[str]:
    return _at("https", serving(speaks_http_1_0, _context(not_after)))


@contextlib.contextmanager
def _at(scheme: str, served: AbstractContextManager[str]) -> Iterator[str]:
    with served as where:
        yield f"{scheme}://{where}"


_ALONE: dict[str, Served] = {
    "refuses connections": lambda: _at("http", closed_port()),
    **{name: partial(lambda does: _at("http", serving(does)), does) for name, does in BEHAVIOURS.items()},
    "speaks TLS where HTTP is asked for": lambda: _at("http", serving(speaks_http_1_0, _context())),
    "speaks HTTP where TLS is asked for": lambda: _at("https", serving(speaks_http_1_0)),
    "has a certificate of an unknown authority": _over_tls,
    "has a certificate that has expired": lambda: _over_tls(datetime(2020, 1, 1, tzinfo=UTC)),
}
"""Targets that are hostile from the first byte on, and have no good target behind them."""

NAMES = (*_ALONE, *REWRITINGS)
"""The rows of the table, in order."""


def told(
    reference: ReferenceServer,
    name: str,
    folder: Path,
    *,
    after: int,
    options: Options = FEW,
    limits: Limits = OF_FEW,
) -> Told | None:
    """Run the suite against a row's target, hold the run to all its limits, and return what it says.

    The target is hostile from the patch behind the first `after` on, and from the first request on if that is 0.
    None stands for a row that cannot turn hostile under way.
    """
    if after and name not in (*REWRITINGS, *BEHAVIOURS):
        return None
    repetitions.begin()
    there = Objects(reference.base_url, reference.credentials.environment)
    victim, before = _victim(there)
    keys = (CANARY.encode(), reference.credentials.api_key.encode())
    proxy = Proxy(reference.base_url.removeprefix("http://"), victim=victim, after=after, keys=keys)
    environment = {**reference.credentials.environment, "MIXPEEK_API_KEY": CANARY}
    served: AbstractContextManager[str]
    if name in REWRITINGS:
        served = _at("http", replace(proxy, rewrite=REWRITINGS[name]).serving())
    elif after:
        served = _at("http", replace(proxy, instead=at_patches(BEHAVIOURS[name])).serving())
    else:
        served, environment = _ALONE[name](), UNREACHED
    with served as base_url:
        ended = _ran(name, folder, base_url, environment, options, limits.seconds)
    _assert_within_limits(ended, folder, limits.disk)
    assert_no_key(folder, CANARY)
    for one in proxy.asked:
        assert_ours(one)
    assert there.get(victim.bucket, victim.object) == before, "something of somebody else was touched"
    _assert_what_is_left_is_known(there, folder, proxy.asked)
    there.remove(victim.bucket)
    return Told(ended.code, _sentence(ended, folder, base_url))


def _victim(there: Objects) -> tuple[Victim, dict[str, object]]:
    """Make somebody else's bucket and object, and return what the object is."""
    bucket, identifier, before = there.make()
    name = next(one["bucket_name"] for one in there.listed() if one["bucket_id"] == bucket)
    return Victim(bucket, name, identifier), before


def _ran(
    name: str, folder: Path, base_url: str, environment: Mapping[str, str], options: Options, seconds: float
) -> Ended:
    timeout = ("--timeout", "30", "--in-flight", "1") if name.startswith(LARGE) else SHORT
    where = ("--base-url", base_url, "--report-dir", str(folder / "reports"), "--gone-after", "2")
    return run(folder, ("run", *where, *timeout, *options), environment_of(environment), seconds)


def _assert_within_limits(ended: Ended, folder: Path, disk: int) -> None:
    assert ended.code in (0, 1, 4, 6, 7), ended.output
    assert "Traceback" not in ended.output, ended.output
    assert "INTERNALERROR" not in ended.output, ended.output
    assert ended.memory < MEMORY, f"{ended.memory:,} kB"
    assert ended.disk < disk, f"{ended.disk:,} bytes"
    assert ended.code == 4 or result_in(folder)["suite_errors"] == [], ended.output


def _assert_what_is_left_is_known(there: Objects, folder: Path, asked: list[ReceivedRequest]) -> None:
    """Assert that what the run made and could not remove is in its ledger, where `sweep` finds it."""
    made = {json.loads(one.body).get("bucket_name") for one in asked if one.creates == "buckets"}
    books = list((folder / "reports").rglob("*.jsonl"))
    known = {thing.path for book in books for thing in ledger.outstanding(book.parent)[1]}
    for one in there.listed():
        if one["bucket_name"] in made:
            paths = {f"/v1/buckets/{one['bucket_id']}", f"/v1/buckets/{one['bucket_name']}"}
            assert paths & known, f"{one} is left, and not in the ledger: {known}"
            there.remove(one["bucket_id"])


def result_in(folder: Path) -> dict[str, Any]:
    """Return the result that a run wrote."""
    document: dict[str, Any] = json.loads((folder / "reports" / "conformance.json").read_text("utf-8"))
    return document


def assert_no_key(folder: Path, key: str) -> None:
    """Assert that no byte that a run wrote tells the key, in any encoding of it."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found = found_in(path.read_bytes(), key)
            assert not found, f"{path.name} tells the key: {', '.join(found)}"


def assert_ours(asked: ReceivedRequest) -> None:
    """Assert that a request is of a form that the suite uses, and carries nothing that it must not."""
    assert _FORMS.fullmatch(asked.target), f"{asked.method} {asked.target}"
    assert asked.method in ("GET", "POST", "PATCH", "DELETE"), asked.method
    if asked.method == "DELETE":
        assert _REMOVED.fullmatch(asked.target), asked.target
    if asked.method == "PATCH":
        assert "/objects/" in asked.target, asked.target
    assert asked.header(b"cookie") is None, "a cookie was sent"


def _sentence(ended: Ended, folder: Path, base_url: str) -> str:
    if ended.code == 4 or not (folder / "reports" / "conformance.json").exists():
        [sentence] = [line for line in ended.output.splitlines() if line.strip()]
        return steady(sentence.partition(": ")[2].replace(base_url, "BASE-URL"))
    result = result_in(folder)
    by_verdict: dict[str, list[dict[str, Any]]] = {}
    for one in result["requirements"]:
        by_verdict.setdefault(one["verdict"], []).append(one)
    violated = ", ".join(one["id"] for one in by_verdict.get("violated", ()))
    if violated:
        return f"violated: {violated}"
    if gone := result["run"]["target_gone"]:
        return steady(gone.replace(base_url, "BASE-URL"))
    reasons = [one["reason"] for one in by_verdict.get("inconclusive", ()) if one["reason"] != NOT_RUN]
    if reasons:
        return steady(max(sorted(set(reasons)), key=reasons.count).replace(base_url, "BASE-URL"))
    return "every requirement that was asked holds"


def steady(told: str) -> str:
    """Return a sentence without identifiers, and without the words of libraries, which change."""
    told = re.split(r": [{]|: \d{3} ", told)[0]
    ours = _REASON.search(told)
    told = re.sub(r" [(].*[)]", f" ({ours[0]})" if ours else "", told)
    told = re.sub(r"/v1/buckets/[^:]*: .*", f"…: {ours[0]}" if ours else "…", told)
    told = re.sub(r"/v1/\S+", "…", told)
    told = re.sub(r"(conformance|handed-over)-[0-9a-f]+[^\s\"]*|\b(bkt|obj|ns)_\w+", "…", told)
    told = re.sub(r"//127\.0\.0\.1:\d+", "//HOST", told)
    return " ".join(told.replace("|", "\\|").split())[:300]
