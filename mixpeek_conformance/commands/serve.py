"""The command `serve`: the reference service, with all its faults and variants, for trying things out."""

import os
from collections.abc import Mapping
from pathlib import Path

from contracts.vocabulary.exit_codes import Exit
from fixtures.reference.deviations import SERVED_FAULTS, SERVED_VARIANTS, Fault, Variant
from fixtures.reference.editions import DEFAULT, prefix
from fixtures.reference.server import ReferenceServer, ReferenceServerError
from fixtures.run import sigterm
from mixpeek_conformance.misspelt import advice
from mixpeek_conformance.streams import say


def serve(
    port: int, database: str | None, fault: str | None, variant: str | None, edition: str = DEFAULT, workers: int = 1
) -> int:
    """Serve until Ctrl-C, and say how to reach the service, or a fault or a variant of it."""
    try:
        below = prefix(edition) + _prefix(fault, variant, edition)
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


def _prefix(fault: str | None, variant: str | None, edition: str) -> str:
    """Return the path below which the chosen deviation is served. Raise LookupError if it is not, or not there."""
    if fault is not None and variant is not None:
        raise LookupError("--fault and --variant exclude each other: leave one of them out")
    tables: tuple[tuple[str | None, Mapping[str, Fault | Variant], str], ...] = (
        (fault, SERVED_FAULTS, "faults"),
        (variant, SERVED_VARIANTS, "variants"),
    )
    for chosen, known, kind in tables:
        if chosen is not None:
            if chosen not in known:
                close = advice(chosen, known, "serve --list names them")
                raise LookupError(f"{chosen!r} is none of the {kind}: {close}")
            if not (entry := known[chosen]).holds_in(edition):
                raise LookupError(f"{chosen} is none of the {kind} of edition {edition}: it is one {entry.told}")
            return f"/{kind}/{chosen}"
    return ""


def _announce(base_url: str, environment: Mapping[str, str]) -> None:
    for variable, value in {"MIXPEEK_BASE_URL": base_url, **environment}.items():
        say(f"export {variable}={value}")
    say(f'# of the vendor\'s SDK: Configuration(host="{base_url}"), or Mixpeek(base_url="{base_url}/v1")')
    say("# serving until Ctrl-C")


def _wrong(error: Exception) -> int:
    say(f"mixpeek-conformance serve: {error}", error=True)
    return Exit.WRONG_USE
