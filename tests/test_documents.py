"""The documents: the numbers in them are those of today."""

import re
from pathlib import Path

import pytest
from cogapp import Cog

from tests.support.commands import ROOT

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
