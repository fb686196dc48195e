"""Remedies: what usually breaks a requirement, in which framework or store, and how it is mended.

They are advice to whoever reads a violation, and nothing is judged by them. A requirement without a remedy of its own
has those of its area.
"""

from contracts.catalogue.remedies import (
    access,
    answers,
    clients,
    field_names,
    refusals,
    stored_values,
    timestamps,
    untouched_fields,
)
from contracts.catalogue.remedies.remedy import Remedy
from contracts.catalogue.requirement import Requirement

REMEDIES: tuple[Remedy, ...] = (
    *answers.REMEDIES,
    *timestamps.REMEDIES,
    *untouched_fields.REMEDIES,
    *stored_values.REMEDIES,
    *field_names.REMEDIES,
    *access.REMEDIES,
    *refusals.REMEDIES,
    *clients.REMEDIES,
)


def remedies(requirement: Requirement) -> tuple[Remedy, ...]:
    """Return the remedies of `requirement`, or else those of its area, in the order of this table."""
    own = tuple(remedy for remedy in REMEDIES if requirement.id in remedy.explains)
    return own or tuple(remedy for remedy in REMEDIES if requirement.area in remedy.explains)


__all__ = ["REMEDIES", "Remedy", "remedies"]
