"""`load`: many users, in one process or in several."""

from typing import Any

import click

from mixpeek_conformance.argument_kinds import Number
from mixpeek_conformance.command_options.shared_options import AS_JSON
from mixpeek_conformance.parsing import CommandThatRepeats, command
from mixpeek_conformance.pytest_run.options import STRICT


@command(
    cls=CommandThatRepeats,
    short_help="judge a target while many users ask it at once",
    table=("edition", "without", "suite-level", "wait", "baseline", "history", "open", "no-annotations"),
    takes_target=True,
)
@click.option("--users", type=Number(1, 100_000), default=10, metavar="N", help="users at once (default 10)")
@click.option(
    "--spawn-rate", type=Number(0.01, whole=False), default=10.0, metavar="R", help="users a second (default 10)"
)
@click.option("--run-time", default="1m", metavar="TIME", help="such as 90s, 10m or 2h (default 1m)")
@click.option(
    "--pause", type=Number(0, whole=False), default=0.1, metavar="S", help="seconds between tasks (default 0.1)"
)
@click.option("--editors", type=Number(0), default=4, metavar="N", help="weight of editors (default 4)")
@click.option("--crowds", type=Number(0), default=3, metavar="N", help="weight of crowds (default 3)")
@click.option("--readers", type=Number(0), default=2, metavar="N", help="weight of readers (default 2)")
@click.option("--strangers", type=Number(0), default=1, metavar="N", help="weight of strangers (default 1)")
@click.option("--max-p95", metavar="TIME", help="a limit of your own for 95 % of PATCH and GET, such as 250ms")
@click.option("--seed", type=Number(0), metavar="N", help="repeat the choices of the run that printed it")
@click.option("--strict", is_flag=True, help=STRICT)
@click.option("--report-dir", metavar="FOLDER", help="where the reports go (default below reports)")
@click.option("--waivers", metavar="FILE", help="violations accepted for a while (default waivers.toml, if there)")
@click.option("--processes", type=Number(1, 256), default=1, metavar="N", help="processes that send (default 1)")
@click.option("--master", is_flag=True, help="let workers on other machines send, and write the result")
@click.option("--expect-workers", type=Number(1), metavar="N", help="workers that the master waits for")
@click.option("--worker", is_flag=True, help="send what the master says")
@click.option("--master-host", default="127.0.0.1", metavar="HOST", help="where the master is (default this machine)")
@click.option("--master-port", type=Number(1, 65535), default=5557, metavar="PORT", help="its port (default 5557)")
@click.option("--web", is_flag=True, help="show Locust's own page, to look at the run and to stop it")
@click.option("--web-host", default="127.0.0.1", metavar="HOST", help="where it listens (default 127.0.0.1)")
@click.option("--web-port", type=Number(1, 65535), default=8089, metavar="PORT", help="its port (default 8089)")
@AS_JSON
def load(arguments: list[str], **given: Any) -> int:
    """Let many users patch and read at once, judge every answer, and end with the exit code of the verdict."""
    from mixpeek_conformance.commands import load as loading

    return loading.command(given, arguments)
