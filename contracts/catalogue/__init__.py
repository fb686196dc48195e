"""The catalogue: every requirement of every edition, one module an area, in the order of the reports.

A new requirement goes into the module of its area; its check goes into the suite of the same name.
"""

from contracts.catalogue import auth, client, errors, immutable, merge, namespace, response, status, timestamp
from contracts.catalogue.requirement import Catalogue

CATALOGUE = Catalogue(
    response.REQUIREMENTS,
    status.REQUIREMENTS,
    timestamp.REQUIREMENTS,
    merge.REQUIREMENTS,
    immutable.REQUIREMENTS,
    auth.REQUIREMENTS,
    namespace.REQUIREMENTS,
    errors.REQUIREMENTS,
    client.REQUIREMENTS,
)

__all__ = ["CATALOGUE"]
