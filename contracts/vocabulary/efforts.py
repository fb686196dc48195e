"""Efforts: how much of the space a run asks, from the least to the most, and what each of them leaves out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How much a run asks.

    `examples` are generated for each check, and `explicit` ones asked at most, None for all of them. `aside` says
    whether observations, the state machine and the cases of schemathesis are asked as well. `requests` is what a
    whole run sends in one lane, as measured against the reference service, and `in_a_row` how many of them wait for
    each other in any number of lanes: those of the preflight, of set-up and removal, and of the longest check.
    """

    name: str
    examples: int
    requests: int
    in_a_row: int
    leaves_out: str
    explicit: int | None = None
    aside: bool = True


EFFORTS: dict[str, Effort] = {
    one.name: one
    for one in (
        Effort(
            "smoke",
            0,
            150,
            40,
            "generated examples, all but the first of each check, observations, sequences in any order, and cases"
            " of schemathesis",
            explicit=1,
            aside=False,
        ),
        Effort("quick", 0, 450, 45, "generated examples, and sequences in any order"),
        Effort("standard", 100, 6_300, 100, ""),
        Effort("thorough", 500, 27_000, 300, ""),
    )
}
"""The efforts by their names."""

AUDIT = "audit"
"""What stands in the place of the effort of an audit, which sends nothing."""

LOAD = "load"
"""What stands there for a load run, which asks with many users at once what can be judged that way."""


def within(effort: str, most: int | None) -> str:
    """Return the effort of a run that may send `most` requests: `effort`, or the greatest below it that they allow.

    Too few requests for any of them are spent as those of smoke.
    """
    names = list(EFFORTS)
    allowed = names[: names.index(effort) + 1]
    fitting = [name for name in allowed if most is None or EFFORTS[name].requests <= most]
    return fitting[-1] if fitting else names[0]
