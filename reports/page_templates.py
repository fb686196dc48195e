"""What all pages are made with: the templates in `page/`, each of which others can include, and what they share."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape


def _part(name: str) -> str:
    return resources.files("reports.renderings").joinpath("page", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, loader=FunctionLoader(_part))
    environment.globals |= {
        "style": Markup(_part("style.css")),  # noqa: S704 - our own, beside the templates
        "behaviour": Markup(_part("behaviour.js")),  # noqa: S704
        "breakable": breakable,
        "whole": whole,
    }
    return environment


def template(name: str) -> Template:
    """Return the template `name`; the parts that it includes find each other by their names."""
    return _environment().get_template(name)


_WORD = re.compile(r"\s+|\S+")
_BREAKS = frozenset("-/?")
"""Behind these a browser breaks a word."""

_LONGEST_WORD = 32
"""Characters of a word, a number or a date that is kept on one line: the narrowest telephone takes them."""


def whole(text: str) -> Markup:
    """Return `text` with its words, numbers and dates kept on one line each, whatever hyphens they hold."""
    return whole_pieces([(text, False)])


def whole_pieces(pieces: Iterable[tuple[str, bool]]) -> Markup:
    """Return the pieces of a text, those that are marked as such, with each word on one line."""
    letters = [(letter, marked) for text, marked in pieces for letter in text]
    parts, start = Markup(), 0
    for word in _WORD.findall("".join(letter for letter, _ in letters)):
        inside = letters[start : start + len(word)]
        start += len(word)
        shown = _marked(inside)
        keeps = 1 < len(word) <= _LONGEST_WORD and not _BREAKS.isdisjoint(word)
        parts += Markup('<span class="nb">{}</span>').format(shown) if keeps else shown
    return parts


def _marked(letters: list[tuple[str, bool]]) -> Markup:
    parts = Markup()
    for is_marked, run in groupby(letters, key=itemgetter(1)):
        text = "".join(letter for letter, _ in run)
        parts += Markup("<mark>{}</mark>").format(text) if is_marked else escape(text)
    return parts


def breakable(text: str) -> Markup:
    """Return a path or an address that may be broken behind its slashes and colons, and nowhere else."""
    return Markup().join(
        Markup("{}<wbr>").format(piece) if piece in ("/", "::") else whole(piece)
        for piece in re.split("(/|::)", text)
    )
