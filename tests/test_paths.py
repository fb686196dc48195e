"""The paths: what the suite builds is recognised, and nothing that leads elsewhere is."""

import pytest

from fixtures.paths import Form, Place, flaw_of, path_of, place_of

PARTS = {
    Form.HEALTH: ("health",),
    Form.NAMESPACES: ("namespaces",),
    Form.NAMESPACE_LIST: ("namespaces", "list"),
    Form.NAMESPACE: ("namespaces", "ns_640658775e"),
    Form.BUCKETS: ("buckets",),
    Form.BUCKET_LIST: ("buckets", "list"),
    Form.BUCKET: ("buckets", "a name, with ümlaut & 100 % 👨‍👩‍👧"),
    Form.OBJECTS: ("buckets", "bkt_6a3a022d", "objects"),
    Form.OBJECT_LIST: ("buckets", "bkt_6a3a022d", "objects", "list"),
    Form.OBJECT: ("buckets", "objects", "objects", "a.b:c@d+e;f"),
}

ELSEWHERE = (
    "",
    "/",
    "/v1",
    "/v1/",
    "v1/buckets",
    "/v2/buckets",
    "//v1/buckets",
    ".evil.example/v1/buckets",
    ":9210/v1/buckets",
    "@evil.example/v1/buckets",
    "http://evil.example/v1/buckets",
    "/v1/buckets/",
    "/v1//buckets",
    "/v1/buckets/.",
    "/v1/buckets/..",
    "/v1/buckets/%2e%2e",
    "/v1/buckets/%2E",
    "/v1/buckets/%252e%252e",
    "/v1/buckets/...",
    "/v1/buckets/..%3Bx",
    "/v1/buckets/..%3Bx/objects/o",
    "/v1/buckets/%20",
    "/v1/buckets/a%2Fb",
    "/v1/buckets/a%2fb",
    "/v1/buckets/a%252Fb",
    "/v1/buckets/a%5Cb",
    "/v1/buckets/a\\b",
    "/v1/buckets/a b",
    "/v1/buckets/a%0Ab",
    "/v1/buckets/a%00",
    "/v1/buckets/a%7F",
    "/v1/buckets/a%C2%85",
    "/v1/buckets/a%FF",
    "/v1/buckets/a%ED%A0%80",
    "/v1/buckets/a\n",
    "/v1/buckets/a#b",
    "/v1/buckets/a?force=true",
    "/v1/buckets/a?",
    "/v1/buckets/list?limit=1#x",
    "/v1/buckets/list?next=/v1/x",
    "/v1/buckets/" + "a" * 1001,
    "/v1/buckets/%61",
    "/v1/buckets/a/../b",
    "/v1/buckets/a/objects/..",
    "/v1/buckets/../objects/o",
    "/v1/buckets/a/objects/",
    "/v1/buckets/a/objects/o/",
    "/v1/buckets/a/objects/o/blobs",
    "/v1/buckets/list/objects",
    "/v1/collections/a",
    "/v1/health/x",
    "/v1/HEALTH",
)


@pytest.mark.parametrize("form", Form)
def test_each_form_is_recognised_as_it_is_built(form: Form) -> None:
    """A path of each form comes back with its identifiers."""
    parts = PARTS[form]
    identifiers = tuple(part for word, part in zip(form.split("/"), parts, strict=True) if word.startswith("{"))
    assert place_of(path_of(*parts)) == Place(form, identifiers)


def test_a_list_takes_a_query() -> None:
    """The page of a list is asked for in the query."""
    assert place_of("/v1/buckets/list?limit=100&offset=0") == Place(Form.BUCKET_LIST)
    assert place_of("/v1/buckets/b/objects/list?cursor=a%2Fb") == Place(Form.OBJECT_LIST, ("b",))


@pytest.mark.parametrize("path", ELSEWHERE, ids=ascii)
def test_a_path_that_leads_elsewhere_is_not_recognised(path: str) -> None:
    """Whatever a client or a server might normalise is none of the forms."""
    assert place_of(path) is None


@pytest.mark.parametrize("identifier", ["", " ", ".", "..", "/", "%2f", "a\\", "\ud800", "a\r", "list", "a" * 1001])
def test_what_cannot_stand_in_a_path_has_a_flaw(identifier: str) -> None:
    """An identifier that leads elsewhere is told with the reason."""
    assert flaw_of(identifier)


@pytest.mark.parametrize("identifier", ["bkt_6a3a022d", "a.b", ".a", "…", "100 %", "objects", "conformance-x-main-1"])
def test_a_plain_identifier_has_no_flaw(identifier: str) -> None:
    """Dots, percent signs and any script may stand in an identifier."""
    assert flaw_of(identifier) is None
