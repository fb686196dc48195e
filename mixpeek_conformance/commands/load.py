"""The command `load`: what it is asked is read and refused here; Locust works in a process of its own."""

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.catalogue.requirement import Capability
from contracts.editions import edition
from contracts.vocabulary.exit_codes import Exit
from fixtures.target import settings
from fixtures.target.option_kinds import TIME
from fixtures.target.target import Misconfigured, Target
from fixtures.target.targets_file import names_and_urls, path_of
from mixpeek_conformance.load.plan import WEIGHTS, Plan, expect_allowed, limit_of
from mixpeek_conformance.parsing import by_name
from mixpeek_conformance.streams import say
from reports.recording.report_folder import Unusable
from reports.result import waivers
from reports.result.result import Waiver
from reports.result.waivers import BadWaiver

_ADVICE = "give --base-url, or --target with a table of conformance.toml"
_EXTRA = "load stands on Locust, which is not installed: pip install 'mixpeek-conformance[load]'"


_OF_THE_MASTER = {"--processes": True, "--master": False, "--expect-workers": True, "--worker": False}
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


def command(values: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Load a target with the `values` of all options, by their names in Python, and return the exit code."""
    own = {one.name: values[one.name] for one in fields(Given) if one.name != "weights"}
    weights = {kind: values[kind] for kind in WEIGHTS}
    rest = {name: value for name, value in values.items() if name not in (*own, *weights)}
    return load(Given(**own, weights=weights), by_name(rest), arguments)


def load(given: Given, options: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Load a target, and return the exit code of the verdict; `arguments` are those of the command line."""
    try:
        target = target_of(options)
        plan = plan_of(given, options)
        expect_one_part(given)
        expect_allowed(target, plan.users)
        if importlib.util.find_spec("locust") is None:
            raise Misconfigured(_EXTRA)
        if not is_prepared():
            return in_own_process(arguments)
        if given.worker:
            return work(given, target, plan, arguments)
        return control(given, target, plan, arguments, options.get("targets-file"))
    except (Misconfigured, Unusable, BadWaiver) as error:
        return _wrong(str(error))
    except OSError as error:
        return _wrong(f"the reports cannot be written: {error.strerror or error}")


def waivers_for(given: Given, target: Target, targets_file: str | None) -> tuple[Path, tuple[Waiver, ...]] | None:
    """Return the waivers of this run with their file; None if there is none. Raises BadWaiver."""
    path = Path.cwd() / (given.waivers or waivers.FILE)
    if not given.waivers and not path.exists():
        return None
    named = names_and_urls(path_of(targets_file, Path.cwd()))
    targets = [target.base_url, *filter(None, (target.name,)), *named]
    return path, waivers.load(path, datetime.now(UTC).date(), targets)


def control(given: Given, target: Target, plan: Plan, arguments: Sequence[str], targets_file: str | None) -> int:
    """Control a load run: with users in this process, in processes of this machine, or in workers on others."""
    from mixpeek_conformance.load.controller import Controller, announce
    from mixpeek_conformance.load.crew import Crew, Local
    from mixpeek_conformance.load.master import Master, Processes
    from mixpeek_conformance.load.run_files import Book

    def crew(asked: Target, weighed: Plan, book: Book) -> Crew:
        if given.master:
            return Master(asked, weighed, book.tell, "*", given.master_port, given.expect_workers or 1)
        if given.processes > 1:
            own = without_options(arguments, _OF_THE_MASTER)
            return Processes(asked, weighed, book.tell, given.processes, own)
        return Local(asked, weighed, book.tell)

    waived = waivers_for(given, target, targets_file)
    announce(target, plan)
    if given.master:
        say(f"  waiting for {given.expect_workers or 1} workers on port {given.master_port}")
    return Controller(target, plan, given.strict, given.report_dir, waived).run(crew)


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


def target_of(options: Mapping[str, Any]) -> Target:
    """Return the target. Raises Misconfigured unless the command line itself names one that can be loaded."""
    if not (options.get("base-url") or options.get("target")):
        raise Misconfigured(f"a load is sent nowhere that its command line does not name: {_ADVICE}")
    target = settings.resolve(options, os.environ, Path.cwd()).target
    if target is None:
        raise Misconfigured(f"no target is named: {_ADVICE}")
    if target.read_only or target.object is not None or Capability.SET_UP in target.without:
        raise Misconfigured("load patches objects that it has made: it asks no target that lets it make none")
    return target


def plan_of(given: Given, options: Mapping[str, Any]) -> Plan:
    """Return what the command line asks for. Raises Misconfigured."""
    if not any(given.weights.values()):
        raise Misconfigured(
            "no users are left: let one of --editors, --crowds, --readers, --strangers be more than 0"
        )
    try:
        seconds = float(TIME.read(given.run_time))
    except ValueError:
        raise Misconfigured(f"--run-time {given.run_time} is no time: give seconds, or 90s, 10m or 2h") from None
    name = options.get("edition") or edition.DEFAULT
    try:
        edition.expect_known(name)
    except LookupError as error:
        raise Misconfigured(str(error)) from None
    return Plan(
        run=secrets.token_hex(4),
        users=given.users,
        spawn_rate=given.spawn_rate,
        seconds=seconds,
        pause=given.pause,
        weights=given.weights,
        max_p95=limit_of(given.max_p95),
        seed=secrets.randbelow(10**9) if given.seed is None else given.seed,
        edition=name,
    )


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
