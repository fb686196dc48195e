"""The documents: numbers and tables in them are those of today, and sentences can be read once."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
from cogapp import Cog

from contracts.catalogue.requirement import Capability
from contracts.vocabulary.efforts import EFFORTS
from contracts.vocabulary.exit_codes import Exit
from reports.renderings import registry
from tests.support.commands import ROOT
from tools import document_reference

PLACES = (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("contracts/**/*.md"))
MARKED = sorted(path for path in PLACES if "[[[cog" in path.read_text("utf-8"))


def fresh(path: Path) -> bool:
    code: int = Cog().main(["cog", "-I", str(ROOT), "--check", "-n", "utf-8", str(path)])
    return code == 0


@pytest.mark.parametrize("path", MARKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_numbers_in_a_document_are_those_of_today(path: Path) -> None:
    """`cog -r DOCUMENT` would change nothing."""
    assert fresh(path)


COUNTED = re.compile(r"\[\[\[cog.*?cog\.out\(counted\(cog\.previous, (.*)\)\) \]\]\]")


@pytest.mark.parametrize(
    "path", [one for one in MARKED if COUNTED.search(one.read_text("utf-8"))], ids=lambda one: one.name
)
def test_every_number_between_marks_is_checked(path: Path, tmp_path: Path) -> None:
    """A number that is no longer right, between any of the marks of a document, is seen."""
    text = path.read_text("utf-8")
    for mark in COUNTED.finditer(text):
        for phrase in re.findall(r'"(.*?)"', mark[1]):
            before, after = map(re.escape, phrase.split("{}"))
            stale, rest = text[: mark.end()], text[mark.end() :]
            stale += re.sub(f"({before})[0-9,]+({after})", r"\g<1>9999\g<2>", rest, count=1)
            assert stale != text
            (tmp_path / "stale.md").write_text(stale, "utf-8")
            assert not fresh(tmp_path / "stale.md"), phrase


@pytest.mark.parametrize("path", MARKED, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_marks_stand_on_lines_of_their_own(path: Path) -> None:
    """A mark is a comment that ends on its line, so that nobody sees it in the rendered document."""
    marks = [line for line in path.read_text("utf-8").splitlines() if re.search(r"\[\[\[|\]\]\]", line)]
    assert [line for line in marks if not re.fullmatch(r"<!-- \[\[\[(?:cog .* \]\]\]|end\]\]\]) -->", line)] == []


def test_tox_writes_every_document_with_marks() -> None:
    """`tox run -e written` leaves out none of them, and `-e lint` checks the same ones."""
    tox = ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    listed = tox["testenv:written"]["documents"].replace("\\\n", " ").split()
    assert sorted(listed) == [str(path.relative_to(ROOT)) for path in MARKED]


def test_a_requirement_is_followed_through_twelve_files() -> None:
    """ARCHITECTURE names each file that is opened on the way from the catalogue to the verdict."""
    way = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("## The way of a requirement")[1]
    steps = way[: way.index("reports/renderings")]
    assert len({*re.findall(r"`([\w/]+\.py)`", steps)}) <= 12


TABLES: list[tuple[str, str, Callable[[], Iterable[str]]]] = [
    ("README.md", r"^\| (\d) \|", lambda: [str(int(one)) for one in Exit]),
    ("docs/reference/exit-codes.md", r"^\| (\d) \|", lambda: [str(int(one)) for one in Exit]),
    ("docs/reference/report-folder.md", r"^\| `([a-z-]+(?:\.[a-z]+)?)/?` \|", lambda: registry.NAMES),
    ("docs/how-to/ask-a-deployment.md", r"`--without ([a-z-]+)` \|$", lambda: list(Capability)),
    ("docs/how-to/ask-a-deployment.md", r"^\| `([a-z]+)` \|", lambda: EFFORTS),
]


@pytest.mark.parametrize(("name", "row", "known"), TABLES, ids=lambda one: one if isinstance(one, str) else "")
def test_a_table_has_a_row_for_each(name: str, row: str, known: Callable[[], Iterable[str]]) -> None:
    """A table that is written by hand has what the code has, and nothing else."""
    found = re.findall(row, (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert sorted(found) == sorted(known())


def test_a_requirement_has_a_page_with_what_explain_says(tmp_path: Path) -> None:
    """The generated page of a requirement has its tolerance, its checks, its faults and the usual causes."""
    subprocess.run([sys.executable, "-m", "tools.document_reference", str(tmp_path)], cwd=ROOT, check=True)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}
    assert written == set(document_reference.names())
    text = (tmp_path / "reference" / "requirements" / "MERGE-NULL.md").read_text("utf-8")
    for part in (
        "does not keep its old value",
        "removed. A patch that is refused",
        "`nulls-ignored`",
        "exclude_unset",
    ):
        assert part in text
    assert "suites/test_merge.py::test_null_does_not_leave_the_old_value" in text


def test_readme_is_short() -> None:
    """Whoever sees the project for the first time reads all of it."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 120


PROSE = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")]
PROSE += sorted({*ROOT.glob("docs/**/*.md")} - {ROOT / "docs" / name for name in document_reference.names()})
RETIRED = {
    r"(?<!here )\b(?:is|are) no (?!longer\b|more\b|surprise\b)": "is not a …",
    r"\bof which (?:every|each|all)\b": "two sentences",
    r"\bthe ones? of which\b": "whose",
    r"\bit puts back\b|\bthat it made it\b": "subject before verb",
    r"\b(?:above|herein|thereof|whereby|wherein)-?mentioned\b|\bthereof\b|\bwhereby\b": "this, by which",
    r"\b(?:simply|obviously|easily)\b": "nothing",
}
"""Phrases that have to be read twice, each with what is written instead."""

LONGEST = 45
"""Words of a sentence, at most."""


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a document: neither code, nor tables, nor comments."""
    text = re.sub(r"^( *)```.*?^\1```$|<!--.*?-->", "", text, flags=re.DOTALL | re.MULTILINE)
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text):
        if not block.startswith(("    ", "|", "#")):
            yield from re.split(r"(?<=[.?!:;]) (?=[A-Z`*\[])", " ".join(block.split()))


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_sentence_is_read_once(path: Path) -> None:
    """A sentence is short, and has no phrase that the project has given up."""
    for sentence in sentences(path.read_text("utf-8")):
        assert len(sentence.split()) <= LONGEST, sentence
        assert [instead for phrase, instead in RETIRED.items() if re.search(phrase, sentence)] == [], sentence


@pytest.mark.parametrize("sentence", ["A count that is no integer.", "One of which every part is new.", "word " * 46])
def test_a_sentence_that_is_read_twice_is_seen(sentence: str) -> None:
    """Each of them has a phrase that is retired, or too many words."""
    [one] = sentences(sentence)
    assert len(one.split()) > LONGEST or any(re.search(phrase, one) for phrase in RETIRED)
