"""The rounds of a proof: several faults are asked together first, and what that does not settle is asked alone.

Faults that are asked together break different requirements, so that what each of them breaks shows in one run. If
such a run violates anything that none of them declares, it settles nothing. What a fault breaks is looked for with a
higher effort if a run did not find it, and found nothing else. Variants that are asked together take different
freedoms; if anything fails, or is unclear, that settles none of them.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace

from fixtures.reference.deviations import ALL_FAULTS, VARIANTS
from fixtures.reference.editions import AND
from fixtures.reference.registry import Fault, Variant
from mixpeek_conformance.proof.parallel_runs import Outcome, Run, ask
from reports.tables.kill_matrix import Row

_SEED = "--seed=2"


@dataclass(frozen=True)
class Task:
    """A fault or variant to be asked.

    `base_url` ends with its name, so that names behind it add other faults; `options` are the edition, and what its
    users would have to declare.
    """

    row: Row
    base_url: str
    options: tuple[str, ...]

    def goes_with(self, others: Iterable["Task"]) -> bool:
        """Return whether what this one breaks can be told from what the others break in the same run."""
        return self.entry is not None and all(
            other.entry is not None
            and (self.row.kind, self.options) == (other.row.kind, other.options)
            and not self.row.declared & other.row.declared
            for other in others
        )

    @property
    def entry(self) -> Fault | Variant | None:
        """The fault or variant; None for the service as it is, to which nothing can be added."""
        return (ALL_FAULTS if self.row.kind == "fault" else VARIANTS).get(self.row.name)


@dataclass(frozen=True)
class Round:
    """An effort, and how many faults or variants are asked together with it at most.

    Variants have to show that nothing fails: they are asked where all is asked for, and left out without `variants`.
    A `narrow` round asks nothing but the requirements that faults declare, of those that were asked everything else.
    """

    effort: str
    together: int = 1
    variants: bool = True
    narrow: bool = False

    def takes(self, task: Task, broke_nothing_else: Container[str]) -> bool:
        """Return whether a task is asked in this round."""
        if task.row.kind != "fault":
            return self.variants and not self.narrow
        return not self.narrow or task.row.name in broke_nothing_else

    def options(self, group: Sequence[Task]) -> tuple[str, ...]:
        """Return the options with which a group is asked."""
        declared = sorted({one for task in group for one in task.row.declared}) if self.narrow else ()
        return (f"--effort={self.effort}", _SEED, *(f"--requirement={one}" for one in declared), *group[0].options)

    def groups(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Return the tasks in groups that are asked together, in no more than are needed, all of about one size."""
        alike: dict[tuple[str, tuple[str, ...]], list[Task]] = {}
        for task in tasks:
            alike.setdefault((task.row.kind, task.options), []).append(task)
        return [group for some in alike.values() for group in self._groups(some)]

    def _groups(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Return the groups of tasks with the same options. Neighbours come apart: they are often about the same."""
        groups: list[list[Task]] = [[] for _ in range(-(-len(tasks) // self.together))]
        for task in tasks:
            fitting = [one for one in groups if not one or (len(one) < self.together and task.goes_with(one))]
            if not fitting:
                groups.append([])
            min(fitting or groups[-1:], key=len).append(task)
        return [one for one in groups if one]


def asked(processes: ProcessPoolExecutor, run: Run, tasks: Sequence[Task], rounds: Sequence[Round]) -> Iterator[Row]:
    """Yield the row of every task, filled in, as soon as it is settled.

    It is settled if it is exact, or was asked alone with the effort of the last round: nothing is asked twice alike.
    What hangs on no result of another round is handed over at once, that of the last rounds first: it takes longest.
    """
    left: list[Task] = []
    broke_nothing_else: set[str] = set()

    def begins_in(task: Task) -> Round:
        return next(one for one in rounds if one.takes(task, ()))

    handed_over = {
        one: _handed_over(processes, run, [task for task in tasks if begins_in(task) == one], one)
        for one in reversed(rounds)
    }
    for this_round in rounds:
        now = [task for task in left if this_round.takes(task, broke_nothing_else)]
        left = [task for task in left if task not in now]
        for group, future in (*handed_over[this_round], *_handed_over(processes, run, now, this_round)):
            for task in group:
                row = _filled_in(task, group, future.result(), this_round)
                if row.exact or (not row.beside and not this_round.narrow and this_round.effort == rounds[-1].effort):
                    yield row
                    continue
                left.append(task)
                if row.found_nothing_else:
                    broke_nothing_else.add(row.name)


def _handed_over(
    processes: ProcessPoolExecutor, run: Run, tasks: Sequence[Task], asks: Round
) -> "list[tuple[list[Task], Future[Outcome]]]":
    """Let the processes ask tasks in groups; return each group, and what will come of it."""
    return [
        (group, processes.submit(ask, run, _together(group), asks.options(group))) for group in asks.groups(tasks)
    ]


def _together(group: Sequence[Task]) -> str:
    """Return the base URL at which all faults or variants of a group are."""
    return AND.join((group[0].base_url, *(task.row.name for task in group[1:])))


def _filled_in(task: Task, group: list[Task], found: Outcome, asks: Round) -> Row:
    """Return the row of one of a group: what was violated, without what only the others of the group break."""
    others = frozenset[str]().union(*(other.row.declared for other in group if other is not task))
    return replace(
        task.row,
        violated=found.ids("violated") - others,
        inconclusive=found.ids("inconclusive") - others,
        failure=found.failure,
        reduced=any(option.startswith("--without") for option in task.options),
        effort=asks.effort,
        narrow=asks.narrow,
        beside=tuple(other.row.name for other in group if other is not task),
    )
