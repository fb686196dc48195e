"""The numbers in the documents: `python -m cogapp -r -I . DOCUMENT` writes those of today."""

import re
from collections.abc import Callable, Mapping

from contracts.catalogue import CATALOGUE
from contracts.catalogue.observations import in_edition
from contracts.editions.edition import DEFAULT
from fixtures.reference.deviations import FAULTS, VARIANTS
from mixpeek_conformance.layout import ROOT


def _hostile() -> int:
    """Return the number of hostile targets: the rows of HOSTILE.md, without the head of the table."""
    lines = (ROOT / "HOSTILE.md").read_text("utf-8").splitlines()
    return sum(line.startswith("| ") for line in lines) - 2


_ASKED = CATALOGUE.in_edition(DEFAULT)
"""What a run asks whose user names no edition."""

COUNTS: Mapping[str, Callable[[], int]] = {
    "{} requirements": lambda: len(_ASKED),
    "{} clauses": lambda: len(CATALOGUE),
    "({} of ": lambda: len(_ASKED) - 1,
    "of {} requirements hold": lambda: len(_ASKED),
    "*observation*, {} of them": lambda: len(in_edition(DEFAULT, read=False)),
    "and {} with `--reader`": lambda: len(in_edition(DEFAULT, read=True)),
    "{} faults and variants": lambda: len(FAULTS) + len(VARIANTS),
    "lists {} ways": _hostile,
}
"""What each phrase counts."""


def counted(text: str, *phrases: str) -> str:
    """Return `text` with the numbers of today in `phrases`. Raise ValueError unless each phrase is there once."""
    for phrase in phrases:
        before, after = map(re.escape, phrase.split("{}"))
        text, found = re.subn(f"{before}[0-9][0-9,]*{after}", phrase.format(f"{COUNTS[phrase]():,}"), text)
        if found != 1:
            raise ValueError(f"{phrase!r} is {found} times between these marks of cog, and has to be there once")
    return text
