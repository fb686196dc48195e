"""One line of the summary on a terminal: with colours and breaks there, plain in a pipe."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from contracts.vocabulary import escaping

_NARROWEST = 40


@dataclass(frozen=True)
class TerminalRow:
    """One line of the summary. If it is broken into several, the rest begins below its character `hang`."""

    text: Text
    hang: int = 0
    whole: bool = False
    """Whether it is never broken: it is to be pasted."""

    parts_at: str = " "
    """Where it is broken, if it has to be; what stands between is kept together if it fits."""

    @property
    def plain(self) -> str:
        """The line without colours: nothing in it breaks it, or acts on its reader."""
        return escaping.line(self.text.plain)

    def coloured(self, width: int | None) -> Iterator[str]:
        """Yield the line with colours, broken so that it fits into `width` characters."""
        yield from (_ansi(line) for line in self._broken(width))

    def broken(self, width: int | None) -> Iterator[str]:
        """Yield the line without colours, broken so that it fits into `width` characters."""
        yield from (escaping.line(line.plain) for line in self._broken(width))

    def _broken(self, width: int | None) -> list[Text]:
        room = 0 if width is None else width - self.hang
        if self.whole or room < _NARROWEST or cell_len(self.text.plain) <= self.hang + room:
            return [self.text]
        head, rest = self.text[: self.hang], self.text[self.hang :]
        parts = rest.split(self.parts_at) if self.parts_at != " " else [rest]
        lines = [line for part in _packed(parts, self.parts_at, room) for line in part.wrap(_console(), room)]
        for line in lines:
            line.rstrip()
        return [Text.assemble(head, lines[0]), *(Text.assemble(" " * self.hang, line) for line in lines[1:])]


def _packed(parts: Iterable[Text], between: str, room: int) -> list[Text]:
    """Return `parts` as lines, as many on each of them as there is room for."""
    lines: list[Text] = []
    for part in parts:
        joined = Text.assemble(lines[-1], between, part) if lines else part
        if lines and cell_len(joined.plain) <= room:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def row_of(text: str, style: str = "") -> TerminalRow:
    """Return a line that hangs below its own first character."""
    return TerminalRow(styled((text, style)), len(text) - len(text.lstrip()))


def styled(*pieces: tuple[str, str]) -> Text:
    """Return pieces of text, each with its style: what stands in them is text, and no markup."""
    return Text.assemble(*((escaping.line(text), style) for text, style in pieces))


def _console() -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, color_system="standard", width=10_000, highlight=False, markup=False,
        emoji=False, no_color=False, legacy_windows=False,
    )  # fmt: skip


def _ansi(text: Text) -> str:
    console = _console()
    with console.capture() as captured:
        console.print(text, end="", soft_wrap=True)
    return captured.get()
