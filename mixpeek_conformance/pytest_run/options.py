"""The options of `run` and `doctor` that are not rows of the table: those of pytest that are of use here.

The command imports this module before it has made sure of its own packages: the table is imported when it is needed.
"""

from collections.abc import Iterable

STRICT = "let a violated SHOULD count, and a waiver that is not needed"

OF_PYTEST = {
    "-k EXPRESSION": "ask the checks whose names match, such as -k 'timestamps or merge'",
    "-m EXPRESSION": "ask the checks with these marks, such as -m 'not observation'",
    "-n N": "ask with N worker processes at the same time",
    "-x": "end at the first check that fails",
    "-q, -v": "say less, say more",
    "--strict": STRICT,
    "--collect-only": "list the checks, and send nothing",
    "--alluredir FOLDER": "write one Allure result a check",
    "-- ...": "what stands behind -- goes to pytest as it is; -p NAME loads a plugin there",
}

_ALSO_KNOWN = ("--strict", "--collect-only", "--alluredir", "--numprocesses", "--maxfail", "--exitfirst", "--help")


def known() -> Iterable[str]:
    """Return the options that can be misspelt."""
    from fixtures.target.options import OPTIONS

    return [*(option.flag for option in OPTIONS if option.given), *_ALSO_KNOWN]
