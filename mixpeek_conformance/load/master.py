"""The master: has workers, on this machine or on others, and takes in what they find."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gevent
from locust.env import Environment
from locust.rpc import Message

from contracts.editions.edition import Edition
from contracts.vocabulary.events import Event
from contracts.vocabulary.outcomes import Inconclusive
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.load import messages
from mixpeek_conformance.load.plan import LoadPlan
from mixpeek_conformance.load.runners import GRACE, Crew, environment_of
from mixpeek_conformance.streams import say

PARENT = "CONFORMANCE_PARENT"
"""The variable that tells a worker which process it ends with."""

LOOPBACK = "127.0.0.1"
_LAST = 10.0
"""Seconds to wait for the last messages of workers."""

_BEGIN = 120.0
"""Seconds in which the worker processes of this machine have to begin."""


@dataclass
class _Worker:
    """The state of one worker, as the master knows it."""

    violations: int = 0
    gone: bool = False
    done: bool = False
    reasons: list[str] = field(default_factory=list)


class Master(Crew):
    """Users in `expected` worker processes, which connect to `host` and `port`; port 0 is a free one."""

    def __init__(
        self, target: Target, plan: LoadPlan, tell: Callable[[Event], None], host: str, port: int, expected: int
    ) -> None:
        """Listen for workers. Raises Misconfigured if the port cannot be had."""
        self._target, self._plan, self._tell, self._expected = target, plan, tell, expected
        self._workers: dict[str, _Worker] = {}
        self._starter: Any = None
        try:
            self.runner = self._master = environment_of(plan).create_master_runner(host, port)
        except (SystemExit, OSError):
            raise Misconfigured(f"port {port} cannot be had for workers: give another --master-port") from None
        self.port = int(self._master.server.port) if port == 0 else port
        for name, listener in (
            (messages.HELLO, self._hello),
            (messages.EVENT, self._event),
            (messages.COUNTS, self._counts),
        ):
            self._master.register_message(name, listener)

    def ready(self) -> bool:
        """Whether all workers are there."""
        return len(self._workers) >= self._expected

    def begin(self, plan: LoadPlan, edition: Edition) -> None:  # noqa: ARG002 - workers judge, by the name in the plan
        """Let the users begin, divided among the workers."""
        self._plan = replace(plan, workers=len(self._workers))
        self._master.send_message(messages.PLAN, self._plan.as_json())
        self._starter = gevent.spawn(self._master.start, plan.users, plan.spawn_rate)

    def stop(self) -> None:
        """Stop the users, and wait a while for the last messages of the workers."""
        if self._starter is not None:
            self._starter.kill()
            self._master.stop()
            ends = time.monotonic() + _LAST + GRACE
            while not all(one.done for one in self._workers.values()) and time.monotonic() < ends:
                gevent.sleep(0.1)
        for worker in self._workers:  # Locust has forgotten those that have stopped
            self._master.send_message("quit", client_id=worker)
        self._master.quit()

    def _hello(self, environment: Environment, msg: Message, **_: Any) -> None:  # noqa: ARG002 - as Locust calls it
        expected = messages.hello(self._target, self._plan.edition)
        reason = messages.difference(msg.data, expected)
        if reason is None and self._starter is not None:
            reason = "the run has begun"
        if reason is not None:
            say(f"  a worker is refused: {reason}")
            self._master.send_message(messages.REFUSAL, {"reason": reason}, msg.node_id)
            return
        self._workers.setdefault(msg.node_id, _Worker())
        say(f"  worker {len(self._workers)} of {self._expected} is there")

    def _event(self, environment: Environment, msg: Message, **_: Any) -> None:  # noqa: ARG002
        event = messages.event_in(msg.data, self._plan.bucket)
        if msg.node_id in self._workers and event is not None:
            self._tell(event)

    def _counts(self, environment: Environment, msg: Message, **_: Any) -> None:  # noqa: ARG002
        worker, data = self._workers.get(msg.node_id), msg.data
        if worker is None or not isinstance(data, dict):
            return
        event = messages.event_in(data.get("judged"), self._plan.bucket)
        if event is not None:
            self._tell(event)
        violations, reasons = data.get("violations"), data.get("reasons")
        worker.violations = violations if isinstance(violations, int) else worker.violations
        worker.gone, worker.done = bool(data.get("gone")), worker.done or bool(data.get("done"))
        worker.reasons = [str(reason) for reason in reasons] if isinstance(reasons, list) else []

    @property
    def violations(self) -> int:
        """How many violations were seen so far."""
        return sum(worker.violations for worker in self._workers.values())

    @property
    def is_gone(self) -> bool:
        """Whether nobody is answered any more."""
        return bool(self._workers) and all(worker.gone for worker in self._workers.values())

    @property
    def is_over(self) -> bool:
        """Whether all workers are lost."""
        return self._starter is not None and not (
            self._master.clients.ready + self._master.clients.spawning + self._master.clients.running
        )

    @property
    def workers(self) -> int:
        """How many processes send requests."""
        return len(self._workers)

    @property
    def lost(self) -> int:
        """How many of them did not come to their end."""
        return sum(not worker.done for worker in self._workers.values()) if self._starter is not None else 0

    @property
    def reasons(self) -> list[str]:
        """Why users could not do what they were to do."""
        return [reason for worker in self._workers.values() for reason in worker.reasons]


class Processes(Master):
    """A master whose workers are processes of this machine, which it starts and ends."""

    def __init__(
        self, target: Target, plan: LoadPlan, tell: Callable[[Event], None], count: int, arguments: Sequence[str]
    ) -> None:
        """Start `count` workers with the `arguments` of this command."""
        super().__init__(target, plan, tell, LOOPBACK, 0, count)
        self._children = workers(count, [*arguments, "--master-host", LOOPBACK, "--master-port", str(self.port)])
        self._since = time.monotonic()

    def ready(self) -> bool:
        """Whether all workers are there. Raises Inconclusive if one of them has ended, or takes too long."""
        if super().ready():
            return True
        if any(child.poll() is not None for child in self._children):
            raise Inconclusive("a worker process ended before it had begun")
        if time.monotonic() - self._since > _BEGIN:
            raise Inconclusive(f"the worker processes did not begin within {_BEGIN:.0f} seconds")
        return False

    def stop(self) -> None:
        """Let the users end, and their processes."""
        try:
            super().stop()
        finally:
            for child in self._children:
                child.terminate()
            for child in self._children:
                try:
                    child.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()


def workers(count: int, arguments: Sequence[str]) -> list["subprocess.Popen[bytes]"]:
    """Start `count` worker processes, which end with this one. Ctrl-C reaches this one alone."""
    command = [sys.executable, "-m", "mixpeek_conformance.load", *arguments, "--worker"]
    environment = {**os.environ, PARENT: str(os.getpid())}
    return [
        subprocess.Popen(  # noqa: S603 - this very program
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        for _ in range(count)
    ]


__all__ = ["Master", "Processes", "workers"]
