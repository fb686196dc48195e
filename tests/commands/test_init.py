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

from fixtures.target.options import OPTIONS
from reports.result import waivers
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
    assert waivers.load(file, datetime.now(UTC).date(), ["staging"]) == ()
    stanza = re.sub(r"^# ?", "", file.read_text("utf-8").partition("#\n")[2], flags=re.MULTILINE)
    file.write_text(stanza, "utf-8")
    [waiver] = waivers.load(file, datetime.now(UTC).date(), ["staging"])
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


def test_nothing_is_overwritten(begun: Path) -> None:
    """If one file is there, none is written, and the line names it."""
    for name in FILES - {".gitlab-ci.yml"}:
        (begun / name).unlink()
    (begun / ".gitlab-ci.yml").write_text("mine", "utf-8")
    done = command(*BOTH, environment={}, folder=begun)
    assert done.returncode == 4
    assert done.stderr.startswith("mixpeek-conformance init: .gitlab-ci.yml is there already, and nothing is over")
    assert (begun / ".gitlab-ci.yml").read_text("utf-8") == "mine"
    assert not (begun / "conformance.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--name", "a b"), "--name 'a b' is no name of a target"),
        (("--base-url", "ftp://x"), "does not begin with http:// or https://"),
        (("--ci", "travis"), "'travis' is not one of 'github', 'gitlab'"),
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
