"""Other people's environments: what is meant for their own pytest does not reach that of the command."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.editions.edition import DEFAULT
from mixpeek_conformance import misspelt
from mixpeek_conformance.cli import commands
from mixpeek_conformance.pytest_run.options import known
from tests.support.commands import ROOT, Conform, Done, Outcome, command, environment_of, run_suite

FEW = ("--effort", "quick", "--result-only", "-q", "-k", "timestamps_keep")
DEMO = ("--demo", *FEW)
WORKERS = [pytest.param((), id="alone"), pytest.param(("-n", "2"), id="workers", marks=pytest.mark.slow)]

SPOILT = {
    "for pytest": {
        "PYTEST_ADDOPTS": "--hypothesis-profile=nosuch --cov-fail-under=90 --disable-socket 'unclosed",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "",
        "PYTEST_PLUGINS": "no_such_plugin",
        "PYTEST_DEBUG": "1",
        "PYTEST_DEBUG_TEMPROOT": "/nonexistent",
        "PYTEST_THEME": "nosuch",
        "PYTEST_XDIST_WORKER": "gw7",
    },
    "for Python": {
        "PYTHONWARNINGS": "error",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONDEVMODE": "1",
        "PYTHONIOENCODING": "ascii",
        "COLUMNS": "1",
        "WEB_CONCURRENCY": "many",
    },
    "without asserts": {"PYTHONOPTIMIZE": "2", "COLUMNS": "wide"},
    "for Hypothesis": {
        "HYPOTHESIS_STORAGE_DIRECTORY": "/proc/nowhere",
        "HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY": "1",
        "XDG_CACHE_HOME": "/proc/nowhere",
        "ALL_PROXY": "socks5://127.0.0.1:9",
        "COLUMNS": "9" * 30,
    },
}


def assert_judged(outcome: Outcome) -> None:
    """See that the few checks were asked, and nothing was said beside their verdict."""
    assert outcome.code == 6, outcome.output
    assert "TIME-FORMAT" in outcome.ids("holds")
    [said] = outcome.output.strip().splitlines()
    assert said.startswith("verdict: demonstration: partial, inconclusive ")
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize("environment", SPOILT.values(), ids=SPOILT.keys())
def test_variables_for_other_projects(environment: dict[str, str], tmp_path: Path) -> None:
    """Variables that change what pytest, Hypothesis or Python does, change nothing."""
    assert_judged(run_suite(DEMO, environment, tmp_path))
    assert not (tmp_path / ".hypothesis").exists()


def plant(folder: Path) -> None:
    """Install a pytest plugin in `folder` whose options are those of the suite, beside packages of the same names."""
    info = folder / "pytest_planted-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-planted\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[pytest11]\nplanted = planted\n")
    options = "".join(f"    parser.addoption({name!r})\n" for name in ("--base-url", "--timeout", "--seed"))
    (folder / "planted.py").write_text(f"def pytest_addoption(parser):\n{options}")
    (folder / "sitecustomize.py").write_text("import fixtures, reports\n")
    for name in ("fixtures", "contracts", "reports", "suites"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("")
        (folder / name / "client.py").write_text("raise RuntimeError('a module of the user')")


def spoil(folder: Path) -> None:
    """Fill the folder of the user with what a pytest of theirs would read, and modules named like known ones."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --nosuch\n")
    (folder / "tox.ini").write_text("[pytest]\naddopts = --nosuch\n")
    (folder / "setup.cfg").write_text("[tool:pytest]\naddopts = --nosuch\n")
    (folder / "schemathesis.toml").write_text("this is no TOML")
    for name in ("conftest", "queue", "fixtures", "reports"):
        (folder / f"{name}.py").write_text("raise RuntimeError('a module of the user')")


@pytest.mark.parametrize("workers", WORKERS)
def test_plugins_packages_and_files_of_the_user(workers: tuple[str, ...], tmp_path: Path) -> None:
    """A plugin with options of the same names, packages of the same names and files for pytest change nothing."""
    plant(tmp_path / "site")
    folder = tmp_path / "work"
    folder.mkdir()
    spoil(folder)
    environment = {"PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}", "PYTHONSAFEPATH": "1"}
    assert_judged(run_suite((*DEMO, *workers), environment, folder))


def test_a_plugin_is_loaded_behind_two_dashes(tmp_path: Path) -> None:
    """What stands behind `--` reaches pytest, and one that does not fit is told in one line."""
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    (tmp_path / "mine.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--mine')\n")
    assert_judged(run_suite((*DEMO, "--", "-p", "mine", "--mine", "x"), environment, tmp_path))
    (tmp_path / "mine.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--timeout')\n")
    outcome = run_suite((*DEMO, "--", "-p", "mine"), environment, tmp_path)
    assert (outcome.code, outcome.output.count("\n")) == (4, 1)
    assert "--timeout" in outcome.output


WRONG = [
    (("run", "--efort", "quick"), "there is no option --efort: did you mean --effort?"),
    (("run", "--timeout", "nonsense"), "timeout 'nonsense' is no number of seconds"),
    (("run", "--timeout", "-5"), "timeout '-5' is no number of seconds"),
    (("run", "--gone-after", "0"), "gone-after '0' is no number of times"),
    (("run", "--seed", "abc"), "--seed 'abc' is no seed: give the whole number"),
    (("run", "--base-url"), "argument --base-url: expected one argument"),
    (("run", "-n", "many"), "invalid parse_numprocesses value: 'many'"),
    (("run", "https://staging.example"), "give a target with --base-url"),
    (("run", "--", "-p", "no_such_plugin"), 'Error importing plugin "no_such_plugin"'),
    (("doctor", "--no-such-option"), "there is no option --no-such-option: run --help lists"),
    (("rnu",), "there is no command 'rnu': did you mean run?"),
    (("--effort", "quick"), "'--effort' stands where a command belongs"),
    (("compare", "--formt", "json", "a", "b"), "did you mean --format?"),
    (("help", "rnu"), "there is no command 'rnu': did you mean run?"),
    (
        ("replay", "--base-ulr", "https://m.example", "it"),
        "there is no option --base-ulr: did you mean --base-url?",
    ),
    (("sweep", "--bukcet=b"), "there is no option --bukcet: did you mean --bucket?"),
    (("audit", "-x", "it"), "there is no option -x: mixpeek-conformance audit --help lists what there is"),
    (("serve", "--port"), "option '--port' requires an argument: mixpeek-conformance serve --help lists"),
    (("compare", "a"), "missing argument 'CURRENT': mixpeek-conformance compare --help lists"),
    (("compare", "a", "b", "c"), "got unexpected extra argument (c): mixpeek-conformance compare --help lists"),
    (("compare", "--format", "xml", "a", "b"), "--format 'xml' is not known: give one of text, markdown, json"),
    (("serve", "--fault", "a", "--variant", "b"), "exclude each other"),
    (("serve", "--fault", "no-such-fault"), "'no-such-fault' is none of the faults"),
    (("requirements", "--edition", "1999-01"), "edition '1999-01' is not known"),
    (("explain", "MERGE-NUL"), "MERGE-NUL is no requirement: did you mean MERGE-NULL?"),
    (("explain", "--edition", "1999-01", "MERGE-NULL"), "edition '1999-01' is not known"),
    (("explain", "merge"), "merge is no requirement: mixpeek-conformance requirements --area MERGE lists those"),
    (("explain",), "missing argument 'REQUIREMENT...': mixpeek-conformance explain --help lists"),
    (("requirements", "--area", "merging"), "merging is no area: did you mean MERGE?"),
    (("init", "--ci", "gitlb"), "--ci 'gitlb' is not known: did you mean gitlab?"),
    (("schema",), "missing argument 'FILE': give one of conformance.toml, waivers.toml, conformance.json"),
    (("run", "--effort", "standart"), "--effort 'standart' is not known: did you mean standard?"),
    (("requirements", "--level", "MAY"), "MAY is no level: give one of MUST, SHOULD"),
    (("serve", "--port", "nonsense"), "--port 'nonsense' is no whole number from 0 to 65535"),
]


@pytest.mark.parametrize(
    ("arguments", "said"), WRONG, ids=lambda value: value[-1] if isinstance(value, tuple) else ""
)
def test_wrong_use_is_one_line(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """What the command does not take is told in one line, with a guess, and nothing is written."""
    done = command(*arguments, environment={}, folder=tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert len(done.stderr.splitlines()) == 1
    assert re.match(rf"mixpeek-conformance(?: {arguments[0]})?(?: [a-z]+)?: ", done.stderr)
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


ADVISED = {
    "--api-key=K": "a key is never taken from the command line: set MIXPEEK_API_KEY",
    "--API_key=K": "a key is never taken from the command line: set MIXPEEK_API_KEY",
    "--token=K": "a key is never taken from the command line: set MIXPEEK_API_KEY",
    "--foreign-api-key=K": "a key is never taken from the command line: set MIXPEEK_FOREIGN_API_KEY",
    "--foreign-namespace=K": "it stands in conformance.toml alone, or in MIXPEEK_FOREIGN_NAMESPACE",
    "--client_key=K": "did you mean --client-key?",
    "--nothing-like-it=K": "see the help",
    "-XK": "see the help",
}


def test_the_value_of_an_unknown_option_is_not_repeated() -> None:
    """It may be a key; an option that somebody looks for who has one is answered with the variable that takes it."""
    for argument, advised in ADVISED.items():
        written = argument.removesuffix("K") + "hunter22"
        told = misspelt.unknown_option(written, known(), "see the help")
        assert told.endswith(f": {advised}"), told
        assert "hunter22" not in told


@pytest.mark.parametrize("before", [(), ("run",), ("run", "--effort"), ("explain",), ("load", "--users")])
def test_what_looks_like_a_key_is_not_repeated(before: tuple[str, ...], tmp_path: Path) -> None:
    """Wherever somebody writes a key, the line that refuses it is without it."""
    done = command(*before, "sk_live_Canary0123", environment={}, folder=tmp_path)
    assert done.returncode == 4
    assert "[API key]" in done.stderr
    assert "Canary" not in done.stdout + done.stderr


def help_of(folder: Path, *arguments: str) -> Done:
    done = command(*arguments, environment={"MIXPEEK_BASE_URL": "http://127.0.0.1:9"}, folder=folder)
    assert not done.stderr if done.returncode == 0 else not done.stdout
    assert not list(folder.iterdir())
    return done


@pytest.mark.parametrize("arguments", [("doctor", "--help"), ("doctor", "-h"), ("run", "-h"), ("help", "run")])
def test_help_sends_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Help of the commands that ask a target lists their options, and asks nothing."""
    done = help_of(tmp_path, *arguments)
    assert done.returncode == 0
    assert "--base-url URL" in done.stdout
    assert ("-k EXPRESSION" in done.stdout) == ("run" in arguments)


def test_every_command_has_help_that_is_found_in_each_form(tmp_path: Path) -> None:
    """Each command that is listed has a screen of help, of lines that fit, and the list has them all."""
    listed = help_of(tmp_path, "--help").stdout.partition("commands:")[2].partition("options:")[0]
    names = re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)
    assert names == list(commands.commands)
    for name in names:
        told = help_of(tmp_path, name, "--help").stdout
        assert told == help_of(tmp_path, "help", name).stdout
        assert told.startswith(f"Usage: mixpeek-conformance {name} ")
        assert "  -h, --help" in told
        assert max(map(len, told.splitlines())) <= 80


def test_letters_behind_an_option_of_pytest_are_its_value(tmp_path: Path) -> None:
    """`-khV` chooses checks: no letter of it asks for help or the version."""
    done = command("run", "--demo", "--collect-only", "-khV", environment={}, folder=tmp_path)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "usage" not in done.stdout.lower()


def test_help_of_all_commands_waits_for_nothing() -> None:
    """The list of commands is shown without the table of options, and without what asks a target."""
    program = "import sys; from mixpeek_conformance.cli import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment_of({}), capture_output=True, text=True, check=True
    )
    imported = set(done.stdout.splitlines()[-1].split())
    assert "click" in imported
    assert not imported & {"pytest", "httpx", "hypothesis", "fixtures.target.options", "reports.result.document"}


def test_the_command_introduces_itself(tmp_path: Path) -> None:
    """Without a command there is one screen of help, and wrong use; version and help are asked for in any form."""
    bare, asked = help_of(tmp_path), help_of(tmp_path, "help")
    assert (bare.returncode, asked.returncode) == (4, 0)
    assert bare.stderr.splitlines()[:-1] == asked.stdout.splitlines()
    assert bare.stderr.endswith("the following arguments are required: COMMAND\n")
    assert len(asked.stdout.splitlines()) <= 40
    versions = {help_of(tmp_path, *given).stdout for given in (("-V",), ("--version",), ("run", "--version"))}
    assert len(versions) == 1
    assert re.fullmatch(rf"mixpeek-conformance \S+, edition {DEFAULT}\n", versions.pop())


def test_without_adds_up(tmp_path: Path, conform: Conform) -> None:
    """What the table declares missing stays declared when an option declares more."""
    (tmp_path / "conformance.toml").write_text('[targets.staging]\nwithout = ["foreign-key"]\n')
    outcome = conform("--target", "staging", "--without", "other-namespace", *FEW)
    assert outcome.result["target"]["without"] == ["foreign-key", "other-namespace"]


@pytest.mark.parametrize("workers", WORKERS)
def test_quiet_is_quiet(workers: tuple[str, ...], tmp_path: Path) -> None:
    """With -q nothing is said but the verdict, whoever asks."""
    outcome = run_suite((*DEMO, *workers), {}, tmp_path)
    assert_judged(outcome)
