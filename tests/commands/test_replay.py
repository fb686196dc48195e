"""Replay: what a report shows is sent again, and said to stand only where that was seen."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.vocabulary.efforts import LOAD
from contracts.vocabulary.exchange import Exchange, Request, Response
from fixtures.http import credentials
from fixtures.reference.server import ReferenceServer
from fixtures.target.options import REACHED_BY
from fixtures.target.target import Target
from mixpeek_conformance.cli import commands
from mixpeek_conformance.own_target import own_target
from mixpeek_conformance.parsing import by_name
from mixpeek_conformance.replays.check_replay import _options, effort_of
from mixpeek_conformance.replays.evidence_replay import _credential
from reports.renderings import replay_script
from reports.renderings.reached_again import FLAGS, VALUES, options_of, target_lines
from reports.result.document import render
from reports.result.verdicts import Shown
from tests.support.commands import Conform, Done, Objects, Outcome, command
from tests.support.results import BEGAN, asked, folded, violated

SHELL = shutil.which("dash") or "sh"
ONLY = ("--effort", "quick", "--seed", "1", "-m", "not observation")


def replay(folder: Path, known: Mapping[str, str], *arguments: str) -> Done:
    """Replay with the settings of a reader who asks the target of the report, or the one that is named."""
    document = json.loads((folder / "conformance.json").read_text("utf-8"))
    place = {"MIXPEEK_BASE_URL": document["target"]["base_url"]}
    return command("replay", str(folder), *arguments, environment={**known, **place}, folder=folder)


@pytest.fixture
def report(conform: Conform, request: pytest.FixtureRequest) -> Outcome:
    return conform(*ONLY, "-k", request.param[1], at=f"/faults/{request.param[0]}")


SEQUENCES = [
    ("put-semantics", "MERGE-ONLY-SENT"),
    ("key-checked-after-writing", "AUTH-NO-EFFECT"),
    ("malformed-body-is-empty", "ERROR-MALFORMED"),
    ("body-sets-created-at", "IMMUTABLE-TIMESTAMPS"),
    ("read-back-in-lower-case", "MERGE-READ-BACK"),
    ("whole-bucket-patched", "MERGE-OTHER-OBJECTS"),
    ("time-stands-still", "TIME-MOVES"),
    ("naive-from-the-third-patch-on", "TIME-FORMAT"),
]
"""Faults whose violations a sequence of requests shows, one of each way to judge it."""


@pytest.mark.parametrize(("report", "requirement_id"), [(one, one[1]) for one in SEQUENCES], indirect=["report"])
def test_a_sequence_is_told_by_its_check(
    report: Outcome, requirement_id: str, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """A violation still stands on the target that has it, and is no longer seen on one that is mended."""
    assert requirement_id in report.ids("violated")
    same = replay(report.folder, known, requirement_id)
    assert (same.returncode, same.stdout.startswith(f"still stands    {requirement_id}: ")) == (1, True), same.stdout
    mended = replay(report.folder, known, requirement_id, "--base-url", reference.base_url)
    assert (mended.returncode, mended.stdout) == (
        0,
        f"no longer seen  {requirement_id}: its check, asked again with the same seed and effort, holds\n",
    )


def test_a_report_gives_an_object_no_other_fields_than_checks_do() -> None:
    """What stands in a recorded creation beside them is never sent: neither an id, nor an option, nor a blob."""
    asked_for = {"madekept": [1], "blobs": [{"data": "x"}], "object_id": "obj_theirs", "force_remirror": True}
    creation = Exchange(
        1,
        Request("POST", "http://target/v1/buckets/bkt_1/objects", body=json.dumps(asked_for).encode()),
        Response(200, body=b'{"object_id": "obj_1"}'),
        0.0,
        0.0,
    )
    assert replay_script.made_with([creation]) == {("bkt_1", "obj_1"): {"madekept": [1]}}


def reached(folder: Path, *arguments: str) -> Target:
    """Return the target of a reader who gives these options to `sweep`."""
    command = commands.commands["sweep"]
    with command.make_context("sweep", ["--base-url", "https://m.example", *arguments]) as ctx:
        given = by_name({name: value for name, value in ctx.params.items() if name not in ("report", "yes")})
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        for name, value in {"MIXPEEK_API_KEY": "sk_reader_0123456789", "MIXPEEK_NAMESPACE": "n"}.items():
            patched.setenv(name, value)
        return own_target(given, "https://m.example")


def test_a_reader_reaches_the_target_as_a_run_does(tmp_path: Path) -> None:
    """What the table has about reaching a target counts, and is given to the checks that are asked again."""
    usual = reached(tmp_path)
    assert (usual.timeout, usual.connection.insecure, usual.connection.run_pace.rate) == (30, False, None)
    target = reached(tmp_path, "--timeout", "3", "--insecure", "--rate", "5", "--http2", "--gone-after=2")
    assert (target.timeout, target.gone_after, target.connection.run_pace.rate) == (3, 2, 5)
    assert (target.connection.insecure, target.connection.http2) == (True, True)
    given = {"base-url": "https://m.example", "namespace": None, "insecure": True, "timeout": "3", "http2": False}
    again = list(_options(folded(*asked()), target, given))
    assert again[-2:] == ["--insecure", "--timeout=3"]
    assert again.count("--base-url=https://m.example") == 1


def test_the_line_to_paste_reaches_the_target_as_the_run_did() -> None:
    """It has all that was given by hand for the way to the target, and not again what its table says."""
    named = {"target": "staging", "base-url": "https://m.example", "namespace": "ours"}
    assert {*FLAGS, *VALUES, *named} == set(REACHED_BY)
    given = {**dict.fromkeys(FLAGS, True), **{name: f"{name}'s" for name in VALUES}, **named}
    began = replace(BEGAN, reached_by={name: str(value) for name, value in given.items()})
    with commands.commands["replay"].make_context("replay", ["REPORT", *shlex.split(options_of(began))]) as ctx:
        assert by_name(ctx.params).items() >= given.items()
    of_table = replace(began, from_table=list(given))
    assert options_of(of_table) == "--target staging --namespace ours"
    elsewhere = replace(began, from_table=[name for name in given if name != "base-url"])
    assert options_of(elsewhere) == "--target staging --base-url https://m.example --namespace ours"


def test_a_wrong_value_is_refused_as_a_run_refuses_it(tmp_path: Path) -> None:
    """The line names the option, whichever command it was given to."""
    (tmp_path / "conformance.json").write_bytes(render(folded(*asked())))
    given = ("--base-url", "https://m.example", "--timeout", "nonsense")
    done = command("replay", str(tmp_path), *given, environment={}, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert "--timeout 'nonsense' is no number of seconds" in done.stderr


@pytest.mark.parametrize("report", [("put-semantics", "not_sent_keep")], indirect=True)
def test_a_script_repeats_the_violation(
    report: Outcome, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """What `replay --script` prints needs a shell and the key, makes what it needs, leaves nothing, and judges."""
    objects = Objects(reference.base_url, known)
    before = objects.buckets()
    where = report.result["target"]["base_url"]
    printed = replay(report.folder, known, "--script", "MERGE-ONLY-SENT", "--base-url", where)
    assert (printed.returncode, printed.stderr) == (0, "")
    key = {"MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"], "PATH": os.environ["PATH"]}
    done = run_by(SHELL, printed.stdout, key)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert answers[0]["kept"] == "as it was", done.stdout + done.stderr
    assert "kept" not in answers[-1]
    told = '\nMERGE-ONLY-SENT: seen again\n  expected  kept = "as it was"\n  actual    no kept\n'
    assert (done.returncode, done.stdout.endswith(told)) == (1, True), done.stdout
    mended = run_by("bash", printed.stdout.replace(where, reference.base_url), key)
    assert (mended.returncode, "\nMERGE-ONLY-SENT: not seen\n" in mended.stdout) == (0, True), mended.stdout
    refused = run_by(SHELL, printed.stdout, {**key, "MIXPEEK_API_KEY": "sk_unknown"})
    assert (refused.returncode, "cannot be told: answered 401, and not 200" in refused.stdout) == (6, True)
    keyless = run_by(SHELL, printed.stdout, {"PATH": key["PATH"]})
    assert (keyless.returncode, keyless.stdout) == (4, "")
    assert keyless.stderr == "MIXPEEK_API_KEY is missing: export it, the key of the target\n"
    assert objects.buckets() == before
    own = command("replay", str(report.folder), "--script", environment={}, folder=report.folder)
    unsaid = run_by(SHELL, own.stdout, key)
    assert (unsaid.returncode, unsaid.stdout) == (4, "")
    assert unsaid.stderr == "MIXPEEK_BASE_URL is missing: export it, where the target is\n"
    said = {"MIXPEEK_BASE_URL": f"{where}/v1/", "MIXPEEK_NAMESPACE": known["MIXPEEK_NAMESPACE"]}
    assert run_by(SHELL, own.stdout, {**key, **said}).returncode == 1
    assert where not in own.stdout.replace("expected", "")
    target = f"--base-url {where} --namespace {known['MIXPEEK_NAMESPACE']}"
    assert f"replay --script . MERGE-ONLY-SENT {target} " in report.output
    assert f"mixpeek-conformance replay . MERGE-ONLY-SENT {target} " in report.output


def test_a_report_chooses_no_header(tmp_path: Path) -> None:
    """A script sends the extra headers of its reader under their own names, whatever the report says was sent."""
    url = f"{BEGAN.base_url}/v1/buckets/b/objects/o"
    sent = Request(
        "PATCH", url, (("X-Public", "${MIXPEEK_HEADER_X_GATE}"), ("X-B", "${MIXPEEK_HEADER_X_B}")), b"\xff"
    )
    exchange = Exchange(1, sent, Response(200, body=b"{}"), 0.0, 0.0).evidence()
    text = replay_script.script(Shown("t::test_it", "422", "200", (exchange,)), BEGAN) or ""
    curl = tmp_path / "curl"
    curl.write_text(f'#!/bin/sh\nprintf "<%s>" "$@" >> {tmp_path}/sent\n')
    curl.chmod(0o755)
    given = {"MIXPEEK_HEADER_X_GATE": "open 'sesame'", "MIXPEEK_HEADER_X_B": "b", "MIXPEEK_HEADER_MINE": "my own"}
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "MIXPEEK_API_KEY": "sk_any"}
    run_by(SHELL, text, {**path, **given})
    calls = (tmp_path / "sent").read_text("utf-8").split("<-sS>")
    assert len(calls) > 4
    for call in calls[:-1]:
        own = ("<-H><X-GATE: open 'sesame'>", "<-H><X-B: b>", "<-H><MINE: my own>")
        assert [call.count(one) for one in own] == [1, 1, 1], call
    assert "X-Public" not in "".join(calls)


def run_by(shell: str, script: str, environment: Mapping[str, str], folder: Path | None = None) -> Done:
    return subprocess.run(
        [shell], input=script, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("report", [("naive-timestamps", "timestamps_keep")], indirect=True)
def test_the_line_beside_a_violation_works_as_it_stands(report: Outcome, known: Mapping[str, str]) -> None:
    """It needs the key alone, also if the run was given its namespace by the environment."""
    [line] = [one for one in report.output.splitlines() if " repeat " in one]
    words = shlex.split(line.split("mixpeek-conformance ", 1)[1])
    key = {"MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"]}
    done = command(*words, environment=key, folder=report.folder)
    assert (done.returncode, done.stdout.startswith("still stands    TIME-FORMAT: ")) == (1, True), done.stderr
    short = command("replay", str(report.folder), *words[2:5], environment=key, folder=report.folder)
    assert short.returncode == 1, short.stderr


def test_a_requirement_alone_is_of_the_newest_report(tmp_path: Path) -> None:
    """The report may be left out, as its readers expect."""
    newest = tmp_path / "reports" / "latest"
    newest.mkdir(parents=True)
    (newest / "conformance.json").write_bytes(render(folded(*asked())))
    done = command("replay", "MERGE-NULL", "--base-url", "https://m.example", environment=KEYS, folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert "nothing to replay: nothing is violated in the report" in done.stderr


def test_checks_are_asked_again_as_the_run_asked_them() -> None:
    """A report that is of no run has no effort of its own."""
    assert [effort_of(replace(BEGAN, effort=one)) for one in ("smoke", "thorough", LOAD)] == [
        "smoke",
        "thorough",
        "quick",
    ]


KEYS = {"MIXPEEK_API_KEY": "sk_reader_0123456789"}
JUDGED = [
    ("MERGE-NULL", 'a = "x y"', 'a = "xy"', '{"a": "xy", "b": 1}', 200, [('{"a":"xy"}', 1), ('{"a": "x y"}', 0)]),
    ("MERGE-NULL", "a = 12", "a = 1", '{"a":1}', 200, [('{"b":2,"a":1}', 1), ('{"a":12}', 0), ('{"a":13}', 0)]),
    ("MERGE-NULL", "a = 12", "no a", "{}", 200, [('{"c":1}', 1), ('{"a": 12}', 0), ('{"a":null}', 0)]),
    ("TIME-FORMAT", "created_at: a date-time", '"2026-01-02T03:04:05", which has no offset',
     '{"created_at":"2026-01-02T03:04:05"}', 200,
     [('{"created_at":"2027-10-20T13:14:15"}', 1), ('{"created_at":"2027-10-20T13:14:15Z"}', 0)]),
    ("MERGE-NULL", "a.b[0] = 1", "a.b[0] = 2", '{"a":{"b":[2]}}', 200,
     [('{"a":{"b":[2]}}', 1), ('{"a":{"b":[1]}}', 0)]),
    ("MERGE-NULL", "an answer of two", "one of three", '{"a":1}', 200, [('{"a":1}', 6)]),
    ("MERGE-NULL", "a = 5, as GET gives it", "a = 6", '{"a":5}', 200, [('{"a":5}', 6)]),
    ("ERROR-NO-5XX", "4xx for the patch", '500 "$(touch owned)"', "boom", 500, [("boom", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected", "actual", "body", "status", "answers"), JUDGED)
def test_a_script_judges_what_the_target_answers(
    tmp_path: Path, name: str, expected: str, actual: str, body: str, status: int, answers: list[tuple[str, int]]
) -> None:
    """By the status, or the text of one member; what neither tells, it says that it cannot tell."""
    request = Request("PATCH", "https://m.example/v1/buckets/b/objects/o", (), b"{}")
    shown = Exchange(1, request, Response(status, (), body.encode()), 1001.0, 0.5).evidence()
    found = folded(replace(violated(name), expected=expected, actual=actual, exchanges=(shown,)))
    [judgement] = [one for one in found.judgements if one.violations]
    script = replay_script.told(judgement, BEGAN)
    assert script is not None
    curl = tmp_path / "curl"
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **KEYS}
    for answer, code in (*answers, ("", 6)):
        line = f"HTTP/1.1 {status} x\r\n\r\n{answer}" if answer else ""
        (tmp_path / "answer").write_text(line)
        curl.write_text(f"#!/bin/sh\ncat {shlex.quote(str(tmp_path / 'answer'))}\n")
        curl.chmod(0o755)
        done = run_by(SHELL, script, environment, tmp_path)
        assert done.returncode == code, done.stdout + done.stderr
        assert done.stderr == ""
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "text", ["$(touch owned)", "`touch owned`", "'; touch owned; '", '"; touch owned; "', "a\n touch owned\n"]
)
def test_what_a_report_says_is_no_command(tmp_path: Path, text: str) -> None:
    """A finding, a name, an answer and a header of a report are quoted, and nothing of them is run."""
    body = json.dumps({"a": text, text: 1}).encode()
    request = Request("PATCH", "https://m.example/v1/buckets/b/objects/o", (("traceparent", text),), b"{}")
    shown = Exchange(1, request, Response(200, (("x-request-id", text),), body), 1001.0, 0.5).evidence()
    named = (f"{text} = 1", f"no {text}"), (f"a = {text}", f"a = {json.dumps(text)}"), (f"200 {text}", f"200 {text}")
    for expected, actual in named:
        broken = replace(violated("MERGE-NULL"), expected=expected, actual=actual, exchanges=(shown, shown))
        [judgement] = [one for one in folded(broken).judgements if one.violations]
        script = replay_script.told(
            judgement, BEGAN, target_lines("http://127.0.0.1:9", "n", {"ca-bundle": text, "client-cert": text})
        )
        assert script is not None
        for shell in (SHELL, "bash"):
            done = run_by(shell, script, {"PATH": os.environ["PATH"], **KEYS}, tmp_path)
            assert done.returncode == 6, done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


EVIL = [
    ("curl", "curl -sS -i -X PATCH https://m.example/v1/buckets/b/objects/o; touch owned"),
    ("curl", 'curl -sS -i -X PATCH https://m.example/v1/buckets/b/objects/o -H "X: $(touch owned)"'),
    ("curl", "touch owned"),
    ("url", "https://evil.example/v1/buckets/b/objects/o"),
    ("authorization", "Bearer $(touch owned)"),
    ("everywhere", "{url}?$(touch owned)"),
    ("everywhere", "{url}/`touch owned`"),
    ("everywhere", "{url}/../../../../v1/buckets/b"),
    ("behind the address", "https://evil.example/x"),
    ("behind the address", "-o .bashrc"),
    ("behind the address", "-K settings"),
    ("behind the address", "-x http://evil.example:80"),
    ("behind the address", "-d @/etc/passwd"),
    ("behind the address", "-H @/etc/passwd"),
    ("method", "PUT"),
]


@pytest.mark.parametrize(("member", "text"), EVIL)
def test_a_report_gives_no_command_to_a_shell(tmp_path: Path, member: str, text: str) -> None:
    """A command, an address or a credential that this suite does not write makes no script."""
    document = json.loads(render(folded(*asked("MERGE-NULL"), violated("MERGE-NULL"))))
    [broken] = [one for one in document["requirements"] if one["violations"]]
    for one in broken["violations"][0]["exchanges"]:
        address = one["request"]["url"]
        if member == "curl":
            one["curl"] = text
        elif member == "everywhere":
            one["request"]["url"] = text.format(url=address)
            one["curl"] = one["curl"].replace(shlex.quote(address), shlex.quote(one["request"]["url"]))
        elif member == "behind the address":
            one["curl"] = one["curl"].replace(shlex.quote(address), f"{shlex.quote(address)} {text}")
        elif member == "method":
            one["curl"] = one["curl"].replace(one["request"]["method"], text)
            one["request"]["method"] = text
        elif member == "url":
            one["request"]["url"] = text
        else:
            one["request"]["headers"].append(["Authorization", text])
            one["curl"] += f' -H "Authorization: {text}"'
    (tmp_path / "conformance.json").write_text(json.dumps(document), "utf-8")
    done = command("replay", str(tmp_path), "--script", environment={}, folder=tmp_path)
    assert (done.returncode, done.stdout) == (6, ""), done.stdout
    assert "MERGE-NULL has no script" in done.stderr


@pytest.mark.parametrize("report", [("missing-header-is-a-bad-request", "AUTH-MISSING")], indirect=True)
def test_answers_as_they_were_need_no_check(report: Outcome, known: Mapping[str, str]) -> None:
    """What the requests alone show is told by them."""
    same = replay(report.folder, known, "AUTH-MISSING")
    assert same.returncode == 1
    assert re.fullmatch(r"still stands    AUTH-MISSING: expected 40.*, got 400.*, as before\n", same.stdout)
    assert not (report.folder / "reports" / "replay-checks").exists()


@pytest.mark.parametrize("report", [("put-semantics", "not_sent_keep")], indirect=True)
def test_an_object_handed_over_is_not_asked(
    report: Outcome, reference: ReferenceServer, known: Mapping[str, str]
) -> None:
    """A replay patches fresh objects alone: no check is asked at a target that hands an object over."""
    objects = Objects(reference.base_url, known)
    bucket, identifier, before = objects.make()
    table = f'[targets.lent]\nbase-url = "{reference.base_url}"\nbucket = "{bucket}"\nobject = "{identifier}"\n'
    (report.folder / "conformance.toml").write_text(table, "utf-8")
    mended = command("replay", str(report.folder), "--target", "lent", environment=known, folder=report.folder)
    assert mended.returncode == 6, mended.stdout + mended.stderr
    assert mended.stdout.startswith("cannot be told  MERGE-ONLY-SENT: PATCH /v1/buckets/")
    assert "run -k test_fields_that_were_not_sent_keep_their_values" in mended.stdout
    assert objects.get(bucket, identifier) == before


@pytest.mark.parametrize("report", [("naive-timestamps", "timestamps_keep")], indirect=True)
def test_an_invariant_is_judged_again(report: Outcome, reference: ReferenceServer, known: Mapping[str, str]) -> None:
    """A violation still stands if it is seen again, and is no longer seen if its check holds."""
    same = replay(report.folder, known, "TIME-FORMAT")
    assert same.returncode == 1
    assert same.stdout.startswith("still stands    TIME-FORMAT: expected created_at: a date-time")
    mended = replay(report.folder, known, "--base-url", reference.base_url)
    assert (mended.returncode, mended.stdout) == (
        0,
        "no longer seen  TIME-FORMAT: its check, asked again with the same seed and effort, holds\n",
    )


@pytest.mark.parametrize("report", [("put-semantics", "not_sent_keep")], indirect=True)
def test_bad_input_is_one_line(report: Outcome, known: Mapping[str, str]) -> None:
    """A requirement that is not violated, a missing key and a missing target are told before anything is judged."""
    unknown = replay(report.folder, known, "MERGE-NULL")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (4, 1)
    assert "MERGE-NULL is not violated in the report: violated are MERGE-ONLY-SENT" in unknown.stderr
    gone = replay(report.folder, known, "--base-url", "http://127.0.0.1:9")
    assert (gone.returncode, gone.stderr.count("\n")) == (7, 1), gone.stderr
    keyless = replay(report.folder, {})
    assert (keyless.returncode, "MIXPEEK_API_KEY" in keyless.stderr) == (4, True)
    missing = replay(report.folder, known, "--target", "nowhere")
    assert (missing.returncode, missing.stderr.count("\n")) == (4, 1)


@pytest.mark.parametrize(
    "credential",
    [
        credentials.OWN,
        credentials.FOREIGN,
        *credentials.REFUSED[1:],
        credentials.cut_short(5),
        credentials.with_more("x9"),
    ],
    ids=repr,
)
def test_a_credential_is_known_again_by_its_shell_expression(credential: credentials.Credential) -> None:
    """From the command in a report the same wrong key is made of the reader's own."""
    again = _credential(credential.shell)
    assert again.make("sk_some_key_of_length") == credential.make("sk_some_key_of_length")


def test_what_only_load_shows_is_not_taken_for_repaired(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """A few requests are not a load: that they show nothing says nothing of a violation seen under load."""
    began = replace(BEGAN, effort=LOAD, base_url=reference.base_url, namespace=known["MIXPEEK_NAMESPACE"])
    (tmp_path / "conformance.json").write_bytes(render(folded(violated("MERGE-NULL"), began=began)))
    replayed = replay(tmp_path, known)
    assert (replayed.returncode, "cannot be told  MERGE-NULL: it was seen under load" in replayed.stdout) == (6, True)
