"""The kinds of arguments: what they take, what is said of others, and how a shell completes them.

Values of options of the table are read elsewhere: see `fixtures/target/option_kinds.py`.
"""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from fixtures.target.option import Option


class OneOf(click.Choice[str]):
    """One of a few words."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Say that `value` is none of them, and which may be meant."""
        from contracts.vocabulary.did_you_mean import advice

        return f"{value!r} is not known: {advice(str(value), self.choices, self._listed())}"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        """Say which there are."""
        return self._listed()

    def _listed(self) -> str:
        return f"give one of {', '.join(self.choices)}"


class Number(click.ParamType[int | float]):
    """A number of at least `least`, and at most `most` if that is given; a `whole` one, unless that is ruled out."""

    name = "number"

    def __init__(self, least: float, most: float | None = None, *, whole: bool = True) -> None:
        """Take numbers in this range, with both ends."""
        self._least, self._most, self._whole = least, most, whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        """Return the number. Raises click.BadParameter if it is none, or in no such range."""
        try:
            number = int(value) if self._whole else float(value)
        except ValueError:
            self._refuse(value, param, ctx)
        if not self._least <= number <= (sys.float_info.max if self._most is None else self._most):
            self._refuse(value, param, ctx)
        return number

    def _refuse(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> NoReturn:
        kind = "whole number" if self._whole else "number"
        span = f"of {self._least} or more" if self._most is None else f"from {self._least} to {self._most}"
        self.fail(f"{value!r} is no {kind} {span}", param, ctx)


class KnownName(click.ParamType[str]):
    """The name of something. Whether there is such a thing is seen later; a shell completes what is known."""

    name = "text"

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        """Let a shell complete what is `known`, which is asked for no earlier."""
        self._known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Return the names that begin as somebody has begun to write, in whatever case."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(one) for one in self._known() if one.lower().startswith(incomplete.lower())]


def _requirements() -> Iterable[str]:
    from contracts.catalogue import CATALOGUE

    return CATALOGUE


def _areas() -> Iterable[str]:
    from contracts.catalogue.requirement import Area

    return Area


def _editions() -> Iterable[str]:
    from contracts.editions import edition

    return edition.known()


def _faults() -> Iterable[str]:
    from fixtures.reference.deviations import SERVED_FAULTS

    return SERVED_FAULTS


def _variants() -> Iterable[str]:
    from fixtures.reference.deviations import SERVED_VARIANTS

    return SERVED_VARIANTS


def _deviations() -> Iterable[str]:
    from fixtures.reference.deviations import ALL_FAULTS, VARIANTS

    return (*ALL_FAULTS, *VARIANTS)


def _targets() -> Iterable[str]:
    from fixtures.target import targets_file

    return targets_file.names(targets_file.path_of(None, Path.cwd()))


REQUIREMENT = KnownName(_requirements)
AREA = KnownName(_areas)
EDITION = KnownName(_editions)
FAULT = KnownName(_faults)
VARIANT = KnownName(_variants)
DEVIATION = KnownName(_deviations)
TARGET = KnownName(_targets)
LEVEL = KnownName(lambda: ("MUST", "SHOULD"))


class TableOption(click.Option):
    """An option of the table. Whether its value is right is seen later, whoever gave it."""

    def __init__(self, option: "Option") -> None:
        """Make what click knows of `option`."""
        if option.kind.flag:
            super().__init__([option.flag], is_flag=True, help=option.told)
        else:
            super().__init__(
                [option.flag],
                metavar=option.metavar,
                multiple=option.kind.listed,
                help=option.told,
                shell_complete=partial(_completed, option),
            )
        self.heading = str(option.group)
        self.rare = option.rare


def _completed(
    option: "Option",
    ctx: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 - as click calls it
    begun: str,
) -> "list[CompletionItem]":
    """Return the values of `option` that begin as somebody has `begun` to write: of a list, targets, or files."""
    from click.shell_completion import CompletionItem

    from contracts.editions import edition
    from fixtures.target import targets_file
    from fixtures.target.option_kinds import FILE

    if option.kind is FILE:
        return [CompletionItem(begun, type="dir" if option.metavar == "FOLDER" else "file")]
    known = option.kind.schema.get("enum") or option.kind.schema.get("items", {}).get("enum", ())
    if option.name == "edition":
        known = edition.known()
    if option.name == "target":
        known = targets_file.names(targets_file.path_of(ctx.params.get("targets_file"), Path.cwd()))
    return [CompletionItem(str(one)) for one in known if str(one).lower().startswith(begun.lower())]
