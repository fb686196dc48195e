"""Wrong use, wrong configuration and targets that are none: one clear sentence, the right exit code, no traceback."""

import os
import resource
import socket
import subprocess
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.support.commands import Conform, Done, closed_port, command, command_of, environment_of, run_suite

KEY = "sk_CanaryKeyThatMustNotShow"
SETTINGS = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "anything"}


class Page(BaseHTTPRequestHandler):
    """A web page: something that answers, and is not the API."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body>Not here</body></html>")

    do_POST = do_DELETE = do_PATCH = do_GET  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def assert_one_sentence(output: str) -> None:
    assert "Traceback" not in output
    assert KEY not in output
    assert len([line for line in output.splitlines() if line.strip()]) == 1, output


def limited(*arguments: str, environment: Mapping[str, str], folder: Path, limit: int, most: int) -> Done:
    """Start the command with at `most` so much of what a limit of the system is about."""
    return subprocess.run(
        command_of(*arguments),
        cwd=folder,
        env=environment_of(environment),
        preexec_fn=lambda: resource.setrlimit(limit, (most, most)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_unreachable_host(tmp_path: Path) -> None:
    """A closed port is exit code 7, in the result too, and the sentence has the address."""
    with closed_port() as nowhere:
        outcome = run_suite(("--base-url", f"http://{nowhere}"), SETTINGS, tmp_path)
    assert outcome.code == 7
    assert f"http://{nowhere} does not answer" in outcome.sentence
    assert_one_sentence(outcome.output)
    assert outcome.result["verdict"] == "inconclusive"
    assert outcome.result["exit_code"] == 7


def test_a_host_that_says_nothing(silent: str, tmp_path: Path) -> None:
    """A port that accepts and stays silent is given up after --timeout."""
    outcome = run_suite(("--base-url", f"http://{silent}", "--timeout", "0.5"), SETTINGS, tmp_path)
    assert outcome.code == 7
    assert "no answer in time" in outcome.sentence
    assert_one_sentence(outcome.output)


def test_https_where_http_is_spoken(page: str, tmp_path: Path) -> None:
    """The sentence says that TLS failed, so that the reader looks at the scheme."""
    outcome = run_suite(("--base-url", f"https://{page}"), SETTINGS, tmp_path)
    assert outcome.code == 7
    assert "TLS failed" in outcome.sentence
    assert_one_sentence(outcome.output)


def test_a_page_that_is_not_the_api(page: str, tmp_path: Path) -> None:
    """A web server in place of the API is a wrong address, and not a violation."""
    outcome = run_suite(("--base-url", f"http://{page}"), SETTINGS, tmp_path)
    assert outcome.code == 4
    assert "answers, but not like the API" in outcome.sentence
    assert_one_sentence(outcome.output)


def test_a_wrong_key_from_the_start(conform: Conform) -> None:
    """The sentence names the variable, and not the key."""
    outcome = conform(MIXPEEK_API_KEY=KEY)
    assert outcome.code == 4
    assert "does not take the key in MIXPEEK_API_KEY" in outcome.sentence
    assert_one_sentence(outcome.output)


def test_an_unknown_namespace(conform: Conform) -> None:
    """The sentence repeats the name that the target does not take."""
    outcome = conform("--namespace", "no-such-namespace")
    assert outcome.code == 4
    assert "does not take the namespace 'no-such-namespace'" in outcome.sentence
    assert_one_sentence(outcome.output)


def test_no_permission_to_create(conform: Conform) -> None:
    """The sentence says what else can be asked: an object that is handed over."""
    outcome = conform(at="/variants/without-set-up")
    assert outcome.code == 4
    assert "hand over an object with --bucket and --object" in outcome.sentence
    assert_one_sentence(outcome.output)


def test_an_object_that_is_not_there(conform: Conform) -> None:
    """A run ends before its first check if what it was handed is not found."""
    outcome = conform("--bucket", "bkt_nowhere", "--object", "obj_nowhere")
    assert outcome.code == 4
    assert "the object obj_nowhere is not in bucket bkt_nowhere" in outcome.sentence


def test_an_object_that_is_handed_over_to_several_workers(conform: Conform) -> None:
    """Workers would undo each other's patches of the one object."""
    outcome = conform("--bucket", "bkt_a", "--object", "obj_a", "-n", "2")
    assert outcome.code == 4
    assert "one worker only" in outcome.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base-url", "ftp://staging.example"), "does not begin with http:// or https://"),
        (("--base-url", "https://"), "names no host"),
        (("--base-url", "https://staging.example", "--without", "wings"), "--without 'wings' is not known"),
        (("--base-url", "https://staging.example", "--effort", "heroic"), "effort 'heroic' is not known"),
        (("--base-url", "https://staging.example", "--edition", "1999-01"), "edition '1999-01' is not known"),
        (("--target", "staging"), "cannot be read"),
        (("--no-such-option",), "there is no option --no-such-option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use_is_one_sentence_and_exit_4(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Each wrong value or name is told with what is wrong about it, and without a traceback."""
    outcome = run_suite(arguments, SETTINGS, tmp_path)
    assert outcome.code == 4, outcome.output
    assert said in outcome.output
    assert "Traceback" not in outcome.output


def test_a_targets_file_with_an_unknown_name(tmp_path: Path) -> None:
    """A misspelt name is refused with the one that was meant, and not passed over."""
    (tmp_path / "conformance.toml").write_text('[targets.staging]\nbase-ulr = "https://staging.example"\n')
    outcome = run_suite(("--target", "staging"), SETTINGS, tmp_path)
    assert outcome.code == 4
    assert "unknown name 'base-ulr': did you mean 'base-url'?" in outcome.sentence


def test_a_report_folder_that_cannot_be_written(conform: Conform, tmp_path: Path) -> None:
    """A run that could not report ends before it asks anything."""
    (tmp_path / "taken").write_text("a file")
    outcome = conform("--report-dir", str(tmp_path / "taken"))
    assert outcome.code == 4
    assert "cannot be written" in outcome.output
    assert "Traceback" not in outcome.output


def test_a_pipe_among_reports_is_not_waited_for(tmp_path: Path) -> None:
    """What should be a file of a report and is a pipe, or a folder, ends in one sentence."""
    os.mkfifo(tmp_path / "conformance.json")
    (tmp_path / "ledger" / "b.jsonl").mkdir(parents=True)
    os.mkfifo(tmp_path / "ledger" / "a.jsonl")
    for arguments in (("compare", str(tmp_path), str(tmp_path)), ("replay", str(tmp_path))):
        done = command(*arguments, environment={}, folder=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
        assert "conformance.json is no file: give a report folder" in done.stderr
    swept = command("sweep", str(tmp_path), environment={}, folder=tmp_path)
    assert (swept.returncode, swept.stdout.count("\n"), swept.stderr) == (0, 1, "")


@pytest.mark.parametrize(
    "content",
    ["a = " + "[" * 5000, "[targets.a]\ngone-after = " + "9" * 5000, "targets = [1]", "waiver = " + "[" * 5000],
    ids=["nested", "number", "no tables", "nested waivers"],
)
def test_strange_toml_ends_in_one_sentence(tmp_path: Path, content: str) -> None:
    """Files that people write are read, or refused with the reason, whatever stands in them."""
    (tmp_path / "conformance.toml").write_text(content)
    (tmp_path / "strange.toml").write_text(content)
    for arguments in (("matrix",), ("run", "--target", "a"), ("run", "--demo", "--waivers", "strange.toml")):
        done = command(*arguments, environment={}, folder=tmp_path)
        assert done.returncode == 4, done.stdout + done.stderr
        assert ".toml" in done.stderr
        assert "Traceback" not in done.stdout + done.stderr


FILES = {
    "audit": ("audit", "{file}"),
    "compare": ("compare", "{file}", "{file}"),
    "replay": ("replay", "{file}"),
    "matrix": ("matrix", "--targets-file", "{file}"),
    "a target": ("doctor", "--targets-file", "{file}", "--target", "x"),
    "headers": ("doctor", "--headers-file", "{file}"),
    "authorities": ("doctor", "--ca-bundle", "{file}"),
    "waivers": ("run", "--waivers", "{file}"),
    "conformance.toml": ("matrix",),
    "waivers.toml": ("run",),
}


KINDS = [
    *((place, "pipe") for place in FILES),
    *((place, "device") for place in ("audit", "compare", "matrix", "headers", "waivers")),
    ("audit", "socket"),
    ("headers", "socket"),
    ("matrix", "folder"),
]


@pytest.mark.parametrize(("place", "kind"), KINDS)
def test_what_is_no_file_is_told_in_one_line(tmp_path: Path, place: str, kind: str) -> None:
    """A pipe, a device, a socket or a folder in place of a file is refused before it is read: it may never end."""
    name = place if place.endswith(".toml") else "given"
    file = tmp_path / name
    with socket.socket(socket.AF_UNIX) as bound:
        match kind:
            case "pipe":
                os.mkfifo(file)
            case "device":
                file.symlink_to("/dev/zero")
            case "socket":
                bound.bind(str(file))
            case _:
                file.mkdir()
        given = (one.format(file=name) for one in FILES[place])
        known = {**SETTINGS, "MIXPEEK_BASE_URL": "https://127.0.0.1:9"}
        done = limited(*given, environment=known, folder=tmp_path, limit=resource.RLIMIT_AS, most=4_000_000_000)
    assert done.returncode == 4, done.stdout + done.stderr
    assert (done.stdout, done.stderr.strip().count("\n")) == ("", 0)
    assert name in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (KEY,),
        ("run", KEY),
        ("replay", KEY),
        ("sweep", KEY),
        ("explain", KEY),
        ("serve", "--fault", KEY),
        ("load", "--users", KEY),
        ("edition", "show", KEY),
        ("waivers", KEY, "--until", "2030-01-01"),
    ],
    ids=lambda arguments: " ".join(arguments).replace(KEY, "KEY"),
)
def test_a_key_in_a_wrong_place_is_not_repeated(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Wrong use is answered with what was given, and never with the key of the environment."""
    done = command(*arguments, environment=SETTINGS, folder=tmp_path)
    assert done.returncode == 4
    assert "[API key]" in done.stderr
    assert_one_sentence(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "arguments", [("run", "--demo"), ("doctor", "--base-url", "https://127.0.0.1:9")], ids=" ".join
)
def test_a_disk_without_any_room(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Where no temporary file can be written, one sentence says so: it is not the suite that failed."""
    known = {} if "--demo" in arguments else SETTINGS
    done = limited(*arguments, environment=known, folder=tmp_path, limit=resource.RLIMIT_FSIZE, most=0)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "there is no folder for temporary files" in done.stderr
    assert_one_sentence(done.stdout + done.stderr)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """A command that was started in a folder which is no more says so."""
    (tmp_path / "gone").mkdir()
    inside = ["sh", "-c", 'cd gone && rmdir ../gone && exec "$@"', "sh", *command_of("run", "--demo")]
    done = subprocess.run(inside, cwd=tmp_path, env=environment_of({}), capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert_one_sentence(done.stdout + done.stderr)
