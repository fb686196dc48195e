"""A load run from beginning to end: set up, loaded, cleaned up and written down, whatever happens on the way."""

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType

import gevent
from gevent.event import Event as Signal

from contracts.editions import edition
from contracts.vocabulary.efforts import LOAD
from contracts.vocabulary.events import Began, Left, TargetUnreachable
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.outcomes import Inconclusive, Unanswered
from contracts.vocabulary.program import started_as
from contracts.vocabulary.version import suite_version
from fixtures.http.client import Client
from fixtures.http.slowness import Slowness
from fixtures.objects.cleanup import Swept, fold
from fixtures.redaction import output_gate
from fixtures.run import sigterm
from fixtures.target.settings import Settings
from fixtures.target.target import Target
from mixpeek_conformance import summary
from mixpeek_conformance.load import load_result, web_page
from mixpeek_conformance.load.load_statistics import LoadNumbers
from mixpeek_conformance.load.plan import LoadPlan
from mixpeek_conformance.load.preparation import clean_up, prepare
from mixpeek_conformance.load.run_files import Book
from mixpeek_conformance.load.runners import Crew
from mixpeek_conformance.streams import say
from reports import end_of_run
from reports.folder_choice import placed
from reports.renderings import registry
from reports.result.load import Load
from reports.result.result import Result
from reports.result.verdicts import Waiver
from reports.tables import baseline
from reports.tables.baseline import Before

_TELL = 10.0
"""Seconds between two lines that say how the run goes."""

MakeCrew = Callable[[Target, LoadPlan, Book], Crew]


@dataclass
class Controller:
    """Controls one load run of `target`, whose settings are `known`. `strict` lets a violated SHOULD count.

    `waivers` are violations accepted for a while, with the file that they stand in, and `before` is the load run that
    this one is held against. `history` is the folder to which the run adds a line, and `web` where Locust's own page
    is shown.
    """

    target: Target
    known: Settings
    plan: LoadPlan
    strict: bool
    report_dir: str | None
    waivers: tuple[Path, tuple[Waiver, ...]] | None = None
    before: Before | None = None
    history: Path | None = None
    web: socket.socket | None = None

    def __post_init__(self) -> None:
        self._ended = Signal()
        self._interrupted = False
        self._making = False
        self._main = gevent.getcurrent()
        self._reasons: dict[str, str] = {}
        self._general = load_result.NOT_SHOWN

    def run(self, make: MakeCrew) -> tuple[Result, Path]:
        """Set up, start the users of a crew, clean up, and return the result and its page.

        Raises Unusable or OSError if nothing can be written, before anything is sent.
        """
        began = self._began()
        place = placed(Path.cwd(), self.report_dir, began.run, began.started)
        self.plan = replace(self.plan, run=began.run)
        book, load, client = Book(place), None, Client(self.target, slow=Slowness(partial(say, error=True)))
        try:
            crew = make(self.target, self.plan, book)
        except BaseException:
            book.close()
            raise
        book.tell(began)
        with self._signals():
            try:
                with self._shown(crew):
                    load = self._load(client, crew, book)
            except KeyboardInterrupt:
                self._interrupted = True
            except Unanswered as error:
                book.tell(TargetUnreachable(str(error)))
            except Inconclusive as error:
                self._general = str(error)
            finally:
                for line in _cleaned(client, book, began.run):
                    book.tell(Left(line))
                if client.gone and not self._interrupted:
                    book.tell(TargetUnreachable(client.gone))
                client.close()
                found = self._write(began, book, load)
                book.close()
        return found, place.folder / registry.PAGE

    def _shown(self, crew: Crew) -> contextlib.AbstractContextManager[None]:
        """Show Locust's page, if that is asked for."""
        if self.web is None:
            return contextlib.nullcontext()
        say(f"  Locust's page is at {web_page.address(self.web)} until the run ends")
        return web_page.shown(crew.runner, self.target.base_url, self.web, self._stop)

    def _stop(self) -> None:
        """End the run: somebody asked for it on Locust's page."""
        self._interrupted = True
        self._ended.set()

    def _load(self, client: Client, crew: Crew, book: Book) -> Load | None:
        """Set up, let the users send until the time is over, and return the numbers."""
        while not crew.ready() and not self._ended.wait(0.1):
            pass
        if self._ended.is_set():
            crew.stop()
            raise KeyboardInterrupt
        self._making = True
        try:
            ready = prepare(client, self.plan, book.tell)
        except BaseException:
            crew.stop()
            raise
        finally:
            self._making = False
        self.plan, self._reasons = ready.plan, ready.reasons
        return self._watch(crew, book)

    def _watch(self, crew: Crew, book: Book) -> Load:
        """Start the users, take a sample each second, and stop them."""
        numbers = LoadNumbers(crew.runner, self.plan, lambda: crew.violations)
        began, last_said = time.monotonic(), 0.0
        step = max(1.0, self.plan.seconds / 120)
        crew.begin(self.plan, edition.load(self.plan.edition))
        while (passed := time.monotonic() - began) < self.plan.seconds:
            if self._ended.wait(min(step, self.plan.seconds - passed)) or crew.is_gone or crew.is_over:
                break
            passed = time.monotonic() - began
            numbers.sample(passed)
            if passed - last_said >= _TELL:
                last_said = passed
                say(_progress(numbers, crew))
        gone, passed = crew.is_gone, time.monotonic() - began
        numbers.sample(passed)
        crew.stop()
        numbers.settle()
        if gone:
            book.tell(TargetUnreachable("no user was answered any more"))
        if crew.reasons:
            self._general = crew.reasons[0]
        load = numbers.load(passed, crew.workers, crew.lost)
        if load.capacity * 2 > numbers.requests:
            self._general = f"the target had no room for {load.capacity:,} of {numbers.requests:,} requests"
        return load

    def _began(self) -> Began:
        return Began(
            run=self.plan.run,
            suite=suite_version(),
            edition=self.plan.edition,
            effort=LOAD,
            seed=self.plan.seed,
            base_url=self.target.base_url,
            namespace=self.target.namespace,
            target=self.target.name,
            embedded=False,
            without=sorted(self.target.without),
            strict=self.strict,
            started=time.time(),
            workers=1,
            insecure=self.target.connection.insecure,
            options=dict(self.known.shown),
            reached_by=dict(self.known.reached_by),
            from_table=list(self.known.from_table),
        )

    def _write(self, began: Began, book: Book, load: Load | None) -> Result:
        """Write the result and its renderings, and say what it is."""
        reasons = load_result.Reasons(self._reasons, self._general)
        began = replace(began, workers=load.workers if load else 1)
        found = load_result.result(
            began, book.events, self.plan, reasons, load, time.time(), interrupted=self._interrupted
        )
        if self.waivers is not None:
            file, known = self.waivers
            found = load_result.waived(found, known, file)
        if self.before is not None:
            found = baseline.hold(found, self.before.result, self.before.given)
        found = end_of_run.with_history(output_gate.shown(found), self.history, book.place.folder / registry.PAGE)
        lost = [str(one) for one in registry.write(found, book.place.folder, None)]
        if lost or book.failure is not None:
            errors = (*lost, *((f"the ledger is not whole: {book.failure.strerror}",) if book.failure else ()))
            found = replace(found, report_errors=(*found.report_errors, *errors))
        summary.show(found, book.place.folder / registry.PAGE)
        if found.left:
            place = summary.from_here(book.place.folder)
            say(f"something was left on a target: {started_as()} sweep {place}", error=True)
        return found

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Let Ctrl-C and termination end the run, and remove what it made; a second one ends that, too."""
        before = {one: signal.signal(one, self._signalled) for one in (signal.SIGINT, *sigterm.heard())}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _signalled(self, _: int, __: FrameType | None) -> None:
        if self._interrupted or self._making:
            self._interrupted = True
            gevent.kill(self._main, KeyboardInterrupt)
        self._interrupted = True
        self._ended.set()


def _cleaned(client: Client, book: Book, run: str) -> list[str]:
    """Remove what was made, and return what is left: after an interruption, all that is not known to be gone."""
    try:
        return clean_up(client, book.made, run, book.tell)
    except KeyboardInterrupt:
        return fold(Swept(one.path, "its removal was interrupted") for one in book.made)


def describe(target: Target, plan: LoadPlan) -> None:
    """Say what is going to be sent, and what is made and removed."""
    shares = ", ".join(f"{name} {weight}" for name, weight in plan.weights.items() if weight)
    say(f"  {plan.users} users ({shares}) at {plan.spawn_rate:g} a second, for {plan.seconds:g} s, seed {plan.seed}")
    say(f"  they patch and read objects of their own at {target.base_url}, in namespace {target.namespace}:")
    say("  one bucket, an object a user, and a second namespace if none is given; all of it is removed at the end")
    say("  each sends its next request when the last one is answered: there is no upper limit but the target's own")


def _progress(numbers: LoadNumbers, crew: Crew) -> str:
    last = numbers.samples[-1]
    return (
        f"  {last.second:>5.0f} s   {last.users} users   {last.requests_per_second:,.0f} requests/s"
        f"   p95 {last.p95:,.0f} ms   {crew.violations} violations"
    )


__all__ = ["Controller", "Exit", "describe"]
