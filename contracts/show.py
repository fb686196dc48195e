"""JSON values as a reader of a report sees them: short, and with what the eye would miss spelled out."""

import json

from contracts.exchange import shorten

LIMIT = 120


class Absent:
    """Stands for a field that is not there, which is something else than null."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()


def shown(value: object) -> str:
    """Give `value` as JSON on one line, cut to a readable length.

    Characters outside printable ASCII are followed by their code points, so that normal forms and
    look-alikes can be told apart.
    """
    if isinstance(value, Absent):
        return "absent"
    text = json.dumps(value, ensure_ascii=False, default=repr)
    points = [f"U+{ord(one):04X}" for one in text if not " " <= one <= "~"]
    escaped = "".join(one if one.isprintable() else " " for one in text)
    tail = f" ({' '.join(points[:12])}{' …' if len(points) > 12 else ''})" if points else ""
    return shorten(escaped, LIMIT) + tail
