"""The way to the target: TLS, HTTP/2, headers for a gateway, IPv6, and production, which is not asked by mistake."""

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import trustme

from fixtures.client import Client
from fixtures.reference.server import ReferenceServer
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.target import Misconfigured
from fixtures.wire import variable_of
from tests.support import ROOT, Outcome, command, run_suite
from tests.test_run import forms

ENVIRONMENT = {
    "MIXPEEK_API_KEY": "sk_canary_0123456789",
    "MIXPEEK_NAMESPACE": "ours",
    "MIXPEEK_BASE_URL": "https://m.example",
}
FEW = ("--effort", "quick", "--seed", "1", "-k", "test_status.py")
SERVE = """
import asyncio, pathlib, sys
from hypercorn.asyncio import serve
from hypercorn.config import Config
from fixtures.reference.app import service
from fixtures.reference.store import Store
config = Config()
config.bind = [f"fd://{sys.argv[1]}"]
config.certfile, config.keyfile = sys.argv[2], sys.argv[2]
config.loglevel = "ERROR"
asyncio.run(serve(service(Store(pathlib.Path(sys.argv[3]))), config))
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """An authority that nobody knows, and the file with its certificate."""
    one, path = trustme.CA(), tmp_path_factory.mktemp("authority") / "ca.pem"
    one.cert_pem.write_to_path(path)
    return one, path


@pytest.fixture(scope="module")
def secure(authority: tuple[trustme.CA, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The reference service over TLS, with HTTP/2 for who wants it."""
    folder = tmp_path_factory.mktemp("secure")
    certificate = folder / "server.pem"
    authority[0].issue_cert("127.0.0.1", "::1").private_key_and_cert_chain_pem.write_to_path(certificate)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(listener.fileno()), str(certificate), str(folder / "db.sqlite")],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=[listener.fileno()],
        )
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        process.kill()
        process.wait()


def known_to(base_url: str) -> dict[str, str]:
    return {**ReferenceServer.credentials.environment, "MIXPEEK_BASE_URL": base_url}


def assert_asked(outcome: Outcome) -> None:
    assert {"STATUS-MEMBER", "STATUS-UNCHANGED"} <= outcome.ids("holds"), outcome.output
    assert outcome.ids("violated") == set()


def test_a_certificate_of_an_unknown_authority_is_not_trusted(secure: str, tmp_path: Path) -> None:
    outcome = run_suite(FEW, known_to(secure), tmp_path)
    assert outcome.code == 7
    assert "TLS failed" in outcome.sentence
    assert "--ca-bundle" in outcome.sentence


@pytest.mark.parametrize("options", [(), ("--http2",)])
def test_a_bundle_makes_an_authority_known(
    secure: str, authority: tuple[trustme.CA, Path], tmp_path: Path, options: tuple[str, ...]
) -> None:
    outcome = run_suite((*FEW, "--ca-bundle", str(authority[1]), *options), known_to(secure), tmp_path)
    assert_asked(outcome)
    assert outcome.result["target"]["insecure"] is False
    [entry, *_] = json.loads((tmp_path / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    assert entry["response"]["httpVersion"] == ("HTTP/2" if options else "HTTP/1.1")


def test_insecure_is_said_in_every_report(secure: str, tmp_path: Path) -> None:
    outcome = run_suite((*FEW, "--insecure"), known_to(secure), tmp_path)
    assert_asked(outcome)
    assert outcome.result["target"]["insecure"] is True
    said = "TLS certificate was taken unchecked"
    assert said in outcome.output
    for name in ("index.html", "summary.md"):
        assert said in (tmp_path / name).read_text("utf-8")
    assert '"insecure": true' in (tmp_path / "conformance.sarif").read_text("utf-8")
    assert 'name="insecure" value="true"' in (tmp_path / "junit.xml").read_text("utf-8")
    assert "insecure=true" in (tmp_path / "allure-results" / "environment.properties").read_text("utf-8")


class Gate(BaseHTTPRequestHandler):
    """A gateway that lets nobody through, and remembers what it was shown."""

    seen: ClassVar[list[Mapping[str, str]]] = []

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers.items()))
        told = json.dumps({"detail": f"no entry with {self.headers.get('X-Gate')}"}).encode()
        self.send_response(401 if self.command == "POST" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        if self.command == "POST":
            self.rfile.read(int(self.headers["Content-Length"]))
        self.wfile.write(told)

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, *_: object) -> None:
        pass


class OverIPv6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


SESAME = "open sesame, 0123456789"


@pytest.mark.parametrize(
    ("file", "environment"),
    [
        ("", {"MIXPEEK_HEADER_X_GATE": SESAME}),
        (f"# of the gate\n\nX-Gate:  {SESAME}\n", {}),
        ("X-GATE: an older word, 0123456789\n", {"MIXPEEK_HEADER_X_GATE": SESAME}),
    ],
    ids=["environment", "file", "both"],
)
def test_extra_headers_are_sent_and_not_shown_also_over_ipv6(
    tmp_path: Path, file: str, environment: dict[str, str]
) -> None:
    Gate.seen = []
    server = OverIPv6(("::1", 0), Gate)
    Thread(target=server.serve_forever, daemon=True).start()
    headers = tmp_path / "headers.txt"
    headers.write_text(file)
    where = {**known_to(f"http://[::1]:{server.server_port}"), **environment}
    outcome = run_suite(("--headers-file", str(headers)), where, tmp_path)
    server.shutdown()
    assert outcome.code == 4, outcome.output
    assert "does not take the key" in outcome.sentence
    seen = [{name.lower(): value for name, value in one.items()}["x-gate"] for one in Gate.seen]
    assert seen == [SESAME] * len(seen) != []
    headers.unlink()
    for path in tmp_path.rglob("*"):
        for form in forms(SESAME) if path.is_file() else ():
            assert form not in path.read_bytes(), path
    assert SESAME not in outcome.output


def test_the_proxy_of_the_environment_is_on_the_way(tmp_path: Path) -> None:
    Gate.seen = []
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    Thread(target=proxy.serve_forever, daemon=True).start()
    where = {**known_to("http://mixpeek.invalid"), "HTTP_PROXY": f"http://127.0.0.1:{proxy.server_port}"}
    outcome = run_suite((), where, tmp_path)
    proxy.shutdown()
    assert "does not take the key" in outcome.sentence, outcome.output
    assert {one["Host"] for one in Gate.seen} == {"mixpeek.invalid"}


class Elsewhere(BaseHTTPRequestHandler):
    """A host to which others redirect, and that nobody should ever ask."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.headers.get('Authorization')}")
        self.send_error(418)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_that_no_key_is_carried_away(tmp_path: Path, status: int) -> None:
    Elsewhere.asked = []
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)

    class Redirects(Elsewhere):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Location", f"http://localhost:{elsewhere.server_port}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    redirects = ThreadingHTTPServer(("127.0.0.1", 0), Redirects)
    for server in (elsewhere, redirects):
        Thread(target=server.serve_forever, daemon=True).start()
    target = embedded(f"http://127.0.0.1:{redirects.server_port}", resolve({}, {}, tmp_path))
    client = Client(target)
    for method in ("GET", "POST", "PATCH", "DELETE"):
        assert client.send(method, "/v1/buckets/b/objects/o", json={}).response.status == status
    for server in (elsewhere, redirects):
        server.shutdown()
    assert Elsewhere.asked == []


def test_a_client_certificate_is_shown(authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority[1])
    context.verify_mode = ssl.CERT_REQUIRED
    authority[0].issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    ours = authority[0].issue_cert("client@m.example")
    ours.private_key_pem.write_to_path(tmp_path / "client.key")
    ours.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    where = known_to(f"https://127.0.0.1:{server.server_port}")
    options = ("--ca-bundle", str(authority[1]))
    without = run_suite(options, where, tmp_path)
    assert without.code == 7, without.output
    shown = run_suite((*options, "--client-cert", "client.pem", "--client-key", "client.key"), where, tmp_path)
    server.shutdown()
    assert shown.code == 4, shown.output
    assert "does not take the key" in shown.sentence


@pytest.mark.parametrize(
    ("options", "environment", "sentence"),
    [
        ({"ca-bundle": "none.pem"}, {}, "--ca-bundle none.pem cannot be read: No such file or directory"),
        ({"ca-bundle": "text.pem"}, {}, "holds no certificates: give a file in PEM"),
        ({"client-cert": "text.pem"}, {}, "holds no certificate with its key, unlocked: give both in PEM"),
        ({"client-key": "text.pem"}, {}, "--client-key goes with --client-cert: give the certificate too"),
        ({"rate": "fast"}, {}, "rate 'fast' is no number of requests a second between 0.01 and 10000"),
        ({"rate": "0"}, {}, "rate '0' is no number"),
        ({"max-requests": "-1"}, {}, "max-requests '-1' is no number of requests: give 1 or more"),
        ({}, {"MIXPEEK_HEADER_AUTHORIZATION": "Basic 123456"}, "is for the suite to send"),
        ({}, {"MIXPEEK_HEADER_": "12345678"}, "names no extra header"),
        ({}, {"MIXPEEK_HEADER_X": "12345678\nY: 1"}, "line breaks or characters outside ASCII"),
        ({}, {"MIXPEEK_HEADER_X": "short"}, "is refused"),
        ({"headers-file": "none.txt"}, {}, "--headers-file none.txt cannot be read: No such file or directory"),
        ({"headers-file": "text.pem"}, {}, "text.pem is no header: write NAME: VALUE"),
        ({"headers-file": "host.txt"}, {}, "line 2 of"),
        ({"headers-file": "host.txt"}, {}, "'Host' is none, or is for the suite to send"),
        ({"headers-file": "bytes.txt"}, {}, "is no text: write NAME: VALUE, a header a line"),
        ({"read-only": True}, {}, "--read-only needs the object that is read: give --bucket and --object"),
        ({"gone-after": "soon"}, {}, "gone-after 'soon' is no number of times: give 1 or more"),
        ({"other-namespace": "ours"}, {}, "--other-namespace is the namespace of the run: give another one"),
        (
            {},
            {
                "MIXPEEK_FOREIGN_API_KEY": ENVIRONMENT["MIXPEEK_API_KEY"],
                "MIXPEEK_FOREIGN_NAMESPACE": "their namespace",
            },
            "MIXPEEK_FOREIGN_API_KEY is the key of the run: give that of another organisation",
        ),
        ({"base-url": "https://api.mixpeek.com/v1"}, {}, "is the vendor's production: give --allow-production"),
        ({"base-url": "https://API.mixpeek.com:443"}, {}, "is the vendor's production: give --allow-production"),
    ],
)
def test_what_does_not_add_up_is_one_sentence(
    options: dict[str, str], environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "text.pem").write_text("no certificate")
    (tmp_path / "host.txt").write_text("# of the gate\nHost: 0123456789\n")
    (tmp_path / "bytes.txt").write_bytes(b"X: \xff\xfe")
    with pytest.raises(Misconfigured) as refused:
        resolve(options, {**ENVIRONMENT, **environment}, tmp_path)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    for value in environment.values():
        assert value not in str(refused.value)


def test_production_is_asked_where_that_is_meant(tmp_path: Path) -> None:
    file = '[targets.live]\nbase-url = "https://api.mixpeek.com"\nnamespace = "ours"\nallow-production = {}\n'
    (tmp_path / "conformance.toml").write_text(file.format("true"))
    key = {"MIXPEEK_API_KEY": ENVIRONMENT["MIXPEEK_API_KEY"]}
    assert resolve({"target": "live"}, key, tmp_path).target is not None
    (tmp_path / "conformance.toml").write_text(file.format('"yes"'))
    with pytest.raises(Misconfigured, match=r"allow-production of .* is neither true nor false"):
        resolve({"target": "live"}, key, tmp_path)


def test_a_variable_stands_in_for_the_header() -> None:
    assert variable_of("CF-Access-Client-Secret") == "MIXPEEK_HEADER_CF_ACCESS_CLIENT_SECRET"


def test_the_doctor_tells_of_tls(secure: str, authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    where = known_to(secure)
    unknown = command("doctor", environment=where, folder=tmp_path)
    assert unknown.returncode == 7
    assert "  ✗ TLS " in unknown.stdout
    trusted = command("doctor", "--ca-bundle", str(authority[1]), environment=where, folder=tmp_path)
    assert trusted.returncode == 0, trusted.stdout
    assert "  ✓ TLS                   TLSv1.3, certificate valid until " in trusted.stdout
    unchecked = command("doctor", "--insecure", environment=where, folder=tmp_path)
    assert "taken unchecked" in unchecked.stdout
