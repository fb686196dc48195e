"""Targets that are there, and let no run begin: the preflight describes each as what it is."""

import json
import socket
from pathlib import Path

import pytest

from tests.hostile.sockets import serving
from tests.support.commands import Outcome, run_suite

ENVIRONMENT = {"MIXPEEK_API_KEY": "sk_canary_0123456789", "MIXPEEK_NAMESPACE": "ours"}
QUOTA = {"success": False, "status": 403, "error": {"message": "5 of 5 buckets", "type": "QuotaExceededError"}}


def _answer(status: str, headers: str = "", document: object = None) -> bytes:
    body = json.dumps(document or {}).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _asked(folder: Path, create: bytes, health: bytes = _answer("200 OK")) -> Outcome:
    """Run the suite at a target that answers POST with `create`, and all else with `health`."""

    def does(connection: socket.socket, head: bytes) -> None:
        connection.sendall(create if head.startswith(b"POST") else health)

    with serving(does) as where:
        return run_suite(("--base-url", f"http://{where}", "--result-only", "--gone-after", "2"), ENVIRONMENT, folder)


@pytest.mark.parametrize(
    ("create", "code", "sentence"),
    [
        (
            _answer("307 Temporary Redirect", "Location: /v1/buckets/\r\n"),
            6,
            "the target redirects POST /v1/buckets to /v1/buckets/, a path that the published API does not have",
        ),
        (_answer("307 Temporary Redirect", "Location: https://m.example/v1/buckets\r\n"), 4, "redirects elsewhere"),
        (_answer("307 Temporary Redirect", "Location: http://[/\r\n"), 4, "redirects elsewhere"),
        (_answer("403 Forbidden", document=QUOTA), 6, "the quota of the organisation is used up"),
        (_answer("403 Forbidden"), 4, "the target forbids this key what the run needs"),
        (_answer("429 Busy", "Retry-After: 86400\r\n"), 6, "asks to come back in 86,400 seconds"),
    ],
    ids=["a slash", "another scheme", "nowhere", "a quota", "no permission", "busy"],
)
def test_what_hinders_a_run_is_described(create: bytes, code: int, sentence: str, tmp_path: Path) -> None:
    """A redirect to a slash, a used quota and a busy target are not the fault of a key or of an address."""
    outcome = _asked(tmp_path, create)
    assert outcome.code == code, outcome.output
    assert sentence in outcome.sentence


def test_a_busy_target_is_not_unreachable(tmp_path: Path) -> None:
    """A target that answers 503 from the first request on is there."""
    busy = _answer("503 Busy", "Retry-After: 3600\r\n")
    outcome = _asked(tmp_path, busy, busy)
    assert outcome.code == 6, outcome.output
    assert "the target was busy (503, and asks to come back in 3,600 seconds)" in outcome.sentence
    assert outcome.result["run"]["target_gone"] is None
