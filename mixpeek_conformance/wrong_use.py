"""Wrong use of the command line: one line that says what is wrong and what to do, and exit code 4."""

from collections.abc import Iterable

import click

from mixpeek_conformance import misspelt
from mixpeek_conformance.parsing import PROGRAM, Commands
from mixpeek_conformance.streams import say

WRONG_USE = 4

_WIDEST = 100
"""Characters of a line of help, at most."""


def outcome(commands: click.Group, arguments: Iterable[str]) -> int:
    """Run one of `commands`, and return its exit code. Wrong use is said in one line."""
    from contracts.vocabulary.program import started_as  # late: these names are to be claimed first

    try:
        with commands.make_context(started_as(), list(arguments), max_content_width=_WIDEST) as ctx:
            return int(commands.invoke(ctx))
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else PROGRAM
        speaker = path.replace(started_as(), PROGRAM, 1)
        say(f"{speaker}: {_told(error, path)}", error=True)
        return WRONG_USE


def _told(error: click.UsageError, path: str) -> str:
    """Return what is wrong, and what to do, in one line."""
    advice = f"{path} --help lists what there is"
    if isinstance(error, click.NoSuchOption):
        known = (
            [name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts]
            if error.ctx
            else []
        )
        return misspelt.unknown_option(error.option_name, known, advice)
    if type(error) is click.BadParameter and error.param is not None:
        return f"{_name_of(error.param)} {error.message}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        kinds = error.param.type.get_missing_message(error.param, error.ctx)
        return f"missing {error.param.param_type_name} {_name_of(error.param)!r}: {kinds or advice}"
    message = error.format_message()
    if error.ctx is not None and isinstance(error.ctx.command, Commands):
        return message  # which is one of ours
    return f"{message[:1].lower()}{message[1:].rstrip('.')}: {advice}"


def _name_of(parameter: click.Parameter) -> str:
    """Return how a parameter is called in help."""
    shown = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.metavar
    return shown or str(parameter.name).upper()
