"""Kills many runs, each at a random moment, and counts what is left on the target after `sweep`.

Start it with `python -m tests.killed [RUNS [SEED]]` from the checkout: 200 runs by default. It ends with 1 where
anything is left.
"""

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from fixtures.reference.server import ReferenceServer
from tests.support import Objects, command
from tests.test_sweep import reached, started, wait_for

LATEST = 80
"""Things that the run has made, of about 100, when the latest one is killed."""


def main(runs: str = "200", seed: str = "1") -> int:
    """Kill `runs` runs, at moments drawn with `seed`."""
    moment, swept, dirty = random.Random(int(seed)), 0, 0
    with ReferenceServer() as server:
        known = reached(server)
        there = Objects(server.base_url, known)
        for number in range(1, int(runs) + 1):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                process = started(server, folder, *moment.choice([(), ("-n", "2")]))
                wait_for(folder, "made", moment.randint(1, LATEST))
                time.sleep(moment.uniform(0, 0.1))
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                before = len(there.buckets())
                done = command("sweep", str(folder), "--yes", environment=known, folder=folder)
                after = len(there.buckets())
            swept += before > 0
            dirty += after > 0
            if after or number % 20 == 0:
                print(f"{number} killed, {swept} had left something, {dirty} after sweep {done.stderr}", flush=True)
    return int(dirty > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
