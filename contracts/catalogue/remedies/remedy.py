"""A remedy: what usually breaks a requirement, in which framework or store, and how it is mended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """One usual cause and its fix, a sentence or two each; `where` is the framework, the store or the habit.

    `explains` are the ids of requirements that it breaks, and areas, whose requirements have it if they have none.
    """

    where: str
    cause: str
    fix: str
    explains: frozenset[str]


def remedy(where: str, cause: str, fix: str, *explains: str) -> Remedy:
    """Return a remedy of the requirements and areas that are named last."""
    return Remedy(where, cause, fix, frozenset(explains))
