"""What starts the suite here: commands that are printed to be repeated begin with it."""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

NAME = "mixpeek-conformance"
STARTED_AS = "MIXPEEK_CONFORMANCE_STARTED_AS"
"""The variable in which a script that starts the suite, such as `./conform`, says what it was called by."""

_FOR_ONE_CALL = (
    (("uv", "archive-v0"), f"uvx {NAME}"),
    (("uv", "builds-v0"), f"uvx {NAME}"),
    (("pipx", ".cache"), f"pipx run {NAME}"),
)
"""Folders in the path of an environment that a tool made for one call, and what calls it again."""


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
    for folders, call in _FOR_ONE_CALL:
        if set(folders) <= set(program.absolute().parts):
            return call
    found = shutil.which(NAME, path=environment.get("PATH"))
    return NAME if found and program.samefile(found) else shlex.quote(str(program))
