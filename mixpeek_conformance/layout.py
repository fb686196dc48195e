"""Where the parts of the suite are: beside this package in a checkout, inside it once it is installed."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = (_PACKAGE / "suites").is_dir()
ROOT = _PACKAGE if _INSTALLED else _PACKAGE.parent
"""The folder that holds `suites/`."""

SUITES = f"{__package__}.suites" if _INSTALLED else "suites"
"""The package of the suites. In a wheel all rooms have names inside this package: see `hatch_build.py`."""

OURS = ("contracts", "fixtures", "reports", "suites")
"""The rooms, which have these names in a checkout."""


def install(extra: str) -> str:
    """Return the command that adds an extra of the suite, to the Python that runs this."""
    what = f"mixpeek-conformance[{extra}]"
    return f"pip install '{what}'" if _INSTALLED else f"{sys.executable} -m pip install --editable '{ROOT}[{extra}]'"


def claim_names() -> None:
    """Let `contracts`, `fixtures`, `reports` and `suites` mean those of the checkout, if this is one.

    The user may have packages of these names on the path, and something may have imported them already.
    """
    if _INSTALLED:
        return
    sys.path[:] = [str(ROOT), *(entry for entry in sys.path if entry != str(ROOT))]
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS and not _is_ours(module):
            del sys.modules[name]


def _is_ours(module: object) -> bool:
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(Path(place).is_relative_to(ROOT) for place in places if place)
