"""The version of this suite, for results and for the user agent."""

from importlib import metadata


def suite_version() -> str:
    """Return the version of the installed suite; `0` where it runs from a checkout that is not installed."""
    try:
        return metadata.version("mixpeek-conformance")
    except metadata.PackageNotFoundError:
        return "0"
