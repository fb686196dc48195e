"""Where clauses are published: the names that the catalogue quotes in `source`, and their addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PAGE = "Mixpeek API reference, Partially Update Object"
BODY = f"{PAGE}, Body"
RESPONSE = f"{PAGE}, Response 200"
HEADERS = f"{PAGE}, Headers"
PATH = f"{PAGE}, Path Parameters"
ERROR_RESPONSE = "Mixpeek OpenAPI document 0.81 (2026-02-16), schema ErrorResponse"
RESPONSES = "Mixpeek OpenAPI document 0.81 (2026-02-16), responses of the operation"
DESCRIPTION = "Mixpeek OpenAPI document 0.81 (2026-02-16), description of the operation"
SDK = "Mixpeek SDK for Python (PyPI: mixpeek), as generated from the OpenAPI document"
SDK_2026_06 = "Mixpeek SDK 1.3.17 (2026-06-20)"
SDK_2026_10 = "Mixpeek SDK 1.3.783 (2026-10-23)"
JSON = "RFC 8259"
DATE_TIME = "RFC 3339 section 5.6"
HTTP = "RFC 9110"
BEARER = "RFC 6750"

ADDRESSES = {PAGE: "https://mixpeek.com/docs/api-reference/bucket-objects/partially-update-object"}
"""Where sources can be read; an RFC and a release of the SDK are found by their numbers."""

_RFC = re.compile(r"RFC (?P<number>\d{3,5})(?:,? sections? (?P<section>\d+(?:\.\d+)*))?", re.ASCII)
_FURTHER = re.compile(r"sections? (?P<section>\d+(?:\.\d+)*)", re.ASCII)
_SDK = re.compile(r"Mixpeek SDK (?P<release>\d+(?:\.\d+)+)|Mixpeek SDK for Python", re.ASCII)
_OWASP = "OWASP API Security Top 10 2023"
_OWASP_ADDRESS = "https://owasp.org/API-Security/editions/2023/en/0x11-t10/"


@dataclass(frozen=True)
class Reference:
    """One place where a clause is published: what it is, in words, and its address, if it has one in public."""

    text: str
    url: str | None = None


def links(source: str) -> Iterator[tuple[int, int, str]]:
    """Yield what can be read in public of the `source` of a clause: where it begins and ends, and its address."""
    for found in _RFC.finditer(source):
        yield found.start(), found.end(), _of_an_rfc(found["number"], found["section"])
    for found in _SDK.finditer(source):
        release = f"{found['release']}/" if found["release"] else ""
        yield found.start(), found.end(), f"https://pypi.org/project/mixpeek/{release}"
    for name, address in (*ADDRESSES.items(), (_OWASP, _OWASP_ADDRESS)):
        for found in re.finditer(re.escape(name), source):
            yield found.start(), found.end(), address


def references(source: str) -> tuple[Reference, ...]:
    """Return the places that the `source` of a clause names, in its order."""
    found: list[Reference] = []
    number = ""
    for part in source.split("; "):
        number = ((rfc := _RFC.match(part)) and rfc["number"]) or number
        address = next((one for _, _, one in links(part)), None)
        if address is None and number and (further := _FURTHER.match(part)):
            address = _of_an_rfc(number, further["section"])
        found.append(Reference(part, address))
    return tuple(found)


def addresses(source: str) -> tuple[str, ...]:
    """Return the addresses at which the `source` of a clause can be read, each once."""
    return tuple(dict.fromkeys(reference.url for reference in references(source) if reference.url))


def address_of(source: str) -> str:
    """Return the one address at which to read about a clause: of its `source`, or of the page of the operation."""
    return next(iter(addresses(source)), ADDRESSES[PAGE])


def _of_an_rfc(number: str, section: str | None) -> str:
    return f"https://www.rfc-editor.org/rfc/rfc{number}{f'#section-{section}' if section else ''}"
