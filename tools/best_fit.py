"""Asks whether best-fit names the right edition, of the faithful service and with each fault and variant planted.

    python -m tools.best_fit [--edition YYYY-MM] [--variants] [NAME ...]

sends a dozen requests to each, and prints a line for each that is named wrong; exit code 1 if there is one. If the
responses do not tell editions apart, all of them are named: that counts as right.
"""

import argparse
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.catalogue import CATALOGUE
from contracts.invariants import edition_fit
from contracts.vocabulary.exchange import Exchange
from contracts.vocabulary.outcomes import Inconclusive
from fixtures.http.client import Client
from fixtures.objects.workspace import Workspace
from fixtures.redaction.secret import Secret
from fixtures.reference.deviations import FAULTS, VARIANTS
from fixtures.reference.editions import EDITIONS
from fixtures.reference.server import ReferenceServer
from fixtures.run import edition_probes
from fixtures.target.target import Target

FAITHFUL = "faithful"


@dataclass(frozen=True)
class Deployed:
    """A deployment of one edition: the faithful one, or one with a fault or a freedom."""

    edition: str
    name: str
    url: str

    def choice(self) -> edition_fit.Choice:
        """Return the edition that fits what it answers."""
        return chosen(self.url)


def chosen(url: str) -> edition_fit.Choice:
    """Return the edition that fits what the reference service answers at `url`."""
    return edition_fit.choose(edition_fit.rank(answers(url)))


def answers(url: str) -> list[Exchange]:
    """Return what the reference service answers at `url` to what tells editions apart."""
    known, answered = ReferenceServer.credentials, list[Exchange]()
    target = Target(base_url=url, api_key=Secret(known.api_key), namespace=known.namespace)
    client = Client(target, answered.append)
    workspace = Workspace(client, secrets.token_hex(4), lambda _: None)
    try:
        edition_probes.ask(client, workspace)
    except Inconclusive:
        pass
    finally:
        client.close()
    return answered


def deployments(server: ReferenceServer, names: frozenset[str], *, variants: bool) -> Iterator[Deployed]:
    """Yield the deployments to be asked, those of one edition after the other."""
    for edition in EDITIONS:
        if not names or FAITHFUL in names:
            yield Deployed(edition, FAITHFUL, server.edition_url(edition))
        for fault in FAULTS.values():
            known = fault.holds_in(edition) and fault.breaks & CATALOGUE.in_edition(edition).keys()
            if known and (not names or fault.name in names):
                yield Deployed(edition, fault.name, server.fault_url(fault.name, edition))
        for variant in VARIANTS.values() if variants or names else ():
            if variant.holds_in(edition) and (not names or variant.name in names):
                yield Deployed(edition, variant.name, server.variant_url(variant.name, edition))


def main() -> int:
    """Ask, print what is named wrong and the numbers, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.best_fit", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="faults and variants (default all faults)")
    parser.add_argument("--edition", choices=tuple(EDITIONS), help="of one edition alone")
    parser.add_argument("--variants", action="store_true", help="ask the conforming variants as well")
    options = parser.parse_args()
    asked = wrong = shared = 0
    with ReferenceServer() as server:
        for deployed in deployments(server, frozenset(options.names), variants=options.variants):
            if options.edition not in (None, deployed.edition):
                continue
            choice = deployed.choice()
            asked += 1
            shared += len(choice.named) > 1
            if deployed.edition not in choice.named:
                wrong += 1
                print(f"{deployed.edition} {deployed.name}: {choice.sentences[0]}", flush=True)
    print(
        f"{asked} deployments asked: {wrong} named wrong, {shared} named with another edition that answers the same"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
