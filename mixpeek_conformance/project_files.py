"""The files that a project begins with: targets, waivers, and the jobs of CI."""

import os
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.catalogue import levels
from contracts.catalogue.requirement import Capability
from fixtures.target.options import BY_NAME, OPTIONS
from reports.result import waiver_file

SOURCE = "CONFORMANCE_SUITE"
"""The variable of a job that says where pip gets the suite, if this machine does not know of a place for all."""


_FOREIGN = ("MIXPEEK_FOREIGN_API_KEY", "MIXPEEK_FOREIGN_NAMESPACE")
PLACE, _USUAL, _LEVEL, _WITHOUT = ("base-url", "namespace"), ("api-key-env", "effort"), "suite-level", "without"
REFERENCE = re.compile(r"\$\{\w+\}|\$[A-Za-z_]\w*", re.ASCII)
_WIDTH = 110
_HEAD = (
    "# The targets of mixpeek-conformance: one table each, chosen with --target NAME. An option on the command",
    "# line wins over the environment, and that over this file. A key is never written here, but its variable.",
    "# mixpeek-conformance schema conformance.toml prints the JSON Schema of this file, for editors.",
    "",
)
_ABOUT_LEVEL = ("# what releases after this one ask is reported, and does not count until this says so",)
_ABOUT_FOREIGN = (
    "# No key of another organisation is known, so isolation from it is not asked, and each report says so.",
    f"# If you have one, put it into {_FOREIGN[0]}, its namespace into {_FOREIGN[1]},",
    "# and delete this line.",
)


@dataclass(frozen=True)
class Jobs:
    """What jobs of CI are written: for which `services`, and whether they ask `pull_requests` too.

    `install` is what pip installs the suite from, None to find that out; `index_url` another package index. Both may
    name variables of the job, such as `${TOKEN}`.
    """

    services: Sequence[str] = ()
    pull_requests: bool = False
    install: str | None = None
    index_url: str | None = None


def is_alone() -> bool:
    """Whether no key of another organisation is known, so that isolation from it cannot be asked."""
    return not all(os.environ.get(variable) for variable in _FOREIGN)


def targets(name: str, values: Mapping[str, str]) -> str:
    """Return `conformance.toml`: the table of one target, and every other option as a comment, with an example.

    What is not known stands there as a comment too, so that nothing is asked that nobody has named.
    """
    lines = [*_HEAD, f"[targets.{name}]"]
    for known in PLACE:
        value = _toml(values.get(known) or BY_NAME[known].example)
        lines.append(f"{known} = {value}" if known in values else f"#{known} = {value}  # put yours here")
    lines += [f"{known} = {_toml(BY_NAME[known].default)}" for known in _USUAL]
    lines += [*_ABOUT_LEVEL, f"{_LEVEL} = {_toml(levels.NEWEST)}"]
    written = [*PLACE, *_USUAL, _LEVEL]
    if "edition" in values:
        lines.append(f"edition = {_toml(values['edition'])}")
        written.append("edition")
    if is_alone():
        lines += [*_ABOUT_FOREIGN, f"{_WITHOUT} = {_toml([str(Capability.FOREIGN_KEY)])}"]
        written.append(_WITHOUT)
    others = [option for option in OPTIONS if option.in_file and option.name not in written]
    for group, options in groupby(others, key=lambda option: option.group):
        lines += ["", f"# --- {group} ---"]
        for option in options:
            lines += [f"# {line}" for line in textwrap.wrap(option.told, _WIDTH)]
            lines.append(f"#{option.name} = {_toml(option.example)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Return a value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case str():
            return f'"{waiver_file.quoted(value)}"'
        case _:
            return str(value)


def _argument(value: str) -> str:
    """Return `value` as one argument in bash and sh, in which names of variables stay what they are."""
    pieces = re.split(f"({REFERENCE.pattern})", value)
    plain = (one if index % 2 else re.sub(r'([\\"`$])', r"\\\1", one) for index, one in enumerate(pieces))
    return f'"{"".join(plain)}"'


def rendered(file: str, name: str, jobs: Jobs | None = None, source: str | None = None) -> str:
    """Return a template with the names of the target; its marks are none of those that a job has for itself."""
    templates = Environment(
        loader=PackageLoader("mixpeek_conformance"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - no HTML: YAML and TOML
    )
    jobs = jobs or Jobs()
    index = f"--index-url {_argument(jobs.index_url)} " if jobs.index_url else ""
    return templates.get_template(file).render(
        target=name,
        day=(datetime.now(UTC).date() + waiver_file.USUAL).isoformat(),
        pull_requests=jobs.pull_requests,
        install=None if source is None else index + _argument(source),
        index=index,
        source=SOURCE,
        from_git=source is None or "git+" in source,
    )
