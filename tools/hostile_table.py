"""The table of hostile targets, HOSTILE.md: what a run makes of each.

`python -m tools.hostile_table [NAME ...]` writes it anew. With `--whole` as
the first argument it runs every check of `quick` against each target instead, and writes nothing.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from fixtures.reference.server import ReferenceServer
from tests.hostile.table import NAMES, OF_ALL, told
from tests.support.commands import ROOT

TABLE = ROOT / "HOSTILE.md"
WHOLE = ("--effort", "quick", "--seed", "1")
INTRODUCTION = """\
# Targets that hang, lie, die or attack

Each row is a target that is no use to its clients, in one way. The columns under *at once* are for a target that is
so from the first request on, those under *under way* for one that turns so at the second patch. A column has the exit
code, and what the run says.

The rows come from runs of three checks (an invariant, a merge and a refusal) with `--timeout 2`, or 30 if much has to
be read, and `--gone-after 2`. Every run ended, held less than 300 MB in memory, and wrote less than 40 MB. Every run
told what it could not remove, and touched nothing that it had not made. None wrote the key, in any encoding, or
charged a requirement with what the network did: what is violated is what the target said. `python -m
tools.hostile_table` runs them all and writes this table. The tests hold it against what comes out, and `tox -e
hostile` repeats it with all checks.

| the target | at once | the run says | under way | the run says |
| --- | --- | --- | --- | --- |
"""


def row(name: str, folder: Path, reference: ReferenceServer, *, whole: bool = False) -> str:
    """Return the row of a target in the table: of runs with a few checks, or with all if they are `whole`."""
    run = partial(told, reference, name, options=WHOLE, limits=OF_ALL) if whole else partial(told, reference, name)
    cells = [run(folder / str(after), after=after) for after in (0, 1)]
    return f"| {name} | " + " | ".join(str(cell or " | ") for cell in cells) + " |"


def main(*names: str) -> None:
    """Write the table anew, or the rows of some targets; behind `--whole`, run every check instead."""
    whole = names[:1] == ("--whole",)
    chosen = set(names[whole:])
    known = {line.split(" | ")[0].removeprefix("| "): line for line in TABLE.read_text("utf-8").splitlines()}
    with ReferenceServer() as reference, tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(3) as pool:

        def made(numbered: tuple[int, str]) -> str:
            number, name = numbered
            if chosen and name not in chosen:
                return known.get(name, f"| {name} | | | | |")
            try:
                line = row(name, Path(folder) / str(number), reference, whole=whole)
            except Exception as error:  # noqa: BLE001 - the other rows are wanted too
                print(f"FAILED {name}: {type(error).__name__}: {str(error)[-600:]!a}", flush=True)
                return f"| {name} | FAILED | | | |"
            print(line, flush=True)
            return line

        rows = list(pool.map(made, enumerate(NAMES)))
    if not whole:
        TABLE.write_text(INTRODUCTION + "\n".join(rows) + "\n", "utf-8")
    sys.exit(any("FAILED" in row for row in rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
