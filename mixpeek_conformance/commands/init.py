"""The command `init`: writes the files that a project needs to ask a target, and overwrites none."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from itertools import groupby
from pathlib import Path

from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.version import suite_version
from fixtures.target.option import Option
from fixtures.target.options import BY_NAME, OPTIONS
from fixtures.target.target import Misconfigured, base_url_of
from mixpeek_conformance.streams import say
from reports.result import waivers

TARGETS = "conformance.toml"
WORKFLOWS = {"github": ".github/workflows/conformance.yml", "gitlab": ".gitlab-ci.yml"}
"""The services, and the file that each of them reads."""

_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ACTIVE = ("base-url", "namespace", "api-key-env", "effort", "suite-level")
"""What the table of the target holds; all else stands there as a comment."""

_WIDTH = 110


def init(folder: Path, name: str, services: Sequence[str], given: Mapping[str, str | None]) -> int:
    """Write `conformance.toml`, `waivers.toml` and the files of `services` to `folder`, for the target `name`.

    `given` are the base URL and the namespace, if they are known. Nothing is written if one of the files is there.
    """
    if not _NAME.fullmatch(name):
        return _wrong(f"--name {name!r} is no name of a target: give letters, digits, hyphens and underscores")
    try:
        values = {option: value for option, value in given.items() if value is not None}
        if "base-url" in values:
            values["base-url"] = base_url_of(values["base-url"])
    except Misconfigured as error:
        return _wrong(str(error))
    files = {TARGETS: targets(name, values), waivers.FILE: _template("waivers.toml", name)}
    files |= {WORKFLOWS[service]: _template(f"{service}.yml", name) for service in services}
    if taken := [one for one in files if (folder / one).exists() or (folder / one).is_symlink()]:
        there = f"{', '.join(taken)} {'is' if len(taken) == 1 else 'are'} there already"
        return _wrong(f"{there}, and nothing is overwritten: move it away, or call init in another folder")
    try:
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            with (folder / file).open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
            say(f"wrote  {file}")
    except OSError as error:
        return _wrong(f"{error.filename} cannot be written: {error.strerror}")
    for line in _next(name, services, values):
        say(line)
    return Exit.CONFORMANT


def _next(name: str, services: Sequence[str], values: Mapping[str, str]) -> Iterator[str]:
    missing = [option for option in ("base-url", "namespace") if option not in values]
    if missing:
        yield f"next   put your {' and '.join(missing)} into {TARGETS}"
    yield f"next   export MIXPEEK_API_KEY=sk_...   and try: mixpeek-conformance doctor --target {name}"
    for service in services:
        where = {"github": "a secret of the repository", "gitlab": "a masked variable of the project"}[service]
        yield f"next   make MIXPEEK_API_KEY {where}, for {WORKFLOWS[service]}"


def targets(name: str, values: Mapping[str, str]) -> str:
    """Return `conformance.toml`: the table of one target, and every other option as a comment, with an example."""
    lines = [
        "# The targets of mixpeek-conformance: one table each, chosen with --target NAME. An option on the command",
        "# line wins over the environment, and that over this file. A key is never written here, but its variable.",
        "# mixpeek-conformance schema conformance.toml prints the JSON Schema of this file, for editors.",
        "",
        f"[targets.{name}]",
        *(f"{option} = {_toml(values.get(option) or _example(BY_NAME[option]))}" for option in _ACTIVE),
    ]
    others = [option for option in OPTIONS if option.in_file and option.name not in _ACTIVE]
    for group, options in groupby(others, key=lambda option: option.group):
        lines += ["", f"# --- {group} ---"]
        for option in options:
            lines += [f"# {line}" for line in textwrap.wrap(option.told, _WIDTH)]
            lines.append(f"#{option.name} = {_toml(_example(option))}")
    return "\n".join(lines) + "\n"


def _example(option: Option) -> object:
    return option.default if option.default is not None and option.name in _ACTIVE else option.example


def _toml(value: object) -> str:
    """Return a value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case str():
            return f'"{waivers.quoted(value)}"'
        case _:
            return str(value)


def _template(file: str, name: str) -> str:
    text = (resources.files("mixpeek_conformance") / "templates" / file).read_text("utf-8")
    day = datetime.now(UTC).date() + waivers.USUAL
    for mark, value in (("@TARGET@", name), ("@VERSION@", suite_version()), ("@DAY@", day.isoformat())):
        text = text.replace(mark, value)
    return text


def _wrong(sentence: str) -> int:
    say(f"mixpeek-conformance init: {sentence}", error=True)
    return Exit.WRONG_USE
