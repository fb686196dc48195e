"""CLIENT: what the clients that people use can read. Judged if a program reads the responses: `--reader`."""

from contracts.catalogue import sources
from contracts.catalogue.requirement import Area, Level, Requirement

_ANOTHER_TIME = (
    "What a release of another time makes of it: a word that the edition has and the release does not know, a member"
    " that the edition does not declare. A response that the client has no type for. Members that it drops."
)

REQUIREMENTS = (
    Requirement(
        id="CLIENT-READS-OBJECT",
        level=Level.SHOULD,
        must_since="2026-06",
        area=Area.CLIENT,
        sentence="The vendor's client reads the answer 200 to a PATCH or a GET of an object, every member of it.",
        source=f"{sources.SDK}, model ObjectResponse",
        tolerates=f"{_ANOTHER_TIME} Answers that are cut, or nested more deeply than this suite reads.",
    ),
    Requirement(
        id="CLIENT-READS-ERROR",
        level=Level.SHOULD,
        must_since="2026-06",
        area=Area.CLIENT,
        sentence="The vendor's client reads a refusal of a PATCH or a GET as the error that it declares for it.",
        source=f"{sources.SDK}, model ErrorResponse",
        tolerates=(
            f"{_ANOTHER_TIME} The validation form of 422, in editions that publish it, for a release that has another"
            " one. Codes that the edition does not list. Answers of 5xx but 503 are left to ERROR-NO-5XX."
        ),
    ),
)
