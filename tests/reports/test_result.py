"""The result: what the ledger keeps, what is folded from it, and that every result is as the schema says."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts.catalogue.requirement import Capability
from contracts.vocabulary import events
from contracts.vocabulary.events import (
    Began,
    Borrowed,
    CheckInconclusive,
    CheckPassed,
    Cut,
    Event,
    Exemplified,
    Failed,
    Judged,
    Late,
    Left,
    Made,
    Observed,
    Removed,
    Resent,
    Restored,
    Slow,
    TargetUnreachable,
    Violated,
)
from contracts.vocabulary.exchange import Response
from reports.recording import ledger
from reports.recording.ledger import Ledger
from reports.renderings import terminal
from reports.result.document import RESULT_FILE, Unreadable, as_json, from_json, load, render
from reports.result.fold import LOST, fold
from reports.result.result import Result
from reports.result.verdicts import NOT_RUN, SHOWN, Judgement, RunVerdict, Verdict
from tests.support.catalogue import OURS
from tests.support.results import BEGAN, FINISHED, asked, exchange, folded

MUST = "MERGE-TEXT"
SHOULD = "ERROR-NO-INTERNALS"
NEEDY = "MERGE-READ-BACK"
UNREAD = sum(one.by_reader for one in OURS.values())

SCHEMA: dict[str, Any] = json.loads(resources.files("reports").joinpath("conformance.schema.json").read_text("utf-8"))


def violated(name: str = MUST, body: str = "{}", *, invariant: bool = False) -> Violated:
    return Violated("a test", name, "a = 1", "a = 2", (exchange(body),), invariant)


def judgement(name: str, *found: Event, began: Began = BEGAN) -> Judgement:
    [one] = [one for one in folded(*found, began=began).judgements if one.requirement.id == name]
    return one


def document(result: Result) -> dict[str, Any]:
    """The result as it is written and read again."""
    read: dict[str, Any] = json.loads(json.dumps(as_json(result)))
    return read


def faults(read: object) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(read)]


EVENTS: list[Event] = [
    BEGAN,
    CheckPassed("t", ["A-B"], 1, 0),
    violated(),
    Violated("t", "A-B", "e\n", "ä 😀", (), invariant=True),
    CheckInconclusive("t", ["A-B", "A-C"], "no reason"),
    Observed("t", "empty-patch", "accepted", None, exchange()),
    Observed("t", "empty-patch", None, "no answer"),
    Judged("t", {"A-B": 2}, {"A-B": 1}, 5, {"PATCH": [0.25, 1.5]}),
    Exemplified("t", "A-B", exchange(), invariant=True),
    Slow("t", "PATCH", "/v1/buckets/b/objects/o", 200, 1001.0, 0.5),
    Late("t", "PATCH of an object", 0.3),
    Resent("t", "POST /v1/buckets: the target was busy (429)"),
    Failed("t", "Traceback\n  line\r\n\u2028"),
    TargetUnreachable("no answer"),
    Made("/v1/buckets/b", "ours"),
    Removed("/v1/buckets/b"),
    Borrowed("/v1/buckets/b/objects/o", "ours", {"title": "mine"}),
    Restored("/v1/buckets/b/objects/o"),
    Left("bucket b"),
    Cut(2, 1),
]


def test_every_kind_of_event_is_in_these_tests() -> None:
    """A kind that is added is written and read here, too."""
    assert {type(event) for event in EVENTS} == set(events._KINDS.values())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_reads_back_as_it_was_written(event: Event) -> None:
    """Nothing is lost between a process that writes and the one that folds."""
    assert events.from_json(json.loads(json.dumps(events.as_json(event)))) == event


@pytest.mark.parametrize(
    "members", [{}, {"event": "holiday"}, {"event": "gone"}, {"event": "gone", "reason": "r", "colour": "red"}]
)
def test_what_is_no_event_is_refused(members: dict[str, Any]) -> None:
    """An unknown kind, and members that are missing or too many, raise an error."""
    with pytest.raises((KeyError, TypeError)):
        events.from_json(members)


def test_a_ledger_gives_the_events_that_were_written(tmp_path: Path) -> None:
    """Each line is on the disk at once: a crash loses nothing that was told."""
    book = Ledger(tmp_path / "ledger" / "main.jsonl")
    for event in EVENTS:
        book.write(event)
    assert list(ledger.read(tmp_path / "ledger")) == EVENTS  # each line is there before the file is closed
    book.close()


def test_the_ledgers_of_several_processes_are_read_together(tmp_path: Path) -> None:
    """Workers need no locks, since each has a file of its own."""
    for name in ("gw1", "gw0", "main"):
        book = Ledger(tmp_path / f"{name}.jsonl")
        book.write(TargetUnreachable(name))
        book.close()
    assert list(ledger.read(tmp_path)) == [
        TargetUnreachable("gw0"),
        TargetUnreachable("gw1"),
        TargetUnreachable("main"),
    ]


def test_a_ledger_is_appended_to(tmp_path: Path) -> None:
    """A process that opens it again keeps what stands there."""
    for reason in ("first", "second"):
        book = Ledger(tmp_path / "main.jsonl")
        book.write(TargetUnreachable(reason))
        book.close()
    assert list(ledger.read(tmp_path)) == [TargetUnreachable("first"), TargetUnreachable("second")]


def test_a_broken_requirement_with_lost_evidence_does_not_hold() -> None:
    """What was found broken is inconclusive if the ledger has lost the exchange that shows it."""
    lost = Judged("suites/test_a.py::test", {"RESPONSE-JSON": 3}, {"RESPONSE-JSON": 1})
    result = fold([BEGAN, lost], 1.0)
    [judgement] = [one for one in result.judgements if one.requirement.id == "RESPONSE-JSON"]
    assert (judgement.verdict, judgement.reason) == (Verdict.INCONCLUSIVE, LOST)


def test_nothing_run_is_nothing_asked() -> None:
    """That something was declared to be missing does not change it."""
    assert fold([replace(BEGAN, without=["foreign-key"])], 1.0).exit_code == 5


LINE = json.dumps(events.as_json(TargetUnreachable("5 €")), ensure_ascii=False).encode()
INSIDE_OF_A_CHARACTER = (LINE.index("€".encode()) + 1, LINE.index("€".encode()) + 2)


def cut(folder: Path, size: int) -> list[Event]:
    """The events of a ledger whose last line a crash cut after `size` bytes."""
    book = Ledger(folder / "main.jsonl")
    book.write(Left("bucket"))
    book.close()
    with folder.joinpath("main.jsonl").open("ab") as file:
        file.write(LINE[:size])
    return list(ledger.read(folder))


@pytest.mark.parametrize("size", [size for size in range(len(LINE)) if size not in INSIDE_OF_A_CHARACTER])
def test_a_last_line_that_was_cut_is_left_out(tmp_path: Path, size: int) -> None:
    """A crash in the middle of a line costs that event alone, wherever it was cut."""
    assert cut(tmp_path, size) == [Left("bucket")]


@pytest.mark.parametrize("size", INSIDE_OF_A_CHARACTER)
def test_a_last_line_cut_inside_of_a_character_is_left_out(tmp_path: Path, size: int) -> None:
    """A process that is killed may leave such a line."""
    assert cut(tmp_path, size) == [Left("bucket")]


def test_a_last_line_without_its_line_break_is_whole(tmp_path: Path) -> None:
    """The event is all there, so that it counts."""
    assert cut(tmp_path, len(LINE)) == [Left("bucket"), TargetUnreachable("5 €")]


def test_a_lone_surrogate_does_not_stop_the_ledger(tmp_path: Path) -> None:
    """What no file can hold is replaced, and the events behind it are kept."""
    book = Ledger(tmp_path / "main.jsonl")
    book.write(TargetUnreachable("\ud800"))
    book.close()
    assert list(ledger.read(tmp_path)) == [TargetUnreachable("?")]


def test_clearing_removes_the_ledgers_alone(tmp_path: Path) -> None:
    """A file of somebody else in the folder stays."""
    tmp_path.joinpath("main.jsonl").touch()
    tmp_path.joinpath("notes.txt").touch()
    ledger.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_run_that_did_not_begin_has_no_result() -> None:
    """Without edition and target there is nothing to hold a verdict against."""
    with pytest.raises(ValueError, match="does not say how the run began"):
        fold([TargetUnreachable("no answer")], FINISHED)


def test_every_requirement_of_the_edition_has_a_judgement() -> None:
    """What nothing was told of is in the result too, in the order of the catalogue."""
    assert [one.requirement.id for one in folded().judgements] == list(OURS)


WHY = "refused: 422"
OWN = CheckInconclusive("t", [MUST], WHY)
SEVERAL = CheckInconclusive("t", [MUST, SHOULD], WHY)
HELD = CheckPassed("t", [MUST], 2, 1)
WITHOUT = replace(BEGAN, without=["read-back"])
SEEN = Judged("t", {MUST: 4}, {MUST: 1}, 9)

VERDICTS: dict[str, tuple[list[Event], Verdict, int, str | None]] = {
    "not run": ([], Verdict.INCONCLUSIVE, 0, NOT_RUN),
    "asked": ([HELD], Verdict.HOLDS, 2, None),
    "asked by two checks": ([HELD, HELD], Verdict.HOLDS, 4, None),
    "asked, and nothing judged": ([CheckPassed("t", [MUST], 0, 5)], Verdict.INCONCLUSIVE, 0, NOT_RUN),
    "asked among several": ([CheckPassed("t", [MUST, SHOULD], 5, 0)], Verdict.INCONCLUSIVE, 0, NOT_RUN),
    "judged as an invariant": ([Judged("t", {MUST: 4})], Verdict.HOLDS, 4, None),
    "could not be asked": ([OWN], Verdict.INCONCLUSIVE, 0, WHY),
    "could not be asked by one check of two": ([HELD, OWN], Verdict.INCONCLUSIVE, 2, WHY),
    "could not be asked, judged as an invariant": ([OWN, Judged("t", {MUST: 4})], Verdict.HOLDS, 4, None),
    "left open, judged as an invariant": (
        [CheckInconclusive("t", [MUST], WHY, cut_short=True), Judged("t", {MUST: 4})],
        Verdict.INCONCLUSIVE,
        4,
        WHY,
    ),
    "could not be asked among several": ([SEVERAL], Verdict.INCONCLUSIVE, 0, WHY),
    "asked, and not among several": ([SEVERAL, HELD], Verdict.HOLDS, 2, None),
    "gone": ([TargetUnreachable("no answer")], Verdict.INCONCLUSIVE, 0, "no answer"),
    "asked, then gone": ([HELD, TargetUnreachable("no answer")], Verdict.HOLDS, 2, None),
    "broken by its check": ([violated()], Verdict.VIOLATED, 1, None),
    "broken after it held": ([HELD, violated()], Verdict.VIOLATED, 2, None),
    "broken as an invariant only": ([violated(invariant=True), SEEN], Verdict.VIOLATED, 4, None),
    "broken as an invariant where its check held": ([HELD, violated(invariant=True)], Verdict.VIOLATED, 2, None),
    "broken, and could not be asked": ([OWN, violated(), OWN], Verdict.VIOLATED, 1, None),
    "broken, then gone": ([violated(), TargetUnreachable("no answer")], Verdict.VIOLATED, 1, None),
    "of another requirement": (
        [violated(SHOULD), CheckInconclusive("t", [SHOULD], WHY)],
        Verdict.INCONCLUSIVE,
        0,
        NOT_RUN,
    ),
    "the suite failed": ([Failed("t", "Traceback")], Verdict.INCONCLUSIVE, 0, NOT_RUN),
}


@pytest.mark.parametrize(("found", "verdict", "count", "reason"), VERDICTS.values(), ids=list(VERDICTS))
def test_the_verdict_on_a_requirement(found: list[Event], verdict: Verdict, count: int, reason: str | None) -> None:
    """Which events make it hold, violated or inconclusive, and the reason that is given."""
    one = judgement(MUST, *found)
    assert (one.verdict, one.asked, one.reason) == (verdict, count, reason)
    assert bool(one.violations) is (verdict is Verdict.VIOLATED)


@pytest.mark.parametrize(
    ("found", "verdict", "reason"),
    [
        ([], Verdict.NOT_APPLICABLE, "declared with --without read-back"),
        ([CheckInconclusive("t", [NEEDY], WHY)], Verdict.NOT_APPLICABLE, "declared with --without read-back"),
        ([violated(NEEDY)], Verdict.VIOLATED, None),
    ],
    ids=["not run", "could not be asked", "broken all the same"],
)
def test_what_was_declared_missing_is_not_applicable(
    found: list[Event], verdict: Verdict, reason: str | None
) -> None:
    """The reason names the declaration."""
    one = judgement(NEEDY, *found, began=WITHOUT)
    assert (one.verdict, one.reason) == (verdict, reason)
    assert judgement(MUST, began=WITHOUT).verdict is Verdict.INCONCLUSIVE


def test_of_violations_of_one_cause_the_smallest_is_shown() -> None:
    """All of them are counted."""
    one = judgement(MUST, *(violated(body="x" * size) for size in (9, 3, 7, 1, 8, 2, 6)))
    assert [len(shown.exchanges[0].request.body or b"") for shown in one.violations] == [1]
    assert one.occurrences == 7


def test_of_several_causes_each_is_shown_up_to_a_limit() -> None:
    """The plainest causes come first, and a cause that another one explains is left out."""
    one = judgement(
        MUST,
        *(replace(violated(body="x" * size), traits=[f"trait {size}"]) for size in (9, 3, 7, 1, 8, 2, 6)),
        replace(violated(body=""), traits=["trait 1", "trait 9"]),
    )
    assert [len(shown.exchanges[0].request.body or b"") for shown in one.violations] == [1, 2, 3, 6, 7]
    assert len(one.violations) == SHOWN
    assert one.occurrences == 8


def test_what_many_exchanges_show_comes_last() -> None:
    """A violation of two exchanges is read first, however small the dozen is that shows another cause."""
    many = replace(violated(body="x"), exchanges=violated(body="x").exchanges * 12, traits=["many"])
    two = replace(violated(body="x" * 500), exchanges=violated(body="x" * 500).exchanges * 2, traits=["long"])
    assert [len(shown.exchanges) for shown in judgement(MUST, many, two).violations] == [2, 12]


def test_an_invariant_counts_every_time_that_it_was_broken() -> None:
    """The ledger holds one example, and the tally of each test the number."""
    one = judgement(MUST, violated(invariant=True), Judged("t", {MUST: 9}, {MUST: 4}), Judged("u", {MUST: 1}, {}, 2))
    assert (one.occurrences, one.asked) == (4, 10)


def test_requests_are_counted_over_all_tests() -> None:
    """The sum is what the report says was sent."""
    assert folded(Judged("t", {}, {}, 5), Judged("u", {}, {}, 6)).requests == 11


STRICT = replace(BEGAN, strict=True)
RUNS: dict[str, tuple[Result, RunVerdict, int]] = {
    "everything holds": (folded(*asked()), RunVerdict.CONFORMANT, 0),
    "strictly": (folded(*asked(), began=STRICT), RunVerdict.CONFORMANT, 0),
    "a MUST is violated": (folded(*asked(MUST), violated()), RunVerdict.NON_CONFORMANT, 1),
    "a MUST is violated, and nothing else was run": (folded(violated()), RunVerdict.NON_CONFORMANT, 1),
    "a SHOULD is violated": (folded(*asked(), violated(SHOULD)), RunVerdict.CONFORMANT, 0),
    "a SHOULD is violated, strictly": (
        folded(*asked(), violated(SHOULD), began=STRICT),
        RunVerdict.NON_CONFORMANT,
        1,
    ),
    "a SHOULD is inconclusive": (folded(*asked(SHOULD)), RunVerdict.CONFORMANT, 0),
    "a SHOULD is inconclusive, strictly": (folded(*asked(SHOULD), began=STRICT), RunVerdict.INCONCLUSIVE, 6),
    "a MUST is inconclusive": (folded(*asked(MUST), OWN), RunVerdict.INCONCLUSIVE, 6),
    "a MUST was not run": (folded(*asked(MUST)), RunVerdict.INCONCLUSIVE, 6),
    "one is violated, one inconclusive": (folded(*asked(MUST, NEEDY), violated()), RunVerdict.NON_CONFORMANT, 1),
    "a MUST is not applicable": (folded(*asked(NEEDY), began=WITHOUT), RunVerdict.CONFORMANT, 0),
    "interrupted": (folded(*asked(), interrupted=True), RunVerdict.INCONCLUSIVE, 2),
    "interrupted after a violation": (folded(violated(), interrupted=True), RunVerdict.NON_CONFORMANT, 2),
    "the suite failed": (folded(*asked(), Failed("t", "Traceback")), RunVerdict.INCONCLUSIVE, 3),
    "the suite failed after a violation": (folded(violated(), Failed("t", "")), RunVerdict.NON_CONFORMANT, 3),
    "nothing was run": (folded(), RunVerdict.INCONCLUSIVE, 5),
    "nothing could be asked": (folded(OWN), RunVerdict.INCONCLUSIVE, 6),
    "the target never answered": (folded(TargetUnreachable("no answer")), RunVerdict.INCONCLUSIVE, 7),
    "the target went away": (folded(*asked(), TargetUnreachable("no answer")), RunVerdict.INCONCLUSIVE, 7),
    "the target went away after a violation": (
        folded(violated(), TargetUnreachable("no")),
        RunVerdict.NON_CONFORMANT,
        1,
    ),
    "interrupted when the target had gone": (
        folded(TargetUnreachable("no"), interrupted=True),
        RunVerdict.INCONCLUSIVE,
        2,
    ),
}


@pytest.mark.parametrize(("result", "verdict", "code"), RUNS.values(), ids=list(RUNS))
def test_the_verdict_on_the_target_and_the_exit_code(result: Result, verdict: RunVerdict, code: int) -> None:
    """Which judgements make a run conformant, and what a pipeline sees of it."""
    assert (result.verdict, result.exit_code) == (verdict, code)
    assert faults(document(result)) == []


def test_the_document_tells_what_was_found() -> None:
    """Target, duration, counts, failures, leftovers and evidence are all in it."""
    read = document(
        folded(*asked(MUST, NEEDY), violated(), Failed("t", "Traceback"), Left("bucket b"), began=WITHOUT)
    )
    assert faults(read) == []
    assert (read["verdict"], read["exit_code"], read["edition"]) == ("non-conformant", 3, "2026-04")
    assert read["target"] == {
        "name": "staging",
        "base_url": "https://m.example",
        "namespace": "ours",
        "reference_service": False,
        "insecure": False,
        "read_only": False,
        "without": ["read-back"],
    }
    assert read["run"]["duration_seconds"] == 100
    assert read["summary"]["violated"] == 1
    assert sum(read["summary"].values()) == len(read["requirements"]) == len(OURS)
    assert read["suite_errors"] == [{"test": "t", "error": "Traceback"}]
    assert read["left_behind"] == ["bucket b"]
    [broken] = [one for one in read["requirements"] if one["verdict"] == "violated"]
    assert (broken["id"], broken["violations"][0]["exchanges"]) == (MUST, [exchange().as_json()])


NOTHING_SHOWN = {"test": "", "expected": "", "actual": "", "exchanges": [], "on_fresh_object": "not asked"}
CHANGES: dict[str, tuple[list[str | int], object]] = {
    "another version": (["schema_version"], 2),
    "another verdict": (["verdict"], "fine"),
    "another exit code": (["exit_code"], 8),
    "a new member": (["mood"], "good"),
    "an option that is no text": (["run", "options"], {"rate": 5}),
    "an option without a name": (["run", "options"], {"Rate\n": "5"}),
    "a seed of text": (["run", "seed"], "7"),
    "a time that runs backwards": (["run", "duration_seconds"], -1),
    "an unknown capability": (["target", "without"], ["telepathy"]),
    "no requirements": (["requirements"], None),
    "a malformed id": (["requirements", 0, "id"], "merge"),
    "another level": (["requirements", 0, "level"], "MAY"),
    "held without being asked": (["requirements", 0, "asked"], 0),
    "violated without a violation": (["requirements", 0, "verdict"], "violated"),
    "inconclusive without a reason": (["requirements", 0, "verdict"], "inconclusive"),
    "not applicable without a reason": (["requirements", 0, "verdict"], "not applicable"),
    "held with a violation": (["requirements", 0, "violations"], [NOTHING_SHOWN]),
    "an error without its test": (["suite_errors"], [{"error": "Traceback"}]),
}


@pytest.mark.parametrize(("place", "value"), CHANGES.values(), ids=list(CHANGES))
def test_the_schema_refuses_a_document_that_is_otherwise(place: list[str | int], value: object) -> None:
    """Another version, an unknown word and an unknown member are not let through."""
    read = document(folded(*asked()))
    assert faults(read) == []
    inner: Any = read
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert faults(read) != []


@pytest.mark.parametrize("name", SCHEMA["required"])
def test_the_schema_refuses_a_document_that_lacks_a_part(name: str) -> None:
    """Each member that is promised to readers is required."""
    read = document(folded(*asked()))
    del read[name]
    assert faults(read) == [f"{name!r} is a required property"]


@pytest.mark.parametrize(("part", "name"), [("request", "url"), ("response", "status")])
def test_the_schema_refuses_an_exchange_that_lacks_a_part(part: str, name: str) -> None:
    """Evidence without an address or a status is none."""
    read = document(folded(violated()))
    [one] = [one for one in read["requirements"] if one["id"] == MUST]
    del one["violations"][0]["exchanges"][0][part][name]
    assert faults(read) != []


IDS = st.sampled_from([*list(OURS)[:3], MUST, SHOULD, NEEDY])
COUNTS = st.dictionaries(IDS, st.integers(0, 5), max_size=3)
TEXTS = st.text(max_size=20)
SECONDS = st.floats(0, 100)
TIMES = st.lists(SECONDS, max_size=4)
FOUND = st.lists(
    st.builds(CheckPassed, TEXTS, st.lists(IDS, min_size=1, max_size=2), st.integers(0, 9), st.integers(0, 9))
    | st.builds(violated, IDS, TEXTS, invariant=st.booleans())
    | st.builds(CheckInconclusive, TEXTS, st.lists(IDS, min_size=1, max_size=2), TEXTS)
    | st.builds(Judged, TEXTS, COUNTS, COUNTS, st.integers(0, 9), st.dictionaries(TEXTS, TIMES, max_size=2))
    | st.builds(Exemplified, TEXTS, IDS, st.just(exchange()), invariant=st.booleans())
    | st.builds(Slow, TEXTS, TEXTS, TEXTS, st.integers(0, 599), SECONDS, SECONDS)
    | st.builds(Failed, TEXTS, TEXTS)
    | st.builds(TargetUnreachable, TEXTS)
    | st.builds(Made, TEXTS, TEXTS)
    | st.builds(Left, TEXTS),
    max_size=12,
)
BEGINNINGS = st.builds(
    replace,
    st.just(BEGAN),
    strict=st.booleans(),
    embedded=st.booleans(),
    target=st.none() | TEXTS,
    without=st.lists(st.sampled_from([str(one) for one in Capability]), unique=True),
    options=st.dictionaries(st.sampled_from(["max-time", "http2"]), TEXTS),
)


@given(found=FOUND, began=BEGINNINGS, interrupted=st.booleans())
def test_every_result_is_as_the_schema_says(found: list[Event], began: Began, interrupted: bool) -> None:
    """Any events make a valid document, whose verdict fits its exit code, and which is read back whole."""
    result = folded(*found, began=began, interrupted=interrupted)
    read = document(result)
    assert faults(read) == []
    assert (read["exit_code"] == 0) <= (read["verdict"] == "conformant")
    assert (read["exit_code"] == 1) <= (read["verdict"] == "non-conformant")
    assert sum(read["summary"].values()) == len(OURS)
    assert f"exit {result.exit_code}" in list(terminal.lines(result))[-1]
    assert document(from_json(read)) == read


def test_a_result_is_read_again_from_its_file_or_its_folder(tmp_path: Path) -> None:
    """Commands take either, and lose nothing of it."""
    result = folded(*asked(MUST), violated())
    (tmp_path / RESULT_FILE).write_bytes(render(result))
    assert document(load(tmp_path)) == document(load(tmp_path / "conformance.json")) == document(result)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no JSON, from line 1, column 1 on"),
        ("[]", "the document is not an object"),
        ("{}", "schema_version missing or unknown"),
        ('{"schema_version": 99}', "schema_version 99, and this suite reads 1"),
        ('{"schema_version": 1}', "run is missing"),
    ],
)
def test_a_file_that_is_no_result_is_refused_in_one_line(tmp_path: Path, text: str, why: str) -> None:
    """The line says what is wrong with it, and what to give."""
    (tmp_path / "conformance.json").write_text(text)
    with pytest.raises(Unreadable) as caught:
        load(tmp_path)
    assert why in str(caught.value)
    assert "give one that a run wrote" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    """The line has the words of the system."""
    with pytest.raises(Unreadable, match=r"conformance.json cannot be read \(No such file or directory\)"):
        load(tmp_path)


@given(found=FOUND, data=st.data())
def test_the_order_of_the_ledger_does_not_change_a_verdict(found: list[Event], data: st.DataObject) -> None:
    """Which process was faster is not to be seen in the result."""
    other = data.draw(st.permutations([BEGAN, *found]))
    verdicts = [[one.verdict for one in fold(order, FINISHED).judgements] for order in ([BEGAN, *found], other)]
    assert verdicts[0] == verdicts[1]


@given(found=FOUND)
def test_a_violation_in_the_ledger_is_never_lost(found: list[Event]) -> None:
    """No other event makes a broken requirement hold, or stay open."""
    broken = {event.requirement for event in found if isinstance(event, Violated)}
    assert {one.requirement.id for one in folded(*found).judgements if one.verdict is Verdict.VIOLATED} == broken


def text_of(*found: Event, began: Began = BEGAN, interrupted: bool = False) -> str:
    return "\n".join(terminal.lines(folded(*found, began=began, interrupted=interrupted), report=Path("it")))


def parts_of(name: str, found: Violated) -> Iterator[str]:
    requirement = OURS[name]
    yield f"✗ {name}  {requirement.level}  {requirement.sentence}"
    yield f"source    {requirement.source}"
    yield f"expected  {found.expected}"
    yield f"actual    {found.actual}"
    yield f"PATCH /v1/buckets/b/objects/o  -> 200\n        {found.exchanges[0].request.text}"
    yield f"repeat    mixpeek-conformance replay it {name} --target staging --namespace ours"
    yield f"or        mixpeek-conformance replay --script it {name} --target staging --namespace ours | sh"


def test_the_summary_shows_every_violated_requirement() -> None:
    """Each stands there with what lets its reader see it."""
    broken = [violated(name, f'{{"{name}": 1}}') for name in (MUST, SHOULD, NEEDY)]
    shown = text_of(*asked(MUST, SHOULD, NEEDY), *broken)
    for one in broken:
        for part in parts_of(one.requirement, one):
            assert part in shown
    assert shown.count("✗") == 3
    total = len(OURS)
    held = total - 3 - UNREAD
    assert f"verdict: non-conformant with edition 2026-04 ({held} of {total} requirements hold)" in shown
    assert "exit 1" in shown


def test_the_summary_counts_by_area() -> None:
    """The line of an area has what holds, of how many, and what does not."""
    lines = text_of(*asked(MUST), violated()).splitlines()
    merge = [name for name in OURS if name.startswith("MERGE-")]
    assert f"  MERGE      {len(merge) - 1}/{len(merge)} hold   1 violated" in lines


def test_the_summary_says_how_often_it_was_seen() -> None:
    """A violation that was seen once has no number."""
    assert "seen 2 times" in text_of(violated(), violated())
    assert "times" not in text_of(violated())


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (text_of(*asked(MUST), OWN), f"? inconclusive: {MUST}: {WHY}"),
        (text_of(), f"and {len(OURS) - 6 - UNREAD} more: {NOT_RUN}"),
        (text_of(Failed("t", "Traceback\n  the last line")), "the suite itself failed in t: please report it"),
        (text_of(Failed("t", "Traceback\n  the last line")), "the last line"),
        (text_of(Left("bucket b")), "left behind on the target: bucket b"),
        (text_of(TargetUnreachable("no answer")), "the target is unreachable: no answer"),
        (text_of(interrupted=True), "the run was interrupted"),
        (text_of(began=WITHOUT), "3 requirements are not applicable, as declared with --without read-back"),
        (text_of(*asked(), began=replace(BEGAN, embedded=True)), "this says nothing about any deployment"),
        (text_of(*asked()), "verdict: conformant with edition 2026-04"),
        (text_of(*asked()), "seed 7"),
        (text_of(*asked()), f"CLIENT      0/{UNREAD}  hold   {UNREAD} not applicable (no --reader)\n"),
    ],
)  # fmt: skip
def test_the_summary_says(shown: str, sentence: str) -> None:
    """Each way in which a run can end has a sentence of its own."""
    assert sentence in shown


def test_a_beginning_keeps_all_that_a_report_names() -> None:
    """A member that is added to `Began` is written to the ledger."""
    assert {one.name for one in fields(Began)} == set(events.as_json(BEGAN)) - {"event"}


def test_an_observation_keeps_its_outcome_and_its_evidence() -> None:
    """Without an outcome it keeps the reason."""
    seen = Observed("t", "empty-patch", "accepted", None, exchange())
    missed = Observed("t", "depth", None, "no answer")
    result = folded(*asked(), seen, missed)
    told = {one.observation.id: (one.outcome, one.reason, one.exchange) for one in result.observations}
    assert told["empty-patch"] == ("accepted", None, exchange())
    assert told["depth"] == (None, "no answer", None)
    assert told["nul"] == (None, NOT_RUN, None)
    assert result.verdict is RunVerdict.CONFORMANT
    assert faults(document(result)) == []


def test_why_there_was_no_answer_is_read_again() -> None:
    """A violation by a request that was not answered says why in the file, and to everyone who reads it."""
    lost = replace(exchange(), response=Response(0, error="timed out"))
    result = folded(*asked(MUST), Violated("t", MUST, "an answer", "none", (lost,)))
    read = document(result)
    assert faults(read) == []
    assert as_json(from_json(read)) == as_json(result)
    [shown] = [each for one in from_json(read).judgements for each in one.violations]
    assert shown.exchanges[0].response.error == "timed out"


def test_a_clock_that_is_set_back_gives_no_negative_time() -> None:
    """A run during which the clock is set back by an hour lasts no time, and its result is sound."""
    result = fold([BEGAN, *asked()], BEGAN.started - 3600)
    assert as_json(result)["run"]["duration_seconds"] == 0
    assert from_json(json.loads(render(result))).verdict is RunVerdict.CONFORMANT
