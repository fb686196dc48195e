"""How a check ends other than well: the requirement is violated, or it could not be asked.

AssertionError
  Violation               the target breaks a requirement
Exception
  NotApplicable           it does not apply, by declaration
  Inconclusive            it could not be asked
    Refused               a patch was refused
    Unanswered            no usable answer came
      CutOff              the connection was closed in place of one
      Busy                429 or 503, asked often enough
      StaysOpen           what the check has seen is not enough
        LeftUnanswered    a living target leaves this request without an answer
        RunIsOver         nothing more is asked
          TargetGone, BusyForGood (a Busy, too), OutOfTime, OutOfRequests
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contracts.vocabulary.exchange import Exchange


@dataclass(frozen=True)
class Finding:
    """What was expected of an answer and what came, in one line each."""

    expected: str
    actual: str


class OnFresh(StrEnum):
    """Whether a violation was seen on a fresh object, to which nothing had been sent before its example."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not asked"


class Violation(AssertionError):  # noqa: N818 - the design's word, and what a reader of a report calls it
    """The target breaks a requirement.

    An AssertionError, so that Hypothesis looks for the smallest example. `requirement` is None until the
    check that raised it says which requirement it judges.
    """

    def __init__(
        self,
        expected: str,
        actual: str,
        *,
        requirement: str | None = None,
        exchanges: tuple[Exchange, ...] = (),
    ) -> None:
        """Say what was `expected` and what came, and show the `exchanges`; without any, those of the example."""
        super().__init__(f"expected {expected}; got {actual}")
        self.finding = Finding(expected, actual)
        self.requirement = requirement
        self.exchanges = exchanges
        self.on_fresh = OnFresh.NOT_ASKED
        self.again: Callable[[], None] | None = None
        """Asks its example again on a fresh object, if that can be done."""


class Inconclusive(Exception):  # noqa: N818 - see Violation
    """A requirement could not be asked; the message says why.

    `left_to` are the requirements that judge what came in place of an answer to it, if nothing else is in the way:
    where they are broken, this one cannot be asked.
    """

    def __init__(self, *reason: object, left_to: tuple[str, ...] = ()) -> None:
        """Say the `reason`, and to which requirements it is left."""
        super().__init__(*reason)
        self.left_to = left_to


class Refused(Inconclusive):
    """A patch was refused, so that nothing can be said about what it would have stored."""


class NotApplicable(Exception):  # noqa: N818 - see Violation
    """A requirement does not apply, by declaration of the edition or of the user."""


class Unanswered(Inconclusive):
    """The target gave no usable answer: no connection, a time-out, an answer that broke off."""


class StaysOpen(Unanswered):
    """What a check was to ask stays open: the examples that it could judge are not enough."""


class RunIsOver(StaysOpen):
    """The run asks nothing more, so that the request was not sent."""


class Busy(Unanswered):
    """The target answers that it is busy (429, 503), and was asked often enough."""


class BusyForGood(Busy, RunIsOver):
    """The target has been busy so often in a row that the run stops asking it."""


class OutOfTime(RunIsOver):
    """The time of the whole run is over."""


class OutOfRequests(RunIsOver):
    """The run has sent as many requests as it may."""


class CutOff(Unanswered):
    """The connection was closed in place of an answer, each time that the request was sent."""

    def __init__(self, reason: str, exchange: Exchange) -> None:
        """Say the `reason`, and keep the `exchange`, which has no response."""
        super().__init__(reason)
        self.exchange = exchange


class LeftUnanswered(StaysOpen):
    """A living target leaves a request without an answer, each time."""


class TargetGone(RunIsOver):
    """The target has failed so often in a row that the run stops asking it."""


UNREADABLE: tuple[type[Exception], ...] = (ValueError, ArithmeticError, RecursionError, MemoryError)
"""Errors that reading any answer may raise: it holds more than Python can process."""
