"""Runners of a load run: users in this process, or in the worker processes of a master."""

import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from locust import User
from locust.env import Environment
from locust.runners import Runner

from contracts.editions.edition import Edition
from contracts.vocabulary.events import Event, Failed
from fixtures.target.target import Target
from mixpeek_conformance.load.plan import LoadPlan
from mixpeek_conformance.load.swarm import Swarm
from mixpeek_conformance.load.users import KINDS, LoadUser

GRACE = 3.0
"""Seconds for users to finish their current task when the run ends."""


class Crew(ABC):
    """Starts and stops the users, and counts what they found."""

    runner: Runner

    @abstractmethod
    def ready(self) -> bool:
        """Whether the users can begin."""

    @abstractmethod
    def begin(self, plan: LoadPlan, edition: Edition) -> None:
        """Let the users of `plan` begin."""

    @abstractmethod
    def stop(self) -> None:
        """Let all users end, and tell all that they found."""

    @property
    @abstractmethod
    def violations(self) -> int:
        """How many violations were seen so far."""

    @property
    @abstractmethod
    def is_gone(self) -> bool:
        """Whether nobody is answered any more."""

    @property
    @abstractmethod
    def is_over(self) -> bool:
        """Whether there are no users left, though there should be."""

    @property
    def workers(self) -> int:
        """How many processes send requests."""
        return 1

    @property
    def lost(self) -> int:
        """How many of them were lost on the way."""
        return 0

    @property
    @abstractmethod
    def reasons(self) -> list[str]:
        """Why users could not do what they were to do."""


class Local(Crew):
    """All users in this process."""

    def __init__(self, target: Target, weights: LoadPlan, tell: Callable[[Event], None]) -> None:
        """Prepare the users of `weights` for `target`."""
        self._target, self._tell = target, tell
        environment = environment_of(weights)
        environment.events.user_error.add_listener(told_to(tell))  # type: ignore[no-untyped-call]
        self.runner = environment.create_local_runner()
        self._swarm: Swarm | None = None

    def ready(self) -> bool:
        """Return True."""
        return True

    def begin(self, plan: LoadPlan, edition: Edition) -> None:
        """Let the users begin."""
        self._swarm = LoadUser.swarm = Swarm(self._target, edition, plan, self._tell)
        self.runner.start(plan.users, plan.spawn_rate)

    def stop(self) -> None:
        """Let the users end."""
        if self._swarm is not None:
            self.runner.quit()
            self._tell(self._swarm.judge.take())

    @property
    def violations(self) -> int:
        """How many violations were seen so far."""
        return self._swarm.judge.violations if self._swarm else 0

    @property
    def is_gone(self) -> bool:
        """Whether nobody is answered any more."""
        return self._swarm is not None and self._swarm.is_gone

    @property
    def is_over(self) -> bool:
        """Whether all users have given up."""
        return self.runner.state == "running" and self.runner.user_count == 0

    @property
    def reasons(self) -> list[str]:
        """Why users could not do what they were to do."""
        return list(self._swarm.reasons) if self._swarm else []


def environment_of(plan: LoadPlan) -> Environment:
    """Return Locust's environment for the kinds of users that `plan` weighs."""
    classes: list[type[User]] = []
    for name, kind in KINDS.items():
        if weight := plan.weights.get(name, 0):
            kind.weight = weight
            classes.append(kind)
    return Environment(user_classes=classes, stop_timeout=GRACE, catch_exceptions=True)


def told_to(tell: Callable[[Event], None]) -> Callable[..., None]:
    """Return a listener that tells of an exception in a user: a mistake of the suite."""
    seen: set[str] = set()

    def user_failed(user_instance: object, exception: BaseException, **_: Any) -> None:
        user = getattr(user_instance, "user", user_instance)
        text = "".join(traceback.format_exception(exception))
        if text not in seen:
            seen.add(text)
            tell(Failed(f"load: {type(user).__name__}", text))

    return user_failed
