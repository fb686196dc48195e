"""The baseline of a run: an earlier one, whose findings do not count if they are found again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Baseline:
    """The run that another one is held against, and the requirements that do not count because of it.

    `report` is the file or folder that was named. Without a `run` nothing was there, and everything counts. `started`
    is Unix time. `known` are the requirements that were found in the same way there, `otherwise` those that were
    violated there too, and are violated in another way now: these count.
    """

    report: str
    run: str | None = None
    started: float = 0.0
    suite: str = ""
    edition: str = ""
    base_url: str = ""
    known: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
