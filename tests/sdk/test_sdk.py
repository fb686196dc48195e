"""Whoever develops against `serve` does so with the vendor's SDK: both of its clients find all that they need."""

import subprocess
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from tests.sdk.releases import RELEASES, python_with
from tests.support.commands import environment_of

DRIVE = Path(__file__).with_name("drive.py")


@pytest.mark.parametrize("release", RELEASES)
def test_both_clients_do_all_they_need(reference: ReferenceServer, release: str) -> None:
    """The release makes, lists, patches, puts and deletes, with its generated and its high-level client."""
    known = environment_of(reference.credentials.environment)
    command: list[str | Path] = [python_with(release), "-W", "ignore", DRIVE, reference.base_url]
    done = subprocess.run(command, env=known, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[0] == release
    assert done.stdout.splitlines()[-1] == "high-level: namespaces shown, bucket deleted"
