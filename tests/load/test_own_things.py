"""A load run patches what is its own alone, whatever a target answers and a master says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.editions import edition
from contracts.vocabulary.events import Event
from contracts.vocabulary.outcomes import Inconclusive
from fixtures.plugins.new_run import embedded
from fixtures.reference.server import ReferenceServer
from fixtures.target.settings import resolve
from fixtures.target.target import Misconfigured
from mixpeek_conformance.load import messages
from mixpeek_conformance.load.plan import LoadPlan
from mixpeek_conformance.load.preparation import expect_own_bucket
from mixpeek_conformance.load.swarm import Swarm
from tests.support.commands import Objects

PLAN = LoadPlan(run="0123abcd", edition=edition.DEFAULT, bucket="bkt_1", shared="obj_0", workers=2)


@pytest.mark.parametrize(
    ("bucket", "answer", "reason"),
    [
        ("bkt_1", {"object_id": "obj_1", "bucket_id": "bkt_2"}, "answered with one in"),
        ("bkt_1", {"object_id": "obj_1", "bucket_id": "conformance-11111111-1"}, "answered with one in"),
        ("bkt_1", {"object_id": "obj_0"}, "two new objects"),
        ("bkt_1", {"object_id": ".."}, "leads? to another path"),
        ("bkt_1", {"object_id": "obj_1", "bucket_id": "conformance-0123abcd-1"}, None),
        ("bkt_1", {"object_id": "obj_1"}, None),
        ("conformance-0123abcd-1", {"object_id": "obj_1", "bucket_id": "bkt_1"}, None),
    ],
)
def test_a_made_object_is_a_new_one_in_its_bucket(bucket: str, answer: dict[str, Any], reason: str | None) -> None:
    """An object in another bucket, or one that is known already, is not used."""
    told: list[Event] = []
    target = embedded("http://127.0.0.1:9", resolve({}, {}, Path()))
    swarm = Swarm(target, edition.load(), replace(PLAN, bucket=bucket), told.append)
    if reason is None:
        made = swarm.made(answer)
        assert (made is not None, len(told)) == (True, 1)
    else:
        with pytest.raises(Inconclusive, match=reason):
            swarm.made(answer)
        assert told == []


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"evil": 1},
        {**PLAN.as_json(), "bucket": ".."},
        {**PLAN.as_json(), "shared": "a/b"},
        {**PLAN.as_json(), "bucket": 7},
        {**PLAN.as_json(), "run": "acceptance"},
        {**PLAN.as_json(), "users": "many"},
        {**PLAN.as_json(), "workers": 0},
        {**PLAN.as_json(), "edition": "1999-01"},
    ],
    ids=str,
)
def test_a_plan_that_is_none_is_refused(data: object) -> None:
    """What a master sends is read, or refused with one sentence."""
    assert messages.plan_in(PLAN.as_json()) == PLAN
    with pytest.raises(Misconfigured, match="the master sends no plan"):
        messages.plan_in(data)


def test_a_master_names_no_bucket_of_others(reference: ReferenceServer, objects: Objects) -> None:
    """A worker patches nothing in a bucket that the target does not show to be of the run."""
    target = embedded(reference.base_url, resolve({}, {}, Path()))
    bucket, _, _ = objects.make()
    for named in (bucket, "bkt_nowhere"):
        with pytest.raises(Inconclusive, match="not shown to be of its run"):
            expect_own_bucket(target, replace(PLAN, bucket=named))
    expect_own_bucket(target, replace(PLAN, bucket="conformance-0123abcd-1"))
    objects.remove(bucket)
