"""The command `mixpeek-conformance`: what pytest has no word for."""

import argparse
import contextlib
import os
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from mixpeek_conformance import misspelt
from mixpeek_conformance.layout import claim_names
from mixpeek_conformance.pytest_run.engine import run, split
from mixpeek_conformance.pytest_run.environment import own_environment
from mixpeek_conformance.streams import open_closed, put, say, undisturbed

WRONG_USE = 4
_INTERRUPTED = 2
_SUITE_FAILED = 3

_OF_PYTEST = {
    "run": "Asks a target, or the reference service, and gives a verdict.",
    "doctor": "Says step by step whether a run can begin, and what its verdict can be. Takes the options of run.",
}
"""The commands that take the options of pytest."""

_COMMANDS = (*_OF_PYTEST, "serve", "prove", "compare", "audit", "replay", "sweep", "matrix", "requirements", "help")

_DOCTORS = "reports/doctor"
"""Where the ledger of a doctor goes, so that the report of a run stays as it is."""

_SERVE_PORT = 8765


class _Parser(argparse.ArgumentParser):
    """A parser that ends wrong use with one line, and the exit code that pytest has for it."""

    def error(self, message: str) -> NoReturn:
        say(f"{self.prog}: {message}", error=True)
        self.exit(WRONG_USE)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Refuse what is not known, with a guess at what was meant."""
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            known = re.findall(r"--[a-z][a-z-]+", self.format_help())
            advice = misspelt.advice(unknown[0].partition("=")[0], known, f"{self.prog} --help lists what there is")
            self.error(f"unrecognized arguments: {' '.join(unknown)}: {advice}")
        return options, unknown


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, by default those of the process, and return its exit code."""
    claim_names()
    open_closed()
    sys.stdout, sys.stderr = undisturbed(sys.stdout), undisturbed(sys.stderr)
    from fixtures.redaction import output_gate

    output_gate.stand()
    try:
        with own_environment():
            return _dispatch(list(sys.argv[1:] if arguments is None else arguments))
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


def _dispatch(given: list[str]) -> int:
    if given[:1] == ["help"]:
        given = [*given[1:2], "--help"]
    if given[:1] and given[0] in _OF_PYTEST:
        return _ask(given[0], given[1:])
    parser = _parser()
    if not given:
        parser.print_help(sys.stderr)
        parser.error("the following arguments are required: COMMAND")
    behind: list[str] = []
    if given[:1] == ["matrix"]:
        given, behind = split(given)
    _refuse_unknown(given[0], parser)
    options = parser.parse_args(given)
    match options.command:
        case "serve":
            return serve(options)
        case "prove":
            return prove(options)
        case "compare":
            return compare(options)
        case "audit":
            return audit(options)
        case "matrix":
            return matrix(options, behind)
        case "replay":
            from mixpeek_conformance.commands import replay

            return replay.replay(options)
        case "sweep":
            from mixpeek_conformance.commands import sweep

            return sweep.sweep(options)
        case _:
            return requirements(options)


def _refuse_unknown(first: str, parser: _Parser) -> None:
    """End with one line where the first argument is no command."""
    if first in (*_COMMANDS, "-h", "--help", "-V", "--version"):
        return
    if first.startswith("-"):
        parser.error(f"{first!r} stands where a command belongs, such as {parser.prog} run {first}")
    advice = misspelt.advice(first, _COMMANDS, f"give one of {', '.join(_COMMANDS)}")
    parser.error(f"argument COMMAND: invalid choice: {first!r}: {advice}")


def _ask(command: str, arguments: list[str]) -> int:
    """Run the suites or the doctor, or say what they take and send nothing."""
    given, _ = split(arguments)
    if {"-h", "--help"} & set(given):
        from mixpeek_conformance.pytest_run.options import help_of

        put(help_of(command, _OF_PYTEST[command]))
        return 0
    if {"-V", "--version"} & set(given):
        return _dispatch(["--version"])
    if command == "run":
        return run(arguments)
    return run(["--doctor", "--result-only", f"--report-dir={_DOCTORS}", *arguments])


def serve(options: argparse.Namespace) -> int:
    """Serve the reference service until Ctrl-C, and say how to reach it."""
    from fixtures.reference.server import ReferenceServer, ReferenceServerError
    from fixtures.run import termination

    if options.list:
        return _list_deviations()
    server, began = ReferenceServer(options.database, port=options.port), False
    termination.as_interruption()
    try:
        with server:
            _announce(server.base_url + _prefix(options), server.credentials.environment)
            began = True
            server.watch()
    except ReferenceServerError as error:
        say(f"mixpeek-conformance serve: {error}", error=True)
        return _SUITE_FAILED if began else WRONG_USE
    except KeyboardInterrupt:
        pass
    return 0


def prove(options: argparse.Namespace) -> int:
    """Ask faults and variants, and give 1 where one of them does not come out as declared."""
    from mixpeek_conformance.commands import prove as proof
    from reports.recording.report_folder import Unusable

    if options.all and options.names:
        say(f"mixpeek-conformance prove: --all asks everything: leave out {options.names[0]}, or --all", error=True)
        return WRONG_USE
    line = ""
    try:
        for line in proof.prove(options.names, options.report_dir, run, everything=options.all):
            say(line)
    except (LookupError, Unusable, OSError) as error:
        say(f"mixpeek-conformance prove: {error}", error=True)
        return WRONG_USE
    return 0 if line.endswith(" 0 complaints") else 1


def compare(options: argparse.Namespace) -> int:
    """Say what changed between two runs, and return 1 if the gate closes."""
    from contracts.vocabulary import escaping
    from fixtures.redaction.output_gate import shown
    from fixtures.redaction.secret import know
    from reports.result import document
    from reports.tables import gate
    from reports.tables.compare import compare as comparison

    know(os.environ)
    try:
        before, now = document.load(options.baseline), document.load(options.current)
        if reason := gate.unusable(before):
            raise document.Unreadable(f"{options.baseline} is no baseline: {reason}")
    except document.Unreadable as error:
        say(f"mixpeek-conformance compare: {error}", error=True)
        return WRONG_USE
    found = comparison(shown(before), shown(now))
    match options.format:
        case "json":
            put(escaping.document(found.as_json()))
        case "markdown":
            put("\n".join(found.markdown()))
        case _:
            put("\n".join(found.lines()))
    return 1 if found.closes(strict=options.strict) else 0


def audit(options: argparse.Namespace) -> int:
    """Judge recorded traffic, and give the exit code of the verdict."""
    from fixtures.redaction.secret import know
    from mixpeek_conformance.commands import audit as auditing
    from mixpeek_conformance.har_reader.archive import BadArchive
    from reports.recording.report_folder import Unusable
    from reports.renderings import registry, terminal

    know(os.environ)
    try:
        result, count, cut = auditing.audit(options.traffic, options.edition, strict=options.strict)
        folder, lost = auditing.write(result, options.report_dir)
    except (BadArchive, Unusable, LookupError, OSError) as error:
        say(f"mixpeek-conformance audit: {error}", error=True)
        return WRONG_USE
    except Exception as error:  # noqa: BLE001 - its message may hold what stands in the file
        say(
            f"mixpeek-conformance audit: the suite itself failed ({auditing.where(error)}): report it",
            error=True,
        )
        return _SUITE_FAILED
    for line in (*terminal.lines(result, folder / registry.PAGE), *lost, *auditing.told(count)):
        say(line)
    if cut:
        say(f"mixpeek-conformance audit: {cut}", error=True)
    if lost:
        return WRONG_USE if all(one.by_the_folder for one in lost) else _SUITE_FAILED
    return result.exit_code


def matrix(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run several targets, and give the worst of their exit codes."""
    from fixtures.target import targets_file
    from fixtures.target.target import Misconfigured
    from mixpeek_conformance.commands import matrix
    from reports.recording.report_folder import Unusable
    from reports.tables.target_matrix import Targets

    file: Path = options.targets_file.absolute()
    try:
        targets = targets_file.tables_in(file)
        names = matrix.chosen(targets, file, options.names)
        asked = []
        matrix.know_keys(targets)
        for one in matrix.run(names, file, options.report_dir, rest):
            asked.append(one)
            told = one.result.verdict if one.result else one.failure
            say(f"{one.name:<24} {told}   exit {one.exit_code}")
        table = Targets(tuple(asked))
        matrix.write(table, options.report_dir)
    except (Misconfigured, Unusable, OSError) as error:
        say(f"mixpeek-conformance matrix: {error}", error=True)
        return WRONG_USE
    say(options.report_dir / "targets.html")
    return table.exit_code


def requirements(options: argparse.Namespace) -> int:
    """Print the catalogue, a requirement a line: that of one edition, or of all, with the editions that have it."""
    from contracts.catalogue import CATALOGUE
    from contracts.editions import edition

    asked = CATALOGUE
    if options.edition is not None:
        try:
            edition.expect_known(options.edition)
        except LookupError as error:
            say(f"mixpeek-conformance requirements: {error}", error=True)
            return WRONG_USE
        asked = CATALOGUE.in_edition(options.edition)
    for one in asked.values():
        say(f"{one.id:<24} {one.level:<6} {one.sentence}{f' ({one.told})' if one.told else ''}")
    return 0


def _parser() -> _Parser:
    from contracts.editions.edition import DEFAULT
    from contracts.vocabulary.version import suite_version

    parser = _Parser(
        prog="mixpeek-conformance",
        description="Conformance tests for Mixpeek's Partially Update Object.",
        formatter_class=partial(argparse.HelpFormatter, max_help_position=20),
        epilog="exit codes: 0 conformant, 1 non-conformant, 2 interrupted, 3 the suite failed, 4 wrong use,"
        " 5 nothing was asked, 6 inconclusive, 7 target unreachable",
    )
    parser.add_argument("-V", "--version", action="version", version=f"%(prog)s {suite_version()}")
    commands = parser.add_subparsers(
        dest="command", required=True, title="commands", metavar="COMMAND", parser_class=_Parser
    )
    commands.add_parser("run", help="ask a target, or the reference service, and give a verdict")
    commands.add_parser("doctor", help="say what a run can find out, without one")
    server = commands.add_parser("serve", help="serve the reference service, for trying things out")
    server.add_argument("--port", type=int, default=_SERVE_PORT, help=f"loopback port (default {_SERVE_PORT})")
    server.add_argument("--database", type=Path, help="SQLite file that outlives the server")
    deviation = server.add_mutually_exclusive_group()
    deviation.add_argument("--fault", metavar="NAME", help="announce the base URL of a planted fault")
    deviation.add_argument("--variant", metavar="NAME", help="announce the base URL of a conforming variant")
    server.add_argument("--list", action="store_true", help="list faults and variants, and end")
    proof = commands.add_parser("prove", help="run the suites against planted faults and conforming variants")
    proof.add_argument("names", nargs="*", metavar="NAME", help="faults and variants (default all written by hand)")
    proof.add_argument("--all", action="store_true", help="all faults, with those that operators make")
    proof.add_argument("--report-dir", type=Path, default=Path("reports/proof"), help="where the matrix goes")
    gate = commands.add_parser("compare", help="say what got worse from one run to another, for a gate")
    gate.add_argument("baseline", type=Path, metavar="BASELINE", help="report folder or conformance.json of before")
    gate.add_argument("current", type=Path, metavar="CURRENT", help="report folder or conformance.json of now")
    gate.add_argument("--strict", action="store_true", help="close the gate for a changed observation too")
    gate.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="(default text)")
    traffic = commands.add_parser("audit", help="judge recorded traffic by every invariant, sending nothing")
    traffic.add_argument("traffic", type=Path, metavar="TRAFFIC.har", help="HTTP archive (HAR 1.2)")
    traffic.add_argument("--edition", default=DEFAULT, metavar="YYYY-MM", help=f"(default {DEFAULT})")
    traffic.add_argument("--strict", action="store_true", help="let a violated SHOULD count")
    traffic.add_argument("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
    again = commands.add_parser("replay", help="send the exchanges of a report's violations again")
    again.add_argument("report", type=Path, metavar="REPORT", help="report folder or conformance.json")
    again.add_argument("requirements", nargs="*", metavar="REQUIREMENT", help="which ones (default all violated)")
    broom = commands.add_parser("sweep", help="remove what a run that was killed has left on its target")
    broom.add_argument(
        "report", type=Path, nargs="?", default=Path("reports/latest"), metavar="REPORT", help="report folder"
    )
    broom.add_argument("--yes", action="store_true", help="remove what is listed, without a question")
    broom.add_argument("--bucket", metavar="ID", help="bucket of the object that was handed over to the run")
    broom.add_argument("--object", metavar="ID", help="object that was handed over to the run, to be put back")
    for command in (again, broom):
        command.add_argument("--target", metavar="NAME", help="table [targets.NAME] to take settings from")
        command.add_argument("--base-url", metavar="URL", help="where your target is (or MIXPEEK_BASE_URL)")
        command.add_argument("--namespace", metavar="NAME", help="namespace to work in (or MIXPEEK_NAMESPACE)")
        command.add_argument("--allow-production", action="store_true", help="ask the vendor's production host")
    several = commands.add_parser(
        "matrix",
        help="run several targets of conformance.toml, and show them side by side",
        epilog="what stands behind -- are options of run, for every target",
    )
    several.add_argument("names", nargs="*", metavar="NAME", help="targets (default all)")
    several.add_argument("--targets-file", type=Path, default=Path("conformance.toml"), help="their file")
    several.add_argument("--report-dir", type=Path, default=Path("reports/targets"), help="where the reports go")
    catalogue = commands.add_parser("requirements", help="list the catalogue of requirements")
    catalogue.add_argument("--edition", metavar="YYYY-MM", help="list those of one edition (default all)")
    return parser


def _prefix(options: argparse.Namespace) -> str:
    """Return the path below which the chosen deviation is served."""
    from fixtures.reference.deviations import ALL_FAULTS, VARIANTS

    for chosen, known, kind in ((options.fault, ALL_FAULTS, "faults"), (options.variant, VARIANTS, "variants")):
        if chosen is not None:
            if chosen not in known:
                _parser().error(f"{chosen!r} is none of the {kind}: serve --list names them")
            return f"/{kind}/{chosen}"
    return ""


def _announce(base_url: str, environment: Mapping[str, str]) -> None:
    for variable, value in {"MIXPEEK_BASE_URL": base_url, **environment}.items():
        say(f"export {variable}={value}")
    say("# serving until Ctrl-C")


def _list_deviations() -> int:
    from fixtures.reference.deviations import ALL_FAULTS, VARIANTS

    for fault in ALL_FAULTS.values():
        say(f"fault    {fault.name:<40} {', '.join(sorted(fault.breaks))}: {fault.summary}")
    for variant in VARIANTS.values():
        say(f"variant  {variant.name:<40} {variant.summary}")
    return 0
