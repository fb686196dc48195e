"""`init`, `schema` and `completion`: what a project begins with is right, and nothing of it is overwritten."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from contracts.catalogue import CATALOGUE
from contracts.catalogue.levels import LEVELS, is_within
from fixtures.reference.server import ReferenceServer
from fixtures.target.options import OPTIONS
from mixpeek_conformance import installed_from
from mixpeek_conformance.commands import init
from reports.result import waiver_file
from tests.support.commands import ROOT, command

FILES = {"conformance.toml", "waivers.toml", ".github/workflows/conformance.yml", ".gitlab-ci.yml"}
BOTH = ("init", "--ci", "github", "--ci", "gitlab")
PUBLISHED = {
    "vendor.github-workflows": ".github/workflows/conformance.yml",
    "vendor.gitlab-ci": ".gitlab-ci.yml",
}


def check(schema: str, path: Path) -> None:
    """Hold a file against a published schema, of those that check-jsonschema brings (SchemaStore and GitLab)."""
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def schema_of(name: str, folder: Path) -> Draft202012Validator:
    document = json.loads(command("schema", name, environment={}, folder=folder).stdout)
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A folder in which `init` was called."""
    done = command(*BOTH, environment={}, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_the_files_are_as_published(begun: Path) -> None:
    """Workflow and pipeline keep their published schemas, and run the target that is in the file."""
    assert {str(one.relative_to(begun)) for one in begun.rglob("*") if one.is_file()} == FILES
    for schema, name in PUBLISHED.items():
        check(schema, begun / name)
        assert "mixpeek-conformance run --target staging" in (begun / name).read_text("utf-8")
        assert not re.search("<<|>>|<%|%>", (begun / name).read_text("utf-8"))
    job = yaml.safe_load((begun / ".gitlab-ci.yml").read_text("utf-8"))["conformance"]
    assert job["artifacts"]["reports"]["junit"] == "conformance/junit.xml"


def test_every_comment_of_the_file_is_right(begun: Path) -> None:
    """`conformance.toml` keeps its schema as it is and with every option in use, and has them all."""
    text = (begun / "conformance.toml").read_text("utf-8")
    validator = schema_of("conformance.toml", begun)
    validator.validate(tomllib.loads(text))
    whole = tomllib.loads(re.sub(r"^#(?=[a-z])", "", text, flags=re.MULTILINE))
    validator.validate(whole)
    assert set(whole["targets"]["staging"]) == {option.name for option in OPTIONS if option.in_file}


def test_the_waiver_that_is_shown_is_one(begun: Path) -> None:
    """The example of `waivers.toml` is accepted once its marks of a comment are gone, and keeps the schema."""
    file = begun / "waivers.toml"
    assert waiver_file.load(file, datetime.now(UTC).date(), ["staging"]) == ()
    stanza = re.sub(r"^# ?", "", file.read_text("utf-8").partition("#\n")[2], flags=re.MULTILINE)
    file.write_text(stanza, "utf-8")
    [waiver] = waiver_file.load(file, datetime.now(UTC).date(), ["staging"])
    assert waiver.requirement == "TIME-FORMAT"
    read = json.loads(json.dumps(tomllib.loads(stanza), default=str))
    validator = schema_of("waivers.toml", begun)
    validator.validate(read)
    for change in ({"requirement": "TIME-FORMT"}, {"expires": "soon"}, {"owner": "me"}, {"reason": ""}):
        assert not validator.is_valid({"waiver": [{**read["waiver"][0], **change}]})


def test_the_target_that_was_written_can_be_asked(
    reference: object, known: Mapping[str, str], tmp_path: Path
) -> None:
    """The doctor takes the file with the address and the namespace that `init` was given."""
    at = ("--base-url", f"{reference.base_url}/v1/", "--namespace", known["MIXPEEK_NAMESPACE"])  # type: ignore[attr-defined]
    assert command("init", "--name", "mine", *at, environment={}, folder=tmp_path).returncode == 0
    key = {"MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"]}
    done = command("doctor", "--target", "mine", environment=key, folder=tmp_path)
    assert "a run can begin" in done.stdout, done.stdout + done.stderr


def test_the_edition_that_fits_is_written(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """If it is to be found out, the target is asked; if it is named, or not given, nothing is sent."""
    at = {**known, "MIXPEEK_BASE_URL": reference.edition_url("2026-10")}
    done = command("init", "--edition", "best-fit", environment=at, folder=tmp_path)
    assert done.stdout.startswith("found  2026-10 fits best: nothing is against it; runner-up 2026-06")
    table = tomllib.loads((tmp_path / "conformance.toml").read_text("utf-8"))["targets"]["staging"]
    assert table["edition"] == "2026-10"
    for given, written in ((("--edition", "2026-06"), "2026-06"), ((), None)):
        folder = tmp_path / str(written)
        folder.mkdir()
        nowhere = {"MIXPEEK_BASE_URL": "http://127.0.0.1:1", "MIXPEEK_NAMESPACE": "a"}
        assert command("init", *given, environment=nowhere, folder=folder).returncode == 0
        table = tomllib.loads((folder / "conformance.toml").read_text("utf-8"))["targets"]["staging"]
        assert table.get("edition") == written


def test_an_edition_that_cannot_be_found_out_is_told(tmp_path: Path) -> None:
    """One line says why, with the exit code of the reason, and nothing is written."""
    at = {"MIXPEEK_BASE_URL": "http://127.0.0.1:1", "MIXPEEK_NAMESPACE": "a", "MIXPEEK_API_KEY": "sk_not_a_real_key"}
    for environment, code, words in (
        (at, 7, "the edition is not found out: no run can begin: http://127.0.0.1:1 does not answer"),
        (
            {},
            4,
            "--edition best-fit asks the target, and needs --base-url and --namespace and the key in MIXPEEK_API",
        ),
    ):
        done = command("init", "--edition", "best-fit", environment=environment, folder=tmp_path)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith(f"mixpeek-conformance init: {words}")
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "conformance.toml").exists()


REFUSED = {
    "nothing to write": (
        (),
        "conformance.toml, waivers.toml are there already, and nothing is overwritten: move them",
    ),
    "a job": (("--ci", "github"), ".github/workflows/conformance.yml is there already, and nothing is overwritten"),
    "another target": (("--ci", "gitlab", "--target", "prod"), "has no [targets.prod]; it has: staging: give --name"),
    "another place": (("--ci", "gitlab", "--base-url", "https://m.example"), "stays as it is: leave out --base-url"),
}


def test_nothing_is_overwritten(begun: Path) -> None:
    """What is there stays, and what would not be written, or not be used, is said."""
    before = {name: (begun / name).read_bytes() for name in FILES}
    for arguments, said in REFUSED.values():
        done = command("init", *arguments, environment={}, folder=begun)
        assert (done.returncode, done.stdout) == (4, ""), arguments
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    assert {str(one.relative_to(begun)): one.read_bytes() for one in begun.rglob("*") if one.is_file()} == before


def test_a_job_is_added_later(tmp_path: Path) -> None:
    """Targets and waivers of a project are kept; a pipeline that it has is told which file to include."""
    assert command("init", "--base-url", "https://m.example", environment={}, folder=tmp_path).returncode == 0
    (tmp_path / "waivers.toml").unlink()
    (tmp_path / ".gitlab-ci.yml").write_text("build: {script: make}\n", "utf-8")
    before = (tmp_path / "conformance.toml").read_bytes()
    done = command("init", "--ci", "gitlab", environment={}, folder=tmp_path)
    assert done.stdout.splitlines()[:3] == [
        "kept   conformance.toml",
        "wrote  waivers.toml",
        f"wrote  {init.INCLUDED}",
    ], done.stderr
    assert f"include: [{{local: {init.INCLUDED}}}]" in done.stdout
    assert (tmp_path / "conformance.toml").read_bytes() == before
    check("vendor.gitlab-ci", tmp_path / init.INCLUDED)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--name", "a b"), "--name 'a b' is no name of a target"),
        (("--base-url", "ftp://x"), "does not begin with http:// or https://"),
        (("--ci", "travis"), "--ci 'travis' is not known: give one of github, gitlab"),
    ],
)
def test_wrong_use_is_one_line(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """A value that cannot be right ends with exit code 4, and writes nothing."""
    done = command("init", *arguments, environment={}, folder=tmp_path)
    assert done.returncode == 4
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_name_cannot_leave_its_quotes(tmp_path: Path) -> None:
    """A namespace is written as TOML, whatever stands in it."""
    awkward = 'a"b\\c\n[targets.x]\né'
    assert command("init", "--namespace", awkward, environment={}, folder=tmp_path).returncode == 0
    read = tomllib.loads((tmp_path / "conformance.toml").read_text("utf-8"))
    assert read["targets"]["staging"]["namespace"] == awkward


def test_schemas_are_those_that_are_published(tmp_path: Path) -> None:
    """`schema` prints what the repository publishes; that of waivers has the requirements of the suite."""
    for name, file in (
        ("conformance.toml", "fixtures/target/conformance.toml.schema.json"),
        ("conformance.json", "reports/conformance.schema.json"),
    ):
        printed = command("schema", name, environment={}, folder=tmp_path).stdout
        assert json.loads(printed) == json.loads((ROOT / file).read_text("utf-8"))


COMPLETED = {
    "mixpeek-conformance re": {"replay", "requirements"},
    "mixpeek-conformance run --eff": {"--effort"},
    "mixpeek-conformance run --effort s": {"smoke", "standard"},
    "mixpeek-conformance run --help --target ": {"staging"},
    "mixpeek-conformance run --edition 2026-0": {"2026-02", "2026-04", "2026-06"},
    "mixpeek-conformance run --requirement merge-only": {"MERGE-ONLY-SENT"},
    "mixpeek-conformance explain MERGE-ONLY": {"MERGE-ONLY-SENT"},
    "mixpeek-conformance serve --fault put-": {"put-semantics"},
    "mixpeek-conformance edition d": {"diff"},
    "mixpeek-conformance matrix ": {"staging"},
    "mixpeek-conformance sweep --base": {"--base-url"},
}


@pytest.mark.parametrize("line", COMPLETED)
def test_a_shell_completes(line: str, begun: Path) -> None:
    """Commands, options, their values, and the names of targets are completed."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    asked = {"_MIXPEEK_CONFORMANCE_COMPLETE": "bash_complete", **words}
    done = command(environment=asked, folder=begun)
    assert {one.partition(",")[2] for one in done.stdout.splitlines()} == COMPLETED[line], done.stderr


def test_the_completion_is_taken_by_bash(tmp_path: Path) -> None:
    """What `completion bash` prints is a script that bash reads."""
    script = command("completion", "bash", environment={}, folder=tmp_path).stdout
    assert "_MIXPEEK_CONFORMANCE_COMPLETE=bash_complete" in script
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_answered_in_their_way(shell: str, begun: Path) -> None:
    """zsh gets three lines a value, fish one; a shell that is installed reads the script."""
    script = command("completion", shell, environment={}, folder=begun).stdout
    assert f"_MIXPEEK_CONFORMANCE_COMPLETE={shell}_complete" in script
    line = "mixpeek-conformance run --effort s"
    cursor = "s" if shell == "fish" else "3"
    asked = {"_MIXPEEK_CONFORMANCE_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": cursor}
    lines = command(environment=asked, folder=begun).stdout.splitlines()
    assert (lines[1::3] if shell == "zsh" else [one.split(",")[1] for one in lines]) == ["smoke", "standard"]
    if program := shutil.which(shell):
        assert subprocess.run([program, "-n"], input=script, text=True, check=False).returncode == 0


def test_the_newest_level_is_written(begun: Path) -> None:
    """The file names the level of this suite, by which every requirement counts: that of the version to come."""
    read = tomllib.loads((begun / "conformance.toml").read_text("utf-8"))["targets"]["staging"]
    assert read["suite-level"] == LEVELS[-1]
    assert all(is_within(one, read["suite-level"]) for one in CATALOGUE)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert version.startswith(f"{LEVELS[-1]}.")


def test_a_new_project_can_be_asked_at_once(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """With the settings that `serve` prints, `init`, `doctor` and `run` follow each other without a change."""
    own = {name: value for name, value in known.items() if "FOREIGN" not in name}
    for environment in (
        {**known, "MIXPEEK_BASE_URL": reference.base_url},
        {**own, "MIXPEEK_BASE_URL": reference.base_url},
    ):
        folder = tmp_path / str(len(environment))
        folder.mkdir()
        assert command("init", environment=environment, folder=folder).returncode == 0
        read = tomllib.loads((folder / "conformance.toml").read_text("utf-8"))["targets"]["staging"]
        assert read["base-url"] == reference.base_url
        assert read.get("without") == (["foreign-key"] if environment.keys() == {*own, "MIXPEEK_BASE_URL"} else None)
        key = {"MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"]} if "without" in read else environment
        done = command("doctor", "--target", "staging", environment=key, folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    done = command("run", "--target", "staging", "--effort", "smoke", "--result-only", environment=key, folder=folder)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("environment", "given", "said"),
    [
        ({"MIXPEEK_API_KEY": "sk_abcdefgh12345678"}, (), "target 'staging' has no base-url: add it to its table"),
        ({"MIXPEEK_API_KEY": "sk_abcdefgh12345678"}, ("--base-url", "http://x"), "no namespace for http://x: give"),
        ({}, ("--base-url", "http://x", "--namespace", "n"), "the variable MIXPEEK_API_KEY that api-key-env names"),
    ],
)
def test_what_is_to_be_filled_in_is_one_line(
    environment: Mapping[str, str], given: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    """`doctor` of a file that is not filled in yet says what is missing, and asks nobody."""
    assert command("init", *given, environment={}, folder=tmp_path).returncode == 0
    done = command("doctor", "--target", "staging", environment=environment, folder=tmp_path)
    assert done.returncode == 4
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--install", "x"), "--install is for a job of CI: give --ci github or --ci gitlab too"),
        (("--pull-requests",), "--pull-requests is for a job of CI"),
        (("--ci", "github", "--install", "git+https://u:hunter2@h/o/m"), "--install has a password in it"),
        (("--ci", "github", "--index-url", "https://u:hunter2@h/simple"), "--index-url has a password in it"),
        (("--ci", "github", "--install", "x\n  evil"), "--install is one thing that pip takes"),
        (("--ci", "github", "--install", "-rfile"), "--install is one thing that pip takes"),
    ],
)
def test_a_job_has_no_secret_in_it(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """What cannot stand in a job is refused in one line, which does not repeat it."""
    done = command("init", *arguments, environment={}, folder=tmp_path)
    assert done.returncode == 4
    assert said in done.stderr
    assert "hunter2" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_pip_is_given_is_one_argument(tmp_path: Path) -> None:
    """Names of variables are filled in, and whatever else stands there does nothing."""
    awkward = 'a b"c`id`$(id)\\ ${WHO}$WHO;#'
    for service in ("github", "gitlab"):
        folder = tmp_path / service
        folder.mkdir()
        words = ("init", "--ci", service, "--install", awkward)
        assert command(*words, environment={}, folder=folder).returncode == 0
        text = (folder / init.WORKFLOWS[service]).read_text("utf-8")
        [line] = [one.strip() for one in text.splitlines() if "pip install" in one]
        script = f'python() {{ for one; do echo "<$one>"; done; }}\n{line}'
        done = subprocess.run(["bash", "-ec", script], env={"WHO": "me"}, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == '<a b"c`id`$(id)\\ meme;#>'


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


REMOTES = {
    "git@github.example:them/suite.git": "git+https://github.example/them/suite.git",
    "https://token:x@h.example/them/suite": "git+https://h.example/them/suite",
    "ssh://git@h.example/them/suite": "git+ssh://git@h.example/them/suite",
    "/srv/git/suite": None,
}


@pytest.mark.parametrize("remote", REMOTES)
def test_a_clone_is_got_from_its_origin(remote: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit of a clone is named, without a password, if the origin has it; another place is not known."""
    clone, project = tmp_path / "clone", tmp_path / "project"
    for folder in (clone, project):
        folder.mkdir()
    (clone / "hatch_build.py").write_text("")
    monkeypatch.setattr(installed_from, "ROOT", clone)
    git(clone, "init")
    git(clone, "commit", "--allow-empty", "-m", "one")
    git(clone, "remote", "add", "origin", remote)
    assert installed_from.requirement(project) is None  # nobody else has the commit
    commit = git(clone, "rev-parse", "HEAD")
    git(clone, "update-ref", "refs/remotes/origin/main", commit)
    expected = REMOTES[remote]
    assert installed_from.requirement(project) == (expected and f"mixpeek-conformance @ {expected}@{commit}")
    monkeypatch.setattr(installed_from, "ROOT", project / "vendor" / "suite")
    shutil.copytree(clone, project / "vendor" / "suite")
    assert installed_from.requirement(project) == "./vendor/suite"


DIRECT = {
    None: "mixpeek-conformance==1.2",
    '{"url": "https://h/o/m.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}': "mixpeek-conformance @ git+https://h/o/m.git@abc",
    '{"url": "https://u:p@h/m-1.2-py3-none-any.whl", "archive_info": {}}': "mixpeek-conformance @ https://h/m-1.2-py3-none-any.whl",
    '{"url": "file:///nowhere/m-1.2-py3-none-any.whl", "archive_info": {}}': None,
    "[]": None,
}


@pytest.mark.parametrize("recorded", DIRECT)
def test_an_installed_suite_is_got_from_where_it_came(
    recorded: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip says where a package came from (PEP 610): a version of an index, a commit, an address."""

    class Distribution:
        def read_text(self, _: str) -> str | None:
            return recorded

    monkeypatch.setattr(installed_from, "ROOT", tmp_path)
    monkeypatch.setattr("importlib.metadata.distribution", lambda _: Distribution())
    monkeypatch.setattr(installed_from, "suite_version", lambda: "1.2")
    assert installed_from.requirement(tmp_path) == DIRECT[recorded]
