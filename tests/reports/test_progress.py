"""How far a run is: what is shown in a pipe, on a terminal, with workers, and not at all with -q."""

import os
import pty
import re
import subprocess
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from reports.live import progress
from tests.support.commands import Conform, command_of, environment_of

AREA = re.compile(r"^  ([A-Z]+) +(\d+) checks? +(\d+) requests(.*)$", re.MULTILINE)
FEW = ("--in-flight", "1", "--effort", "quick", "--seed", "1", "-k", "test_status.py or test_response.py")


def test_each_area_has_one_line_and_says_what_it_sent(conform: Conform) -> None:
    """In a pipe no line moves, the sums fit the result, and the time left ends with the last area."""
    outcome = conform(*FEW)
    shown = {area: (int(checks), int(requests)) for area, checks, requests, _ in AREA.findall(outcome.output)}
    assert list(shown) == ["RESPONSE", "STATUS"]
    assert sum(checks for checks, _ in shown.values()) == 22
    sent = sum(requests for _, requests in shown.values())
    total = outcome.result["run"]["requests"]
    assert 0 < sent < total <= sent + 12  # the preflight is not part of an area
    assert "\r" not in outcome.output
    assert re.search(r"RESPONSE .*(about \d+|less than 1) s left", outcome.output)
    assert not re.search(r"STATUS .*left", outcome.output)


@pytest.mark.slow
def test_workers_count_into_the_same_lines(conform: Conform) -> None:
    """The lines name what any worker has seen violated."""
    outcome = conform(*FEW, "-n", "2", at="/faults/status-outside-the-enumeration")
    shown = {area: (int(checks), rest) for area, checks, _, rest in AREA.findall(outcome.output)}
    assert {area: checks for area, (checks, _) in shown.items()} == {"RESPONSE": 17, "STATUS": 5}
    assert shown["STATUS"][1].endswith("   violated: STATUS-MEMBER")
    assert "violated" not in shown["RESPONSE"][1]
    assert "failed" not in outcome.output


def test_quiet_shows_the_summary_alone(conform: Conform) -> None:
    """What `-q` leaves of the summary is the verdict, in one line."""
    outcome = conform(*FEW, "-q")
    assert re.fullmatch(r"  verdict: partial, inconclusive about edition .* exit 6\n", outcome.output)


def test_a_terminal_has_a_line_that_moves(
    reference: ReferenceServer, known: Mapping[str, str], tmp_path: Path
) -> None:
    """It counts every check, and leaves only the lines of the areas behind."""
    shown = in_a_terminal(["--base-url", reference.base_url, "--result-only", *FEW], known, tmp_path)
    steps = [int(done) for done in re.findall(r"\r  (\d+) of 22 checks, \d+ requests, (?:about|less than)", shown)]
    assert steps == list(range(1, 22))
    plain = re.sub(r"\r[^\r\n]*(?=\r[^\n])", "", shown).replace("\r", "")
    assert [area for area, *_ in AREA.findall(plain)] == ["RESPONSE", "STATUS"]


def in_a_terminal(
    arguments: list[str], environment: Mapping[str, str], folder: Path, command: Sequence[str] = ()
) -> str:
    """Run a `command`, by default a run, with a terminal for its output, and return all that it wrote there."""
    ours, theirs = pty.openpty()
    started = command_of(*(command or ("run", "--report-dir", str(folder))), *arguments)
    environment = environment_of({"TERM": "xterm", **environment})
    with subprocess.Popen(started, cwd=folder, env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        written = b""
        while chunk := _read(ours):
            written += chunk
        process.wait()
    os.close(ours)
    return written.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody has the other end open
        return b""


def seconds_of(text: str) -> int:
    found = re.fullmatch(r"about (?:(\d+) min )?(\d+) s left", text)
    assert found
    return 60 * int(found[1] or 0) + int(found[2])


def test_the_time_left_falls_and_never_rises() -> None:
    """Also while a long check hides how much there is: a minute that goes by is seen to."""
    countdown = progress.Countdown()
    countdown.expected, countdown.announced = 2_000, 250.0
    steps = [(1, 20), (2, 40), *((3, 41 + step) for step in range(20)), (40, 900), (90, 1_950), (99, 2_000)]
    told = [
        seconds_of(countdown.left(done, 100, requests, 10.0 * number))
        for number, (done, requests) in enumerate(steps, start=1)
    ]
    assert all(later < earlier for earlier, later in pairwise(told)), told
    assert told[-1] <= 3


def test_the_time_left_is_in_proportion_to_the_checks_left() -> None:
    """After 10 of 30 checks in 5 seconds, 10 seconds are left."""
    assert progress.Countdown().left(100, 101, 0, 5.0) == "less than 1 s left"
    assert progress.Countdown().left(10, 30, 0, 5.0) == "about 10 s left"
    assert progress.Countdown().left(1, 11, 0, 10.0) == "about 1 min 40 s left"
