"""Where clauses are published: the names that the catalogue quotes in `source`."""

PAGE = "Mixpeek API reference, Partially Update Object"
BODY = f"{PAGE}, Body"
RESPONSE = f"{PAGE}, Response 200"
HEADERS = f"{PAGE}, Headers"
PATH = f"{PAGE}, Path Parameters"
ERROR_RESPONSE = "Mixpeek OpenAPI document 0.81 (2026-02-16), schema ErrorResponse"
RESPONSES = "Mixpeek OpenAPI document 0.81 (2026-02-16), responses of the operation"
DESCRIPTION = "Mixpeek OpenAPI document 0.81 (2026-02-16), description of the operation"
SDK = "Mixpeek SDK for Python (PyPI: mixpeek), as generated from the OpenAPI document"
JSON = "RFC 8259"
DATE_TIME = "RFC 3339 section 5.6"
HTTP = "RFC 9110"
BEARER = "RFC 6750"

ADDRESSES = {PAGE: "https://mixpeek.com/docs/api-reference/bucket-objects/partially-update-object"}
"""Where sources can be read; an RFC is found by its number."""
