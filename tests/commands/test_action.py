"""The action: its steps in bash, as a runner runs them, against a target that breaks one requirement."""

import json
import os
import re
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.reference.server import ReferenceServer
from tests.commands.test_init import check
from tests.support.commands import ROOT

pytestmark = pytest.mark.slow

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {one["name"]: one for one in ACTION["runs"]["steps"]}

GH = """#!/bin/sh
echo "$@" >> "$GH_CALLS"
case "$*" in
*--paginate*) cat "$GH_COMMENTS" 2> /dev/null || true ;;
*--method*) for last in "$@"; do case $last in body=@*) cp "${last#body=@}" "$GH_BODY" ;; esac; done ;;
esac
"""
"""What stands in for the command of GitHub: it keeps what it is called with."""


@dataclass
class Runner:
    """What a runner keeps of a job: its folders, and the outputs of the steps so far."""

    folder: Path
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    outputs: dict[str, str] = field(default_factory=dict)
    printed: str = ""
    installed: Path | None = None

    def run(self, name: str) -> int:
        """Run the script of one step in bash, and keep what it says and puts out."""
        step = STEPS[name]
        output = self.folder / f"output-{name}"
        output.write_text("", "utf-8")
        given = {key: self._value(text) for key, text in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.folder / "summary-of-step.md")}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder,
            env={**self.environment, **files, "RUNNER_TEMP": str(self.installed or self.folder / "temp"), **given},
            capture_output=True,
            text=True,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        for line in output.read_text("utf-8").splitlines():
            key, _, value = line.partition("=")
            self.outputs[key] = value
        return done.returncode

    def _value(self, text: str) -> str:
        """Evaluate the expressions of a value, of those forms that the action uses."""
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: self._expression(found[1]), str(text))

    def _expression(self, text: str) -> str:
        for part in text.split(" || "):
            scope, _, name = part.rpartition(".")
            known = {
                "inputs": self.inputs,
                "steps.run.outputs": self.outputs,
                "github": {"token": "ghs_x"},
                "github.event.pull_request": {"number": "7"},
            }[scope]
            if value := known.get(name, ""):
                return value
        return ""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> Mapping[str, str]:
    """The environment of a runner whose pip installs the suite alone: what it depends on is here."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "gh").write_text(GH, "utf-8")
    (folder / "gh").chmod((folder / "gh").stat().st_mode | stat.S_IXUSR)
    (folder / "python3").symlink_to(sys.executable)
    return {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "GITHUB_ACTIONS": "true",
        "CI": "true",
        "GITHUB_REPOSITORY": "them/theirs",
        "GH_CALLS": str(folder / "calls"),
        "GH_BODY": str(folder / "body"),
        "GH_COMMENTS": str(folder / "comments"),
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_FORCE_REINSTALL": "1",  # what is on PYTHONPATH looks as if it were installed
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "GITHUB_EVENT_NAME": "push",
        # The wheel stands in for the sources that the runner has checked out there, from which pip would build it.
        "GITHUB_ACTION_PATH": str(next(installed.parent.glob("*.whl"))),
    }


@pytest.fixture(scope="module")
def job(
    tmp_path_factory: pytest.TempPathFactory,
    environment: Mapping[str, str],
    reference: ReferenceServer,
    known: Mapping[str, str],
) -> Runner:
    """A job whose steps up to the run were made."""
    inputs = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
    inputs |= {
        "base-url": reference.fault_url("naive-timestamps"),
        "namespace": known["MIXPEEK_NAMESPACE"],
        "api-key": known["MIXPEEK_API_KEY"],
        "effort": "smoke",
        "without": "foreign-key delete",
        "options": "-k\nTIME-FORMAT or TIME-ORDER\n\n--seed=7\n",
    }
    runner = Runner(tmp_path_factory.mktemp("job"), inputs, environment)
    (runner.folder / "temp").mkdir()
    assert runner.run("Install") == 0, runner.printed
    assert runner.run("Run") == 0, runner.printed
    return runner


def test_the_action_is_as_published() -> None:
    """It keeps its published schema; each input is used, and no script has an expression in it."""
    check("vendor.github-actions", ROOT / "action.yml")
    text = (ROOT / "action.yml").read_text("utf-8")
    for name in ACTION["inputs"]:
        assert f"inputs.{name}" in text, name
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")


def test_the_outputs_say_what_was_found(job: Runner) -> None:
    """Verdict, requirements, folder and exit code; the job ends as the command did."""
    outputs = {name: job._value(one["value"]) for name, one in ACTION["outputs"].items()}
    folder = job.folder / "conformance"
    assert outputs == {
        "verdict": "non-conformant",
        "partial": "true",
        "violated": "TIME-FORMAT",
        "newly-broken": "",
        "report-dir": str(folder),
        "exit-code": "1",
    }
    result = json.loads((folder / "conformance.json").read_text("utf-8"))
    assert result["target"]["without"] == ["delete", "foreign-key"]
    assert result["run"]["seed"] == 7
    assert job.run("Verdict") == 1


def test_the_build_shows_what_was_found(job: Runner) -> None:
    """An annotation and the summary of the step; the key is nowhere."""
    assert re.search(r"^::error title=TIME-FORMAT violated::MUST", job.printed, re.MULTILINE)
    summary = (job.folder / "summary-of-step.md").read_text("utf-8")
    assert summary.startswith("## ❌ partial, non-conformant")
    assert job.inputs["api-key"] not in job.printed + summary


def test_code_scanning_and_artifact_get_the_folder(job: Runner) -> None:
    """What the two actions of others are given is there."""
    sarif = Path(job._value(STEPS["Code scanning"]["with"]["sarif_file"]))
    assert json.loads(sarif.read_text("utf-8"))["version"] == "2.1.0"
    assert job._value(STEPS["Artifact"]["with"]["path"]) == str(job.folder / "conformance")


def test_a_pull_request_has_one_comment(job: Runner, environment: Mapping[str, str]) -> None:
    """The first run writes a comment, and the next one writes over it."""
    calls, body = Path(environment["GH_CALLS"]), Path(environment["GH_BODY"])
    assert job.run("Comment") == 0
    assert "api --method POST repos/them/theirs/issues/7/comments" in calls.read_text("utf-8")
    mark, _, rest = body.read_text("utf-8").partition("\n")
    assert re.fullmatch(r"<!-- mixpeek-conformance [A-Za-z0-9._-]+ -->", mark)
    assert rest == (job.folder / "conformance" / "summary.md").read_text("utf-8")
    Path(environment["GH_COMMENTS"]).write_text("4711\n", "utf-8")
    assert job.run("Comment") == 0
    assert "api --method PATCH repos/them/theirs/issues/comments/4711" in calls.read_text("utf-8")


def test_wrong_use_ends_with_its_exit_code(job: Runner) -> None:
    """Without a result there are no outputs but the exit code, and the job ends with it."""
    wrong = Runner(job.folder, {**job.inputs, "effort": "much"}, job.environment)
    assert wrong.run("Run") == 0
    assert wrong.outputs == {"exit-code": "4"}
    assert "--effort 'much' is not known" in wrong.printed
    assert wrong.run("Verdict") == 4


def test_a_value_is_no_part_of_a_script(job: Runner) -> None:
    """What an input holds is one argument, whatever bash would make of it."""
    awkward = '$(touch "$RUNNER_TEMP/pwned"); `id` "x'
    wrong = Runner(job.folder, {**job.inputs, "namespace": awkward, "effort": awkward}, job.environment)
    assert wrong.run("Run") == 0
    assert wrong.outputs == {"exit-code": "4"}
    assert not (job.folder / "temp" / "pwned").exists()


def test_a_pull_request_is_held_against_the_default_branch(job: Runner, tmp_path: Path) -> None:
    """With `default-branch`, what a push has kept is the baseline of a pull request, which then passes."""
    inputs = {**job.inputs, "baseline": "default-branch", "options": "", "without": "foreign-key"}
    push = Runner(tmp_path, inputs, job.environment, installed=job.folder / "temp")
    assert push.run("Run") == 0
    assert push.outputs["exit-code"] == "1"
    assert push.run("Copy the result") == 0
    assert STEPS["Keep the baseline"]["with"]["path"] == STEPS["Get the baseline"]["with"]["path"]
    pull = Runner(
        tmp_path, inputs, {**job.environment, "GITHUB_EVENT_NAME": "pull_request"}, installed=job.folder / "temp"
    )
    assert pull.run("Run") == 0
    assert (pull.outputs["exit-code"], pull.outputs["verdict"]) == ("0", "non-conformant")
    assert pull.outputs["newly-broken"] == ""
    assert pull.run("Verdict") == 0
    assert "and no worse than the baseline" in (tmp_path / "summary-of-step.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"baseline": "nothing-there", "effort": "much"}, "--effort 'much'"),
        ({"edition": "1999-01"}, "--edition '1999-01'"),
        ({"waivers": "none.toml"}, "none.toml cannot be read"),
        ({"wait": "soon"}, "--wait 'soon'"),
        ({"keep": "some"}, "--keep 'some'"),
        ({"foreign-api-key": "sk_other_key_12345678"}, "a foreign key needs its namespace"),
    ],
)
def test_each_input_reaches_the_command(job: Runner, inputs: Mapping[str, str], said: str) -> None:
    """A wrong value of an input is told as that of the option."""
    wrong = Runner(job.folder, {**job.inputs, **inputs}, job.environment)
    assert wrong.run("Run") == 0
    assert wrong.outputs == {"exit-code": "4"}
    assert said in wrong.printed
