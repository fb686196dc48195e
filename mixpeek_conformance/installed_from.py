"""Where pip got this very suite from, so that another machine can get it from there too."""

import json
import os
import re
import subprocess
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

from contracts.vocabulary.version import suite_version
from mixpeek_conformance.layout import ROOT

NAME = "mixpeek-conformance"
_SECONDS = 10.0
"""How long git may take to answer."""

_SHORT = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)", re.ASCII)
"""An address as ssh writes it: git@host:path."""


def requirement(project: Path) -> str | None:
    """Return what `pip install` takes to install this suite on another machine that has the folder `project`.

    That is a version of the package index, the commit of a git repository, an address, or a path inside `project`.
    None if the suite came from a place that this machine alone has. How an installer keeps where a package came from:
    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    if (ROOT / "hatch_build.py").is_file():  # a checkout, whether it is installed or not
        return _of_folder(ROOT, project)
    try:
        text = metadata.distribution(NAME).read_text("direct_url.json")
        recorded = None if text is None else json.loads(text)
        if recorded is None:
            return f"{NAME}=={suite_version()}"
        return _of_url(str(recorded["url"]), recorded.get("vcs_info"), project)
    except (metadata.PackageNotFoundError, ValueError, KeyError, TypeError):
        return None


def _of_url(url: str, commit: dict[str, str] | None, project: Path) -> str | None:
    address = urlsplit(url)
    if commit is not None:
        return f"{NAME} @ {commit['vcs']}+{_public(url)}@{commit['commit_id']}"
    if address.scheme != "file":
        return f"{NAME} @ {_public(url)}"
    path = Path(url2pathname(address.path))
    return _of_folder(path, project) if path.is_dir() else _inside(path, project)


def _of_folder(folder: Path, project: Path) -> str | None:
    return _inside(folder, project) or _of_clone(folder)


def _inside(path: Path, project: Path) -> str | None:
    """Return a path from the root of the `project`, which a job of CI begins in, if it is there."""
    top = Path(_git(project, "rev-parse", "--show-toplevel") or project).resolve()
    inside = path.resolve().is_relative_to(top) and path.resolve() != top
    return f"./{path.resolve().relative_to(top).as_posix()}" if inside else None


def _of_clone(folder: Path) -> str | None:
    """Return the commit of a clone at its origin; None if it has none, or the commit is not known to be there."""
    remote, commit = _git(folder, "remote", "get-url", "origin"), _git(folder, "rev-parse", "HEAD")
    top = _git(folder, "rev-parse", "--show-toplevel")
    if not (remote and commit and top and Path(top).resolve() == folder.resolve()):
        return None
    if not _git(folder, "branch", "--remotes", "--contains", commit):
        return None
    if short := _SHORT.fullmatch(remote):  # a job of CI has no key for ssh
        remote = f"https://{short[1]}/{short[2].lstrip('/')}"
    return f"{NAME} @ git+{_public(remote)}@{commit}" if urlsplit(remote).scheme in ("http", "https", "ssh") else None


def _public(url: str) -> str:
    """Return a URL without a password or a token in it; a user name of ssh stays, without which it leads nowhere."""
    address = urlsplit(url)
    user, _, host = address.netloc.rpartition("@")
    login = f"{user.partition(':')[0]}@" if user and address.scheme.endswith("ssh") else ""
    return urlunsplit(address._replace(netloc=login + host))


def _git(folder: Path, *arguments: str) -> str:
    """Return what git says of a folder; empty if it says nothing, or is not there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, env=environment, check=False)  # noqa: S603 - no shell
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
