"""Any answer: whatever bytes a target sends, the suite judges them, shows them, or says why it cannot."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from contracts import invariants
from contracts.editions import edition
from contracts.invariants import INVARIANTS, Operation
from contracts.vocabulary import rfc3339
from contracts.vocabulary.display import shown
from contracts.vocabulary.events import Observed, Violated
from contracts.vocabulary.exchange import Exchange, Headers, Request, Response
from contracts.vocabulary.json_equality import same_json
from contracts.vocabulary.outcomes import Inconclusive, Violation
from fixtures.checks import schemathesis_cases
from fixtures.checks.assertions import assert_field, assert_keeps
from fixtures.checks.blobs import assert_same_blobs
from fixtures.checks.null_members import nulls_of
from fixtures.checks.observations import became, told
from fixtures.http.answer import Answer
from fixtures.stateful.model import Model
from reports.renderings import registry, terminal
from reports.result import document
from tests.support.results import asked, folded

EDITION = edition.load()
URL = "https://m.example/v1/buckets/b/objects/o"
MEMBERS = (
    *("bucket_id", "object_id", "key_prefix", "blobs", "source_details", "status", "error", "created_at"),
    *("updated_at", "document_count", "success", "detail", "note", "\ud800", ""),
)
AWKWARD_JSON = (
    "1" + "0" * 10_000,
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    '"\\ud800"',
    '"\\u0000"',
    '"2016-12-31T23:59:60Z"',
    '"2016-06-30T12:30:60.999999999999+14:00"',
    '"0001-01-01T00:00:00+23:59"',
    '"9999-12-31T23:59:60-23:59"',
    '"0000-00-00T00:00:00Z"',
    '"2026-01-01T24:00:00Z"',
    '"2026-01-01T00:00:00+99:59"',
    "[" * 199 + "]" * 199,
    "[" * 5_000 + "]" * 5_000,
    '{"a": 1, "a": {"a": null}}',
    '"' + "x" * 100_000 + '"',
    '[{"property": 1, "type": {}, "details": [], "blob_id": null}]',
    '[{"type": [], "source_id": {}}]',
    '{"message": {}, "type": 1e999, "details": "\\udfff"}',
    '[{"loc": 1, "msg": {}, "type": null}]',
)
CONTENT_TYPES = (
    "application/json",
    "text/html",
    "application/json; charset=klingon",
    'application/json; charset="utf-8',
    "application/json;;;=;",
    "\xff\xfe",
    "json",
    "/",
    "application/json, text/html",
    "",
    "application/problem+json",
    "Z\xfcrich",
    "Z\xc3\xbcrich/\u20ac",
)

texts = st.text(st.characters(exclude_categories=()), max_size=30)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from(["DRAFT", "2026-01-01T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS) | texts, inner, max_size=3),
    max_leaves=8,
)
written = values.map(json.dumps) | st.sampled_from(AWKWARD_JSON)
objects = st.lists(st.tuples(st.sampled_from(MEMBERS), written), max_size=6).map(
    lambda pairs: ("{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in pairs) + "}").encode()
)
bodies = objects | written.map(str.encode) | st.binary(max_size=200)
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20)
headers = st.lists(st.tuples(latin, latin), max_size=3)
statuses = st.sampled_from((200, 200, 200, 400, 401, 404, 422, 500)) | st.integers(100, 999)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    kind = draw(st.sampled_from(CONTENT_TYPES))
    given: Headers = (("Content-Type", kind), *draw(headers), ("Location", draw(texts)))
    request = Request("PATCH", URL, (("X-Namespace", draw(texts)),), draw(st.none() | bodies))
    return Exchange(1, request, Response(draw(statuses), given, draw(bodies), draw(st.booleans())), 1.0, 0.1)


def with_body(body: bytes, status: int = 200, kind: str = "application/json") -> Exchange:
    return Exchange(1, Request("PATCH", URL, (), b"{}"), Response(status, (("Content-Type", kind),), body), 1.0, 0.1)


def of_member(name: str, value: str) -> bytes:
    return f'{{"bucket_id": "b", {json.dumps(name)}: {value}}}'.encode()


ANY = settings(
    max_examples=150,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
KNOWN = (Violation, Inconclusive)
"""How a check may end."""


@ANY
@given(exchange=exchanges())
def test_any_exchange_is_judged_and_shown(exchange: Exchange) -> None:
    """An exchange of any bytes is judged by every invariant, and written as JSON, as a line and as curl."""
    assert isinstance(list(invariants.judge(exchange, EDITION)), list)
    assert isinstance(list(invariants.judge(exchange, EDITION, Operation.READING)), list)
    json.dumps(exchange.as_json(), ensure_ascii=False).encode("utf-8", "replace")
    assert exchange.line
    assert exchange.curl
    for name in INVARIANTS:
        with contextlib.suppress(*KNOWN):
            assert_keeps(name, Answer(exchange), EDITION)


@pytest.mark.parametrize("status", [200, 404, 422])
@pytest.mark.parametrize("value", AWKWARD_JSON, ids=range(len(AWKWARD_JSON)))
def test_any_member_takes_any_value(value: str, status: int) -> None:
    """A value that Python cannot hold is judged or left alone, in whichever member it stands."""
    for name in MEMBERS:
        exchange = with_body(of_member(name, value), status)
        judged = dict(invariants.judge(exchange, EDITION))
        if exchange.response.unread:
            assert not any(judged.values())


def reading(exchange: Exchange, other: Exchange) -> None:
    """Do with an answer what checks do."""
    answer, before = Answer(exchange), Answer(other)
    told(answer)
    for name in MEMBERS:
        with contextlib.suppress(*KNOWN):
            same_json(answer[name], before[name])
            shown(answer[name])
            assert_field(answer, name, before[name])
        with contextlib.suppress(*KNOWN):
            assert isinstance(list(nulls_of(name, before[name], answer[name])), list)
        with contextlib.suppress(*KNOWN):
            became(answer, name, 2**64 + 1)
        with contextlib.suppress(*KNOWN):
            rfc3339.not_before(answer[name], before[name])
            rfc3339.has_fraction(answer[name])
    with contextlib.suppress(*KNOWN):
        assert_same_blobs(answer, before.document, strict=True)
    with contextlib.suppress(*KNOWN):
        Model({}).after({}, dict(answer.document)).seen(answer["created_at"], answer["updated_at"])
    with contextlib.suppress(*KNOWN):
        answer.expect_accepted().expect_refused()


@ANY
@given(exchange=exchanges(), other=exchanges())
def test_any_answer_is_read_by_checks(exchange: Exchange, other: Exchange) -> None:
    """What a check does with an answer ends well, as a violation, or as inconclusive."""
    reading(exchange, other)


@ANY
@given(exchange=exchanges())
@example(with_body(b'{"bucket_id": "b"}', kind="Z\xfcrich"))
@example(with_body(b'{"bucket_id": "b", "document_count": 1' + b"0" * 10_000 + b"}"))
@example(with_body(b'{"bucket_id": "b", "created_at": "2016-06-30T12:30:60Z"}'))
@example(with_body(b'{"success": false, "status": 404, "error": {"message": "", "type": ""}}', 404, "text/html"))
def test_schemathesis_is_given_any_answer(exchange: Exchange) -> None:
    """The second opinion never ends in an error of its own."""
    case = schemathesis_cases.cases("coverage", "all")["/v1/buckets/the-bucket/objects/the-object"]["PATCH"].Case(
        body={}
    )
    with contextlib.suppress(*KNOWN):
        schemathesis_cases.assert_conforms(case, Answer(exchange), EDITION)


@settings(ANY, max_examples=25)
@given(exchange=exchanges(), text=texts)
def test_any_exchange_is_rendered(exchange: Exchange, text: str) -> None:
    """Every rendering takes any exchange as evidence, and any text as what was expected and what came."""
    evidence = exchange.evidence()
    result = folded(
        *asked("MERGE-NULL"),
        Violated("t", "MERGE-NULL", text, text, (evidence,)),
        Observed("t", "empty-patch", text, None, evidence),
    )
    result = document.as_written(result)
    for render in registry.FILES.values():
        assert render(result)
    assert "\n".join(terminal.lines(result))


def test_an_umlaut_in_a_header_is_no_reason_to_fail() -> None:
    """A header value that is not ASCII does not keep schemathesis from its opinion."""
    document: dict[str, Any] = {"bucket_id": "b"}
    sent = Response(
        200, (("Content-Type", "application/json"), ("X-Served-By", "Z\xfcrich")), json.dumps(document).encode()
    )
    case = schemathesis_cases.cases("coverage", "all")["/v1/buckets/the-bucket/objects/the-object"]["PATCH"].Case(
        body={}
    )
    assert schemathesis_cases.second_opinion(case, Answer(Exchange(1, Request("PATCH", URL), sent, 1.0, 0.1))) is None
