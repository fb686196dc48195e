"""The direction of drift, held against the values that two schemas allow, as jsonschema judges them."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts.drift.document import Document, Node
from contracts.drift.finding import Change, Direction
from contracts.drift.schemas import SchemaComparison

Schema = dict[str, Any]
SCALARS: list[Any] = [None, True, False, 0, 1, 2, 3, 5, 10, -1, 1.5, "", "a", "b", "ab", "abc", "abcd"]
OBJECTS: list[Any] = [
    {name: value for name, value in (("p", p), ("q", q)) if value is not ...}
    for p in (..., None, 1, "a", "abc", {}, {"p": 1}, {"p": "a"})
    for q in (..., 1, "a")
]
LISTS: list[Any] = [[], ["a"], ["a", "a"], ["a", "b"], [1], [1, "a"], [1, 2, 3], [{}], [{"p": 1}]]
VALUES = [*SCALARS, *OBJECTS, {"r": 1}, {"r": "a"}, {"p": "a", "r": 1}, *LISTS]
WIDER = {Change.WIDER, Change.CHANGED, Change.MISSING}
NARROWER = {Change.NARROWER, Change.CHANGED, Change.MISSING, Change.ADDED}

LIMITS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "string": {"minLength": st.integers(0, 2), "maxLength": st.integers(1, 3), "enum": st.just(["a", "ab"])},
    "integer": {"minimum": st.integers(0, 2), "maximum": st.integers(2, 5), "exclusiveMinimum": st.integers(0, 2)},
    "number": {"minimum": st.integers(0, 2), "multipleOf": st.sampled_from([1, 2, 5])},
    "array": {"minItems": st.integers(0, 1), "maxItems": st.integers(1, 2), "uniqueItems": st.booleans()},
    "object": {"required": st.lists(st.sampled_from(["p", "q"]), max_size=2, unique=True)},
    "boolean": {},
    "null": {},
}


def typed(kind: str) -> st.SearchStrategy[Schema]:
    limits: st.SearchStrategy[Schema] = st.fixed_dictionaries({}, optional=LIMITS[kind])
    types = st.sampled_from([kind, [kind, "null"]])
    return st.builds(lambda limit, kinds: {**limit, "type": kinds}, limits, types)


def larger(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    members = st.dictionaries(st.sampled_from(["p", "q"]), inner, max_size=2)
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": members},
        optional={"additionalProperties": st.booleans() | inner, "required": st.just(["p"])},
    )
    lists = st.fixed_dictionaries({"type": st.just("array"), "items": inner})
    joined = st.one_of(
        *(st.fixed_dictionaries({word: st.lists(inner, min_size=1, max_size=2)}) for word in ("anyOf", "allOf"))
    )
    return objects | lists | joined


LEAVES = st.one_of(
    st.just({}),
    st.lists(st.sampled_from([None, 1, 2, "a", "ab", True]), min_size=1, max_size=3, unique=True).map(
        lambda values: {"enum": values}
    ),
    *(typed(kind) for kind in LIMITS),
)
SCHEMAS = st.recursive(LEAVES, larger, max_leaves=5)


def node(schema: Schema) -> Node:
    return Document({"openapi": "3.1.0", "schema": schema}).root.child("schema")


@settings(derandomize=True, max_examples=300, database=None)
@given(SCHEMAS, SCHEMAS)
def test_no_value_shows_another_direction(ours: Schema, theirs: Schema) -> None:
    """A value that the document alone allows is told as wider, one that the edition alone allows as narrower."""
    comparison = SchemaComparison(Direction.RESPONSE)
    changes = {one.change for one in comparison.differences((node(ours),), (node(theirs),), ("/a", "/b"))}
    before, after = Draft202012Validator(ours), Draft202012Validator(theirs)
    allowed = [(before.is_valid(value), after.is_valid(value)) for value in VALUES]
    assert (False, True) not in allowed or changes & WIDER
    assert (True, False) not in allowed or changes & NARROWER


@settings(derandomize=True, max_examples=100, database=None)
@given(SCHEMAS)
def test_a_schema_is_the_same_in_other_words(schema: Schema) -> None:
    """Wrapped in `allOf`, said twice, or as one of two alternatives that are the same."""
    for other in ({"allOf": [schema]}, {"allOf": [schema, schema]}, {"anyOf": [schema, schema]}, {"oneOf": [schema]}):
        comparison = SchemaComparison(Direction.REQUEST)
        assert comparison.differences((node(schema),), (node(other),), ("/a", "/b")) == ()
