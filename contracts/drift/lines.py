"""The lines of a document, by the JSON pointers of what stands in them."""

from typing import Any

import yaml

LARGEST = 2_000_000
"""Bytes of a document whose lines are looked for, at most: it has to be read once more."""


class Lines:
    """Finds the line of a place in a document of JSON or YAML; JSON is read as the YAML that it is."""

    def __init__(self, content: bytes) -> None:
        """Read `content`. A document that cannot be read, or is too large, has no lines."""
        self._root: Any = None
        if len(content) <= LARGEST:
            try:
                text = content.decode("utf-8-sig")
                self._root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            except (yaml.YAMLError, ValueError, RecursionError):
                self._root = None

    def of(self, pointer: str) -> int | None:
        """Return the line, from 1, of what `pointer` leads to, or of the last thing on the way that is there."""
        node, line = self._root, None if self._root is None else 1
        for step in pointer.split("/")[1:]:
            found = _child(node, step.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            node, line = found
        return line


def _child(node: Any, step: str) -> tuple[Any, int] | None:
    """Return the member or the item of a node, and its line."""
    if isinstance(node, yaml.MappingNode):
        return next(((one, key.start_mark.line + 1) for key, one in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step[:9]) < len(node.value):
        item = node.value[int(step[:9])]
        return item, item.start_mark.line + 1
    return None
