"""The jobs that `init` writes: their steps in bash, as a runner runs them, with the wheel of this checkout."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.reference.server import ReferenceServer
from mixpeek_conformance import installed_from
from mixpeek_conformance.commands import init
from mixpeek_conformance.project_files import Jobs
from tests.commands.test_init import PUBLISHED, check
from tests.support.commands import Done, command

pytestmark = pytest.mark.slow

OLD, NEW = "naive-timestamps", "nulls-ignored"
"""A fault that the default branch has, and one that a pull request brings."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> dict[str, str]:
    """The environment of a runner whose pip installs the suite alone: what it depends on is here."""
    folder = tmp_path_factory.mktemp("machine")
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "CI": "true",
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_FORCE_REINSTALL": "1",  # what is behind dependencies.pth looks as if it were installed
        "PIP_ROOT_USER_ACTION": "ignore",
        "WHEEL": str(next(installed.parent.glob("*.whl"))),
    }


@dataclass
class Job:
    """The job of a project, as its runner knows it: its folder, the cache of the service, and what steps put out."""

    folder: Path
    machine: dict[str, str]
    variables: Mapping[str, str]
    outputs: dict[str, str] = field(default_factory=dict)

    def bash(self, script: str, **environment: str) -> Done:
        """Run a script as runners do, and keep what it puts out."""
        output = self.folder / "output.txt"
        output.write_text("", "utf-8")
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.folder / "summary-of-step.md")}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.machine, **self.variables, **files, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        self.outputs |= dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
        if "pip install" in script:
            self.machine.pop("PIP_FORCE_REINSTALL", None)  # it is there now: once is slow enough
        return done

    def github(self, event: str, **environment: str) -> tuple[int, str]:
        """Run the job of GitHub for an event: return its exit code, and what it printed."""
        [job] = yaml.safe_load((self.folder / PUBLISHED["vendor.github-workflows"]).read_text("utf-8"))[
            "jobs"
        ].values()
        code, printed = 0, ""
        self.outputs.clear()
        (self.folder / "summary-of-step.md").unlink(missing_ok=True)
        given = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, **environment}
        for step in job["steps"]:
            if not self._is_due(step.get("if", "success()"), event, code):
                continue
            if "run" in step:
                texts = {name: self._value(str(text)) for name, text in step.get("env", {}).items()}
                done = self.bash(step["run"], **given, **texts)
                code, printed = code or done.returncode, printed + done.stdout + done.stderr
                self.outputs |= {"exit-code": str(done.returncode)} if step.get("id") and not self.outputs else {}
            self._cache(step)
        return code, printed

    def _cache(self, step: Mapping[str, Any]) -> None:
        kind = step.get("uses", "").partition("@")[0]
        path = self.folder / step.get("with", {}).get("path", "")
        kept = self.folder / "cache"
        if kind == "actions/cache/save":
            shutil.copytree(path, kept, dirs_exist_ok=True)
        elif kind == "actions/cache/restore" and kept.exists():
            shutil.copytree(kept, path, dirs_exist_ok=True)

    def _is_due(self, condition: str, event: str, code: int) -> bool:
        """Evaluate a condition, of those forms that the workflow uses."""
        text = condition.removeprefix("${{").removesuffix("}}").strip()
        text = re.sub(r"steps\.conformance\.outputs\.([\w-]+)", lambda one: repr(self.outputs.get(one[1], "")), text)
        text = re.sub(r"!(?!=)", " not ", text.replace("&&", " and ").replace("||", " or "))
        known = {"cancelled": lambda: False, "success": lambda: code == 0, "contains": lambda one, of: of in one}
        due = eval(text.replace("github.event_name", repr(event)), {}, known)
        return bool(due) and (code == 0 or "cancelled()" in condition)

    def _value(self, text: str) -> str:
        return re.sub(r"\$\{\{ \w+\.(\w+) \}\}", lambda found: self.variables.get(found[1], ""), text)

    def gitlab(self, **environment: str) -> tuple[int, str]:
        """Run the job of GitLab: return its exit code, and what it printed."""
        job = yaml.safe_load((self.folder / ".gitlab-ci.yml").read_text("utf-8"))["conformance"]
        pull = environment["CI_PIPELINE_SOURCE"] == "merge_request_event"
        if (self.folder / "cache").exists():
            shutil.copytree(self.folder / "cache", self.folder / "baseline", dirs_exist_ok=True)
        given = {"GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "" if pull else "main"}
        done = self.bash("\n".join([*job["before_script"], *job["script"]]), **{**given, **environment})
        if not pull and (self.folder / "baseline").exists():
            shutil.copytree(self.folder / "baseline", self.folder / "cache", dirs_exist_ok=True)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def job(tmp_path: Path, machine: dict[str, str], known: Mapping[str, str]) -> Job:
    """The jobs of a new project, which asks pull requests too and gets the suite by a variable."""
    words = ("init", "--ci", "github", "--ci", "gitlab", "--pull-requests", "--install", "${WHEEL}")
    given = {"MIXPEEK_BASE_URL": "http://127.0.0.1:1", "MIXPEEK_NAMESPACE": known["MIXPEEK_NAMESPACE"]}
    assert command(*words, environment=given, folder=tmp_path).returncode == 0
    file = tmp_path / "conformance.toml"
    file.write_text(file.read_text("utf-8").replace('effort = "standard"', 'effort = "smoke"', 1), "utf-8")
    return Job(tmp_path, machine, {"MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"]})


def test_a_pull_request_on_github(job: Job, reference: ReferenceServer) -> None:
    """It passes with what the default branch breaks too, and each part of the build says so."""
    old = {"MIXPEEK_BASE_URL": reference.fault_url(OLD)}
    code, printed = job.github("push", **old)
    assert (code, job.outputs["verdict"]) == (1, "non-conformant"), printed
    assert re.search(r"^::error title=TIME-FORMAT violated", printed, re.MULTILINE)
    assert json.loads((job.folder / "cache" / "conformance.json").read_text("utf-8"))["exit_code"] == 1
    archive = json.loads((job.folder / "conformance" / "exchanges.har").read_text("utf-8"))["log"]
    assert len(archive["entries"]) < 150  # the evidence alone

    code, printed = job.github("pull_request", **old)
    assert (code, job.outputs["newly-broken"]) == (0, ""), printed
    summary = (job.folder / "summary-of-step.md").read_text("utf-8")
    assert summary.startswith("## 🟡 non-conformant, and no worse than the baseline")
    assert re.search(r"^::notice title=TIME-FORMAT violated", printed, re.MULTILINE)
    assert not re.search(r"^::(error|warning) title=TIME-FORMAT", printed, re.MULTILINE)


def test_a_merge_request_on_gitlab(job: Job, reference: ReferenceServer) -> None:
    """It fails for what is newly broken, and for nothing else."""
    assert job.gitlab(CI_PIPELINE_SOURCE="push", MIXPEEK_BASE_URL=reference.fault_url(OLD))[0] == 1
    new = {"MIXPEEK_BASE_URL": reference.fault_url(NEW)}
    code, printed = job.gitlab(CI_PIPELINE_SOURCE="merge_request_event", **new)
    assert code == 1
    assert "1 MUST is newly broken: MERGE-NULL." in printed
    [issue] = json.loads((job.folder / "conformance" / "gl-code-quality-report.json").read_text("utf-8"))
    assert (issue["check_name"], issue["severity"]) == ("MERGE-NULL", "critical")
    kept = json.loads((job.folder / "cache" / "conformance.json").read_text("utf-8"))
    assert [one["id"] for one in kept["requirements"] if one["verdict"] == "violated"] == ["TIME-FORMAT"]


def test_wrong_use_is_kept_by_no_job(job: Job) -> None:
    """A run without a result ends the job with its exit code, and is not a baseline."""
    job.variables = {}
    code, printed = job.github("push")
    assert code == 4
    assert "MIXPEEK_API_KEY" in printed
    assert not (job.folder / "cache").exists()


@pytest.mark.parametrize("words", [(), ("--pull-requests",)])
@pytest.mark.parametrize("source", [(), ("--install", "suite==1.2", "--index-url", "https://h/simple")])
def test_the_files_are_as_published(words: tuple[str, ...], source: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever was chosen, workflow and pipeline keep their schemas, and no script has an expression in it."""
    done = command("init", "--ci", "github", "--ci", "gitlab", *words, *source, environment={}, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    for schema, name in PUBLISHED.items():
        check(schema, tmp_path / name)
        text = (tmp_path / name).read_text("utf-8")
        assert ("--baseline" in text) is bool(words)
        assert ('--index-url "https://h/simple" "suite==1.2"' in text) is bool(source)
    [job] = yaml.safe_load((tmp_path / PUBLISHED["vendor.github-workflows"]).read_text("utf-8"))["jobs"].values()
    assert not any("${{" in step.get("run", "") for step in job["steps"])


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_a_place_that_is_not_known_is_asked_for(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A suite that this machine alone has comes from a variable, which `init` and the job name."""
    monkeypatch.setattr(installed_from, "requirement", lambda _: None)
    assert init.init(tmp_path, "staging", Jobs((service,)), {}) == 0
    assert "make CONFORMANCE_SUITE a variable of the repository" in capsys.readouterr().out
    text = (tmp_path / init.WORKFLOWS[service]).read_text("utf-8")
    [line] = [one.strip() for one in text.splitlines() if "pip install" in one]
    for value, said in (("", "CONFORMANCE_SUITE: set it to what pip installs the suite from"), ("x y", "<x y>")):
        script = f'python() {{ for one; do echo "<$one>"; done; }}\n{line}'
        done = subprocess.run(
            ["bash", "-ec", script], env={"CONFORMANCE_SUITE": value}, capture_output=True, text=True, check=False
        )
        assert (done.returncode == 0) is bool(value)
        assert said in done.stdout + done.stderr
