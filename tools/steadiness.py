"""Repeats a run with many seeds, and reports every requirement whose verdict is not always the same.

    python -m tools.steadiness [--effort quick] [--seeds 50] [--first 1] [--in-flight 1 16] [NAME ...]

asks the reference service and the conforming variants of these names, each seed once with each number of requests in
flight. Exit code 1 where anything varies, from seed to seed or from number to number.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from fixtures.reference.deviations import VARIANTS
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.proof.parallel_runs import WORKERS, Outcome, ask, options_for, pool
from mixpeek_conformance.pytest_run.engine import run

CHOSEN = ("null-removes-a-field", "nulls-absent", "whole-seconds", "read-back-lags", "too-many-requests")
"""Variants that differ in what varies most: what is stored, what is left out, clocks, delays, refusals."""


def varying(found: Sequence[Outcome]) -> Mapping[str, Counter[str]]:
    """Return the requirements that did not have the same verdict in all runs, with how often they had which."""
    ids = dict.fromkeys(verdict for each in found for verdict in each.verdicts)
    verdicts = {
        requirement_id: Counter(each.verdicts.get(requirement_id, "missing") for each in found)
        for requirement_id in ids
    }
    return {one: counts for one, counts in verdicts.items() if len(counts) > 1}


def told(name: str, found: Mapping[tuple[int, int], Outcome]) -> bool:
    """Print what was found at a target, by seed and lanes, and return whether nothing varies and no run failed."""
    failures = [(which, one.failure) for which, one in found.items() if one.failure]
    different = varying(list(found.values()))
    print(f"{name}: {len(found)} runs, {len(different)} requirements vary, {len(failures)} runs failed", flush=True)
    for requirement, counts in different.items():
        usual = counts.most_common(1)[0][0]
        where = [which for which, each in found.items() if each.verdicts.get(requirement, "missing") != usual]
        print(f"    {requirement}: {dict(counts)}, first otherwise with {_which(*where[0])}")
    for which, failure in failures:
        print(f"    {_which(*which)}: {failure}")
    return not different and not failures


def _which(seed: int, lanes: int) -> str:
    return f"--seed {seed} --in-flight {lanes}"


def main() -> int:
    """Ask, print a line a target and a line for everything that varies, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.steadiness", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"variants (default {', '.join(CHOSEN)})")
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--in-flight", type=int, nargs="+", default=[1], metavar="N", help="lanes of a run")
    options = parser.parse_args()
    names = options.names or CHOSEN
    if unknown := set(names) - VARIANTS.keys():
        parser.error(
            f"no variant is called {', '.join(sorted(unknown))}: mixpeek-conformance serve --list names them"
        )
    seeds = range(options.first, options.first + options.seeds)
    steady = True
    with ReferenceServer() as server, pool(server, 1 if max(options.in_flight) > 1 else WORKERS) as processes:
        targets = {"the reference service": (server.base_url, ())} | {
            name: (server.variant_url(name), options_for(VARIANTS[name], server)) for name in names
        }
        asked = {
            name: {
                (seed, lanes): processes.submit(
                    ask,
                    run,
                    base_url,
                    (f"--effort={options.effort}", f"--seed={seed}", f"--in-flight={lanes}", *declared),
                )
                for seed in seeds
                for lanes in options.in_flight
            }
            for name, (base_url, declared) in targets.items()
        }
        for name, futures in asked.items():
            steady = told(name, {which: future.result() for which, future in futures.items()}) and steady
    return 0 if steady else 1


if __name__ == "__main__":
    sys.exit(main())
