"""A requirement: one clause of the contract that a target can break."""

import re
from dataclasses import dataclass
from enum import StrEnum

_ID = re.compile(r"[A-Z]+(-[A-Z0-9]+)+")


class Level(StrEnum):
    """How binding a requirement is, in the sense of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Area(StrEnum):
    """The part of the contract that a requirement belongs to, in the order in which reports show them."""

    RESPONSE = "RESPONSE"
    STATUS = "STATUS"
    TIMESTAMP = "TIMESTAMP"
    MERGE = "MERGE"
    IMMUTABLE = "IMMUTABLE"
    AUTH = "AUTH"
    NAMESPACE = "NAMESPACE"
    ERRORS = "ERRORS"


class Capability(StrEnum):
    """What a target may lack; `--without` declares it, and makes what needs it not applicable."""

    READ_BACK = "read-back"
    SET_UP = "set-up"
    OTHER_NAMESPACE = "other-namespace"
    FOREIGN_KEY = "foreign-key"
    TIMESTAMPS = "timestamps"
    NAMESPACE_LIST = "namespace-list"


@dataclass(frozen=True)
class Requirement:
    """One clause of the contract.

    `source` says where the clause is published, `tolerates` what a check must let pass, `needs` what a
    target has to offer before the clause can be asked. Raises ValueError for an id that is not
    upper-case words joined by hyphens.
    """

    id: str
    level: Level
    area: Area
    sentence: str
    source: str
    tolerates: str = "Nothing."
    needs: frozenset[Capability] = frozenset()
    editions: tuple[str, ...] = ("2026-04",)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no requirement id: upper-case words joined by hyphens are")


class Catalogue(dict[str, Requirement]):
    """Every requirement by its id, in the order of the reports."""

    def __init__(self, *parts: tuple[Requirement, ...]) -> None:
        """Join `parts`. Raises ValueError where an id stands twice."""
        super().__init__()
        for requirement in (one for part in parts for one in part):
            if requirement.id in self:
                raise ValueError(f"requirement {requirement.id} stands twice in the catalogue")
            self[requirement.id] = requirement

    def __missing__(self, key: str) -> Requirement:
        """Refuse an id that the catalogue does not know: LookupError, with the place to add it."""
        raise LookupError(f"{key} is not in the catalogue; contracts/catalogue/ is where requirements are added")

    def in_edition(self, edition: str) -> tuple[Requirement, ...]:
        """Give the requirements that hold in `edition`."""
        return tuple(one for one in self.values() if edition in one.editions)
