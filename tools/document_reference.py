"""Writes the pages of the documentation that are made from the code: requirements, observations, faults, commands.

python -m tools.document_reference FOLDER

Sphinx does it for `docs/` by itself, before it reads that folder. The pages are in no checkout.
"""

import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from contracts.catalogue import CATALOGUE
from contracts.catalogue.observations import OBSERVATIONS
from contracts.catalogue.remedies import remedies
from contracts.catalogue.requirement import Area, Requirement, declared
from fixtures.reference.deviations import FAULTS, VARIANTS
from mixpeek_conformance.cli import commands
from mixpeek_conformance.commands.explain import checks_of, faults_of
from mixpeek_conformance.parsing import EVERY

REQUIREMENTS = "reference/requirements"
_TREE = "```{{toctree}}\n:hidden:\n\n{}\n```\n"


def names() -> list[str]:
    """Return the paths of the pages in the documentation."""
    listed = ("reference/observations.md", "reference/faults.md", "reference/commands.md")
    return [
        f"{REQUIREMENTS}/index.md",
        *(f"{REQUIREMENTS}/{requirement_id}.md" for requirement_id in CATALOGUE),
        *listed,
    ]


def pages() -> dict[str, str]:
    """Return the text of each page, by its path in the documentation."""
    made = {f"{REQUIREMENTS}/{requirement.id}.md": _requirement(requirement) for requirement in CATALOGUE.values()}
    return {
        **made,
        f"{REQUIREMENTS}/index.md": "\n".join(_requirements()),
        "reference/observations.md": "\n".join(_observations()),
        "reference/faults.md": "\n".join(_faults()),
        "reference/commands.md": "\n".join(_commands()),
    }


def write(folder: Path) -> None:
    """Write the pages below `folder`, and remove those of requirements that are no more."""
    shutil.rmtree(folder / REQUIREMENTS, ignore_errors=True)
    for name, text in pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _requirement(one: Requirement) -> str:
    return "\n".join(_parts(one)) + "\n"


def _parts(one: Requirement) -> Iterator[str]:
    editions = one.told or "in every edition"
    yield f"# {one.id}\n\n**{one.level}** · area {one.area} · {editions}\n\n> {_prose(one.sentence)}\n"
    yield f"## Where it is published\n\n{_prose(one.source)}.\n"
    yield f"## What is tolerated\n\n{_linked(_prose(one.tolerates), one.id)}\n"
    if one.needs:
        needs = sorted(one.needs)
        yield f"## What it needs\n\n{', '.join(needs)}. If the target lacks it, declare `{declared(needs)}`.\n"
    yield "## Usual causes, and how to fix them\n"
    for remedy in remedies(one):
        yield f"**{_prose(remedy.where)}**\n: {_prose(remedy.cause)}\n: *Fix:* {_prose(remedy.fix)}\n"
    yield "## How it is tested\n"
    yield _points(f"`{check}`" for check in checks_of(one.id))
    faults = list(faults_of(one.id))
    yield "\n## Faults that break it\n"
    yield _points(f"`{fault.name}`: {_prose(fault.summary)}" for fault in faults)
    if faults:
        yield "\nTo see one of them, serve it, and ask what is served:\n"
        yield f"```sh\nmixpeek-conformance serve --fault {faults[0].name}\n```"


def _requirements() -> Iterator[str]:
    yield f"# Requirements\n\nThe catalogue has {len(CATALOGUE)} requirements. Each has a page with its source, what"
    yield "is tolerated, the usual causes of a violation and their fixes, its checks, and the faults that break it."
    yield "`mixpeek-conformance explain ID` shows the same in a terminal.\n"
    for area in Area:
        yield f"## {area}\n\n| requirement | level | clause |\n| --- | --- | --- |"
        ours = [requirement for requirement in CATALOGUE.values() if requirement.area is area]
        yield from (f"| [{one.id}]({one.id}.md) | {one.level} | {_cell(one.sentence)} |" for one in ours)
        yield ""
    yield _TREE.format("\n".join(CATALOGUE))


def _observations() -> Iterator[str]:
    yield "# Observations\n\nIf the sources say nothing, or disagree, a run records what the target does, and judges"
    yield f"nothing. There are {len(OBSERVATIONS)} such questions.\n"
    yield "| id | question | what the sources say |\n| --- | --- | --- |"
    yield from (
        f"| {observation.id} | {_cell(observation.question)} | {_cell(observation.open)} |"
        for observation in OBSERVATIONS.values()
    )
    yield ""


def _faults() -> Iterator[str]:
    yield f"# Faults and variants\n\nThe reference service has {len(FAULTS)} faults written by hand, which break what"
    yield f"they declare, and {len(VARIANTS)} conforming variants, which break nothing. `serve --fault NAME` and"
    yield "`serve --variant NAME` serve them, and `prove NAME` asks them. `serve --list` has those of operators.\n"
    yield "## Faults\n"
    for fault in FAULTS.values():
        broken = ", ".join(f"[{one}](requirements/{one}.md)" for one in sorted(fault.breaks))
        yield f"- `{fault.name}`: {_prose(fault.summary)} Breaks {broken}."
    yield "\n## Variants\n"
    yield _points(f"`{variant.name}`: {_prose(variant.summary)}" for variant in VARIANTS.values())


def _commands() -> Iterator[str]:
    yield "# Commands\n\nWhat each command says with `--help-all`, or with `--help` if it has no rare options.\n"
    root = click.Context(commands, info_name="mixpeek-conformance", terminal_width=100, max_content_width=100)
    for name in commands.list_commands(root):
        command = commands.get_command(root, name)
        if command is not None:
            context = click.Context(command, info_name=name, parent=root, terminal_width=100, max_content_width=100)
            context.meta[EVERY] = True
            yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _points(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _prose(text: str) -> str:
    """Return `text` as Markdown: what stands in back-quotes is code, and nothing else is markup."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\g<0>", part) for part in parts)


def _linked(text: str, own: str) -> str:
    """Return `text` with a link to each other requirement that it names."""

    def link(found: re.Match[str]) -> str:
        return f"[{found[0]}]({found[0]}.md)" if found[0] in CATALOGUE and found[0] != own else found[0]

    return re.sub(r"[A-Z]+(?:-[A-Z0-9]+)+", link, text)


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


_MARKUP = re.compile(r"[\\*_\[\]<>{}$]")


def main(arguments: list[str]) -> int:
    """Write the pages to the folder that is named."""
    if len(arguments) != 1:
        print("python -m tools.document_reference FOLDER", file=sys.stderr)
        return 2
    write(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
