"""The command `replay`: sends the exchanges of a report's violations again."""

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from contracts.vocabulary.did_you_mean import advice
from contracts.vocabulary.display import shown
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.outcomes import Busy, Inconclusive, Unanswered
from contracts.vocabulary.program import started_as
from fixtures.http.client import Client
from fixtures.http.slowness import Slowness
from fixtures.objects.workspace import Workspace
from fixtures.redaction import output_gate
from fixtures.run import sigterm
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.own_target import is_at, own_settings
from mixpeek_conformance.replays import evidence_replay as replaying
from mixpeek_conformance.replays.check_replay import asked_again, effort_of
from mixpeek_conformance.streams import put, put_json, say
from reports.folder_choice import placed
from reports.recording.ledger import Ledger
from reports.recording.report_folder import LEDGER, Unusable
from reports.renderings import reached_again, replay_script
from reports.result import document
from reports.result.result import Result, ResultKind
from reports.result.verdicts import Judgement, Verdict

NEWEST = Path("reports/latest")
FOLDER = Path("reports/replay")
"""The folder of the ledger of a replay: the replayed report is not changed."""


def newest_for(report: Path, requirements: Sequence[str]) -> tuple[Path, Sequence[str]]:
    """Return the report and the requirements that are meant; the newest report, if the first argument is an id."""
    if str(report) in CATALOGUE and not report.exists():
        return NEWEST, (str(report), *requirements)
    return report, requirements


def replay(report: Path, requirements: Sequence[str], given: Mapping[str, Any], *, as_json: bool = False) -> int:
    """Send again what shows the violations of a report: 1 if one still stands, 6 if one cannot be told.

    All `requirements` are meant if none is named; `given` are the options that say where the reader's own target is.
    `as_json`, what became of each is printed in the end, and as a line where errors go.
    """
    try:
        result = document.load(report)
        edition.expect_known(result.began.edition)
        target, _ = _target(given, result.began.base_url, result.began.namespace)
    except (document.Unreadable, LookupError, Misconfigured) as error:
        return _wrong(str(error))
    chosen = _chosen(result, requirements)
    if not chosen:
        return Exit.WRONG_USE if requirements else 0
    try:
        book = _book(result, target)
    except Unusable as error:
        return _wrong(str(error))
    except OSError as error:
        return _wrong(f"{FOLDER} cannot be written: {error.strerror}")
    sigterm.as_interruption()
    try:
        found, code = list[replaying.Replayed](), Exit.INTERRUPTED
        with contextlib.suppress(KeyboardInterrupt):
            code = _replayed(result, chosen, target, book, given, partial(_said, found, as_json=as_json))
    finally:
        book[1].close()
    if as_json:
        put_json({"exit_code": code, "target": target.base_url, "requirements": [one.as_json() for one in found]})
    return code


def show_scripts(report: Path, requirements: Sequence[str], given: Mapping[str, Any]) -> int:
    """Print a script for each violation of a report, and return 6 if one of them has none.

    Each begins with the target of the reader, or leaves that to whoever runs it, as it does the key: a report does
    not decide where that is sent.
    """
    try:
        result = document.load(report)
        named: tuple[str, ...] = reached_again.FROM_ENVIRONMENT
        if given["base-url"] or given["target"] or os.environ.get("MIXPEEK_BASE_URL"):
            target, reached_by = _target(given, result.began.base_url, result.began.namespace)
            named = reached_again.target_lines(target.base_url, target.namespace, reached_by)
    except (document.Unreadable, Misconfigured) as error:
        return _wrong(str(error))
    chosen, code = _chosen(result, requirements), 0
    if not chosen:
        return Exit.WRONG_USE if requirements else 0
    repeatable = [one for one in chosen if _is_ours(one, result) and replay_script.told(one, result.began, named)]
    if text := replay_script.told_together(repeatable, result.began, named):
        put(output_gate.shown(text))
    for judgement in chosen:
        if judgement not in repeatable:
            reason = "its requests were cut, are too long, or are not as this suite writes them"
            say(f"mixpeek-conformance replay: {judgement.requirement.id} has no script: {reason}", error=True)
            code = Exit.INCONCLUSIVE
    return code


def _is_ours(judgement: Judgement, result: Result) -> bool:
    """Return whether every request that shows a violation is as this suite writes it."""
    return all(
        replaying.is_ours(one, result.began.base_url)
        for each in judgement.causes
        for one in replay_script.of_objects(each.exchanges)
    )


def _chosen(result: Result, requirements: Sequence[str]) -> list[Judgement]:
    """Return the broken requirements of a report, or those that were named; if there are none, say so."""
    broken = [judgement for judgement in result.judgements if judgement.verdict in (Verdict.VIOLATED, Verdict.WAIVED)]
    names = [judgement.requirement.id for judgement in broken]
    unknown = next((name for name in requirements if name not in names), None)
    if not broken:
        _wrong("nothing to replay: nothing is violated in the report")
    elif unknown is not None:
        close = advice(unknown, names, f"violated are {', '.join(names)}")
        _wrong(f"nothing to replay: {unknown} is not violated in the report: {close}")
    if unknown is not None:
        return []
    return [judgement for judgement in broken if not requirements or judgement.requirement.id in requirements]


def _target(given: Mapping[str, Any], recorded: str, namespace: str) -> tuple[Target, Mapping[str, str]]:
    """Return the target of the reader, with `namespace` if none is given, and how it is reached.

    Raises Misconfigured if the report is of another one, unless it was chosen.
    """
    target, reached_by = own_settings(given, recorded, namespace)
    if not (given["base-url"] or given["target"] or is_at(target, recorded)):
        raise Misconfigured(
            f"the report is of {shown(recorded)}, and your settings name {target.base_url}: give --base-url to"
            " replay it there"
        )
    return target, reached_by


def _book(result: Result, target: Target) -> tuple[str, Ledger]:
    """Open the ledger of this replay, under an id of its own. Raises OSError or Unusable if it cannot be written."""
    run = secrets.token_hex(4)
    place = placed(Path.cwd(), str(FOLDER), run, time.time())
    book = Ledger(place.folder / LEDGER / "main.jsonl", run)
    book.write(
        replace(result.began, run=run, base_url=target.base_url, namespace=target.namespace, target=target.name)
    )
    return run, book


def _replayed(
    result: Result,
    chosen: list[Judgement],
    target: Target,
    book: tuple[str, Ledger],
    given: Mapping[str, Any],
    tell: Callable[[replaying.Replayed], replaying.ReplayOutcome],
) -> Exit:
    """Send again what shows the `chosen` violations, `tell` what became of each, and return the exit code."""
    client = Client(target, slow=Slowness(partial(say, error=True)))
    workspace = Workspace(client, f"{book[0]}-replay", book[1].write)
    outcomes = set[replaying.ReplayOutcome]()
    try:
        still_open = []
        for replayed, judgement in zip(replaying.replay(result, chosen, client, workspace), chosen, strict=True):
            if replayed.outcome is replaying.ReplayOutcome.STANDS:
                outcomes.add(tell(replayed))
            else:  # the check may still find what its few requests no longer show
                still_open.append((replayed, judgement))
        outcomes |= {tell(one) for one in _asked_otherwise(result, still_open, target, given, book[0])}
    except Busy as error:
        say(f"mixpeek-conformance replay: {target.base_url} is busy ({error}): replay it later", error=True)
        return Exit.INCONCLUSIVE
    except Unanswered as error:
        say(f"mixpeek-conformance replay: {target.base_url} does not answer ({error})", error=True)
        # What was seen before stays proven.
        return Exit.NON_CONFORMANT if replaying.ReplayOutcome.STANDS in outcomes else Exit.UNREACHABLE
    except Inconclusive as error:
        say(f"mixpeek-conformance replay: {error}", error=True)
        return Exit.INCONCLUSIVE
    finally:
        _clean_up(workspace, client)
    if replaying.ReplayOutcome.STANDS in outcomes:
        return Exit.NON_CONFORMANT
    return Exit.INCONCLUSIVE if replaying.ReplayOutcome.UNCLEAR in outcomes else Exit.CONFORMANT


def _asked_otherwise(
    result: Result,
    still_open: list[tuple[replaying.Replayed, Judgement]],
    target: Target,
    given: Mapping[str, Any],
    run: str,
) -> Iterator[replaying.Replayed]:
    """Yield what becomes of violations that the requests alone do not show: the checks that found them are asked."""
    if result.kind is ResultKind.LOAD:
        yield from (_of_load(one) for one, _ in still_open)
        return
    if still_open and not (target.object or target.read_only):
        say(_asks(len(still_open), result), error=True)
    yield from asked_again(result, still_open, target, given, run)


def _clean_up(workspace: Workspace, client: Client) -> None:
    for left in workspace.clean():
        if client.connection:  # otherwise nothing can have been made
            say(f"left behind on the target: {left}: {started_as()} sweep {FOLDER}", error=True)
    client.close()


def _of_load(one: replaying.Replayed) -> replaying.Replayed:
    """Return what is known of a violation that was seen under load, and that a few requests do not show."""
    because = "it was seen under load, which a few requests are not: load the target again"
    return replace(one, outcome=replaying.ReplayOutcome.UNCLEAR, because=because)


def _said(found: list[replaying.Replayed], one: replaying.Replayed, *, as_json: bool) -> replaying.ReplayOutcome:
    found.append(one)
    say(f"{one.outcome:<15} {one.requirement}: {one.because}", error=as_json, hang=16)
    return one.outcome


def _asks(number: int, result: Result) -> str:
    what = "1 violation is" if number == 1 else f"{number:,} violations are"
    return f"{what} not shown by the requests alone: asks the checks again, with effort {effort_of(result.began)}"


def _wrong(sentence: str) -> int:
    say(f"mixpeek-conformance replay: {sentence}", error=True)
    return Exit.WRONG_USE
