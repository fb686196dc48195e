"""The judgements of a run, and which of them count: for the verdict on the target, and for the exit code."""

from dataclasses import dataclass
from functools import cached_property

from contracts.catalogue.levels import is_within, level_of
from contracts.catalogue.requirement import Level
from contracts.vocabulary.events import Began
from reports.result.baseline import Baseline
from reports.result.verdicts import NOT_RUN, Judgement, Verdict

SUITE_LEVEL = "suite-level"
"""The option that says which requirements count."""

CHOICES = frozenset(("requirement", "area", "only", "checks", "marks"))
"""The options by which a part of the requirements is chosen."""


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """What a run judged, by its options, beside the `baseline`: the earlier run that it is held against."""

    began: Began
    judgements: tuple[Judgement, ...]
    baseline: Baseline | None = None

    def left_out(self, judgement: Judgement) -> bool:
        """Whether `judgement` is of a requirement that was not chosen, and that nothing was found out about."""
        return self._chosen and judgement.verdict is Verdict.INCONCLUSIVE and judgement.reason == NOT_RUN

    @property
    def _chosen(self) -> bool:
        return bool(CHOICES & self.began.options.keys())

    @property
    def broken(self) -> list[Judgement]:
        """The requirements that are violated; those by which the run ends come first."""
        violated = [judgement for judgement in self.judgements if judgement.verdict is Verdict.VIOLATED]
        return sorted(violated, key=lambda one: not self.binds(one))

    @property
    def violated(self) -> tuple[str, ...]:
        """The ids of the requirements that are violated, in the order of reports, without those that are waived."""
        return tuple(
            judgement.requirement.id for judgement in self.judgements if judgement.verdict is Verdict.VIOLATED
        )

    @property
    def unasked(self) -> list[Judgement]:
        """The requirements that could not be asked, without those that were not chosen."""
        return [
            judgement
            for judgement in self.judgements
            if judgement.verdict is Verdict.INCONCLUSIVE and not self.left_out(judgement)
        ]

    def count(self, verdict: Verdict) -> int:
        """Return how many requirements have `verdict`."""
        return sum(1 for judgement in self.judgements if judgement.verdict is verdict)

    @property
    def asked(self) -> bool:
        """Whether any requirement was asked."""
        return any(judgement.asked for judgement in self.judgements)

    def is_new(self, judgement: Judgement) -> bool:
        """Whether the requirement is newer than the `--suite-level`."""
        level = self.began.options.get(SUITE_LEVEL)
        return level is not None and not is_within(judgement.requirement.id, level)

    @cached_property
    def _waived(self) -> frozenset[str]:
        return frozenset(
            judgement.requirement.id for judgement in self.judgements if judgement.verdict is Verdict.WAIVED
        )

    def follows(self, judgement: Judgement) -> bool:
        """Whether `judgement` is inconclusive because of waived violations alone."""
        inconclusive = judgement.verdict is Verdict.INCONCLUSIVE
        return inconclusive and bool(judgement.left_to) and self._waived.issuperset(judgement.left_to)

    def is_known(self, judgement: Judgement) -> bool:
        """Whether the baseline had the same violation, or could not ask the requirement for the same reason."""
        wrong = judgement.verdict in (Verdict.VIOLATED, Verdict.INCONCLUSIVE)
        return wrong and self.baseline is not None and judgement.requirement.id in self.baseline.known

    def counts(self, judgement: Judgement) -> bool:
        """Whether `judgement` counts for the verdict on the target: a MUST does, and with --strict a SHOULD.

        One that is new to the user's `--suite-level` does not count, nor does one that only a waiver leaves open.
        """
        if self.is_new(judgement) or self.follows(judgement):
            return False
        return self.began.strict or judgement.requirement.level is Level.MUST

    def binds(self, judgement: Judgement) -> bool:
        """Whether `judgement` counts for the exit code: it counts for the verdict, and no baseline forgives it."""
        return self.counts(judgement) and not self.is_known(judgement)

    def aside(self, judgement: Judgement) -> str:
        """Say that a violation, or what could not be asked, does not count; empty if it does."""
        if self.is_known(judgement):
            what = "violated in the same way" if judgement.verdict is Verdict.VIOLATED else "not asked"
            return f"does not count: {what} in the baseline too (--baseline)"
        if judgement.verdict is not Verdict.VIOLATED or self.binds(judgement):
            return ""
        if self.is_new(judgement):
            level = level_of(judgement.requirement.id)
            return f"does not count: new in level {level} of the suite (--suite-level {level} lets it count)"
        return f"does not count: a {judgement.requirement.level} (--strict lets it count)"
