"""Report folders: each run has its own, and nothing that is not ours is touched."""

import json
import resource
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from contracts.vocabulary.events import CheckPassed, Made
from fixtures.reference.server import ReferenceServer
from fixtures.target.target import Misconfigured
from mixpeek_conformance.commands import matrix
from reports.folder_choice import ReportPlace, placed
from reports.recording import ledger
from reports.recording.ledger import Ledger
from reports.recording.report_folder import (
    Lock,
    Unusable,
    claim,
    fresh,
    is_locked,
    name_for,
    point_at,
    pointed,
    runs_in,
    write_whole,
)
from reports.renderings import registry
from reports.result import document
from reports.result.verdicts import Verdict
from tests.support import relay as relays
from tests.support.commands import Objects, command, command_of, environment_of, run_suite
from tests.support.relay import Relay, Reply
from tests.support.results import BEGAN, asked, folded

FEW = ("--effort", "quick", "--result-only", "-k", "null_does_not")


@pytest.fixture
def reached(reference: ReferenceServer, known: Mapping[str, str]) -> dict[str, str]:
    return {**known, "MIXPEEK_BASE_URL": reference.base_url}


def kept(folder: Path, content: str = "somebody else's") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "precious.txt").write_text(content)
    return folder


def test_each_run_has_a_folder_and_latest_leads_to_the_newest(reached: dict[str, str], tmp_path: Path) -> None:
    """Two runs write to two folders, and what an older version left under the name of the link is kept."""
    old = tmp_path / "reports" / "latest"
    write_whole(kept(old, "old") / "conformance.json", document.render(folded(*asked())))
    first = command("run", *FEW, environment=reached, folder=tmp_path)
    latest = old.resolve()
    assert latest != old
    assert "held a report of an earlier version" in first.stdout
    command("run", *FEW, environment=reached, folder=tmp_path)
    assert old.is_symlink()
    assert old.resolve() != latest
    assert {path.name for path in runs_in(tmp_path / "reports")} == {old.resolve().name, latest.name}
    assert (tmp_path / "reports" / "earlier-1" / "precious.txt").read_text() == "old"
    for path in runs_in(tmp_path / "reports"):
        assert path.name.endswith(document.load(path).began.run)


def test_reports_stay_out_of_git(tmp_path: Path) -> None:
    """Folders that a run makes are left alone by git; one that was there before is not changed for it."""

    def seen() -> list[str]:
        told = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=all"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return told.stdout.splitlines()

    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    mine = kept(tmp_path / "mine")
    for given in (None, "red", "reports/replay", "mine"):
        place = placed(tmp_path, given, "0a1b", 0.0)
        (place.folder / "conformance.json").write_text("{}")
        place.release()
    assert (tmp_path / "reports" / "latest" / "conformance.json").exists()
    assert seen() == ["?? mine/conformance.json", "?? mine/precious.txt"]
    assert {path.name for path in mine.iterdir()} == {"conformance.json", "precious.txt"}


def test_git_sees_nothing_of_ours_in_a_folder_of_the_user(tmp_path: Path) -> None:
    """The folder of a run and `latest` are no news for git, whatever files and rules the user has beside them."""
    for name, rules in (("plain", None), ("ruled", "*.log\n/latest\n")):
        reports = tmp_path / name / "reports"
        reports.mkdir(parents=True)
        (reports / "mine.txt").write_text("mine")
        if rules:
            (reports / ".gitignore").write_text(rules)
        git("init", "-q", folder=reports.parent)
        git("add", "-A", folder=reports.parent)
        before = git("status", "--porcelain", folder=reports.parent)
        for number in (1.0, 2.0):
            assert point_at(fresh(reports, "1a", number)) is None
        assert git("status", "--porcelain", folder=reports.parent) == before != ""
        assert rules in (None, (reports / ".gitignore").read_text())


def git(*arguments: str, folder: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_folder_at_latest_that_is_not_ours_stays(tmp_path: Path) -> None:
    """Somebody's folder of that name is neither moved nor replaced."""
    kept(tmp_path / "latest")
    told = point_at(fresh(tmp_path, "0a1b", 0.0))
    assert told is not None
    assert "no run of this suite wrote" in told
    assert (tmp_path / "latest" / "precious.txt").exists()


def test_latest_is_a_text_file_if_links_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without symbolic links gets a file that the commands follow."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    folder = fresh(tmp_path, "0a1b", 0.0)
    assert "is a text file that names the folder" in str(point_at(folder))
    assert (tmp_path / "latest").is_file()
    write_whole(folder / "conformance.json", document.render(folded(*asked())))
    assert pointed(tmp_path / "latest") == folder
    assert document.load(tmp_path / "latest").began == BEGAN


def test_a_folder_in_use_is_refused_in_one_sentence(reached: dict[str, str], tmp_path: Path) -> None:
    """A second run on a folder that was given ends before it begins, and disturbs nothing."""
    lock = Lock(tmp_path)
    try:
        outcome = run_suite((*FEW, "--base-url", reached["MIXPEEK_BASE_URL"]), reached, tmp_path)
    finally:
        lock.release()
    assert (outcome.code, list(tmp_path.iterdir())) == (4, [])
    assert "is the report folder of a run that still goes on" in outcome.sentence
    assert len(outcome.output.strip().splitlines()) == 1
    assert not is_locked(tmp_path)


def test_a_lock_without_fcntl_outlives_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no file locks, a file names the process, and that of a dead one counts for nothing."""
    monkeypatch.setattr("reports.recording.report_folder.fcntl", None)
    dead = subprocess.Popen(["true"])
    dead.wait()
    (tmp_path / ".lock").write_text(str(dead.pid))
    lock = Lock(tmp_path)
    with pytest.raises(Unusable):
        Lock(tmp_path)
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_the_same_time_stay_apart(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """A conformant target is not charged with what a run beside it found."""
    urls = (reference.fault_url("naive-timestamps"), reference.base_url)
    runs = [
        subprocess.Popen(
            command_of("run", "--effort", "quick", "--result-only", "-k", "timestamps_are", "--base-url", url),
            cwd=tmp_path,
            env=environment_of(known),
            stdout=subprocess.DEVNULL,
        )
        for url in urls
    ]
    assert [one.wait(120) for one in runs] != [4, 4]
    results = {one.began.base_url: one for one in map(document.load, runs_in(tmp_path / "reports"))}
    assert set(results) == set(urls)
    assert results[urls[1]].count(Verdict.VIOLATED) == 0


def test_only_the_events_of_the_run_are_folded(tmp_path: Path) -> None:
    """A worker of an earlier run that still writes is read by nobody."""
    for name, run in (("main", "a"), ("gw0", "b")):
        book = Ledger(tmp_path / f"{name}.jsonl", run)
        book.write(CheckPassed(run, ["MERGE-NULL"], 1, 0))
        book.close()
    assert [one.test for one in ledger.read(tmp_path, "a") if isinstance(one, CheckPassed)] == ["a"]
    assert len(list(ledger.read(tmp_path))) == 2


def test_an_earlier_run_that_was_killed_is_told(tmp_path: Path) -> None:
    """The runs beside this one that left something are named, unless they still go on or were demonstrations."""
    reports = tmp_path / "reports"
    for number, embedded in (("a1", False), ("b2", True), ("c3", False)):
        book = Ledger(fresh(reports, number, 0.0) / "ledger" / "main.jsonl", number)
        book.write(BEGAN.__class__(**{**vars(BEGAN), "run": number, "embedded": embedded}))
        book.write(Made("/v1/buckets/x", "ours"))
        book.close()
    own = placed(tmp_path, None, "d4", 1.0)
    working = Lock(reports / "1970-01-01T00-00-00Z-c3")
    try:
        assert [path.name[-2:] for path in own.unswept(left=False)] == ["a1"]
        assert list(ReportPlace(own.folder, "d4").unswept(left=False)) == []
        assert list(ReportPlace(own.folder, "d4").unswept(left=True)) == []  # extra fields, of which no ledger tells
    finally:
        working.release()
        own.release()


NAMES = registry.NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_link_is_never_followed(tmp_path: Path, name: str) -> None:
    """What a link in a report folder leads to is neither emptied nor written to, in a report of ours either."""
    folder, outside = tmp_path / "given", kept(tmp_path / "outside")
    write_whole(kept(folder) / "conformance.json", document.render(folded(*asked())))
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside if "." not in name else outside / "precious.txt")
    with pytest.raises(Unusable, match="is a symbolic link"):
        placed(tmp_path, "given", "a", 0.0)
    assert (outside / "precious.txt").read_text() == "somebody else's"
    assert not is_locked(folder)


@pytest.mark.parametrize("where", ["ledger/unswept", "ledger/main.jsonl", "ledger/unswept/0a1b"])
def test_a_link_in_the_ledger_is_never_followed(tmp_path: Path, where: str) -> None:
    """The ledger is what `sweep` empties: no part of it leads elsewhere."""
    outside = kept(tmp_path / "outside")
    (tmp_path / where).parent.mkdir(parents=True)
    (tmp_path / where).symlink_to(outside / "precious.txt" if where.endswith("jsonl") else outside)
    with pytest.raises(Unusable, match="is a symbolic link"):
        claim(tmp_path, NAMES)


def test_links_among_allure_results_are_removed_and_not_followed(tmp_path: Path) -> None:
    """Clearing a report of ours removes a link, and leaves what it leads to."""
    outside = kept(tmp_path / "outside")
    results = kept(tmp_path / "allure-results")
    (results / "folder").symlink_to(outside)
    (results / "file").symlink_to(outside / "precious.txt")
    kept(results / "below")
    (results / "below" / "link").symlink_to(outside)
    registry.clear(tmp_path)
    assert list(results.iterdir()) == []
    assert (outside / "precious.txt").exists()


@pytest.mark.parametrize("name", [*registry.FILES, "exchanges.har", "allure-results/x", "ledger/x"])
def test_files_of_somebody_else_are_not_overwritten(tmp_path: Path, name: str) -> None:
    """A folder that holds such a file, and no report of ours, is refused; it is taken once ours stands there."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"somebody": "else"}')
    with pytest.raises(Unusable, match="was not written by this suite"):
        placed(tmp_path, ".", "a", 0.0)
    assert path.read_text() == '{"somebody": "else"}'
    assert not is_locked(tmp_path)
    write_whole(tmp_path / "conformance.json", document.render(folded(*asked())))
    placed(tmp_path, ".", "a", 0.0).release()


def test_a_foreign_folder_ends_a_run_in_one_sentence(reached: dict[str, str], tmp_path: Path) -> None:
    """The command refuses such a folder with exit code 4, and the audit too."""
    (tmp_path / "index.html").write_text("my page")
    outcome = run_suite((*FEW, "--base-url", reached["MIXPEEK_BASE_URL"]), reached, tmp_path)
    assert (outcome.code, len(outcome.output.strip().splitlines())) == (4, 1)
    assert "index.html was not written by this suite" in outcome.sentence
    assert (tmp_path / "index.html").read_text() == "my page"


AWKWARD = ["../../x", "/etc/x", ".", "..", "", "a\0b", "a/b", "x" * 300, "CON", "nul.txt", "a.", ".hidden", "-n", "é"]


@pytest.mark.parametrize("target", [*AWKWARD, "targets.html", "a\nb", "a:b", "a\\b", "~", "con.x"])
def test_no_name_of_a_target_leads_out_of_the_folder(target: str) -> None:
    """Whatever a target is called, its folder is one plain word below the folder of all reports."""
    name = name_for(target, set())
    assert name.isascii()
    assert name.strip("._-") or name.startswith("target")
    assert not set(name) & set("/\\:\0\n ~")
    assert 0 < len(name) <= 80
    assert name.upper() not in ("CON", "NUL.TXT", "CON.X", "TARGETS.HTML")


def test_targets_with_names_alike_have_folders_apart() -> None:
    """File systems that take `A` for `a` keep the two apart, and a plain name stays what it is."""
    taken = set[str]()
    names = [name_for(one, taken) for one in ("staging", "Staging", "../staging", "staging-eu_1.2")]
    assert names[0] == "staging"
    assert names[3] == "staging-eu_1.2"
    assert len({one.casefold() for one in names}) == 4


def test_matrix_stays_in_its_folder(reached: dict[str, str], tmp_path: Path) -> None:
    """A target that is called like a path is run, and writes below the folder that was given."""
    (tmp_path / "in").mkdir()
    url = reached.pop("MIXPEEK_BASE_URL")
    (tmp_path / "in" / "conformance.toml").write_text(f'[targets."../../x"]\nbase-url = "{url}"\n')
    done = command("matrix", "--report-dir", "all", "--", *FEW, environment=reached, folder=tmp_path / "in")
    assert done.returncode == 6, done.stdout + done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"in"}
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"conformance.toml", "all"}
    [folder] = [path for path in (tmp_path / "in" / "all").iterdir() if path.is_dir()]
    assert f'href="{folder.name}/index.html"' in (tmp_path / "in" / "all" / "targets.html").read_text("utf-8")


def test_a_target_whose_name_no_command_takes_is_refused(tmp_path: Path) -> None:
    """A NUL ends in one sentence."""
    with pytest.raises(Misconfigured, match="call it otherwise"):
        matrix.chosen({"a\0b": {}}, tmp_path / "conformance.toml", [])


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What stood there stands there until the new content is whole, and no other file stays."""
    path = tmp_path / "file"
    write_whole(path, b"old")
    with pytest.raises(TypeError):
        write_whole(path, "no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (b"new", ["file"])


@pytest.mark.parametrize("kind", ["removed", "replaced"])
def test_a_folder_that_is_removed_under_way_is_told(
    reference: ReferenceServer, objects: Objects, tmp_path: Path, kind: str
) -> None:
    """A run whose report folder is removed while it goes on says so, and writes nothing to what stands there now."""
    before = objects.buckets()
    folder, other = tmp_path / "report", kept(tmp_path / "other")

    def bend(asked: relays.ReceivedRequest, onward: Callable[[], Reply]) -> Reply:
        if asked.method == "PATCH":
            if folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder)
            if kind == "replaced" and not folder.is_symlink():
                folder.symlink_to(other)
        return onward()

    with Relay(reference.base_url, bend) as relay:
        environment = {**reference.credentials.environment, "MIXPEEK_BASE_URL": relay.base_url}
        options = ("--effort", "quick", "-k", "null_does_not", "--report-dir", str(folder))
        done = command("run", *options, environment=environment, folder=tmp_path)
    output = done.stdout + done.stderr
    assert done.returncode == 4, output
    assert "please report it" not in output
    assert objects.buckets() == before
    assert f"the ledger in {folder} was removed while the run went on" in output
    assert "Traceback" not in output
    assert [one.name for one in other.iterdir()] == ["precious.txt"]


@pytest.mark.parametrize("options", [(), ("--result-only",)], ids=["renderings", "result"])
def test_a_folder_that_takes_no_result_is_told(
    reference: ReferenceServer, objects: Objects, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """A folder that lets no result be written at the end is not a failure of the suite: one sentence, exit code 4."""
    folder, before = tmp_path / "report", objects.buckets()

    def bend(asked: relays.ReceivedRequest, onward: Callable[[], Reply]) -> Reply:
        if asked.method == "PATCH":
            (folder / "conformance.json" / "in the way").mkdir(parents=True, exist_ok=True)
        return onward()

    with Relay(reference.base_url, bend) as relay:
        environment = {**reference.credentials.environment, "MIXPEEK_BASE_URL": relay.base_url}
        few = ("--effort", "quick", "-k", "null_does_not", *options, "--report-dir", str(folder))
        done = command("run", *few, environment=environment, folder=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"conformance.json could not be written to {folder}: Is a directory" in done.stdout
    assert "please report it" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert objects.buckets() == before
    if not options:
        assert "could not be written" in (folder / "summary.md").read_text("utf-8")


def test_a_disk_that_is_full_for_the_archive_is_told(
    reference: ReferenceServer, objects: Objects, tmp_path: Path
) -> None:
    """What the disk does not take of the archive is told by the other reports, with exit code 4."""
    before = objects.buckets()
    done = subprocess.run(
        command_of(
            "run",
            "--effort=quick",
            "--in-flight=1",
            "-k",
            "test_merge_values",
            f"--report-dir={tmp_path}",
            "--keep=all",
        ),
        cwd=tmp_path,
        env=environment_of({**reference.credentials.environment, "MIXPEEK_BASE_URL": reference.base_url}),
        # The ledger and the page fit, and the exchanges do not.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"the archive could not be written to {tmp_path}: File too large" in done.stdout
    assert "please report it" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert document.load(tmp_path).exit_code == 4
    archive = tmp_path / "exchanges.har"
    assert not archive.exists() or json.loads(archive.read_text("utf-8"))["log"]["entries"]  # whole, if at all
    assert objects.buckets() == before
