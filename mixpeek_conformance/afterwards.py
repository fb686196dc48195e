"""The commands that go back to the target of an earlier run: `replay` and `sweep`."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from contracts.events import Began, Removed, Returned
from contracts.exits import Exit
from contracts.judgement import Inconclusive, Unanswered
from fixtures import settings
from fixtures.client import Client
from fixtures.sweep import Swept, put_back
from fixtures.sweep import sweep as sweeping
from fixtures.target import Misconfigured, Target
from fixtures.workspace import Workspace
from mixpeek_conformance import replay as replaying
from reports import document, ledger
from reports.folder import LEDGER, pointed
from reports.ledger import Ledger
from reports.result import Verdict


def target_of(began: Began, options: argparse.Namespace) -> Target | None:
    """Give the target of a run, or the one that the options of a command name. Raises Misconfigured."""
    given = {"target": options.target, "base-url": options.base_url, "namespace": options.namespace}
    if not options.target:
        given["base-url"] = options.base_url or began.base_url
        given["namespace"] = options.namespace or began.namespace
    return settings.resolve(given, os.environ, Path.cwd()).target


def replay(options: argparse.Namespace) -> int:
    """Send again what shows the violations of a report: 1 where one still stands, 6 where one cannot be told."""
    try:
        result = document.load(options.report)
        target = target_of(result.began, options)
    except (document.Unreadable, Misconfigured) as error:
        return _wrong("replay", str(error))
    broken = [one for one in result.judgements if one.verdict in (Verdict.VIOLATED, Verdict.WAIVED)]
    chosen = [one for one in broken if not options.requirements or one.requirement.id in options.requirements]
    if target is None or not chosen:
        names = ", ".join(one.requirement.id for one in broken) or "none"
        code = _wrong("replay", f"nothing to replay: violated in the report are {names}")
        return code if options.requirements else 0
    client = Client(target)
    workspace = Workspace(client, f"replay-{result.began.run}")
    outcomes = set()
    try:
        for one in replaying.replay(result, chosen, client, workspace):
            outcomes.add(one.outcome)
            print(f"{one.outcome:<15} {one.requirement}: {one.because}", flush=True)
    except Unanswered as error:
        return _unreachable("replay", target, error)
    except Inconclusive as error:
        print(f"mixpeek-conformance replay: {error}", file=sys.stderr)
        return Exit.INCONCLUSIVE
    finally:
        left_behind = workspace.clean()
        for left in left_behind if outcomes else ():
            print(f"left behind on the target: {left}", file=sys.stderr)
        client.close()
    if replaying.Outcome.STANDS in outcomes:
        return Exit.NON_CONFORMANT
    return Exit.INCONCLUSIVE if replaying.Outcome.UNCLEAR in outcomes else 0


def sweep(options: argparse.Namespace) -> int:
    """Remove what the ledgers of a report folder say is still there; 1 where something could not be removed."""
    newest = pointed(options.report) / LEDGER
    if not newest.is_dir():
        return _wrong("sweep", f"{options.report} has no ledger: name the report folder of the run that was killed")
    codes = {_swept(folder, options) for folder in (*ledger.unswept(newest), newest)}
    return max(codes)


def _swept(folder: Path, options: argparse.Namespace) -> int:
    """Sweep what one ledger tells; what was removed is written to it, so that it is not tried again."""
    (began, made), lent = ledger.outstanding(folder), ledger.lent(folder)
    if began is None or not (made or lent):
        print(f"{folder}: nothing is left of run {began.run if began else '?'}")
        return 0
    try:
        target = target_of(began, options)
    except Misconfigured as error:
        return _wrong("sweep", str(error))
    assert target is not None  # the run's own base URL stands in where none is given
    client, book, left = Client(target), Ledger(folder / "sweep.jsonl"), 0
    try:
        for one in sweeping(client, made):
            if one.left is None:
                book.write(Removed(one.path))
            left += _told("removed", one)
        for one in (put_back(client, each) for each in lent):
            if one.left is None:
                book.write(Returned(one.path))
            left += _told("put back", one)
    except Unanswered as error:
        return _unreachable("sweep", target, error)
    finally:
        book.close()
        client.close()
    if not left and folder.parent.name == ledger.UNSWEPT:
        shutil.rmtree(folder)
    return Exit.NON_CONFORMANT if left else Exit.CONFORMANT


def _told(done: str, one: Swept) -> int:
    """Say what became of one thing; gives 1 where it is left as it was."""
    print(f"{done if one.left is None else 'left':<10}{one.path}{f': {one.left}' if one.left else ''}", flush=True)
    return int(one.left is not None)


def _wrong(command: str, sentence: str) -> int:
    print(f"mixpeek-conformance {command}: {sentence}", file=sys.stderr)
    return Exit.WRONG_USE


def _unreachable(command: str, target: Target, error: Unanswered) -> int:
    print(f"mixpeek-conformance {command}: {target.base_url} does not answer ({error})", file=sys.stderr)
    return Exit.UNREACHABLE
