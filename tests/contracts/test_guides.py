"""The guides: what they name is there."""

import re
from pathlib import Path

import pytest

from tests.support.commands import ROOT
from tools import document_reference

WRITTEN_BY_SPHINX = {ROOT / "docs" / name for name in document_reference.names()}
"""They are made from the code, and in no checkout."""

CODE = ("contracts", "fixtures", "suites", "reports", "mixpeek_conformance")
GUIDES = [
    ROOT / "ARCHITECTURE.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(set((ROOT / "docs").rglob("*.md")) - WRITTEN_BY_SPHINX),
]
DOCUMENTS = [*GUIDES, ROOT / "README.md", ROOT / "CHANGELOG.md"]
WRITTEN = re.compile(r"reports/(latest|proof|targets|doctor|replay-checks|START-ID|20\d\d)")
"""What a run writes: it is in no checkout."""

NAMED = re.compile(rf"`((?:{'|'.join((*CODE, 'tests', 'tools', 'docs'))})/[\w./-]*)`")
LINKED = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", GUIDES, ids=name_of)
def test_a_file_that_a_guide_names_is_there(document: Path) -> None:
    """A path in backquotes is that of a file or a folder of the checkout."""
    named = {one for one in NAMED.findall(document.read_text("utf-8")) if not WRITTEN.match(one)}
    assert {one for one in named if not (ROOT / one).exists()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_link_leads_to_a_file(document: Path) -> None:
    """A link that is not a URL leads to a file, as seen from its document."""
    links = LINKED.findall(document.read_text("utf-8"))
    assert [one for one in links if not (document.parent / one).exists()] == []


def test_every_word_of_the_glossary_occurs_in_the_code() -> None:
    """A word that the code does not use has no meaning to be looked up."""
    words = re.findall(r"^\| ([a-z ]+) \| ", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)[1:]
    modules = (path for folder in CODE for path in (ROOT / folder).rglob("*.py"))
    code = re.sub(r"[\s_-]+", " ", " ".join(path.read_text("utf-8") for path in modules)).lower()
    assert len(words) > 20
    assert [word for word in words if not re.search(rf"\b{word}", code)] == []
    assert words == sorted(words)
