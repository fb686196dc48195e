"""An operation of a document: found by its template and its method, with what a client has to send along."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from contracts.drift.document import Document, Node

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_IGNORED = ("accept", "content-type", "authorization")
"""Headers that are not parameters, whatever a document says (OpenAPI 3.1, section 4.8.12.1)."""

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}

_MOST_SERVERS = 50

Key = tuple[str, str]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, or a header that carries a credential, which is sent in the same way."""

    location: str
    name: str
    required: bool
    node: Node
    is_credential: bool = False

    @property
    def place(self) -> str:
        """Where it stands, as findings say it."""
        return f"{self.location} {self.name}"

    @property
    def form(self) -> tuple[str, bool]:
        """How an array or an object is written in it."""
        if self.is_credential:
            return "simple", False
        style = self.node.text("style") or _STYLES.get(self.location, "")
        explode = self.node.flag("explode") if "explode" in self.node.members else style == "form"
        return style, explode


@dataclass(frozen=True)
class Scheme:
    """A security scheme as an operation asks for it; one that the document does not describe has no node."""

    name: str
    node: Node | None
    scopes: tuple[str, ...] = ()

    @property
    def key(self) -> Key | None:
        """Where it puts a key, as a parameter would; None if it puts it nowhere else."""
        if self.node is None or self.node.text("type") != "apiKey":
            return None
        location, name = self.node.text("in") or "", self.node.text("name") or ""
        return location, _folded(location, name)

    @property
    def needs(self) -> tuple[str, ...]:
        """The credential and its scopes in words that do not depend on the name of the scheme."""
        kind = None if self.node is None else self.node.text("type")
        match kind:
            case "http" if self.node is not None:
                return (f"HTTP {(self.node.text('scheme') or '').lower()}",)
            case "apiKey" if self.node is not None:
                return (f"a key in the {self.node.text('in')} {self.node.text('name')}",)
            case "oauth2" | "openIdConnect":
                return (kind, *(f"the scope {scope}" for scope in self.scopes))
            case None:
                return (f"a scheme that is not described ({self.name})",)
            case _:
                return (kind,)


@dataclass(frozen=True)
class DocumentOperation:
    """An operation: its path and its method, the path item that it stands in, and itself."""

    path: str
    method: str
    item: Node
    node: Node
    slash: bool = False
    """Whether the path ends in a slash, and that of the edition does not, or the other way round."""

    @property
    def document(self) -> Document:
        """The document that it stands in."""
        return self.node.document

    def parameters(self) -> dict[Key, Parameter]:
        """Return the parameters by where they stand and their name; those of a path have a number for a name."""
        numbers = {name: str(at) for at, name in enumerate(_names(self.path))}
        found: dict[Key, Parameter] = {}
        for holder in (self.item, self.node):
            for reference in holder.items("parameters"):
                node = reference.followed()
                location, name = node.text("in") or "", node.text("name") or ""
                if location == "header" and name.lower() in _IGNORED:
                    continue
                key = (location, numbers.get(name, name) if location == "path" else _folded(location, name))
                found[key] = Parameter(location, name, node.flag("required"), node)
        return found

    def security(self) -> list[tuple[Scheme, ...]]:
        """Return the alternatives of credentials, each with its schemes; one that is empty needs none."""
        holder = self.node if "security" in self.node.members else self.document.root
        components = self.document.root.get("components")
        known = dict(components.each("securitySchemes")) if components is not None else {}
        found = [
            tuple(
                Scheme(name, known[name].followed() if name in known else None, _scopes(item, name))
                for name in item.members
            )
            for item in holder.items("security")
        ]
        return found or [()]


def _scopes(alternative: Node, name: str) -> tuple[str, ...]:
    listed = alternative.members[name]
    return tuple(str(one) for one in listed) if isinstance(listed, list) else ()


def _folded(location: str, name: str) -> str:
    return name.lower() if location == "header" else name


def operations(document: Document) -> Iterator[DocumentOperation]:
    """Yield every operation of a document, in its order."""
    for path, reference in document.root.each("paths"):
        if path.startswith("/"):
            item = reference.followed()
            for method in METHODS:
                if item.members.get(method) is not None:
                    yield DocumentOperation(path, method, item, item.child(method).followed())


def items_like(path: str, method: str, document: Document) -> list[tuple[str, Node, bool]]:
    """Return the paths that may serve `path`, the closest first: the path, its item, and whether a slash differs.

    Names in a template do not count. A document may serve it below a prefix, of its own or of its servers, which
    the operation `method` of a path may have for itself.
    """
    found: list[tuple[int, int, str, Node, bool]] = []
    prefixes = _prefixes(document.root)
    for template, reference in document.root.each("paths"):
        if not template.startswith("/") or len(_parts(template)) > 100:
            continue
        rank = _rank(path, template, _own_prefixes(reference, method) or prefixes)
        if rank is not None:
            found.append((rank[0], len(template), template, reference.followed(), rank[1]))
    found.sort(key=lambda each: each[:3])
    return [(one, item, slash) for _, _, one, item, slash in found]


def _rank(path: str, one: str, prefixes: list[str]) -> tuple[int, bool] | None:
    """Return how far a path of a document is from that of the edition, and whether a slash differs."""
    wanted = _parts(path)
    bare = one.rstrip("/") if not path.endswith("/") else one
    slash = bare != one
    fulls = [bare, *(f"{prefix.rstrip('/')}{bare}" for prefix in prefixes)]
    for rank, full in enumerate(fulls):
        if _parts(full) == wanted:
            return (min(rank, 1) + 4 * slash, slash)
    if any(_parts(full)[-len(wanted) :] == wanted for full in fulls):
        return (2 + 4 * slash, slash)
    return None


def _parts(path: str) -> list[str]:
    return ["{}" if part.startswith("{") and part.endswith("}") else part for part in path.split("/")[1:]]


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}")]


def _own_prefixes(item: Node, method: str) -> list[str]:
    """Return the paths of the servers that an operation names, or else its path."""
    operation = item.get(method) if isinstance(item.value, Mapping) else None
    return (_prefixes(operation) if operation is not None else []) or _prefixes(item)


def _prefixes(holder: Node) -> list[str]:
    """Return the paths of the servers that the document, or one path of it, names."""
    if not isinstance(holder.value, Mapping) or "servers" not in holder.value:
        return []
    return [_path_of(server) for server in holder.items("servers")[:_MOST_SERVERS]]


def _path_of(server: Node) -> str:
    """Return the path of the URL of a server, with the defaults of its variables."""
    url = server.text("url") or ""
    for name, variable in server.each("variables"):
        url = url.replace(f"{{{name}}}", variable.text("default") or "")
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path if path.startswith("/") else f"/{path}"
