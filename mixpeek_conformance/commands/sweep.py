"""The command `sweep`: removes what a run that was killed has left, by its ledger, and puts back what it patched."""

import shutil
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from contracts.vocabulary.display import shown
from contracts.vocabulary.events import Began, Borrowed, Made, Removed, Restored
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.outcomes import Busy, Inconclusive, TargetGone, Unanswered
from fixtures.http.api_paths import Form, path_of, place_of
from fixtures.http.client import Client
from fixtures.http.slowness import Slowness
from fixtures.objects import borrowed_object
from fixtures.objects.cleanup import Swept, bucket_of, fold, of_run
from fixtures.objects.cleanup import sweep as sweeping
from fixtures.objects.ownership import is_run
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.own_target import is_at, own_target
from mixpeek_conformance.streams import put_json, say
from reports.recording import ledger
from reports.recording.ledger import Ledger
from reports.recording.report_folder import LEDGER, pointed

_NO_TRACE = "nothing on it shows that a run patched it: name it with --bucket and --object to have it put back"


@dataclass(frozen=True)
class SweepPlan:
    """The work for one ledger: what to remove, what to put back, and what to leave alone."""

    folder: Path
    began: Began
    made: tuple[Made, ...]
    borrowed: tuple[Borrowed, ...]
    alien: tuple[str, ...]

    def lines(self, target: Target) -> list[str]:
        """Return a line for each thing; what is inside a bucket goes with its line."""
        listed = fold(Swept(one.path, f"called {shown(one.name)}" if one.name else "by name") for one in self.made)
        return [
            f"run {self.began.run} at {shown(self.began.base_url)}",
            *(f"  remove    {line}" for line in listed),
            *(
                f"  put back  {one.path} in namespace {shown(one.namespace)}"
                f"{'' if is_named(target, one) else ', which your settings do not name'}"
                for one in self.borrowed
            ),
            *(f"  leave     {shown(path)}: this run makes nothing at such a path" for path in self.alien),
        ]


def is_named(target: Target, borrowed: Borrowed) -> bool:
    """Return whether the settings of the reader name the object that was handed over."""
    if target.bucket is None or target.object is None or borrowed.namespace != target.namespace:
        return False
    return borrowed.path == path_of("buckets", target.bucket, "objects", target.object)


class SweepOutput:
    """What is said of a sweep: line by line or, as JSON, in the end."""

    def __init__(self, *, as_json: bool) -> None:
        """Print lines on standard output, or on standard error if the output is JSON."""
        self.as_json = as_json
        self._found: dict[str, list[Any]] = {"runs": [], "removed": [], "put_back": [], "left": []}

    def plan(self, plan: SweepPlan, target: Target) -> None:
        """Say what is to be done about a run."""
        self._found["runs"].append(
            {
                "run": plan.began.run,
                "base_url": plan.began.base_url,
                "remove": [one.path for one in plan.made],
                "put_back": [one.path for one in plan.borrowed],
                "leave": list(plan.alien),
            }
        )
        for line in plan.lines(target):
            say(line, error=self.as_json)

    def one(self, kind: str, word: str, text: str) -> None:
        """Say that something was `removed` or `put_back`, or that it is `left`."""
        self._found[kind].append(text)
        say(f"{word:<10}{text}", error=self.as_json)

    def end(self, code: int) -> int:
        """Print the document, if one was asked for, and return the exit code."""
        if self.as_json:
            put_json({**self._found, "exit_code": code})
        return code


def sweep(report: Path, given: Mapping[str, Any], *, yes: bool, as_json: bool = False) -> int:
    """Remove what the ledgers of a report folder say is still there; 1 if something could not be removed.

    `given` are the options that say where the reader's own target is. `as_json`, what was found is one document.
    """
    output = SweepOutput(as_json=as_json)
    return output.end(_sweep(report, given, output, yes=yes))


def _sweep(report: Path, given: Mapping[str, Any], output: SweepOutput, *, yes: bool) -> int:
    newest = pointed(report) / LEDGER
    if not newest.is_dir():
        return _wrong(f"{report} has no ledger: name the report folder of the run that was killed")
    try:
        plans = [_plan(folder, as_json=output.as_json) for folder in (*ledger.unswept(newest), newest)]
    except OSError as error:
        return _wrong(f"{error.filename} cannot be read: {error.strerror}")
    jobs, codes = [], [Exit.CONFORMANT]
    for plan in plans:
        if plan is None:
            continue
        try:
            target = own_target(given, plan.began.base_url, plan.began.namespace)
        except Misconfigured as error:
            return _wrong(str(error))
        if is_at(target, plan.began.base_url):
            jobs.append((plan, target))
        else:
            both = f"the run was at {shown(plan.began.base_url)}, and your settings name {target.base_url}"
            codes.append(_wrong(f"{both}: nothing is removed"))
    if jobs and not _agreed(jobs, output, yes=yes):
        return Exit.WRONG_USE
    return max([*codes, *(_swept(plan, target, output, seen=not yes) for plan, target in jobs)])


def _plan(folder: Path, *, as_json: bool) -> SweepPlan | None:
    """Return what is to be done about one ledger, or None if nothing is."""
    (began, made), borrowed = ledger.outstanding(folder), ledger.borrowed(folder)
    if began is None:
        say(f"{folder}: holds no run, so that nothing is to be removed", error=as_json)
        return None
    if not (made or borrowed):
        say(f"{folder}: nothing is left of run {shown(began.run)}", error=as_json)
        return None
    ours = [one for one in made if is_run(began.run) and of_run(one, began.run) and _is_sound(one.namespace)]
    objects = [one for one in borrowed if _is_object(one.path) and _is_sound(one.namespace)]
    alien = [one.path for one in made if one not in ours] + [one.path for one in borrowed if one not in objects]
    return SweepPlan(folder, began, tuple(ours), tuple(objects), tuple(alien))


def _is_object(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.form is Form.OBJECT


def _is_sound(namespace: str) -> bool:
    """Whether a header can carry this namespace."""
    return not any(unicodedata.category(one) in ("Cc", "Cs") for one in namespace)


def _agreed(jobs: list[tuple[SweepPlan, Target]], output: SweepOutput, *, yes: bool) -> bool:
    """List what is to be done, and return whether it may be: said with --yes, or on the terminal."""
    for plan, target in jobs:
        output.plan(plan, target)
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        _wrong("nothing was removed: give --yes to do what is listed")
        return False
    try:
        agreed = input("do this? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        agreed = False
    if not agreed:
        _wrong("nothing was removed")
    return agreed


def _swept(plan: SweepPlan, target: Target, output: SweepOutput, *, seen: bool) -> int:
    """Do what is planned; what was done is written to the ledger, so that it is not tried again.

    `seen` says that somebody agreed to each line of the plan.
    """
    try:
        book = Ledger(plan.folder / "sweep.jsonl")
    except OSError as error:
        return _wrong(f"{plan.folder} cannot be written: {error.strerror}")
    client, left = Client(target, slow=Slowness(partial(say, error=True))), [str(shown(path)) for path in plan.alien]
    try:
        lines, busy = _removed(client, plan, book, output)
        left += lines
        for borrowed in plan.borrowed:
            try:
                left += _put_back(client, borrowed, book, output, known=seen or is_named(target, borrowed))
            except Busy as error:
                busy = str(error)
                left.append(f"{borrowed.path}: {busy}")
    except Unanswered as error:
        say(f"mixpeek-conformance sweep: {target.base_url} does not answer ({error})", error=True)
        return Exit.UNREACHABLE
    finally:
        book.close()
        client.close()
    for line in left:
        output.one("left", "left", line)
    if busy:
        say(f"mixpeek-conformance sweep: {target.base_url} is busy ({busy}): sweep again later", error=True)
        return Exit.INCONCLUSIVE
    if not left and plan.folder.parent.name == ledger.UNSWEPT:
        shutil.rmtree(plan.folder, ignore_errors=True)
    return Exit.NON_CONFORMANT if left else Exit.CONFORMANT


def _removed(client: Client, plan: SweepPlan, book: Ledger, output: SweepOutput) -> tuple[list[str], str | None]:
    """Remove what was made, and return what is left; and what the target said, if it was too busy."""
    swept, gone = [], set()
    for thing in sweeping(client, plan.made, plan.began.run):
        swept.append(thing)
        if thing.left is None:
            gone.add(thing.path)
            book.write(Removed(thing.path))
            if bucket_of(thing.path) == thing.path or bucket_of(thing.path) not in gone:
                output.one("removed", "removed", thing.path)
    return fold(swept), next((one.left for one in swept if one.busy), None)


def _put_back(client: Client, borrowed: Borrowed, book: Ledger, output: SweepOutput, *, known: bool) -> list[str]:
    """Put one object back, and return what of it is not as it was.

    A ledger is data: unless the reader has named the object, or agreed to its line, it has to show a trace of a run.
    """
    try:
        if not known and not borrowed_object.shows_a_run(client, borrowed):
            return [f"{borrowed.path}: {_NO_TRACE}"]
        borrowed_object.put_back(client, borrowed)
        left = borrowed_object.left(client, borrowed)
    except (TargetGone, Busy):
        raise
    except Inconclusive as reason:
        return [f"{borrowed.path}: {reason}"]
    book.write(Restored(borrowed.path))
    if left.changed:
        return [f"{borrowed.path}: {left.sentence}"]
    output.one("put_back", "put back", f"{borrowed.path}{f': {left.sentence}' if left.nulls else ''}")
    return []


def _wrong(sentence: str) -> Exit:
    say(f"mixpeek-conformance sweep: {sentence}", error=True)
    return Exit.WRONG_USE
