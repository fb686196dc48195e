"""Files that users name. A pipe or a device may never end, so it is refused before it is opened."""

import errno
import os
import stat
from pathlib import Path

LARGEST = 20_000_000
"""Bytes of a file of settings, at most."""


def plain(path: Path) -> Path:
    """Return `path`. Raises OSError if it is a folder, a pipe, a socket or a device, or cannot be looked at."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "Not a plain file", str(path))
    return path


def text_of_file(path: Path) -> str:
    """Return the text of a plain file in UTF-8. Raises OSError, also for one that is too large, or ValueError."""
    with plain(path).open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
