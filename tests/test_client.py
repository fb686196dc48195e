"""The client: what leaves it, what it reads, and that nothing which a target sends makes it fail."""

import gzip
import json
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from contracts.exchange import Exchange
from contracts.judgement import Inconclusive, Unanswered
from fixtures import credentials, decoding
from fixtures.client import Client
from fixtures.decoding import Undecodable
from fixtures.guard import guarded
from fixtures.reference.server import ReferenceServer
from fixtures.secret import Redactor
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.words import safe
from tests.hostile.proxy import Asked, at_patches, standing_before
from tests.hostile.runs import run as run_warm
from tests.hostile.sockets import Behaviour, resets_the_connection, serving
from tests.recorder import Recorded, Recording, recording
from tests.support import Conform, environment_of, run_suite

KEY = ReferenceServer.credentials.api_key


@pytest.fixture
def recorded(reference: ReferenceServer) -> Iterator[Recording]:
    with recording(reference.base_url) as seen:
        yield seen


def sent_of(exchange: Exchange) -> list[tuple[str, str]]:
    """The headers that an exchange shows, with the key in place of the variable."""
    return [(name, value.replace(credentials.KEY, KEY)) for name, value in exchange.request.headers]


def test_an_exchange_shows_every_header_that_was_sent(recorded: Recording) -> None:
    """Nothing is sent that the exchange leaves out, in the same order."""
    client, shown = Client(embedded(recorded.base_url, resolve({}, {}, Path()))), []
    shown.append(client.send("GET", "/v1/health", credential=credentials.NONE, namespace=None))
    shown.append(client.send("POST", "/v1/buckets/list?limit=100&offset=0", json={}))
    shown.append(client.send("PATCH", "/v1/buckets/b/objects/o", json={"a": "ü"}, headers=(("Content-Type", "a/b"),)))
    shown.append(client.send("PATCH", "/v1/buckets/b/objects/o"))
    shown.append(client.send("DELETE", "/v1/buckets/b%20b/objects/o"))
    for exchange, request in zip(shown, recorded.requests, strict=True):
        assert request.headers == sent_of(exchange)
        assert request.method == exchange.request.method
        assert recorded.base_url + request.path == exchange.request.url
        assert request.body == (exchange.request.body or b"")


def test_a_whole_run_shows_what_it_sent(recorded: Recording, known: Mapping[str, str], tmp_path: Path) -> None:
    """The archive of a run holds the requests that stood on the wire, header by header."""
    options = ("--base-url", recorded.base_url, "--effort", "quick", "--seed", "1", "-k", "test_auth.py")
    assert run_suite(options, known, tmp_path).ids("violated") == set()
    entries = json.loads((tmp_path / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    assert len(entries) == len(recorded.requests) > 50
    asked = sorted(_as_archived(one, recorded.base_url) for one in recorded.requests)
    told = sorted(_as_told(one["request"]) for one in entries)
    assert asked == told


def _as_archived(request: Recorded, base_url: str) -> str:
    headers = [(name, "…" if name == "Authorization" else value) for name, value in request.headers]
    return json.dumps([request.method, base_url + request.path, headers])


def _as_told(request: dict[str, object]) -> str:
    headers = [
        (one["name"], "…" if one["name"] == "Authorization" else one["value"])
        for one in request["headers"]  # type: ignore[attr-defined]
    ]
    return json.dumps([request["method"], request["url"], headers])


def test_no_cookie_is_kept() -> None:
    """What a target sets as a cookie is not sent back."""
    seen: list[bytes] = []

    def sets(connection: socket.socket, head: bytes) -> None:
        seen.append(head)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        )

    with serving(sets) as where:
        client = client_of(where)
        for _ in range(3):
            assert client.send("GET", "/v1/health").response.status == 200
    assert len(seen) == 3
    assert not any(b"cookie" in head.lower() for head in seen)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/buckets/..",
        "/v1/buckets/.",
        "/v1/buckets/../buckets/b",
        "/v1/buckets/b/objects/..",
        "/v1/buckets/b/objects/%2e%2e",
        "/v1/buckets/b/objects/.%2E",
        "/v1/buckets/b/objects/",
        "/v1/buckets/b/objects/a%2Fb/c",
        "/v1/buckets/b/objects/o?x=1",
        "/v1/buckets/b/objects/o#x",
        "/v1/buckets/",
        "/v2/buckets/b",
        "/admin",
        "",
        ".evil.example/v1/buckets/b",
        ":9210/v1/buckets/b",
        "@evil.example/v1/buckets/b",
        "//evil.example/v1/buckets/b",
        "/v1/buckets/b\r\nX: y",
        "/v1/buckets/ü",
        "/v1/buckets/\ud800",
        "/v1/buckets/a b",
        "/v1/buckets/a\\b",
    ],
)
def test_nothing_is_sent_elsewhere(recorded: Recording, path: str) -> None:
    """A path of no form that the suite uses, or that would lead to another place, is not sent."""
    client = Client(embedded(recorded.base_url, resolve({}, {}, Path())))
    with pytest.raises(Inconclusive, match=r"\Anothing is sent to [ -~]*: the target gave an identifier"):
        client.send("DELETE", path)
    assert recorded.requests == []


@pytest.mark.parametrize(
    "base_url", ["https://h.example", "https://h.example/a/b", "http://[::1]:80", "http://h:8080"]
)
def test_a_path_stays_below_the_base_url(base_url: str) -> None:
    """The host, the port and the prefix are those of the base URL."""
    url = guarded(base_url, "/v1/buckets/b/objects/o")
    assert str(url).removesuffix("/v1/buckets/b/objects/o") in (base_url, base_url.removesuffix(":80"))


def client_of(where: str) -> Client:
    return Client(embedded(f"http://{where}", resolve({"timeout": "3"}, {}, Path())))


def answering(raw: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, _: connection.sendall(raw)


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
LATIN = "Zürich".encode("latin-1")


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"X-Served-By: " + LATIN + b"\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nX: \xff\xfe\x80\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nSet-Cookie: \xff=\xfe; Domain=\xfd\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nContent-Encoding: identity\r\n\r\n{}",
        b"HTTP/1.1 307 \xff\r\nConnection: close\r\nLocation: http://[\xff]:x/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 999 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_unusual_headers_are_read(raw: bytes) -> None:
    """Bytes outside ASCII in a header, and a Location that leads nowhere, are an answer like any other."""
    with serving(answering(raw)) as where:
        exchange = client_of(where).send("GET", "/v1/health")
    assert exchange.response.status == int(raw[9:12])
    json.dumps(exchange.as_json())


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"\x00\x00\x00\x00",
        HEAD + b"bad header\r\n\r\n",
        HEAD + b"Content-Length: 1, 2\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffff\r\n",
        HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip, gzip\r\n\r\nabcd",
        HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip\r\nContent-Encoding: deflate\r\n\r\nabcd",
        HEAD + b"Content-Length: 4\r\nContent-Encoding: br\r\n\r\nabcd",
        HEAD + b"Content-Length: 4\r\nContent-Encoding: \xff\r\n\r\nabcd",
        HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip\r\n\r\nabcd",
        HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_unanswered(raw: bytes) -> None:
    """Whatever the libraries raise becomes one line that says that no usable answer came."""
    lost: list[Exchange] = []
    with serving(answering(raw)) as where:
        client = client_of(where)
        client._lost = lost.append
        with pytest.raises(Unanswered) as unanswered:
            client.send("POST", "/v1/buckets", json={})
    assert str(unanswered.value).isprintable()
    assert [one.response.status for one in lost] == [0]
    assert lost[0].response.error in str(unanswered.value)


def test_the_words_of_libraries_hold_no_key() -> None:
    """A malformed header that repeats the key is quoted without it, and without control characters."""
    shapes = (f"X\x07 Bearer {KEY}", f"bad header \\'{KEY}\"", f"bad {KEY}\xff'")
    for shape in shapes:
        raw = HEAD + shape.encode("latin-1") + b"\r\n\r\n"
        with serving(answering(raw)) as where, pytest.raises(Unanswered) as unanswered:
            client_of(where).send("POST", "/v1/buckets", json={})
        assert KEY not in str(unanswered.value)
        assert "[API key]" in str(unanswered.value)
        assert "bytearray" not in str(unanswered.value)
        assert str(unanswered.value).isprintable()


def test_a_key_that_is_escaped_in_bytes_is_found() -> None:
    """Bytes as Python writes them are decoded before secrets are looked for."""
    redactor = Redactor().also("sk_with'quote\"and\\slash", "API key")
    for written in (bytearray(b"a sk_with'quote\"and\\slash b"), b"sk_with'quote\"and\\slash"):
        assert "sk_with" not in safe(f"illegal: {written!r}", redactor)
    assert len(safe("x" * 10_000_000, redactor)) < 1000


PLAIN = json.dumps({"a": "ü" * 50_000}).encode()
RAW_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", PLAIN),
        ("identity", PLAIN),
        ("gzip", gzip.compress(PLAIN)),
        ("X-GZIP", gzip.compress(PLAIN)),
        ("identity, gzip", gzip.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN[:1000]) + gzip.compress(PLAIN[1000:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", RAW_DEFLATE.compress(PLAIN) + RAW_DEFLATE.flush()),
    ],
    ids=["none", "identity", "gzip", "x-gzip", "identity and gzip", "two members", "deflate", "bare deflate"],
)
@pytest.mark.parametrize("step", [1, 7, 65_536])
def test_one_coding_is_undone(coding: str, packed: bytes, step: int) -> None:
    """gzip and deflate are read, in whatever pieces they come."""
    chunks = (packed[at : at + step] for at in range(0, len(packed), step))
    assert decoding.read(chunks, coding) == (PLAIN, True)


def test_no_body_needs_no_decoding() -> None:
    """An empty body is empty in any coding."""
    assert decoding.read([], "br") == (b"", True)
    assert decoding.read([], "gzip") == (b"", True)


@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
def test_a_body_is_cut_as_it_unpacks(coding: str) -> None:
    """What unpacks to more than the limit is cut there, and said not to be whole."""
    packer = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
    big = b" " * 30_000_000
    packed = big if not coding else packer.compress(big) + packer.flush()
    body, complete = decoding.read([packed], coding)
    assert not complete
    assert len(body) <= decoding.LARGEST_BODY if coding else len(body) == decoding.LARGEST_BODY


@pytest.mark.parametrize(
    "coding", ["gzip, gzip", "gzip,deflate", "br", "zstd", "compress", "none", "gzip;q=1", "\xff"]
)
def test_any_other_coding_is_not_undone(coding: str) -> None:
    """More than one coding, and one that was not asked for, cannot be decoded."""
    with pytest.raises(Undecodable):
        decoding.read([gzip.compress(gzip.compress(b"{}"))], coding)


KILLED = ("--effort", "quick", "--seed", "1", "-k", "wrong_type or test_status.py")


def test_a_living_target_is_charged_with_closing(conform: Conform) -> None:
    """A patch that closes its connection each time is the violation, and leaves its own requirement open."""
    outcome = conform(*KILLED, "--gone-after", "2", at="/faults/hangs-up-on-a-wrong-type", renderings=True)
    assert outcome.code == 1, outcome.output
    assert outcome.ids("violated") == {"ERROR-NO-5XX"}
    assert outcome.result["run"]["target_gone"] is None
    [wrong_type] = [one for one in outcome.result["requirements"] if one["id"] == "ERROR-WRONG-TYPE"]
    assert wrong_type["verdict"] == "inconclusive"
    assert "by a target that answers other patches" in wrong_type["reason"]
    assert "-> no answer" in outcome.output
    [violated] = [one for one in outcome.result["requirements"] if one["id"] == "ERROR-NO-5XX"]
    statuses = [one["response"]["status"] for one in violated["violations"][0]["exchanges"]]
    assert statuses == [200, 0]
    entries = json.loads((outcome.folder / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    lost = [one["response"] for one in entries if one["response"]["status"] == 0]
    assert lost
    assert all(one["_error"] == one["comment"] != "" for one in lost)


def test_what_was_proven_outlives_the_target(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """A target that dies after a violation is not conformant, and the request that it died of is named."""
    dead: list[bool] = []

    def dies(asked: Asked) -> Behaviour | None:
        dead.extend([True] * (b'"kill' in asked.body or b'"amber"' in asked.body))
        return resets_the_connection if dead else None

    where = reference.base_url.removeprefix("http://")
    with standing_before(where, dies) as before:
        base_url = f"http://{before}/faults/naive-timestamps"
        options = ("--base-url", base_url, "--effort", "quick", "--seed", "1", "-k", "wrong_type or test_status.py")
        outcome = run_suite((*options, "--gone-after", "2"), known, tmp_path)
    assert outcome.code == 1, outcome.output
    assert "TIME-FORMAT" in outcome.ids("violated")
    gone = outcome.result["run"]["target_gone"]
    assert "; the first that got none was PATCH" in gone
    assert "amber" in gone


def test_large_answers_fill_no_memory(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> None:
    """A run whose every patch is answered with what is large once it is read stays below 300 MB."""
    body = b'{"bucket_id": "b", "a": [' + b'{"a":1},' * 490_000 + b"1]}"
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    where = reference.base_url.removeprefix("http://")
    with standing_before(where, at_patches(answering(whole)), after=1) as before:
        options = ("--base-url", f"http://{before}", "--effort", "quick", "--seed", "1", "-k", "test_status.py")
        ended = run_warm(tmp_path, ("run", *options, "--result-only"), environment_of(known), 300)
    assert "Traceback" not in ended.output
    assert ended.memory < 300_000
