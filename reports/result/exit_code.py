"""How a run ends, an audit and a load run too: the verdict on the target, and the exit code that follows from it."""

from dataclasses import dataclass

from contracts.vocabulary.efforts import AUDIT
from contracts.vocabulary.events import Failed
from contracts.vocabulary.exit_codes import Exit
from reports.result.judgements import Judgements
from reports.result.load import Load
from reports.result.verdicts import NOT_RUN, Judgement, RunVerdict, Verdict


@dataclass(frozen=True, kw_only=True)
class Ending(Judgements):
    """What was judged, and what kept the run from its end.

    `interrupted` and `gone` say why it is not whole, and `failures` what failed in the suite itself. `waiver_errors`
    are waivers that do not fit what was found, and `report_errors` what the folder of the reports did not take, a
    sentence each. `load` is what a load run measured.
    """

    interrupted: bool = False
    gone: str | None = None
    failures: tuple[Failed, ...] = ()
    waiver_errors: tuple[str, ...] = ()
    report_errors: tuple[str, ...] = ()
    load: Load | None = None

    @property
    def over_limit(self) -> str | None:
        """Say which limit of the user's own was passed under load; None if none was. It counts like a violation."""
        return None if self.load is None else self.load.over_limit

    @property
    def whole(self) -> bool:
        """Whether the run came to its end, and nothing that it found was lost."""
        lost = self.load is not None and self.load.lost_workers > 0
        return not (self.interrupted or self.gone or self.failures or self.report_errors or lost)

    @property
    def verdict(self) -> RunVerdict:
        """The verdict on the target: only requirements that bind it count, and a baseline forgives nothing."""
        return self._verdict([judgement for judgement in self.judgements if self.counts(judgement)])

    @property
    def gate(self) -> RunVerdict:
        """The verdict by which the run ends: that on the target, without what the baseline forgives."""
        return self._verdict([judgement for judgement in self.judgements if self.binds(judgement)])

    @property
    def no_worse(self) -> bool:
        """Whether the run passes, and would not do so without its baseline."""
        return self.gate is RunVerdict.CONFORMANT and self.verdict is not RunVerdict.CONFORMANT

    def _verdict(self, binding: list[Judgement]) -> RunVerdict:
        if self.over_limit or any(judgement.verdict is Verdict.VIOLATED for judgement in binding):
            return RunVerdict.NON_CONFORMANT
        if not (self.asked and self.whole) or any(judgement.verdict is Verdict.INCONCLUSIVE for judgement in binding):
            return RunVerdict.INCONCLUSIVE
        return RunVerdict.CONFORMANT

    @property
    def exit_code(self) -> Exit:
        """The exit code: what ended the run before its time counts before the verdict.

        A violation that was proven before the target was gone stays proven. So does one that a full disk did not
        keep, and one in recorded traffic that ends too early.
        """
        proven = self.gate is RunVerdict.NON_CONFORMANT
        if self.interrupted and not (proven and self.began.effort == AUDIT):
            return Exit.INTERRUPTED
        if proven and (self.gone or self.interrupted):
            return Exit.NON_CONFORMANT
        if self.gone:
            return Exit.UNREACHABLE
        if self.failures:
            return Exit.SUITE_FAILED
        if proven:
            return Exit.NON_CONFORMANT
        if self.report_errors or (self.waiver_errors and self.began.strict):
            return Exit.WRONG_USE
        if not self.asked and all(
            judgement.reason == NOT_RUN or judgement.verdict is Verdict.NOT_APPLICABLE
            for judgement in self.judgements
        ):
            return Exit.NOTHING_ASKED
        return Exit.CONFORMANT if self.gate is RunVerdict.CONFORMANT else Exit.INCONCLUSIVE
