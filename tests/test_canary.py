"""The canary: a key that a target repeats in every encoding stands in no byte that anything of this suite writes."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.events import Lent, Made
from fixtures.reference.server import ReferenceServer
from reports.ledger import Ledger
from tests.encodings import ENCODINGS, found_in
from tests.hars import archive, entry, pairs
from tests.relay import Asked, Relay, Reply
from tests.results import BEGAN
from tests.support import ROOT, Done, Objects, command, environment_of, run_suite

KEY = "sk_live_Q7cXv2Tm9aB3zR8wK5pLd"
FOREIGN = "sk_live_Jf3Hs6Gy1Nd8Wk4Ux7Mb2"
ECHO = [encode(key).decode() for key in (KEY, FOREIGN) for encode in ENCODINGS.values()]
FEW = ("--effort", "quick", "--seed", "1", "-k", "never_issued or unknown_object or not_sent_keep")

Spot = Callable[[Asked, Reply], bool]
SPOTS: dict[str, Spot] = {
    "refusals": lambda _, reply: not reply.accepted,
    "an extra member": lambda asked, reply: reply.accepted and "/objects/" in asked.path,
}


@pytest.fixture(params=SPOTS)
def leaky(request: pytest.FixtureRequest, reference: ReferenceServer) -> Iterator[Relay]:
    """A target that is the reference service, but for what it repeats of two keys."""
    where, ours = SPOTS[request.param], reference.credentials

    def bend(asked: Asked, _: Callable[[], Reply]) -> Reply:
        given = asked.headers.get("authorization", "")
        real = given.replace(KEY, ours.api_key).replace(FOREIGN, ours.foreign_api_key)
        headers = {**asked.headers, "authorization": real} if given else asked.headers
        reply = relay.pass_on(replace(asked, headers=headers))
        if isinstance(reply.document, dict) and where(asked, reply):
            return Reply(reply.status, {**reply.document, "echo": ECHO})
        return reply

    with Relay(reference.base_url, bend) as relay:
        yield relay


@pytest.fixture
def environment(leaky: Relay, known: Mapping[str, str], tmp_path: Path) -> dict[str, str]:
    """What reaches the target, with everything temporary in the folder that is searched."""
    keys = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_FOREIGN_API_KEY": FOREIGN, "MIXPEEK_BASE_URL": leaky.base_url}
    (tmp_path / "home").mkdir()
    return {**known, **keys, "TMPDIR": str(tmp_path / "home"), "HOME": str(tmp_path / "home")}


def plain_pytest(*arguments: str, environment: Mapping[str, str], folder: Path) -> Done:
    """Run the suites as pytest alone does, without the command."""
    started = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}"]
    return subprocess.run(
        [*started, str(ROOT / "suites"), "-p", "no:cacheprovider", "--report-dir", str(folder / "plain"), *arguments],
        cwd=folder,
        env=environment_of(environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def expect_none(folder: Path, *done: Done) -> None:
    """Expect no key in what was printed, nor in any file; no run ended in a traceback."""
    texts = {str(number): (one.stdout + one.stderr).encode() for number, one in enumerate(done)}
    texts |= {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for key in (KEY, FOREIGN):
        assert {name: found for name, text in texts.items() if (found := found_in(text, key))} == {}
    assert not any("Traceback" in one.stderr + one.stdout for one in done)


def test_no_command_writes_the_canary(leaky: Relay, environment: dict[str, str], tmp_path: Path) -> None:
    """A run that goes through, what follows it, and every file and line of all of them."""

    def call(*arguments: str) -> Done:
        return command(*arguments, environment=environment, folder=tmp_path)

    (tmp_path / "conformance.toml").write_text(f'[targets.leaky]\nbase-url = "{leaky.base_url}"\n')
    book = Ledger(tmp_path / "killed" / "ledger" / "main.jsonl")
    book.write(replace(BEGAN, base_url=leaky.base_url, namespace=environment["MIXPEEK_NAMESPACE"]))
    book.write(Made("/v1/buckets/bkt_gone", f"conformance-{BEGAN.run}-x", environment["MIXPEEK_NAMESPACE"]))
    book.write(Lent("/v1/buckets/b/objects/o", environment["MIXPEEK_NAMESPACE"], {"title": "was"}))
    book.close()
    done = [
        call("run", "--report-dir", "report", "--alluredir", "checks", *FEW),
        call("doctor"),
        call("replay", "report"),
        call("sweep", "killed", "--yes"),
        call("audit", "report/exchanges.har", "--report-dir", "audited"),
        call("compare", "report", "report", "--format", "json"),
        call("matrix", "--report-dir", "targets", "--", *FEW, "-m", "not observation"),
    ]
    expect_none(tmp_path, *done)
    result = json.loads((tmp_path / "report" / "conformance.json").read_text("utf-8"))
    assert "AUTH-KEY-SECRET" in {one["id"] for one in result["requirements"] if one["verdict"] == "violated"}
    names = {path.name for path in tmp_path.rglob("*")}
    assert names >= {"index.html", "junit.xml", "exchanges.har", "targets.html", "summary.md", "conformance.sarif"}
    assert any((tmp_path / "checks").iterdir())


def test_plain_pytest_writes_no_canary(environment: dict[str, str], tmp_path: Path) -> None:
    """pytest prints reports of its own and allure-pytest writes files of its own, in every worker process."""
    talkative = ("--showlocals", "--tb=long", "-vv", "-rA", "--alluredir", "checks")
    done = plain_pytest(*FEW, *talkative, "-n", "2", environment=environment, folder=tmp_path)
    assert done.returncode in (1, 6), done.stdout[-3000:] + done.stderr
    expect_none(tmp_path, done)
    assert any((tmp_path / "checks").iterdir())


LOUD = """
import logging, sys, warnings, os
import allure, pytest

@pytest.fixture
def key(): return os.environ["MIXPEEK_API_KEY"]

def test_loud(key):
    print(key); print(key[::-1], file=sys.stderr); logging.getLogger().warning(key)
    warnings.warn(key)
    allure.attach(key.encode(), "bytes"); allure.attach.file(__file__ + ".txt", "file")
    allure.dynamic.title(key); allure.dynamic.description(key); allure.dynamic.parameter("key", key)
    with allure.step(key):
        raise RuntimeError(key)
"""


def test_a_foreign_check_gives_no_key_away(environment: dict[str, str], tmp_path: Path) -> None:
    """A check that somebody adds may print, warn, attach and raise what it likes."""
    loud, shown = tmp_path / "test_loud.py", tmp_path / "shown"
    loud.write_text(LOUD)
    loud.with_suffix(".py.txt").write_text(KEY)
    shown.mkdir()
    few = (str(loud), "--effort", "quick", "-k", "loud or never_issued", "-rA", "--alluredir", "checks")
    done = plain_pytest(*few, environment=environment, folder=shown)
    assert "RuntimeError" in done.stdout, done.stdout + done.stderr
    written = b"".join(path.read_bytes() for path in shown.rglob("*") if path.is_file())
    assert b"bytes" in written
    assert found_in(written + done.stdout.encode() + done.stderr.encode(), KEY) == []


@pytest.mark.parametrize(
    "arguments", [("--base-url", f"http://127.0.0.1:9/{KEY}"), ("--base-url", f"{KEY}://x"), ("--timeout", KEY)]
)
def test_plain_pytest_refuses_without_the_canary(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """What wrong use repeats of an argument holds no key, also where pytest prints it."""
    environment = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "n", "MIXPEEK_BASE_URL": "http://127.0.0.1:9"}
    done = plain_pytest(*arguments, environment=environment, folder=tmp_path)
    assert done.returncode in (4, 7), done.stdout + done.stderr
    expect_none(tmp_path, done)


def test_a_key_of_one_recorded_exchange_is_blanked_in_the_others(tmp_path: Path) -> None:
    """The answer to somebody who shows no key repeats the key of somebody else."""
    first, second = entry(), entry({"bucket_id": "b", "created_at": f"it says {KEY}"})
    first["request"]["headers"] = pairs(Authorization=f"Bearer {KEY}")
    second["request"]["headers"] = pairs(Content_Type="application/json")
    (tmp_path / "traffic.har").write_bytes(archive(first, second))
    done = command("audit", "traffic.har", "--report-dir", "report", environment={}, folder=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    (tmp_path / "traffic.har").unlink()
    expect_none(tmp_path, done)


def test_a_header_that_says_the_namespace_is_no_key(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """An extra header may say what every answer repeats: nothing is violated, and nothing blanked."""
    name = known["MIXPEEK_OTHER_NAMESPACE"]
    settings = {"MIXPEEK_NAMESPACE": name, "MIXPEEK_OTHER_NAMESPACE": "", "MIXPEEK_HEADER_X_TENANT": name}
    few = ("--effort", "quick", "-k", "no_answer_repeats or never_issued", "--base-url", reference.base_url)
    outcome = run_suite(few, {**known, **settings}, tmp_path)
    assert "AUTH-KEY-SECRET" in outcome.ids("holds"), outcome.output
    assert outcome.result["target"]["namespace"] == name
    assert "MIXPEEK_HEADER_X_TENANT]" not in (tmp_path / "exchanges.har").read_text("utf-8")


def test_what_the_ledger_blanked_is_not_put_back(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """A field that said a secret is left and told; the others are put back, whatever secrets this process knows."""
    bucket, identifier, before = objects.make()
    path, namespace = f"/v1/buckets/{bucket}/objects/{identifier}", known["MIXPEEK_NAMESPACE"]
    secret = {"title": "[API key]", "a": {"b": "x [foreign API key]"}, "c": ["[MIXPEEK_HEADER_X_GATE]"]}
    book = Ledger(tmp_path / "ledger" / "main.jsonl")
    book.write(replace(BEGAN, base_url=reference.base_url, namespace=namespace))
    book.write(Lent(path, namespace, {**before, **secret, "note": "mine"}))
    book.close()
    of_the_run = {"title": "of the run", "a": 1, "c": 2, "note": "of the run"}
    objects.patch(bucket, identifier, of_the_run)
    settings = {"MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"], "MIXPEEK_BASE_URL": reference.base_url}
    named = ("--bucket", bucket, "--object", identifier)
    done = command("sweep", str(tmp_path), "--yes", *named, environment=settings, folder=tmp_path)
    after = objects.get(bucket, identifier)
    assert {name: after[name] for name in of_the_run} == {**of_the_run, "note": "mine"}, done.stdout + done.stderr
    assert done.returncode == 1
    assert '"title" is "of the run", and was "[API key]"' in done.stdout
