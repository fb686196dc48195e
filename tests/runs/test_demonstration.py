"""No target is an error, and a demonstration is called one wherever somebody could take it for a verdict."""

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from fixtures.target.settings import resolve
from fixtures.target.target import Misconfigured
from reports.renderings import allure_results, badge, html, junit, markdown, sarif, terminal
from reports.result import document
from tests.support.commands import command
from tests.support.results import kinds

KEY = {"MIXPEEK_API_KEY": "sk_canary_0123456789"}
URL = {"MIXPEEK_BASE_URL": "https://m.example", "MIXPEEK_NAMESPACE": "ours", **KEY}
FEW = ("--effort", "quick", "-k", "null_does_not")

PARTS: dict[str, tuple[dict[str, object], dict[str, str], str]] = {
    "a key": ({}, KEY, "MIXPEEK_API_KEY is set, and no target"),
    "a table that is there": ({}, KEY, "choose one of staging with --target, or give --base-url"),
    "a namespace": ({}, {"MIXPEEK_NAMESPACE": "ours"}, "MIXPEEK_NAMESPACE is set, and no target"),
    "an empty key": ({}, {"MIXPEEK_API_KEY": ""}, "MIXPEEK_API_KEY is set, and no target"),
    "a foreign key": ({}, {"MIXPEEK_FOREIGN_API_KEY": "sk_x_0123456789"}, "MIXPEEK_FOREIGN_API_KEY is set"),
    "a header": ({}, {"MIXPEEK_HEADER_X_GATE": "open sesame"}, "MIXPEEK_HEADER_X_GATE is set"),
    "a slip of the pen": ({}, {"MIXPEEK_BASEURL": "https://m.example"}, "MIXPEEK_BASEURL is set, and no target"),
    "an empty variable": ({}, {"MIXPEEK_BASE_URL": ""}, "MIXPEEK_BASE_URL is empty"),
    "an empty option": ({"base-url": ""}, URL, "--base-url is empty"),
    "a namespace option": ({"namespace": "ours"}, {}, "--namespace needs the target it is on"),
    "an object": ({"bucket": "b", "object": "o"}, {}, "--bucket needs the target it is on"),
    "a way of TLS": ({"insecure": True}, {}, "--insecure needs the target it is on"),
    "reading alone": ({"read-only": True}, {}, "--read-only needs the target it is on"),
    "a table": ({"target": "staging"}, {}, "target 'staging' has no base-url"),
    "CI": ({}, {"CI": "true"}, "no target is named, and CI is set"),
    "a file alone": ({"targets-file": "conformance.toml"}, {}, "name that with --target"),
    "both": ({"demo": True, "base-url": "https://m.example"}, KEY, "leave out --base-url, or --demo"),
    "a demonstration of a table": ({"demo": True, "target": "staging"}, {}, "leave out --target, or --demo"),
    "a demonstration elsewhere": ({"demo": True, "namespace": "ours"}, {}, "leave out --namespace, or --demo"),
}


@pytest.mark.parametrize(("options", "environment", "said"), PARTS.values(), ids=list(PARTS))
def test_part_of_a_target_is_no_demonstration(
    tmp_path: Path, options: dict[str, object], environment: dict[str, str], said: str
) -> None:
    """A target that is named in part, or in CI not at all, is refused in one sentence."""
    (tmp_path / "conformance.toml").write_text('[targets.staging]\nnamespace = "ours"\n')
    with pytest.raises(Misconfigured) as refusal:
        resolve(options, environment, tmp_path)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("run", "--base-url="), {}, "--base-url is empty"),
        (("run", "--dry-run"), {"CI": "true"}, "no target is named, and CI is set"),
        (("doctor",), KEY, "MIXPEEK_API_KEY is set, and no target"),
        (("run", "--demo", "--base-url", "https://m.example"), KEY, "leave out --base-url, or --demo"),
    ],
)
def test_no_command_takes_part_of_a_target(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    """Every command ends with exit code 4 and one line, and writes nothing."""
    done = command(*arguments, environment=environment, folder=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    [line] = (done.stdout + done.stderr).strip().splitlines()
    assert said in line
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("options", "environment"),
    [((), {}), (("--demo",), {"CI": "true"}), (("--demo",), {**URL, "MIXPEEK_HEADER_X_GATE": "short"})],
    ids=["bare", "CI", "environment"],
)
def test_a_demonstration_says_so_last(tmp_path: Path, options: tuple[str, ...], environment: dict[str, str]) -> None:
    """The bare command outside of CI, and --demo whatever the environment says, end by saying what the run is."""
    done = command("run", *FEW, *options, environment=environment, folder=tmp_path)
    assert done.returncode == 6, done.stdout + done.stderr
    assert "demonstration" in done.stdout.strip().splitlines()[-1]
    [result] = {path.resolve() for path in tmp_path.rglob("conformance.json")}
    assert json.loads(result.read_text("utf-8"))["demonstration"] is True
    shown = json.loads(result.with_name("badge.json").read_text("utf-8"))
    assert (shown["message"], shown["color"]) == ("demonstration: partial, inconclusive (effort quick)", "lightgrey")


@pytest.mark.parametrize("options", [("run", "--dry-run"), ("doctor",)], ids=" ".join)
def test_what_comes_before_a_demonstration_says_so_too(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The doctor and a dry run name the demonstration in their first line and their last."""
    done = command(*options, "--demo", environment={"CI": "1"}, folder=tmp_path)
    told = done.stdout.strip().splitlines()
    assert "as a demonstration" in done.stdout
    assert told[-1].strip().startswith("demonstration: "), done.stdout + done.stderr


@pytest.mark.parametrize("options", [("--help",), ("--collect-only",)])
def test_nothing_is_asked_and_nothing_needs_a_target(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The help and the list of the checks need no target, in CI either."""
    done = command("run", *options, environment={"CI": "true"}, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rendering_of_a_demonstration_says_so(tmp_path: Path) -> None:
    """Each rendering of a demonstration says the word, and no other rendering does."""
    found = kinds(tmp_path)
    own, other = found["demonstration"], found["non-conformant"]
    allure_results.write(own, tmp_path / "own")
    allure_results.write(other, tmp_path / "other")
    assert "demonstration=true" in (tmp_path / "own" / "environment.properties").read_text("utf-8")
    assert "demonstration=false" in (tmp_path / "other" / "environment.properties").read_text("utf-8")
    for render in (badge.render, html.render, markdown.render):
        assert b"demonstration: non-conformant" in render(own)
        assert b"demonstration" not in render(other)
    assert b'<header class="off">' in html.render(own)
    assert json.loads(badge.render(own))["isError"] is False
    for result in (own, other):
        [run] = json.loads(sarif.render(result))["runs"]
        assert run["properties"]["demonstration"] is result.demonstration
        assert json.loads(document.render(result))["demonstration"] is result.demonstration
        for suite in JUnitXml.fromstring(junit.render(result)):
            told = {one.name: one.value for one in suite.properties()}  # type: ignore[no-untyped-call]
            assert told["demonstration"] == str(result.demonstration).lower()
        assert ("demonstration: non-conformant" in "\n".join(terminal.lines(result))) is result.demonstration
        assert (terminal.last_line(result) is not None) is result.demonstration


def test_an_option_wins_over_an_empty_variable(tmp_path: Path) -> None:
    """An empty variable is not a setting when the option names the target."""
    settings = resolve({"base-url": "https://m.example"}, {**URL, "MIXPEEK_BASE_URL": ""}, tmp_path)
    assert settings.target is not None
    with pytest.raises(Misconfigured):
        resolve({}, {**URL, "MIXPEEK_BASE_URL": ""}, tmp_path)
