"""The gate: no byte that a command writes gives a key away, and none acts on who reads it."""

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.vocabulary import escaping
from fixtures.redaction import output_gate
from fixtures.redaction.secret import Secret
from tests.hostile.sockets import serving
from tests.support.commands import command
from tests.support.encodings import ENCODINGS, found_in

KEY = "sk_live_Q7cXv2Tm9aB3zR8wK5pLd"
ENVIRONMENT = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "ours"}
HOSTILE = "##vso[task.complete] \x1b[31m\x00 ##[error]x ##teamcity[y]"
PLACES: dict[str, Callable[[bytes], bytes]] = {
    "a header": lambda key: b"HTTP/1.1 401 No\r\nX-Key: %s\r\nContent-Length: 2\r\n\r\n{}" % key,
    "a malformed header": lambda key: b"HTTP/1.1 200 OK\r\nbad header %s\r\n\r\n" % key,
    "the status line": lambda key: b"HTTP/1.1 2oo %s\r\nContent-Length: 0\r\n\r\n" % key,
    "the body": lambda key: b'HTTP/1.1 401 No\r\nContent-Length: %d\r\n\r\n{"a": "%s"}' % (len(key) + 9, key),
    "a redirect": lambda key: b"HTTP/1.1 302 No\r\nLocation: http://other/?%s\r\nContent-Length: 0\r\n\r\n" % key,
}


@pytest.mark.parametrize("place", PLACES)
def test_no_command_writes_a_key_that_comes_back(place: str, tmp_path: Path) -> None:
    """Whatever encoding a target repeats the key in, and wherever: neither a file nor the terminal has it."""
    told = b" ".join(encode(KEY) for name, encode in ENCODINGS.items() if "split" not in name)
    told += escaping.terminal(HOSTILE).encode()

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(PLACES[place](told))

    written = b""
    with serving(answer) as where:
        for name in ("doctor", "run"):
            done = command(name, "--base-url", f"http://{where}", environment=ENVIRONMENT, folder=tmp_path)
            written += (done.stdout + done.stderr).encode("utf-8", "surrogateescape")
    written += b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert found_in(written, KEY) == []
    assert "Traceback" not in written.decode("utf-8", "replace")


def test_a_stream_blanks_what_comes_in_pieces() -> None:
    """A key that is printed in two pieces is one on the line, and is not printed."""
    Secret(KEY)
    below = io.StringIO()
    stream = output_gate.Gate(below)
    for piece in ("a ", KEY[:9], KEY[9:], " b\n"):
        stream.write(piece)
    stream.write("not yet")
    assert below.getvalue() == "a [API key] b\n"
    stream.flush()
    assert below.getvalue() == "a [API key] b\nnot yet"


@pytest.mark.parametrize(
    "text", ["::error::x\n", "  ::add-mask::x\n", "a ##vso[task.x]\n", "##[group]\n", "##teamcity[x]\n"]
)
def test_no_line_is_a_command_to_ci(text: str) -> None:
    """What a service that runs builds would obey is broken visibly, once."""
    below = io.StringIO()
    output_gate.Gate(below).write(text)
    shown = below.getvalue()
    assert not shown.lstrip().startswith("::")
    assert not any(sign in shown for sign in ("##vso[", "##[", "##teamcity["))
    assert "\\x" in shown


def test_a_terminal_gets_no_control_characters() -> None:
    """Controls, marks of direction, half characters and what nobody sees are written as escapes."""
    below = io.StringIO()
    output_gate.Gate(below).write("\x1b[2J \x00 \u202e \x9b \ud800 \xad\u3164 \U000e0041 é\n")
    assert below.getvalue() == "\\x1b[2J \\x00 \\u202e \\x9b \\ud800 \\xad\\u3164 \\U000e0041 é\n"


def test_no_page_and_no_xml_is_turned() -> None:
    """Marks that turn the direction of text stand as escapes in pages and XML, and all else as people write it."""
    assert (
        escaping.page("<li>a\u202eb \u2066 \u200f עברית ❤\ufe0f</li>")
        == "<li>a\\u202eb \\u2066 \\u200f עברית ❤\ufe0f</li>"
    )
    assert escaping.xml("a\u202eb\x00") == "a\\u202eb\ufffd"


@pytest.mark.parametrize(
    "text", ["@name", "https://a.example", "www.a.example", "a/b#12", "GH-12", "[a](b)", "![a](b)", "<b>"]
)
def test_nothing_is_live_in_markdown(text: str) -> None:
    """A mention, an address, an issue, a link, an image and HTML are text."""
    assert text not in escaping.markdown(text)


def test_what_has_no_secret_stays_itself() -> None:
    """The gate makes nothing anew that it lets pass."""
    value = {"a": [1, "b", b"c", None], "d": ("e",)}
    assert output_gate.shown(value) is value
    Secret(KEY)
    assert json.dumps(output_gate.shown({"a": [KEY]})) == '{"a": ["[API key]"]}'


def test_colours_pass_if_they_were_asked_for() -> None:
    """Colours reach a reader who wants them, and nothing else that acts on a terminal does."""
    below = io.StringIO()
    stream = output_gate.Gate(below)
    stream.colours = True
    stream.write("\x1b[31mred\x1b[0m \x1b[2J\n")
    assert below.getvalue() == "\x1b[31mred\x1b[0m \\x1b[2J\n"


def test_a_command_of_ours_passes_without_keys() -> None:
    """A command to a service that runs builds begins a line of its own, is obeyed, and holds no key."""
    Secret(KEY)
    stream = io.StringIO()
    gate = output_gate.Gate(stream)
    gate.write("begun")
    gate.command(f"::error title=x::{KEY}")
    gate.write("::error::of a target\n")
    gate.flush()
    assert stream.getvalue() == "begun\n::error title=x::[API key]\n:\\x3aerror::of a target\n"
