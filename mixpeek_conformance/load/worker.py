"""A worker: asks with its share of the users, and tells its master what it finds."""

import argparse
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gevent
from locust import runners
from locust.env import Environment
from locust.rpc import Message
from locust.runners import WorkerRunner

from contracts.editions import edition
from contracts.vocabulary import events
from contracts.vocabulary.events import Event
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.outcomes import Inconclusive
from contracts.vocabulary.program import started_as
from fixtures.redaction import output_gate
from fixtures.run import sigterm
from fixtures.target.target import Misconfigured, Target
from mixpeek_conformance.load import messages
from mixpeek_conformance.load.master import PARENT
from mixpeek_conformance.load.plan import LoadPlan, expect_allowed
from mixpeek_conformance.load.preparation import expect_own_bucket
from mixpeek_conformance.load.runners import environment_of, told_to
from mixpeek_conformance.load.swarm import Swarm
from mixpeek_conformance.load.users import KINDS, LoadUser
from mixpeek_conformance.streams import say

_SILENCE = 15
"""Seconds without a word of the master after which a worker ends."""

_LOST = (
    f"the master is lost, nothing was heard of it for {_SILENCE} s: on its machine, {started_as()} sweep removes"
    " what it has made"
)


class Worker:
    """A worker of the master at `host` and `port`."""

    def __init__(self, target: Target, edition_name: str, host: str, port: int) -> None:
        """Connect to the master. Raises Misconfigured if nobody is there."""
        self._target = target
        self._swarm: Swarm | None = None
        self._code = Exit.CONFORMANT
        runners.MASTER_HEARTBEAT_TIMEOUT = _SILENCE
        self._environment = environment_of(LoadPlan(weights=dict.fromkeys(KINDS, 1)))
        # Otherwise Locust reads files of settings in the folder of the user.
        self._environment.parsed_options = argparse.Namespace(web_base_path="")
        try:
            self._runner: WorkerRunner = self._environment.create_worker_runner(host, port)
        except (ConnectionError, OSError):
            raise Misconfigured(
                f"no master answers at {host}:{port}: check --master-host and --master-port"
            ) from None
        self._environment.events.user_error.add_listener(told_to(self._tell))  # type: ignore[no-untyped-call]
        self._environment.events.test_stop.add_listener(self._stopped)  # type: ignore[no-untyped-call]
        self._runner.register_message(messages.PLAN, self._plan)
        self._runner.register_message(messages.REFUSAL, self._refused)
        self._runner.send_message(messages.HELLO, messages.hello(target, edition_name))

    def work(self) -> int:
        """Ask as the master says until it says that this is over, or is gone; return the exit code."""
        say("  connected: the master says what is sent, and writes the result")
        for number in (signal.SIGINT, *sigterm.heard()):
            signal.signal(number, self._signalled)
        parent = int(os.environ.get(PARENT) or 0)
        while self._runner.greenlet:
            gevent.sleep(messages.EVERY / 4)
            if parent and os.getppid() != parent:
                self._end(Exit.INTERRUPTED)
            if self._swarm is not None and self._runner.greenlet:
                self._report(done=False)
        if self._code is Exit.CONFORMANT and self._is_lonely:
            say(f"mixpeek-conformance load: {_LOST}", error=True)
            return Exit.INCONCLUSIVE
        return self._code

    @property
    def _is_lonely(self) -> bool:
        """Whether the master has said nothing for so long that this worker has ended by itself."""
        heard = self._runner.last_heartbeat_timestamp
        return heard is not None and heard < time.time() - _SILENCE

    def _plan(self, environment: Environment, msg: Message, **_: Any) -> None:  # noqa: ARG002 - as Locust calls it
        try:
            plan = messages.plan_in(msg.data)
            expect_allowed(self._target, plan.users)
            expect_own_bucket(self._target, plan)
        except (Misconfigured, Inconclusive) as error:
            say(f"mixpeek-conformance load: {error}", error=True)
            gevent.spawn(self._end, Exit.WRONG_USE)
            return
        node = f"w{self._runner.worker_index}n"
        known = self._target.connection
        connection = replace(known, run_pace=known.run_pace.share(plan.workers))
        target = replace(self._target, connection=connection)
        self._swarm = LoadUser.swarm = Swarm(target, edition.load(plan.edition), plan, self._tell, node)

    def _refused(self, environment: Environment, msg: Message, **_: Any) -> None:  # noqa: ARG002
        reason = msg.data.get("reason") if isinstance(msg.data, dict) else "it gives no reason"
        say(f"mixpeek-conformance load: the master refuses this worker: {reason}", error=True)
        gevent.spawn(self._end, Exit.WRONG_USE)

    def _tell(self, event: Event) -> None:
        self._runner.send_message(messages.EVENT, events.as_json(output_gate.shown(event)))

    def _report(self, *, done: bool) -> None:
        swarm = self._swarm
        if swarm is not None:
            judged = swarm.judge.take()
            counts = messages.counts(
                judged, swarm.judge.violations, gone=swarm.is_gone, done=done, reasons=list(swarm.reasons)
            )
            self._runner.send_message(messages.COUNTS, counts)

    def _stopped(self, **_: Any) -> None:
        self._report(done=True)

    def _signalled(self, *_: object) -> None:
        gevent.spawn(self._end, Exit.INTERRUPTED)

    def _end(self, code: Exit) -> None:
        """End before the master says so, and let it know."""
        self._code = code
        self._environment.events.test_stop._handlers.clear()  # noqa: SLF001 - this is not an end that was meant
        self._environment.events.quitting.fire(environment=self._environment, reverse=True)  # type: ignore[no-untyped-call]
        self._runner.quit()


def several(count: int, start: Callable[[], list[Any]]) -> int:
    """Start `count` workers as processes of their own, wait for them, and return the worst of their exit codes."""
    children = start()
    say(f"  {count} worker processes")

    def signalled(*_: object) -> None:
        for child in children:
            child.terminate()

    for number in (signal.SIGINT, *sigterm.heard()):
        signal.signal(number, signalled)
    return max(int(child.wait()) for child in children)
