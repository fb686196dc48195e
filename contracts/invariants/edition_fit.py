"""Which edition fits what a target has answered: the one that the fewest clauses of it are against."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.editions import edition as editions
from contracts.editions.edition import Edition
from contracts.invariants.invariant import Invariant
from contracts.invariants.operation import Operation
from contracts.invariants.table import INVARIANTS, in_edition
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import UNREADABLE, Finding

BEST = "best-fit"
"""What is given in place of an edition, to have it found out."""

UNDECIDED = "the edition is not found out yet"
"""What stands in place of the reasons for an edition as long as nothing is known of it."""

VIOLATION, MEMBER, FORM = 5, 3, 1
"""What counts against an edition: a clause of it that is violated; less, a member that it brought and no response
shows, or that a response shows and only other editions have, since members may be left out, and fields be added; and
least, a member that it brought and that is shown in another form."""

DECIDING = 3
"""Responses that are shown for the choice of an edition, at most."""

_SCHEMAS = {"BucketObject": "{}", "Blob": "{} of a blob", "ErrorDetail": "{} of an error"}
"""Where editions differ in members, and how a member there is called."""


@dataclass(frozen=True)
class Fit:
    """How one edition fits what was answered.

    The requirements that are `violated`, the members that it does not have and are shown all the same (`unknown`),
    each with an exchange that shows it, and the members that it brought and no response shows (`missing`), unless all
    that is null seems to be left out.
    """

    edition: str
    violated: Mapping[str, tuple[Finding, Exchange]]
    unknown: Mapping[str, Exchange]
    missing: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """What counts against the edition, in all."""
        forms = sum(1 for name in self.violated if _brought(INVARIANTS[name]))
        violations = len(self.violated) - forms
        return VIOLATION * violations + FORM * forms + MEMBER * (len(self.unknown) + len(self.missing))

    @property
    def told(self) -> str:
        """Say in a few words what is against the edition."""
        parts = []
        if self.violated:
            parts.append(f"{_listed(self.violated)} {'is' if len(self.violated) == 1 else 'are'} violated")
        if self.unknown:
            parts.append(f"it does not have {_listed(self.unknown)}, which the responses show")
        if self.missing:
            parts.append(f"no response shows {_listed(self.missing)}")
        return "; ".join(parts) or "nothing is against it"


@dataclass(frozen=True)
class Better:
    """An edition that fits better than the one that a target is held to, by a violation at least."""

    best: Fit
    ours: Fit

    @property
    def sentence(self) -> str:
        """Say which edition fits better and why, without a capital and a full stop."""
        best, ours = self.best, self.ours
        return (
            f"edition {best.edition} fits better (--edition {best.edition}): {best.told}; of edition {ours.edition},"
            f" {ours.told}"
        )

    @property
    def advice(self) -> str:
        """Say in a few words what to do about it."""
        return f"edition {self.best.edition} fits better than {self.ours.edition}: give --edition {self.best.edition}"

    def explains(self, requirement: str, violations: Iterable[tuple[str, Sequence[Exchange]]]) -> bool:
        """Whether `requirement` is violated by the edition of the run alone.

        That is so if the better one does not have it, or if each violation, an actual and its exchanges, is one of an
        invariant that the better edition finds kept.
        """
        if requirement not in CATALOGUE.in_edition(self.best.edition):
            return True
        invariant = INVARIANTS.get(requirement)
        return invariant is not None and all(
            any(found is not None and found.actual == actual for found in _each(invariant, shown, self.ours.edition))
            and not any(_each(invariant, shown, self.best.edition))
            for actual, shown in violations
        )


@dataclass(frozen=True)
class Choice:
    """The edition that fits best, the runner-up, and up to three exchanges that decide, each with what it shows."""

    best: Fit
    runner_up: Fit
    deciding: tuple[tuple[Exchange, str], ...]
    alike: tuple[Fit, ...] = ()
    """Other editions that fit as well as the best."""

    @property
    def named(self) -> tuple[str, ...]:
        """The edition that fits best, and others that fit as well."""
        return (self.best.edition, *(one.edition for one in self.alike))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say which edition was chosen and why, a sentence each, without its capital and full stop."""
        best, second = self.best, self.runner_up
        if self.alike:
            return (self._tie(),)
        return (
            f"edition {best.edition} fits best: {best.told}; runner-up {second.edition}: {second.told}",
            *(f"decided by {exchange.line}: {what}" for exchange, what in self.deciding),
        )

    def _tie(self) -> str:
        best = self.best
        which = "the default" if best.edition == editions.DEFAULT else "the oldest of them"
        reasons = dict.fromkeys(one.told for one in (best, *self.alike))
        taken = f"{which}, {best.edition}, is taken"
        if len(reasons) == 1:
            return f"the responses do not tell editions {_listed(sorted(self.named))} apart: {best.told}; {taken}"
        compared = "; ".join(f"of {one.edition}, {one.told}" for one in (best, *self.alike))
        return f"editions {_listed(sorted(self.named))} fit alike: {compared}; {taken}"


def choose(fits: Sequence[Fit]) -> Choice:
    """Return which edition fits best, of those that `rank` returns."""
    best, second = fits[0], fits[1]
    alike = tuple(fit for fit in fits[1:] if fit.points == best.points)
    return Choice(best, second, tuple(_deciding(best, second)), alike)


def better_than(name: str, fits: Sequence[Fit]) -> Better | None:
    """Return the edition that fits better than edition `name`, of those that `rank` returns; None if none does."""
    best, ours = fits[0], next((fit for fit in fits if fit.edition == name), fits[0])
    return Better(best, ours) if best.points + VIOLATION <= ours.points else None


def rank(exchanges: Iterable[Exchange]) -> Sequence[Fit]:
    """Return how each edition fits `exchanges`, the best first; of two that fit alike, the default or the older.

    Patches and readings of objects count; other exchanges say nothing.
    """
    answered = list(exchanges)
    shown = _shown(answered)
    leaves_out = not any(_shows_null(one) for one in answered)
    fits = (_fit(editions.load(name), answered, shown, leaves_out=leaves_out) for name in editions.known())
    return sorted(fits, key=lambda fit: (fit.points, fit.edition != editions.DEFAULT))


def _deciding(best: Fit, other: Fit) -> Iterable[tuple[Exchange, str]]:
    """Yield exchanges that tell two editions apart, each with all that it shows: what breaks the other one first."""
    shows: dict[int, tuple[Exchange, list[str]]] = {}
    broken = (
        (exchange, f"{name} is violated by {other.edition}, {found.actual}")
        for name, (found, exchange) in other.violated.items()
        if name not in best.violated
    )
    added = (
        (exchange, f"{name}, which {other.edition} does not have")
        for name, exchange in other.unknown.items()
        if name not in best.unknown
    )
    for exchange, what in (*broken, *added):
        shows.setdefault(id(exchange), (exchange, []))[1].append(what)
    for exchange, reasons in list(shows.values())[:DECIDING]:
        yield exchange, "; ".join(reasons)


def _fit(
    edition: Edition, exchanges: Sequence[Exchange], shown: Mapping[str, Exchange | None], *, leaves_out: bool
) -> Fit:
    declared, first = _declared(edition.name), _declared(editions.known()[0])
    violated: dict[str, tuple[Finding, Exchange]] = {}
    for exchange in exchanges:
        for name, invariant in in_edition(edition.name).items():
            if name not in violated and (found := _found(invariant, exchange, edition)):
                violated[name] = found, exchange
    unknown = {name: one for name, one in shown.items() if one is not None and name not in declared}
    brought = () if leaves_out else (name for name in declared if name not in first)
    missing = tuple(name for name in brought if name in shown and shown[name] is None)
    return Fit(edition.name, violated, unknown, missing)


def _brought(invariant: Invariant) -> bool:
    """Whether an invariant is of a member that not all editions have."""
    name = _SCHEMAS.get(invariant.schema, "").format(invariant.member)
    return bool(name) and name not in _declared(editions.known()[0])


def _each(invariant: Invariant, exchanges: Iterable[Exchange], name: str) -> Iterator[Finding | None]:
    return (_found(invariant, exchange, editions.load(name)) for exchange in exchanges)


def _found(invariant: Invariant, exchange: Exchange, edition: Edition) -> Finding | None:
    operation = Operation.READING if exchange.request.method == "GET" else Operation.UPDATE
    try:
        judged = invariant.judges(exchange, edition, operation)
        return invariant.find_violation(exchange, edition) if judged else None
    except UNREADABLE:
        return None


@cache
def _declared(name: str) -> tuple[str, ...]:
    """Return the members that an edition declares where editions differ."""
    edition = editions.load(name)
    return tuple(
        words.format(member) for schema, words in _SCHEMAS.items() for member in edition.schema(schema)["properties"]
    )


def _shown(exchanges: Iterable[Exchange]) -> dict[str, Exchange | None]:
    """Return the last exchange that shows each member of any edition; None if no document of its kind shows it."""
    every = dict.fromkeys(one for name in editions.known() for one in _declared(name))
    shown: dict[str, Exchange | None] = {}
    for exchange in exchanges:
        if not exchange.request.names_an_object:
            continue
        for schema, members in _documents(exchange):
            words = _SCHEMAS[schema]
            for name in (one for one in every if _schema_of(one) == schema):
                shown.setdefault(name, None)
            for member in members:
                if (name := words.format(member)) in every:
                    shown[name] = exchange
    return shown


def _shows_null(exchange: Exchange) -> bool:
    """Whether an object shows a member that is null: what is left out then is not there."""
    if not exchange.request.names_an_object:
        return False
    shown = (members for schema, members in _documents(exchange) if schema == "BucketObject")
    return any(value is None for members in shown for value in members.values())


def _schema_of(name: str) -> str:
    return next((schema for schema, words in reversed(_SCHEMAS.items()) if name.endswith(words.format(""))), "")


def _documents(exchange: Exchange) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the documents of an exchange in which editions differ, with the schema of each."""
    try:
        members = exchange.response.members or {}
    except UNREADABLE:
        return
    if exchange.response.status == 200 and members:
        yield "BucketObject", members
        blobs = members.get("blobs")
        yield from (("Blob", blob) for blob in (blobs if isinstance(blobs, list) else ()) if isinstance(blob, dict))
    elif exchange.response.status >= 400 and isinstance(members.get("error"), dict):
        yield "ErrorDetail", members["error"]


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
