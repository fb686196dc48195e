"""`python -m mixpeek_conformance.load`: the command `load`, in a process where gevent waits for sockets."""
# ruff: noqa: E402 - what waits has to be changed before anything that waits is imported

from gevent import monkey

monkey.patch_all()

import sys

from mixpeek_conformance.cli import main

sys.exit(main(["load", *sys.argv[1:]]))
