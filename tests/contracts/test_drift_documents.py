"""Documents that somebody wrote to do harm, or by mistake: read, or refused with one sentence."""

import contextlib
import json
from typing import Any

import pytest

from contracts.drift.comparison import compare
from contracts.drift.document import BadDocument, Document
from contracts.drift.document_reader import read
from contracts.editions import edition
from tests.support.drifts import edit, published

EDITION = edition.load().document
STATUS = "schemas/BucketObject/properties/status"
BOMB = "\n".join(
    [
        "openapi: 3.1.0",
        "a: &a [x]",
        *(f"{b}: &{b} [{','.join([f'*{a}'] * 20)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
    ]
)
MERGES = "\n".join(
    [
        "openapi: 3.1.0",
        "a: &a {x: 1, y: 2}",
        *(f"{b}: &{b} {{<<: [{','.join([f'*{a}'] * 90)}]}}" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
    ]
)


def changed(**edits: Any) -> bytes:
    document = published()
    edit(document, edits)
    return json.dumps(document).encode()


def schemas(**given: Any) -> bytes:
    return changed(set={f"schemas/{name}": one for name, one in given.items()})


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


REFUSED = {
    "empty": (b"  ", "it is empty"),
    "html": (b"<!doctype html>", "it is HTML or XML"),
    "binary": (b"\xff\xfe{}", "it is no text in UTF-8"),
    "list": (b"[]", "it holds a list"),
    "text": (b"hello", "it holds a text"),
    "null": (b"null", "it holds null"),
    "cut": (json.dumps(published()).encode()[:999], "it is no JSON"),
    "not-a-number": (b'{"openapi": NaN}', "it holds a value that is none of JSON"),
    "digits": (b'{"openapi": ' + b"9" * 5000 + b"}", "thousands of digits"),
    "deep-json": (b"[" * 100_000, "it is nested too deeply"),
    "deep-yaml": (b"a: " + b"[" * 100_000, "nesting depth"),
    "deep": (b"openapi: 3.1.0\nx: " + b"[" * 300 + b"]" * 300, "more than 200 levels"),
    "tab": (b"openapi: 3.1.0\n\t- x", "it is neither JSON nor YAML"),
    "python": (b"!!python/object/apply:os.system [id]", "could not determine a constructor"),
    "aliases": (BOMB.encode(), "with its aliases written out"),
    "alias-of-itself": (b"openapi: 3.1.0\na: &a [*a]", "stands within what it names"),
    "swagger": (b'{"swagger": "2.0"}', 'Swagger "2.0": convert it'),
    "other-json": (b'{"success": false}', "it has no member openapi"),
    "version": (b'{"openapi": "4.0.0"}', "this suite reads 3.0, 3.1 and 3.2"),
    "paths": (b'{"openapi": "3.1.0", "paths": []}', "/paths: a list stands where an object belongs"),
    "operation": (changed(set={"op": []}), "/patch: a list stands where an object belongs"),
    "parameters": (changed(set={"op/parameters": {}}), "an object stands where a list belongs"),
    "required": (changed(set={"components/parameters/Namespace/required": "no"}), "where true or false belongs"),
    "schema": (schemas(Status=[1]), "/components/schemas/Status: a list stands where an object belongs"),
    "type": (schemas(Status={"type": "text"}), "there is no type 'text'"),
    "enum": (schemas(Status={"enum": "DRAFT"}), "a text stands where a list belongs"),
    "length": (schemas(Status={"type": "string", "minLength": "1"}), "stands where a number belongs"),
    "remote": (schemas(Status={"$ref": "https://example.com/a.json"}), "another document"),
    "file": (schemas(Status={"$ref": "a.yaml#/Status"}), "which is not fetched: bundle it into one"),
    "nowhere": (schemas(Status=reference("Nothing")), "leads to nothing in this document"),
    "reference": (schemas(Status={"$ref": 5}), "a number stands where a text belongs"),
    "circle": (schemas(Status=reference("Status")), "leads in a circle"),
    "all-of-itself": (schemas(Status={"allOf": [reference("Status")]}), "refers to itself"),
    "alternatives": (
        schemas(Status={"allOf": [{"anyOf": [{"maxLength": 20 * j + i} for i in range(20)]} for j in range(4)]}),
        "more than 200 alternatives",
    ),
    "members": (
        schemas(Blob={"type": "object", "properties": {f"m{i}": {"type": "string"} for i in range(40_000)}}),
        "too intricate to compare",
    ),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_is_none_is_refused(content: bytes, words: str) -> None:
    """The reason is one line."""
    with pytest.raises(BadDocument) as refused:
        compare(EDITION, read(content))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


TAKEN = {
    "mark": (b"\xef\xbb\xbf" + json.dumps(published()).encode(), 0),
    "merges": (MERGES.encode(), 1),
    "itself": (changed(set={"schemas/BucketObject/properties/parent": reference("BucketObject")}), 1),
    "patterns": (changed(set={"schemas/Blob/patternProperties": {"(a+)+$": {"type": "string"}, "[": {}}}), 1),
    "long-name": (changed(set={f"schemas/Blob/properties/{'x' * 1_000_000}": {"type": "string"}}), 1),
    "other-path": (changed(set={"paths/~1other": {"$ref": "https://example.com/path.json"}, "paths/x": 5}), 0),
    "other-schema": (schemas(Other=[1], More={"type": "text"}), 0),
    "dates": (b"openapi: 3.1.0\ninfo: {version: 2026-04-01}\npaths: {on: 1, 5: 2}", 1),
    "number": (b"openapi: 3.1\npaths:", 1),
}


@pytest.mark.parametrize(("content", "number"), TAKEN.values(), ids=TAKEN)
def test_an_unusual_document_is_read(content: bytes, number: int) -> None:
    """What does not concern the operation is not looked at, and what refers to itself ends."""
    assert len(compare(EDITION, read(content)).drifts) == number


@pytest.mark.parametrize("wrong", [None, 1, "x", [], {}, True, [1], {"$ref": "#"}, -1], ids=repr)
def test_a_wrong_value_anywhere_ends_in_a_sentence(wrong: Any) -> None:
    """Each place of the operation holds something else: there are findings, or one sentence, and no other error."""
    places = ["op/parameters", "op/requestBody", "op/responses", "op/responses/200", "op/security", "security"]
    places += ["components/securitySchemes", "components/parameters/Bucket/schema", "components/responses/Refused"]
    places += [f"schemas/BucketObject/{name}" for name in ("type", "properties", "required", "additionalProperties")]
    for place in (*places, f"{STATUS}/enum", f"{STATUS}/default", f"{STATUS}/discriminator", f"{STATUS}/anyOf"):
        document = published()
        document["components"]["schemas"]["BucketObject"]["properties"]["status"] = {"type": "string"}
        edit(document, {"set": {place: wrong}})
        with contextlib.suppress(BadDocument):
            compare(EDITION, Document(document))
