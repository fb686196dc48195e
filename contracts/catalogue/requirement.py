"""A requirement: one clause of the contract that a target can break."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.vocabulary.period import Period, is_date

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
    CLIENT = "CLIENT"


class Capability(StrEnum):
    """What a target may lack; `--without` declares it, and makes what needs it not applicable."""

    READ_BACK = "read-back"
    SET_UP = "set-up"
    OTHER_NAMESPACE = "other-namespace"
    FOREIGN_KEY = "foreign-key"
    TIMESTAMPS = "timestamps"
    NAMESPACE_LIST = "namespace-list"
    DELETE = "delete"
    CUSTOM_FIELDS = "custom-fields"


OPTIONAL_SINCE = {Capability.CUSTOM_FIELDS: "2026-10"}
"""What earlier editions promise: there, a verdict without it is that on a part of the contract."""


def promised(missing: Iterable[str], edition: str) -> tuple[Capability, ...]:
    """Return which of the capabilities that are `missing` the edition promises."""
    return tuple(one for one, since in OPTIONAL_SINCE.items() if one in missing and edition < since)


def declared(missing: Iterable[str]) -> str:
    """Return the options that declare what is `missing`, as they are given on a command line."""
    return " ".join(f"--without {name}" for name in missing)


@dataclass(frozen=True)
class Requirement(Period):
    """One clause of the contract.

    `source` says where the clause is published, `tolerates` what a check must let pass, `needs` what a
    target has to offer before the clause can be asked, `since` and `until` in which editions it holds: by default in
    all. A SHOULD may be a MUST from the edition `must_since` on. Raises ValueError for an id that is not upper-case
    words joined by hyphens, and for what is no edition.
    """

    id: str
    level: Level
    area: Area
    sentence: str
    source: str
    tolerates: str = "Nothing."
    needs: frozenset[Capability] = frozenset()
    must_since: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no requirement id: upper-case words joined by hyphens are")
        if self.must_since is not None and not is_date(self.must_since):
            raise ValueError(f"{self.must_since!r} names no edition: a year and a month do, such as 2026-04")

    @property
    def by_reader(self) -> bool:
        """Whether a program has to read the responses for the clause to be judged."""
        return self.area is Area.CLIENT

    @property
    def told(self) -> str:
        """The period in words, and since when the clause binds; empty if every edition has it alike."""
        return ", ".join(filter(None, (super().told, self.must_since and f"MUST since {self.must_since}")))

    def as_of(self, edition: str) -> "Requirement":
        """Return the clause with the level that it has in `edition`."""
        binds = self.must_since is not None and self.must_since <= edition
        return replace(self, level=Level.MUST) if binds else self


class Catalogue(dict[str, Requirement]):
    """Requirements by their ids, in the order of the reports: those of all editions, or of one."""

    def __init__(self, *parts: tuple[Requirement, ...], edition: str | None = None) -> None:
        """Join `parts`, which are those of `edition`, if one is named. Raises ValueError if an id stands twice."""
        super().__init__()
        self.edition = edition
        for requirement in (one for part in parts for one in part):
            if requirement.id in self:
                raise ValueError(f"requirement {requirement.id} stands twice in the catalogue")
            self[requirement.id] = requirement

    def __missing__(self, key: str) -> Requirement:
        """Refuse an id that the catalogue does not know: LookupError, with the place to add it."""
        if self.edition is not None:
            raise LookupError(f"{key} is no requirement of edition {self.edition}")
        raise LookupError(f"{key} is not in the catalogue; contracts/catalogue/ is where requirements are added")

    def in_edition(self, edition: str) -> "Catalogue":
        """Return the requirements that hold in `edition`."""
        return Catalogue(tuple(one.as_of(edition) for one in self.values() if one.holds_in(edition)), edition=edition)

    def of(self, ids: frozenset[str] | None) -> "Catalogue":
        """Return the requirements that have one of `ids`; all of them for None."""
        if ids is None:
            return self
        return Catalogue(tuple(one for one in self.values() if one.id in ids), edition=self.edition)
