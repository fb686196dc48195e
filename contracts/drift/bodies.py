"""The bodies of an operation, compared: of the request, and of every response with its headers."""

from collections.abc import Iterator

from contracts.drift.document import Node
from contracts.drift.finding import Change, Direction, Drift
from contracts.drift.forms import Schema
from contracts.drift.reporting import Reporter, schema_of

_REQUEST, _RESPONSE = Direction.REQUEST, Direction.RESPONSE
_CLIENT_KNOWS = ("4", "5")
"""First digits of statuses: a client treats an unknown status as the first one of its class (RFC 9110 section 15)."""


_READABLE = ("utf-8", "utf8", "us-ascii", "ascii")
"""Charsets that say nothing: JSON is written in these anyway (RFC 8259 section 8.1)."""


def medium_of(holder: Node) -> Node | None:
    """Return the media type of a parameter that has one in place of a schema."""
    return next((node for _, node in holder.each("content")), None)


def bodies(report: Reporter) -> Iterator[Drift]:
    """Compare the bodies of the requests."""
    ours, theirs = _body(report.ours.node), _body(report.counterpart.node)
    place = "request body"
    if ours is None and theirs is None:
        return
    if ours is None or theirs is None:
        there = ours or theirs
        required = there is not None and there.flag("required")
        need = "required" if required else "optional"
        change = Change.MISSING if theirs is None else Change.NARROWER if required else Change.ADDED
        expected, actual = (need, "no body") if theirs is None else ("no body", need)
        pointer = theirs.pointer if theirs is not None else ""
        yield report.found("DRIFT-REQUEST-BODY", change, _REQUEST, place, expected, actual, pointer)
        return
    words = {True: "required", False: "optional"}
    needed, asked = ours.flag("required"), theirs.flag("required")
    if needed != asked:
        change = Change.NARROWER if asked else Change.WIDER
        yield report.found(
            "DRIFT-REQUEST-BODY", change, _REQUEST, place, words[needed], words[asked], theirs.pointer, ours.pointer
        )
    yield from _contents(report, _REQUEST, place, ours, theirs)


def _body(operation: Node) -> Node | None:
    node = operation.get("requestBody")
    return None if node is None else node.followed()


def responses(report: Reporter) -> Iterator[Drift]:
    """Compare the responses, status by status: a range or `default` of the document stands for what it covers."""
    ours, theirs = _statuses(report.ours.node), _statuses(report.counterpart.node)
    used = set()
    for status, node in ours.items():
        covering = next((one for one in _covering(status) if one in theirs), None)
        if covering is None:
            sides = f"status {status.lower()}", ", ".join(theirs).lower() or "no status"
            pointer = report.below("responses")
            place = _place(status)
            yield report.found(
                "DRIFT-RESPONSE-STATUS", Change.MISSING, _RESPONSE, place, *sides, pointer, node.pointer
            )
            continue
        used.add(covering)
        yield from _response(report, status, covering, node, theirs[covering])
    for status, node in theirs.items():
        if status not in used:
            yield from _new_status(report, status, node, ours)


def _response(report: Reporter, status: str, covering: str, ours: Node, theirs: Node) -> Iterator[Drift]:
    """Compare one response of the edition with what covers it in the document."""
    place = _place(status)
    if covering != status and status.startswith("2"):
        sides = status, covering.lower()
        yield report.found(
            "DRIFT-RESPONSE-STATUS", Change.WIDER, _RESPONSE, place, *sides, theirs.pointer, ours.pointer
        )
    yield from _headers(report, place, ours, theirs)
    yield from _contents(report, _RESPONSE, f"{place} body", ours, theirs)


def _new_status(report: Reporter, status: str, node: Node, ours: dict[str, Node]) -> Iterator[Drift]:
    """Say that the document has a status which the edition lacks, unless a range of the edition covers it."""
    known = next((one for one in _covering(status) if one in ours), None)
    if known is not None:
        yield from _response(report, known, known, ours[known], node)
    elif status != "DEFAULT":  # which speaks of statuses that nobody has promised
        change = Change.ADDED if status.startswith(_CLIENT_KNOWS) else Change.WIDER
        sides = f"no status {status.lower()}", f"status {status.lower()}"
        yield report.found("DRIFT-RESPONSE-STATUS", change, _RESPONSE, _place(status), *sides, node.pointer)


def _place(status: str) -> str:
    return f"response {status.lower() if status == 'DEFAULT' else status}"


def _statuses(operation: Node) -> dict[str, Node]:
    return {
        status.upper(): node.followed() for status, node in operation.each("responses") if not status.startswith("x-")
    }


def _covering(status: str) -> tuple[str, ...]:
    """Return the names under which a document may describe a status, the most exact one first."""
    return tuple(dict.fromkeys((status, f"{status[:1]}XX", "DEFAULT")))


def _headers(report: Reporter, place: str, ours: Node, theirs: Node) -> Iterator[Drift]:
    mine, others = _by_name(ours), _by_name(theirs)
    words = {True: "always there", False: "there at times"}
    for key, (name, header) in mine.items():
        where = f"{place} header {name}"
        if key not in others:
            sides = words[header.flag("required")], "not declared"
            yield report.found(
                "DRIFT-RESPONSE-HEADER", Change.MISSING, _RESPONSE, where, *sides, theirs.pointer, header.pointer
            )
            continue
        other = others[key][1]
        always, still = header.flag("required"), other.flag("required")
        if always != still:
            change = Change.WIDER if always else Change.NARROWER
            sides = words[always], words[still]
            yield report.found(
                "DRIFT-RESPONSE-HEADER", change, _RESPONSE, where, *sides, other.pointer, header.pointer
            )
        yield from report.schema(_RESPONSE, where, _with_schema(header), _with_schema(other))
    for key, (name, header) in others.items():
        if key not in mine:
            sides = "not declared", words[header.flag("required")]
            where = f"{place} header {name}"
            yield report.found("DRIFT-RESPONSE-HEADER", Change.ADDED, _RESPONSE, where, *sides, header.pointer)


def _by_name(response: Node) -> dict[str, tuple[str, Node]]:
    """Return the headers by their names in lower case; Content-Type is none (OpenAPI 3.1, section 4.8.17.1)."""
    found = {name.lower(): (name, node.followed()) for name, node in response.each("headers")}
    return {key: one for key, one in found.items() if key != "content-type"}


def _with_schema(holder: Node) -> tuple[Node, Schema]:
    medium = medium_of(holder)
    return (holder, schema_of(holder)) if medium is None else (medium, schema_of(medium))


def _contents(report: Reporter, direction: Direction, place: str, ours: Node, theirs: Node) -> Iterator[Drift]:
    """Compare what stands in a body, media type by media type."""
    mine, others = _media(ours), _media(theirs)
    name = f"DRIFT-{direction.upper()}-MEDIA-TYPE"
    used = set()
    for kind, medium in mine.items():
        wide = (kind, f"{kind.partition('/')[0]}/*", "*/*")
        found = next((one for one in wide if one in others), None)
        if found is None:
            sides = kind, ", ".join(others) or "no body"
            yield report.found(name, Change.MISSING, direction, place, *sides, theirs.pointer, medium.pointer)
            continue
        used.add(found)
        yield from report.schema(direction, place, _with_schema_of(medium), _with_schema_of(others[found]))
    for kind, medium in others.items():
        if kind not in used and kind not in mine:
            sides = f"no {kind}", kind
            yield report.found(name, Change.ADDED, direction, place, *sides, medium.pointer)


def _with_schema_of(medium: Node) -> tuple[Node, Schema]:
    return medium, schema_of(medium)


def _media(holder: Node) -> dict[str, Node]:
    """Return the media types without their parameters, but for a charset in which JSON cannot be read."""
    found: dict[str, Node] = {}
    for name, node in holder.each("content"):
        kind, *parameters = (part.strip().lower() for part in name.split(";"))
        charset = next(
            (parameter for parameter in parameters if parameter.replace(" ", "").startswith("charset=")), None
        )
        known = charset is None or charset.partition("=")[2].strip(" \"'") in _READABLE
        found.setdefault(kind if known else f"{kind}; {charset}", node)
    return found
