"""The proof: the suites run against every planted fault and every conforming variant of the reference service."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.catalogue import CATALOGUE
from contracts.editions import edition as editions
from fixtures.reference.deviations import ALL_FAULTS, FAULTS, VARIANTS, Fault, Variant, selection
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.parallel_runs import WORKERS, Run, ask, options_for, pool
from reports.recording.report_folder import claim, write_whole
from reports.tables.kill_matrix import Matrix, Row

_FILES = {"matrix.json": b'"rows"', "matrix.md": b"# Kill matrix"}
EFFORT = ("--effort=quick", "--seed=2")
FAITHFUL = "faithful"
"""The name of the service with no fault, and no freedom taken."""
SELECTS_OPERATORS = False
"""Whether all that is asked without a name includes one fault for each operator at each position."""


@dataclass(frozen=True)
class _Task:
    """One fault or variant to be asked; `options` are the edition, and what its users would have to declare."""

    row: Row
    base_url: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What is asked: the faults and variants of these names, or all of them, as one edition has them.

    The faults that operators make are all asked by name or with `everything` only. With `differences` only those are
    asked that the edition beside this one, on the way to the default, does not have, or for which it has another
    outcome.
    """

    names: tuple[str, ...] = ()
    everything: bool = False
    edition: str = editions.DEFAULT
    differences: bool = False

    @property
    def beside(self) -> str | None:
        """The edition that the differences are from; None without them. Raise LookupError for the default."""
        if not self.differences:
            return None
        if self.edition == editions.DEFAULT:
            raise LookupError(
                f"differences are from {editions.DEFAULT}: leave out --differences, or name an --edition"
            )
        known = editions.known()
        place = known.index(self.edition)
        return known[place - 1] if self.edition > editions.DEFAULT else known[place + 1]

    def check(self) -> None:
        """Raise LookupError, with a sentence for the user, if there is no such edition, or no such name in it."""
        editions.expect_known(self.edition)
        _ = self.beside
        for name in self.names:
            if name not in ALL_FAULTS and name not in VARIANTS and name != FAITHFUL:
                raise LookupError(f"{name!r} is neither a fault nor a variant: serve --list names them")
            entry = ALL_FAULTS.get(name) or VARIANTS.get(name)
            if entry is not None and self._outcome(entry, self.edition) is None:
                has = "breaks nothing of" if isinstance(entry, Fault) else "is no freedom of"
                raise LookupError(f"{name} {has} edition {self.edition}: give another --edition")

    def variants(self) -> Iterator[Variant]:
        """Yield the variants to be asked."""
        yield from (one for one in VARIANTS.values() if self._asks(one))

    def faults(self) -> Iterator[tuple[Fault, frozenset[str]]]:
        """Yield the faults to be asked, with the requirements that each of them breaks in the edition."""
        for fault in self._faults():
            breaks = self._outcome(fault, self.edition)
            if breaks is not None and self._asks(fault):
                yield fault, breaks

    def _faults(self) -> Iterator[Fault]:
        if self.names or self.everything:
            yield from ALL_FAULTS.values()
            return
        yield from FAULTS.values()
        if SELECTS_OPERATORS:
            yield from selection()

    def _asks(self, entry: Fault | Variant) -> bool:
        if self.names:
            return entry.name in self.names
        outcome = self._outcome(entry, self.edition)
        return outcome is not None and (self.beside is None or outcome != self._outcome(entry, self.beside))

    @staticmethod
    def _outcome(entry: Fault | Variant, edition: str) -> frozenset[str] | None:
        """Return what `entry` breaks in an edition; None if it is no fault of it, or no freedom."""
        if not entry.holds_in(edition):
            return None
        if isinstance(entry, Variant):
            return frozenset()
        return entry.breaks & CATALOGUE.in_edition(edition).keys() or None


def prove(scope: Scope, report_dir: Path, run: Run, workers: int = WORKERS) -> Iterator[str]:
    """Ask what is in `scope`; yields progress and, last, what is wrong, a line each.

    Writes `matrix.json` and `matrix.md` to `report_dir`. Raises LookupError for an edition that is not known, and for
    a name that is neither a fault's nor a variant's of it, OSError or Unusable where the folder cannot be written.
    """
    scope.check()
    claim(report_dir, _FILES)
    rows = []
    with ReferenceServer() as server, pool(server, workers) as processes:
        asked = [processes.submit(_ask, task, run) for task in _tasks(server, scope)]
        for future in asked:
            row = future.result()
            rows.append(row)
            yield f"{'exact' if row.exact else 'WRONG'}  {row.kind:<8} {row.name}"
    whole = not scope.names
    matrix = Matrix(tuple(rows), whole=whole, edition=scope.edition, beside=scope.beside)
    write_whole(report_dir / "matrix.json", json.dumps(matrix.as_json(), indent=2).encode())
    write_whole(report_dir / "matrix.md", matrix.as_markdown().encode())
    complaints = list(matrix.complaints(whole=whole))
    yield from complaints
    yield f"{len(rows)} faults and variants, {sum(row.exact for row in rows)} exact, {len(complaints)} complaints"


def _tasks(server: ReferenceServer, scope: Scope) -> Iterator[_Task]:
    """Yield what is to be asked, variants first: some of them are slow, and leave room for what comes behind."""
    nothing: frozenset[str] = frozenset()
    edition, by = scope.edition, f"--edition={scope.edition}"
    if not scope.names or FAITHFUL in scope.names:
        row = Row("variant", FAITHFUL, f"Keeps edition {edition}, and takes no freedom.", nothing, nothing, nothing)
        yield _Task(row, server.edition_url(edition), (by,))
    for variant in scope.variants():
        row = Row("variant", variant.name, variant.summary, nothing, nothing, nothing)
        yield _Task(row, server.variant_url(variant.name, edition), (by, *options_for(variant, server, edition)))
    for fault, breaks in scope.faults():
        row = Row("fault", fault.name, fault.summary, breaks, nothing, nothing)
        row = replace(row, operator=fault.operator, position=fault.position)
        # Observations judge nothing; whether they upset a conforming target, the variants show.
        yield _Task(row, server.fault_url(fault.name, edition), (by, "-m", "not observation"))


def _ask(task: _Task, run: Run) -> Row:
    """Run the suites against one fault or variant, and give its row filled in."""
    found = ask(run, task.base_url, (*EFFORT, *task.options))
    return replace(
        task.row,
        violated=found.ids("violated"),
        inconclusive=found.ids("inconclusive"),
        failure=found.failure,
        reduced=any(one.startswith("--without") for one in task.options),
    )
