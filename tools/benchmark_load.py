"""What a load run costs: requests a second, and CPU per request beside a bare Locust user that checks nothing.

Start it with `python -m tools.benchmark_load [SECONDS]` from the checkout. Each is run for two seconds, and for
SECONDS more; what is told is the difference, so that the start is left out.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from fixtures.reference.server import ReferenceServer
from tests.support.commands import ROOT, started

USERS = 20
SHORT = 2
PROCESSES = (1, 2, 4)


@dataclass(frozen=True)
class Cost:
    """How many requests were answered in how many seconds, and the CPU seconds of the client."""

    requests: int
    seconds: float
    cpu: float

    def beyond(self, other: "Cost") -> "Cost":
        return Cost(self.requests - other.requests, self.seconds - other.seconds, self.cpu - other.cpu)

    def __str__(self) -> str:
        return f"{self.requests / self.seconds:6.0f} requests/s   {1000 * self.cpu / self.requests:5.2f} ms CPU each"


def main() -> None:
    """Measure both, with each number of processes, against a reference service of two processes."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark_load", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=int, default=10, help="seconds of each measurement (default 10)")
    whole = SHORT + parser.parse_args().seconds
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}: other work makes both slower")
    with ReferenceServer(workers=2) as server, tempfile.TemporaryDirectory() as folder:
        path = _object(server)
        for processes in PROCESSES:
            bare = _bare(server, path, processes, whole).beyond(_bare(server, path, processes, SHORT))
            ours = _ours(server, Path(folder), processes, whole).beyond(_ours(server, Path(folder), processes, SHORT))
            share = ours.requests / ours.seconds / (bare.requests / bare.seconds)
            print(f"{processes} processes   bare Locust {bare}   load {ours}   {share:.0%} of its throughput")


def _ours(server: ReferenceServer, folder: Path, processes: int, seconds: int) -> Cost:
    before = _cpu()
    options = ("--users", str(USERS), "--spawn-rate", "100", "--pause", "0", "--processes", str(processes))
    given = ("load", "--base-url", server.base_url, "--run-time", f"{seconds}s", "--report-dir", str(folder))
    done = started(*given, *options, environment=server.credentials.environment, folder=folder)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    result = json.loads((folder / "conformance.json").read_text("utf-8"))
    return Cost(result["run"]["requests"], result["load"]["seconds"], _cpu() - before)


def _bare(server: ReferenceServer, path: str, processes: int, seconds: int) -> Cost:
    before = _cpu()
    command = [sys.executable, "-m", "locust", "-f", str(ROOT / "tools" / "bare_locust.py"), "--headless", "--json"]
    command += ["-u", str(USERS), "-r", "100", "-t", f"{seconds}s", "--host", server.base_url]
    command += ["--processes", str(processes)] if processes > 1 else []
    environment = {**os.environ, **server.credentials.environment, "BARE_PATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return Cost(_requests(done.stdout), float(seconds), _cpu() - before)


def _requests(printed: str) -> int:
    """Return how many requests Locust counted: its master and each of its workers print a list."""
    decoder, lists, rest = json.JSONDecoder(), list[int](), printed.strip()
    while rest:
        found, end = decoder.raw_decode(rest)
        lists.append(sum(one["num_requests"] for one in found))
        rest = rest[end:].strip()
    return max(lists)


def _object(server: ReferenceServer) -> str:
    own = server.credentials
    headers = {"Authorization": f"Bearer {own.api_key}", "X-Namespace": own.namespace}
    with httpx.Client(base_url=server.base_url, headers=headers) as client:
        client.post("/v1/buckets", json={"bucket_name": "bench", "bucket_schema": {}}).raise_for_status()
        made = client.post("/v1/buckets/bench/objects", json={"blobs": []}).raise_for_status().json()
        return f"/v1/buckets/bench/objects/{made['object_id']}"


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
