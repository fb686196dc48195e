"""JSON values as a reader of a report sees them: short, and with what the eye would miss spelled out."""

import json
from typing import Any

from contracts.vocabulary.body_text import shorten

LIMIT = 120

_WHOLE = 4_000
"""Characters and members of a value that are read to show it: of a larger one, only its beginning is."""

_DEEPEST = 40
"""Levels of a value that are shown: the limit is reached before, but for brackets alone."""

_LONGEST_NUMBER = 1_000
"""Bits of a whole number that is shown by its digits."""


class Absent:
    """Stands for a field that is not there, which is something else than null."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()


def shown(value: object) -> str:
    """Return `value` as JSON on one line, cut to a readable length.

    Characters outside printable ASCII are followed by their code points, so that normal forms and
    look-alikes can be told apart. However large the value is, only as much of it is read as is shown.
    """
    if isinstance(value, Absent):
        return "absent"
    beginning = _Beginning()
    text = json.dumps(beginning.of(value), ensure_ascii=False, default=repr)
    kept = text[:LIMIT] if beginning.is_cut else text
    points = [f"U+{ord(one):04X}" for one in kept if not " " <= one <= "~"]
    escaped = "".join(one if one.isprintable() else " " for one in kept)
    tail = f" ({' '.join(points[:12])}{' …' if len(points) > 12 else ''})" if points else ""
    return (f"{escaped}… (cut: it is long)" if beginning.is_cut else shorten(escaped, LIMIT)) + tail


class _Beginning:
    """Copies the beginning of a value, and knows afterwards whether that is all of it."""

    def __init__(self) -> None:
        self.is_cut = False
        self._room = _WHOLE

    def of(self, value: object, depth: int = 0) -> Any:
        """Return `value` itself, or as much of it as there is room for."""
        self._room -= 1
        match value:
            case str() if len(value) > self._room:
                return self._cut(value[: max(self._room, LIMIT)])
            case str():
                self._room -= len(value)
                return value
            case bool():
                return value
            case int() if value.bit_length() > _LONGEST_NUMBER:
                return f"a whole number of about {value.bit_length() * 3 // 10} digits"
            case dict() | list() | tuple() if value and depth >= _DEEPEST:
                return self._cut("…")
            case dict():
                return {
                    self.of(str(name), depth + 1): self.of(one, depth + 1) for name, one in self._first(value.items())
                }
            case list() | tuple():
                return [self.of(one, depth + 1) for one in self._first(value)]
            case _:
                return value

    def _first(self, many: Any) -> Any:
        for item in many:
            if self._room <= 0:
                self._cut(None)
                return
            yield item

    def _cut(self, value: Any) -> Any:
        self.is_cut, self._room = True, 0
        return value
