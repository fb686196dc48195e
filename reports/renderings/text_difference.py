"""Where two texts part: what a rendering marks in what was expected, and in what came."""

import re
from difflib import SequenceMatcher

LONGEST = 600
"""Characters of a text in which the difference is looked for, at most."""

_ALIKE = 0.6
"""How much of two texts has to be the same, for marks to say more than both texts alone."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")

Pieces = list[tuple[str, bool]]
"""The pieces of a text, in order, each with whether it is marked."""


def parted(expected: str, actual: str) -> tuple[Pieces, Pieces]:
    """Return the pieces of both texts, with marks on what the other one does not have, word by word.

    Nothing is marked in texts that have too little in common or are too long to compare, or if nothing came.
    """
    if max(len(expected), len(actual)) > LONGEST or actual.startswith("no "):
        return [(expected, False)], [(actual, False)]
    left, right = _WORD.findall(expected), _WORD.findall(actual)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if SequenceMatcher(None, expected, actual, autojunk=False).ratio() < _ALIKE:
        return [(expected, False)], [(actual, False)]
    pieces: tuple[Pieces, Pieces] = [], []
    for kind, start, end, other, last in matcher.get_opcodes():
        for into, words in ((pieces[0], left[start:end]), (pieces[1], right[other:last])):
            if words:
                into.append(("".join(words), kind != "equal"))
    return pieces
