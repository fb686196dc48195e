"""When a thing holds: from one edition on, until another. Editions are named by year and month, and ordered by it."""

import re
from dataclasses import dataclass

_DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


def is_date(name: str) -> bool:
    """Whether `name` is a year and a month, as in 2026-04. Only these name editions, which gives them an order."""
    return _DATE.fullmatch(name) is not None


@dataclass(frozen=True, kw_only=True)
class Period:
    """The editions in which a thing holds.

    `since` is the first edition that has it; None if all have had it. `until` is the first edition that no longer has
    it; None if the latest one still has it. Raises ValueError for a name that is not a date, and for a period that
    ends before it begins.
    """

    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        for name in (self.since, self.until):
            if name is not None and not is_date(name):
                raise ValueError(f"{name!r} names no edition: a year and a month do, such as 2026-04")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError(f"since {self.since} until {self.until} is no period: it ends before it begins")

    def holds_in(self, edition: str) -> bool:
        """Whether `edition` has it."""
        return (self.since is None or self.since <= edition) and (self.until is None or edition < self.until)

    @property
    def told(self) -> str:
        """The period in words; empty if every edition has it."""
        words = (f"{word} {name}" for word, name in (("since", self.since), ("until", self.until)) if name)
        return ", ".join(words)
