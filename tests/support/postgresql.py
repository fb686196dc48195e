"""A server of PostgreSQL for one test, in a folder of its own."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.commands import closed_port

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""The folders of the programs, by version; empty where PostgreSQL is not installed."""


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL of our own in `folder`, and return its URL."""
    programs = INSTALLED[-1]
    with closed_port() as where:
        port = where.rpartition(":")[2]
    # PostgreSQL does not start as root.
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    data = folder / "data"
    data.mkdir()
    if as_user:
        owner = pwd.getpwnam("postgres")
        os.chown(data, owner.pw_uid, owner.pw_gid)
        for parent in (folder, *folder.parents):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(0o755)
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([*as_user, programs / "initdb", "-D", data, "-U", "operation", "-A", "trust", "-N"], **quiet)  # type: ignore[call-overload]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    control = [*as_user, programs / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", data / "log", "start"], **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql://operation@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
