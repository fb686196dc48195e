"""The command `drift`: where the document comes from, what is said of it, and how the command ends."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jsonschema
import pytest

from contracts.drift.finding import KINDS
from fixtures.reference.server import ReferenceServer
from tests.support.commands import ROOT, Done, closed_port, command, command_of, environment_of
from tests.support.drifts import edit, published

KEY = "sk_DriftTestKey8aQwErTyUi"
ENUM = {"append": {"schemas/Status/enum": "PAUSED"}}
ENUM_ID = "DRIFT-RESPONSE-ENUM"
NOTE = {"set": {"schemas/BucketObject/properties/error": {"type": "string"}}}


def drift(folder: Path, *arguments: str, **environment: str) -> Done:
    return command("drift", *arguments, environment=environment, folder=folder)


def written(folder: Path, *edits: Mapping[str, Any]) -> str:
    """Write the edition's document, with changes, and return the name of the file."""
    document = published()
    for one in edits:
        edit(document, dict(one))
    (folder / "api.json").write_text(json.dumps(document))
    return "api.json"


def waiver(folder: Path, **members: str) -> None:
    lines = {"requirement": ENUM_ID, "target": "api.json", "reason": "agreed", **members}
    text = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
    (folder / "waivers.toml").write_text(f"[[waiver]]\n{text}expires = 2999-01-01\n")


@contextmanager
def publishing(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Answer every request in one way. Yield the base URL, and the headers of each request."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()


@pytest.mark.parametrize("prefix", ["", "/faults/no-header-needed", "/v1/"], ids=["plain", "fault", "version"])
def test_the_reference_service_has_not_drifted(reference: ReferenceServer, tmp_path: Path, prefix: str) -> None:
    """It publishes the document of the edition at the usual place, whatever its faults are, and needs no key."""
    done = drift(tmp_path, "--base-url", f"{reference.base_url}{prefix}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "verdict: no drift" in done.stdout


def test_drift_is_said_with_place_direction_and_pointer(tmp_path: Path) -> None:
    """A finding names where it is in both documents, what each says, and who breaks."""
    done = drift(tmp_path, "--document", written(tmp_path, ENUM, NOTE))
    text = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert f"✗ {ENUM_ID} response 200 body /status: wider" in text
    assert 'document "PAUSED" at #/components/schemas/Status/enum (line 1)' in text
    assert "breaks a client written to the edition: it may get what it does not know" in text
    assert "· DRIFT-RESPONSE-NULLABLE response 200 body /error: narrower" in text
    assert "2 differences, 1 breaks a client written to the edition, 1 breaks none" in text


def test_a_finding_names_the_line_of_a_file(tmp_path: Path) -> None:
    """The line in a file of YAML or JSON is in the text, in JSON and in SARIF; a minified file has one line."""
    text = (ROOT / "contracts/editions/2026-04.yaml").read_text("utf-8").replace("- PENDING", "- PAUSED")
    (tmp_path / "api.yaml").write_text(text, "utf-8")
    number = next(at for at, line in enumerate(text.splitlines(), 1) if "- PAUSED" in line) - 1
    done = drift(tmp_path, "--document", "api.yaml", "--report-dir", "out")
    assert f"at        #/components/schemas/Status/enum (line {number})" in done.stdout
    assert json.loads((tmp_path / "out/drift.json").read_text("utf-8"))["findings"][0]["line"] == number
    log = json.loads((tmp_path / "out/drift.sarif").read_text("utf-8"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "api.yaml"}, "region": {"startLine": number}}


def test_drift_that_breaks_nobody_counts_if_strict(tmp_path: Path) -> None:
    """A document that allows less in a response ends with 0, and with 1 if every difference counts."""
    name = written(tmp_path, NOTE)
    assert [drift(tmp_path, "--document", name, *more).returncode for more in ((), ("--strict",))] == [0, 1]


def test_nothing_but_the_edition_is_needed_for_a_file(tmp_path: Path) -> None:
    """A file is read with half of a target set, and without any."""
    done = drift(tmp_path, "--document", written(tmp_path), MIXPEEK_API_KEY=KEY, CI="true")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_document_is_read_from_standard_input(tmp_path: Path) -> None:
    """An application that writes its own document is asked through a pipe."""
    content = (tmp_path / written(tmp_path, ENUM)).read_bytes()
    done = subprocess.run(
        command_of("drift", "--document", "-"),
        input=content,
        capture_output=True,
        env=environment_of({}),
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout.decode().splitlines()[0]) == (
        1,
        "standard input held against edition 2026-04",
    )


def test_every_form_says_the_same(tmp_path: Path) -> None:
    """JSON, SARIF and Markdown have every finding; SARIF keeps its published schema."""
    name = written(tmp_path, ENUM, NOTE)
    found = json.loads(drift(tmp_path, "--document", name, "--json").stdout)
    assert [(one["id"], one["breaking"]) for one in found["findings"]] == [
        (ENUM_ID, True),
        ("DRIFT-RESPONSE-NULLABLE", False),
    ]
    assert (found["verdict"], found["exit_code"], found["edition"]) == ("drift", 1, "2026-04")
    log = json.loads(drift(tmp_path, "--document", name, "--format", "sarif").stdout)
    jsonschema.validate(log, json.loads((ROOT / "tests/published/sarif-schema-2.1.0.json").read_text()))
    assert [(one["ruleId"], one["level"]) for one in log["runs"][0]["results"]] == [
        (ENUM_ID, "error"),
        ("DRIFT-RESPONSE-NULLABLE", "note"),
    ]
    rows = drift(tmp_path, "--document", name, "--format", "markdown").stdout.splitlines()
    assert [line.split(" ")[3].rstrip(",") for line in rows if line.startswith(("| ✗", "| ·"))] == [
        ENUM_ID,
        "DRIFT-RESPONSE-NULLABLE",
    ]


def test_a_report_folder_gets_every_rendering(tmp_path: Path) -> None:
    """The page is one file; what another program wrote is not replaced, what drift wrote is."""
    name = written(tmp_path, ENUM)
    for _ in range(2):
        assert drift(tmp_path, "--document", name, "--report-dir", "out").returncode == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        ".gitignore",
        "drift.json",
        "index.html",
        "drift.sarif",
        "drift.md",
    }
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert f'<span class="id">{ENUM_ID}</span>' in page
    (tmp_path / "out/index.html").write_text("mine")
    done = drift(tmp_path, "--document", name, "--report-dir", "out")
    assert (done.returncode, (tmp_path / "out/index.html").read_text()) == (4, "mine")


def test_a_waiver_accepts_drift_for_a_while(tmp_path: Path) -> None:
    """It names the id and, as a pattern, the place; the finding stays in sight."""
    waiver(tmp_path, place="response 200 body /stat*")
    done = drift(tmp_path, "--document", written(tmp_path, ENUM))
    assert done.returncode == 0
    assert f"~ {ENUM_ID}" in done.stdout
    assert "until 2999-01-01: agreed" in done.stdout


@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"place": "response 404 *"}, 1, f"api.json has no {ENUM_ID} at response 404 *: delete lines 2 to 7"),
        ({"requirement": "DRIFT-NOTHING"}, 4, "drift finds nothing of the name DRIFT-NOTHING"),
        ({"requirement": "MERGE-NULL", "place": "x"}, 4, "place is for findings of drift"),
        ({"target": "elsewhere"}, 4, "target 'elsewhere' matches neither"),
    ],
    ids=["unneeded", "unknown", "no-drift", "other-target"],
)
def test_a_waiver_is_held_to_account(tmp_path: Path, members: dict[str, str], code: int, words: str) -> None:
    """One that fits nothing is an error, with the lines to delete."""
    waiver(tmp_path, **members)
    done = drift(tmp_path, "--document", written(tmp_path, ENUM))
    assert done.returncode == code
    assert words.split(": delete", maxsplit=1)[0] in done.stdout + done.stderr


def test_an_unneeded_waiver_alone_is_wrong_use(tmp_path: Path) -> None:
    """A waiver of drift that is gone is a warning, and with --strict it ends with 4, as a run does."""
    waiver(tmp_path)
    done = drift(tmp_path, "--document", written(tmp_path))
    assert done.returncode == 0
    assert "waivers.toml line 1: api.json has no" in done.stdout
    assert drift(tmp_path, "--document", written(tmp_path), "--strict").returncode == 4


@pytest.mark.parametrize(
    ("status", "body", "headers", "code", "words"),
    [
        (404, b"{}", {}, 4, "publishes no document (status 404): give --document FILE or URL"),
        (401, b"{}", {}, 4, "is not open to this request (status 401)"),
        (
            302,
            b"",
            {"Location": "https://login.example/x?token=secret"},
            4,
            '"https://login.example/x"), which is not',
        ),
        (500, b"oops", {}, 7, "gives no document now (status 500)"),
        (200, b"<html>", {}, 4, "it is HTML or XML"),
        (200, b"x", {"Content_Encoding": "br"}, 7, "cannot be decoded"),
    ],
    ids=["missing", "closed", "redirect", "broken", "page", "coding"],
)
def test_what_is_no_document_is_one_line(
    tmp_path: Path, status: int, body: bytes, headers: dict[str, str], code: int, words: str
) -> None:
    """The command says what the deployment answered, and what to do."""
    with publishing(status, body, **headers) as (base_url, _):
        done = drift(tmp_path, "--document", f"{base_url}/openapi.json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert words in done.stderr
    assert "secret" not in done.stderr


def test_an_unreachable_target_ends_with_7(tmp_path: Path) -> None:
    """Nobody listens."""
    with closed_port() as host:
        done = drift(tmp_path, "--base-url", f"http://{host}")
    assert (done.returncode, "is unreachable: no connection" in done.stderr) == (7, True)


def test_only_the_target_is_sent_its_key(tmp_path: Path) -> None:
    """The host of the base URL gets the key and the headers of the gateway, every other host none of them."""
    settings = {"MIXPEEK_API_KEY": KEY, "MIXPEEK_HEADER_X_GATE": "open-sesame-17"}
    body = json.dumps(published()).encode()
    with publishing(200, body) as (base_url, seen), publishing(200, body) as (other, strange):
        settings["MIXPEEK_BASE_URL"] = base_url
        outputs = [
            drift(tmp_path, *more, **settings).stdout
            for more in ((), ("--document", f"{base_url}/api/schema?a=b"), ("--document", f"{other}/openapi.json"))
        ]
    assert [(one["path"], one.get("authorization"), one.get("x-gate")) for one in seen] == [
        ("/openapi.json", f"Bearer {KEY}", "open-sesame-17"),
        ("/api/schema?a=b", f"Bearer {KEY}", "open-sesame-17"),
    ]
    assert [(one.get("authorization"), one.get("x-gate")) for one in strange] == [(None, None)]
    assert "a=b" not in outputs[1]


def test_a_key_in_the_document_is_not_repeated(tmp_path: Path) -> None:
    """What the document says is blanked as everything else."""
    edits = {"append": {"schemas/Status/enum": KEY}}
    for form in ("text", "json", "sarif", "markdown"):
        arguments = ("--document", written(tmp_path, edits), "--format", form, "--report-dir", f"out-{form}")
        done = drift(tmp_path, *arguments, MIXPEEK_API_KEY=KEY)
        texts = [done.stdout, *(path.read_text("utf-8") for path in (tmp_path / f"out-{form}").iterdir())]
        assert done.returncode == 1
        assert [text for text in texts if KEY in text] == []


def test_names_in_the_document_do_nothing(tmp_path: Path) -> None:
    """A name that would act on a terminal, a build, Markdown or a page is only seen."""
    name = "\x1b[2J\n::error::<script>alert(1)</script>|`"
    place = f"schemas/Blob/properties/{name.replace('/', '~1')}"
    document = written(tmp_path, {"set": {place: {"type": "string"}}})
    done = drift(tmp_path, "--document", document, "--strict", "--report-dir", "out")
    texts = [done.stdout, *((tmp_path / "out" / one).read_text("utf-8") for one in ("drift.md", "index.html"))]
    assert done.returncode == 1
    assert [text for text in texts if "\x1b" in text or "\n::error" in text] == []
    assert "<script>alert" not in texts[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no document is named: give --document FILE or URL"),
        (("--document", ""), "--document is empty"),
        (("--document", "missing.json"), "missing.json cannot be read (No such file or directory)"),
        (("--document", "."), ". cannot be read (Is a directory)"),
        (("--document", "ftp://example.com/x"), "--document is no URL that can be asked"),
        (("--document", "https://me:pass@example.com/x"), "--document is no URL that can be asked"),
        (("--document", "api.json", "--edition", "2001-01"), "edition '2001-01' is not known"),
        (("--document", "api.json", "--format", "xml"), "--format 'xml' is not known"),
        (("--base-url", "https://api.mixpeek.com"), "give --allow-production if that is meant"),
    ],
    ids=["nothing", "empty", "missing", "folder", "scheme", "password", "edition", "format", "production"],
)
def test_wrong_use_is_one_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """It ends with 4, and says what to do."""
    written(tmp_path)
    done = drift(tmp_path, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)
    assert words in done.stderr
    assert "pass@" not in done.stderr


def test_the_guide_names_every_kind_of_finding() -> None:
    """Whoever writes a waiver finds the id and what it is about."""
    text = (ROOT / "docs/how-to/drift.md").read_text("utf-8")
    assert [name for name, words in KINDS.items() if f"`{name}` | {words}" not in text] == []
