"""What happens in a run, as the ledger keeps it: one frozen record an event, of plain values and exchanges."""

from dataclasses import dataclass, field, fields
from typing import Any, get_args

from contracts.vocabulary.exchange import Exchange


@dataclass(frozen=True)
class Began:
    """The run began: what is asked of which target. Times are Unix time.

    `options` is what was given for options that have no field of their own here, by their names, as it was given.
    `best_fit` says in a few sentences why the edition was chosen, if it was found out; then a run tells this again.
    `reached_by` is what was given, anywhere, for options that say where the target is and how it is reached, and
    `from_table` names those of them that the table of the target has.
    """

    run: str
    suite: str
    edition: str
    effort: str
    seed: int
    base_url: str
    namespace: str
    target: str | None
    embedded: bool
    without: list[str]
    strict: bool
    started: float
    workers: int
    insecure: bool = False
    read_only: bool = False
    options: dict[str, str] = field(default_factory=dict)
    best_fit: list[str] = field(default_factory=list)
    reached_by: dict[str, str] = field(default_factory=dict)
    from_table: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckPassed:
    """A check went through, and nothing was wrong in the `judged` examples; `unjudged` ones showed nothing.

    Of those, `unanswered` ones got no usable answer.
    """

    test: str
    requirements: list[str]
    judged: int
    unjudged: int
    unanswered: int = 0


@dataclass(frozen=True)
class Violated:
    """A requirement was broken: by its own check, or in the sight of another (`invariant`).

    `exchanges` are the evidence.
    `traits` are what is unusual about the request that shows it; `on_fresh_object` is a word of OnFresh.
    """

    test: str
    requirement: str
    expected: str
    actual: str
    exchanges: tuple[Exchange, ...]
    invariant: bool = False
    traits: list[str] = field(default_factory=list)
    on_fresh_object: str = "not asked"


@dataclass(frozen=True)
class CheckInconclusive:
    """A check could not ask, or not all that it was to ask: its requirements are inconclusive, for this reason.

    `cut_short` says that this stays so, whatever was judged elsewhere. `judged` examples showed that nothing was
    wrong, and `unjudged` ones showed nothing. `left_to` are the requirements whose violation alone is the reason.
    """

    test: str
    requirements: list[str]
    reason: str
    cut_short: bool = False
    judged: int = 0
    unjudged: int = 0
    left_to: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Observed:
    """What the target does where the contract leaves it open, with one exchange that is the evidence.

    `outcome` is None if it could not be found out, and `reason` says why.
    """

    test: str
    observation: str
    outcome: str | None
    reason: str | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True)
class Judged:
    """How often each invariant was judged in one test, and how often it was found broken.

    `elapsed` has the seconds that each answer took, by method.
    """

    test: str
    counts: dict[str, int]
    broken: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    elapsed: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Exemplified:
    """An exchange by which a requirement was judged, and found to hold: how it was asked.

    It was sent by the check of the requirement, or for whatever else (`invariant`).
    """

    test: str
    requirement: str
    exchange: Exchange
    invariant: bool = False


SLOWEST = 10
"""Answers that are told and shown as the slowest, at most."""


@dataclass(frozen=True)
class Slow:
    """An answer that took longer than most so far; `started` is Unix time, `elapsed` is in seconds."""

    test: str
    method: str
    path: str
    status: int
    started: float
    elapsed: float


@dataclass(frozen=True)
class Resent:
    """A request was sent once more: nothing of it can have been applied, or twice is as good as once."""

    test: str
    because: str


@dataclass(frozen=True)
class Late:
    """Something that the run had made was found only so many seconds after its creation."""

    test: str
    what: str
    seconds: float


@dataclass(frozen=True)
class Failed:
    """The suite itself failed in a test: a bug of the suite, never of the target."""

    test: str
    error: str


@dataclass(frozen=True)
class TargetUnreachable:
    """The target stopped answering, or never did."""

    reason: str


@dataclass(frozen=True)
class Made:
    """The run is about to make something on the target: where it is to be deleted, and in which namespace.

    `name` is the name of a bucket whose path holds its id, as the target itself showed it.
    """

    path: str
    namespace: str
    name: str = ""


@dataclass(frozen=True)
class Removed:
    """Something that the run made is gone from the target, or is from now on known under another path."""

    path: str


@dataclass(frozen=True)
class Borrowed:
    """The run is about to patch an object that was handed over: `original` is what it has to be again."""

    path: str
    namespace: str
    original: dict[str, Any]


@dataclass(frozen=True)
class Restored:
    """An object that was handed over was put back, as far as patches can."""

    path: str


@dataclass(frozen=True)
class Left:
    """Something that the run made could not be removed."""

    what: str


@dataclass(frozen=True)
class Cut:
    """The archive of one process lacks what was too much: the ends of so many `bodies`, and whole `exchanges`."""

    bodies: int
    exchanges: int


Event = (
    Began
    | CheckPassed
    | Violated
    | CheckInconclusive
    | Observed
    | Judged
    | Exemplified
    | Slow
    | Resent
    | Late
    | Failed
    | TargetUnreachable
    | Made
    | Removed
    | Borrowed
    | Restored
    | Left
    | Cut
)


@dataclass(frozen=True)
class Unwritten:
    """Events that the ledger of one process did not take, and why, as a number of `errno`."""

    events: tuple[Event, ...]
    why: int


_NAMES: dict[type[Event], str] = {
    CheckPassed: "asked",
    CheckInconclusive: "unasked",
    Resent: "again",
    TargetUnreachable: "gone",
    Borrowed: "lent",
    Restored: "returned",
}
"""Kinds whose name in a ledger is not their own: ledgers of earlier versions are read, too."""


def _name_of(kind: type[Event]) -> str:
    return _NAMES.get(kind, kind.__name__.lower())


_KINDS: dict[str, type[Event]] = {_name_of(kind): kind for kind in get_args(Event)}


def as_json(event: Event) -> dict[str, Any]:
    """Return `event` as a JSON object with its kind under `event`."""
    members = {one.name: _plain(getattr(event, one.name)) for one in fields(event)}
    return {"event": _name_of(type(event)), **members}


def _plain(value: Any) -> Any:
    match value:
        case Exchange():
            return value.as_json()
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def from_json(members: dict[str, Any]) -> Event:
    """Read what `as_json` returned. Raises KeyError, TypeError or ValueError if `members` are not an event."""
    rest = {name: value for name, value in members.items() if name != "event"}
    kind = _KINDS[members["event"]]
    if kind is Violated:
        rest["exchanges"] = tuple(Exchange.from_json(one) for one in rest["exchanges"])
    if kind is Exemplified or (kind is Observed and rest.get("exchange") is not None):
        rest["exchange"] = Exchange.from_json(rest["exchange"])
    return kind(**rest)
