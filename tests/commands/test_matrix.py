"""Several targets side by side: each gets its own report, and the table tells the same."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from reports.tables.target_matrix import TargetRun, Targets
from tests.support.catalogue import OURS
from tests.support.commands import Done, command
from tests.support.results import kinds

Matrix = Callable[..., Done]


@pytest.fixture
def matrix(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> Matrix:
    targets = {
        "good": reference.base_url,
        "bad": reference.fault_url("naive-timestamps"),
        "gone": "http://127.0.0.1:9",
    }
    tables = (f'[targets.{name}]\nbase-url = "{url}"\nnamespace = "reference"\n' for name, url in targets.items())
    (tmp_path / "conformance.toml").write_text("\n".join(tables))

    def run(*arguments: str) -> Done:
        keys = {name: text for name, text in known.items() if name != "MIXPEEK_NAMESPACE"}
        return command("matrix", "--report-dir", "all", *arguments, environment=keys, folder=tmp_path)

    return run


def test_every_target_is_run_and_shown_side_by_side(matrix: Matrix, tmp_path: Path) -> None:
    """Text and page have a column a target; each has a report folder of its own."""
    done = matrix("--", "--effort", "quick", "-k", "timestamps_keep")
    assert done.returncode == 7, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[:3]] == ["good", "bad", "gone"]
    table = (tmp_path / "all" / "targets.md").read_text("utf-8")
    assert "| TIME-FORMAT | ✓ | ✗ | ? |" in table
    assert "| **verdict** | partial, inconclusive | partial, non-conformant | " in table
    page = (tmp_path / "all" / "targets.html").read_text("utf-8")
    assert all(name in page for name in OURS)
    assert {path.name for path in (tmp_path / "all" / "bad").iterdir()} >= {"index.html", "conformance.json"}


def test_a_target_that_could_not_be_run_says_why(matrix: Matrix, tmp_path: Path) -> None:
    """A table without a base URL is told by its name, with exit code 4."""
    (tmp_path / "conformance.toml").write_text('[targets.none]\nnamespace = "reference"\n')
    done = matrix()
    assert done.returncode == 4
    assert "none" in done.stdout
    assert "has no base-url" in done.stdout


def test_wrong_options_are_told_by_the_run_itself(matrix: Matrix) -> None:
    """What a run says of options that it does not take is what the matrix says."""
    done = matrix("good", "--", "--efort", "quick")
    assert done.returncode == 4
    assert "there is no option --efort: did you mean --effort?   exit 4" in done.stdout


@pytest.mark.parametrize(
    ("text", "arguments", "told"),
    [
        (None, (), "cannot be read"),
        ("", (), "has no targets"),
        ("targets", (), "is no TOML"),
        ("[targets.a]", ("b",), "has no [targets.b]; it has: a"),
    ],
)
def test_bad_input_is_one_line(
    matrix: Matrix, tmp_path: Path, text: str | None, arguments: tuple[str, ...], told: str
) -> None:
    """A file without targets, or without the one that is named, is exit code 4 before anything is sent."""
    file = tmp_path / "conformance.toml"
    file.unlink() if text is None else file.write_text(text)
    done = matrix(*arguments)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert told in done.stderr


@pytest.mark.parametrize(
    ("codes", "worst"), [((0, 0), 0), ((0, 6), 6), ((1, 6), 1), ((1, 7), 7), ((7, 4), 4), ((3, 4), 3)]
)
def test_the_exit_code_is_the_worst(codes: tuple[int, ...], worst: int) -> None:
    """A bug of the suite outweighs wrong use, that an unreachable target, and that any verdict."""
    assert Targets(tuple(TargetRun(str(code), code) for code in codes)).exit_code == worst


def test_names_from_outside_are_text(tmp_path: Path) -> None:
    """HTML and Markdown in the name of a target or in its failure are escaped."""
    result = kinds(tmp_path)["waived"]
    targets = Targets((TargetRun("a|<b>", 1, result), TargetRun("c", 4, failure="<i>no</i>")))
    assert b"<b>" not in targets.html()
    assert b"<i>" not in targets.html()
    assert "| requirement | a\\|\\<b\\> | c |" in list(targets.markdown())


def test_a_verdict_with_a_proviso_is_not_plainly_green(tmp_path: Path) -> None:
    """The table has the verdict of each target in the colour of its own page."""
    results = kinds(tmp_path)
    for name, kind in (("conformant", "good"), ("waived", "bad"), ("demonstration", "off")):
        page = Targets((TargetRun(name, 0, results[name]),)).html().decode()
        assert f'<strong>verdict</strong></th><td class="{kind}">' in page, name
    one = replace(results["waived"], judgements=tuple(one for one in results["waived"].judgements if one.waiver))
    assert '<strong>verdict</strong></th><td class="waived">' in Targets((TargetRun("w", 0, one),)).html().decode()


@pytest.mark.usefixtures("matrix")
def test_one_base_url_is_not_asked_under_several_names(known: Mapping[str, str], tmp_path: Path) -> None:
    """The environment wins over the file: with a base URL in it, all targets would be the same one."""
    environment = {**known, "MIXPEEK_BASE_URL": "http://127.0.0.1:9"}
    done = command("matrix", "good", "bad", environment=environment, folder=tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert "MIXPEEK_BASE_URL stands in for the base URL of every target: unset it" in done.stderr
