"""Hostile targets: a run against each ends, tells the truth, stays small, touches and leaks nothing.

What comes out is one table, HOSTILE.md. `python -m tests.test_hostile [NAME ...]` writes it anew. With `--whole` as
the first argument it runs every check of `quick` against each target instead, and writes nothing.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from tests.hostile import table
from tests.hostile.proxy import standing_before, unsteady
from tests.hostile.runs import run
from tests.hostile.table import FEW, NAMES, result_in, told
from tests.support import ROOT, environment_of

TABLE = ROOT / "HOSTILE.md"
INTRODUCTION = """\
# Targets that hang, lie, die or attack

What a run makes of each, with `--timeout 2` (30 if much has to be read) and `--gone-after 2`: of one that is so from
the first request on, and of one that turns so at the second patch. A row is shown with three checks: an invariant, a
merge and a refusal. Every run ended, held less than 300 MB in memory, wrote less than 40 MB, touched nothing that it
had not made, told what it could not remove, wrote the key in no encoding, and charged no requirement with what the
network did: what is violated is what the target said. `python -m tests.test_hostile` runs them all and writes this
table; the tests hold it against what comes out, and `tox -e hostile` repeats it with all checks.

| the target | at once | the run says | under way | the run says |
| --- | --- | --- | --- | --- |
"""


def row(name: str, folder: Path, reference: ReferenceServer, options: Sequence[str] = FEW) -> str:
    """Return the row of a target in the table."""
    cells = [told(reference, name, folder / str(after), after=after, options=options) for after in (0, 1)]
    return f"| {name} | " + " | ".join(str(cell or " | ") for cell in cells) + " |"


@pytest.mark.parametrize("name", NAMES)
def test_a_run_ends_and_says_why(name: str, tmp_path: Path, reference: ReferenceServer) -> None:
    """A run against a hostile target keeps every limit, and says what the table says."""
    assert row(name, tmp_path, reference) in TABLE.read_text("utf-8").splitlines()


def test_the_table_has_these_rows_and_no_others() -> None:
    """HOSTILE.md lists every hostile target once, in order, and at least eighty of them."""
    rows = TABLE.read_text("utf-8").removeprefix(INTRODUCTION).splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in rows] == list(NAMES)
    assert len(NAMES) >= 80


@pytest.mark.parametrize(
    ("every", "dead"),
    [(40, range(0)), (10_000, range(300, 304))],
    ids=["resets at random", "dies half-way through and comes back"],
)
def test_a_network_that_comes_and_goes(every: int, dead: range, reference: ReferenceServer, tmp_path: Path) -> None:
    """Connections that break off violate no requirement."""
    known: Mapping[str, str] = reference.credentials.environment
    target = reference.base_url.removeprefix("http://")
    with standing_before(target, unsteady(every, dead)) as where:
        options = ("--base-url", f"http://{where}", "--report-dir", str(tmp_path / "reports"), *table.SHORT)
        ended = run(tmp_path, ("run", *options, "--effort", "quick", "--seed", "1"), environment_of(known), 200)
    result = result_in(tmp_path)
    assert ended.code in (0, 6), ended.output
    assert result["summary"]["violated"] == 0
    assert result["suite_errors"] == []
    assert result["summary"]["holds"] > 30


def main(*names: str) -> None:
    """Write the table anew, or the rows of some targets; behind `--whole`, run every check instead."""
    whole = names[:1] == ("--whole",)
    chosen = set(names[whole:])
    options = ("--effort", "quick", "--seed", "1") if whole else FEW
    known = {line.split(" | ")[0].removeprefix("| "): line for line in TABLE.read_text("utf-8").splitlines()}
    with ReferenceServer() as reference, tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(3) as pool:

        def made(numbered: tuple[int, str]) -> str:
            number, name = numbered
            if chosen and name not in chosen:
                return known.get(name, f"| {name} | | | | |")
            try:
                line = row(name, Path(folder) / str(number), reference, options)
            except Exception as error:  # noqa: BLE001 - the other rows are wanted too
                print(f"FAILED {name}: {type(error).__name__}: {str(error)[-600:]!a}", flush=True)  # noqa: T201
                return f"| {name} | FAILED | | | |"
            print(line, flush=True)  # noqa: T201
            return line

        rows = list(pool.map(made, enumerate(NAMES)))
    if not whole:
        TABLE.write_text(INTRODUCTION + "\n".join(rows) + "\n", "utf-8")
    sys.exit(any("FAILED" in row for row in rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
