"""The suite as a command and as a library: run it, or judge the answers that your own tests get.

    from mixpeek_conformance import judge, run

    result = run(base_url="https://staging.example.com", namespace="acceptance", effort="quick")
    violations = judge(httpx.patch(...))

Importing this package imports nothing else: each name is looked up when it is used. All other modules may change from
one version to the next.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mixpeek_conformance.layout import OURS

if TYPE_CHECKING:
    from contracts.catalogue import CATALOGUE
    from contracts.vocabulary.exchange import Exchange
    from contracts.vocabulary.outcomes import Violation
    from mixpeek_conformance.library import NotJudged, NotRun, exchange_of, judge, run
    from reports.result.result import Result
    from reports.result.verdicts import Judgement, RunVerdict, Verdict

    __version__: str

_HOME = {
    "CATALOGUE": "contracts.catalogue",
    "Exchange": "contracts.vocabulary.exchange",
    "Judgement": "reports.result.verdicts",
    "NotJudged": "mixpeek_conformance.library",
    "NotRun": "mixpeek_conformance.library",
    "Result": "reports.result.result",
    "RunVerdict": "reports.result.verdicts",
    "Verdict": "reports.result.verdicts",
    "Violation": "contracts.vocabulary.outcomes",
    "exchange_of": "mixpeek_conformance.library",
    "judge": "mixpeek_conformance.library",
    "run": "mixpeek_conformance.library",
}

__all__ = [
    "CATALOGUE",
    "Exchange",
    "Judgement",
    "NotJudged",
    "NotRun",
    "Result",
    "RunVerdict",
    "Verdict",
    "Violation",
    "__version__",
    "exchange_of",
    "judge",
    "run",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata  # noqa: PLC0415 - it takes a while

        return metadata.version("mixpeek-conformance")
    if name in _HOME:
        return getattr(_imported(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _imported(module: str) -> ModuleType:
    """Import a module of the suite. Raises ImportError if a package of the user has the name of one of its rooms."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        room = (error.name or "").partition(".")[0]
        if room not in OURS:
            raise
        raise ImportError(
            f"your package {room} has the name of one of the suite, which is installed with --editable: install it"
            " without that, and both have their names"
        ) from error
