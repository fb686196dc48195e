"""The proof: the suites run against every planted fault and every conforming variant of the reference service."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.catalogue import CATALOGUE
from fixtures.reference import strict_reader
from fixtures.reference.deviations import ALL_FAULTS, FAULTS, OPERATOR_FAULTS, VARIANTS, Fault, selection
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.parallel_runs import WORKERS, Run, ask, options_for, pool
from reports.recording.report_folder import claim, write_whole
from reports.tables.kill_matrix import Matrix, Row

_FILES = {"matrix.json": b'"rows"', "matrix.md": b"# Kill matrix"}
EFFORT = "quick"
"""What finds every fault: a lower effort is measured by how many of them it finds."""
SEED = "--seed=2"
READ = ("--reader", shlex.join((sys.executable, strict_reader.__file__)))
"""A client that is as strict as the vendor's. It reads the variants, and the faults that are about clients: many
others would upset it too."""
SELECTS_OPERATORS = False
"""Whether all that is asked without a name includes one fault for each operator at each position."""


@dataclass(frozen=True)
class _Task:
    """One fault or variant to be asked; `options` is what its users would have to declare."""

    row: Row
    base_url: str
    options: tuple[str, ...]


def prove(
    names: Sequence[str],
    report_dir: Path,
    run: Run,
    say: Callable[[str], None],
    *,
    workers: int = WORKERS,
    everything: bool = False,
    effort: str = EFFORT,
) -> bool:
    """Ask the variants and faults of these names, or all; says progress and, last, what is wrong, a line each.

    Returns whether nothing is wrong. The faults that operators make are all asked by name or with `everything` only.
    Writes `matrix.json` and `matrix.md` to `report_dir`. Raises LookupError for a name that is neither a fault's
    nor a variant's, OSError or Unusable where the folder cannot be written.
    """
    for name in names:
        if name not in ALL_FAULTS and name not in VARIANTS:
            raise LookupError(f"{name!r} is neither a fault nor a variant: serve --list names them")
    claim(report_dir, _FILES)
    rows = []
    with ReferenceServer() as server, pool(server, workers) as processes:
        asked = [processes.submit(_ask, task, run, effort) for task in _tasks(server, names, everything=everything)]
        for future in asked:
            row = future.result()
            rows.append(row)
            say(f"{_outcome(row, effort)}  {row.kind:<8} {row.name}")
    matrix = Matrix(tuple(rows), whole=not names, sampled=None if effort == EFFORT else effort)
    write_whole(report_dir / "matrix.json", json.dumps(matrix.as_json(), indent=2).encode())
    write_whole(report_dir / "matrix.md", matrix.as_markdown().encode())
    complaints = list(matrix.complaints(whole=not names))
    for line in complaints:
        say(line)
    if matrix.sampled:
        say(matrix.share)
    say(f"{len(rows)} faults and variants, {sum(row.exact for row in rows)} exact, {len(complaints)} complaints")
    return not complaints


def _outcome(row: Row, effort: str) -> str:
    if row.exact:
        return "exact"
    if effort == EFFORT or row.false_alarm:
        return "WRONG"
    return "found" if row.found else "quiet" if row.kind == "variant" else "missed"


def _tasks(server: ReferenceServer, names: Sequence[str], *, everything: bool) -> Iterator[_Task]:
    """Yield what is to be asked, variants first: some of them are slow, and leave room for what comes behind."""
    nothing: frozenset[str] = frozenset()
    for variant in VARIANTS.values():
        if not names or variant.name in names:
            declared = options_for(variant, server)
            row = Row("variant", variant.name, variant.summary, nothing, nothing, nothing, reduced=bool(declared))
            yield _Task(row, server.variant_url(variant.name), (*declared, *READ))
    for fault in _faults(names, everything=everything):
        row = Row("fault", fault.name, fault.summary, fault.breaks, nothing, nothing)
        row = replace(row, operator=fault.operator, position=fault.position)
        # Observations judge nothing; whether they upset a conforming target, the variants show.
        read = READ if any(CATALOGUE[one].by_reader for one in fault.breaks) else ()
        yield _Task(row, server.fault_url(fault.name), ("-m", "not observation", *read))


def _faults(names: Sequence[str], *, everything: bool) -> Iterator[Fault]:
    """Yield the faults of these names or, if there are none, those by hand and as many others as are asked for."""
    if names:
        yield from (fault for fault in ALL_FAULTS.values() if fault.name in names)
        return
    yield from FAULTS.values()
    if everything:
        yield from OPERATOR_FAULTS.values()
    elif SELECTS_OPERATORS:
        yield from selection()


def _ask(task: _Task, run: Run, effort: str) -> Row:
    """Run the suites against one fault or variant, and give its row filled in."""
    found = ask(run, task.base_url, (f"--effort={effort}", SEED, *task.options))
    return replace(
        task.row,
        violated=found.ids("violated"),
        inconclusive=found.ids("inconclusive"),
        failure=found.failure,
    )
