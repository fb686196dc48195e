"""Other people's data: whatever a target answers, nothing is touched that is not shown to be of the run."""

import contextlib
import json
import os
import pty
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.events import Began, Event, Lent, Made, Removed
from contracts.judgement import Inconclusive
from fixtures.client import Client
from fixtures.reference.server import ReferenceServer
from fixtures.session import embedded
from fixtures.settings import resolve
from fixtures.subject import TOUCH
from fixtures.sweep import sweep
from fixtures.workspace import Workspace
from reports import document
from reports.ledger import Ledger
from reports.script import script
from tests.relay import Asked, Bend, Relay, Reply, straight
from tests.results import BEGAN
from tests.support import Conform, Done, Objects, command, command_of, environment_of, run_suite

ONE = ("--effort", "quick", "--seed", "1", "-k", "null_does_not")


@pytest.fixture(scope="module")
def alone() -> Iterator[ReferenceServer]:
    """A reference service that nobody else asks, so that what is on it can be counted."""
    with ReferenceServer() as server:
        yield server


@pytest.fixture
def there(alone: ReferenceServer) -> Objects:
    return Objects(alone.base_url, alone.credentials.environment)


def bucket_reply(**members: object) -> Bend:
    """Bend the answer to the creation of a bucket."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        if asked.line == "POST /v1/buckets" and reply.accepted:
            document = {**reply.document, **members}
            return replace(reply, document={name: value for name, value in document.items() if value is not ...})
        return reply

    return bend


def object_reply(**members: object) -> Bend:
    """Bend the answer to the creation of an object."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        if asked.method == "POST" and asked.path.endswith("/objects") and reply.accepted:
            return replace(reply, document={**reply.document, **members})
        return reply

    return bend


@contextlib.contextmanager
def workspace_on(relay: Relay, tell: Callable[[Event], None] = lambda _: None) -> Iterator[Workspace]:
    """Make a workspace of run 0123abcd on the target behind `relay`."""
    client = Client(embedded(relay.base_url, resolve({}, {}, Path())))
    yield Workspace(client, "0123abcd-main", tell)
    client.close()


def known_to(server: ReferenceServer) -> dict[str, str]:
    return dict(server.credentials.environment)


def asked_of(relay: Relay, server: ReferenceServer, folder: Path, *arguments: str) -> Done:
    return command(*arguments, environment={**known_to(server), "MIXPEEK_BASE_URL": relay.base_url}, folder=folder)


def run(relay: Relay, server: ReferenceServer, folder: Path, *options: str) -> Done:
    return asked_of(relay, server, folder, "run", "--report-dir", str(folder), "--result-only", *(options or ONE))


@pytest.mark.parametrize("command_name", ["run", "doctor"])
@pytest.mark.parametrize("echo", [False, True], ids=["as it is", "under the requested name"])
def test_a_creation_answered_with_another_bucket_touches_nothing(
    alone: ReferenceServer, there: Objects, tmp_path: Path, command_name: str, echo: bool
) -> None:
    """An idempotent create that gives somebody's bucket ends in one sentence, and that bucket stays as it was."""
    bucket, identifier, before = there.make()
    buckets = there.buckets()
    victim = {"bucket_id": bucket, "bucket_name": "production"}

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        if asked.line == "POST /v1/buckets" and reply.accepted:
            return Reply(200, {**victim, **({"bucket_name": asked.members["bucket_name"]} if echo else {})})
        return reply

    with Relay(alone.base_url, bend) as relay:
        done = run(relay, alone, tmp_path) if command_name == "run" else asked_of(relay, alone, tmp_path, "doctor")
    output = done.stdout + done.stderr
    assert done.returncode == 6, output
    assert 'answered with another one, "' in output
    assert ": nothing in it is touched" in output
    assert [line for line in relay.lines("DELETE", "PATCH", "PUT", "POST") if bucket in line] == []
    assert there.buckets() == buckets
    assert there.get(bucket, identifier) == before


@pytest.mark.parametrize("bent", [bucket_reply, object_reply], ids=["bucket", "object"])
def test_an_id_that_leads_elsewhere_is_told_and_not_used(
    reference: ReferenceServer, objects: Objects, bent: Callable[..., Bend]
) -> None:
    """Ids that cannot stand in a path end in one sentence, and nothing stays."""
    kind = "bucket" if bent is bucket_reply else "object"
    before = objects.buckets()
    for name in (".", "..", "", " ", "/", "../x", "%2e%2e", "\ud800", "a\nb", "list", "a" * 5000):
        with Relay(reference.base_url, bent(**{f"{kind}_id": name})) as relay, workspace_on(relay) as workspace:
            with pytest.raises(Inconclusive, match=f"the target gave the new {kind} the {kind}_id"):
                workspace.object(workspace.bucket())
            assert workspace.clean() == []
            assert all("conformance-" in line or "/bkt_" in line for line in relay.lines("DELETE"))
    assert objects.buckets() == before


@pytest.mark.parametrize("name", ["..", "\ud800"], ids=ascii)
def test_the_doctor_says_so_in_one_sentence(reference: ReferenceServer, tmp_path: Path, name: str) -> None:
    """Such an id ends the doctor with 6, and no traceback."""
    with Relay(reference.base_url, bucket_reply(bucket_id=name)) as relay:
        done = asked_of(relay, reference, tmp_path, "doctor")
    output = done.stdout + done.stderr
    assert done.returncode == 6, output
    assert "the target gave the new bucket the bucket_id" in output
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    assert relay.lines("PATCH") == []


def test_ids_that_turn_bad_halfway_end_in_a_reason(alone: ReferenceServer, tmp_path: Path) -> None:
    """After the preflight, such an id makes requirements inconclusive, and no path leads out."""
    made = iter(range(1000))

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        if asked.method == "POST" and asked.path.endswith("/objects") and next(made) > 0:
            return replace(reply, document={**reply.document, "object_id": ".."})
        return reply

    with Relay(alone.base_url, bend) as relay:
        done = run(relay, alone, tmp_path)
    assert done.returncode == 6, done.stdout
    assert "which is made of dots, which lead to another path" in done.stdout
    assert len(relay.lines("PATCH")) == 1  # that of the preflight, whose object had an id as it should be
    assert "/objects/obj_" in relay.lines("PATCH")[0]


CONFORMING = {
    "no name in the answer": bucket_reply(bucket_name=...),
    "no id in the answer": bucket_reply(bucket_id=...),
    "an id of another type": bucket_reply(bucket_id=7),
}


def without_get(status: int, rest: Bend = straight) -> Bend:
    """A target that has no GET for buckets."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        if asked.method == "GET" and asked.path.startswith("/v1/buckets/") and "/objects/" not in asked.path:
            return Reply(status, {"detail": "Not Found"})
        return rest(asked, onward)

    return bend


def without_list(rest: Bend) -> Bend:
    """A target that has no lists either."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        return (
            Reply(404, {"detail": "Not Found"})
            if asked.path.partition("?")[0].endswith("/list")
            else rest(asked, onward)
        )

    return bend


def ids_alone(asked: Asked, onward: Callable[[], Reply]) -> Reply:
    """A target that removes and reads buckets by their ids alone."""
    by_name = asked.path.startswith("/v1/buckets/conformance-")
    return Reply(422, {"detail": "no id"}) if by_name else onward()


CONFORMING |= {
    "no GET (404)": without_get(404),
    "no GET (405)": without_get(405),
    "no GET, no name": without_get(404, CONFORMING["no name in the answer"]),
    "no GET, no list": without_list(without_get(405)),
    "no GET, no list, no name": without_list(without_get(404, CONFORMING["no name in the answer"])),
    "ids alone": ids_alone,
    "ids alone, no GET": without_get(404, ids_alone),
    "ids alone, no GET, no list": without_list(without_get(405, ids_alone)),
}


@pytest.mark.parametrize("kind", CONFORMING)
def test_a_target_within_its_rights_is_cleaned(reference: ReferenceServer, objects: Objects, kind: str) -> None:
    """A target that tells or offers less than the reference service is asked, and nothing stays on it."""
    before = objects.buckets()
    with Relay(reference.base_url, CONFORMING[kind]) as relay, workspace_on(relay) as workspace:
        bucket = workspace.bucket()
        assert workspace.object(bucket)["object_id"] != workspace.object(bucket)["object_id"]
        assert workspace.clean() == []
    assert objects.buckets() == before


@pytest.mark.parametrize("kind", [one for one in CONFORMING if "ids alone, no GET" not in one])
def test_what_a_kill_left_there_is_swept(reference: ReferenceServer, objects: Objects, kind: str) -> None:
    """The ledger alone is enough to clean such a target, if it removes by name or shows what is whose."""
    before, told = objects.buckets(), list[Event]()
    with Relay(reference.base_url, CONFORMING[kind]) as relay, workspace_on(relay, told.append) as workspace:
        workspace.object(workspace.bucket())
        made = [one for one in told if isinstance(one, Made)]
        gone = {one.path for one in told if isinstance(one, Removed)}
        client = Client(embedded(relay.base_url, resolve({}, {}, Path())))
        outstanding = [one for one in made if one.path not in gone]
        assert {one.left for one in sweep(client, outstanding, "0123abcd")} == {None}
        client.close()
    assert objects.buckets() == before


def test_a_bucket_that_is_another_one_by_now_is_left(alone: ReferenceServer, tmp_path: Path) -> None:
    """A bucket whose id shows a foreign name at the end is left, and told."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        reply = onward()
        late = asked.method == "GET" and "/objects/" not in asked.path and any(relay.lines("PATCH"))
        return replace(reply, document={**reply.document, "bucket_name": "production"}) if late else reply

    with Relay(alone.base_url, bend) as relay:
        done = run(relay, alone, tmp_path)
    assert 'it is called "production", which is no name of this run' in done.stdout
    assert done.stdout.count("left behind on the target: ") == 1


def test_an_object_of_another_bucket_is_not_patched(alone: ReferenceServer, there: Objects, tmp_path: Path) -> None:
    """A creation that is answered with an object of another bucket ends in one sentence."""
    bucket, identifier, before = there.make()
    buckets = there.buckets()
    with Relay(alone.base_url, object_reply(object_id=identifier, bucket_id=bucket)) as relay:
        done = run(relay, alone, tmp_path)
    assert done.returncode == 6
    assert f'answered with one in "{bucket}"' in done.stdout + done.stderr
    assert relay.lines("PATCH") == []
    assert there.get(bucket, identifier) == before
    assert there.buckets() == buckets


def test_one_object_for_two_creations_is_told(alone: ReferenceServer, tmp_path: Path) -> None:
    """An object that is handed out twice is no fresh one."""
    with Relay(alone.base_url, object_reply(object_id="obj_1")) as relay:
        done = run(relay, alone, tmp_path, *ONE[:4], "-k", "null_does_not or other_objects_as_they")
    assert "the target gave two new objects the object_id obj_1" in done.stdout


@pytest.mark.parametrize("status", [403, 405])
def test_a_refused_namespace_is_not_left_behind(alone: ReferenceServer, tmp_path: Path, status: int) -> None:
    """A namespace whose creation was refused is not reported, and `sweep` has nothing to do."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        if asked.path.startswith("/v1/namespaces") and not asked.path.startswith("/v1/namespaces/list"):
            return Reply(status, {"detail": "no"})
        return onward()

    with Relay(alone.base_url, bend) as relay:
        environment = {name: value for name, value in known_to(alone).items() if name != "MIXPEEK_OTHER_NAMESPACE"}
        place = ("--report-dir", str(tmp_path), "--result-only", *ONE[:4], "-k", "another_namespace_neither")
        environment["MIXPEEK_BASE_URL"] = relay.base_url
        done = command("run", *place, environment=environment, folder=tmp_path)
        swept = command("sweep", str(tmp_path), environment=environment, folder=tmp_path)
    assert "POST /v1/namespaces" in relay.lines("POST"), done.stdout
    result = json.loads((tmp_path / "conformance.json").read_text("utf-8"))
    assert result["left_behind"] == []
    assert swept.returncode == 0
    assert "nothing is left of run" in swept.stdout


def test_what_is_inside_a_bucket_goes_with_its_line(alone: ReferenceServer, tmp_path: Path) -> None:
    """A bucket that cannot be removed is one line, with the number of things in it."""

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        return Reply(409, {"detail": "in use"}) if asked.method == "DELETE" else onward()

    with Relay(alone.base_url, bend) as relay:
        done = run(relay, alone, tmp_path, "--effort", "quick", "--seed", "1", "-k", "null_does_not or two_patches")
    left = json.loads((tmp_path / "conformance.json").read_text("utf-8"))["left_behind"]
    assert left, done.stdout
    assert all(one.startswith("/v1/buckets/") and " in it (409 " in one for one in left), left
    assert all("/objects/" not in one for one in left)


def ledger_in(folder: Path, base_url: str, *events: Made | Lent) -> Path:
    """Write the ledger of a run that was killed."""
    book = Ledger(folder / "ledger" / "main.jsonl")
    book.write(Began(**{**vars(BEGAN), "base_url": base_url, "run": "0123abcd"}))
    for event in events:
        book.write(event)
    book.close()
    return folder


HOSTILE_PATHS = (
    "/v1/namespaces/production",
    "/v1/buckets/{bucket}",
    "/v1/buckets/{bucket}/objects/{object}",
    "/v1/buckets/handed-over-0",
    ".evil.example/v1/x",
    ":9210/v1/x",
    "@evil.example/v1/buckets/conformance-0123abcd-main-1",
    "/v1/buckets/..",
    "/v1/buckets/conformance-0123abcd-main-1/..",
    "/v1/buckets/conformance-0123abcd-main-1%2F..%2F{bucket}",
    "/v1/buckets",
    "/v1",
    "",
)


def test_sweep_removes_names_of_the_run_alone(alone: ReferenceServer, there: Objects, tmp_path: Path) -> None:
    """Whatever a ledger names, only what carries a name of its run is removed, by paths of the suite."""
    bucket, identifier, before = there.make()
    buckets = there.buckets()
    paths = [path.format(bucket=bucket, object=identifier) for path in HOSTILE_PATHS]
    with Relay(alone.base_url) as relay:
        made = (Made(path, "reference") for path in paths)
        named = Made(f"/v1/buckets/{bucket}", "reference", "conformance-0123abcd-main-9")
        strange = Made("/v1/buckets/conformance-0123abcd-main-5", "a\nX-Evil: 1")
        folder = ledger_in(tmp_path, relay.base_url, *made, named, strange)
        done = asked_of(relay, alone, tmp_path, "sweep", str(folder), "--yes")
    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert "Traceback" not in output
    assert there.buckets() == buckets
    assert there.get(bucket, identifier) == before
    assert all("conformance-0123abcd-" in line for line in relay.lines("DELETE"))
    assert {one.path.partition("?")[0] for one in relay.asked if one.method != "DELETE"} <= {
        "/v1/buckets/list",
        f"/v1/buckets/{bucket}",
        "/v1/buckets/handed-over-0",
    }


@pytest.mark.parametrize(
    "recorded", ["https://evil.example", "http://127.0.0.1:9", "{here}/other", "http://[bad/", ""]
)
def test_sweep_and_replay_never_follow_a_report(alone: ReferenceServer, tmp_path: Path, recorded: str) -> None:
    """A report of another host ends with 4, shows both, and nothing is sent."""
    with Relay(alone.base_url) as relay:
        other = recorded.format(here=relay.base_url)
        folder = ledger_in(tmp_path, other, Made("/v1/buckets/conformance-0123abcd-main-1", "reference"))
        swept = asked_of(relay, alone, tmp_path, "sweep", str(folder), "--yes")
        given = asked_of(relay, alone, tmp_path, "sweep", str(folder), "--yes", "--base-url", relay.base_url)
        bare = command("sweep", str(folder), "--yes", environment=known_to(alone), folder=tmp_path)
    for done in (swept, given):
        assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
        assert json.dumps(other) in done.stderr
        assert relay.base_url in done.stderr
    assert (bare.returncode, bare.stderr.count("\n")) == (4, 1)
    assert "give --base-url, or --target" in bare.stderr
    assert relay.asked == []


def test_sweep_lists_first_and_asks(alone: ReferenceServer, tmp_path: Path) -> None:
    """Without --yes nothing is removed, unless somebody agrees on the terminal."""
    bucket = "/v1/buckets/conformance-0123abcd-main-1"
    folder = ledger_in(tmp_path, alone.base_url, Made(bucket, "reference"))
    environment = {**known_to(alone), "MIXPEEK_BASE_URL": alone.base_url}
    piped = command("sweep", str(folder), environment=environment, folder=tmp_path)
    assert piped.returncode == 4
    assert f"  remove    {bucket} (by name)\n" in piped.stdout
    assert piped.stderr == "mixpeek-conformance sweep: nothing was removed: give --yes to do what is listed\n"
    declined = on_a_terminal(("sweep", str(folder)), "n\n", environment, tmp_path)
    assert "nothing was removed" in declined
    assert "removed   " not in declined
    assert f"removed   {bucket}" in on_a_terminal(("sweep", str(folder)), "y\n", environment, tmp_path)


def on_a_terminal(arguments: tuple[str, ...], typed: str, environment: Mapping[str, str], folder: Path) -> str:
    """Run the command on a terminal, type an answer, and give what it shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command_of(*arguments),
        cwd=folder,
        env=environment_of(environment),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    process.wait(timeout=60)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the terminal is closed at the other end
        pass
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def test_sweep_puts_back_objects_alone(alone: ReferenceServer, there: Objects, tmp_path: Path) -> None:
    """What was lent is patched at the path of an object, and nowhere else."""
    bucket, _, _ = there.make()
    with Relay(alone.base_url) as relay:
        paths = (f"/v1/buckets/{bucket}", "/v1/namespaces/reference", ".evil.example/v1/x", "/v1")
        folder = ledger_in(tmp_path, relay.base_url, *(Lent(path, "reference", {"title": 1}) for path in paths))
        done = asked_of(relay, alone, tmp_path, "sweep", str(folder), "--yes")
    assert done.returncode == 1
    assert relay.asked == []


@pytest.mark.parametrize("proof", ["nothing", "settings", "another object", "a trace", "a terminal"])
def test_only_an_object_that_was_lent_is_put_back(
    alone: ReferenceServer, there: Objects, tmp_path: Path, proof: str
) -> None:
    """A ledger that names somebody's object changes nothing of it, unless the reader or the object says so too."""
    bucket, identifier, _ = there.make()
    if proof == "a trace":
        there.patch(bucket, identifier, {TOUCH: None})
    before, named = there.get(bucket, identifier), ("--bucket", bucket, "--object", identifier)
    if proof == "another object":
        named = ("--bucket", bucket, "--object", "obj_another")
    path = f"/v1/buckets/{bucket}/objects/{identifier}"
    with Relay(alone.base_url) as relay:
        folder = ledger_in(tmp_path, relay.base_url, Lent(path, "reference", {**before, "title": "forged"}))
        if proof == "a terminal":
            environment = {**known_to(alone), "MIXPEEK_BASE_URL": relay.base_url}
            shown = on_a_terminal(("sweep", str(folder)), "y\n", environment, tmp_path)
            assert f'put back  {path} in namespace "reference", which your settings do not name' in shown
        else:
            given = named if proof in ("settings", "another object") else ()
            done = asked_of(relay, alone, tmp_path, "sweep", str(folder), "--yes", *given)
            assert done.returncode == (1 if proof in ("nothing", "another object") else 0), done.stdout + done.stderr
    if proof in ("nothing", "another object"):
        assert f"left      {path}: nothing on it shows that a run patched it" in done.stdout
        assert relay.lines("PATCH") == []
        assert there.get(bucket, identifier) == before
    else:
        assert there.get(bucket, identifier)["title"] == "forged"


def report_of(conform: Conform, *options: str, at: str) -> Path:
    return conform(*ONE[:4], "-m", "not observation", *options, at=at).folder


def test_replay_goes_where_the_reader_says(
    conform: Conform, known: Mapping[str, str], reference: ReferenceServer
) -> None:
    """A report of another host is replayed if the reader names a host, never since the environment has one."""
    folder = report_of(conform, "-k", "not_sent_keep", at="/faults/put-semantics")
    file = folder / "conformance.json"
    written = json.loads(file.read_text("utf-8"))
    written["target"]["base_url"] = "http://evil.example"
    file.write_text(json.dumps(written), "utf-8")
    with Relay(reference.base_url) as relay:
        environment = {**known, "MIXPEEK_BASE_URL": relay.base_url}
        refused = command("replay", str(folder), environment=environment, folder=folder)
        assert (refused.returncode, refused.stderr.count("\n")) == (4, 1)
        assert "evil.example" in refused.stderr
        assert relay.base_url in refused.stderr
        bare = command("replay", str(folder), environment=known, folder=folder)
        assert (bare.returncode, bare.stderr.count("\n")) == (4, 1)
        assert relay.asked == []
        chosen = command("replay", str(folder), "--base-url", relay.base_url, environment=known, folder=folder)
        assert chosen.returncode == 6, chosen.stdout + chosen.stderr


def test_replay_patches_nothing_that_a_report_names(
    conform: Conform, known: Mapping[str, str], reference: ReferenceServer, objects: Objects
) -> None:
    """Exchanges that name somebody's object are sent to fresh objects or to none, and other methods to nobody."""
    bucket, identifier, before = objects.make()
    folder = report_of(conform, "-k", "not_sent_keep", at="/faults/put-semantics")
    file = folder / "conformance.json"
    written = json.loads(file.read_text("utf-8"))
    (violated,) = (one for one in written["requirements"] if one["violations"])
    first = violated["violations"][0]["exchanges"][-1]
    url = f"{reference.base_url}/v1/buckets/{bucket}/objects/{identifier}"
    evil = {**first, "request": {**first["request"], "url": url}, "response": {**first["response"], "status": 404}}
    removal = {**evil, "request": {**evil["request"], "method": "DELETE"}}
    for extra in (evil, removal):
        violated["violations"][0]["exchanges"].append(extra)
        file.write_text(json.dumps(written), "utf-8")
        with Relay(reference.base_url) as relay:
            done = command("replay", str(folder), "--base-url", relay.base_url, environment=known, folder=folder)
        assert done.returncode == 6, done.stdout + done.stderr
        assert [line for line in relay.lines("PATCH", "DELETE", "PUT") if bucket in line or identifier in line] == []
    assert objects.get(bucket, identifier) == before
    assert relay.lines("PATCH") == []


def test_a_pasted_script_touches_its_own_bucket(
    conform: Conform, known: Mapping[str, str], reference: ReferenceServer, objects: Objects
) -> None:
    """A script whose creations are answered with somebody's bucket and object goes on with the name that it gave."""
    bucket, identifier, before = objects.make()
    result = document.load(report_of(conform, "-k", "not_sent_keep", at="/faults/put-semantics"))
    shown = next(one.violations[0] for one in result.judgements if one.violations)
    for path in (identifier, f"../../{bucket}/objects/{identifier}"):

        def bend(asked: Asked, onward: Callable[[], Reply], path: str = path) -> Reply:
            reply = onward()
            if asked.method == "POST" and reply.accepted:
                return replace(reply, document={**reply.document, "bucket_id": bucket, "object_id": path})
            return reply

        with Relay(reference.base_url, bend) as relay:
            text = script(shown, result.began)
            assert text is not None
            pasted = text.replace(result.began.base_url, relay.base_url)
            environment = {**os.environ, "MIXPEEK_API_KEY": known["MIXPEEK_API_KEY"]}
            subprocess.run(["bash", "-c", pasted], env=environment, capture_output=True, timeout=60, check=False)
        assert relay.lines("DELETE")
        assert [one for one in relay.lines("PATCH", "DELETE", "POST") if bucket in one] == []
    assert objects.get(bucket, identifier) == before


def test_a_replay_that_was_killed_is_swept(
    conform: Conform, known: Mapping[str, str], reference: ReferenceServer
) -> None:
    """A replay keeps a ledger of its own."""
    folder = report_of(conform, "-k", "not_sent_keep", at="/faults/put-semantics")
    with Relay(reference.base_url) as relay:
        stuck: list[subprocess.Popen[bytes]] = []

        def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
            if asked.method == "PATCH" and stuck:
                stuck[0].kill()
            return onward()

        relay.bend = bend
        process = subprocess.Popen(
            command_of("replay", str(folder), "--base-url", relay.base_url), cwd=folder, env=environment_of(known)
        )
        stuck.append(process)
        process.wait(timeout=60)
        relay.bend = lambda _, onward: onward()
        place = ("--base-url", relay.base_url)
        swept = command("sweep", "reports/replay", "--yes", *place, environment=known, folder=folder)
    assert swept.returncode == 0, swept.stdout + swept.stderr
    assert "removed   /v1/buckets/bkt_" in swept.stdout


def test_what_differs_on_a_handed_over_object_is_told_exactly(
    reference: ReferenceServer, known: Mapping[str, str], objects: Objects, tmp_path: Path
) -> None:
    """On a target that keeps nulls, the fields that stay are counted in one line, and nothing else is told."""
    bucket, identifier, before = objects.make()
    place = ("--base-url", reference.base_url, "--bucket", bucket, "--object", identifier, "--without", "set-up")
    given = ("--allow-residue", "--result-only", *ONE[:4], "-k", "null_does_not or system_fields")
    outcome = run_suite((*place, *given), known, tmp_path)
    extra = [name for name in objects.get(bucket, identifier) if name not in before]
    (line,) = outcome.result["left_behind"]
    number = "1 extra field is" if len(extra) == 1 else f"{len(extra):,} extra fields are"
    assert line.startswith(f"/v1/buckets/{bucket}/objects/{identifier}, which was handed over: {number} left as null")
    assert "updated_at" not in line


def test_a_list_does_not_outweigh_the_bucket_itself(alone: ReferenceServer, there: Objects, tmp_path: Path) -> None:
    """A list that shows somebody's bucket under a name of the run removes nothing, since the bucket has another."""
    bucket, identifier, before = there.make()
    names: list[str] = []

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        if asked.line == "POST /v1/buckets":
            names.append(asked.members["bucket_name"])
            return Reply(500, {})
        if asked.method == "POST" and asked.path.startswith("/v1/buckets/list") and names:
            return Reply(200, {"results": [{"bucket_id": bucket, "bucket_name": names[-1]}]})
        return onward()

    with Relay(alone.base_url, bend) as relay:
        done = run(relay, alone, tmp_path)
    assert f"DELETE /v1/buckets/{bucket}" not in relay.lines("DELETE")
    assert there.get(bucket, identifier) == before
    assert 'it is called "handed-over-' in done.stdout + done.stderr


def test_a_replay_that_cannot_begin_tells_what_is_left(
    alone: ReferenceServer, there: Objects, conform: Conform, tmp_path: Path
) -> None:
    """What a replay made before it ended early, and could not remove, is told."""
    report = report_of(conform, "-k", "not_sent_keep", at="/faults/put-semantics")
    bucket, _, _ = there.make()

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        if asked.method == "DELETE":
            return Reply(409, {})
        return bucket_reply(bucket_id=bucket, bucket_name="production")(asked, onward)

    with Relay(alone.base_url, bend) as relay:
        done = asked_of(relay, alone, tmp_path, "replay", str(report), "--base-url", relay.base_url)
    assert done.returncode == 6, done.stderr
    assert "left behind on the target: /v1/buckets/conformance-" in done.stderr


BUSY = {"success": False, "status": 503, "error": {"message": "busy", "type": "t", "details": {"retryable": False}}}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("thing", ["made", "lent"])
def test_a_busy_target_is_swept_later(alone: ReferenceServer, tmp_path: Path, status: int, thing: str) -> None:
    """A target that answers that it is busy is there: nothing is removed, and exit code 6 says so, not 7."""
    path = "/v1/buckets/conformance-0123abcd-main-1"
    event = Made(path, "reference") if thing == "made" else Lent(f"{path}/objects/obj_1", "reference", {})
    with Relay(alone.base_url, lambda *_: Reply(status, BUSY)) as relay:
        folder = ledger_in(tmp_path, relay.base_url, event)
        done = asked_of(relay, alone, tmp_path, "sweep", str(folder), "--yes")
    assert done.returncode == 6, done.stdout + done.stderr
    assert f"{relay.base_url} is busy (" in done.stderr
    assert "sweep again later" in done.stderr
    assert "does not answer" not in done.stderr
    assert f"left      {path}" in done.stdout


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_busy_target_is_replayed_later(
    conform: Conform, alone: ReferenceServer, tmp_path: Path, status: int, method: str
) -> None:
    """A replay that meets a busy target ends with exit code 6, not 7."""
    report = report_of(conform, "-k", "not_sent_keep", at="/faults/put-semantics")

    def bend(asked: Asked, onward: Callable[[], Reply]) -> Reply:
        return Reply(status, BUSY) if asked.method == method else onward()

    with Relay(alone.base_url, bend) as relay:
        done = asked_of(relay, alone, tmp_path, "replay", str(report), "--base-url", relay.base_url)
    assert done.returncode == 6, done.stdout + done.stderr
    assert "the target was busy" in done.stdout + done.stderr
    assert "does not answer" not in done.stderr
    assert "left behind" not in done.stderr
