"""The requirements of the default edition, by which the runs of most tests are judged."""

from contracts.catalogue import CATALOGUE
from contracts.editions.edition import DEFAULT

OURS = CATALOGUE.in_edition(DEFAULT)
