"""The folder, the ledger and the events of a load run."""

from dataclasses import dataclass, field

from contracts.vocabulary.events import Event, Judged, Made, Removed
from fixtures.redaction import output_gate
from reports.folder_choice import ReportPlace
from reports.recording.ledger import Ledger
from reports.recording.report_folder import LEDGER


@dataclass
class Book:
    """Keeps every event in memory, and writes those that `sweep` needs, and violations, to the ledger."""

    place: ReportPlace
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.place.folder / LEDGER / "load.jsonl", self.place.run)
        self._made: dict[str, Made] = {}

    def tell(self, event: Event) -> None:
        """Take in an event. Raises OSError if something is made that the ledger cannot tell of."""
        event = output_gate.shown(event)
        if isinstance(event, Made):
            self._made[event.path] = event
        elif isinstance(event, Removed):
            self._made.pop(event.path, None)
        if not isinstance(event, Judged):
            self._ledger.write(event)
        self.events.append(event)

    @property
    def made(self) -> list[Made]:
        """What was made, and is not known to be removed, oldest first."""
        return list(self._made.values())

    @property
    def failure(self) -> OSError | None:
        """Why the ledger is not whole; None if it is."""
        return self._ledger.failure

    def close(self) -> None:
        """Close the ledger, and let others use the folder."""
        self._ledger.close()
        self.place.release()
