"""The command `mixpeek-conformance`: which commands there are, and what it does whatever becomes of them."""

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from mixpeek_conformance.command_options import (
    audit_and_drift,
    contract,
    load,
    project,
    reference_service,
    reports,
    runs,
)
from mixpeek_conformance.layout import claim_names
from mixpeek_conformance.parsing import COMPLETING, PROGRAM, Commands
from mixpeek_conformance.pytest_run.environment import own_environment
from mixpeek_conformance.streams import open_closed, say, undisturbed
from mixpeek_conformance.wrong_use import WRONG_USE, outcome

_INTERRUPTED = 2
_SUITE_FAILED = 3
_KEYS = ("MIXPEEK_API_KEY", "MIXPEEK_FOREIGN_API_KEY")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, by default those of the process, and return its exit code."""
    claim_names()
    if COMPLETING in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(commands, {}, PROGRAM, COMPLETING, os.environ[COMPLETING])
    open_closed()
    sys.stdout, sys.stderr = undisturbed(sys.stdout), undisturbed(sys.stderr)
    from fixtures.redaction import output_gate

    output_gate.stand()
    _know_keys()
    from mixpeek_conformance import json_output

    given = sys.argv[1:] if arguments is None else arguments
    codes = [_SUITE_FAILED]
    with json_output.whole(given, codes):
        codes.append(_ended(given))
    return codes[-1]


def _know_keys() -> None:
    """Blank the keys of the environment in all that is printed: somebody may have written one in a wrong place.

    Those of the reference service are everybody's, and `serve` prints them.
    """
    if not any(os.environ.get(variable) for variable in _KEYS):
        return
    from fixtures.redaction.secret import know
    from fixtures.reference.demo_keys import DEMONSTRATION

    of_everybody = (DEMONSTRATION.api_key, DEMONSTRATION.foreign_api_key)
    know({name: os.environ.get(name, "") for name in _KEYS if os.environ.get(name) not in of_everybody})


def _ended(arguments: Sequence[str]) -> int:
    """Run the command, and return its exit code, whatever becomes of it."""
    try:
        Path.cwd()
    except OSError:
        say("mixpeek-conformance: the folder in which it was started is gone: start it in another one", error=True)
        return WRONG_USE
    try:
        with own_environment():
            return outcome(commands, arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception:  # noqa: BLE001 - a bug of ours is never exit code 1, which blames the target
        say("mixpeek-conformance: the suite itself failed: please report it, with this text", error=True)
        traceback.print_exc()
        return _SUITE_FAILED
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                with contextlib.suppress(KeyboardInterrupt):  # of whoever presses Ctrl-C twice
                    stream.flush()


@click.group(
    cls=Commands,
    help="Conformance tests for Mixpeek's Partially Update Object.",
    epilog="exit codes: 0 conformant, 1 non-conformant, 2 interrupted, 3 the suite failed, 4 wrong use,"
    " 5 nothing was asked, 6 inconclusive, 7 target unreachable",
)
def commands() -> None:
    """Read the command that comes first."""


COMMANDS = (
    runs.run_suites,
    runs.doctor,
    project.init,
    reports.waivers,
    project.schema,
    project.completion,
    reference_service.serve,
    reference_service.prove,
    reports.compare,
    audit_and_drift.audit,
    audit_and_drift.drift,
    load.load,
    reports.replay,
    reports.sweep,
    runs.matrix,
    contract.requirements,
    contract.explain,
    contract.edition,
)
"""All commands, in the order in which `--help` lists them."""

for each in COMMANDS:
    commands.add_command(each)
