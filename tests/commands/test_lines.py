"""Lines: what comes from outside stays in its line and does nothing there, whichever command prints it."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from contracts.vocabulary import escaping
from contracts.vocabulary.events import (
    Borrowed,
    CheckInconclusive,
    Event,
    Failed,
    Left,
    Made,
    Observed,
    TargetUnreachable,
    as_json,
)
from contracts.vocabulary.exchange import Exchange, Request, Response
from fixtures.redaction import output_gate
from fixtures.redaction.secret import Secret
from reports.recording.ledger import Ledger
from reports.renderings import terminal
from reports.result import document, waiver_file
from reports.result.result import Result
from reports.tables.compare import compare
from tests.support.commands import Done, closed_port, command
from tests.support.encodings import found_in
from tests.support.results import BEGAN, asked, exchange, folded, violated

EVIL = "a\nFORGED b\rFORGED \x1b[2J \x9b1m \u202e \u2028FORGED \x85FORGED ##vso[task.x] ##[error]x ##teamcity[y]"
EVIL += "\n::error::z \u3164\xad\ufe0f\U000e0041\x00"
ACTS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe0f\ufeff\U000e0000-\U000e0fff]"
    r"|##\w*\["
)
KEY = "sk_live_Lw4Zt8Rn2Vb6Yp1Kc9Xe3"


def hostile() -> Result:
    """A result in which every text that a target, a file or a user decides says what it must not."""
    began = replace(BEGAN, base_url=EVIL, namespace=EVIL, target=EVIL, suite=EVIL, effort=EVIL)
    seen = violated("MERGE-NULL", EVIL)
    made = exchange(EVIL)
    sent = replace(made.request, method=EVIL, url=f"https://m.example/{EVIL}")
    seen = replace(seen, expected=EVIL, exchanges=(replace(made, request=sent),))
    events: list[Event] = [
        CheckInconclusive("t", ["TIME-FORMAT"], EVIL),
        Observed("t", "empty-patch", EVIL, None, exchange()),
    ]
    more: list[Event] = [Failed(EVIL, EVIL), Left(EVIL), TargetUnreachable(EVIL)]
    return replace(
        folded(*asked("MERGE-NULL", "TIME-FORMAT"), seen, *events, *more, began=began), waiver_errors=(EVIL,)
    )


def harmless(text: str) -> bool:
    """Whether no line of a text is forged, a command to CI, or acts on a terminal."""
    begins = [line.lstrip() for line in text.split("\n")]
    return not ACTS.search(text) and not any(one.startswith(("FORGED", "::")) for one in begins)


def test_the_signs_of_harm_are_seen() -> None:
    """What the other tests look for is found in a text that is printed as it is."""
    assert not harmless(EVIL)
    assert all(
        not harmless(part) for part in ("x\nFORGED", "\x1b[2J", "\u202e", "\U000e0041", "##[x]", "a\n  ::error::z")
    )


@pytest.mark.parametrize("lines", [terminal.lines, lambda result: compare(folded(*asked()), result).lines()])
def test_a_summary_keeps_its_lines(lines: object) -> None:
    """No text of a result breaks a line of a summary."""
    for line in lines(hostile()):  # type: ignore[operator]
        assert "\n" not in line
        assert harmless(line)


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_compare_keeps_its_lines(form: str, tmp_path: Path) -> None:
    """Whatever two reports hold, `compare` prints it harmlessly, and JSON stays JSON."""
    (tmp_path / "good.json").write_bytes(document.render(folded(*asked())))
    whole = replace(hostile(), failures=(), gone=None)
    (tmp_path / "evil.json").write_bytes(document.render(whole))
    done = command("compare", "good.json", "evil.json", "--format", form, environment={}, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert harmless(done.stdout)
    assert "FORGED" in done.stdout
    if form == "json":
        assert any(EVIL in one["detail"] for one in json.loads(done.stdout)["changes"])


def after(tmp_path: Path, name: str, *arguments: str) -> Done:
    with closed_port() as where:
        environment = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "n", "MIXPEEK_BASE_URL": f"http://{where}"}
        return command(name, str(tmp_path), *arguments, environment=environment, folder=tmp_path)


def test_replay_keeps_its_lines(tmp_path: Path) -> None:
    """What a report names is shown in the one line that refuses it."""
    (tmp_path / "conformance.json").write_bytes(document.render(hostile()))
    done = after(tmp_path, "replay")
    assert done.returncode == 4
    assert harmless(done.stderr)
    assert done.stderr.count("\n") == 1


def test_sweep_keeps_its_lines(tmp_path: Path) -> None:
    """What a ledger names is listed, a line each."""
    book = Ledger(tmp_path / "ledger" / "main.jsonl")
    with closed_port() as where:
        book.write(replace(BEGAN, base_url=f"http://{where}", run=EVIL))
        book.write(Made(f"/v1/buckets/{EVIL}", EVIL, EVIL))
        book.write(Borrowed(f"/v1/buckets/b/objects/{EVIL}", "n", {"a": EVIL}))
        book.close()
        environment = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "n", "MIXPEEK_BASE_URL": f"http://{where}"}
        done = command("sweep", str(tmp_path), "--yes", environment=environment, folder=tmp_path)
    assert "FORGED" in done.stdout
    assert harmless(done.stdout + done.stderr)


def test_matrix_keeps_its_lines(tmp_path: Path) -> None:
    """The name of a target is a name, whatever else it says; no file says the key of one."""
    table = f'[targets.{json.dumps(EVIL[:-2] + KEY)}]\nbase-url = "http://127.0.0.1:9"\n'
    (tmp_path / "conformance.toml").write_text(f'{table}api-key-env = "THEIRS"\nnamespace = "n"\n', "utf-8")
    done = command("matrix", environment={"THEIRS": KEY}, folder=tmp_path)
    assert harmless(done.stdout + done.stderr), done.stdout
    written = b"".join(path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file())
    assert (tmp_path / "reports" / "targets" / "targets.md").exists(), done.stderr
    assert found_in(written + done.stdout.encode(), KEY) == []


@pytest.mark.parametrize("argument", ["--" + EVIL[:-1], EVIL[:-1]])
def test_wrong_use_is_one_line(argument: str, tmp_path: Path) -> None:
    """An argument that is not known is repeated in the one line that refuses it."""
    for before in ((), ("run",), ("run", "--base-url"), ("sweep",), ("audit",)):
        done = command(*before, argument, environment={}, folder=tmp_path)
        assert done.returncode == 4, (before, done.stdout, done.stderr)
        assert harmless(done.stderr), (before, done.stderr)
        assert done.stderr.strip().count("\n") == 0, (before, done.stderr)


def test_the_words_of_another_suite_pass_the_gate() -> None:
    """A requirement that a report brings along is not a text of this suite."""
    Secret(KEY)
    result = hostile()
    strange = replace(result.judgements[0].requirement, sentence=f"it says {KEY}", source=KEY)
    told = replace(result, judgements=(replace(result.judgements[0], requirement=strange),))
    assert KEY not in repr(output_gate.shown(told))


def test_evidence_passes_the_gate_in_every_part() -> None:
    """A key is blanked in the bodies, the headers, the address, the error and the command of evidence."""
    Secret(KEY)
    sent = Request(
        "PATCH", f"https://m.example/{KEY}", (("X-Namespace", KEY),), f'{{"a": "{KEY}"}}\xff'.encode("latin-1")
    )
    answered = Response(0, ((KEY, KEY),), b"\xff" + KEY.encode(), error=f"no answer to {KEY}")
    seen = replace(violated("MERGE-NULL"), exchanges=(Exchange(1, sent, answered, 1.0, 0.1).evidence(),))
    assert found_in(json.dumps(as_json(seen)).encode(), KEY) != []
    written = json.dumps(as_json(output_gate.shown(seen)))
    assert found_in(written.encode(), KEY) == []
    assert "--data-binary" in written


def test_members_whose_names_are_blanked_are_all_kept() -> None:
    """Two names that show the same key become two names."""
    Secret(KEY)
    shown = output_gate.shown({KEY: 1, KEY.upper(): 2, "a": 3})
    assert sorted(shown.values()) == [1, 2, 3]
    assert found_in(json.dumps(shown).encode(), KEY) == []


def test_json_for_a_terminal_is_the_same_json() -> None:
    """What acts is an escape of JSON, so that a reader of it gets what was there."""
    text = escaping.document({EVIL: [EVIL, "é", "###[x]"]})
    assert harmless(text)
    assert "é" in text
    assert json.loads(text) == {EVIL: [EVIL, "é", "###[x]"]}


def test_what_is_pasted_into_the_waivers_is_toml() -> None:
    """The waiver that a summary proposes is a pattern that means the target, whatever it is called."""
    began = replace(BEGAN, target=f'{EVIL} "quoted" \\ é')
    text = waiver_file.stanza(hostile().judgements[0], began, date(2026, 1, 1))
    lines = [escaping.line(one) for one in text.splitlines()]
    assert len(lines) == 6
    assert fnmatchcase(str(began.target), tomllib.loads("\n".join(lines))["waiver"][0]["target"])
