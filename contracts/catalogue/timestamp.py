"""TIMESTAMP: created_at and updated_at."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Capability, Level, Requirement

_FORMS = "Null, and leaving it out; any offset, any number of fraction digits."
_NEEDS = frozenset({Capability.TIMESTAMPS})

REQUIREMENTS = (
    Requirement(
        id="TIME-FORMAT",
        level=Level.MUST,
        area=Area.TIMESTAMP,
        sentence=(
            "created_at and updated_at are RFC 3339 date-times: a real calendar date, a time and a UTC offset."
        ),
        source=f"{sources.RESPONSE}, created_at, updated_at (date-time); {sources.DATE_TIME}",
        tolerates=f"{_FORMS} Lower-case t and z; a leap second.",
        needs=_NEEDS,
    ),
    Requirement(
        id="TIME-CREATED-FIXED",
        level=Level.MUST,
        area=Area.TIMESTAMP,
        sentence="A patch leaves created_at at the same instant.",
        source=f"{sources.DESCRIPTION}; {sources.RESPONSE}, created_at",
        tolerates=f"{_FORMS} Another way to write the same instant; an instant cut to whole seconds.",
        needs=_NEEDS,
    ),
    Requirement(
        id="TIME-ORDER",
        level=Level.MUST,
        area=Area.TIMESTAMP,
        sentence="updated_at is never before created_at.",
        source=f"{sources.RESPONSE}, created_at, updated_at",
        tolerates=(f"{_FORMS} The same instant; a second's difference where only one of the two has a fraction."),
        needs=_NEEDS,
    ),
    Requirement(
        id="TIME-NOT-BACKWARDS",
        level=Level.MUST,
        area=Area.TIMESTAMP,
        sentence="From one patch of an object to the next, updated_at does not go backwards.",
        source=f"{sources.RESPONSE}, updated_at",
        tolerates=f"{_FORMS} The same instant again, as coarse clocks give it.",
        needs=_NEEDS,
    ),
    Requirement(
        id="TIME-MOVES",
        level=Level.MUST,
        area=Area.TIMESTAMP,
        sentence="A patch that changes something moves updated_at forward.",
        source=f"{sources.RESPONSE}, updated_at: when the object was last updated",
        tolerates=f"{_FORMS} A clock of whole seconds: the check patches again when a second has passed.",
        needs=_NEEDS,
    ),
    Requirement(
        id="TIME-READ-BACK",
        level=Level.MUST,
        area=Area.TIMESTAMP,
        sentence="A patch is answered with the updated_at that it sets, while GET gives that one too.",
        source=f"{sources.RESPONSE}, updated_at: when the object was last updated",
        tolerates=(
            f"{_FORMS} A clock of whole seconds; an updated_at that GET gives later than the answer if the answer's"
            " is new too: the system may touch the object after the patch. One that does not move at all is left to"
            " TIME-MOVES, and a GET that gives an older one to MERGE-READ-BACK. The check judges what three patches"
            " in a row show, and waits up to two seconds for a read-back that lags."
        ),
        needs=_NEEDS | {Capability.READ_BACK},
    ),
)
