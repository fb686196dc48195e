"""A result read again from the JSON of `conformance.json`, whoever wrote it: also another release of the suite."""

import re
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from contracts.catalogue.observations import Observation
from contracts.catalogue.requirement import Area, Capability, Level, Requirement
from contracts.vocabulary.events import Began, Failed, Slow
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.json_members import Members, WrongMember
from contracts.vocabulary.outcomes import OnFresh
from reports.result.baseline import Baseline
from reports.result.load import Load, LoadLatency, Sample
from reports.result.result import Latency, Result, Seen
from reports.result.verdicts import Example, Judgement, Shown, Verdict, Waiver

SCHEMA_VERSION = 1
OPTION = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_Word = TypeVar("_Word", bound=StrEnum)


def from_json(document: object) -> Result:
    """Read a result, also of a suite that knows other requirements.

    Unknown words are read on the safe side: an unknown level binds, an unknown verdict is inconclusive, and an
    unknown capability is left out. Raises ValueError for anything that is not a result.
    """
    root = Members.read(document)
    version = root.of.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        named = version if type(version) is int and abs(version) < 1000 else "missing or unknown"
        raise WrongMember(f"schema_version {named}, and this suite reads {SCHEMA_VERSION}")
    run = root.members("run")
    return Result(
        began=_began(root),
        judgements=tuple(_judgement(one) for one in root.each("requirements")),
        observations=tuple(_seen(one) for one in root.each("observations")),
        requests=run.whole("requests"),
        finished=run.seconds("started") + run.seconds("duration_seconds"),
        interrupted=run.flag("interrupted"),
        gone=run.text_or_null("target_gone"),
        failures=tuple(Failed(one.text("test"), one.text("error")) for one in root.each("suite_errors")),
        left=tuple(root.texts("left_behind")),
        waiver_errors=tuple(root.texts("waiver_errors")),
        report_errors=tuple(root.texts("report_errors") if "report_errors" in root.of else ()),
        sent_again=run.whole("sent_again", default=0),  # earlier releases did not count them
        cut=_cut(run),
        load=load_in(root.members("load")) if "load" in root.of else None,
        **_late(run),
        latency=tuple(map(_latency, _each(root, "latency"))),
        slowest=tuple(map(_slow, _each(root, "slowest"))),
        made=run.flag("made") if "made" in run.of else False,
        baseline=_baseline(root.members("baseline")) if "baseline" in root.of else None,
    )


def _baseline(one: Members) -> Baseline:
    return Baseline(
        report=one.text("report"),
        run=one.text_or_null("run"),
        started=one.seconds("started"),
        suite=one.text("suite"),
        edition=one.text("edition"),
        base_url=one.text("base_url"),
        known=tuple(one.texts("known")),
        otherwise=tuple(one.texts("otherwise")),
    )


def _each(root: Members, name: str) -> list[Members]:
    """Return the objects in a list that earlier releases did not write."""
    return list(root.each(name)) if name in root.of else []


def _latency(one: Members) -> Latency:
    times = (one.seconds(f"{name}_seconds") for name in ("p50", "p95", "p99", "longest"))
    return Latency(one.text("method"), one.whole("answers"), *times)


def _slow(one: Members) -> Slow:
    return Slow(
        one.text("test"),
        one.text("method"),
        one.text("path"),
        one.whole("status"),
        one.seconds("started"),
        one.seconds("elapsed_seconds"),
    )


def load_in(one: Members) -> Load:
    """Read the measurements of a load run. Raises WrongMember for anything else."""
    return Load(
        users=one.whole("users"),
        spawn_rate=one.seconds("spawn_rate"),
        seconds=one.seconds("seconds"),
        weights=_counts(one.members("weights")),
        requests_per_second=one.seconds("requests_per_second"),
        capacity=one.whole("capacity"),
        unanswered=one.whole("unanswered"),
        failures=_counts(one.members("failures")),
        latency=tuple(_latency_under_load(each) for each in one.each("latency")),
        samples=tuple(_sample(each) for each in one.each("samples")),
        max_p95=None if one.of.get("max_p95") is None else one.seconds("max_p95"),
        workers=one.whole("workers"),
        lost_workers=one.whole("lost_workers"),
    )


def _counts(one: Members) -> dict[str, int]:
    return {name: one.whole(name) for name in one.of}


def _latency_under_load(one: Members) -> LoadLatency:
    return LoadLatency(
        one.text("name"),
        one.whole("requests"),
        one.whole("failures"),
        *(one.seconds(name) for name in ("p50", "p95", "p99", "longest")),
    )


def _sample(one: Members) -> Sample:
    return Sample(
        one.seconds("second"),
        one.whole("users"),
        one.seconds("requests_per_second"),
        one.seconds("failures_per_second"),
        one.seconds("p95"),
        one.whole("violations"),
    )


def _late(run: Members) -> dict[str, Any]:
    """Return what was found late, of which earlier releases told nothing."""
    if "found_late" not in run.of:
        return {}
    late = run.members("found_late")
    return {"found_late": late.whole("count"), "latest": late.seconds("longest_seconds")}


def _cut(run: Members) -> tuple[int, int]:
    """Return what the archive lacks, of which earlier releases told nothing."""
    if "archive" not in run.of:
        return 0, 0
    archive = run.members("archive")
    return archive.whole("bodies_cut"), archive.whole("exchanges_left_out")


def _began(root: Members) -> Began:
    target, run = root.members("target"), root.members("run")
    return Began(
        run=run.text("id"),
        suite=run.text("suite_version"),
        edition=root.text("edition"),
        effort=run.text("effort"),
        seed=run.whole("seed"),
        base_url=target.text("base_url"),
        namespace=target.text("namespace"),
        target=target.text_or_null("name"),
        embedded=target.flag("reference_service"),
        without=target.texts("without"),
        strict=run.flag("strict"),
        started=run.seconds("started"),
        workers=run.whole("workers"),
        insecure=target.flag("insecure"),
        read_only=target.flag("read_only", default=False),  # earlier releases had no such targets
        options=_named_texts(run, "options"),
        best_fit=run.texts("best_fit") if "best_fit" in run.of else [],  # earlier releases were told the edition
        reached_by=_named_texts(run, "reached_by"),
        from_table=run.texts("from_table") if "from_table" in run.of else [],
    )


def _named_texts(run: Members, member: str) -> dict[str, str]:
    """Return options that were given; earlier releases did not write them, and what is not a name is left out."""
    options = run.members(member) if member in run.of else Members({})
    return {name: options.text(name) for name in options.of if OPTION.fullmatch(name)}


def _judgement(one: Members) -> Judgement:
    name = one.text("verdict")
    verdict = _known(Verdict, name, Verdict.INCONCLUSIVE)
    reason = one.text_or_null("reason")
    waiver = _waiver(one.members_or_null("waiver"))
    violations = tuple(_shown(each) for each in one.each("violations"))
    if verdict in (Verdict.VIOLATED, Verdict.WAIVED) and not violations:
        raise WrongMember(f"{one.place} is {verdict}, and shows no violation")
    if verdict is Verdict.WAIVED and waiver is None:
        raise WrongMember(f"{one.place} is waived, and has no waiver")
    return Judgement(
        Requirement(
            id=one.text("id"),
            level=_known(Level, one.text("level"), Level.MUST),
            area=_known(Area, one.text("area"), Area.RESPONSE),
            sentence=one.text("sentence"),
            source=one.text("source"),
            tolerates=one.text("tolerates"),
            needs=frozenset(Capability(need) for need in one.texts("needs") if need in set(Capability)),
        ),
        verdict,
        asked=one.whole("asked"),
        unjudged=one.whole("unjudged"),
        reason=reason if verdict == name else reason or "a newer suite gave a verdict that this one does not know",
        violations=violations,
        occurrences=one.whole("occurrences"),
        waiver=waiver,
        example=_example(one.members_or_null("example")) if "example" in one.of else None,
        left_to=tuple(one.texts("left_to") if "left_to" in one.of else ()),
    )


def _example(one: Members | None) -> Example | None:
    if one is None:
        return None
    exchange = one.members("exchange")
    return Example(one.text("test"), Exchange.from_json(exchange.of, exchange.place))


def _shown(one: Members) -> Shown:
    exchanges = tuple(Exchange.from_json(each.of, each.place) for each in one.each("exchanges"))
    word = one.text("on_fresh_object") if "on_fresh_object" in one.of else ""  # earlier releases did not ask
    fresh = _known(OnFresh, word, OnFresh.NOT_ASKED)
    return Shown(one.text("test"), one.text("expected"), one.text("actual"), exchanges, fresh)


def _known(words: type[_Word], word: str, otherwise: _Word) -> _Word:
    return words(word) if word in set(words) else otherwise


def _waiver(waiver: Members | None) -> Waiver | None:
    if waiver is None:
        return None
    try:
        expires = date.fromisoformat(waiver.text("expires"))
    except ValueError:
        raise WrongMember(f"{waiver.place}.expires is not a day") from None
    return Waiver(
        waiver.text("requirement"),
        waiver.text("target"),
        waiver.text("reason"),
        expires,
        waiver.text_or_null("ticket"),
        waiver.whole("line", default=0),
    )


def _seen(one: Members) -> Seen:
    exchange = one.members_or_null("exchange")
    return Seen(
        Observation(one.text("id"), one.text("question"), one.text("open")),
        one.text_or_null("outcome"),
        one.text_or_null("reason"),
        None if exchange is None else Exchange.from_json(exchange.of, exchange.place),
    )
