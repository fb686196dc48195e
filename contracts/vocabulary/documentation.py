"""Where the documentation of a requirement is: the one place that knows its address."""

from functools import cache
from importlib import metadata

_LABEL = "Documentation"


@cache
def base_url() -> str | None:
    """Return the address of the documentation: `Documentation` in `project.urls` of `pyproject.toml`.

    None if the project names none, or runs from a checkout that is not installed.
    """
    try:
        given = metadata.metadata("mixpeek-conformance").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return None
    urls = dict(one.replace(" ", "").split(",", 1) for one in given)
    return urls[_LABEL].rstrip("/") if _LABEL in urls else None


def page_of(requirement_id: str) -> str:
    """Return the page of a requirement: an address, or its path in the documentation if that has none."""
    path = f"reference/requirements/{requirement_id}.html"
    return f"{base_url()}/{path}" if base_url() else path
