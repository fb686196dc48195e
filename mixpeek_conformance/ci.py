"""What a run tells the service that runs a build: annotations, a summary, the files that it shows."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from contracts.vocabulary import escaping
from fixtures.redaction import output_gate
from mixpeek_conformance.streams import say
from reports.renderings import markdown
from reports.renderings.annotations import FORMS, annotations
from reports.result.result import Result
from reports.result.verdicts import RunVerdict, Verdict

_SUMMARY, _JUNIT, _SARIF = "summary.md", "junit.xml", "conformance.sarif"
_LONGEST_CALL = 30.0
"""Seconds for the agent of a service."""


def announce(result: Result, folder: Path | None, environment: Mapping[str, str] = os.environ) -> None:
    """Tell the service that runs the build what was found; `folder` is that of the reports, None without renderings.

    Nothing is told if no service is there. What a service does not take is said, and changes no exit code.
    """
    for variable, tell in SERVICES.items():
        if environment.get(variable):
            try:
                tell(result, folder, environment)
            except Exception as error:  # noqa: BLE001 - the verdict stands, whatever a service or a rendering does
                say(f"mixpeek-conformance: {variable} is set, and the build was not told all: {error}", error=True)


def summarise(file: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Append a file in Markdown to the summary of the step, if this is GitHub. Raises OSError."""
    if environment.get("GITHUB_ACTIONS") and (summary := environment.get("GITHUB_STEP_SUMMARY")):
        _append(summary, file.read_bytes() + b"\n")


def _github(result: Result, folder: Path | None, environment: Mapping[str, str]) -> None:
    """Annotate the build, and let later steps read the verdict: `steps.ID.outputs.verdict`."""
    _annotate("github", result)
    if outputs := environment.get("GITHUB_OUTPUT"):
        lines = (f"{name}={value}\n" for name, value in _outputs(result, folder))
        _append(outputs, "".join(lines).encode("utf-8", "replace"))
    if summary := environment.get("GITHUB_STEP_SUMMARY"):
        _append(summary, markdown.render(result) + b"\n")


def _append(file: str, data: bytes) -> None:
    """Append to a file that a service names. Raises OSError, also for a pipe that nobody reads: it never opens."""
    with open(file, "ab", opener=_at_once) as written:
        written.write(data)


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def _outputs(result: Result, folder: Path | None) -> Iterator[tuple[str, str]]:
    """Yield the outputs of a step, each on one line."""
    violated = result.violated
    # A part that was asked and holds is no pass, and no step is to take it for one.
    part = result.partial and result.gate is RunVerdict.CONFORMANT
    yield "verdict", f"partial, {result.verdict}" if part else str(result.verdict)
    yield "partial", str(result.partial).lower()
    yield "demonstration", str(result.demonstration).lower()
    yield "violated", " ".join(violated)
    if result.baseline is not None and result.baseline.run:
        newly = (Verdict.VIOLATED, Verdict.INCONCLUSIVE)
        broken = [
            judgement.requirement.id
            for judgement in result.judgements
            if judgement.verdict in newly and result.binds(judgement)
        ]
        yield "newly-broken", " ".join(broken)
    yield "exit-code", str(int(result.exit_code))
    if folder is not None:
        yield "report-dir", _path(folder)


def _gitlab(result: Result, folder: Path | None, environment: Mapping[str, str]) -> None:
    """Say nothing: GitLab reads the code quality report and JUnit in the folder, as artifacts of the job."""


def _azure(result: Result, folder: Path | None, environment: Mapping[str, str]) -> None:  # noqa: ARG001 - all alike
    _annotate("azure", result)
    if folder is not None:
        output_gate.command(f"##vso[task.uploadsummary]{_path(folder / _SUMMARY)}")


def _teamcity(result: Result, folder: Path | None, environment: Mapping[str, str]) -> None:  # noqa: ARG001 - all alike
    _annotate("teamcity", result)
    if folder is not None:
        path = _path(folder / _JUNIT).replace("|", "||").replace("'", "|'").replace("[", "|[").replace("]", "|]")
        output_gate.command(f"##teamcity[importData type='junit' path='{path}']")


def _jenkins(result: Result, folder: Path | None, environment: Mapping[str, str]) -> None:  # noqa: ARG001 - all alike
    """Name what steps of a Jenkinsfile show: the log of Jenkins takes no commands."""
    if folder is not None:
        place = os.path.relpath(folder)
        say(f"  Jenkins shows junit '{place}/{_JUNIT}' and recordIssues tool: sarif(pattern: '{place}/{_SARIF}')")


def _buildkite(result: Result, folder: Path | None, environment: Mapping[str, str]) -> None:  # noqa: ARG001 - all alike
    """Show the summary as an annotation of the build, if its agent is there."""
    agent = shutil.which("buildkite-agent", path=environment.get("PATH"))
    if agent is None:
        return
    styles = {RunVerdict.CONFORMANT: "success", RunVerdict.NON_CONFORMANT: "error"}
    style = "info" if result.demonstration else styles.get(result.gate, "warning")
    style = "warning" if (result.partial or result.no_worse) and style == "success" else style
    context = f"mixpeek-conformance {result.began.target or ''}".strip()
    command = [agent, "annotate", "--style", style, "--context", context]
    given = markdown.render(result)
    done = subprocess.run(command, input=given, capture_output=True, timeout=_LONGEST_CALL, check=False)  # noqa: S603
    if done.returncode:
        raise OSError(f"buildkite-agent annotate ended with {done.returncode}")


SERVICES: dict[str, Callable[[Result, Path | None, Mapping[str, str]], None]] = {
    "GITHUB_ACTIONS": _github,
    "GITLAB_CI": _gitlab,
    "TF_BUILD": _azure,
    "TEAMCITY_VERSION": _teamcity,
    "JENKINS_URL": _jenkins,
    "BUILDKITE": _buildkite,
}
"""The services, each by the variable that it sets in every build."""


def _annotate(form: str, result: Result) -> None:
    for annotation in annotations(result):
        output_gate.command(FORMS[form](annotation))


def _path(path: Path) -> str:
    """Return a path on one line of a log."""
    return escaping.line(str(path.absolute()))
