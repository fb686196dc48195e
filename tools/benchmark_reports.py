"""What the reports of a run cost: seconds and bytes of each rendering, for a run that violates something.

Start it with `python -m tools.benchmark_reports [EFFORT]` from the checkout; `thorough` takes minutes.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fixtures.reference.server import ReferenceServer
from reports.recording import exchange_log, ledger
from reports.recording.report_folder import LEDGER
from reports.renderings import allure_results, registry
from reports.result.fold import fold
from tests.support.commands import run_suite

FAULT = "naive-timestamps"


def main(effort: str = "quick") -> None:
    """Measure the renderings of a run of `effort` against a planted fault, each made once more from its ledger."""
    with tempfile.TemporaryDirectory() as folder, ReferenceServer() as server:
        where = Path(folder)
        options = ("--base-url", server.fault_url(FAULT), "--effort", effort, "-n", "2")
        outcome = run_suite(options, server.credentials.environment, where)
        requests: int = outcome.result["run"]["requests"]
        print(f"effort {effort}, fault {FAULT}: {outcome.result['verdict']}, {requests:,} exchanges")
        again = where / "again"
        again.mkdir()
        seconds = _timed(
            "fold", where / LEDGER, lambda: fold(ledger.read(where / LEDGER), time.time(), interrupted=False)
        )
        result = fold(ledger.read(where / LEDGER), time.time(), interrupted=False)
        for name, render in registry.FILES.items():
            path = again / name
            seconds += _timed(name, path, lambda path=path, render=render: path.write_bytes(render(result)))  # type: ignore[misc]
        seconds += _timed(registry.ALLURE, again / "allure", lambda: allure_results.write(result, again / "allure"))
        archive = again / registry.ARCHIVE
        seconds += _timed(archive.name, archive, lambda: exchange_log.write(where / LEDGER, archive, "0"))
    print(f"{'all of it':<22}{seconds:8.2f} s, {10_000 * seconds / requests:.2f} s for 10,000 exchanges")


def _timed(name: str, path: Path, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    files = [path] if path.is_file() else list(path.rglob("*"))
    print(f"{name:<22}{seconds:8.3f} s{sum(file.stat().st_size for file in files) / 1000:12,.0f} KB")
    return seconds


if __name__ == "__main__":
    main(*sys.argv[1:])
