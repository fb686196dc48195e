"""The exit code of a run, and of an audit and a load run: what was found, and what kept the run from its end."""

from typing import TYPE_CHECKING

from contracts.vocabulary.efforts import AUDIT
from contracts.vocabulary.exit_codes import Exit
from reports.result.verdicts import NOT_RUN, RunVerdict, Verdict

if TYPE_CHECKING:
    from reports.result.result import Result


def exit_code(result: "Result") -> Exit:
    """Return the exit code: what ended the run before its time counts before the verdict.

    What was proven before the target was gone stays proven, and so does what a full disk did not keep, and what
    recorded traffic shows that ends too early.
    """
    proven = result.gate is RunVerdict.NON_CONFORMANT
    if result.interrupted and not (proven and result.began.effort == AUDIT):
        return Exit.INTERRUPTED
    if proven and (result.gone or result.interrupted):
        return Exit.NON_CONFORMANT
    if result.gone:
        return Exit.UNREACHABLE
    if result.failures:
        return Exit.SUITE_FAILED
    if proven:
        return Exit.NON_CONFORMANT
    if result.report_errors or (result.waiver_errors and result.began.strict):
        return Exit.WRONG_USE
    if not result.asked and all(
        one.reason == NOT_RUN or one.verdict is Verdict.NOT_APPLICABLE for one in result.judgements
    ):
        return Exit.NOTHING_ASKED
    return Exit.CONFORMANT if result.gate is RunVerdict.CONFORMANT else Exit.INCONCLUSIVE
