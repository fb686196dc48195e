"""What breaks created_at and updated_at."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

REMEDIES = (
    remedy(
        "Python",
        "`datetime.utcnow()` and `datetime.now()` are naive: isoformat() has no offset.",
        "Use `datetime.now(UTC)`, and a column that keeps the zone: `DateTime(timezone=True)`, `timestamptz`.",
        "TIME-FORMAT",
        Area.TIMESTAMP,
    ),
    remedy(
        "PyMongo",
        "Dates come back naive, even if they were stored with a zone.",
        "Make the client with `tz_aware=True`.",
        "TIME-FORMAT",
    ),
    remedy(
        "Java and .NET",
        "LocalDateTime, and DateTime of an unspecified kind, are written without an offset.",
        "Use `OffsetDateTime` or `Instant`, and `DateTimeOffset`.",
        "TIME-FORMAT",
    ),
    remedy(
        "Django",
        "auto_now is left alone by `QuerySet.update()`, and by `save(update_fields=[...])` without updated_at.",
        "Name updated_at in both.",
        "TIME-MOVES",
    ),
    remedy(
        "whole rows that are replaced",
        "The row is written anew, so that the default of created_at is taken again.",
        "Update the columns that were sent; in MongoDB set created_at with `$setOnInsert`.",
        "TIME-CREATED-FIXED",
    ),
    remedy(
        "two clocks",
        "The database sets created_at and the application updated_at, or two servers disagree.",
        "Take both from one clock, that of the database.",
        "TIME-ORDER",
        "TIME-NOT-BACKWARDS",
    ),
    remedy(
        "PostgreSQL",
        "`now()` is when the transaction began: one that began early and ends late turns updated_at back.",
        "Set it with `clock_timestamp()`, after the row is locked.",
        "TIME-NOT-BACKWARDS",
    ),
    remedy(
        "SQLAlchemy, and triggers that set updated_at",
        "The answer is made from the object in memory, before the database has set the time.",
        "Refresh the object, or take the row from `RETURNING`.",
        "TIME-READ-BACK",
    ),
)
