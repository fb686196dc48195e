"""The command `load`: what it is asked is read and refused here; Locust works in a process of its own."""

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.catalogue.requirement import Capability
from contracts.editions import edition
from contracts.vocabulary.exit_codes import Exit
from fixtures.target import settings
from fixtures.target.option_kinds import TIME
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.load.plan import Plan, expect_allowed, limit_of
from mixpeek_conformance.streams import say
from reports.recording.report_folder import Unusable

_ADVICE = "give --base-url, or --target with a table of conformance.toml"
_EXTRA = "load stands on Locust, which is not installed: pip install 'mixpeek-conformance[load]'"


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


def load(given: Given, options: Mapping[str, Any], arguments: Sequence[str]) -> int:
    """Load a target, and return the exit code of the verdict; `arguments` are those of the command line."""
    try:
        target = target_of(options)
        plan = plan_of(given, options)
        expect_allowed(target, plan.users)
        if importlib.util.find_spec("locust") is None:
            raise Misconfigured(_EXTRA)
        if not is_prepared():
            return in_own_process(arguments)
        from mixpeek_conformance.load.controller import Controller, announce
        from mixpeek_conformance.load.crew import Local

        announce(target, plan)
        controller = Controller(target, plan, given.strict, given.report_dir)
        return controller.run(lambda asked, weighed, book: Local(asked, weighed, book.tell))
    except (Misconfigured, Unusable) as error:
        return _wrong(str(error))
    except OSError as error:
        return _wrong(f"the reports cannot be written: {error.strerror or error}")


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
