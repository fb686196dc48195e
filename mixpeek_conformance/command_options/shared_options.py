"""Options and values that commands of several modules take."""

from pathlib import Path

import click

from mixpeek_conformance.argument_kinds import OneOf

AS_JSON = click.option("--json", "as_json", is_flag=True, help="print JSON")
"""Of every command that prints what it found."""

FILE = click.Path(path_type=Path, readable=False)
"""Any name: what is wrong with the file that has it, the command says when it opens it."""

FORMAT = click.option(
    "--format",
    "form",
    type=OneOf(("text", "markdown", "json")),
    default="text",
    metavar="FORMAT",
    help="text, markdown or json (default text)",
)
