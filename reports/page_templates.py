"""What all pages are made with: the templates in `page/`, each of which others can include, and what they share."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from contracts.vocabulary import escaping


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


def page(name: str, **values: object) -> str:
    """Return the page that the template `name` makes of `values`."""
    return escaping.page(template(name).render(**values))


_WORD = re.compile(r"\S+")
_BREAKS = frozenset("-/?")
"""Behind these a browser breaks a word."""

_LONGEST_WORD = 32
"""Characters of a word, a number or a date that is kept on one line: the narrowest telephone takes them."""


def whole(text: str) -> Markup:
    """Return `text` with its words, numbers and dates kept on one line each, whatever hyphens they hold."""
    return whole_pieces([(text, False)])


def whole_pieces(pieces: Iterable[tuple[str, bool]]) -> Markup:
    """Return the pieces of a text, those that are marked as such, with each word on one line."""
    marked = [(text, is_marked) for text, is_marked in pieces if text]
    parts, start = [], 0
    for first, behind in _kept("".join(text for text, _ in marked)):
        parts += [
            _shown(marked, start, first),
            Markup('<span class="nb">{}</span>').format(_shown(marked, first, behind)),
        ]
        start = behind
    return Markup().join((*parts, _shown(marked, start, None)))


def _kept(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word begins and ends that a browser would break and should not."""
    if not _BREAKS.isdisjoint(text):
        for word in _WORD.finditer(text):
            if 1 < len(word[0]) <= _LONGEST_WORD and not _BREAKS.isdisjoint(word[0]):
                yield word.span()


def _shown(pieces: Sequence[tuple[str, bool]], first: int, behind: int | None) -> Markup:
    """Return the characters of the pieces from `first` to `behind`, or to the end."""
    parts, place = [], 0
    for text, is_marked in pieces:
        part = text[max(0, first - place) : None if behind is None else max(0, behind - place)]
        place += len(text)
        if part:
            parts.append(Markup("<mark>{}</mark>").format(part) if is_marked else escape(part))
    return Markup().join(parts)


def breakable(text: str) -> Markup:
    """Return a path or an address that may be broken behind its slashes and colons, and nowhere else."""
    return Markup().join(
        Markup("{}<wbr>").format(piece) if piece in ("/", "::") else whole(piece)
        for piece in re.split("(/|::)", text)
    )
