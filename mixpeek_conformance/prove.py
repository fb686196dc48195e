"""The proof: the suites run against every planted fault and every conforming variant of the reference service."""

import contextlib
import io
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from fixtures.reference.deviations import FAULTS, VARIANTS
from fixtures.reference.server import ReferenceServer
from reports.matrix import Matrix, Row

Run = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class _Task:
    """One fault or variant to be asked; `options` is what its users would have to declare."""

    row: Row
    base_url: str
    options: tuple[str, ...]


WORKERS = 3
"""Processes that ask at the same time: one more than two cores have, since slow variants leave theirs idle."""


def prove(names: Sequence[str], report_dir: Path, run: Run, workers: int = WORKERS) -> Iterator[str]:
    """Ask the variants and faults of these names, or all; yields progress and, last, what is wrong, a line each.

    Writes `matrix.json` and `matrix.md` to `report_dir`. `run` runs the suites with options in this process and has
    to be importable. Raises LookupError for a name that is neither a fault's nor a variant's, OSError where the
    folder cannot be written.
    """
    for name in names:
        if name not in FAULTS and name not in VARIANTS:
            raise LookupError(f"{name!r} is neither a fault nor a variant: serve --list names them")
    report_dir.mkdir(parents=True, exist_ok=True)
    rows = []
    with ReferenceServer() as server:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, _enter, (sys.path, server.credentials.environment)) as pool:
            asked = [pool.submit(_ask, task, run) for task in _tasks(server, names)]
            for future in asked:
                row = future.result()
                rows.append(row)
                yield f"{'exact' if row.exact else 'WRONG'}  {row.kind:<8} {row.name}"
    matrix = Matrix(tuple(rows))
    (report_dir / "matrix.json").write_text(json.dumps(matrix.as_json(), indent=2), "utf-8")
    (report_dir / "matrix.md").write_text(matrix.as_markdown(), "utf-8")
    complaints = list(matrix.complaints(whole=not names))
    yield from complaints
    yield f"{len(rows)} faults and variants, {sum(row.exact for row in rows)} exact, {len(complaints)} complaints"


def _tasks(server: ReferenceServer, names: Sequence[str]) -> Iterator[_Task]:
    """Give what is to be asked, variants first: some of them are slow, and leave room for what comes behind."""
    nothing: frozenset[str] = frozenset()
    for variant in VARIANTS.values():
        if not names or variant.name in names:
            row = Row("variant", variant.name, variant.summary, nothing, nothing, nothing)
            base_url = server.variant_url(variant.name)
            options = [f"--without={capability}" for capability in variant.without]
            if "set-up" in variant.without:
                options += _handed_over(base_url, server)
            yield _Task(row, base_url, tuple(options))
    for fault in FAULTS.values():
        if not names or fault.name in names:
            row = Row("fault", fault.name, fault.summary, fault.breaks, nothing, nothing)
            # Observations judge nothing; whether they upset a conforming target, the variants show.
            yield _Task(row, server.fault_url(fault.name), ("-m", "not observation"))


def _handed_over(base_url: str, server: ReferenceServer) -> list[str]:
    """Make an object on a variant that lets no client make one, as its operator would."""
    known = server.credentials
    headers = {
        "Authorization": f"Bearer {known.api_key}",
        "X-Namespace": known.namespace,
        "X-Reference-Set-Up": "yes",
    }
    with httpx.Client(base_url=base_url, headers=headers) as client:
        body = {"bucket_name": "handed-over", "bucket_schema": {"properties": {"content": {"type": "text"}}}}
        bucket = client.post("/v1/buckets", json=body).raise_for_status().json()["bucket_id"]
        blob = {"property": "content", "type": "text", "data": "handed over"}
        made = client.post(f"/v1/buckets/{bucket}/objects", json={"blobs": [blob]}).raise_for_status()
    return ["--bucket", bucket, "--object", made.json()["object_id"]]


def _enter(path: list[str], environment: dict[str, str]) -> None:
    """Prepare a worker process: the same modules, and the keys of the reference service."""
    sys.path[:] = path
    os.environ.update(environment)


def _ask(task: _Task, run: Run) -> Row:
    """Run the suites against one fault or variant, and give its row filled in."""
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--effort=quick", "--seed=1", f"--report-dir={folder}", f"--base-url={task.base_url}"]
        options += ["-p", "no:unraisableexception"]  # which collects garbage after every run
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = run([*options, *task.options])
        result = Path(folder) / "conformance.json"
        document = json.loads(result.read_text("utf-8")) if result.exists() else {"requirements": []}
    failure = None
    if code not in (0, 1, 6):
        said = printed.getvalue().strip().splitlines()
        failure = f"exit {code}: {said[-1] if said else ''}"

    def ids(verdict: str) -> frozenset[str]:
        return frozenset(one["id"] for one in document["requirements"] if one["verdict"] == verdict)

    return Row(
        task.row.kind,
        task.row.name,
        task.row.summary,
        task.row.declared,
        ids("violated"),
        ids("inconclusive"),
        failure,
        reduced=task.row.kind == "variant" and bool(task.options),
    )
