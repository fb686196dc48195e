"""Asks many base URLs of one reference service, in a few processes: what the proof and the steadiness stand on."""

import contextlib
import io
import json
import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from fixtures.reference.editions import DEFAULT
from fixtures.reference.registry import Variant
from fixtures.reference.server import ReferenceServer

Run = Callable[[Sequence[str]], int]
"""Runs the suites with options in this process, and returns the exit code; has to be importable."""

WORKERS = 5
"""Processes that ask at the same time: more than two cores have, since what is slow, or waited for, leaves its own
idle."""


@dataclass(frozen=True)
class Outcome:
    """What a run has found: the ids of requirements by verdict, or why there is no verdict."""

    verdicts: Mapping[str, str]
    failure: str | None = None

    def ids(self, verdict: str) -> frozenset[str]:
        """Return the requirements with `verdict`."""
        return frozenset(one for one, is_so in self.verdicts.items() if is_so == verdict)


@contextmanager
def pool(server: ReferenceServer, workers: int = WORKERS) -> Iterator[ProcessPoolExecutor]:
    """Yield processes that have the same modules, and the keys of `server`."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _enter, (sys.path, server.credentials.environment)) as processes:
        yield processes


def ask(run: Run, base_url: str, options: Sequence[str]) -> Outcome:
    """Run the suites against `base_url`, silently, and return what was found."""
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        given = ["--result-only", "--in-flight=1", f"--report-dir={folder}", f"--base-url={base_url}", *options]
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = run(given)
        result = Path(folder) / "conformance.json"
        document = json.loads(result.read_text("utf-8")) if result.exists() else {"requirements": []}
    failure = None
    if code not in (0, 1, 6):
        said = printed.getvalue().strip().splitlines()
        failure = f"exit {code}: {said[-1] if said else ''}"
    return Outcome({one["id"]: one["verdict"] for one in document["requirements"]}, failure)


def options_for(variant: Variant, server: ReferenceServer, edition: str = DEFAULT) -> tuple[str, ...]:
    """Return what users of `variant` would have to declare, and the object that they would hand over."""
    options = [f"--without={capability}" for capability in variant.without]
    if "set-up" in variant.without:
        options += _handed_over(server.variant_url(variant.name, edition), server)
    return tuple(options)


def _handed_over(base_url: str, server: ReferenceServer) -> list[str]:
    """Make an object on a variant that lets no client make one, as its operator would."""
    known = server.credentials
    headers = {
        "Authorization": f"Bearer {known.api_key}",
        "X-Namespace": known.namespace,
        "X-Reference-Set-Up": "yes",
    }
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        body = {"bucket_name": "handed-over", "bucket_schema": {"properties": {"content": {"type": "text"}}}}
        bucket = client.post("/v1/buckets", json=body).raise_for_status().json()["bucket_id"]
        blob = {"property": "content", "type": "text", "data": "handed over"}
        made = client.post(f"/v1/buckets/{bucket}/objects", json={"blobs": [blob]}).raise_for_status()
    return ["--bucket", bucket, "--object", made.json()["object_id"], "--allow-residue"]


def _enter(path: list[str], environment: dict[str, str]) -> None:
    """Prepare a worker process: the same modules, the keys of the reference service, and no proxy in front of it."""
    sys.path[:] = path
    os.environ.update({**environment, "NO_PROXY": "*"})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End a worker process whose parent was killed: nobody gives it anything to do, or takes what it found."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
