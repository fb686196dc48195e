"""Secrets: a key never shows itself, and is blanked in whatever form it comes back."""

import base64
import json
import re
import string
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures import credentials
from fixtures.credentials import Credential
from fixtures.outgoing import _redactor
from fixtures.secret import SHORTEST, Redactor, Secret
from fixtures.target import Target
from tests.encodings import ENCODINGS, RAW, found_in

KEY = 'sk_Ab+/cd"12 34=+?'
FOREIGN = "sk_foreign/8 7+6543"

OUTER = ("base64", "percent-encoded, whole, lower case", "JSON escapes, whole", "hex, lower case", "decimal entities")
AROUND = st.sampled_from(("", '{"a": "', "Bearer ", '", "b": 1}', "\n", "é", "x=", "?key=", " a1"))
LIFELIKE = st.from_regex(
    r"sk_(live_)?[A-Za-z]{3}[0-9][A-Za-z0-9]{6}[-+/_~.]?[A-Za-z]{4}[0-9]{2}[A-Za-z]{4,9}", fullmatch=True
)
KEYS = st.text(string.printable.strip(), min_size=SHORTEST, max_size=40)


@dataclass(frozen=True)
class Holder:
    name: str
    key: Secret


def target(key: str = KEY) -> Target:
    return Target("http://m.example", Secret(key), "n", foreign_api_key=Secret(FOREIGN), foreign_namespace="f")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "itself": str,
    "escaped": lambda key: quote(key, safe=""),
    "escaped as a form": quote_plus,
    "escaped in lower case": lambda key: "".join(
        one if quote(one, safe="") == one else f"%{ord(one):02x}" for one in key
    ),
    "in JSON": lambda key: json.dumps(key)[1:-1],
    "in JSON with escaped slashes": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "base64": encoded,
    "base64 as a user name": lambda key: encoded(f"{key}:"),
    "base64 as a password": lambda key: encoded(f":{key}"),
    "base64 without padding": lambda key: encoded(key).rstrip("="),
    "base64 for URLs": lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
}


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!s}".format,
        "{!r:>20}".format,
        lambda key: f"{key}",
        "%s".__mod__,
    ],
    ids=["repr", "str", "format", "format as str", "format with width", "f-string", "percent"],
)
def test_a_secret_does_not_show_itself(show: Callable[[object], str]) -> None:
    for holder in (Secret(KEY), Holder("a", Secret(KEY)), target(), [Secret(KEY)], {"key": Secret(KEY)}):
        text = show(holder)
        assert KEY not in text
        assert "Secret(…)" in text


def test_a_secret_does_not_show_in_a_traceback() -> None:
    secret = Secret(KEY)
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "secret = Secret(…)" in text
    assert KEY not in text


def test_a_secret_is_given_where_it_is_asked_for() -> None:
    assert Secret(KEY).reveal() == KEY


def test_a_key_that_cannot_be_blanked_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="fewer than 8 characters") as refusal:
        Secret("sk_1234")
    assert "sk_1234" not in str(refusal.value)


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_blanked_in_every_form(form: str) -> None:
    """The name of the key stands in its place, whatever form it had."""
    made = FORMS[form](KEY)
    text, found = Redactor().also(KEY, "API key").blank(f"before {made} after".encode())
    assert text.startswith(b"before ")
    assert b"[API key]" in text
    assert len(text) < len("before [API key] after") + 5  # a character that base64 shares with what stands beside
    assert found == ("API key",)


@pytest.mark.parametrize("name", [*ENCODINGS, *RAW])
@settings(max_examples=15, deadline=None)
@given(key=LIFELIKE, before=AROUND, after=AROUND)
def test_no_encoding_of_a_key_is_shown(name: str, key: str, before: str, after: str) -> None:
    """Whatever a target makes of a key, nobody can make the key of what is shown."""
    made = before.encode() + {**ENCODINGS, **RAW}[name](key) + after.encode()
    redactor = Redactor().also(key, "API key")
    shown = redactor.shown(made)
    assert found_in(shown, key) == []
    assert redactor.find(shown) == []
    if "split" not in name:
        assert redactor.blank(made)[1] == ("API key",)


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("name", [name for name in ENCODINGS if not re.search("split|full-width|zero-width", name)])
def test_an_encoding_within_another_is_found(name: str, outer: str) -> None:
    """Encodings are undone one after the other, whichever came first."""
    key = "sk_live_Q7cXv2Tm9aB3zR8wK5pLd"
    made = ENCODINGS[outer](ENCODINGS[name](key).decode())
    redactor = Redactor().also(key, "API key")
    shown = redactor.shown(b'{"told": "' + made + b'"}')
    assert b"[API key]" in shown
    assert redactor.find(shown) == []


@pytest.mark.parametrize("name", ENCODINGS)
def test_json_stays_json_when_a_key_is_blanked(name: str) -> None:
    """A key that leaks breaks no other requirement: what is blanked is judged as JSON all the same."""
    key = "sk_live_Q7cXv2Tm9aB3zR8wK5pLd"
    told = json.dumps({"a": [ENCODINGS[name](key).decode()], key[:10]: key[10:], "n": list(key.encode()), "z": 1})
    redactor = Redactor().also(key, "API key")
    for text in (redactor.blank(told.encode())[0], redactor.shown(told.encode())):
        assert set(json.loads(text)) >= {"a", "n", "z"}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("sk_live_Q7cXv2Tm9aB3zR8wK5pLd", "keys begin with sk_live_, as in sk_live_Q7c…"),
        ("sk_staging_acceptance", "the staging system, acceptance tests, SK: staging"),
        ("sk_canary_0123456789", "0123456, 9007199254740991, canary, conformance-canary, sk_canary"),
        ("conformance-team-7f3k9", "mixpeek-conformance: the conformance team"),
        ("sk_0123456789abcdef0123", "obj_89abcdef, bkt_456789ab"),
    ],
)
def test_ordinary_text_that_a_key_shares_is_shown(key: str, text: str) -> None:
    """Words, what many keys begin with and short runs of digits give no key away."""
    redactor = Redactor().also(key, "API key")
    assert redactor.blank(text.encode()) == (text.encode(), ())
    assert redactor.shown(text.encode()) == text.encode()


def test_a_piece_of_a_key_is_blanked_and_named_by_nobody() -> None:
    """A piece gives the key away to who reads on; that it was repeated is not said of the target."""
    redactor = Redactor().also("sk_live_Q7cXv2Tm9aB3zR8wK5pLd", "API key")
    text = b'{"first": "sk_live_Q7cXv2Tm9", "second": "aB3zR8wK5pLd"}'
    assert redactor.blank(text) == (text, ())
    assert redactor.shown(text) == b'{"first": "[API key]", "second": "[API key]"}'


def test_what_holds_no_key_stays_as_it_is() -> None:
    text = b"no key here: sk_Ab+/cd \xff\x00"
    assert Redactor().also(KEY, "API key").blank(text) == (text, ())
    assert Redactor().blank(text) == (text, ())


@pytest.mark.parametrize("short_first", [True, False])
def test_a_key_that_is_part_of_another_leaves_nothing_of_it(short_first: bool) -> None:
    keys = [("sk_12345", "short"), ("sk_12345_and_more", "long")]
    redactor = Redactor()
    for key, name in keys if short_first else reversed(keys):
        redactor = redactor.also(key, name)
    assert redactor.blank(b"<sk_12345_and_more> <sk_12345>") == (b"<[long]> <[short]>", ("long", "short"))


def test_what_is_too_short_to_be_a_key_is_not_blanked() -> None:
    assert Redactor().also("abc", "API key").blank(b"abc") == (b"abc", ())


@pytest.mark.parametrize(
    "credential", [credentials.OWN, credentials.FOREIGN, *credentials.REFUSED], ids=lambda credential: credential.name
)
def test_the_client_blanks_what_credentials_make_of_a_key(credential: Credential) -> None:
    key = FOREIGN if credential.foreign else KEY
    made = credential.make(key)
    holds_key = made is not None and made != credential.make("another key")
    text, found = _redactor(target()).blank(f"you sent {made}!".encode())
    assert bool(found) is holds_key
    assert key.encode() not in text
    if holds_key:
        assert made is not None
        assert made.split(maxsplit=1)[-1].encode() not in text


def test_the_client_names_the_key_that_was_repeated() -> None:
    assert _redactor(target()).blank(f"{KEY} {FOREIGN}".encode()) == (
        b"[API key] [foreign API key]",
        ("API key", "foreign API key"),
    )


@given(key=KEYS, name=st.sampled_from(list(FORMS)), before=st.binary(), after=st.binary())
def test_a_key_never_survives(key: str, name: str, before: bytes, after: bytes) -> None:
    form = FORMS[name](key)
    made = (form.rstrip("=") if name.startswith("base64") else form).encode()  # padding is no part of the key
    text, found = Redactor().also(key, "[•]").blank(before + made + after)
    assert found == ("[•]",)
    assert key.encode() not in text
    assert made not in text


@given(keys=st.lists(KEYS, min_size=2, max_size=3), around=st.binary(max_size=4))
def test_of_several_keys_none_survives(keys: list[str], around: bytes) -> None:
    redactor = Redactor()
    for key in keys:
        redactor = redactor.also(key, "•")
    text, _ = redactor.blank(around.join(key.encode() for key in keys))
    assert not [key for key in keys if key.encode() in text]


@given(key=KEYS | LIFELIKE, around=st.binary(max_size=4))
def test_a_quick_look_sees_whatever_is_looked_for(key: str, around: bytes) -> None:
    """No form that is searched for, letter by letter, is passed over by the glance that comes first."""
    redactor = Redactor().also(key, "•")
    for shape, _ in redactor._shapes:
        for gram, _, _ in shape.grams:
            assert redactor._hint.search(around + gram + around)
    for form, _ in redactor._base32:
        assert redactor._hint.search(around + form)


def test_a_text_without_one_secret_is_searched_for_another() -> None:
    """What is remembered of a text holds for the secrets that were looked for, and for no more."""
    text = f"it says {FOREIGN}".encode()
    one = Redactor().also(KEY, "•")
    both = one.also(FOREIGN, "◦")
    assert [one.shown(text), both.shown(text), one.shown(text)] == [text, "it says [◦]".encode(), text]


ALMOST = (b'"1' + b"\\" * 100_000, b'"1": ' * 40_000, b"&#" + b"0" * 100_000, b"&abcdefgh" * 20_000)


@pytest.mark.parametrize("text", ALMOST, ids=["backslashes", "indices", "zeros", "entities"])
def test_no_text_takes_for_ever(text: bytes) -> None:
    """What almost is an escape is passed over once: with a search from each of its bytes this would last minutes."""
    assert Redactor().also(KEY, "•").shown(text) == text
