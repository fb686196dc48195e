"""Results of every kind, made of events as a run would tell them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from contracts.vocabulary.efforts import LOAD
from contracts.vocabulary.events import (
    Began,
    CheckInconclusive,
    CheckPassed,
    Event,
    Failed,
    Left,
    Observed,
    TargetUnreachable,
    Violated,
)
from contracts.vocabulary.exchange import Exchange, Request, Response
from reports.result import waivers
from reports.result.fold import fold
from reports.result.load import Load, LoadLatency, Sample
from reports.result.result import Result
from reports.result.verdicts import Waiver
from tests.support.catalogue import OURS

BEGAN = Began(
    run="0a1b2c3d",
    suite="0.1.0",
    edition="2026-04",
    effort="quick",
    seed=7,
    base_url="https://m.example",
    namespace="ours",
    target="staging",
    embedded=False,
    without=[],
    strict=False,
    started=1000.0,
    workers=1,
)
FINISHED = 1100.0
AWKWARD = 'a <b>&"`| \u0000 \U0001f600 \u2028 ]]> {{ }} é'


def exchange(body: str = "{}", status: int = 200) -> Exchange:
    """An exchange as evidence."""
    request = Request("PATCH", "https://m.example/v1/buckets/b/objects/o", (("X-Namespace", "ours"),), body.encode())
    return Exchange(1, request, Response(status, (("a", "b"),), b'{"a": 2}'), 1001.0, 0.5).evidence()


def violated(name: str, told: str = "a = 2") -> Violated:
    return Violated(f"suites/test_it.py::test_{name}", name, "a = 1", told, (exchange(), exchange()))


def asked(*left_out: str) -> list[Event]:
    """Every requirement was asked and holds, apart from those that are left out."""
    return [CheckPassed(f"test {name}", [name], 3, 1) for name in OURS if name not in left_out]


def folded(*events: Event, began: Began = BEGAN, interrupted: bool = False) -> Result:
    return fold([began, *events], FINISHED, interrupted=interrupted)


def load_of(p95: float = 120.0, rate: float = 250.5, **given: Any) -> Load:
    """The measurements of a load run."""
    return Load(
        users=20,
        spawn_rate=10.0,
        seconds=60.0,
        weights={"editors": 4, "crowds": 3, "readers": 0},
        requests_per_second=rate,
        capacity=2,
        unanswered=1,
        failures={"429 capacity": 2, AWKWARD: 1},
        latency=(
            LoadLatency("PATCH", 1000, 3, p95 / 2, p95, p95 * 2, p95 * 4),
            LoadLatency("PATCH of strangers", 100, 0, 1.0, 2.0, 3.0, 4.0),
        ),
        samples=(Sample(1.0, 10, 100.0, 0.0, 90.0, 0), Sample(2.0, 20, 300.0, 1.5, 120.0, 2)),
        **given,
    )


def kinds(folder: Path) -> dict[str, Result]:
    """A result of every kind; `folder` is for the file of waivers."""
    file = folder / "waivers.toml"
    file.write_text("[[waiver]]")
    waiver = Waiver("MERGE-NULL", "staging", AWKWARD.replace("\0", ""), date(2027, 1, 1), "TICKET-1", 1)
    broken = folded(
        *asked("MERGE-NULL", "TIME-FORMAT", "ERROR-NO-INTERNALS"),
        violated("MERGE-NULL", AWKWARD),
        violated("TIME-FORMAT"),
        violated("ERROR-NO-INTERNALS"),
        Observed("t", "empty-patch", "accepted", None, exchange()),
    )
    own = replace(BEGAN, embedded=True)
    declared = replace(BEGAN, without=["foreign-key"])
    return {
        "conformant": folded(*asked()),
        "non-conformant": broken,
        "strict": replace(broken, began=replace(BEGAN, strict=True)),
        "inconclusive": folded(*asked("MERGE-NULL"), CheckInconclusive("t", ["MERGE-NULL"], AWKWARD)),
        "not applicable": folded(*asked("NAMESPACE-FOREIGN"), began=declared),
        "interrupted": folded(*asked()[:20], violated("MERGE-NULL"), interrupted=True),
        "gone": folded(*asked()[:20], TargetUnreachable("no answer")),
        "failed": folded(*asked(), Failed("t", "Traceback\n  boom \x1b[31m"), Left("/v1/buckets/b")),
        "limited": folded(*asked(), began=replace(BEGAN, options={"max-time": "10m", "rate": AWKWARD})),
        "not kept": replace(folded(*asked()), report_errors=(AWKWARD,)),
        "demonstration": folded(*asked("MERGE-NULL"), violated("MERGE-NULL"), began=own),
        "under load": replace(
            folded(*asked("MERGE-NULL"), violated("MERGE-NULL"), began=replace(BEGAN, effort=LOAD)), load=load_of()
        ),
        "too slow": replace(folded(*asked(), began=replace(BEGAN, effort=LOAD)), load=load_of(max_p95=100.0)),
        "waived": waivers.apply(broken, [waiver], file),
    }
