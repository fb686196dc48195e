"""The command `serve`: the reference service, with all its faults and variants, for trying things out."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.vocabulary.did_you_mean import advice
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.program import started_as
from fixtures.reference.deviations import SERVED_FAULTS, SERVED_VARIANTS, Fault, Variant
from fixtures.reference.editions import AND, DEFAULT, prefix
from fixtures.reference.server import ReferenceServer, ReferenceServerError
from fixtures.run import sigterm
from mixpeek_conformance.streams import say


def serve(
    port: int,
    database: str | None,
    faults: Sequence[str],
    variants: Sequence[str],
    edition: str = DEFAULT,
    workers: int = 1,
) -> int:
    """Serve until Ctrl-C, and say how to reach the service, or the one that has some faults or variants together."""
    try:
        below = prefix(edition) + _prefix(faults, variants, edition)
        if workers > 1 and not hasattr(os, "fork"):
            raise LookupError("--workers needs a system whose processes can fork: leave it out")
    except LookupError as error:
        return _wrong(error)
    place = database if database is None or database.startswith(("postgresql://", "postgres://")) else Path(database)
    server, began = ReferenceServer(place, port=port, workers=workers), False
    sigterm.as_interruption()
    try:
        with server:
            _announce(server.base_url + below, server.credentials.environment)
            began = True
            server.watch()
    except ReferenceServerError as error:
        code = _wrong(error)
        return Exit.SUITE_FAILED if began else code
    except KeyboardInterrupt:
        pass
    return 0


def show_deviations() -> int:
    """List the faults and the variants, a line each."""
    for fault in SERVED_FAULTS.values():
        say(f"fault    {fault.name:<40} {', '.join(sorted(fault.breaks))}: {fault.summary}{_period(fault)}")
    for variant in SERVED_VARIANTS.values():
        say(f"variant  {variant.name:<40} {variant.summary}{_period(variant)}")
    return 0


def _period(entry: Fault | Variant) -> str:
    """Return in which editions a fault or variant is one, in brackets; empty if in all."""
    return f" ({entry.told})" if entry.told else ""


def _prefix(faults: Sequence[str], variants: Sequence[str], edition: str) -> str:
    """Return the path below which the chosen deviations are served. Raise LookupError for what is not there."""
    if faults and variants:
        raise LookupError("--fault and --variant exclude each other: leave one of them out")
    tables: tuple[tuple[Sequence[str], Mapping[str, Fault | Variant], str], ...] = (
        (faults, SERVED_FAULTS, "faults"),
        (variants, SERVED_VARIANTS, "variants"),
    )
    for names, known, kind in tables:
        for chosen in names:
            if chosen not in known:
                close = advice(chosen, known, f"{started_as()} serve --list names them")
                raise LookupError(f"{chosen!r} is none of the {kind}: {close}")
            if not (entry := known[chosen]).holds_in(edition):
                raise LookupError(f"{chosen} is none of the {kind} of edition {edition}: it is one {entry.told}")
        if names:
            return f"/{kind}/{AND.join(names)}"
    return ""


def _announce(base_url: str, environment: Mapping[str, str]) -> None:
    for variable, value in {"MIXPEEK_BASE_URL": base_url, **environment}.items():
        say(f"export {variable}={value}")
    say(f'# of the vendor\'s SDK: Configuration(host="{base_url}"), or Mixpeek(base_url="{base_url}/v1")')
    say("# serving until Ctrl-C")


def _wrong(error: Exception) -> int:
    say(f"mixpeek-conformance serve: {error}", error=True)
    return Exit.WRONG_USE
