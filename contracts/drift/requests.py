"""The request line and the headers of an operation, compared: parameters, and the credentials that are sent along."""

from collections.abc import Iterator

from contracts.drift.bodies import medium_of
from contracts.drift.finding import Change, Direction, Drift
from contracts.drift.operation import DocumentOperation, Key, Parameter
from contracts.drift.reporting import Reporter, schema_of

_REQUEST = Direction.REQUEST


def parameters(report: Reporter) -> Iterator[Drift]:
    """Compare the parameters: those of the path by their order, headers in any case."""
    ours, theirs = _sent(report.ours, report.counterpart), _sent(report.counterpart, report.ours)
    moved: set[Key] = set()
    for key, parameter in ours.items():
        if key in theirs:
            yield from _parameter(report, parameter, theirs[key])
            continue
        elsewhere = next((one for one in theirs if one not in ours and one[1].lower() == key[1].lower()), None)
        if elsewhere is not None:
            moved.add(elsewhere)
        yield _absent(report, parameter, theirs.get(elsewhere) if elsewhere else None)
    for key, parameter in theirs.items():
        if key not in ours and key not in moved and key[0] != "path":
            change = Change.NARROWER if parameter.required else Change.ADDED
            actual = "required" if parameter.required else "optional"
            place = f"request {parameter.place}"
            yield report.found(
                "DRIFT-PARAMETER", change, _REQUEST, place, "no such parameter", actual, parameter.node.pointer
            )


def _sent(one: DocumentOperation, other: DocumentOperation) -> dict[Key, Parameter]:
    """Return the parameters of `one`, and the keys of its security schemes that are parameters of `other`."""
    found, alternatives = one.parameters(), one.security()
    known = other.parameters()
    for alternative in alternatives:
        for scheme in alternative:
            key, node = scheme.key, scheme.node
            if node is not None and key is not None and key in known and key not in found:
                everywhere = all(key in [one.key for one in each] for each in alternatives)
                name = node.text("name") or ""
                found[key] = Parameter(key[0], name, everywhere, node, is_credential=True)
    return found


def _absent(report: Reporter, parameter: Parameter, elsewhere: Parameter | None) -> Drift:
    place = f"request {parameter.place}"
    expected = "required" if parameter.required else "optional"
    origin = parameter.node.pointer
    if elsewhere is not None:
        actual, pointer = f"in the {elsewhere.location}, as {elsewhere.name}", elsewhere.node.pointer
        expected = f"in the {parameter.location}"
        return report.found("DRIFT-PARAMETER", Change.CHANGED, _REQUEST, place, expected, actual, pointer, origin)
    actual = "not declared"
    if parameter.location == "path":  # the template has it, so it can be sent
        return report.found("DRIFT-PARAMETER", Change.NOTED, _REQUEST, place, "described", actual, "", origin)
    return report.found("DRIFT-PARAMETER", Change.MISSING, _REQUEST, place, expected, actual, "", origin)


def _parameter(report: Reporter, ours: Parameter, theirs: Parameter) -> Iterator[Drift]:
    place, pointer, origin = f"request {ours.place}", theirs.node.pointer, ours.node.pointer
    if ours.required != theirs.required and ours.location != "path":
        change = Change.NARROWER if theirs.required else Change.WIDER
        words = {True: "required", False: "optional"}
        yield report.found(
            "DRIFT-PARAMETER", change, _REQUEST, place, words[ours.required], words[theirs.required], pointer, origin
        )
    if ours.is_credential or theirs.is_credential:
        return
    if theirs.node.flag("deprecated") and not ours.node.flag("deprecated"):
        sides = "not deprecated", "deprecated"
        yield report.found("DRIFT-DEPRECATED", Change.NOTED, _REQUEST, place, *sides, f"{pointer}/deprecated", origin)
    mine, others = medium_of(ours.node), medium_of(theirs.node)
    if ours.form != theirs.form and mine is None and others is None:
        expected, actual = (
            f"style {style}, {'' if explode else 'not '}exploded" for style, explode in (ours.form, theirs.form)
        )
        yield report.found("DRIFT-PARAMETER", Change.CHANGED, _REQUEST, place, expected, actual, pointer, origin)
    schemas = (mine or ours.node), (mine and schema_of(mine)) or schema_of(ours.node)
    other = (others or theirs.node), (others and schema_of(others)) or schema_of(theirs.node)
    for drift in report.schema(_REQUEST, place, schemas, other):
        if not (drift.id == "DRIFT-REQUEST-NULLABLE" and drift.place == place):  # no parameter can carry a null
            yield drift


_AUTHORIZATION = "a key in the header Authorization"
"""How generators without a word for it describe a bearer token."""


def security(report: Reporter) -> Iterator[Drift]:
    """Compare the credentials: whether those of the edition still suffice, and whether others, or none, do."""
    ours, theirs = _alternatives(report.ours, report.counterpart), _alternatives(report.counterpart, report.ours)
    place = "request credentials"
    expected, actual = _told(ours), _told(theirs)
    pointer = report.below("security")
    if "security" not in report.counterpart.node.members and "security" in report.counterpart.document.root.members:
        pointer = "/security"
    lost = [one for one in ours if not any(other <= _sent_by(one) for other in theirs)]
    new = [other for other in theirs if not any(one <= other for one in ours)]
    if lost:
        more = all(any(one < other for other in theirs) for one in lost)
        change = Change.NARROWER if more or not new else Change.CHANGED
    elif new:
        change = Change.WIDER
    else:
        return
    yield report.found("DRIFT-SECURITY", change, _REQUEST, place, expected, actual, pointer)


def _alternatives(one: DocumentOperation, other: DocumentOperation) -> list[frozenset[str]]:
    """Return the alternatives of credentials, without the headers that the other document calls parameters."""
    known = other.parameters()
    return [
        frozenset(need for scheme in each if scheme.key not in known for need in scheme.needs)
        for each in one.security()
    ]


def _sent_by(needs: frozenset[str]) -> frozenset[str]:
    """Return what a client sends by `needs`: HTTP authentication is a key in the header Authorization as well."""
    by_http = any(need.startswith("HTTP ") for need in needs)
    return needs | {_AUTHORIZATION, _AUTHORIZATION.lower()} if by_http else needs


def _told(alternatives: list[frozenset[str]]) -> str:
    return " or ".join(" and ".join(sorted(alternative)) or "none" for alternative in alternatives)
