"""Where the parts of the suite are: beside this package in a checkout, inside it once it is installed."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
ROOT = _PACKAGE if (_PACKAGE / "suites").is_dir() else _PACKAGE.parent
"""The folder that holds `suites/`."""

_OURS = ("contracts", "fixtures", "reports", "suites")


def claim_names() -> None:
    """Let `contracts`, `fixtures`, `reports` and `suites` mean those of the suite.

    The user may have packages of these names on the path, and something may have imported them already.
    """
    sys.path[:] = [str(ROOT), *(entry for entry in sys.path if entry != str(ROOT))]
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _OURS and not _is_ours(module):
            del sys.modules[name]


def _is_ours(module: object) -> bool:
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(Path(place).is_relative_to(ROOT) for place in places if place)
