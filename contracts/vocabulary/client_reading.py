"""What a client makes of a response: the answer of a program that reads responses as the client does."""

from dataclasses import dataclass
from typing import Any

from contracts.vocabulary.outcomes import Finding

LONGEST = 300
"""Characters of what a program says that are kept of each text."""


@dataclass(frozen=True)
class Reading:
    """One response as a client read it.

    `finding` says what it could not read; None if all was read. `judged` is false if the client has no type for such
    a response. `unknown_word` says that a word is not one of those that this release of the client knows, `changed`
    that a text came out as another one. `dropped` names the members that are lost on the way.
    """

    finding: Finding | None = None
    judged: bool = True
    unknown_word: bool = False
    changed: bool = False
    dropped: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: Any, reader: str) -> "Reading":
        """Read the answer of the program `reader`. Raises ValueError if it is none."""
        read = value.get("read", "") if isinstance(value, dict) else ""
        if not (read is True or read is False or read is None):
            raise ValueError('an object with "read": true, false or null')
        if read is None:
            return cls(judged=False)
        if read:
            dropped = value.get("dropped") or []
            return cls(dropped=tuple(str(one)[:LONGEST] for one in dropped) if isinstance(dropped, list) else ())
        member, expected, actual = (str(value.get(name) or "")[:LONGEST] for name in ("member", "expected", "actual"))
        where = f"{member}: " if member else ""
        finding = Finding(f"{where}{expected or 'what it can read'} ({reader})", actual or "what it cannot read")
        unknown, changed = (value.get(name) is True for name in ("unknown_word", "changed"))
        return cls(finding, unknown_word=unknown, changed=changed)
