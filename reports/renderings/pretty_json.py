"""A JSON document line by line, as it was written: only the space between its signs is another.

A parser would turn `1E2` into `100.0` and drop a repeated name, and the reader of evidence has to see what was sent.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
"""Where in a document something stands: names of members, and numbers of items."""

_SIGN = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_DEEPEST = 24
_AROUND = 3
"""Lines that are kept around a marked one."""

_STEP = re.compile(r"""\[(?:(?P<index>\d+)|(?P<name>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\]|\.(?P<member>\w+)""")
_FIRST = re.compile(r'(?:an? |no |the )?(?P<name>"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*)')
_OF_A_BLOB = re.compile(r"\w+ (?:in details )?of blob ")


@dataclass(frozen=True)
class JsonLine:
    """One line: its text, the place of the value that it is of, and whether it is marked, or stands for a gap."""

    text: str
    place: Place
    marked: bool = False
    gap: bool = False


def pretty(text: str) -> list[JsonLine] | None:
    """Return the lines of a document; None for what is none, or is too deep to be read."""
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    signs = [sign for sign in _SIGN.findall(text.lstrip("\ufeff")) if not sign.isspace()]
    return _Writer(signs).lines()


class _Writer:
    def __init__(self, signs: list[str]) -> None:
        self._signs = signs
        self._lines: list[JsonLine] = []
        self._line = ""
        self._stack: list[list[Any]] = []
        """Of each container that is open: its place, and the name or the number of the member that comes."""

    @property
    def _place(self) -> Place:
        return (*self._stack[-1][0], self._stack[-1][1]) if self._stack else ()

    def lines(self) -> list[JsonLine] | None:
        """Return all lines; None if they would be indented too far."""
        named = False
        for index, sign in enumerate(self._signs):
            if sign in "{[":
                if len(self._stack) >= _DEEPEST:
                    return None
                self._open(sign, index)
            elif sign in "}]":
                self._close(sign, index)
            elif sign == ",":
                self._end(",")
                last = self._stack[-1]
                last[1] = last[1] + 1 if isinstance(last[1], int) else ""
                named = False
            elif sign == ":":
                self._line += ": "
                named = True
            else:
                if self._is_name(named=named):
                    self._stack[-1][1] = json.loads(sign, strict=False)
                self._line += sign
            named = named and sign not in "{["
        self._end("")
        return self._lines

    def _is_name(self, *, named: bool) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1][1], str) and not named

    def _open(self, sign: str, index: int) -> None:
        empty = self._signs[index + 1] in "}]"
        self._line += sign
        if not empty:
            place = self._place
            self._end("")
            self._stack.append([place, "" if sign == "{" else 0])

    def _close(self, sign: str, index: int) -> None:
        if self._signs[index - 1] not in "{[":
            self._end("")
            self._stack.pop()
        self._line += sign

    def _end(self, tail: str) -> None:
        if self._line or tail:
            self._lines.append(JsonLine("  " * len(self._stack) + self._line + tail, self._place))
        self._line = ""


def marked(lines: list[JsonLine], place: Place) -> list[JsonLine]:
    """Return `lines` with marks on what stands at `place`, or at the nearest place above it that there is."""
    for length in range(len(place), 0, -1):
        if any(line.place[:length] == place[:length] for line in lines):
            return [JsonLine(one.text, one.place, one.place[:length] == place[:length]) for one in lines]
    return lines


def excerpt(lines: list[JsonLine], most: int) -> list[JsonLine]:
    """Return at most about `most` of the lines: those that are marked, and around them; the rest is counted."""
    if len(lines) <= most:
        return lines
    wanted = {0, len(lines) - 1}
    for index, line in enumerate(lines):
        if line.marked and len(wanted) < most:
            wanted |= set(range(max(0, index - _AROUND), min(len(lines), index + _AROUND + 1)))
    for index in range(len(lines)):
        if len(wanted) >= most:
            break
        wanted.add(index)
    return list(_with_gaps(lines, wanted))


def _with_gaps(lines: list[JsonLine], wanted: set[int]) -> Iterator[JsonLine]:
    before = -1
    for index in sorted(wanted):
        if (left_out := index - before - 1) > 0:
            yield JsonLine(f"… {left_out:,} {'line' if left_out == 1 else 'lines'}", (), gap=True)
        yield lines[index]
        before = index


def place_in(finding: str) -> Place:
    """Return the place in a document that a finding begins with, such as `a["b"][0] = 1`; empty if it names none."""
    if _OF_A_BLOB.match(finding):
        return ("blobs",)
    first = _FIRST.match(finding)
    if first is None:
        return ()
    place: list[str | int] = [_name(first["name"])]
    position = first.end()
    while step := _STEP.match(finding, position):
        place.append(int(step["index"][:9]) if step["index"] else _name(step["name"] or step["member"]))
        position = step.end()
    return tuple(place)


def _name(text: str) -> str:
    if text[:1] not in "\"'":
        return text
    try:
        return str(json.loads(f'"{text[1:-1]}"', strict=False))
    except ValueError:
        return text[1:-1]
