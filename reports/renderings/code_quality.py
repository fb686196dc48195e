"""The violations as a code quality report of GitLab, which a merge request shows as a widget.

Its form: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. The place in a repository that
it wants is the result itself, since no line of the repository is to blame.
"""

import hashlib
import json
from typing import Any

from reports.renderings.annotations import Annotation, Severity, annotations
from reports.result.document import RESULT_FILE
from reports.result.result import Result

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTICE: "info"}


def render(result: Result) -> bytes:
    """Return the violations of `result` as a JSON list."""
    where = result.began.target or result.began.base_url
    issues = [_issue(annotation, where) for annotation in annotations(result)]
    return json.dumps(issues, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _issue(one: Annotation, where: str) -> dict[str, Any]:
    """Return one issue. That of the same requirement on the same target is the same in every run."""
    return {
        "description": f"{one.title}: {' '.join(one.text.splitlines())}",
        "check_name": one.title.removeprefix("demonstration: ").partition(" ")[0],
        "fingerprint": hashlib.sha256(f"{where}\n{one.title}".encode("utf-8", "replace")).hexdigest(),
        "severity": _SEVERITIES[one.severity],
        "location": {"path": RESULT_FILE, "lines": {"begin": 1}},
    }
