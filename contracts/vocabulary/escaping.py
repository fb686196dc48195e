"""Text from outside, made harmless for where it is written: one function a medium, and no medium without one.

HTML is escaped by jinja2 and XML by ElementTree; what XML cannot hold, `xml` takes out.
"""

import json
import re
from typing import Any

_ACTING = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What a terminal obeys, or nobody sees: controls, marks of direction and of no width, half characters, fillers, and
the tags and variants of which a whole text can be made that nobody sees (Default_Ignorable_Code_Point of Unicode)."""

_COMMAND = re.compile(r"##(?=\w*\[)|(?<![^\n\r])(?P<space>[^\S\n\r]*)::")
"""What begins a command to the service that runs a build: `##vso[`, `##[`, `##teamcity[` anywhere, `::` in front."""

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of all that follows on a line, whoever wrote that."""

_UNFIT_FOR_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile(r"[\\`*_\[\]<>|&~$!]|^[#+=-]|(?<=^\d)[.)]")
_LIVE = re.compile(r"@|#(?=\d)|(?<=[A-Za-z]):(?=//)|(?<=www)\.|(?<=\bGH)-(?=\d)|(?<=mailto):", re.IGNORECASE)
"""What GitHub makes a link of, or a mention that tells somebody, whatever escapes stand before it."""


def terminal(text: str) -> str:
    """Return `text` as lines of a terminal: what would act on it is written as an escape."""
    return _ACTING.sub(_escaped, text)


def line(text: str) -> str:
    """Return `text` as one line of a terminal or of a log of CI, whatever lines it had."""
    return command(terminal(text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")))


def command(text: str, *, begun: bool = False) -> str:
    """Return `text` without commands to the service that runs a build: seen as they are, and not obeyed.

    Its first line has `begun` before.
    """

    def broken(found: re.Match[str]) -> str:
        if found["space"] is None:
            return "#\\x23"
        return found[0] if begun and not found.start() else f"{found['space']}:\\x3a"

    return _COMMAND.sub(broken, text)


def markdown(text: str) -> str:
    """Return `text` as a line of Markdown: nothing in it is markup, a link, a mention or a number of an issue."""
    plain = _MARKUP.sub(lambda found: f"\\{found[0]}", line(" ".join(text.split())))
    return _LIVE.sub(lambda found: f"{found[0]}&#8203;", plain)


def code(text: str) -> str:
    """Return `text` as code in a line of Markdown, also in a table, whatever back-quotes it holds."""
    flat = line(re.sub(r"[^\S ]+", " ", text)).replace("|", "\\|") or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
    stripped = flat.strip() and flat.startswith(" ") and flat.endswith(" ")  # of one space, as CommonMark has it
    pad = " " if flat.startswith("`") or flat.endswith("`") or stripped else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def document(value: Any) -> str:
    """Return `value` as JSON for a terminal: what would act on it, or on a service that runs builds, is an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return (
        _ACTING.sub(lambda found: json.dumps(found[0])[1:-1], text)
        .replace("\x7f", "\\u007f")
        .replace("##", "#\\u0023")
    )


def page(text: str) -> str:
    """Return a page of HTML, escaped as it is, in which no mark turns the direction of what stands beside it."""
    return _TURNING.sub(_escaped, text)


def xml(text: str) -> str:
    """Return `text` without what XML 1.0 cannot hold, and without marks that turn the direction of text."""
    return _TURNING.sub(_escaped, _UNFIT_FOR_XML.sub("\ufffd", text))


def _escaped(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
