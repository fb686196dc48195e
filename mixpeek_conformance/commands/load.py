"""The command `load`: what it is asked is read and refused here; Locust works in a process of its own."""

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.catalogue.requirement import Capability
from contracts.vocabulary.exit_codes import Exit
from fixtures.preflight.readiness import wait_for
from fixtures.target import settings
from fixtures.target.option_kinds import TIME
from fixtures.target.settings import Settings
from fixtures.target.target import Misconfigured, Target
from fixtures.target.targets_file import names_and_urls, path_of
from mixpeek_conformance import json_output
from mixpeek_conformance.ci import announce
from mixpeek_conformance.layout import install
from mixpeek_conformance.load.plan import WEIGHTS, Plan, expect_allowed, limit_of
from mixpeek_conformance.parsing import by_name
from mixpeek_conformance.streams import put_json, say
from reports.live import browser
from reports.recording.report_folder import Unusable
from reports.result import document, waiver_file
from reports.result.result import Kind, Result
from reports.result.verdicts import Waiver
from reports.result.waiver_file import BadWaiver
from reports.tables import baseline, history
from reports.tables.baseline import BadBaseline, Before

_ADVICE = "give --base-url, or --target with a table of conformance.toml"
_EXTRA = f"load stands on Locust, which is not installed: {install('load')}"


_OF_THE_MASTER = {
    **dict.fromkeys(("--processes", "--expect-workers", "--web-host", "--web-port"), True),
    **dict.fromkeys(("--history", "--wait", "--baseline"), True),
    **dict.fromkeys(("--master", "--worker", "--web", "--json", "--open", "--no-annotations"), False),
}
"""Options that a worker process is not given again, and whether they have a value."""


@dataclass(frozen=True)
class Given:
    """What the command line says beside the options of the table."""

    users: int
    spawn_rate: float
    run_time: str
    pause: float
    weights: Mapping[str, int]
    max_p95: str | None
    seed: int | None
    strict: bool
    report_dir: str | None
    waivers: str | None = None
    processes: int = 1
    master: bool = False
    expect_workers: int | None = None
    worker: bool = False
    master_host: str = "127.0.0.1"
    master_port: int = 5557
    web: bool = False
    web_host: str = "127.0.0.1"
    web_port: int = 8089
    as_json: bool = False


def command(values: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Load a target with the `values` of all options, by their names in Python, and return the exit code."""
    own = {one.name: values[one.name] for one in fields(Given) if one.name != "weights"}
    weights = {kind: values[kind] for kind in WEIGHTS}
    rest = {name: value for name, value in values.items() if name not in (*own, *weights)}
    return load(Given(**own, weights=weights), by_name(rest), arguments)


def load(given: Given, options: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Load a target, and return the exit code of the verdict; `arguments` are those of the command line."""
    try:
        expect_named(options)
        known = settings.resolve(options, os.environ, Path.cwd())
        target = target_of(known)
        before = baseline_of(options.get("baseline"))
        plan = plan_of(given, known, before.result if before else None)
        expect_one_part(given)
        expect_allowed(target, plan.users)
        if importlib.util.find_spec("locust") is None:
            raise Misconfigured(_EXTRA)
        if not is_prepared():
            return in_own_process(arguments)
        if given.worker:
            return work(given, target, plan, arguments)
        with json_output.kept_free() if given.as_json else nullcontext():
            wait_for(target, known.wait, tell=say)
            found, page = control(given, target, plan, arguments, options, known, before)
            if not options.get("no-annotations"):
                announce(found, page.parent)
    except (Misconfigured, Unusable, BadWaiver, BadBaseline) as error:
        return _wrong(str(error))
    except OSError as error:
        return _wrong(f"the reports cannot be written: {error.strerror or error}")
    if given.as_json:
        put_json(document.as_json(found))
    if options.get("open") and page.exists() and (reason := browser.show(page)):
        say(reason, error=True)
    return found.exit_code


def waivers_for(given: Given, target: Target, targets_file: str | None) -> tuple[Path, tuple[Waiver, ...]] | None:
    """Return the waivers of this run with their file; None if there is none. Raises BadWaiver."""
    path = Path.cwd() / (given.waivers or waiver_file.FILE)
    if not given.waivers and not path.exists():
        return None
    named = names_and_urls(path_of(targets_file, Path.cwd()))
    targets = [target.base_url, *filter(None, (target.name,)), *named]
    return path, waiver_file.load(path, datetime.now(UTC).date(), targets)


def control(
    given: Given,
    target: Target,
    plan: Plan,
    arguments: Sequence[str],
    options: Mapping[str, Any],
    known: Settings,
    before: Before | None,
) -> tuple[Result, Path]:
    """Control a load run: with users in this process, in processes of this machine, or in workers on others.

    Return the result, and its page. `known` are the settings that `target` is of.
    """
    from mixpeek_conformance.load.controller import Controller, describe
    from mixpeek_conformance.load.master import Master, Processes
    from mixpeek_conformance.load.run_files import Book
    from mixpeek_conformance.load.runners import Crew, Local
    from mixpeek_conformance.load.web_page import listening

    def crew(asked: Target, weighed: Plan, book: Book) -> Crew:
        if given.master:
            return Master(asked, weighed, book.tell, "*", given.master_port, given.expect_workers or 1)
        if given.processes > 1:
            own = without_options(arguments, _OF_THE_MASTER)
            return Processes(asked, weighed, book.tell, given.processes, own)
        return Local(asked, weighed, book.tell)

    waived = waivers_for(given, target, options.get("targets-file"))
    history = history_for(options.get("history"))
    web = listening(given.web_host, given.web_port) if given.web else None
    describe(target, plan)
    if given.master:
        say(f"  waiting for {given.expect_workers or 1} workers on port {given.master_port}")
    return Controller(target, known, plan, given.strict, given.report_dir, waived, before, history, web).run(crew)


def baseline_of(given: str | None) -> Before | None:
    """Return the load run that this one is held against, if a report is given. Raises BadBaseline."""
    return Before(given, baseline.read(Path.cwd() / given, given, Kind.LOAD)) if given else None


def history_for(given: str | None) -> Path | None:
    """Return the folder of the history that the run is added to, if it is given. Raises Misconfigured."""
    if not given:
        return None
    folder = Path.cwd() / given
    try:
        history.expect_ours(folder)
    except Unusable as error:
        raise Misconfigured(str(error).replace("--report-dir", "--history")) from None
    except OSError as error:
        raise Misconfigured(f"--history {given} cannot be written: {error.strerror}") from None
    return folder


def work(given: Given, target: Target, plan: Plan, arguments: Sequence[str]) -> int:
    """Be a worker of a master, or start several of them on this machine."""
    from mixpeek_conformance.load.master import workers
    from mixpeek_conformance.load.worker import Worker, several

    if given.processes > 1:
        own = without_options(arguments, _OF_THE_MASTER)
        return several(given.processes, lambda: workers(given.processes, own))
    return Worker(target, plan.edition, given.master_host, given.master_port).work()


def expect_one_part(given: Given) -> None:
    """Raise Misconfigured if the command line gives this process two parts in one run."""
    if given.master and given.worker:
        raise Misconfigured("--master and --worker exclude each other: leave one of them out")
    if given.master and given.processes > 1:
        raise Misconfigured("a master sends nothing itself: give --processes to the workers")
    if given.worker and (given.web or given.as_json):
        flag = "--web" if given.web else "--json"
        raise Misconfigured(f"{flag} goes with the master, which has the numbers and the result: leave it out")
    if given.expect_workers is not None and not given.master:
        raise Misconfigured("--expect-workers goes with --master: give that too, or leave it out")


def without_options(arguments: Sequence[str], left_out: Mapping[str, bool]) -> list[str]:
    """Return `arguments` without some options; the mapping says whether one has a value."""
    kept, skip = [], False
    for one in arguments:
        name, has_own_value = one.partition("=")[0], "=" in one
        if skip:
            skip = False
        elif name in left_out:
            skip = left_out[name] and not has_own_value
        else:
            kept.append(one)
    return kept


def expect_named(options: Mapping[str, Any]) -> None:
    """Raise Misconfigured unless the command line itself names a target."""
    if not (options.get("base-url") or options.get("target")):
        raise Misconfigured(f"a load is sent nowhere that its command line does not name: {_ADVICE}")


def target_of(known: Settings) -> Target:
    """Return the target of these settings. Raises Misconfigured unless it can be loaded."""
    target = known.target
    if target is None:
        raise Misconfigured(f"no target is named: {_ADVICE}")
    if target.read_only or target.object is not None or Capability.SET_UP in target.without:
        raise Misconfigured("load patches objects that it has made: it asks no target that lets it make none")
    return target


def plan_of(given: Given, known: Settings, before: Result | None) -> Plan:
    """Return what the command line asks for; the seed is that of the run `before` if none is given.

    Raises Misconfigured.
    """
    weights = weights_for(given, known)
    if not any(weights.values()):
        raise Misconfigured(
            "no users are left: let one of --editors, --crowds, --readers, --strangers be more than 0"
        )
    try:
        seconds = float(TIME.read(given.run_time))
    except ValueError:
        raise Misconfigured(f"--run-time {given.run_time} is no time: give seconds, or 90s, 10m or 2h") from None
    if known.best_fit:
        raise Misconfigured(
            "which edition fits best, a few answers tell: ask doctor --edition best-fit, and give that"
        )
    return Plan(
        run=secrets.token_hex(4),
        users=given.users,
        spawn_rate=given.spawn_rate,
        seconds=seconds,
        pause=given.pause,
        weights=weights,
        max_p95=limit_of(given.max_p95),
        seed=_seed(given, before),
        edition=known.edition,
    )


def _seed(given: Given, before: Result | None) -> int:
    if given.seed is not None:
        return given.seed
    return secrets.randbelow(10**9) if before is None else before.began.seed


def weights_for(given: Given, known: Settings) -> Mapping[str, int]:
    """Return the weights of the users: crowds patch fields of their own, which not every target takes."""
    if Capability.CUSTOM_FIELDS in known.without:
        return {**given.weights, "crowds": 0}
    return given.weights


def is_prepared() -> bool:
    """Whether gevent waits in this process in place of the standard library."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("socket"))


def in_own_process(arguments: Sequence[str]) -> int:
    """Run the command again where Locust may change how Python waits, and return its exit code."""
    command = [sys.executable, "-m", "mixpeek_conformance.load", *arguments]
    place = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    if os.name == "posix":  # signals and the exit code then are those of one process
        os.execve(sys.executable, command, environment)  # noqa: S606 - this very program
    return subprocess.call(command, env=environment)  # noqa: S603 - this very program


def _wrong(sentence: str) -> int:
    say(f"mixpeek-conformance load: {sentence}", error=True)
    return Exit.WRONG_USE
