"""What is judged without a request: recorded traffic (`audit`), and a published document (`drift`)."""

from pathlib import Path
from typing import Any

import click

from mixpeek_conformance.argument_kinds import OneOf
from mixpeek_conformance.command_options.shared_options import AS_JSON, FILE
from mixpeek_conformance.parsing import by_name, command


@command(short_help="judge recorded traffic by every invariant, sending nothing", table=("edition",))
@click.argument("traffic", type=FILE, metavar="TRAFFIC.har", help="HTTP archive (HAR 1.2)")
@click.option("--strict", is_flag=True, help="let a violated SHOULD count")
@click.option("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
@AS_JSON
def audit(traffic: Path, report_dir: str | None, edition: str | None, *, strict: bool, as_json: bool) -> int:
    """Judge recorded traffic by every invariant, sending nothing, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import audit as auditing

    return auditing.command(traffic, edition, report_dir, strict=strict, as_json=as_json)


@command(
    short_help="hold the OpenAPI document that a deployment publishes against the edition",
    table=("edition", "waivers"),
    takes_target=True,
)
@click.option(
    "--document", metavar="FILE|URL", help="the document (default /openapi.json below the base URL; - reads it)"
)
@click.option("--strict", is_flag=True, help="let drift count that breaks no client of the edition")
@click.option("--report-dir", type=FILE, metavar="FOLDER", help="where a page, JSON, SARIF and Markdown are written")
@click.option("--json", "as_json", is_flag=True, help="show JSON, as --format json does")
@click.option(
    "--format",
    "form",
    type=OneOf(("text", "markdown", "json", "sarif")),
    default="text",
    metavar="FORMAT",
    help="text, markdown, json or sarif (default text)",
)
def drift(
    document: str | None, report_dir: Path | None, form: str, *, strict: bool, as_json: bool, **given: Any
) -> int:
    """Hold the OpenAPI document that a deployment publishes against the edition, and end with 1 if it has drifted."""
    from mixpeek_conformance.commands.drift import drift

    return drift(document, by_name(given), "json" if as_json else form, report_dir, strict=strict)
