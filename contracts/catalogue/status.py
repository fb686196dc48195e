"""STATUS: the processing status of the object."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Level, Requirement

REQUIREMENTS = (
    Requirement(
        id="STATUS-MEMBER",
        level=Level.MUST,
        area=Area.STATUS,
        sentence="status is a member of the edition's enumeration, in exactly its case and spacing.",
        source=f"{sources.RESPONSE}, status",
        tolerates="Leaving status out; from 2026-06 on null, of which its source says nothing.",
    ),
    Requirement(
        id="STATUS-UNCHANGED",
        level=Level.MUST,
        area=Area.STATUS,
        sentence="A patch sets off no processing: the status of an object at rest stays what it was.",
        source=sources.DESCRIPTION,
        tolerates=(
            "An object that was still being processed when it was patched; a change that an untouched twin"
            " shows too; a change that a second fresh object does not show."
        ),
    ),
)
