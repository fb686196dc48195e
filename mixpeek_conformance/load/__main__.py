"""`python -m mixpeek_conformance.load`: the command `load`, in a process where gevent waits for sockets."""
# ruff: noqa: E402 - what waits has to be changed before anything that waits is imported

from gevent import monkey

monkey.patch_all()

import signal
import sys

from fixtures.run.sigterm import TERMINATIONS
from mixpeek_conformance.cli import main

code = main(["load", *sys.argv[1:]])
for number in (signal.SIGINT, *TERMINATIONS):  # all is written: one that comes while gevent ends would be a traceback
    signal.signal(number, signal.SIG_IGN)
sys.exit(code)
