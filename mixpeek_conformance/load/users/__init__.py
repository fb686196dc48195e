"""The kinds of users, one module each."""

from mixpeek_conformance.load.users.crowds import Crowd
from mixpeek_conformance.load.users.editors import Editor
from mixpeek_conformance.load.users.load_user import LoadUser
from mixpeek_conformance.load.users.readers import ReadingUser
from mixpeek_conformance.load.users.strangers import Stranger

KINDS: dict[str, type[LoadUser]] = {"editors": Editor, "crowds": Crowd, "readers": ReadingUser, "strangers": Stranger}
"""The classes, by the names of the options that weigh them."""

__all__ = ["KINDS", "LoadUser"]
