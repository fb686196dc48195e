"""The arguments of a load run, read and checked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.catalogue.requirement import Capability
from fixtures.target.option_kinds import TIME
from fixtures.target.settings import Settings
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.load.plan import LoadPlan, limit_of
from reports.result.result import Result

_ADVICE = "give --base-url, or --target with a table of conformance.toml"


@dataclass(frozen=True)
class Given:
    """The arguments of `load` that are not in the table of options."""

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


def expect_one_part(given: Given) -> None:
    """Raise Misconfigured if this process is to be master and worker, or another impossible combination."""
    if given.master and given.worker:
        raise Misconfigured("--master and --worker exclude each other: leave one of them out")
    if given.master and given.processes > 1:
        raise Misconfigured("a master sends nothing itself: give --processes to the workers")
    if given.worker and (given.web or given.as_json):
        flag = "--web" if given.web else "--json"
        raise Misconfigured(f"{flag} goes with the master, which has the numbers and the result: leave it out")
    if given.expect_workers is not None and not given.master:
        raise Misconfigured("--expect-workers goes with --master: give that too, or leave it out")


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


def plan_of(given: Given, known: Settings, before: Result | None) -> LoadPlan:
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
    return LoadPlan(
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
    """Return the weights of the users: without custom fields there are no crowds, which patch nothing else."""
    if Capability.CUSTOM_FIELDS in known.without:
        return {**given.weights, "crowds": 0}
    return given.weights
