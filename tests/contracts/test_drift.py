"""Drift: every planted change is found in its direction, and what means the same is silent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.drift.comparison import compare
from contracts.drift.document import Document
from contracts.drift.document_reader import read
from contracts.editions import edition
from tests.support.drifts import PLANTED, Plant, published
from tests.support.harmless import HARMLESS

EDITION = edition.load().document
EQUIVALENTS = Path(__file__).parents[1] / "support/equivalents"


@pytest.mark.parametrize("plant", PLANTED, ids=str)
def test_planted_change_is_found(plant: Plant) -> None:
    """A change is told by its kind alone, in its direction, and with whom it breaks."""
    drifts = compare(plant.before(), Document(plant.document())).drifts
    assert (plant.id, plant.change, plant.breaking) in {(one.id, one.change, one.breaking) for one in drifts}
    assert {one.id for one in drifts} == {plant.id}


def test_the_document_of_the_edition_is_silent() -> None:
    """Each edition is held against itself."""
    for name in edition.known():
        published = edition.load(name).document
        found = compare(published, Document(published))
        assert (found.drifts, bool(found.operations)) == ((), True)


@pytest.mark.parametrize("path", sorted(EQUIVALENTS.iterdir()), ids=lambda path: path.stem)
def test_what_another_generator_writes_is_silent(path: Path) -> None:
    """A whole document that means the same, written by other tools in other versions of OpenAPI."""
    assert compare(EDITION, read(path.read_bytes())).drifts == ()


@pytest.mark.parametrize("harmless", HARMLESS, ids=lambda one: one.__name__)
def test_harmless_change_is_silent(harmless: Callable[[dict[str, Any]], None]) -> None:
    """What changes no promise is not drift."""
    document = published()
    harmless(document)
    assert document != published() or harmless.__name__ == "other_order"
    assert compare(EDITION, read(json.dumps(document).encode())).drifts == ()
