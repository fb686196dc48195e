"""Archives in the form of ten exporters: each is judged as far as it goes, and for nothing that it does not hold."""

import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mixpeek_conformance.commands.audit import audit
from mixpeek_conformance.har_reader.archive import BadArchive, Count, exchanges
from reports.result import document
from reports.result.result import Result
from reports.result.verdicts import Verdict
from tests.support.commands import command
from tests.support.har_files import (
    EXPORTERS,
    GOOD,
    KEY,
    NAIVE,
    ROWS,
    URL,
    adding,
    archive,
    changed,
    chrome,
    pairs,
    zap,
)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "traffic.har"
    path.write_bytes(content)
    return path


def ids(result: Result, verdict: Verdict) -> set[str]:
    return {one.requirement.id for one in result.judgements if one.verdict is verdict}


def test_the_table_is_as_long_as_it_says() -> None:
    """There are at least forty files of at least nine exporters."""
    assert len(ROWS) >= 40
    assert len(EXPORTERS) >= 9


@pytest.mark.parametrize("name", ROWS)
def test_an_archive_is_judged_as_expected(name: str, tmp_path: Path) -> None:
    """A file ends with its exit code, counts and violations, and what it does not hold is not said to hold."""
    row = ROWS[name]
    path = written(tmp_path, row.content)
    if row.code == 4:
        with pytest.raises(BadArchive) as caught:
            audit(path, "2026-04")
        assert "\n" not in str(caught.value)
        return
    result, count, _ = audit(path, "2026-04")
    assert ids(result, Verdict.VIOLATED) == row.violated
    assert (count.judged, count.other, count.broken) == row.counts, count.damage
    assert result.exit_code == row.code
    assert ids(result, Verdict.HOLDS).isdisjoint(row.silent)
    assert len(count.damage) == row.counts[2]
    assert document.as_written(result).exit_code == row.code


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chrome, conforming", "1 exchanges judged, 0 of other operations, 0 unreadable"),
        ("chrome, blocked", "0 of other operations, 0 unreadable, 1 without an answer of the target"),
        ("a list", "it is a list, and has no log.entries"),
        ("packed", "1 exchanges judged"),
        ("a damaged entry", "entry 2, at byte"),
        ("packed and cut", "after 9 entries"),
    ],
)
def test_the_command_says_what_it_read(name: str, said: str, tmp_path: Path) -> None:
    """The command ends with the code of the row, and tells what it could not read by number and place."""
    written(tmp_path, ROWS[name].content)
    done = command("audit", "traffic.har", environment={}, folder=tmp_path)
    assert done.returncode == ROWS[name].code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


SECRETS = {
    "authorization": {"Authorization": "Bearer tok3n-of-somebody-else"},
    "basic": {"Authorization": "Basic dXNlcjpwYXNzd29yZC1vZi1tZQ=="},
    "no scheme": {"Authorization": "tok3n-of-somebody-else"},
    "cookie": {"Cookie": "a=1; session=c00kie-of-a-session; b=true"},
    "api key": {"X-Api-Key": "an0ther-secret-key"},
    "unlisted": {"X-Acme-Token": "8f3a9c1d2e4b5a6f7089"},
    "referer": {"Referer": "https://app.example/?access_token=t0ken-in-an-address"},
    "amazon": {"Authorization": "AWS4-HMAC-SHA256 Credential=AK1/x, Signature=5f3e8a7b1c2d"},
}
HIDDEN: tuple[str, ...] = (
    "tok3n-of-somebody-else",
    "dXNlcjpwYXNzd29yZC1vZi1tZQ",
    "c00kie-of-a-session",
    "an0ther-secret-key",
)
HIDDEN += ("8f3a9c1d2e4b5a6f7089", "t0ken-in-an-address", "5f3e8a7b1c2d", "c00kie-that-is-set", KEY)


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_is_copied_out(kind: str, tmp_path: Path) -> None:
    """Whatever carries a secret, nothing that is written or printed repeats it, also where the answer does."""
    [(name, value)] = SECRETS[kind].items()
    document_ = {**NAIVE, "created_at": f"never {' '.join(HIDDEN)}", "echo": f"{value} {KEY}"}
    one = adding(chrome, "response", document_, Set_Cookie="s=c00kie-that-is-set; Path=/", X_Debug=f"was {value}")
    one["request"]["headers"] += pairs(**{name: value})
    one["request"]["postData"]["text"] = f'{{"a": "{KEY}", "b": "{value}"}}'
    one["request"]["url"] += "?api_key=an0ther-secret-key"
    written(tmp_path, archive(one))
    done = command("audit", "traffic.har", "--report-dir", "out", environment={}, folder=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    secrets = [secret for secret in HIDDEN if secret in value or secret in (KEY, "c00kie-that-is-set")]
    assert len(secrets) == 3
    for path in (one for one in (tmp_path / "out").rglob("*") if one.is_file()):
        for secret in secrets:
            assert secret.encode() not in path.read_bytes(), path
    assert not any(secret in done.stdout + done.stderr for secret in secrets)


def test_short_cookies_blank_nothing(tmp_path: Path) -> None:
    """A cookie that is a short word, a name of the contract or part of the address leaves the evidence readable."""
    one = adding(
        zap, "request", NAIVE, cookie="a=1; b=true; c=bucket_id; d=bkt_1; e=2026-01-01T00:00:00Z; f=m.example"
    )
    result, _, _ = audit(written(tmp_path, archive(one)), "2026-04")
    [shown] = [each for one in result.judgements for each in one.violations]
    exchange = shown.exchanges[0]
    assert exchange.request.url == URL
    assert '"bucket_id": "bkt_1"' in exchange.response.text
    assert "2026-01-01T00:00:00Z" in exchange.response.text


def test_no_command_is_given_for_a_request_that_is_not_known(tmp_path: Path) -> None:
    """Where the file does not hold what was sent, nothing is offered that would send something else."""
    one = changed(zap, {"request.postData": {"mimeType": "application/json"}}, NAIVE)
    done = command("audit", str(written(tmp_path, archive(one))), environment={}, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "curl -sS" not in done.stdout


def test_a_scheme_is_no_way_into_a_shell(tmp_path: Path) -> None:
    """What stands in front of a credential is shown only if it is a scheme that is known."""
    one = changed(zap, {"request.headers": pairs(Authorization="$(touch${IFS}here) sk_c4narycanarycanary")}, NAIVE)
    [exchange] = exchanges(written(tmp_path, archive(one)), Count())
    assert exchange.evidence().request.headers == (("Authorization", "${MIXPEEK_API_KEY}"),)


@pytest.mark.parametrize("cut", range(0, 2400, 97))
def test_a_damaged_file_shows_nothing_of_itself(cut: int, tmp_path: Path) -> None:
    """A file that ends anywhere is said to end in an entry at a byte, without the text next to it."""
    content = archive(zap(), zap({**GOOD, "note": KEY}))
    path = written(tmp_path, content[: min(cut, len(content) - 3)])
    with pytest.raises(BadArchive) as caught:
        list(exchanges(path, Count()))
    assert KEY not in str(caught.value)
    assert "note" not in str(caught.value)
    assert cut < 80 or "at byte" in str(caught.value)


@contextmanager
def little_memory(most: int) -> Iterator[None]:
    """See that no more than `most` bytes are taken at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def test_a_file_that_unpacks_without_end_stays_small(tmp_path: Path) -> None:
    """An entry that unpacks to hundreds of megabytes is passed over, and the next one is judged."""
    packing = zlib.compressobj(1, zlib.DEFLATED, 31)
    path = tmp_path / "bomb.har.gz"
    with path.open("wb") as file:
        file.write(packing.compress(b'{"log": {"entries": [{"a": "'))
        for _ in range(300):
            file.write(packing.compress(b"x" * 1_000_000))
        file.write(packing.compress(b'"}, ' + archive(zap())[archive(zap()).index(b'{"startedDateTime') :]))
        file.write(packing.flush())
    count = Count()
    with little_memory(60_000_000):
        assert len(list(exchanges(path, count))) == 1
    assert (count.judged, count.broken, count.damage) == (
        1,
        1,
        ["entry 1, at byte 21, cannot be read: it is too large"],
    )


@pytest.mark.slow
def test_a_body_of_many_parts_is_passed_over(tmp_path: Path) -> None:
    """Lists without end, in an entry or in a body, are not read: in memory they take a hundred times their length."""
    listed = changed(zap, {"response.content.text": f"[{'[],' * 300_000}[]]"})
    path = written(tmp_path, archive(listed).replace(b'"_zapMessageId": 7', b'"_x": [' + b"[]," * 300_000 + b"[]]"))
    count = Count()
    with little_memory(60_000_000):
        assert list(exchanges(path, count)) == []
    assert count.broken == 1
    [one] = exchanges(written(tmp_path, archive(listed)), Count())
    assert not one.response.complete
