"""Kills many commands, each at a random moment, and counts what is left on the target after `sweep`.

Start it with `python -m tools.killed [COMMANDS [SEED]]` from the checkout: 300 by default, most of them runs, the
others `doctor`, `replay`, `load`, `audit` and `drift`. It ends with 1 if a bucket or a namespace is left.
"""

import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import httpx

from fixtures.reference.server import ReferenceServer
from tests.commands.test_sweep import reached
from tests.support.commands import Objects, begun, command

LATEST = 80
"""Things that a run has made, of about 100, when the latest one is killed."""

RUN = ("run", "--effort", "quick", "--result-only", "--report-dir", "killed")
FEW = ("run", "--effort", "quick", "--seed", "1", "-k", "not_sent_keep", "--report-dir", "broken")
LOAD = ("load", "--spawn-rate", "20", "--run-time", "2s", "--report-dir", "loaded")
KINDS: dict[str, tuple[tuple[str, ...], str, int]] = {
    "run": (RUN, "killed", LATEST),
    "run --in-flight 3": ((*RUN, "--in-flight", "3"), "killed", LATEST),
    "run -n 2": ((*RUN, "-n", "2"), "killed", LATEST),
    "doctor": (("doctor",), "reports/doctor", 3),
    "replay": (("replay", "broken"), "reports/replay", 3),
    "audit": (("audit", "broken/exchanges.har", "--report-dir", "audited"), "audited", 0),
    "load": ((*LOAD, "--users", "20"), "loaded", 3),
    "load --processes 2": ((*LOAD, "--users", "20", "--processes", "2"), "loaded", 3),
    "drift": (("drift", "contract.json", "--report-dir", "drifted"), "drifted", 0),
}
"""Each command, the folder of its ledger, and how many things it has made when it is killed at the latest."""

WEIGHTS = (6, 6, 2, 2, 2, 1, 3, 2, 1)


def main(commands: str = "300", seed: str = "1") -> int:
    """Kill `commands` commands, at moments drawn with `seed`, and return 1 if anything of them is left."""
    moment, killed, swept, dirty = random.Random(int(seed)), Counter[str](), 0, 0
    with ReferenceServer() as server, tempfile.TemporaryDirectory() as name:
        folder, known = Path(name), reached(server)
        there = Objects(server.base_url, known)
        broken = {**known, "MIXPEEK_BASE_URL": server.fault_url("put-semantics")}
        command(*FEW, environment=broken, folder=folder)
        contract = httpx.get(f"{server.base_url}/openapi.json").raise_for_status()
        (folder / "contract.json").write_bytes(contract.content)
        namespaces = set(there.namespaces())
        for number in range(1, int(commands) + 1):
            [kind] = moment.choices(list(KINDS), WEIGHTS)
            arguments, place, latest = KINDS[kind]
            environment = dict(broken if kind == "replay" else known)
            if moment.random() < 0.5:
                del environment["MIXPEEK_OTHER_NAMESPACE"]  # so that the command makes one
            _kill(
                arguments,
                environment,
                folder,
                folder / place,
                moment.randint(0, latest),
                moment.uniform(0, 3 if kind.startswith("load") else 0.1),
                whole=moment.random() < 0.7,
            )
            before = _left(there, namespaces)
            done = command("sweep", place, "--yes", environment=environment, folder=folder)
            after = _left(there, namespaces)
            killed[kind] += 1
            swept += bool(before)
            dirty += bool(after)
            if after or number % 20 == 0:
                counts = ", ".join(f"{count} {name}" for name, count in killed.items())
                print(f"{number} killed ({counts}); {swept} had left something, {dirty} after sweep", flush=True)
            if after:
                print(done.stdout, done.stderr, flush=True)
                namespaces = _cleared(there)
    return int(dirty > 0)


def _cleared(there: Objects) -> set[str]:
    """Remove all buckets, so that the next command is counted alone, and return the namespaces that are there."""
    for bucket in there.buckets():
        there.remove(bucket)
    return set(there.namespaces())


def _left(there: Objects, namespaces: set[str]) -> set[str]:
    """Return the buckets, and the namespaces beside those that were there at first."""
    return there.buckets() | there.namespaces().keys() - namespaces


def _kill(
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Path,
    ledger: Path,
    made: int,
    later: float,
    *,
    whole: bool,
) -> None:
    """Start a command, and kill it a moment after it has told that so many things are made, or let it end.

    It is killed as a `whole`, or alone: then its lanes have to end by themselves, before anything is swept.
    """
    since = time.time()
    with begun(*arguments, environment=environment, folder=folder) as process:
        while process.poll() is None and _made(ledger, since) < made:
            time.sleep(0.005)
        time.sleep(later)
        if process.poll() is None:
            (os.killpg if whole else os.kill)(process.pid, signal.SIGKILL)
        process.communicate()  # ends when no lane holds its output any more


def _made(folder: Path, since: float) -> int:
    """Return how many things the ledgers below `folder` tell of that were written `since`."""
    told = 0
    for book in folder.rglob("ledger/*.jsonl"):
        with contextlib.suppress(FileNotFoundError):  # of the command before, which this one has cleared
            if book.stat().st_mtime >= since:
                told += book.read_text("utf-8", "replace").count('"event": "made"')
    return told


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
