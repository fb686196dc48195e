"""Responses that a client reads, and that it does not, whatever other clauses say of them."""

import json
import shlex
import sys
from typing import Any

from contracts.catalogue import CATALOGUE
from contracts.vocabulary.exchange import Exchange, Request, Response
from fixtures.reference import strict_reader

STRICT = shlex.join((sys.executable, strict_reader.__file__))
"""The command of a program that reads as strictly as the vendor's SDK does."""

BY_READER = {one.id for one in CATALOGUE.values() if one.by_reader}
"""What is not applicable in a run without such a program."""

OBJECT = {
    "bucket_id": "bkt_1",
    "object_id": "obj_1",
    "status": "DRAFT",
    "created_at": "2026-04-01T00:00:00Z",
    "note": "\u00e9t\u00e9",
}
ERROR = {"success": False, "status": 404, "error": {"message": "Object not found", "type": "NotFoundError"}}
DETAIL = {"detail": [{"loc": ["body", "key_prefix"], "msg": "no string", "type": "string_type"}]}


def exchange(body: Any, status: int = 200, content_type: str = "application/json", method: str = "PATCH") -> Exchange:
    """Return the exchange of a patch that is answered so; a body may be bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    request = Request(method, "http://127.0.0.1/v1/buckets/bkt_1/objects/obj_1", body=b"{}")
    return Exchange(1, request, Response(status, (("Content-Type", content_type),), raw), 0.0, 0.0)


def blob(**members: Any) -> dict[str, Any]:
    return {**OBJECT, "blobs": [{"property": "content", "type": "text", **members}]}


UNREAD: dict[str, tuple[Exchange, str]] = {
    "a count with a fraction": (exchange({**OBJECT, "document_count": 3.0}), "ObjectResponse.document_count"),
    "a count with an exponent": (
        exchange(b'{"bucket_id": "bkt_1", "document_count": 1e2}'),
        "ObjectResponse.document_count",
    ),
    "a size with a fraction": (exchange(blob(details={"size_bytes": 5.0})), "BlobDetails.size_bytes"),
    "a status with a fraction": (exchange({**ERROR, "status": 404.0}, 404), "ErrorResponse.status"),
    "a refusal in plain text": (exchange(b"Refused", 404, "text/plain"), "ErrorResponse"),
    "an unknown charset": (exchange(OBJECT, content_type="application/json; charset=klingon"), "LookupError"),
    "another charset": (exchange(OBJECT, content_type="application/json; charset=iso-8859-1"), "note"),
}
"""Each with the member that the SDK names, or what it raises if it names none."""

READ: dict[str, Exchange] = {
    "an object": exchange(OBJECT),
    "an object that was read": exchange(OBJECT, method="GET"),
    "a blob": exchange(blob(details={"size_bytes": 5})),
    "an envelope": exchange(ERROR, 404),
    "further members": exchange({**ERROR, "request": "req_1"}, 404),
    "the validation form": exchange(DETAIL, 422),
    "both forms": exchange({**DETAIL, **ERROR, "status": 422}, 422),
    "a word that older releases do not know": exchange({**OBJECT, "status": "QUEUED"}),
    "a later member as it likes": exchange({**OBJECT, "edges": "x", "consistency": {}}),
    "a later member of a blob": exchange(blob(presigned_url=5)),
    "a later member of an error": exchange({**ERROR, "error": {**ERROR["error"], "code": 5}}, 404),  # type: ignore[dict-item]
    "a code that is not listed": exchange(b"busy", 429, "text/plain"),
    "a code of nobody": exchange(b"", 405, "text/plain"),
    "utf-8 by its name": exchange(OBJECT, content_type='application/json; charset="UTF-8"'),
    "a deep value": exchange({**OBJECT, "deep": json.loads("[" * 150 + "]" * 150)}),
    "odd texts": exchange({**OBJECT, "a\u0000b": "\u2028", "large": 2**70, "": 1e300}),
}
"""What keeps the edition: nothing of it may be held against a target."""
