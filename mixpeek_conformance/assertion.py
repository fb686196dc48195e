"""The assertion that a response keeps the contract, for the tests of others."""

from collections.abc import Iterator

from contracts.catalogue import CATALOGUE
from contracts.catalogue.requirement import Level, Requirement
from contracts.editions import edition as editions
from contracts.vocabulary import escaping
from contracts.vocabulary.outcomes import Violation
from mixpeek_conformance.library import judge


def assert_conforms(response: object, *, edition: str = editions.DEFAULT, strict: bool = False) -> None:
    """Raise AssertionError with every violation that `response` shows, as `judge` finds them.

    A violated SHOULD counts if the assertion is `strict`.
    """
    __tracebackhide__ = True
    found = [
        one for one in judge(response, edition) if strict or CATALOGUE[one.requirement or ""].level is Level.MUST
    ]
    if found:
        lines = (escaping.line(line) for one in found for line in _told(one))
        raise AssertionError("\n".join([f"the answer breaks edition {edition} of the contract", *lines]))


def _told(violation: Violation) -> Iterator[str]:
    requirement = _requirement(violation)
    yield f"✗ {requirement.id}  {requirement.level}  {requirement.sentence}"
    yield f"    expected  {violation.finding.expected}"
    yield f"    actual    {violation.finding.actual}"
    yield f"    source    {requirement.source}"
    for exchange in violation.exchanges:
        yield f"    {exchange.line}"
        if exchange.curl:
            yield f"    {exchange.curl}"


def _requirement(violation: Violation) -> Requirement:
    return CATALOGUE[violation.requirement or ""]
