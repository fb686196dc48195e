"""The options of `run` and `doctor`: those of the suite, and what of pytest's is of use with it."""

import argparse
from collections.abc import Iterable

from fixtures.target.option import Group
from fixtures.target.options import OPTIONS

OF_PYTEST = {
    "-k EXPRESSION": "ask the checks whose names match, such as -k 'timestamps or merge'",
    "-m EXPRESSION": "ask the checks with these marks, such as -m 'not observation'",
    "-n N": "ask with N worker processes at the same time",
    "-x": "end at the first check that fails",
    "-q, -v": "say less, say more",
    "--strict": "let a violated SHOULD count",
    "--collect-only": "list the checks, and send nothing",
    "--alluredir FOLDER": "write one Allure result a check",
    "-- ...": "what stands behind -- goes to pytest as it is; -p NAME loads a plugin there",
}

_ALSO_KNOWN = ("--strict", "--collect-only", "--alluredir", "--numprocesses", "--maxfail", "--exitfirst", "--help")


def known() -> Iterable[str]:
    """Return the options that can be misspelt."""
    return [*(option.flag for option in OPTIONS if option.given), *_ALSO_KNOWN]


def help_of(command: str, description: str) -> str:
    """Return the help of `run` or `doctor`."""
    parser = argparse.ArgumentParser(
        prog=f"mixpeek-conformance {command}",
        usage="%(prog)s [OPTIONS] [-- OPTIONS OF PYTEST]",
        description=description,
        add_help=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28),
    )
    groups = {group: parser.add_argument_group(group) for group in Group}
    for option in OPTIONS:
        if option.given:
            groups[option.group].add_argument(option.flag, **option.arguments)
    of_pytest = "\n".join(f"  {name:<26}{meaning}" for name, meaning in OF_PYTEST.items())
    return (
        f"{parser.format_help()}\noptions of pytest, among others (all of them: {command} -- --help):\n{of_pytest}\n"
    )
