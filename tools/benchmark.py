"""What a run costs: requests per second, and CPU per request beside a bare httpx loop, in one run.

Start it with `python -m tools.benchmark [EFFORT]` from the checkout.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from fixtures.reference.server import ReferenceServer
from tests.support.commands import Outcome, started


def main(effort: str = "quick") -> None:
    """Measure a run of `effort`, and as many PATCHes with httpx alone, against one reference service."""
    with tempfile.TemporaryDirectory() as folder, ReferenceServer() as server:
        known = server.credentials.environment
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin, began = time.perf_counter(), time.time()
        options = ("--report-dir", folder, "--base-url", server.base_url, "--effort", effort)
        done = started("run", *options, environment=known, folder=Path(folder))
        elapsed = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome = Outcome(done.returncode, done.stdout + done.stderr, Path(folder))
        run = outcome.result["run"]
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        first = run["started"] - began
        requests = run["requests"]
        bare_elapsed, bare_cpu = _bare(server, known, requests)
        start_up = _start_up()
        verdict = outcome.result["verdict"]
    ours, bare = 1000 * (cpu - start_up) / requests, 1000 * bare_cpu / requests
    print(f"verdict                 {verdict}, effort {effort}, {requests} requests")
    print(f"whole run               {elapsed:.2f} s, first request after {first:.2f} s")
    print(f"requests per second     {requests / elapsed:.0f} (bare httpx loop: {requests / bare_elapsed:.0f})")
    print(
        f"client CPU per request  {ours:.2f} ms (bare httpx loop: {bare:.2f} ms), without start-up ({start_up:.2f} s)"
    )
    print(f"ratio                   {ours / bare:.1f}")


def _bare(server: ReferenceServer, known: dict[str, str], requests: int) -> tuple[float, float]:
    """Send as many PATCHes with httpx alone; gives seconds of time and of CPU."""
    headers = {"Authorization": f"Bearer {known['MIXPEEK_API_KEY']}", "X-Namespace": known["MIXPEEK_NAMESPACE"]}
    with httpx.Client(base_url=server.base_url, headers=headers) as client:
        schema = {"properties": {"content": {"type": "text"}}}
        bucket = client.post("/v1/buckets", json={"bucket_name": "bench", "bucket_schema": schema}).json()[
            "bucket_id"
        ]
        blob = {"property": "content", "type": "text", "data": "hi"}
        made = client.post(f"/v1/buckets/{bucket}/objects", json={"blobs": [blob]}).json()["object_id"]
        begin, cpu = time.perf_counter(), time.process_time()
        for number in range(requests):
            json.loads(client.patch(f"/v1/buckets/{bucket}/objects/{made}", json={"note": number}).content)
        return time.perf_counter() - begin, time.process_time() - cpu


def _start_up() -> float:
    """Return the CPU seconds of a run that collects and asks nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "mixpeek_conformance", "run", "--collect-only"]
    subprocess.run(command, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
