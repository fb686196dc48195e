"""The scaffold of a new requirement: three stubs, and tests that name what is still to be filled in."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Area
from tests.support.checkouts import SUITE, copy_of
from tools import new_requirement
from tools.new_requirement import PREFIXES, stubs

COUNT = ("RESPONSE-COUNT-NATURAL", "MUST", "RESPONSE", "document_count is not negative.")
STILL_OPEN = "is_complete or is_a_stub or changes_a_rule"

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of this checkout, in which a test may write."""
    return copy_of((*SUITE, "tests", "tools"), tmp_path)


def python(folder: Path, *arguments: str) -> Done:
    """Run Python in `folder`, whose packages are imported."""
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def scaffold(folder: Path, *arguments: str) -> Done:
    return python(folder, "-m", "tools.new_requirement", *arguments)


def failures(folder: Path) -> str:
    """What the tests of the contract say is still open in `folder`."""
    done = python(folder, "-m", "pytest", "tests/contracts/test_contract.py", "-q", "-k", STILL_OPEN, "--tb=line")
    return done.stdout


def test_three_stubs_are_written_and_named_as_open(checkout: Path) -> None:
    """A stub that is left as it is fails the tests of the contract, each with what to do."""
    done = scaffold(checkout, *COUNT)
    assert done.returncode == 0, done.stderr
    places = [line.partition(":") for line in done.stdout.splitlines()[:3]]
    assert [name for name, _, _ in places] == [
        "contracts/catalogue/response.py",
        "suites/test_response.py",
        "fixtures/reference/faults/response.py",
    ]
    for name, _, number in places:
        assert "COUNT-NATURAL" in "".join((checkout / name).read_text("utf-8").splitlines()[int(number) - 1 :])
    told = failures(checkout)
    assert "RESPONSE-COUNT-NATURAL has no source" in told
    assert "test_response.py: " in told
    assert "breaks RESPONSE-COUNT-NATURAL" in told
    assert "fault breaks-response-count-natural changes nothing" in told
    assert "3 failed" in told


def test_a_stub_that_is_filled_in_is_accepted(checkout: Path) -> None:
    """Nothing else of the checkout is changed by the scaffold."""
    scaffold(checkout, *COUNT)
    filled = {
        "contracts/catalogue/response.py": [('source=""', 'source="A page"'), ('tolerates=""', 'tolerates="Null."')],
        "suites/test_response.py": [("raise NotImplementedError", "raise Inconclusive")],
        "fixtures/reference/faults/response.py": [("return rules\n", "return found_as(rules, dict)\n")],
    }
    for name, changes in filled.items():
        text = (checkout / name).read_text("utf-8")
        for old, new in changes:
            text = text.replace(old, new)
        (checkout / name).write_text(text, "utf-8")
    assert "failed" not in failures(checkout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("MERGE-NULL", "MUST", "MERGE", "Null is kept."), "MERGE-NULL is in the catalogue already"),
        (("WEATHER-SUNNY", "MUST", "WEATHER", "It is sunny."), "area 'WEATHER' is not known: give one of RESPONSE"),
        (("MERGE-SUNNY", "MAY", "MERGE", "It is sunny."), "level 'MAY' is not known: give one of MUST, SHOULD"),
        (("STATUS-SUNNY", "MUST", "MERGE", "It is sunny."), "the ids of area MERGE begin with MERGE-"),
        (("TIMESTAMP-SUNNY", "MUST", "TIMESTAMP", "It is."), "the ids of area TIMESTAMP begin with TIME-"),
        (("MERGE", "MUST", "MERGE", "It is sunny."), "'MERGE' is no requirement id"),
        (("MERGE-sunny", "MUST", "MERGE", "It is sunny."), "'MERGE-sunny' is no requirement id"),
        (("MERGE-SUNNY", "MUST", "MERGE", "It is sunny"), "the sentence is the clause, with a full stop"),
        (("MERGE-SUNNY", "MUST", "MERGE", "."), "the sentence is the clause, with a full stop"),
        (("MERGE-SUNNY", "MUST", "MERGE", CATALOGUE["MERGE-NULL"].sentence), "MERGE-NULL says the same"),
        (("MERGE-SUNNY",), "the following arguments are required: LEVEL, AREA, SENTENCE"),
    ],
)
def test_what_cannot_be_added_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong use is told in one line, and no file is written."""
    try:
        code: object = new_requirement.main(arguments)
    except SystemExit as ended:
        code = ended.code
    output = capsys.readouterr()
    assert (code, output.out) == (2, "")
    assert sentence in output.err
    assert len(output.err.splitlines()) == 1


@pytest.mark.parametrize("area", list(Area))
@pytest.mark.parametrize(
    "sentence", ['It says "yes" \\ and {no}: ünï 🙂.', f"{'A long clause of many words, ' * 8}ends."]
)
def test_every_area_takes_a_stub_with_any_sentence(area: Area, sentence: str) -> None:
    """Any sentence is written as Python, and the module of the catalogue gives it back."""
    entry, check, fault = stubs(f"{PREFIXES[area]}-BRAND-NEW", "SHOULD", area, sentence)
    module: dict[str, Any] = {}
    exec(entry.after, module)
    added = module["REQUIREMENTS"][-1]
    assert (added.id, added.level, added.area, added.sentence) == (
        f"{PREFIXES[area]}-BRAND-NEW",
        "SHOULD",
        area,
        sentence,
    )
    for one in (entry, check, fault):
        ast.parse(one.after)
        assert one.after.startswith(one.before[:200])
        assert max(map(len, one.after.splitlines())) <= 118
