"""The options of `run` and `doctor` that are not rows of the table: those of pytest that are of use here.

The command imports this module before it has made sure of its own packages: the table is imported when it is needed.
"""

from collections.abc import Iterable

STRICT = "let a violated SHOULD and a needless waiver count"

OF_PYTEST = {
    "-k EXPRESSION": "ask checks whose names match: -k 'null or list'",
    "-n N": "ask with N worker processes at the same time",
    "-q, -v": "say less, say more",
    "--strict": STRICT,
}

RARE = {
    "-m EXPRESSION": "ask the checks with these marks, such as -m 'not observation'",
    "-x": "end at the first check that fails",
    "--collect-only": "list the checks, and send nothing",
    "--alluredir FOLDER": "write one Allure result a check",
    "-- ...": "what stands behind -- goes to pytest as it is; -p NAME loads a plugin there",
}
"""Those that `--help-all` lists too."""

_ALSO_KNOWN = (
    "--strict",
    "--collect-only",
    "--alluredir",
    "--numprocesses",
    "--maxfail",
    "--exitfirst",
    "--help",
    "--help-all",
)


def known() -> Iterable[str]:
    """Return the options that can be misspelt."""
    from fixtures.target.options import OPTIONS

    return [*(option.flag for option in OPTIONS if option.given), *_ALSO_KNOWN]
