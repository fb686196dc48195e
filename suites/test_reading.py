"""What GET alone tells of an object that was handed over: asked with --read-only, in place of all other suites."""

import pytest

from contracts.editions.edition import Edition
from contracts.invariants import OF_ANSWERS, Operation
from fixtures.checks.assertions import assert_keeps
from fixtures.checks.client_readings import Readings
from fixtures.examples.marks import one_by_one, requirement
from fixtures.objects.subject import Subject

pytestmark = pytest.mark.reading


@one_by_one(*OF_ANSWERS)
def test_the_object_as_it_is_read_keeps_the_clause(subject: Subject, edition: Edition, requirement_id: str) -> None:
    assert_keeps(requirement_id, subject.read_back(), edition, Operation.READING)


@requirement("CLIENT-READS-OBJECT")
def test_the_client_reads_the_object(subject: Subject, readings: Readings) -> None:
    readings.assert_read(subject.read_back())
