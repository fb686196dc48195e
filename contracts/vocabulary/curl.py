"""A request as a curl command, with the key taken from the environment."""

import re
import shlex
from collections.abc import Iterable

MARKS = ("x-conformance-request", "traceparent")
"""Headers that name one request of a run; one that repeats it is another."""

_LEFT_OUT = ("host", "accept-encoding", "content-length", *MARKS)
"""Marks, and headers that curl writes itself, so that a command which is changed by hand still works."""

_OURS = "mixpeek-conformance/"
"""The beginning of a User-Agent that makes no difference."""

_VARIABLE = re.compile(r"\$\{MIXPEEK_HEADER_[A-Z0-9_]+\}")


def command(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes | None) -> str:
    """Return the curl command that sends this request."""
    words = ["curl", "-sS", "-i", "-X", method, shlex.quote(url)]
    for name, value in headers:
        if _goes_without(name.lower(), value) and not _VARIABLE.fullmatch(value):
            continue
        words += ["-H", _shell_header(name, value)]
    if body is None:
        return " ".join(words)
    if (text := _as_text(body)) is None:  # which no argument of a command can hold, in every shell
        return f"printf '{_escaped(body.replace(b'%', b'%%'))}' | {' '.join(words)} --data-binary @-"
    return " ".join([*words, "--data-raw", shlex.quote(text)])


def _goes_without(name: str, value: str) -> bool:
    return name in _LEFT_OUT or (name == "user-agent" and value.startswith(_OURS))


def _shell_header(name: str, value: str) -> str:
    if not value.strip():
        return shlex.quote(f"{name};")  # curl's way to send a header without a value
    if name.lower() == "authorization" or _VARIABLE.fullmatch(value):
        # A secret is written as a shell expression, which double quotes leave alive.
        return f'"{name}: {value}"'
    return shlex.quote(f"{name}: {value}")


def _as_text(body: bytes) -> str | None:
    """Return a body that can be read in a command as it is; None for any other."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and text else None


def _escaped(body: bytes) -> str:
    """Return bytes as `printf` of any shell (POSIX) takes them, and as they stand between single quotes."""
    return "".join(f"\\{byte:03o}" if not 0x20 <= byte < 0x7F or byte in b"\\'" else chr(byte) for byte in body)
