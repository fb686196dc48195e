"""An exchange: how its parts are read, and that its curl command sends the same bytes again."""

import json
import os
import re
import shutil
import subprocess
import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.body_text import shorten, text_of
from contracts.vocabulary.exchange import (
    Exchange,
    Headers,
    Request,
    Response,
    as_headers,
    header,
)
from contracts.vocabulary.json_members import WrongMember
from contracts.vocabulary.lenient_json import DEEPEST, MOST
from fixtures.http.api_paths import path_of
from fixtures.http.credentials import FOREIGN, OWN, REFUSED, Credential

KEY = "sk_Canary'7\"$(x)`0"
FOREIGN_KEY = "sk_foreign_canary_1"

PLAIN = Request("PATCH", "https://mixpeek.example/v1/buckets/b/objects/o", (), b'{"a": 1}')

BODIES = {
    "an object": b'{"amber": "birch"}',
    "empty": b"",
    "quotes": b"""{"a": "it's", 'b': "\\"double\\""}""",
    "newlines": b'{\n  "a": 1\r\n}\n',
    "a newline alone": b"\n",
    "emoji": '{"a": "😀 👨‍👩‍👧 café"}'.encode(),
    "what looks like a variable": b'{"$set": "$(id) `id` ${HOME} !! \\\\ %s"}',
    "control characters": bytes(range(1, 32)) + b"\x7f",
    "a character that cannot be seen": "\u202e\u2028\ufeff\u0085".encode(),
    "invalid UTF-8": b'{"a": "\xff\xc3\x28\xed\xa0\x80"}',
    "bytes before hexadecimal digits": b"\xffab\x01\x0212",
    "NUL": b'{"a": "\x00100%s\\n"}\x00',
    "a leading @": b"@nowhere.json",
    "a leading @ and a newline": b"@nowhere\n",
    "a leading hyphen": b"--fail",
    "a long text": b'"' + "ä1".encode() * 10_000 + b'"',
}

VALUES = ("production", "with space", "it's", '"quoted"', "$HOME `id`", "ns:1;2", "größe 😀", "")


class Recorder(ThreadingHTTPServer):
    """A server that keeps what it is sent."""

    daemon_threads = True
    received: tuple[str, str, dict[str, str], bytes]


class Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_PATCH(self) -> None:
        size = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value.encode("latin-1").decode() for name, value in self.headers.items()}
        self.server.received = self.command, self.path, headers, self.rfile.read(size)
        self.send_response(204)
        self.end_headers()

    do_GET = do_PATCH  # noqa: N815 - the name that http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def exchange(request: Request = PLAIN, response: Response = Response(200)) -> Exchange:  # noqa: B008 - frozen
    return Exchange(1, request, response, 1.0, 0.25)


def run_curl(recorder: Recorder, headers: Headers, body: bytes | None, method: str = "PATCH") -> str:
    """Run the curl command of a request in a shell, and return the command."""
    url = f"http://127.0.0.1:{recorder.server_port}{path_of('buckets', 'b c', 'objects', 'ö/[1]{2}')}"
    command = exchange(Request(method, url, headers, body)).curl
    assert command is not None
    keys = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_FOREIGN_API_KEY": FOREIGN_KEY}
    done = subprocess.run(
        [shutil.which("dash") or "sh", "-c", command], env={**os.environ, **keys}, capture_output=True, timeout=20
    )
    assert b" 204 " in done.stdout, (command, done.stderr)
    return command


def test_a_header_is_found_in_any_case() -> None:
    """Of several with one name the first one counts."""
    headers = (("X-Namespace", "one"), ("x-namespace", "two"))
    assert header(headers, "x-NAMESPACE") == "one"
    assert header(headers, "x-names") is None
    assert header((), "any") is None


def test_headers_are_kept_in_the_order_in_which_they_came() -> None:
    """A header that was sent twice is kept twice."""
    assert as_headers([("b", "1"), ("a", "2"), ("b", "3")]) == (("b", "1"), ("a", "2"), ("b", "3"))


@pytest.mark.parametrize(
    ("value", "media_type"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (" text/html ;q=1", "text/html"),
        ("", ""),
    ],
)
def test_the_content_type_is_read_without_its_parameters(value: str, media_type: str) -> None:
    """Case, charset and space do not make another media type."""
    assert Response(200, (("CONTENT-TYPE", value),)).content_type == media_type


def test_without_a_header_the_content_type_is_empty() -> None:
    """Nobody has to tell None from a text."""
    assert Response(200).content_type == ""


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"\xef\xbb\xbf{}", {}),
        (b' \r\n\t{"a": 1} trailing', {"a": 1}),
        (b'{"a": Infinity}', {"a": float("inf")}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[1]", [1]),
        (b"null", None),
        (b'"text"', "text"),
    ],
)
def test_a_body_is_read_leniently(body: bytes, document: object) -> None:
    """What is wrong with its form is one finding, and does not keep the members from being judged."""
    assert Response(200, (), body).json == document


def test_nan_is_read() -> None:
    """NaN is not JSON, and yet one such number leaves the rest of the document to be judged."""
    value = Response(200, (), b'{"a": NaN}').json["a"]
    assert value != value  # noqa: PLR0124, RUF100 - the one value that is not itself


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html>", b"{", b'{"a": }', b"[" * 100_000, b'{"n": 1' + b"0" * 5000 + b"}"]
)
def test_a_body_without_a_document_has_no_members(body: bytes) -> None:
    """Empty, cut, deep or oversized bodies raise ValueError and nothing else."""
    response = Response(200, (), body)
    with pytest.raises(ValueError, match=r"."):
        _ = response.json
    assert response.members is None


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a": ', "}")])
def test_a_document_is_read_down_to_a_depth_that_can_be_judged(opening: str, closing: str) -> None:
    """A deeper one raises ValueError, and not RecursionError in whatever walks it later."""
    fine, too_deep = (opening * depth + "1" + closing * depth for depth in (DEEPEST - 1, DEEPEST))
    assert Response(200, (), fine.encode()).json
    with pytest.raises(ValueError, match="nested too deeply"):
        _ = Response(200, (), too_deep.encode()).json


@pytest.mark.parametrize("value", ["{}", "[]", "1", '{"a": null}'])
def test_a_document_is_read_up_to_as_many_values_as_can_be_kept(value: str) -> None:
    """A small body of millions of values does not fill the memory."""
    fine, too_many = (f"[{', '.join([value] * count)}]".encode() for count in (MOST // 3, MOST))
    assert Response(200, (), fine).json
    with pytest.raises(ValueError, match="more values"):
        _ = Response(200, (), too_many).json


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"1", b"true"])
def test_only_an_object_has_members(body: bytes) -> None:
    """A list, a text, a number or null is read, and has none."""
    assert Response(200, (), body).members is None
    assert Response(200, (), b'{"a": 1}').members == {"a": 1}


@given(st.binary())
def test_any_body_has_members_or_none(body: bytes) -> None:
    """No bytes that a target sends raise an error."""
    members = Response(200, (), body).members
    assert members is None or isinstance(members, dict)


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("https://m.example/v1/buckets/b/objects/obj_1", "obj_1"),
        ("https://m.example/prefix/v1/buckets/b/objects/a%2Fb%20c/?x=1", "a/b c"),
        ("https://m.example/v1/buckets/b/objects/o/blobs", None),
        ("https://m.example/v1/buckets/b", None),
    ],
)
def test_the_object_is_the_one_that_the_path_names(url: str, identifier: str | None) -> None:
    """Prefixes, escapes, a slash at the end and a query do not hide it; longer paths name none."""
    assert Request("PATCH", url).object_identifier == identifier
    assert Request("PATCH", url).names_an_object is (identifier is not None)


def test_the_line_has_method_path_body_and_status() -> None:
    """It is what the terminal shows of an exchange, without the host."""
    assert exchange().line == 'PATCH /v1/buckets/b/objects/o  {"a": 1}  -> 200'


def test_the_line_is_short() -> None:
    """A long body is cut, and its length is said."""
    line = exchange(Request("PATCH", PLAIN.url, (), b"x" * 1000)).line
    assert f"{'x' * 100}… (1000 characters)" in line
    assert len(line) < 200


def test_the_line_is_one_line_whatever_was_sent() -> None:
    """Line breaks of every kind, those of Unicode too, are taken out of the body."""
    assert len(exchange(Request("PATCH", PLAIN.url, (), b"{\n\r\n\t}\xe2\x80\xa8")).line.splitlines()) == 1


@pytest.mark.parametrize(("length", "shown"), [(3, "xxx"), (4, "xxx… (4 characters)")])
def test_a_text_is_cut_after_the_limit(length: int, shown: str) -> None:
    """A text as long as the limit stays whole."""
    assert shorten("x" * length, 3) == shown


def test_bytes_that_are_no_text_are_shown_as_escapes() -> None:
    """Whatever is UTF-8 around them stays readable."""
    assert text_of(b"caf\xc3\xa9 \xff") == "café \\xff"


def test_as_json_has_what_the_report_shows() -> None:
    """It is plain JSON with headers, cut bodies, time and a command that sends the very bytes."""
    sent = Request("PATCH", PLAIN.url, (("X-Namespace", "n"),), b"\xff")
    members = exchange(sent, Response(404, (("a", "b"),), b"x" * 70_000)).evidence().as_json()
    assert json.loads(json.dumps(members)) == members
    assert members["request"]["headers"] == [["X-Namespace", "n"]]
    assert members["request"]["body"] == "\\xff"
    assert members["response"]["status"] == 404
    assert members["response"]["body"].endswith("… (70000 characters)")
    assert members["elapsed_seconds"] == 0.25
    assert members["curl"].startswith("printf '\\377' | curl ")


LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20)
PAIRS = st.lists(st.tuples(LATIN, LATIN), max_size=3).map(tuple)
LONG = {
    "letters": b"x" * 70_000,
    "no UTF-8": b"\xff" * 70_000,
    "umlauts": "ä".encode() * 70_000,
    "NUL": b"\0" * 2_000_000,
}
SHORT_BODIES = st.sampled_from([body for body in BODIES.values() if len(body) < 1_000])
ANY_BODY = st.binary(max_size=50) | st.text(max_size=20).map(str.encode) | SHORT_BODIES
EXCHANGES = st.builds(
    Exchange,
    st.integers(0, 9),
    st.builds(Request, st.sampled_from(("GET", "PATCH")), st.just(PLAIN.url), PAIRS, st.none() | ANY_BODY),
    st.builds(
        Response,
        st.integers(100, 999),
        PAIRS,
        ANY_BODY,
        st.booleans(),
        st.sampled_from(("HTTP/1.0", "HTTP/1.1", "HTTP/2")),
    )
    | st.builds(
        Response, st.just(0), error=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
    ),
    st.floats(0, 2e9),
    st.floats(0, 60),
    st.just(("the API key",)),
)


@given(one=EXCHANGES, longest=st.none() | st.sampled_from((3, 2_000)))
def test_evidence_is_read_as_it_was_written(one: Exchange, longest: int | None) -> None:
    """JSON holds all of what a reader sees, whatever was sent and answered, and though it was cut."""
    evidence = one.evidence(longest)
    members = json.loads(json.dumps(evidence.as_json()))
    assert Exchange.from_json(members) == evidence
    assert members == Exchange.from_json(members).as_json()


@pytest.mark.parametrize("body", LONG.values(), ids=list(LONG))
@pytest.mark.parametrize("longest", [None, 3, 2_000])
def test_a_long_body_is_read_as_it_was_shown(body: bytes, longest: int | None) -> None:
    """A body that was cut is not cut again when it is read and written."""
    evidence = exchange(replace(PLAIN, body=body), Response(200, (), body)).evidence(longest)
    assert Exchange.from_json(json.loads(json.dumps(evidence.as_json()))) == evidence
    assert evidence.response.text.endswith(("characters)", "bytes)"))


@given(one=EXCHANGES)
def test_a_command_keeps_what_no_text_can_hold(one: Exchange) -> None:
    """The command of evidence is that of the exchange itself, also where the body is not UTF-8."""
    assert Exchange.from_json(one.evidence().as_json()).curl == one.curl


@given(one=EXCHANGES, longest=st.sampled_from((3, 2_000)))
def test_a_request_that_was_cut_has_no_command(one: Exchange, longest: int) -> None:
    """What would send only the beginning of a body is not offered."""
    sent = one.request.body
    assert (one.evidence(longest).curl is None) == (sent is not None and len(text_of(sent)) > longest)


def test_an_exchange_of_an_earlier_release_is_read() -> None:
    """What `conformance.json` and the ledger said before there was a class to read them is read as it was."""
    members = {
        "request": {"method": "PATCH", "url": PLAIN.url, "headers": [["X-Namespace", "n"]], "body": "\\xff"},
        "response": {"status": 0, "headers": [], "body": "", "error": "timed out"},
        "started": 1000,
        "elapsed_seconds": 0.25,
        "curl": "curl -X PATCH https://mixpeek.example/ --data-raw $'\\xff'",
    }
    assert Exchange.from_json({**members, "colour": "red"}).as_json() == members


@pytest.mark.parametrize(
    ("part", "name", "value", "told"),
    [
        ("request", "url", "https://[", "exchange.request.url is not a URL"),
        ("request", "headers", [["a"]], "exchange.request.headers is not a list of names and values"),
        ("request", "body", 1, "exchange.request.body is not a text"),
        ("response", "status", 1000, "exchange.response.status is not a status of HTTP"),
        ("response", "error", None, "exchange.response.error is not a text"),
    ],
)
def test_a_wrong_member_of_an_exchange_is_named(part: str, name: str, value: object, told: str) -> None:
    """One line says which member is wrong, and not what stands there."""
    members = exchange().evidence().as_json()
    members[part][name] = value
    with pytest.raises(WrongMember, match=re.escape(told)):
        Exchange.from_json(members)


def test_no_body_is_another_thing_than_an_empty_one() -> None:
    """Null and "" tell a GET from a PATCH that sent nothing."""
    assert exchange(Request("GET", PLAIN.url)).as_json()["request"]["body"] is None
    assert exchange(Request("PATCH", PLAIN.url, (), b"")).as_json()["request"]["body"] == ""


@pytest.mark.parametrize("body", BODIES.values(), ids=list(BODIES))
def test_curl_sends_the_same_body(recorder: Recorder, body: bytes) -> None:
    """Quotes, line breaks, NUL and long bodies pass through the shell as they are."""
    run_curl(recorder, (("Content-Type", "application/json"),), body)
    method, path, headers, received = recorder.received
    assert (method, path) == ("PATCH", "/v1/buckets/b%20c/objects/%C3%B6%2F%5B1%5D%7B2%7D")
    assert received == body
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("value", VALUES)
def test_curl_sends_the_same_headers(recorder: Recorder, value: str) -> None:
    """No value is expanded by the shell, or dropped for being empty."""
    run_curl(recorder, (("X-Namespace", value), ("Content-Type", "text/plain; charset=utf-8")), b"{}")
    _, _, headers, _ = recorder.received
    assert headers["x-namespace"] == value
    assert headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("credential", [OWN, FOREIGN, *REFUSED], ids=lambda credential: credential.name)
def test_curl_sends_the_same_credential_and_never_shows_it(recorder: Recorder, credential: Credential) -> None:
    """The command names a variable, from which every kind of credential is made."""
    made = credential.make(FOREIGN_KEY if credential.foreign else KEY)
    shown = () if made is None else (("Authorization", credential.shell),)
    command = run_curl(recorder, shown, b"{}")
    assert recorder.received[2].get("authorization") == made
    assert KEY not in command
    assert FOREIGN_KEY not in command


def test_curl_sends_no_body_where_none_was_sent(recorder: Recorder) -> None:
    """A GET that is repeated has no Content-Type of curl's own either."""
    run_curl(recorder, (), None, "GET")
    method, _, headers, received = recorder.received
    assert (method, received) == ("GET", b"")
    assert "content-type" not in headers


def test_a_long_response_is_kept_light() -> None:
    """What is kept to be shown alone holds the beginning of a long body, and says how long it was."""
    long = exchange(PLAIN, Response(200, (), b"x" * 1_000_000))
    assert len(long.light().response.body) < 64_000
    assert long.light().response.body.endswith("… (1000000 bytes)".encode())
    assert long.light().as_json()["response"]["body"].endswith("… (1000000 bytes)")
    short = exchange(PLAIN, Response(200, (), b"{}"))
    assert short.light() is short


def test_documents_of_long_bodies_are_not_kept() -> None:
    """Ten answers of 24,000 objects each are read, and their documents, of 6 MB each, are not held side by side."""
    bodies = [b'{"number": %d, "many": [%s]}' % (one, b",".join([b'{"a": 1.5}'] * 24_000)) for one in range(10)]
    answers = [Response(200, (), body) for body in bodies]
    tracemalloc.start()
    try:
        assert [(one.members or {})["number"] for one in answers] == list(range(10))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 25_000_000


def test_the_last_long_body_is_read_once() -> None:
    """What is asked several times of one long body is the same document."""
    answer = Response(200, (), b'{"text": "%s"}' % (b"a" * 500_000))
    assert answer.members is answer.members
