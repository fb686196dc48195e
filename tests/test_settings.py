"""Settings: what wins, and the one sentence that a user reads where they do not add up."""

from pathlib import Path
from typing import Any

import pytest

from contracts.requirement import Capability
from fixtures import gate
from fixtures.settings import Settings, resolve
from fixtures.target import PRODUCTION, Misconfigured, Target, base_url_of

KEY = "sk_canary_0123456789"
URL = "https://m.example"
ENVIRONMENT = {"MIXPEEK_BASE_URL": URL, "MIXPEEK_API_KEY": KEY, "MIXPEEK_NAMESPACE": "ours"}

FILE = f"""
[targets.staging]
base-url = "{URL}/staging/v1/"
namespace = "from-file"
other-namespace = "other-from-file"
bucket = "bkt_file"
object = "obj_file"
edition = "2026-04"
effort = "quick"
timeout = 5
without = ["read-back"]

[targets.keys]
base-url = "{URL}"
namespace = "ours"
api-key-env = "STAGING_KEY"
foreign-api-key-env = "STAGING_FOREIGN_KEY"
foreign-namespace = "theirs"

[targets.empty]
"""


def resolved(
    folder: Path,
    options: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    file: str | None = None,
) -> Settings:
    if file is not None:
        folder.joinpath("conformance.toml").write_text(file)
    return resolve(options or {}, ENVIRONMENT if environment is None else environment, folder)


def target_of(settings: Settings) -> Target:
    assert settings.target is not None
    return settings.target


def test_without_a_base_url_the_reference_service_is_meant(tmp_path: Path) -> None:
    assert resolved(tmp_path, environment={}) == Settings(None, "2026-04", "standard", frozenset())


def test_the_environment_is_enough(tmp_path: Path) -> None:
    settings = resolved(tmp_path, environment={**ENVIRONMENT, "MIXPEEK_OTHER_NAMESPACE": "other"})
    target = target_of(settings)
    assert (target.base_url, target.namespace, target.other_namespace) == (URL, "ours", "other")
    assert (target.name, target.bucket, target.object, target.embedded) == (None, None, None, False)
    assert (target.foreign_api_key, target.foreign_namespace, target.timeout) == (None, None, 30.0)
    assert target.api_key.reveal() == KEY
    assert (settings.edition, settings.effort, settings.without) == ("2026-04", "standard", frozenset())


def test_a_table_of_the_file_is_enough(tmp_path: Path) -> None:
    settings = resolved(tmp_path, {"target": "staging"}, {"MIXPEEK_API_KEY": KEY}, FILE)
    target = target_of(settings)
    assert (target.base_url, target.namespace, target.other_namespace) == (
        f"{URL}/staging",
        "from-file",
        "other-from-file",
    )
    assert (target.name, target.bucket, target.object) == ("staging", "bkt_file", "obj_file")
    assert (settings.effort, target.timeout) == ("quick", 5.0)
    assert settings.without == target.without == {Capability.READ_BACK}


def test_the_file_is_not_read_where_no_target_is_named(tmp_path: Path) -> None:
    assert target_of(resolved(tmp_path, file="this is no TOML")).namespace == "ours"


def test_another_file_can_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(FILE)
    options = {"target": "staging", "targets-file": str(other)}
    assert target_of(resolved(tmp_path, options, {"MIXPEEK_API_KEY": KEY})).namespace == "from-file"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    target = target_of(resolved(tmp_path, {"target": "staging"}, file=FILE))
    assert (target.base_url, target.namespace, target.bucket) == (URL, "ours", "bkt_file")


@pytest.mark.parametrize(
    "host",
    [
        PRODUCTION,
        PRODUCTION.upper(),
        f"{PRODUCTION}.",
        f"{PRODUCTION}:8443",
        f"{PRODUCTION}. \t",
        "ap\ti.mixpeek.com",
        f"user@{PRODUCTION}",
        "\uff41pi.mixpeek.com",
        "api\u3002mixpeek.com",
        "a\u00adpi.mixpeek.com",
        "api%2emixpeek.com",
        "api%2Emixpeek%2Ecom",
        f"{PRODUCTION}%00",
        f"{PRODUCTION}\\",
        f"{PRODUCTION}\\@m.example",
        "api.m\u0131xpeek.com",
        "api.mixpee\u212a.com",
    ],
)
def test_no_spelling_gets_past_the_production_guard(tmp_path: Path, host: str) -> None:
    """The vendor's production is refused however its host is written, or the host is."""
    with pytest.raises(Misconfigured):
        resolved(tmp_path, {"base-url": f"https://{host}"})


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://[::1]:8000", "http://my_host", "https://m.example.", f"http://x.{PRODUCTION}"],
)
def test_other_hosts_are_taken_as_they_are(tmp_path: Path, url: str) -> None:
    """Addresses, names with an underscore and root names are hosts like any other."""
    assert target_of(resolved(tmp_path, {"base-url": url})).base_url == url


def test_a_host_in_other_letters_is_told_as_it_is_asked(tmp_path: Path) -> None:
    """A host that the client would look up under another name is refused with that name."""
    with pytest.raises(Misconfigured, match=r"write it as xn--mnchen-3ya\.example"):
        resolved(tmp_path, {"base-url": "https://m\u00fcnchen.example"})


OPTIONS = {
    "target": "staging",
    "base-url": "http://option.example",
    "namespace": "from-option",
    "other-namespace": "other-from-option",
    "bucket": "bkt_option",
    "object": "obj_option",
    "effort": "thorough",
    "timeout": "7.5",
    "without": ["set-up", "foreign-key"],
}


def test_an_option_wins_over_both(tmp_path: Path) -> None:
    settings = resolved(tmp_path, OPTIONS, {**ENVIRONMENT, "MIXPEEK_OTHER_NAMESPACE": "other"}, FILE)
    target = target_of(settings)
    assert (target.base_url, target.namespace, target.other_namespace) == (
        "http://option.example",
        "from-option",
        "other-from-option",
    )
    assert (target.bucket, target.object, target.timeout) == ("bkt_option", "obj_option", 7.5)
    assert settings.effort == "thorough"
    assert settings.without == {Capability.SET_UP, Capability.FOREIGN_KEY, Capability.READ_BACK}  # they add up


def test_an_option_that_was_not_given_wins_over_nothing(tmp_path: Path) -> None:
    blank = dict.fromkeys(OPTIONS) | {"target": "staging", "without": []}
    assert repr(resolved(tmp_path, blank, file=FILE)) == repr(resolved(tmp_path, {"target": "staging"}, file=FILE))


def test_a_variable_that_is_empty_is_not_set(tmp_path: Path) -> None:
    environment = {**ENVIRONMENT, "MIXPEEK_NAMESPACE": "", "MIXPEEK_FOREIGN_API_KEY": " "}
    target = target_of(resolved(tmp_path, {"target": "staging"}, environment, FILE))
    assert (target.namespace, target.foreign_api_key) == ("from-file", None)


def test_a_table_can_name_the_variables_of_its_keys(tmp_path: Path) -> None:
    environment = {**ENVIRONMENT, "STAGING_KEY": "sk_staging_1\n", "STAGING_FOREIGN_KEY": "sk_foreign_1"}
    target = target_of(resolved(tmp_path, {"target": "keys"}, environment, FILE))
    assert target.api_key.reveal() == "sk_staging_1"
    assert target.foreign_api_key is not None
    assert target.foreign_api_key.reveal() == "sk_foreign_1"
    assert target.foreign_namespace == "theirs"
    assert gate.line("sk_foreign_1") == "[foreign API key]"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://m.example", "https://m.example"),
        ("https://m.example/", "https://m.example"),
        ("https://m.example/v1", "https://m.example"),
        ("https://m.example/v1/", "https://m.example"),
        (" https://m.example/v1//\n", "https://m.example"),
        ("HTTPS://m.example/v1", "https://m.example"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/v1", "http://[::1]:8000"),
        ("https://m.example/proxy", "https://m.example/proxy"),
        ("https://m.example/proxy/", "https://m.example/proxy"),
        ("https://m.example/proxy/v1", "https://m.example/proxy"),
        ("https://m.example/proxy/v1/", "https://m.example/proxy"),
        ("https://m.example/api-v1", "https://m.example/api-v1"),
        ("https://m.example/v1/v1", "https://m.example/v1"),
    ],
)
def test_every_way_to_write_a_base_url_gives_the_same(text: str, url: str) -> None:
    assert base_url_of(text) == url


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ftp://m.example", "'ftp://m.example' does not begin with http:// or https://"),
        ("m.example", "'m.example' does not begin with http:// or https://"),
        ("localhost:8000", "does not begin with http:// or https://"),
        ("https://", "names no host"),
        ("https:///v1", "names no host"),
        ("https://:8000", "names no host"),
        ("https://m.example:0", "names no host"),
        ("https://m.example:eight", "cannot be read"),
        ("https://m.example:99999", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("https://user:hunter22@m.example", "carries a user name or a password"),
        ("https://hunter22@m.example", "carries a user name or a password"),
        ("https://:hunter22@m.example", "carries a user name or a password"),
        ("https://user:hunter22@m.example?a=b", "carries a user name or a password"),
        ("https://m.example?a=b", "carries a query or a fragment"),
        ("https://m.example#part", "carries a query or a fragment"),
    ],
)
def test_a_base_url_that_is_none_is_refused_without_its_secrets(text: str, sentence: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        base_url_of(text)
    assert sentence in str(refusal.value)
    assert "give it as https://HOST" in str(refusal.value)
    assert "hunter22" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "ftp://user:hunter22@m.example",
        "https://user:hunter22@m.example:eight",
        "https://user:hunter22@",
        "https://m.example?key=hunter22",
        "https://m.example#hunter22",
    ],
)
def test_a_base_url_that_is_none_is_refused_without_what_it_carries(text: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        base_url_of(text)
    assert "hunter22" not in str(refusal.value)


REFUSED_OPTIONS = {
    "an unknown capability": (
        {"without": ["telepathy"]},
        "--without 'telepathy' is not known: give one of read-back",
    ),
    "an unknown effort": (
        {"effort": "heroic"},
        "effort 'heroic' is not known: give one of quick, standard, thorough",
    ),
    "an unknown edition": ({"edition": "1999-01"}, "edition '1999-01' is not known: give one of 2026-04"),
    "a time in words": ({"timeout": "soon"}, "timeout 'soon' is no number of seconds between 0 and 3600"),
    "no time": ({"timeout": "0"}, "timeout '0' is no number of seconds"),
    "a time before now": ({"timeout": "-1"}, "timeout '-1' is no number of seconds"),
    "a time without end": ({"timeout": "inf"}, "timeout 'inf' is no number of seconds"),
    "a time that is none": ({"timeout": "nan"}, "timeout 'nan' is no number of seconds"),
    "a bucket alone": ({"bucket": "b"}, "--bucket and --object go together"),
    "an object alone": ({"object": "o"}, "--bucket and --object go together"),
    "a base URL that is none": ({"base-url": "m.example"}, "does not begin with http:// or https://"),
    "a target without a file": ({"target": "staging"}, "--target staging needs "),
}


@pytest.mark.parametrize(("options", "sentence"), REFUSED_OPTIONS.values(), ids=list(REFUSED_OPTIONS))
def test_an_option_that_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, options: dict[str, Any], sentence: str
) -> None:
    assert_refused(tmp_path, sentence, options, ENVIRONMENT)


REFUSED_ENVIRONMENTS = {
    "no key": ({"MIXPEEK_API_KEY": ""}, f"no API key for {URL}: set MIXPEEK_API_KEY in the environment"),
    "a short key": ({"MIXPEEK_API_KEY": "sk_cana"}, "the key in MIXPEEK_API_KEY is refused: a key of fewer than 8"),
    "a word for a key": ({"MIXPEEK_API_KEY": "bucket_id"}, "the key in MIXPEEK_API_KEY is refused: it is a word of"),
    "a word in capitals": ({"MIXPEEK_API_KEY": "Created_At"}, "it is a word of the API, and cannot be told from the"),
    "a header for a key": (
        {"MIXPEEK_API_KEY": "X-Namespace"},
        "it is a word of the API, and cannot be told from the",
    ),
    "zeros for a key": ({"MIXPEEK_API_KEY": "0000000000"}, "a key of fewer than 4 different characters"),
    "a key of other letters": ({"MIXPEEK_API_KEY": f"{KEY}é"}, "MIXPEEK_API_KEY has characters outside ASCII"),
    "a key of quotes": ({"MIXPEEK_API_KEY": f"“{KEY}”"}, "MIXPEEK_API_KEY has characters outside ASCII"),
    "a short foreign key": ({"MIXPEEK_FOREIGN_API_KEY": "sk_cana"}, "the key in MIXPEEK_FOREIGN_API_KEY is refused"),
    "a foreign key alone": ({"MIXPEEK_FOREIGN_API_KEY": KEY}, "a foreign key needs its namespace"),
    "no namespace": ({"MIXPEEK_NAMESPACE": ""}, f"no namespace for {URL}: give --namespace or set MIXPEEK_NAMESPACE"),
}


@pytest.mark.parametrize(("changes", "sentence"), REFUSED_ENVIRONMENTS.values(), ids=list(REFUSED_ENVIRONMENTS))
def test_a_variable_that_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    assert_refused(tmp_path, sentence, {}, {**ENVIRONMENT, **changes})


def test_a_key_of_two_lines_is_refused(tmp_path: Path) -> None:
    two_lines = {**ENVIRONMENT, "MIXPEEK_API_KEY": f"{KEY}\n{KEY}"}
    assert_refused(tmp_path, "the key in MIXPEEK_API_KEY has ", {}, two_lines)


def test_a_key_of_no_text_is_refused_without_being_shown(tmp_path: Path) -> None:
    """The bytes of a variable may be no text: its key is refused, and blanked in what is said."""
    key = b"sk_live_\xffZ8kQ2mX7".decode("utf-8", "surrogateescape")
    assert_refused(tmp_path, "the key in MIXPEEK_API_KEY has ", {}, {**ENVIRONMENT, "MIXPEEK_API_KEY": key})
    assert "Z8kQ2mX7" not in gate.line(f"it says {key}")


@pytest.mark.parametrize("name", ["bucket", "object"])
def test_what_is_handed_over_needs_a_base_url(tmp_path: Path, name: str) -> None:
    assert_refused(tmp_path, f"--{name} needs the target it is on: give --base-url", {name: "x"}, {})


REFUSED_FILES = {
    "no TOML": ("[targets.staging", "conformance.toml is no TOML: "),
    "nothing": ("", "conformance.toml has no [targets.staging]; it has: none"),
    "another target": ('[targets.prod]\nnamespace = "n"', "has no [targets.staging]; it has: prod"),
    "an unknown table": ("[targets.staging]\n[target.prod]", "has an unknown table 'target': targets are tables"),
    "targets as a list": ("targets = [1]", "has no [targets.staging]; it has: none"),
}

REFUSED_LINES = {
    "a slip of the pen": ('name-space = "n"', "has an unknown name 'name-space': did you mean 'namespace'?"),
    "an unknown name": ('qqq = "n"', "has an unknown name 'qqq': known are base-url, namespace"),
    "a key": (f'api-key = "{KEY}"', "a key is never written down: name its variable with 'api-key-env'"),
    "a foreign key": (f'foreign-api-key = "{KEY}"', "did you mean 'foreign-api-key-env'?"),
    "a key under another name": (f'token = "{KEY}"', "has an unknown name 'token'"),
    "a number for a text": ("namespace = 7", "namespace of [targets.staging]"),
    "a list for a text": ('base-url = ["https://m.example"]', "base-url of [targets.staging]"),
    "a text for a list": ('without = "read-back"', "without is a list of capabilities"),
    "a number in a list": ("without = [7]", "without is a list of capabilities"),
    "an unknown capability": ('without = ["sleep"]', "--without 'sleep' is not known"),
    "an unknown effort": ('effort = "heroic"', "effort 'heroic' is not known"),
    "true for a time": ("timeout = true", "timeout True is no number of seconds"),
    "a variable that is not set": ('api-key-env = "NOWHERE"', "the variable NOWHERE that api-key-env names is not"),
    "a foreign variable that is not set": ('foreign-api-key-env = "NOWHERE"', "that foreign-api-key-env names"),
}


@pytest.mark.parametrize(("file", "sentence"), REFUSED_FILES.values(), ids=list(REFUSED_FILES))
def test_a_file_that_cannot_be_is_refused_in_one_sentence(tmp_path: Path, file: str, sentence: str) -> None:
    tmp_path.joinpath("conformance.toml").write_text(file)
    assert_refused(tmp_path, sentence, {"target": "staging"}, ENVIRONMENT)


def test_a_file_that_is_no_text_is_refused_in_one_sentence(tmp_path: Path) -> None:
    tmp_path.joinpath("conformance.toml").write_bytes(b"\xff\xfe")
    assert_refused(tmp_path, "conformance.toml is no TOML: ", {"target": "staging"}, ENVIRONMENT)


@pytest.mark.parametrize(("line", "sentence"), REFUSED_LINES.values(), ids=list(REFUSED_LINES))
def test_a_line_of_a_table_that_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, line: str, sentence: str
) -> None:
    tmp_path.joinpath("conformance.toml").write_text(f"[targets.staging]\n{line}")
    assert_refused(tmp_path, sentence, {"target": "staging"}, ENVIRONMENT)


def test_a_key_in_place_of_the_name_of_its_variable_is_not_shown(tmp_path: Path) -> None:
    tmp_path.joinpath("conformance.toml").write_text(f'[targets.staging]\napi-key-env = "{KEY}"')
    assert_refused(tmp_path, "that api-key-env names is not set: export it", {"target": "staging"}, ENVIRONMENT)


def test_a_target_that_is_no_table_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("conformance.toml").write_text("[targets]\nstaging = 7")
    assert_refused(tmp_path, "has no table [targets.staging]", {"target": "staging"}, ENVIRONMENT)


def test_a_target_without_a_base_url_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("conformance.toml").write_text(FILE)
    assert_refused(tmp_path, "target 'empty' has no base-url: add it to its table", {"target": "empty"}, {})


def assert_refused(folder: Path, sentence: str, options: dict[str, Any], environment: dict[str, str]) -> None:
    """Assert that settings are refused with `sentence`, on one line and without the key."""
    with pytest.raises(Misconfigured) as refusal:
        resolve(options, environment, folder)
    said = str(refusal.value)
    assert sentence in said
    assert KEY[:7] not in said
    assert len(said.splitlines()) == 1
