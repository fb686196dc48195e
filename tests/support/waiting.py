"""Waiting in tests for what another process brings about."""

import time
from collections.abc import Callable

import pytest


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, a minute and a half at most."""
    ends = time.monotonic() + 90
    while not holds():
        if time.monotonic() > ends:
            pytest.fail("it did not come about in a minute and a half")
        time.sleep(0.1)
