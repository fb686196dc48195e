"""The preflight calls what stops a run by its cause, and stops none that could judge something."""

import json
import ssl
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

from fixtures.reference.server import ReferenceServer
from tests.before import Answering, Reply, gateway, refusal
from tests.support import Done, Objects, command

FEW = ("--effort", "quick", "--result-only", "-q", "-k", "timestamps_keep")


def asked(name: str, url: str, known: Mapping[str, str], folder: Path, *options: str) -> Done:
    """Run `run` or `doctor` against `url`."""
    done = command(name, "--base-url", url, *options, environment=known, folder=folder)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def to_patches(*replies: Reply | None) -> Answering:
    """Answer the first patches with `replies`, and further ones with the last of them."""
    rest = list(replies)

    def answering(method: str, _: str, __: bytes) -> Reply | None:
        if method != "PATCH":
            return None
        return rest.pop(0) if len(rest) > 1 else rest[0]

    return answering


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "this key may not patch"),
        (403, "this key may not patch"),
        (404, "there is no such operation"),
        (405, "PATCH is not offered"),
        (308, "every patch is redirected to /elsewhere"),
    ],
)
def test_no_patch_at_all_is_one_sentence(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, status: int, said: str
) -> None:
    """If the operation is refused as a whole, a handful of requests shows it, and a run ends there."""
    reply = refusal(status, **({"Location": "/elsewhere"} if status == 308 else {}))
    with gateway(reference.base_url, to_patches(reply)) as (url, seen):
        done = asked("run", url, known, tmp_path, *FEW)
        assert (done.returncode, len(seen) < 20) == (6, True), done.stderr
        [line] = done.stderr.strip().splitlines()
        assert said in line
        assert "no requirement about an accepted patch can be judged" in line
        assert asked("doctor", url, known, tmp_path).stdout.splitlines()[-2].startswith("  ✗ permission to patch")


@pytest.mark.parametrize("first", [refusal(403), refusal(422), refusal(404), refusal(500), refusal(400)])
def test_one_refused_patch_stops_nothing(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, first: Reply
) -> None:
    """A target that takes some patches is asked them, whatever it makes of the first."""
    with gateway(reference.base_url, to_patches(first, None)) as (url, _):
        done = asked("doctor", url, known, tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("status", [422, 500, 400, 409])
def test_what_a_check_judges_stops_nothing(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, status: int
) -> None:
    """Refusals that may be violations are left to the checks, even if every patch meets them."""
    with gateway(reference.base_url, to_patches(refusal(status))) as (url, _):
        done = asked("doctor", url, known, tmp_path)
    assert done.returncode == 0, done.stdout
    assert f"a patch is answered {status}" in done.stdout


def test_a_violation_is_told_though_the_run_ends(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """If the refusal of every patch is itself against the contract, that is the verdict."""
    reply = 403, {"Content-Type": "application/json"}, b'{"detail": "no"}'
    with gateway(reference.base_url, to_patches(reply)) as (url, _):
        done = asked("run", url, known, tmp_path, *FEW, "--report-dir", "out")
    assert done.returncode == 1, done.stderr
    result = json.loads((tmp_path / "out" / "conformance.json").read_text("utf-8"))
    assert result["verdict"] == "non-conformant"


@pytest.mark.parametrize("at", ["", "/faults/put-semantics"])
def test_an_object_handed_over_stays_as_it_was(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, at: str
) -> None:
    """The doctor leaves an object that was handed over as it was, even if an empty patch empties it."""
    objects = Objects(reference.base_url + at, known)
    bucket, identifier, before = objects.make()
    done = asked("doctor", reference.base_url + at, known, tmp_path, "--bucket", bucket, "--object", identifier)
    assert "✓ permission to patch" in done.stdout
    after = objects.get(bucket, identifier)
    assert after.pop("conformancetouch", None) is None  # what these targets do not let go
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_help_of_the_doctor_behind_dashes(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """Options of pytest that only say something send nothing, also in the doctor."""
    with gateway(reference.base_url, lambda *_: None) as (url, seen):
        for option in ("--help", "--collect-only", "--markers"):
            done = command("doctor", "--base-url", url, "--", option, environment=known, folder=tmp_path)
            assert done.returncode == 0, done.stderr
    assert seen == []


NOT_FOUND = 404, {"Content-Type": "application/json"}, b'{"detail": "Not Found"}'
PAGE = 200, {"Content-Type": "text/html"}, b"<html>welcome</html>"
FORBIDDEN = 403, {"Content-Type": "text/html"}, b"<html>forbidden</html>"


@pytest.mark.parametrize("reply", [NOT_FOUND, PAGE, FORBIDDEN], ids=["not found", "page", "forbidden"])
def test_a_catch_all_takes_no_key(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, reply: Reply
) -> None:
    """Below a wrong prefix, where one answer stands for all paths, no key is said to be taken."""
    with gateway(reference.base_url, lambda *_: reply) as (url, _):
        done = asked("doctor", f"{url}/wrong", known, tmp_path)
    assert done.returncode in (4, 6)
    assert "✓ key" not in done.stdout
    assert "check the URL" in done.stdout or "check the key" in done.stdout


class Silent(BaseHTTPRequestHandler):
    """Answers nothing in particular."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def secure() -> Iterator[str]:
    """A port that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_other_scheme_is_advised(
    reference: ReferenceServer, known: Mapping[str, str], secure: str, tmp_path: Path
) -> None:
    """A port that speaks the other scheme is told by that, not by certificates."""
    plain = reference.base_url.removeprefix("http://")
    done = asked("doctor", f"https://{plain}/prefix", known, tmp_path)
    assert (done.returncode, "--ca-bundle" in done.stdout) == (7, False)
    assert f"the port speaks plain HTTP: try http://{plain}/prefix" in done.stdout
    done = asked("doctor", f"http://{secure}", known, tmp_path)
    assert done.returncode == 7
    assert f"the port speaks TLS: try https://{secure}" in done.stdout


def test_a_port_of_tls_that_refuses_in_plain_words(known: Mapping[str, str], tmp_path: Path) -> None:
    """What answers 400 and speaks no TLS is not said to speak it."""
    with gateway("http://127.0.0.1:9", lambda *_: refusal(400)) as (url, _):
        done = asked("doctor", url, known, tmp_path)
    assert "speaks TLS" not in done.stdout
