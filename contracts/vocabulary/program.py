"""What starts the suite here: commands that are printed to be repeated begin with it."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

NAME = "mixpeek-conformance"
STARTED_AS = "MIXPEEK_CONFORMANCE_STARTED_AS"
"""The variable in which a script that starts the suite, such as `./conform`, says what it was called by."""

_FOR_ONE_CALL = (
    (("uv", "archive-v0"), "uvx", "--from"),
    (("uv", "builds-v0"), "uvx", "--from"),
    (("pipx", ".cache"), "pipx run", "--spec"),
)
"""Folders in the path of an environment that a tool made for one call, that tool, and its option for a source."""


def started_as(environment: Mapping[str, str] = os.environ, arguments: Sequence[str] | None = None) -> str:
    """Return the words with which the suite was started, so that they start it again from the same folder.

    They are the plain name if that leads to the same program, and in the log of a build, which others read.
    """
    program = Path((sys.argv if arguments is None else arguments)[0])
    if environment.get("CI"):
        return NAME
    if script := environment.get(STARTED_AS):
        return shlex.quote(script)
    if program.name != NAME or not program.exists():
        return NAME
    for folders, tool, option in _FOR_ONE_CALL:
        if set(folders) <= set(program.absolute().parts):
            source = _source_of(program)
            return f"{tool} {option} {shlex.quote(source)} {NAME}" if source else f"{tool} {NAME}"
    found = shutil.which(NAME, path=environment.get("PATH"))
    return NAME if found and program.samefile(found) else shlex.quote(str(program))


def _source_of(program: Path) -> str | None:
    """Return where an installer got a program from, without a password; None if it was a package index.

    How that is kept: https://packaging.python.org/en/latest/specifications/direct-url/
    """
    for record in program.parent.parent.glob(f"lib/*/site-packages/{NAME.replace('-', '_')}-*/direct_url.json"):
        try:
            kept = json.loads(record.read_text("utf-8"))
            address, commit = urlsplit(kept["url"]), kept.get("vcs_info")
            login, _, host = address.netloc.rpartition("@")
            user = f"{login.partition(':')[0]}@" if login and address.scheme.endswith("ssh") else ""
            url = urlunsplit(address._replace(netloc=user + host))
            return f"{commit['vcs']}+{url}@{commit['commit_id']}" if commit else url
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None
    return None
