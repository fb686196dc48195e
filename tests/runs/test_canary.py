"""The canary: a key that a target repeats in every encoding stands in no byte that anything of this suite writes."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from contracts.vocabulary.events import Borrowed, Made
from fixtures.reference.demo_keys import Credentials
from fixtures.reference.server import ReferenceServer
from reports.recording.ledger import Ledger
from tests.support import forked
from tests.support.commands import ROOT, Objects, Outcome, command, environment_of
from tests.support.encodings import ENCODINGS, found_in
from tests.support.har_files import archive, entry, pairs
from tests.support.relay import ReceivedRequest, Relay, Reply
from tests.support.results import BEGAN

KEY = "sk_live_Q7cXv2Tm9aB3zR8wK5pLd"
FOREIGN = "sk_live_Jf3Hs6Gy1Nd8Wk4Ux7Mb2"
ECHO = [encode(key).decode() for key in (KEY, FOREIGN) for encode in ENCODINGS.values()]
PORTION = 30
"""Encodings in one answer: any four answers in a row say all of them."""

FEW = ("--effort", "quick", "--seed", "1", "-k", "never_issued or unknown_object or not_sent_keep")
SHORT = ("--effort", "quick", "--seed", "1", "-k", "never_issued", "-m", "not observation")

Spot = Callable[[ReceivedRequest, Reply], bool]
SPOTS: dict[str, Spot] = {
    "refusals": lambda _, reply: not reply.accepted,
    "an extra member": lambda asked, reply: reply.accepted and "/objects/" in asked.path,
}


@dataclass
class Leaky:
    """A target that is the reference service, but for what it repeats of two keys; it counts what it has `said`."""

    credentials: Credentials
    relay: Relay = field(init=False)
    said: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in SPOTS})

    def bend(self, asked: ReceivedRequest, _: Callable[[], Reply]) -> Reply:
        given = asked.headers.get("authorization", "")
        real = given.replace(KEY, self.credentials.api_key).replace(FOREIGN, self.credentials.foreign_api_key)
        headers = {**asked.headers, "authorization": real} if given else asked.headers
        reply = self.relay.pass_on(replace(asked, headers=headers))
        for name, is_there in SPOTS.items():
            if isinstance(reply.document, dict) and is_there(asked, reply):
                return Reply(reply.status, {**reply.document, "echo": self.portion(name)})
        return reply

    def portion(self, spot: str) -> list[str]:
        """Return the encodings that were said least often in a spot."""
        said = self.said[spot]
        least = sorted(ECHO, key=said.__getitem__)[:PORTION]
        said.update(least)
        return least

    def expect_all_said(self) -> None:
        """Expect every encoding to have been said in every spot, and forget it."""
        assert all(set(said) == set(ECHO) for said in self.said.values()), {k: len(v) for k, v in self.said.items()}
        for said in self.said.values():
            said.clear()


@pytest.fixture
def leaky(reference: ReferenceServer) -> Iterator[Leaky]:
    leaky = Leaky(reference.credentials)
    with Relay(reference.base_url, leaky.bend) as leaky.relay:
        yield leaky


@pytest.fixture
def environment(leaky: Leaky, known: Mapping[str, str], tmp_path: Path) -> dict[str, str]:
    """What reaches the target, with everything temporary in the folder that is searched."""
    keys = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_FOREIGN_API_KEY": FOREIGN, "MIXPEEK_BASE_URL": leaky.relay.base_url}
    (tmp_path / "home").mkdir()
    return {**known, **keys, "TMPDIR": str(tmp_path / "home"), "HOME": str(tmp_path / "home")}


def warm(*arguments: str, environment: Mapping[str, str], folder: Path, module: str = forked.COMMAND) -> forked.Ended:
    """Run the command in `folder`, which then holds what it printed too."""
    return forked.run(folder, arguments, environment_of(environment), 300, module=module)


def plain_pytest(*arguments: str, environment: Mapping[str, str], folder: Path) -> forked.Ended:
    """Run the suites as pytest alone does, without the command."""
    ours = ("-c", str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}", str(ROOT / "suites"), "-p", "no:cacheprovider")
    given = (*ours, "--report-dir", str(folder / "plain"), *arguments)
    return warm(*given, environment=environment, folder=folder, module=forked.PYTEST)


def expect_none(folder: Path) -> None:
    """Expect no key in any file, nor in what was printed, which is in one; no run ended in a traceback."""
    texts = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for key in (KEY, FOREIGN):
        assert {name: found for name, text in texts.items() if (found := found_in(text, key))} == {}
    assert b"Traceback" not in (folder / "printed.txt").read_bytes()


def test_no_command_writes_the_canary(leaky: Leaky, environment: dict[str, str], tmp_path: Path) -> None:
    """A run that goes through, what follows it, and every file and line of all of them."""

    def call(*arguments: str) -> int:
        return warm(*arguments, environment=environment, folder=tmp_path).code

    (tmp_path / "conformance.toml").write_text(f'[targets.leaky]\nbase-url = "{leaky.relay.base_url}"\n')
    book = Ledger(tmp_path / "killed" / "ledger" / "main.jsonl")
    book.write(replace(BEGAN, base_url=leaky.relay.base_url, namespace=environment["MIXPEEK_NAMESPACE"]))
    book.write(Made("/v1/buckets/bkt_gone", f"conformance-{BEGAN.run}-x", environment["MIXPEEK_NAMESPACE"]))
    book.write(Borrowed("/v1/buckets/b/objects/o", environment["MIXPEEK_NAMESPACE"], {"title": "was"}))
    book.close()
    assert call("run", "--report-dir", "report", "--alluredir", "checks", *FEW) == 1
    leaky.expect_all_said()
    assert call("doctor") == 0
    assert call("replay", "report") == 1
    assert call("sweep", "killed", "--yes") == 1
    assert call("audit", "report/exchanges.har", "--report-dir", "audited") == 6
    assert call("compare", "report", "report", "--format", "json") == 1
    assert call("matrix", "--report-dir", "targets", "--", *SHORT) == 1
    expect_none(tmp_path)
    result = json.loads((tmp_path / "report" / "conformance.json").read_text("utf-8"))
    assert "AUTH-KEY-SECRET" in {one["id"] for one in result["requirements"] if one["verdict"] == "violated"}
    names = {path.name for path in tmp_path.rglob("*")}
    assert names >= {"index.html", "junit.xml", "exchanges.har", "targets.html", "summary.md", "conformance.sarif"}
    assert any((tmp_path / "checks").iterdir())


@pytest.mark.slow
def test_plain_pytest_writes_no_canary(leaky: Leaky, environment: dict[str, str], tmp_path: Path) -> None:
    """pytest prints reports of its own and allure-pytest writes files of its own, in a worker process too."""
    talkative = ("--showlocals", "--tb=long", "-vv", "-rA", "--alluredir", "checks")
    few = ("--effort", "quick", "--seed", "1", "-k", "never_issued or unknown_object", "-n", "1")
    done = plain_pytest(*few, *talkative, environment=environment, folder=tmp_path)
    assert done.code == 1, done.output[-3000:]
    leaky.expect_all_said()
    expect_none(tmp_path)
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
    files = ("--junitxml=pytest.xml", "-o", "junit_logging=all", "--log-file=pytest.log", "--log-level=DEBUG", "-l")
    done = plain_pytest(*few, *files, environment=environment, folder=shown)
    assert "RuntimeError" in done.output, done.output
    written = b"".join(path.read_bytes() for path in shown.rglob("*") if path.is_file())
    assert b"bytes" in written
    assert b"receive_response_headers" in (shown / "pytest.log").read_bytes()
    assert (shown / "pytest.xml").exists()
    assert found_in(written, KEY) == []


@pytest.mark.parametrize(
    "arguments", [("--base-url", f"http://127.0.0.1:9/{KEY}"), ("--base-url", f"{KEY}://x"), ("--timeout", KEY)]
)
def test_plain_pytest_refuses_without_the_canary(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """What wrong use repeats of an argument holds no key, also where pytest prints it."""
    environment = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "n", "MIXPEEK_BASE_URL": "http://127.0.0.1:9"}
    done = plain_pytest(*arguments, environment=environment, folder=tmp_path)
    assert done.code in (4, 7), done.output
    expect_none(tmp_path)


def test_a_key_of_one_recorded_exchange_is_blanked_in_the_others(tmp_path: Path) -> None:
    """The answer to somebody who shows no key repeats the key of somebody else."""
    first, second = entry(), entry({"bucket_id": "b", "created_at": f"it says {KEY}"})
    first["request"]["headers"] = pairs(Authorization=f"Bearer {KEY}")
    second["request"]["headers"] = pairs(Content_Type="application/json")
    (tmp_path / "traffic.har").write_bytes(archive(first, second))
    done = warm("audit", "traffic.har", "--report-dir", "report", environment={}, folder=tmp_path)
    assert done.code == 1, done.output
    (tmp_path / "traffic.har").unlink()
    expect_none(tmp_path)


def test_a_header_that_says_the_namespace_is_no_key(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """An extra header may say what every answer repeats: nothing is violated, and nothing blanked."""
    name = known["MIXPEEK_OTHER_NAMESPACE"]
    settings = {"MIXPEEK_NAMESPACE": name, "MIXPEEK_OTHER_NAMESPACE": "", "MIXPEEK_HEADER_X_TENANT": name}
    few = (
        "--effort",
        "quick",
        "-k",
        "never_issued",
        "--keep",
        "all",
        "--base-url",
        reference.base_url,
        "--report-dir",
        ".",
    )
    done = warm("run", *few, environment={**known, **settings}, folder=tmp_path)
    outcome = Outcome(done.code, done.output, tmp_path)
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
    book.write(Borrowed(path, namespace, {**before, **secret, "note": "mine"}))
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
