"""Commands that are forked from a warm process: each ends as one that its users start."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from tests.support import forked
from tests.support.commands import Done, command, environment_of, started

_CHANCE = re.compile(
    "in [0-9.]+s|about .* left|  [0-9]+ of [0-9]+ checks are over.*\n|✓ requests .*|✓ edition .*|after [0-9]+ ms|"
    "127[.]0[.]0[.]1:[0-9]+|port [0-9]+|[0-9a-f]{8}(-[0-9a-f]{4,12}){4}"
)
"""Times, ports and the names of files that Allure reads: they differ from one run to the next."""

FEW = ("run", "--effort", "quick", "--seed", "1", "--report-dir", "few", "-k", "timestamps_keep")
COMMANDS = [
    FEW,
    pytest.param((*FEW, "-n", "2"), id="run -n 2", marks=pytest.mark.slow),
    ("doctor",),
    ("run", "--efort"),
    ("run", "--help"),
    ("requirements",),
    ("compare", "a"),
    ("serve", "--list"),
]


def outcome(done: Done, folder: Path) -> tuple[int, str, str]:
    """Return what a command came to, without what differs from one to the next."""
    return done.returncode, _CHANCE.sub("", done.stdout.replace(str(folder), "")), done.stderr


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda one: " ".join(one[:2] + one[-2:]))
def test_a_forked_command_ends_as_a_started_one(
    arguments: tuple[str, ...], reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Exit code, output and written files of a forked command are those of one that is started."""
    there = {**known, "MIXPEEK_BASE_URL": reference.base_url}
    begun, written = [], []
    for start in (command, started):
        folder = tmp_path / start.__name__
        folder.mkdir()
        begun.append(outcome(start(*arguments, environment=there, folder=folder), folder))
        written.append({_CHANCE.sub("", str(path.relative_to(folder))) for path in folder.rglob("*")})
    assert begun[0] == begun[1]
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("arguments", "kept", "anew"),
    [
        (["run", "--effort", "smoke"], "suites.test_merge", "suites.test_openapi"),
        (["run", "--effort=quick"], "suites", "suites.test_openapi"),
        (["run", "--effort", "standard", "quick"], "contracts", "suites.test_merge"),
        (["run"], "fixtures", "suites.test_merge"),
    ],
)
def test_checks_are_imported_anew_for_other_examples(arguments: list[str], kept: str, anew: str) -> None:
    """A run that generates has checks of its own, and every run its own cases of the document."""
    assert (forked.is_anew(kept, arguments), forked.is_anew(anew, arguments)) == (False, True)


def test_a_fork_is_warm_and_knows_nothing(tmp_path: Path) -> None:
    """The process that commands are forked from has imported what a run needs, and holds neither a key nor a run."""
    imported = "import sys; assert 'fixtures.stateful.machine' in sys.modules, 'it is cold'"
    known = "assert not sys.modules['fixtures.redaction.secret'].known().secrets, 'a key'"
    begun = "assert sys.modules['fixtures.run.under_way'].under_way() is None, 'a run'"
    once = ("--number", "1", "--repeat", "1", "--setup", imported)  # timeit has a `main` that takes statements
    ended = forked.run(tmp_path, (*once, known, begun), environment_of({}), 60, module="timeit")
    assert ended.code == 0, ended.output
