"""What a project keeps: its files (`init`, `schema`), and what lets a shell complete the command (`completion`)."""

from pathlib import Path
from typing import Any

import click

from mixpeek_conformance.argument_kinds import OneOf
from mixpeek_conformance.parsing import COMPLETING, PROGRAM, by_name, command


@command(
    short_help="write conformance.toml, waivers.toml and a job of CI, to begin with",
    table=("base-url", "namespace", "edition"),
)
@click.option(
    "--name", "--target", "name", default="staging", metavar="NAME", help="name of the target (default staging)"
)
@click.option(
    "--ci",
    "services",
    multiple=True,
    type=OneOf(("github", "gitlab")),
    metavar="SERVICE",
    help="write a job for github or gitlab too (may be repeated)",
)
@click.option(
    "--pull-requests", is_flag=True, help="let the job ask pull requests too, and fail for what is newly broken alone"
)
@click.option(
    "--install", metavar="WHAT", help="what pip installs the suite from in the job (default where it came from here)"
)
@click.option("--index-url", metavar="URL", help="package index of the job (default that of pip)")
def init(
    name: str,
    services: tuple[str, ...],
    install: str | None,
    index_url: str | None,
    *,
    pull_requests: bool,
    **given: Any,
) -> int:
    """Write the files that a project needs to ask a target, with comments. What is there is kept."""
    from mixpeek_conformance.commands.init import init
    from mixpeek_conformance.project_files import Jobs

    return init(Path.cwd(), name, Jobs(services, pull_requests, install, index_url), by_name(given))


@command(short_help="print the JSON Schema of a file, for editors and checks")
@click.argument(
    "file",
    type=OneOf(("conformance.toml", "waivers.toml", "conformance.json")),
    metavar="FILE",
    help="one of the three",
)
def schema(file: str) -> int:
    """Print the JSON Schema of conformance.toml, waivers.toml or conformance.json."""
    from mixpeek_conformance.commands.schema import schema

    return schema(file)


@command(short_help="print what lets a shell complete the command")
@click.argument("shell", type=OneOf(("bash", "zsh", "fish")), metavar="SHELL")
@click.pass_context
def completion(ctx: click.Context, shell: str) -> int:
    """Print the completion for bash, zsh or fish. In bash: eval "$(mixpeek-conformance completion bash)"."""
    from click.shell_completion import get_completion_class

    from mixpeek_conformance.streams import put

    if made := get_completion_class(shell):
        put(made(ctx.find_root().command, {}, PROGRAM, COMPLETING).source())
    return 0
