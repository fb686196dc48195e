"""The proof: the suites run against every planted fault and every conforming variant of the reference service."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from contracts.catalogue import CATALOGUE
from contracts.editions import edition as editions
from contracts.vocabulary.did_you_mean import advice
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.program import started_as
from fixtures.reference import strict_reader
from fixtures.reference.deviations import ALL_FAULTS, FAULTS, VARIANTS, Fault, Variant, selection
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.proof.parallel_runs import WORKERS, Run, options_for, pool
from mixpeek_conformance.proof.rounds import Round, Task, asked
from mixpeek_conformance.streams import put_json, say
from reports.recording.report_folder import Unusable, claim, write_whole
from reports.tables.kill_matrix import Matrix, Row

_FILES = {"matrix.json": b'"rows"', "matrix.md": b"# Kill matrix"}
EFFORT = "quick"
"""The effort that finds every fault. A lower one is measured by how many of them it finds."""
LEAST = "least"
"""Faults are asked together, with smoke first, which finds most of them, and with `EFFORT` if that was not exact."""
_ROUNDS = {
    LEAST: (
        Round("smoke", together=8, variants=False),
        Round(EFFORT, together=8, narrow=True),
        Round(EFFORT, together=6),
        Round(EFFORT),
    )
}
"""What is asked in turn with an effort, if it is more than that effort alone."""
READ = ("--reader", shlex.join((sys.executable, strict_reader.__file__)))
"""A client that is as strict as the vendor's. It reads the variants, and the faults that are about clients: many
others would upset it too."""
FAITHFUL = "faithful"
"""The name of the service with no fault, and no freedom taken."""
SELECTS_OPERATORS = False
"""Whether all that is asked without a name includes one fault for each operator at each position."""


@dataclass(frozen=True)
class ProofScope:
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
                close = advice(name, (*ALL_FAULTS, *VARIANTS, FAITHFUL), f"{started_as()} serve --list names them")
                raise LookupError(f"{name!r} is neither a fault nor a variant: {close}")
            entry = ALL_FAULTS.get(name) or VARIANTS.get(name)
            if entry is not None and self._outcome(entry, self.edition) is None:
                has = "breaks nothing of" if isinstance(entry, Fault) else "is no freedom of"
                raise LookupError(f"{name} {has} edition {self.edition}: give another --edition")

    def variants(self) -> Iterator[Variant]:
        """Yield the variants to be asked."""
        yield from (variant for variant in VARIANTS.values() if self._asks(variant))

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
        """Return the requirements that `entry` breaks in an edition; None if it is not one of that edition."""
        if not entry.holds_in(edition):
            return None
        if isinstance(entry, Variant):
            return frozenset()
        return entry.breaks & CATALOGUE.in_edition(edition).keys() or None


def command(scope: ProofScope, report_dir: Path, run: Run, effort: str, *, as_json: bool) -> int:
    """Ask what is in `scope`, and return 1 if something is wrong.

    `as_json`, the matrix is printed in the end, and progress goes where errors go.
    """
    try:
        matrix = prove(scope, report_dir, run, partial(say, error=as_json), effort=effort)
    except (LookupError, Unusable, OSError) as error:
        say(f"mixpeek-conformance prove: {error}", error=True)
        return Exit.WRONG_USE
    complaints = list(matrix.complaints(whole=matrix.whole))
    code = Exit.NON_CONFORMANT if complaints else Exit.CONFORMANT
    if as_json:
        put_json({"exit_code": code, "complaints": complaints, **matrix.as_json()})
    return code


def prove(
    scope: ProofScope,
    report_dir: Path,
    run: Run,
    say: Callable[[str], None],
    *,
    workers: int = WORKERS,
    effort: str = EFFORT,
) -> Matrix:
    """Ask what is in `scope`; says progress and, last, what is wrong, a line each. Returns the matrix.

    Writes `matrix.json` and `matrix.md` to `report_dir`. Raises LookupError for an edition that is not known, and for
    a name that is neither a fault's nor a variant's of it, OSError or Unusable where the folder cannot be written.
    """
    scope.check()
    claim(report_dir, _FILES)
    rows = []
    with ReferenceServer() as server, pool(server, workers) as processes:
        rounds = _ROUNDS.get(effort, (Round(effort),))
        for row in asked(processes, run, list(_tasks(server, scope)), rounds):
            rows.append(row)
            say(f"{_outcome(row, effort)}  {row.kind:<8} {row.name}")
    whole = not scope.names
    sampled = None if effort in (EFFORT, LEAST) else effort
    matrix = Matrix(tuple(rows), whole=whole, edition=scope.edition, beside=scope.beside, sampled=sampled)
    write_whole(report_dir / "matrix.json", json.dumps(matrix.as_json(), indent=2).encode())
    write_whole(report_dir / "matrix.md", matrix.as_markdown().encode())
    complaints = list(matrix.complaints(whole=whole))
    for line in complaints:
        say(line)
    if matrix.sampled:
        say(matrix.share)
    say(f"{len(rows)} faults and variants, {sum(row.exact for row in rows)} exact, {len(complaints)} complaints")
    return matrix


def _outcome(row: Row, effort: str) -> str:
    if row.exact:
        return "exact"
    if effort in (EFFORT, LEAST) or row.false_alarm:
        return "WRONG"
    return "found" if row.found else "quiet" if row.kind == "variant" else "missed"


def _tasks(server: ReferenceServer, scope: ProofScope) -> Iterator[Task]:
    """Yield what is to be asked, variants first: some of them are slow, and leave room for what comes behind."""
    nothing: frozenset[str] = frozenset()
    edition, by = scope.edition, f"--edition={scope.edition}"
    if not scope.names or FAITHFUL in scope.names:
        row = Row("variant", FAITHFUL, f"Keeps edition {edition}, and takes no freedom.", nothing, nothing, nothing)
        yield Task(row, server.edition_url(edition), (by, *READ))
    for variant in scope.variants():
        row = Row("variant", variant.name, variant.summary, nothing, nothing, nothing)
        yield Task(
            row, server.variant_url(variant.name, edition), (by, *options_for(variant, server, edition), *READ)
        )
    for fault, breaks in scope.faults():
        row = Row("fault", fault.name, fault.summary, breaks, nothing, nothing)
        row = replace(row, operator=fault.operator, position=fault.position)
        # Observations judge nothing; whether they upset a conforming target, the variants show.
        read = READ if any(CATALOGUE[one].by_reader for one in breaks) else ()
        yield Task(row, server.fault_url(fault.name, edition), (by, "-m", "not observation", *read))
