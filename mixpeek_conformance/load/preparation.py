"""Set-up and clean-up of a load run, by the process that controls it, and what its workers see before they begin."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from contracts.catalogue.requirement import Capability
from contracts.vocabulary.display import shown
from contracts.vocabulary.events import Event, Made, Removed
from contracts.vocabulary.outcomes import Inconclusive, TargetGone, Unanswered
from fixtures.http.answer import Answer
from fixtures.http.api_paths import path_of
from fixtures.http.client import Client
from fixtures.http.replica_lag import LONG_AGO
from fixtures.objects import isolation
from fixtures.objects.cleanup import Swept, fold, sweep
from fixtures.objects.ownership import belongs, read_bucket
from fixtures.objects.workspace import Workspace
from fixtures.target.target import Target
from mixpeek_conformance.load.plan import LoadPlan

ISOLATED, FOREIGN = "NAMESPACE-ISOLATED", "NAMESPACE-FOREIGN"


@dataclass(frozen=True)
class Ready:
    """A plan whose bucket and objects are made, and the reasons why some requirements cannot be asked."""

    plan: LoadPlan
    foreign: bool
    reasons: dict[str, str] = field(default_factory=dict)


def prepare(client: Client, plan: LoadPlan, tell: Callable[[Event], None]) -> Ready:
    """Make the bucket, the shared object and a second namespace, and see that a patch is accepted.

    Raises Unanswered if nobody is there, before anything is made, and Inconclusive if the target does not let the
    run begin.
    """
    workspace, target = Workspace(client, plan.run, tell), client.target
    client.send("GET", path_of("health"))  # any answer shows that the target is there
    bucket = workspace.bucket()
    shared = str(workspace.object(bucket)["object_id"])
    plain = (
        {"conformanceload": 1} if Capability.CUSTOM_FIELDS not in target.without else {"key_prefix": "conformance"}
    )
    probe = Answer(
        client.lag.until_found(
            lambda: client.send("PATCH", path_of("buckets", bucket, "objects", shared), json=plain),
            "PATCH of an object",
            workspace.born.get(bucket, LONG_AGO),
        )
    )
    if not probe.accepted:
        advice = "" if Capability.CUSTOM_FIELDS in target.without else ": --without custom-fields if it takes none"
        raise Inconclusive(f"the target does not take a plain patch: {probe.summary}{advice}")
    reasons: dict[str, str] = {}
    other = _or_reason(lambda: _other_namespace(client, workspace), reasons, ISOLATED)
    foreign = target.foreign_api_key is not None and _or_reason(lambda: _foreign(client), reasons, FOREIGN)
    if target.foreign_api_key is None:
        variables = "MIXPEEK_FOREIGN_API_KEY and MIXPEEK_FOREIGN_NAMESPACE"
        reasons[FOREIGN] = f"needs another organisation's key: set {variables}, or declare --without foreign-key"
    return Ready(replace(plan, bucket=bucket, shared=shared, other_namespace=other), bool(foreign), reasons)


def expect_own_bucket(target: Target, plan: LoadPlan) -> None:
    """Raise Inconclusive unless the target shows that the bucket of a `plan` is that of its run.

    A plan comes from a master on another machine, which does not decide what the key of this one is used to patch.
    """
    client = Client(target)
    try:
        name = read_bucket(client, plan.bucket, target.namespace, time.monotonic()).name
    finally:
        client.close()
    if not (belongs(name, plan.run) or (name is None and belongs(plan.bucket, plan.run))):
        raise Inconclusive("the master names a bucket that is not shown to be of its run: nothing in it is touched")


def clean_up(client: Client, made: Iterable[Made], run: str, tell: Callable[[Event], None]) -> list[str]:
    """Remove what was `made`, and return a line for each thing that is left."""
    things, swept = list(made), list[Swept]()
    with client.tidying():
        try:
            for thing in sweep(client, things, run):
                swept.append(thing)
                if thing.left is None:
                    tell(Removed(thing.path))
        except TargetGone as gone:
            done = {one.path for one in swept if one.left is None}
            swept += [Swept(one.path, str(gone)) for one in things if one.path not in done]
    return fold(swept)


def _or_reason(make: Callable[[], str | None], reasons: dict[str, str], requirement: str) -> str | None:
    """Return what `make` returns; None, with the reason for `requirement`, if that is not possible."""
    try:
        return make()
    except Unanswered:
        raise
    except Inconclusive as reason:
        reasons[requirement] = str(reason)
        return None


def _other_namespace(client: Client, workspace: Workspace) -> str | None:
    """Return a second namespace of the key: the one that is given, or one that is made."""
    target = client.target
    if Capability.OTHER_NAMESPACE in target.without:
        return None
    if target.other_namespace is not None:
        isolation.prove_namespace(client, workspace, target.other_namespace)
        return target.other_namespace
    made = workspace.namespace()
    isolation.prove_namespace(client, workspace, made)
    return made


def _foreign(client: Client) -> str:
    isolation.prove_foreign_key(client)
    return shown(client.target.foreign_namespace)
