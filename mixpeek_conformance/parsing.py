"""How the command line is read and its help is shown: click, in the words of this suite.

What a command takes from the table of options is looked up when that command is asked for: help of all commands waits
for nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from mixpeek_conformance.argument_kinds import TableOption
from mixpeek_conformance.misspelt import no_command
from mixpeek_conformance.pytest_run.engine import split
from mixpeek_conformance.streams import put, say

if TYPE_CHECKING:
    from fixtures.target.option import Option

PROGRAM = "mixpeek-conformance"
COMPLETING = "_MIXPEEK_CONFORMANCE_COMPLETE"
"""The variable by which a shell asks how a line may go on."""

_HELP, _ALL, _VERSION = ("-h", "--help"), ("--help-all",), ("-V", "--version")
EVERY = "mixpeek_conformance.every"
"""Under which name a context holds that rare options are shown too."""

_COLUMN = 28
"""Characters of the column that names options, at most."""


def _show_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        put(ctx.get_help())
        ctx.exit()


def _show_all_help(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    ctx.meta[EVERY] = asked
    _show_help(ctx, parameter, asked)


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from contracts.editions import edition
        from contracts.vocabulary.version import suite_version

        say(f"{PROGRAM} {suite_version()}, edition {edition.DEFAULT}")
        ctx.exit()


_OF_KEYS = "The key is taken from MIXPEEK_API_KEY, and never from the command line."

_shown = partial(click.Option, is_flag=True, is_eager=True, expose_value=False)
_HELP_OPTION = _shown(list(_HELP), callback=_show_help, help="show this help, and end")
_ALL_UNSEEN = _shown(list(_ALL), callback=_show_all_help, hidden=True)
_ALL_OPTION = _shown(list(_ALL), callback=_show_all_help, help="show the rarer options too")
_VERSION_OPTION = _shown(list(_VERSION), callback=_show_version, help="show the version and the edition, and end")


class Command(click.Command):
    """A command whose wrong use is one line, and whose help has a section for each group of the table.

    `table` names the options that it takes from the table, beside those that are declared with it. One that
    `takes_target` takes all that say where a target is, and how it is reached.
    """

    def __init__(
        self, *arguments: Any, table: Sequence[str] = (), takes_target: bool = False, **settings: Any
    ) -> None:
        """Declare a command, as click does."""
        super().__init__(*arguments, **settings)
        if takes_target:
            self.epilog = _OF_KEYS
        self._table = tuple(table)
        self._takes_target = takes_target
        self._options: list[click.Parameter] | None = None

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return what is declared, and what comes from the table, in the order of help."""
        if self._options is None:
            self._options = [TableOption(row) for row in self.rows()]
        rare = any(self.hides(option) for option in self._options)
        return [*self.params, *self._options, _HELP_OPTION, _ALL_OPTION if rare else _ALL_UNSEEN]

    def hides(self, parameter: click.Parameter) -> bool:
        """Whether `--help` leaves a parameter to `--help-all`."""
        return isinstance(parameter, TableOption) and parameter.rare

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments. Whatever is wrong with them is wrong use of this command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def rows(self) -> "Sequence[Option]":
        """Return the rows of the table that the command takes."""
        if not (self._table or self._takes_target):
            return ()
        from fixtures.target.options import BY_NAME, REACHED_BY

        return [BY_NAME[name] for name in (*self._table, *(REACHED_BY if self._takes_target else ()))]

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the option that shows the help."""
        return _HELP_OPTION

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write nothing: `format_options` writes them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for the arguments, one for the options, and one for each group of the table."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if self.hides(parameter) and not ctx.meta.get(EVERY):
                continue
            heading = "arguments" if isinstance(parameter, click.Argument) else "options"
            record = parameter.get_help_record(ctx)
            if record:
                sections.setdefault(getattr(parameter, "heading", heading), []).append(record)
        _write(formatter, sections)


def command(
    name: str | None = None, cls: type[Command] = Command, **settings: Any
) -> Callable[[Callable[..., int]], click.Command]:
    """Return what makes a command of a function, under its own name or `name`."""
    return click.command(name, cls, **settings)


class CommandOfPytest(Command):
    """A command whose options pytest reads: plugins declare more of them, which nothing else can know.

    Click cannot know which of them take a value, and takes each letter of `-ktime` for an option. It shows the help.
    """

    def __init__(self, *arguments: Any, brief: Sequence[str] = (), **settings: Any) -> None:
        """Declare a command whose `--help` lists the `brief` rows of the table alone, or all that are not rare."""
        super().__init__(*arguments, epilog=_OF_KEYS, **settings)
        self._brief = tuple(brief)

    def hides(self, parameter: click.Parameter) -> bool:
        """Whether `--help` leaves a parameter to `--help-all`."""
        if self._brief and isinstance(parameter, TableOption):
            return parameter.opts[0].removeprefix("--") not in self._brief
        return super().hides(parameter)

    def rows(self) -> "Sequence[Option]":
        """Return all rows of the table that can stand on a command line."""
        from fixtures.target.options import OPTIONS

        return [option for option in OPTIONS if option.given]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave all arguments as they are, unless help or the version is asked for in front of `--`."""
        given, _ = split(args)
        if ctx.resilient_parsing:  # a shell completes the line: nothing is said yet
            given = []
        if set(_ALL) & set(given):
            _show_all_help(ctx, _ALL_OPTION, True)
        if set(_HELP) & set(given):
            _show_help(ctx, _HELP_OPTION, True)
        if set(_VERSION) & set(given):
            _show_version(ctx, _VERSION_OPTION, True)
        ctx.params["arguments"] = list(args)
        return []

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the name of the command in its usage."""
        return ["[OPTIONS]", "[-- OPTIONS OF PYTEST]"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the table, and those of pytest that are of use with it."""
        from mixpeek_conformance.pytest_run.options import OF_PYTEST, RARE

        super().format_options(ctx, formatter)
        heading = f"options of pytest, among others (all of them: {ctx.info_name} -- --help)"
        if ctx.meta.get(EVERY):
            _write(formatter, {heading: list((OF_PYTEST | RARE).items())})
        elif not self._brief:
            _write(formatter, {heading: list(OF_PYTEST.items())})


class CommandOfRuns(Command):
    """A command that hands what stands behind `--` to each of its runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands in front of `--`."""
        given, behind = split(args)
        rest = super().parse_args(ctx, given)
        ctx.params["behind"] = behind
        return rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the name of the command in its usage."""
        return [*super().collect_usage_pieces(ctx), "[-- OPTIONS OF RUN]"]


class CommandThatRepeats(Command):
    """A command that may begin again in another process, with the arguments that it was given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and keep them as they are."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        ctx.params["arguments"] = given
        return rest


class Commands(click.Group):
    """All commands. The first argument is one of them, or asks for help or the version."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse what is not a command. `help COMMAND` is another form of `COMMAND --help`."""
        if ctx.resilient_parsing:  # a shell completes the line
            return super().parse_args(ctx, args)
        if args[:1] == ["help"]:
            args = [*(one for one in args[1:2] if one != "help"), "--help"]
        if not args:
            put(ctx.get_help(), error=True)
            raise click.UsageError("the following arguments are required: COMMAND", ctx)
        known = (*self.commands, "help")
        if args[0] not in (*known, *_HELP, *_VERSION):
            raise click.UsageError(no_command(args[0], known), ctx)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order in which they are declared."""
        return list(self.commands)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options in front of a command."""
        return [_HELP_OPTION, _VERSION_OPTION]

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the option that shows the help."""
        return _HELP_OPTION

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        commands = [(name, one.short_help or "") for name, one in self.commands.items()]
        options = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        _write(formatter, {"commands": commands, "options": options})


def by_name(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of options under the names that the table has for them."""
    return {name.replace("_", "-"): value for name, value in given.items()}


def _write(formatter: click.HelpFormatter, sections: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    for heading, rows in sections.items():
        with formatter.section(heading):
            formatter.write_dl(rows, col_max=_COLUMN)
