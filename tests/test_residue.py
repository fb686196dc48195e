"""What a run leaves on an object that was handed over: few fields, and none without consent."""

import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from contracts.judgement import Inconclusive
from fixtures.naming import MOST, Room
from fixtures.reference.server import ReferenceServer
from tests.support import Done, Objects, Outcome, command, command_of, environment_of, run_suite

ONE = ("-k", "timestamps_keep", "--effort", "quick", "--result-only")
KEEPS, REMOVES = "", "/variants/null-removes-a-field"
TOUCHED = {"conformancetouch": None}


class HandedOver:
    """An object on one variant of the reference service, and the runs on it."""

    def __init__(self, url: str, known: Mapping[str, str], folder: Path) -> None:
        self.objects, self.known, self.folder = Objects(url, known), known, folder
        self.bucket, self.identifier, self.before = self.objects.make()
        self.place = ("--base-url", url, "--bucket", self.bucket, "--object", self.identifier, "--without", "set-up")

    def run(self, *options: str, **environment: str) -> Outcome:
        return run_suite((*self.place, *options), {**self.known, **environment}, self.folder)

    def doctor(self, *options: str) -> Done:
        return command("doctor", *self.place, *options, environment=self.known, folder=self.folder)

    def extra(self) -> dict[str, object]:
        """What the object has now that it had not."""
        now = self.objects.get(self.bucket, self.identifier)
        assert {name: now[name] for name in self.before} == {**self.before, "updated_at": now["updated_at"]}
        return {name: now[name] for name in now if name not in self.before}

    def answering(self, answer: bytes, **environment: str) -> tuple[int, str]:
        """Run on a terminal at which `answer` is typed; return the exit code and what was printed."""
        ours, theirs = pty.openpty()
        os.write(ours, answer)
        process = subprocess.Popen(
            command_of("run", "--report-dir", str(self.folder), *self.place, *ONE),
            cwd=self.folder,
            env=environment_of({**self.known, **environment}),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        printed = b""
        while part := _read(ours):
            printed += part
        os.close(ours)
        return process.wait(timeout=60), printed.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux tells the end of the other side so
        return b""


@pytest.fixture
def keeps(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> HandedOver:
    """An object of a target that keeps fields that are set to null."""
    return HandedOver(reference.base_url + KEEPS, known, tmp_path)


@pytest.fixture
def removes(reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path) -> HandedOver:
    """An object of a target that removes fields that are set to null."""
    return HandedOver(reference.base_url + REMOVES, known, tmp_path)


def test_without_consent_no_check_is_asked(keeps: HandedOver) -> None:
    """The run ends before its first check, in one sentence with the number and the option."""
    outcome = keeps.run(*ONE)
    assert outcome.code == 4
    assert f"may leave up to {MOST:,} extra fields as null on the object {keeps.identifier}" in outcome.sentence
    assert outcome.sentence.endswith("give --allow-residue to agree to that")
    assert keeps.extra() == TOUCHED


def test_with_the_option_the_run_goes_on(keeps: HandedOver) -> None:
    """With --allow-residue the checks are asked, and nobody is."""
    outcome = keeps.run(*ONE, "--allow-residue")
    assert outcome.ids("holds")
    assert "go on?" not in outcome.output


def test_the_file_may_give_consent(keeps: HandedOver) -> None:
    """The flag may stand in conformance.toml."""
    (keeps.folder / "conformance.toml").write_text("[targets.one]\nallow-residue = true\n", "utf-8")
    assert keeps.run(*ONE, "--target", "one").ids("holds")


@pytest.mark.parametrize(
    ("word", "code", "told"),
    [("1", 6, ""), ("no", 4, "--allow-residue"), ("perhaps", 4, "is neither true nor false")],
)
def test_the_environment_may_give_consent(keeps: HandedOver, word: str, code: int, told: str) -> None:
    """The variable is read as a word; one that is neither yes nor no is refused before anything is sent."""
    outcome = keeps.run(*ONE, MIXPEEK_ALLOW_RESIDUE=word)
    assert outcome.code == code, outcome.output
    assert told in outcome.sentence


def test_no_consent_is_needed_if_nulls_are_removed(removes: HandedOver) -> None:
    """A target that removes what is set to null is asked as ever, and has nothing of the run in the end."""
    outcome = removes.run(*ONE)
    assert outcome.ids("holds")
    assert outcome.result["left_behind"] == []
    assert removes.extra() == {}


def test_reading_needs_no_consent(keeps: HandedOver) -> None:
    """A run that is read-only leaves nothing, not even the field of the preflight."""
    assert keeps.run("--read-only", "--effort", "quick", "--result-only").code != 4
    assert keeps.extra() == {}


@pytest.mark.parametrize(("answer", "goes_on"), [(b"yes\n", True), (b"n\n", False), (b"\n", False), (b"\x04", False)])
def test_a_terminal_is_asked(keeps: HandedOver, answer: bytes, goes_on: bool) -> None:
    """On a terminal the run asks, and only yes lets it go on; the end of the input is no."""
    code, printed = keeps.answering(answer)
    assert "extra fields as null on the object" in printed
    assert "go on? [y/N]" in printed
    assert (code != 4) is goes_on, printed
    assert "Traceback" not in printed


def test_ctrl_c_at_the_question_interrupts_the_run(keeps: HandedOver) -> None:
    """Whoever presses Ctrl-C in place of an answer has interrupted the run, and it has left one null."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command_of("run", "--report-dir", str(keeps.folder), *keeps.place, *ONE),
        cwd=keeps.folder,
        env=environment_of(keeps.known),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=_lead,
    )
    os.close(theirs)
    printed = b""
    while part := _read(ours):
        printed += part
        if printed.endswith(b"go on? [y/N] "):
            os.write(ours, b"\x03")
    os.close(ours)
    assert process.wait(timeout=60) == 2, printed.decode()
    assert b"Traceback" not in printed
    assert keeps.extra() == TOUCHED


def _lead() -> None:
    """Make the terminal of a new process the one whose Ctrl-C it hears."""
    os.login_tty(0)


def test_nobody_is_asked_in_ci(keeps: HandedOver) -> None:
    """In CI a terminal has nobody before it."""
    code, printed = keeps.answering(b"yes\n", CI="true")
    assert code == 4
    assert "go on?" not in printed


def test_the_doctor_tells_it(keeps: HandedOver, removes: HandedOver) -> None:
    """The doctor has a step for it, and says what a run would need."""
    for where, options, code, sign, told in (
        (keeps, (), 4, "✗", f"up to {MOST:,} extra fields as null"),
        (keeps, ("--allow-residue",), 0, "✓", "as --allow-residue allows"),
        (removes, (), 0, "✓", "are removed"),
    ):
        done = where.doctor(*options)
        assert done.returncode == code, done.stdout
        (line,) = (line for line in done.stdout.splitlines() if "fields set to null" in line)
        assert sign in line
        assert told in line
    assert keeps.extra() == TOUCHED
    assert removes.extra() == {}


def test_a_dry_run_tells_it(keeps: HandedOver) -> None:
    """What may stay is said before anything is sent."""
    assert f"up to {MOST:,} extra fields may stay on it as null" in keeps.run("--dry-run").output
    assert keeps.extra() == {}


@pytest.mark.parametrize("at", ["/variants/read-back-lags", "/variants/without-read-back", "/faults/nulls-ignored"])
def test_who_keeps_nulls_is_found_out(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, at: str
) -> None:
    """Consent is needed too if GET lags or shows nothing, or if null changes nothing."""
    outcome = HandedOver(reference.base_url + at, known, tmp_path).run(*ONE, "--without", "read-back")
    assert outcome.code == 4
    assert "--allow-residue" in outcome.sentence


def test_a_second_run_tells_what_it_left_itself(keeps: HandedOver) -> None:
    """A field that an earlier run left as null is no difference of the next one."""
    for left in (2, 0):
        outcome = keeps.run(*ONE, "--allow-residue")
        told = " ".join(outcome.result["left_behind"])
        assert (re.findall(r"(\d+) extra field", told) or ["0"]) == [str(left)], told
    assert keeps.extra() == {**TOUCHED, "note": None}


def test_generated_bodies_have_few_names(keeps: HandedOver) -> None:
    """However many bodies a check draws, on an object that was handed over they share their names."""
    only = "not_sent_keep or texts_come or text_comes or nothing_half_applied"
    outcome = keeps.run("-k", only, "--effort", "standard", "--allow-residue", "--result-only")
    assert outcome.ids("violated") == set()
    assert len(keeps.extra()) < 40


def test_generated_names_end_below_the_number(keeps: HandedOver) -> None:
    """The check that needs new names stops before the number that was announced, and is judged by what it asked."""
    only = "exactly_its_name or common_names or many_fields"
    outcome = keeps.run("-k", only, "--effort", "standard", "--allow-residue", "--result-only")
    assert outcome.ids("holds") >= {"MERGE-NAME", "MERGE-NAME-COMMON", "MERGE-MANY-FIELDS"}
    assert 400 < len(keeps.extra()) <= MOST


def test_room_ends_at_the_number() -> None:
    """Names that the object had, or was given before, take no room."""
    room = Room({"title"})
    room.take(f"note{number}" for number in range(MOST))
    room.expect(["title", "note1"], spare=0)
    with pytest.raises(Inconclusive, match="500 extra fields at most"):
        room.expect(["one more"], spare=0)


@pytest.mark.parametrize("at", ["/variants/objects-merged-deeply", "/variants/json-merge-patch-deep"])
def test_a_name_that_is_used_again_is_empty(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path, at: str
) -> None:
    """A target that merges objects deeply finds no old object under a name that is used again."""
    where = HandedOver(reference.base_url + at, known, tmp_path)
    outcome = where.run("-k", "nested_objects", "--effort", "standard", "--allow-residue", "--result-only")
    assert outcome.ids("violated") == set()
    assert "MERGE-OBJECT" in outcome.ids("holds")
