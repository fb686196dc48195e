"""The command `load`: it checks its arguments here, and runs Locust in a process of its own."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.vocabulary.exit_codes import Exit
from fixtures.preflight.readiness import wait_for
from fixtures.target import settings
from fixtures.target.settings import Settings
from fixtures.target.target import Misconfigured, Target
from fixtures.target.targets_file import names_and_urls, path_of
from mixpeek_conformance import json_output
from mixpeek_conformance.ci import announce
from mixpeek_conformance.layout import install
from mixpeek_conformance.load.given import Given, expect_named, expect_one_part, plan_of, target_of
from mixpeek_conformance.load.plan import WEIGHTS, LoadPlan, expect_allowed
from mixpeek_conformance.parsing import by_name
from mixpeek_conformance.streams import put_json, say
from reports.live import browser
from reports.recording.report_folder import Unusable
from reports.result import document, waiver_file
from reports.result.result import Result, ResultKind
from reports.result.verdicts import Waiver
from reports.result.waiver_file import BadWaiver
from reports.tables import baseline, history
from reports.tables.baseline import BadBaseline, Before

_EXTRA = f"load stands on Locust, which is not installed: {install('load')}"

_OF_THE_MASTER = {
    **dict.fromkeys(("--processes", "--expect-workers", "--web-host", "--web-port"), True),
    **dict.fromkeys(("--history", "--wait", "--baseline"), True),
    **dict.fromkeys(("--master", "--worker", "--web", "--json", "--open", "--no-annotations"), False),
}
"""Options that are not passed on to worker processes, and whether they have a value."""


def command(values: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Load a target with the `values` of all options, by their names in Python, and return the exit code."""
    own = {field.name: values[field.name] for field in fields(Given) if field.name != "weights"}
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
    plan: LoadPlan,
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

    def crew(asked: Target, weighed: LoadPlan, book: Book) -> Crew:
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
    return Before(given, baseline.read(Path.cwd() / given, given, ResultKind.LOAD)) if given else None


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


def work(given: Given, target: Target, plan: LoadPlan, arguments: Sequence[str]) -> int:
    """Be a worker of a master, or start several of them on this machine."""
    from mixpeek_conformance.load.master import workers
    from mixpeek_conformance.load.worker import Worker, several

    if given.processes > 1:
        own = without_options(arguments, _OF_THE_MASTER)
        return several(given.processes, lambda: workers(given.processes, own))
    return Worker(target, plan.edition, given.master_host, given.master_port).work()


def without_options(arguments: Sequence[str], left_out: Mapping[str, bool]) -> list[str]:
    """Return `arguments` without some options; the mapping says whether one has a value."""
    kept, skip = [], False
    for argument in arguments:
        name, has_own_value = argument.partition("=")[0], "=" in argument
        if skip:
            skip = False
        elif name in left_out:
            skip = left_out[name] and not has_own_value
        else:
            kept.append(argument)
    return kept


def is_prepared() -> bool:
    """Whether gevent has patched the standard library in this process."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("socket"))


def in_own_process(arguments: Sequence[str]) -> int:
    """Run the command again in a process that gevent may patch, and return its exit code."""
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
