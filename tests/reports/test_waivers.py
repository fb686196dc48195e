"""Waivers: what they accept, and how they are held to account."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracts.vocabulary.events import CheckInconclusive
from reports.result import document, json_reader, verdict_words, waiver_file, waiver_text, waivers
from reports.result.result import Result
from reports.result.verdicts import RunVerdict, Verdict, Waiver
from reports.result.waiver_file import BadWaiver
from tests.support.commands import Conform
from tests.support.results import BEGAN, asked, folded, violated

TODAY = date(2026, 11, 24)
TARGETS = ("staging", "https://m.example", "production")
GOOD = """
[[waiver]]
requirement = "MERGE-NULL"
target = "stag*"
reason = "known since March"
ticket = "T-1"
expires = 2026-12-24

[[waiver]]
requirement = "TIME-FORMAT"
target = "production"
reason = "another target"
expires = 2026-12-24
"""


def applied(folder: Path, result: Result, text: str = GOOD) -> Result:
    file = folder / "waivers.toml"
    file.write_text(text)
    return waivers.apply(result, waiver_file.load(file, TODAY, TARGETS), file)


def verdict(result: Result, name: str) -> Verdict:
    return next(one.verdict for one in result.judgements if one.requirement.id == name)


def test_a_violation_is_waived_and_stays_in_sight(tmp_path: Path) -> None:
    """It keeps its evidence and the reason, and the run passes."""
    result = applied(tmp_path, folded(*asked("MERGE-NULL"), violated("MERGE-NULL")))
    [waived] = [one for one in result.judgements if one.verdict is Verdict.WAIVED]
    assert (waived.requirement.id, waived.waiver and waived.waiver.reason) == ("MERGE-NULL", "known since March")
    assert waived.violations
    assert (result.verdict, result.exit_code, result.waiver_errors) == (RunVerdict.CONFORMANT, 0, ())


def test_a_waiver_of_another_target_waives_nothing(tmp_path: Path) -> None:
    """What is accepted in production is not accepted in staging."""
    found = folded(*asked("MERGE-NULL", "TIME-FORMAT"), violated("MERGE-NULL"), violated("TIME-FORMAT"))
    result = applied(tmp_path, found)
    assert (verdict(result, "TIME-FORMAT"), result.exit_code) == (Verdict.VIOLATED, 1)


def test_a_waiver_of_what_holds_is_an_error(tmp_path: Path) -> None:
    """The error names the lines to delete."""
    result = applied(tmp_path, folded(*asked()))
    assert result.waiver_errors == (
        "waivers.toml line 2: MERGE-NULL holds on staging: delete lines 2 to 7 of waivers.toml",
    )
    assert (result.verdict, result.exit_code) == (RunVerdict.CONFORMANT, 0)
    strict = applied(tmp_path, folded(*asked(), began=replace(BEGAN, strict=True)))
    assert (strict.verdict, strict.exit_code) == (RunVerdict.CONFORMANT, 4)


def test_a_waiver_of_what_could_not_be_asked_is_an_error(tmp_path: Path) -> None:
    """Nobody knows whether it is still needed; the error says why."""
    result = applied(tmp_path, folded(*asked("MERGE-NULL"), CheckInconclusive("t", ["MERGE-NULL"], "no answer")))
    [error] = result.waiver_errors
    assert error.startswith(
        "waivers.toml line 2: MERGE-NULL is waived on staging, and is inconclusive there (no answer)"
    )


@pytest.mark.parametrize(
    "found", [folded(*asked(), interrupted=True), folded(*asked("MERGE-NULL"))], ids=["interrupted", "a selection"]
)
def test_a_run_that_did_not_mean_to_ask_says_nothing_of_a_waiver(tmp_path: Path, found: Result) -> None:
    """A run that was interrupted, or asked a selection, cannot tell."""
    assert applied(tmp_path, found).waiver_errors == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("MERGE-NULL", "MERGE-NIL"), "line 2: there is no requirement MERGE-NIL"),
        (('target = "stag*"', 'target = "stage"'), "line 2: target 'stage' matches neither this target nor any"),
        (('reason = "known since March"\n', ""), "line 2: reason is missing: add it"),
        (('reason = "known since March"', 'reason = ""'), "line 2: reason is not a text, as in reason ="),
        (
            ("expires = 2026-12-24\n\n", 'expires = "soon"\n\n'),
            "line 2: expires is not a day, as in expires = 2026-12-24",
        ),
        (("ticket", "tickets"), "line 2: tickets is no member of a waiver"),
        (("TIME-FORMAT", "MERGE-NULL"), None),
        (
            ('[[waiver]]\nrequirement = "T', '[[wavier]]\nrequirement = "T'),
            "holds something else than [[waiver]] tables",
        ),
        (('"stag*"', "stag*"), "is no TOML"),
    ],
)
def test_a_waiver_that_cannot_be_right_is_refused_by_its_line(
    tmp_path: Path, change: tuple[str, str], message: str | None
) -> None:
    """The line says which member is wrong; two targets may have a waiver each."""
    file = tmp_path / "waivers.toml"
    assert change[0] in GOOD
    file.write_text(GOOD.replace(*change, 1))
    if message is None:
        assert len(waiver_file.load(file, TODAY, TARGETS)) == 2
        return
    with pytest.raises(BadWaiver) as caught:
        waiver_file.load(file, TODAY, TARGETS)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "reason",
    ["…", "...", "TODO", "todo: fill in the reason", " - ", "FIXME!", "<your reason here>", "n/a", "Fill in.", "?"],
)
def test_a_reason_that_says_nothing_is_refused(tmp_path: Path, reason: str) -> None:
    """Also the text that stands in what the suite writes, until somebody replaces it."""
    file = tmp_path / "waivers.toml"
    file.write_text(GOOD.replace("another target", reason))
    with pytest.raises(BadWaiver) as caught:
        waiver_file.load(file, TODAY, TARGETS)
    assert str(caught.value) == (
        "waivers.toml line 9: the reason of TIME-FORMAT is a placeholder: say why it is accepted"
    )


@pytest.mark.parametrize("reason", ["TODO of team blue: naive since 2019", "no reader minds", "API-7", "known"])
def test_a_short_reason_is_a_reason(tmp_path: Path, reason: str) -> None:
    """What somebody has written is not judged."""
    file = tmp_path / "waivers.toml"
    file.write_text(GOOD.replace("another target", reason))
    assert waiver_file.load(file, TODAY, TARGETS)[1].reason == reason


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("https://m.example/", True),
        ("https://m.example/v1/", True),
        ("HTTPS://M.Example", True),
        ("https://m.example:443", True),
        ("https://m.example.", True),
        ("*.Example/", True),
        ("m.example*", False),
        ("http://m.example", False),
        ("https://m.example:8443", False),
        ("https://m.example/v2", False),
        ("Staging", False),
        ("staging", True),
    ],
)
def test_a_target_is_the_same_however_it_is_written(pattern: str, fits: bool) -> None:
    """A slash behind it, capitals in the host and the usual port name the same target, on both sides."""
    waiver = replace(kinds_waiver(), target=pattern)
    for url in ("https://m.example", "https://M.example:443", "https://m.EXAMPLE"):
        assert waiver_text.matches(waiver, replace(BEGAN, base_url=url)) is fits, url
    assert waiver_text.matches(
        replace(waiver, target="https://m.example/API/"), replace(BEGAN, base_url="https://m.example/API")
    )
    assert not waiver_text.matches(
        replace(waiver, target="https://m.example/api"), replace(BEGAN, base_url="https://m.example/API")
    )


def kinds_waiver() -> Waiver:
    return Waiver("MERGE-NULL", "staging", "known", date(2999, 1, 1))


def test_an_expired_waiver_counts_again(tmp_path: Path) -> None:
    """The violation is one, and every report says why; one of what holds is to be deleted."""
    began = replace(BEGAN, started=datetime(2026, 12, 24, 12, tzinfo=UTC).timestamp())
    broken = applied(tmp_path, folded(*asked("MERGE-NULL"), violated("MERGE-NULL"), began=began))
    assert (verdict(broken, "MERGE-NULL"), broken.exit_code) == (Verdict.VIOLATED, 1)
    [warning] = broken.waiver_errors
    assert warning.startswith(
        "waivers.toml line 2: the waiver of MERGE-NULL expired on 2026-12-24, and its violation counts again:"
        " delete lines 2 to 7 of waivers.toml"
    )
    mended = applied(tmp_path, folded(*asked(), began=began))
    assert mended.exit_code == 0
    expired = "waivers.toml line 2: the waiver of MERGE-NULL expired on 2026-12-24"
    needless = f"{expired}, and is not needed, since the requirement holds: delete lines 2 to 7 of waivers.toml"
    assert mended.waiver_errors == (needless,)
    [unasked] = applied(tmp_path, folded(*asked("MERGE-NULL"), began=began)).waiver_errors
    assert "and waives nothing: delete lines 2 to 7 of waivers.toml, or set another day" in unasked


def test_what_only_a_waiver_leaves_open_does_not_count(tmp_path: Path) -> None:
    """It stays inconclusive, says because of what, and closes no gate; any other reason beside it does."""
    hidden = CheckInconclusive("t", ["MERGE-CONCURRENT"], "fields are lost anyway", left_to=["MERGE-NULL"])
    found = folded(*asked("MERGE-NULL", "MERGE-CONCURRENT"), violated("MERGE-NULL"), hidden)
    assert found.exit_code == 1
    result = applied(tmp_path, found)
    assert (verdict(result, "MERGE-CONCURRENT"), result.exit_code) == (Verdict.INCONCLUSIVE, 0)
    assert result.headline == "conformant with 1 waiver"
    reason = "fields are lost anyway (since MERGE-NULL is broken, which is waived: not counted)"
    assert [one.reason for one in result.judgements if one.requirement.id == "MERGE-CONCURRENT"] == [reason]
    assert "1 is open because of what is waived" in verdict_words.lead(result)
    told = "1 requirement is open because of what is waived, and not counted: MERGE-CONCURRENT"
    assert told in verdict_words.provisos(result)
    assert json_reader.from_json(document.as_json(result)).exit_code == 0

    for other in (
        CheckInconclusive("u", ["MERGE-CONCURRENT"], "no answer"),
        CheckInconclusive("u", ["MERGE-CONCURRENT"], "the run is over", cut_short=True, left_to=["MERGE-NULL"]),
        CheckInconclusive("u", ["MERGE-CONCURRENT"], "another", left_to=["TIME-FORMAT"]),
    ):
        events = (*asked("MERGE-NULL", "MERGE-CONCURRENT"), violated("MERGE-NULL"), hidden, other)
        assert applied(tmp_path, folded(*events)).exit_code == 6


def test_a_reason_beside_a_violation_that_holds_counts(tmp_path: Path) -> None:
    """A check may leave to another what that one finds in order: then nothing is waived, and it is open."""
    hidden = CheckInconclusive("t", ["MERGE-CONCURRENT"], "fields are lost anyway", left_to=["MERGE-NULL"])
    assert applied(tmp_path, folded(*asked("MERGE-CONCURRENT"), hidden)).exit_code == 6


def test_a_waiver_of_all_fields_lost_opens_the_gate(conform: Conform, tmp_path: Path) -> None:
    """Where every patch loses what it does not send, nobody can say whether concurrent ones do."""
    (tmp_path / "waivers.toml").write_text(
        '[[waiver]]\nrequirement = "MERGE-ONLY-SENT"\ntarget = "*/FAULTS/put-semantics"\n'
        'reason = "agreed"\nexpires = 2999-01-01\n'.replace("FAULTS", "faults")
    )
    run = conform("--effort", "smoke", "--seed", "1", "-m", "not observation", at="/faults/put-semantics")
    assert (run.ids("inconclusive"), run.ids("waived"), run.code) == ({"MERGE-CONCURRENT"}, {"MERGE-ONLY-SENT"}, 0)
    assert "verdict: conformant with 1 waiver, edition" in run.output
    assert "1 is waived, 1 is open because of what is waived" in run.output


def test_a_waiver_of_times_that_nobody_reads_opens_the_gate(conform: Conform, tmp_path: Path) -> None:
    """A time without a form that can be read leaves the other clauses about times open, and says so."""
    (tmp_path / "waivers.toml").write_text(
        '[[waiver]]\nrequirement = "TIME-FORMAT"\ntarget = "*"\nreason = "agreed"\nexpires = 2999-01-01\n'
    )
    run = conform("--effort", "smoke", "--seed", "1", "--area", "TIMESTAMP", at="/faults/dates-without-time")
    assert run.ids("waived") == {"TIME-FORMAT"}
    open_here = {one for one in run.ids("inconclusive") if one.startswith("TIME-")}
    told = next(line for line in run.output.splitlines() if "open because of what is waived, and" in line)
    assert open_here
    assert all(name in told for name in open_here)


def test_a_waiver_of_what_the_edition_lacks_is_refused(tmp_path: Path) -> None:
    """It would waive nothing; for another target, whose edition may have the clause, it stays."""
    file = tmp_path / "waivers.toml"
    file.write_text(GOOD.replace("MERGE-NULL", "RESPONSE-EDGES"))
    with pytest.raises(BadWaiver) as caught:
        waiver_file.load(file, TODAY, TARGETS, BEGAN)
    assert str(caught.value) == (
        "waivers.toml line 2: edition 2026-04 has no RESPONSE-EDGES (since 2026-10): give another --edition, or"
        " delete lines 2 to 7 of waivers.toml"
    )
    assert len(waiver_file.load(file, TODAY, TARGETS, replace(BEGAN, edition="2026-10"))) == 2
    assert (
        len(waiver_file.load(file, TODAY, TARGETS, replace(BEGAN, target="other", base_url="https://o.example"))) == 2
    )


def test_the_same_waiver_twice_is_refused(tmp_path: Path) -> None:
    """The second could outlive the first without anybody noticing."""
    file = tmp_path / "waivers.toml"
    file.write_text(GOOD + GOOD)
    with pytest.raises(BadWaiver, match="line 15: MERGE-NULL is waived in line 2 already"):
        waiver_file.load(file, TODAY, TARGETS)


def test_the_stanza_of_a_violation_is_a_waiver_of_it(tmp_path: Path) -> None:
    """What a report offers to paste works once its reason is filled in, and not before."""
    found = folded(*asked("MERGE-NULL"), violated("MERGE-NULL"))
    [broken] = [one for one in found.judgements if one.verdict is Verdict.VIOLATED]
    text = waiver_file.stanza(broken, BEGAN, TODAY)
    with pytest.raises(BadWaiver, match="the reason of MERGE-NULL is a placeholder"):
        applied(tmp_path, found, text)
    result = applied(tmp_path, found, text.replace("…", "clients rely on it"))
    assert (verdict(result, "MERGE-NULL"), result.exit_code) == (Verdict.WAIVED, 0)


def test_a_run_takes_its_waivers_from_the_file_beside_it(conform: Conform, tmp_path: Path) -> None:
    """A mistake in it ends the run, with the line."""
    only = ("--effort", "quick", "--seed", "1", "-k", "not_backwards or updated_at_does")
    broken = conform(*only, at="/faults/put-semantics")
    assert broken.code == 6
    (tmp_path / "waivers.toml").write_text('[[waiver]]\nrequirement = "NO-SUCH"\n')
    refused = conform(*only, at="/faults/put-semantics")
    assert refused.code == 4
    assert "waivers.toml line 1: target is missing: add it" in refused.output


def test_a_waived_violation_leaves_the_run_conformant(conform: Conform, tmp_path: Path) -> None:
    """It is counted as waived, and nothing else is violated."""
    (tmp_path / "accepted.toml").write_text(
        '[[waiver]]\nrequirement = "TIME-FORMAT"\ntarget = "*/faults/naive-timestamps"\n'
        'reason = "since the beginning"\nexpires = 2999-01-01\n'
    )
    only = ("--effort", "smoke", "--seed", "1", "-m", "not observation", "--waivers", "accepted.toml")
    run = conform(*only, at="/faults/naive-timestamps")
    assert (run.code, run.ids("waived"), run.ids("violated")) == (0, {"TIME-FORMAT"}, set())
    assert "~ TIME-FORMAT  waived until 2999-01-01: since the beginning" in run.output


def test_a_run_leaves_waivers_of_drift_alone(tmp_path: Path) -> None:
    """Their target is a document, which a run does not know; drift leaves those of runs alone in turn."""
    file, written = tmp_path / "waivers.toml", ""
    for name, target in (("DRIFT-PATH", "openapi.json"), ("TIME-FORMAT", "https://elsewhere.example")):
        written += f'[[waiver]]\nrequirement = "{name}"\ntarget = "{target}"\nreason = "x"\nexpires = 2999-01-01\n'
    file.write_text(written, "utf-8")
    today = date(2026, 1, 1)
    assert len(waiver_file.load(file, today, ["https://elsewhere.example"])) == 2
    assert len(waiver_file.of_drift(file, today, ["openapi.json"], [])) == 1
