"""`python -m mixpeek_conformance` is the command `mixpeek-conformance`."""

import sys

from mixpeek_conformance.cli import main

sys.exit(main())
