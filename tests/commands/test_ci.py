"""What a run tells the service that runs a build: read again as that service reads it."""

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.ci import announce
from reports.renderings import markdown
from reports.renderings.annotations import FORMS, Annotation, Severity, annotations, azure, github, teamcity
from tests.support.commands import Conform, Outcome, command
from tests.support.results import AWKWARD, BEGAN, asked, folded, kinds

HOSTILE = "a%0A::error::b\r\n::set-output name=x::1 ##vso[task.complete] ##teamcity[x] | ' ] ; , é \U0001f600 %AZP25"
"""What a target may send, to end a command or to begin another one."""


def read_github(line: str) -> tuple[str, str, str]:
    """Read a workflow command, as the runner does: its kind, its title and its text."""
    found = re.fullmatch(r"::(\w+) title=([^,:]*)::(.*)", line)
    assert found, line
    kind, title, text = found.groups()
    for escaped, plain in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        title, text = title.replace(escaped, plain), text.replace(escaped, plain)
    return kind, title, text


def read_azure(line: str) -> tuple[str, str, str]:
    """Read a logging command, as the agent does."""
    found = re.fullmatch(r"##vso\[task\.logissue type=(\w+);code=([^;\]]*)\](.*)", line)
    assert found, line
    kind, title, text = found.groups()
    for escaped, plain in (("%3B", ";"), ("%5D", "]"), ("%0D", "\r"), ("%0A", "\n"), ("%AZP25", "%")):
        title, text = title.replace(escaped, plain), text.replace(escaped, plain)
    return kind, title, text


def read_teamcity(line: str) -> tuple[str, str, str]:
    """Read a service message, as the server does."""
    value = r"((?:[^|'\[\]\n]|\|.)*)"
    found = re.fullmatch(rf"##teamcity\[buildProblem description='{value}' identity='{value}'\]", line)
    assert found, line
    assert line.isascii()

    def unescaped(found: re.Match[str]) -> str:
        units, character = found.groups()
        if units:
            return bytes.fromhex(units.replace("|0x", "")).decode("utf-16-be")
        return {"n": "\n", "r": "\r"}.get(character, character)

    def plain(text: str) -> str:
        return re.sub(r"((?:\|0x[0-9a-f]{4})+)|\|(.)", unescaped, text)

    title, _, text = plain(found[1]).partition(": ")
    return "error", title, text


READERS: dict[str, Callable[[str], tuple[str, str, str]]] = {
    "github": read_github,
    "azure": read_azure,
    "teamcity": read_teamcity,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["non-conformant", "strict"])
def test_a_service_reads_what_was_told(form: str, kind: str, tmp_path: Path) -> None:
    """Every annotation comes back whole: its severity, its title and its lines."""
    told = [one for one in annotations(kinds(tmp_path)[kind]) if one.severity is Severity.ERROR]
    assert told
    for one in told:
        line = FORMS[form](one)
        assert len(line.splitlines()) == 1
        assert READERS[form](line) == (str(one.severity), one.title, one.text)


@pytest.mark.parametrize("form", FORMS)
def test_a_target_gives_no_commands(form: str, tmp_path: Path) -> None:
    """What a target sends stands in the text of one annotation, and is a command to no service."""
    broken = kinds(tmp_path)["non-conformant"]
    [judgement] = [one for one in broken.judgements if one.requirement.id == "TIME-FORMAT"]
    shown = replace(judgement.violations[0], actual=HOSTILE)
    hostile = replace(broken, judgements=(replace(judgement, violations=(shown,)),))
    [one] = annotations(hostile)
    line = FORMS[form](one)
    assert len(line.splitlines()) == 1
    assert READERS[form](line) == ("error", one.title, one.text)
    assert not re.search(r"##\w*\[", line[2:])
    assert not any(text.lstrip().startswith("::") for text in one.text.splitlines())


def test_titles_are_escaped_too() -> None:
    """A title holds no end of a property, whatever stands in it."""
    one = Annotation(Severity.ERROR, "a,b:c;d]e%f", "x")
    assert read_github(github(one))[1] == read_azure(azure(one))[1] == one.title
    assert read_teamcity(teamcity(replace(one, title="a'b]|c")))[1] == "a'b]|c"


SEVERITIES = {
    "conformant": set(),
    "non-conformant": {"error", "warning"},
    "strict": {"error"},
    "demonstration": {"notice"},
    "waived": {"notice", "error", "warning"},
}


@pytest.mark.parametrize("kind", SEVERITIES)
def test_what_counts_is_an_error(kind: str, tmp_path: Path) -> None:
    """A violation that binds is an error, a SHOULD warns; what is waived, or of a demonstration, is noted."""
    found = list(annotations(kinds(tmp_path)[kind]))
    assert {str(one.severity) for one in found} == SEVERITIES[kind]
    assert all(one.title.startswith("demonstration: ") for one in found) or kind != "demonstration"


def test_what_does_not_count_breaks_no_build() -> None:
    """A warning is not a problem of the build, and a notice is a plain line if the service has none."""
    warning, notice = Annotation(Severity.WARNING, "A", "b"), Annotation(Severity.NOTICE, "A", "b")
    assert teamcity(warning) == "##teamcity[message text='A: b' status='WARNING']"
    assert teamcity(notice) == "##teamcity[message text='A: b' status='NORMAL']"
    assert azure(warning) == "##vso[task.logissue type=warning;code=A]b"
    assert azure(notice) == "A: b"
    assert github(notice) == "::notice title=A::b"


BROKEN = ("-k", "TIME-FORMAT", "--effort=smoke")


@pytest.fixture
def broken(conform: Conform) -> Callable[..., Outcome]:
    """Run one check against a target that breaks its requirement, in the environment of a service."""

    def run(*arguments: str, **environment: str) -> Outcome:
        at = "/faults/naive-timestamps"
        return conform(*BROKEN, *arguments, at=at, renderings=True, **environment)

    return run


def test_github_gets_annotations_and_a_summary(broken: Callable[..., Outcome], tmp_path: Path) -> None:
    """One annotation a violation, on a line of its own, and the summary behind what other steps have written."""
    summary = tmp_path / "step.md"
    summary.write_text("# before\n", "utf-8")
    outcome = broken(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    [line] = [one for one in outcome.output.splitlines() if one.startswith("::")]
    kind, title, text = read_github(line)
    assert (kind, title) == ("error", "TIME-FORMAT violated")
    assert "which has no UTC offset" in text
    assert outcome.code == 1
    written = summary.read_text("utf-8")
    assert written.startswith("# before\n## ❌ partial, non-conformant")
    assert written.strip().endswith((outcome.folder / "summary.md").read_text("utf-8").strip())


def test_a_summary_that_cannot_be_written_changes_no_verdict(broken: Callable[..., Outcome], tmp_path: Path) -> None:
    """What the service does not take is said in one line; the exit code is that of the verdict."""
    outcome = broken(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert outcome.code == 1
    assert "GITHUB_ACTIONS is set, and the build was not told all: [Errno 21]" in outcome.output


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes")
@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_pipe_that_nobody_reads_is_not_waited_for(
    variable: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe in place of a file that a service names is told, and ends no run."""
    os.mkfifo(tmp_path / "pipe")
    announce(folded(*asked()), None, {"GITHUB_ACTIONS": "true", variable: str(tmp_path / "pipe")})
    assert "the build was not told all: [Errno 6]" in capsys.readouterr().err


TOLD = (
    r"^##vso\[task\.logissue type=error;code=TIME-FORMAT violated\]MUST: .*%0Aexpected created_at",
    r"^##vso\[task\.uploadsummary\]/.*/summary\.md$",
    r"^##teamcity\[buildProblem description='TIME-FORMAT violated: MUST: .*\|nexpected",
    r"^##teamcity\[importData type='junit' path='/.*/junit\.xml'\]$",
    r"^  Jenkins shows junit '\./junit\.xml' and recordIssues tool: sarif",
)


def test_other_services(broken: Callable[..., Outcome]) -> None:
    """Azure Pipelines, TeamCity and Jenkins are told in their own words."""
    output = broken(TF_BUILD="True", TEAMCITY_VERSION="2026.1", JENKINS_URL="https://ci.example").output
    for told in TOLD:
        assert re.search(told, output, re.MULTILINE), told


def test_buildkite_gets_the_summary(broken: Callable[..., Outcome], tmp_path: Path) -> None:
    """The agent is handed the summary, with a style for the verdict."""
    agent = tmp_path / "bin" / "buildkite-agent"
    agent.parent.mkdir()
    agent.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/given\n', "utf-8")
    agent.chmod(agent.stat().st_mode | stat.S_IXUSR)
    outcome = broken(BUILDKITE="true", PATH=f"{agent.parent}{os.pathsep}{os.environ['PATH']}")
    assert (tmp_path / "arguments").read_text() == "annotate --style error --context mixpeek-conformance\n"
    assert (tmp_path / "given").read_bytes() == (outcome.folder / "summary.md").read_bytes()


def test_a_part_is_no_success(tmp_path: Path) -> None:
    """What was chosen holds, and is told as partial: neither green nor plainly conformant."""
    agent = tmp_path / "buildkite-agent"
    agent.write_text(f'#!/bin/sh\necho "$3" > {tmp_path}/style\ncat > /dev/null\n', "utf-8")
    agent.chmod(agent.stat().st_mode | stat.S_IXUSR)
    outputs = tmp_path / "outputs"
    part = folded(*asked("RESPONSE-WHOLE-NUMBERS"), began=replace(BEGAN, options={"only": "MUST"}))
    services = {"BUILDKITE": "true", "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    for found, style, verdict in (
        (folded(*asked()), "success", "conformant"),
        (part, "warning", "partial, conformant"),
    ):
        outputs.unlink(missing_ok=True)
        announce(found, None, {**services, "GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(outputs)})
        assert (tmp_path / "style").read_text().strip() == style
        told = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        assert (told["verdict"], told["partial"]) == (verdict, str(found.partial).lower())


def test_nothing_is_told_if_that_was_ruled_out(broken: Callable[..., Outcome], tmp_path: Path) -> None:
    """With --no-annotations, and without a service, the log has no command."""
    summary = tmp_path / "step.md"
    outcome = broken("--no-annotations", GITHUB_ACTIONS="true", TF_BUILD="1", GITHUB_STEP_SUMMARY=str(summary))
    assert not re.search(r"^(::|##)", outcome.output, re.MULTILINE)
    assert not summary.exists()


def test_awkward_text_is_whole(tmp_path: Path) -> None:
    """Text with markup, controls and characters beyond ASCII is told with its escapes."""
    texts = "\n".join(one.text for one in annotations(replace(kinds(tmp_path)["non-conformant"], began=BEGAN)))
    assert AWKWARD.partition("\0")[0] in texts
    assert "\\x00" in texts


def test_a_matrix_tells_its_table(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> None:
    """The table of targets is in the summary of the step, once; no run writes outputs over those of another."""
    summary, outputs = tmp_path / "step.md", tmp_path / "outputs"
    (tmp_path / "conformance.toml").write_text(f'[targets.one]\nbase-url = "{reference.base_url}"\n', "utf-8")
    told = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
    line = ("matrix", "--", "--effort=smoke", "-k", "TIME-FORMAT", "--result-only")
    command(*line, environment={**known, **told}, folder=tmp_path)
    assert summary.read_text("utf-8") == (tmp_path / "reports/targets/targets.md").read_text("utf-8") + "\n"
    assert not outputs.exists()


def test_a_failure_of_ours_changes_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong while a service is told, is said, and nothing is raised."""
    monkeypatch.setattr(markdown, "render", lambda _: 1 / 0)
    told = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}
    announce(kinds(tmp_path)["conformant"], None, told)
    assert "the build was not told all: division by zero" in capsys.readouterr().err
