"""The commands in README and docs: each that a `console` block shows is run, and says what the block says.

A block is a session, as people paste it: `$ mixpeek-conformance …`, `$ export NAME=VALUE` and `$ echo $?`, each with
what it prints, in which `…` stands for anything. The blocks of a document follow each other in one folder, where
`baseline` and `reports/latest` are reports of a run, and `traffic.har` is recorded traffic. Staging is the reference
service. A command in any other block is not run, and has to be one that is understood.
"""

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from fixtures.reference.editions import DEFAULT
from fixtures.reference.server import ReferenceServer
from fixtures.target.options import OPTIONS
from mixpeek_conformance.cli import commands
from mixpeek_conformance.commands.serve import _prefix
from mixpeek_conformance.pytest_run.options import OF_PYTEST
from tests.support.commands import ROOT, command
from tools import document_reference

PROGRAM = "mixpeek-conformance"
STAGING = "https://staging.example.com"
SERVED = "http://127.0.0.1:8765"
GENERATED = {ROOT / "docs" / name for name in document_reference.names()}
DOCUMENTS = [ROOT / "README.md", *sorted({*(ROOT / "docs").rglob("*.md")} - GENERATED)]
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command that a document shows, and what it prints there."""

    line: str
    printed: str


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the language and the text of each block of code."""
    return ((one[2], one[3]) for one in BLOCK.finditer(path.read_text("utf-8")))


def session(path: Path) -> list[Shown]:
    """The commands of all `console` blocks of a document."""
    text = "".join(body for language, body in blocks(path) if language == "console")
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not parts[0], f"{path.name} prints something before a command"
    return [Shown(*part.partition("\n")[::2]) for part in parts[1:]]


def others(path: Path) -> list[str]:
    """The commands of the suite in blocks that are not run."""
    lines = "\n".join(body for language, body in blocks(path) if language in ("sh", "bash")).replace("\\\n", " ")
    found = (re.search(rf"(?:^|\s)(?:{PROGRAM}|\./conform) (?!-)(.*)", line) for line in lines.splitlines())
    return [one[0].strip().replace("./conform", PROGRAM) for one in found if one]


def says(printed: str, actual: str) -> bool:
    """Whether `actual` is what a block prints: `…` is any text, and spaces count as one."""
    parts, rest = [" ".join(part.split()) for part in printed.split("…")], " ".join(actual.split())
    if len(parts) == 1:
        return rest == parts[0]
    if not rest.startswith(parts[0]):
        return False
    rest = rest[len(parts[0]) :]
    for part in parts[1:-1]:
        _, found, rest = rest.partition(part) if part else ("", " ", rest)
        if not found:
            return False
    return rest.endswith(parts[-1])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, reference: ReferenceServer, known: Mapping[str, str]) -> Path:
    """The report of a run against staging."""
    folder = tmp_path_factory.mktemp("finished")
    environment = {**known, "MIXPEEK_BASE_URL": reference.base_url}
    done = command("run", "--effort=smoke", "--report-dir=it", environment=environment, folder=folder)
    assert done.returncode == 0, done.stdout
    return folder / "it"


@pytest.fixture
def place(finished: Path, tmp_path: Path) -> Path:
    """A folder as the documents suppose it."""
    for name in ("baseline", "reports/latest"):
        shutil.copytree(finished, tmp_path / name)
    shutil.copy(finished / "exchanges.har", tmp_path / "traffic.har")
    return tmp_path


@dataclass
class Reader:
    """Somebody who follows a document: the environment, the last exit code, and what is served."""

    place: Path
    staging: str
    environment: dict[str, str]
    code: int = 0

    def follow(self, shown: Shown) -> None:
        """Do what a command says, and see that it prints what the document shows."""
        line = shown.line.replace(STAGING, self.staging).replace(SERVED, self.staging)
        words = shlex.split(
            line.replace("--namespace acceptance", f"--namespace {self.environment['MIXPEEK_NAMESPACE']}")
        )
        match words:
            case ["echo", "$?"]:
                assert shown.printed.strip() == str(self.code), shown
            case ["export", setting]:
                name, _, value = setting.partition("=")
                self.environment[name] = value
            case [program, "serve", *options] if program == PROGRAM and "--list" not in options:
                self.serve(options, shown.printed)
            case [program, *arguments] if program == PROGRAM:
                done = command(*arguments, environment=self.environment, folder=self.place)
                self.code = done.returncode
                assert says(shown.printed, done.stdout + done.stderr), f"{shown}\n{done.stdout}{done.stderr}"
            case _:
                pytest.fail(f"a console block shows {PROGRAM}, export and echo $?, and not {shown.line}")

    def serve(self, options: list[str], printed: str) -> None:
        """Be the terminal in which a service runs: the reference service serves every fault already."""
        faults = [options[options.index("--fault") + 1]] if "--fault" in options else []
        served = self.staging + _prefix(faults, (), DEFAULT)
        settings = {"MIXPEEK_BASE_URL": served, **ReferenceServer.credentials.environment}
        told = "".join(f"export {name}={value}\n" for name, value in settings.items()) + "# serving until Ctrl-C\n"
        assert says(printed.replace(SERVED, self.staging), told), told
        self.environment.update(settings)


SESSIONS = [path for path in DOCUMENTS if session(path)]


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_a_session_is_what_a_reader_sees(
    path: Path, place: Path, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """Each command of a document is run, and prints what the document says."""
    reader = Reader(place, reference.base_url, dict(known))
    for shown in session(path):
        reader.follow(shown)


OTHERS = [(path.stem, line) for path in DOCUMENTS for line in others(path)]


@pytest.mark.parametrize("line", [line for _, line in OTHERS])
def test_a_command_that_is_not_run_is_one(line: str) -> None:
    """The command is there, and so are its options."""
    arguments, _, _ = line.removeprefix(PROGRAM).partition(" -- ")
    name, *words = shlex.split(arguments, comments=True)
    asked = commands.get_command(click.Context(commands), name)
    assert asked is not None, f"there is no command {name}"
    named = {word.partition("=")[0] for word in words if word.startswith("-")}
    options = {flag for one in asked.get_params(click.Context(asked)) for flag in one.opts}
    if name in ("run", "doctor"):
        options |= {option.flag for option in OPTIONS} | {one.split()[0].rstrip(",") for one in OF_PYTEST}
    assert named <= options


@pytest.mark.parametrize(
    ("printed", "actual", "same"),
    [
        ("…\nexit 1\n", "a\nb  exit 1\n", True),
        ("a …\n", "a b\n", True),
        ("a\n", "a b\n", False),
        ("a … c", "a b", False),
        ("", "", True),
        ("", "something", False),
    ],
)
def test_what_a_block_leaves_out_is_marked(printed: str, actual: str, same: bool) -> None:
    """What is shown is there, in this order; what is left out stands as `…`."""
    assert says(printed, actual) is same


def test_the_documents_show_a_red_and_a_green_run() -> None:
    """The tutorial is among the sessions, and so are the guides that show a command."""
    assert {"first-run", "release-gate", "audit-traffic"} <= {path.stem for path in SESSIONS}
    assert len(OTHERS) > 5
