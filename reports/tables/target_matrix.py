"""Several targets side by side: one table, requirements by target."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.vocabulary import escaping
from contracts.vocabulary.exit_codes import Exit
from reports import page_templates
from reports.result.facts import SIGNS, sign_of
from reports.result.result import Result
from reports.result.verdicts import Verdict

_WORST = (
    Exit.SUITE_FAILED,
    Exit.INTERRUPTED,
    Exit.WRONG_USE,
    Exit.UNREACHABLE,
    Exit.NON_CONFORMANT,
    Exit.INCONCLUSIVE,
    Exit.NOTHING_ASKED,
)
"""Exit codes from the one that hides most to the one that hides least."""


@dataclass(frozen=True)
class TargetRun:
    """A target that was asked: its name, the name of its folder, and its result or, where there is none, why."""

    name: str
    exit_code: int
    result: Result | None = None
    failure: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Targets:
    """All targets that were asked, in their order."""

    asked: tuple[TargetRun, ...]

    @property
    def exit_code(self) -> int:
        """The worst of the runs' exit codes: 0 only where every target is conformant."""
        codes = {one.exit_code for one in self.asked}
        return next((code for code in _WORST if code in codes), 0)

    @property
    def requirements(self) -> tuple[str, ...]:
        """Every requirement that any target was asked."""
        ids = (judgement.requirement.id for each in self.asked if each.result for judgement in each.result.judgements)
        return tuple(dict.fromkeys(ids))

    @property
    def differing(self) -> tuple[str, ...]:
        """The requirements on which not all targets have the same verdict."""
        return tuple(name for name in self.requirements if len({self.verdict(one, name) for one in self._told}) > 1)

    @property
    def alike(self) -> tuple[str, ...]:
        """The requirements on which all targets have the same verdict."""
        return tuple(name for name in self.requirements if name not in set(self.differing))

    @property
    def _told(self) -> tuple[TargetRun, ...]:
        return tuple(one for one in self.asked if one.result)

    def verdict(self, asked: TargetRun, requirement: str) -> Verdict | None:
        """Return the verdict on a requirement of one target; None if it was not told."""
        judgements = asked.result.judgements if asked.result else ()
        return next((judgement.verdict for judgement in judgements if judgement.requirement.id == requirement), None)

    def markdown(self) -> Iterator[str]:
        """Yield the table as lines of Markdown."""
        yield "# Targets\n"
        yield "| requirement | " + " | ".join(escaping.markdown(one.name) for one in self.asked) + " |"
        yield "| --- |" + " :---: |" * len(self.asked)
        yield "| **verdict** | " + " | ".join(escaping.markdown(_told(one)) for one in self.asked) + " |"
        for name in (*self.differing, *self.alike):
            verdicts = (self.verdict(one, name) for one in self.asked)
            yield f"| {name} | " + " | ".join(SIGNS[one].mark if one else "" for one in verdicts) + " |"
        yield "\n" + ", ".join(f"{SIGNS[verdict].mark} {verdict}" for verdict in Verdict)

    def html(self) -> bytes:
        """Return the table as a page that needs nothing else; each target links to its own report."""
        text = page_templates.page(
            "targets.html.jinja", targets=self, told=_told, signs=SIGNS, sign_of=sign_of, verdicts=list(Verdict)
        )
        return text.encode("utf-8", "replace")


def _told(asked: TargetRun) -> str:
    return asked.result.headline if asked.result else asked.failure or f"exit code {asked.exit_code}"
