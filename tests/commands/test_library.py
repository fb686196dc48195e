"""The suite as a library: in a project of its user, which has packages of the same names."""

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import httpx
import pytest
import requests

import mixpeek_conformance
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance import CATALOGUE, NotJudged, NotRun, Verdict, judge, run
from tests.support.commands import ROOT, Objects
from tests.support.results import kinds

PROJECT = {
    "fixtures/__init__.py": "THEIRS = True\n",
    "reports/__init__.py": "THEIRS = True\n",
    "tests/test_theirs.py": """
        import gc, os, sys
        import httpx
        import fixtures, reports
        from mixpeek_conformance import Verdict, __version__, judge, run
        from importlib.metadata import version

        def patched():
            headers = {"Authorization": "Bearer " + os.environ["MIXPEEK_API_KEY"],
                       "X-Namespace": os.environ["MIXPEEK_NAMESPACE"]}
            return httpx.patch(os.environ["WHERE"], headers=headers, json={"title": "theirs"})

        def test_the_response_conforms(assert_conforms):
            assert_conforms(patched())

        def test_violations_are_values():
            assert judge(patched()) == []

        def test_a_run_is_an_object_and_leaves_the_process_as_it_was():
            before = gc.get_threshold()
            result = run(base_url=os.environ["MIXPEEK_BASE_URL"], effort="smoke", arguments=["-k", "TIME-FORMAT"])
            [judgement] = [one for one in result.judgements if one.requirement.id == "TIME-FORMAT"]
            assert judgement.verdict is Verdict.HOLDS
            assert gc.get_threshold() == before

        def test_names_are_theirs():
            assert fixtures.THEIRS and reports.THEIRS
            assert __version__ == version("mixpeek-conformance")
            assert not {"contracts", "suites"} & set(sys.modules)
        """,
}


def project(folder: Path) -> Path:
    """Write the user's project to `folder`."""
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text), "utf-8")
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n', "utf-8")
    return folder


def pytest_of(installed: Path, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the user's pytest, with all plugins that are installed."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("MIXPEEK_", "PYTEST", "PYTHON"))
    }
    command = [str(installed / "bin" / "python"), "-m", "pytest", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, check=False
    )


def place(base_url: str, known: Mapping[str, str]) -> str:
    """Return the address of a new object, at `base_url`."""
    bucket, identifier, _ = Objects(base_url, known).make()
    return f"{base_url}/v1/buckets/{bucket}/objects/{identifier}"


@pytest.mark.slow
def test_a_project_with_names_like_ours(
    installed: Path, tmp_path: Path, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """The user's own `fixtures` and `reports` stay, and the fixture, `judge` and `run` work beside them."""
    folder = project(tmp_path)
    where = place(reference.base_url, known)
    done = pytest_of(installed, folder, "-q", **known, MIXPEEK_BASE_URL=reference.base_url, WHERE=where)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert {one.name for one in folder.iterdir()} <= {*(name.partition("/")[0] for name in PROJECT), "pyproject.toml",
                                                      ".pytest_cache", ".hypothesis"}  # fmt: skip


def test_the_users_test_fails_by_the_clause(
    installed: Path, tmp_path: Path, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """A response that breaks the contract fails the user's test with finding and command, without the key."""
    where = place(reference.fault_url("naive-timestamps"), known)
    chosen = ("-q", "-k", "test_the_response_conforms")
    done = pytest_of(installed, project(tmp_path), *chosen, **known, MIXPEEK_BASE_URL=reference.base_url, WHERE=where)
    assert done.returncode == 1
    assert "✗ TIME-FORMAT  MUST" in done.stdout
    assert "which has no UTC offset" in done.stdout
    assert "curl -sS -i -X PATCH" in done.stdout
    assert known["MIXPEEK_API_KEY"] not in done.stdout + done.stderr


def test_the_suites_run_in_the_users_pytest(
    installed: Path, tmp_path: Path, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """`pytest --pyargs mixpeek_conformance` asks the target, and ends with the exit code of the verdict."""
    chosen = ("--pyargs", "mixpeek_conformance", "--effort=smoke", "-k", "TIME-FORMAT")
    at = {"MIXPEEK_BASE_URL": reference.fault_url("naive-timestamps")}
    done = pytest_of(installed, project(tmp_path), "-q", *chosen, **known, **at)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "✗ TIME-FORMAT  MUST" in done.stdout
    [report] = tmp_path.glob("reports/20*/conformance.json")
    assert json.loads(report.read_text("utf-8"))["verdict"] == "non-conformant"


def test_an_option_of_another_plugin_is_named(installed: Path, tmp_path: Path) -> None:
    """A plugin that has an option of the suite is a usage error, which says what to do."""
    folder = project(tmp_path)
    (folder / "other.py").write_text("def pytest_addoption(parser): parser.addoption('--timeout')\n", "utf-8")
    done = pytest_of(installed, folder, "-p", "other", "--pyargs", "mixpeek_conformance", PYTHONPATH=str(folder))
    assert done.returncode == 4
    assert re.search(r"another plugin is in the way of the suite \(.*--timeout.*: leave it out", done.stderr)


@pytest.mark.slow
def test_a_fixture_that_hides_ours_is_named(
    installed: Path, tmp_path: Path, reference: ReferenceServer, known: Mapping[str, str], objects: Objects
) -> None:
    """A fixture of the user's with a name of the suite's is a usage error, which leaves nothing behind.

    pytest 9.1 alone does not let it hide the suite's.
    """
    folder = project(tmp_path)
    hiding = "import pytest\n\n@pytest.fixture\ndef target():\n    return None\n"
    (folder / "conftest.py").write_text(hiding, "utf-8")
    before = objects.buckets()
    chosen = ("--pyargs", "mixpeek_conformance", "--effort=smoke", "-q")
    done = pytest_of(installed, folder, *chosen, **known, MIXPEEK_BASE_URL=reference.base_url)
    hides = not metadata.version("pytest").startswith("9.1.")
    assert done.returncode == (4 if hides else 0), done.stdout
    assert ("the fixture 'target' of conftest hides that of the suite: add --noconftest" in done.stderr) is hides
    assert objects.buckets() == before


def test_a_response_of_httpx_and_one_of_requests(reference: ReferenceServer, known: Mapping[str, str]) -> None:
    """Both libraries' responses are judged alike, and neither shows the key."""
    where = place(reference.fault_url("naive-timestamps"), known)
    key = known["MIXPEEK_API_KEY"]
    headers = {"Authorization": f"Bearer {key}", "X-Namespace": known["MIXPEEK_NAMESPACE"]}
    for library in (httpx, requests):
        [violation] = judge(library.patch(where, headers=headers, json={"title": "mine"}))
        assert violation.requirement == "TIME-FORMAT"
        assert violation.finding.actual.endswith("which has no UTC offset")
        [exchange] = violation.exchanges
        assert exchange.request.text
        assert json.loads(exchange.request.text) == {"title": "mine"}
        assert key not in repr(exchange) + str(violation)
        assert "uthorization: Bearer ${MIXPEEK_API_KEY}" in (exchange.curl or "")


def test_a_key_that_comes_back_is_a_violation(known: Mapping[str, str]) -> None:
    """An answer that repeats the key violates AUTH-KEY-SECRET, and what is said of it does not repeat it again."""
    key = known["MIXPEEK_API_KEY"]
    request = httpx.Request(
        "PATCH", "http://x/v1/buckets/b/objects/o", headers={"Authorization": f"Bearer {key}"}, json={}
    )
    found = judge(httpx.Response(200, json={"bucket_id": "b", "error": key}, request=request))
    assert "AUTH-KEY-SECRET" in {one.requirement for one in found}
    assert key not in "".join(f"{one} {one.exchanges}" for one in found)


def test_what_is_not_of_the_operation_is_refused() -> None:
    """Nothing passes that was not judged: another request, another edition and another thing are errors."""
    of = httpx.Request
    with pytest.raises(NotJudged, match="POST /v1/buckets is not judged"):
        judge(httpx.Response(200, json={}, request=of("POST", "http://x/v1/buckets")))
    with pytest.raises(LookupError, match="give one of"):
        judge(httpx.Response(200, request=of("PATCH", "http://x/v1/buckets/b/objects/o")), "1999-01")
    with pytest.raises(TypeError, match="dict is no response"):
        judge({})


def test_a_run_without_a_result_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong use raises the sentence that the command says."""
    monkeypatch.setenv("PYTHONWARNINGS", "")
    with pytest.raises(NotRun, match=r"^--base-url: the base URL 'ftp://x' does not begin with http") as raised:
        run(base_url="ftp://x")
    assert raised.value.exit_code == 4
    with pytest.raises(TypeError, match="no option 'efort': did you mean effort"):
        run(efort="quick")


def test_a_result_is_told_in_one_line(tmp_path: Path) -> None:
    """Its text is what somebody prints: the verdict, the edition, and what is violated."""
    told = {name: (str(one), one.violated) for name, one in kinds(tmp_path).items()}
    assert told["conformant"] == ("conformant, edition 2026-04 (79 of 81 requirements hold)", ())
    assert "; violated: TIME-FORMAT" in told["waived"][0]
    assert told["waived"][1] == ("TIME-FORMAT", "ERROR-NO-INTERNALS")


def test_a_package_that_hides_ours_is_named(tmp_path: Path) -> None:
    """Beside a checkout, `fixtures` of the user stands in the way of ours: the error says what to do."""
    (tmp_path / "fixtures").mkdir()
    program = "import mixpeek_conformance; mixpeek_conformance.judge"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    (tmp_path / "fixtures" / "__init__.py").touch()
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "ImportError: your package fixtures has the name of one of the suite" in done.stderr


def test_the_names_that_are_promised() -> None:
    """Each public name is there, and no other is."""
    for name in mixpeek_conformance.__all__:
        assert getattr(mixpeek_conformance, name) is not None
    with pytest.raises(AttributeError):
        _ = mixpeek_conformance.judgement
    assert str(Verdict.HOLDS) == "holds"
    assert CATALOGUE["TIME-FORMAT"].level == "MUST"
