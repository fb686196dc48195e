"""What a run costs, near and far away: requests per second, and CPU per request beside a bare httpx loop, in one run.

Start it with `python -m tools.benchmark [EFFORT [MILLISECONDS]]` from the checkout. The target that is far away is
the same one, whose answers are kept back for so many milliseconds (50).
"""

import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from fixtures.http.client import Client
from fixtures.plugins.new_run import embedded
from fixtures.reference.server import ReferenceServer
from fixtures.target.settings import resolve
from tests.support.commands import Outcome, started
from tools.far_away import FarAway
from tools.schemathesis_alone import Findings, st_run


@dataclass(frozen=True)
class Measured:
    """What a run took: times and CPU in seconds."""

    verdict: str
    requests: int
    elapsed: float
    first: float
    cpu: float
    lanes: int


def main(effort: str = "quick", milliseconds: str = "50") -> None:
    """Measure a run of `effort` near and far away, and as many PATCHes with httpx alone."""
    with ReferenceServer() as server:
        known, url = server.credentials.environment, urlsplit(server.base_url)
        near = _measured(server.base_url, known, effort)
        schemathesis = _schemathesis(server)
        with FarAway(str(url.hostname), int(url.port or 0), float(milliseconds) / 1000) as away:
            far = _measured(away.base_url, known, effort)
            far_bare, _ = _bare(away.base_url, known, min(far.requests, 100))
        bare_elapsed, bare_cpu = _bare(server.base_url, known, near.requests)
        client_cpu = _client(server, near.requests)
    start_up = _start_up()
    print(f"effort {effort}; a bare httpx loop sends {near.requests / bare_elapsed:.0f} requests a second near,")
    print(f"{min(far.requests, 100) / far_bare:.0f} far away ({milliseconds} ms); each takes it", end=" ")
    print(f"{1000 * bare_cpu / near.requests:.2f} ms of CPU")
    print(f"{'':<26}{'near':>12}{'far away':>12}")
    _row("verdict", near.verdict, far.verdict)
    _row("requests", near.requests, far.requests)
    _row("lanes", near.lanes, far.lanes)
    _row("whole run, s", f"{near.elapsed:.2f}", f"{far.elapsed:.2f}")
    _row("first request after, s", f"{near.first:.2f}", f"{far.first:.2f}")
    _row("requests per second", *(f"{one.requests / one.elapsed:.0f}" for one in (near, far)))
    _row("CPU, s", f"{near.cpu:.2f}", f"{far.cpu:.2f}")
    _row("CPU per request, ms", *(f"{1000 * (one.cpu - start_up) / one.requests:.2f}" for one in (near, far)))
    print(
        f"the suite's client alone takes {client_cpu / bare_cpu:.1f} times the CPU of the loop for as many patches,"
    )
    print(f"a run near, without start-up ({start_up:.2f} s), {(near.cpu - start_up) / bare_cpu:.1f} times")
    each = schemathesis.requests / schemathesis.seconds
    print(f"st run near: {schemathesis.requests} requests in {schemathesis.seconds:.2f} s, {each:.0f} a second:")
    print(f"a run of {effort} sends {near.requests / near.elapsed / each:.1f} times as many a second")
    print(f"load average {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


def _row(name: str, *values: object) -> None:
    print(f"{name:<26}" + "".join(f"{value!s:>12.12}" for value in values))


def _measured(base_url: str, known: dict[str, str], effort: str) -> Measured:
    """Run the suites at `base_url` as a user does."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin, began = time.perf_counter(), time.time()
        options = ("--report-dir", folder, "--base-url", base_url, "--effort", effort)
        done = started("run", *options, environment={**known, "NO_PROXY": "*"}, folder=Path(folder))
        elapsed = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = Outcome(done.returncode, done.stdout + done.stderr, Path(folder)).result
        lanes = len(list(Path(folder).glob("ledger/lane*.jsonl"))) or 1
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    run = result["run"]
    return Measured(result["verdict"], run["requests"], elapsed, run["started"] - began, cpu, lanes)


def _bare(base_url: str, known: dict[str, str], requests: int) -> tuple[float, float]:
    """Send as many PATCHes with httpx alone. Return seconds of time and of CPU."""
    headers = {"Authorization": f"Bearer {known['MIXPEEK_API_KEY']}", "X-Namespace": known["MIXPEEK_NAMESPACE"]}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        path = _object(client)
        begin, cpu = time.perf_counter(), time.process_time()
        for number in range(requests):
            json.loads(client.patch(path, json={"note": number}).content)
        return time.perf_counter() - begin, time.process_time() - cpu


def _client(server: ReferenceServer, requests: int) -> float:
    """Send as many PATCHes with the client of the suite, redaction included. Return seconds of CPU."""
    known = {**server.credentials.environment, "MIXPEEK_BASE_URL": server.base_url}
    headers = {"Authorization": f"Bearer {known['MIXPEEK_API_KEY']}", "X-Namespace": known["MIXPEEK_NAMESPACE"]}
    with httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as bare:
        path = _object(bare)
    client = Client(embedded(server.base_url, resolve({}, known, Path())))
    cpu = time.process_time()
    for number in range(requests):
        json.loads(client.send("PATCH", path, json={"note": number}).response.body)
    client.close()
    return time.process_time() - cpu


def _object(client: httpx.Client) -> str:
    """Make an object to patch, and return its path."""
    schema = {"properties": {"content": {"type": "text"}}}
    named = {"bucket_name": f"bench-{secrets.token_hex(4)}", "bucket_schema": schema}
    bucket = client.post("/v1/buckets", json=named).json()["bucket_id"]
    blob = {"property": "content", "type": "text", "data": "hi"}
    made = client.post(f"/v1/buckets/{bucket}/objects", json={"blobs": [blob]}).json()["object_id"]
    return f"/v1/buckets/{bucket}/objects/{made}"


def _schemathesis(server: ReferenceServer) -> Findings:
    """Let `st run` ask the same service, with all that it can use."""
    with tempfile.TemporaryDirectory() as folder:
        return st_run(server.base_url, server, Path(folder))


def _start_up() -> float:
    """Return the CPU seconds of a run that collects and asks nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "mixpeek_conformance", "run", "--collect-only"]
    subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
