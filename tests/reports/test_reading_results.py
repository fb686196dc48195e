"""A result is read whatever the file holds: as a result that every reader can use, or refused in one line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.catalogue.requirement import Area, Level
from reports.renderings import replay_script, terminal
from reports.result import document
from reports.result.document import RESULT_FILE, Unreadable, load
from reports.result.result import Result
from reports.result.verdicts import Verdict
from reports.tables.compare import compare
from reports.tables.gate import unusable
from reports.tables.target_matrix import TargetRun, Targets
from tests.support.commands import command
from tests.support.results import kinds

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**400, -1, 1e308, "http://[bad/", "\ud800", "\x1b[31m\n", "2027-02-30"])
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Results of every kind, as the JSON that a run writes."""
    return [document.as_json(one) for one in kinds(tmp_path_factory.mktemp("kinds")).values()]


def places(value: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, its own root among them."""
    yield at
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield from places(inner, (*at, name))


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """A copy of a document with another value in one place."""
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = changed(copy[place[0]], place[1:], new)
    return copy


def used(result: Result) -> None:
    """Let everything that reads a file of results read one."""
    found = compare(result, result)
    assert [*found.lines(), *found.markdown(), json.dumps(found.as_json()), *terminal.lines(result)]
    unusable(result)
    table = Targets((TargetRun("one", 0, result),))
    assert table.html()
    assert list(table.markdown())
    for shown in (each for one in result.judgements for each in one.violations):
        replay_script.script(shown, result.began)
        replay_script.fresh_objects(replay_script.of_objects(shown.exchanges))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_result_is_read_or_refused(
    data: st.DataObject, written: list[dict[str, Any]], tmp_path: Path
) -> None:
    """Another value in any place of a result leads to one line, or to a result that can be used."""
    original = written[data.draw(st.integers(0, len(written) - 1))]
    # The long lists are alike in all their items: a few of them stand for the rest.
    broken_first = sorted(original["requirements"], key=lambda one: -len(one["violations"]))
    original = {**original, "requirements": broken_first[:2], "observations": original["observations"][:2]}
    possible = list(places(original))
    broken = changed(original, possible[data.draw(st.integers(0, len(possible) - 1))], data.draw(ANYTHING))
    (tmp_path / RESULT_FILE).write_text(json.dumps(broken))
    refused = None
    try:
        used(load(tmp_path))
    except Unreadable as error:
        refused = str(error)
    assert refused is None or ("\n" not in refused and len(refused) < 300 + len(str(tmp_path)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\xff\xfe\x00", "it is no text in utf-16"),
        (b"9" * 5_000, "a number that is too long"),
        (b'{"schema_version": true}', "schema_version missing or unknown"),
        (b'{"log": {"entries": []}}', "schema_version missing or unknown"),
        (b"\x1f\x8b\x08\x00\x00", "it is no text in utf-8"),
    ],
    ids=["lists", "objects", "utf-16", "digits", "version", "archive", "gzip"],
)
@pytest.mark.parametrize("name", ["compare", "replay"])
def test_any_other_file_is_one_line(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    """A command that reads a result ends with exit code 4 and one line, and shows nothing of the file."""
    (tmp_path / "file").write_bytes(content)
    done = command(name, *(["file"] * (1 + (name == "compare"))), environment={}, folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (4, 1, ""), done.stderr
    assert why in done.stderr
    assert done.stderr.startswith(f"mixpeek-conformance {name}: file ")


def test_a_url_that_is_none_is_refused(written: list[dict[str, Any]], tmp_path: Path) -> None:
    """An exchange with an address that nothing can read makes a file that is not a result of this suite."""
    document_of = next(one for one in written if one["summary"]["violated"])
    text = json.dumps(document_of).replace("https://m.example/v1", "http://[bad/v1")
    (tmp_path / RESULT_FILE).write_text(text)
    with pytest.raises(Unreadable, match=r"request\.url is not a URL"):
        load(tmp_path)
    bad = changed(document_of, ("target", "base_url"), "http://[bad/")
    (tmp_path / RESULT_FILE).write_text(json.dumps(bad))
    done = command("replay", ".", environment={"MIXPEEK_API_KEY": "sk_of_nobody_at_all"}, folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
    assert command("compare", ".", ".", environment={}, folder=tmp_path).returncode == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_accepted(encoding: str, written: list[dict[str, Any]], tmp_path: Path) -> None:
    """A file that an editor or a shell has saved anew is read as before."""
    (tmp_path / RESULT_FILE).write_text(json.dumps(written[0]), encoding)
    assert document.as_json(load(tmp_path)) == written[0]


def test_words_of_a_newer_suite_do_no_harm(written: list[dict[str, Any]], tmp_path: Path) -> None:
    """An unknown level binds, an unknown verdict is inconclusive, and an unknown capability is left out."""
    new = {"level": "MAY", "area": "PAGING", "verdict": "disputed", "needs": ["teleport", "read-back"], "extra": 1}
    first = {**written[0]["requirements"][0], **new}
    newer = {**written[0], "requirements": [first, *written[0]["requirements"][1:]], "another": {}}
    (tmp_path / RESULT_FILE).write_text(json.dumps(newer))
    read = load(tmp_path).judgements[0]
    assert (read.requirement.level, read.verdict) == (Level.MUST, Verdict.INCONCLUSIVE)
    assert read.requirement.area in Area
    assert read.requirement.needs == {"read-back"}
    assert read.reason
