"""The environment on the way: proxies and authorities, checked before anything is sent."""

from pathlib import Path

import pytest

from fixtures.client import Client
from fixtures.proxy import proxy_of
from fixtures.settings import resolve
from fixtures.target import Misconfigured
from tests.hostile.sockets import serving, speaks_http_1_0
from tests.support import closed_port, run_suite

SECURE, PLAIN = "https://m.example", "http://127.0.0.1:9"


def settings(base_url: str, environment: dict[str, str], **options: object) -> Client:
    """A client as the settings make it."""
    given = {"MIXPEEK_API_KEY": "sk_canary_0123456789", "MIXPEEK_NAMESPACE": "ours", **environment}
    target = resolve({"base-url": base_url, **options}, given, Path()).target
    assert target is not None
    return Client(target)


@pytest.mark.parametrize(
    ("base_url", "environment", "variable"),
    [
        (SECURE, {"ALL_PROXY": "socks5://127.0.0.1:1080"}, "ALL_PROXY"),
        (SECURE, {"HTTPS_PROXY": "http://[::1"}, "HTTPS_PROXY"),
        (SECURE, {"https_proxy": "http://a b"}, "https_proxy"),
        (SECURE, {"HTTPS_PROXY": "ftp://proxy"}, "HTTPS_PROXY"),
        (SECURE, {"HTTPS_PROXY": "http://:8080"}, "HTTPS_PROXY"),
        (SECURE, {"HTTPS_PROXY": "http://proxy:port"}, "HTTPS_PROXY"),
        (PLAIN, {"HTTP_PROXY": "::::"}, "HTTP_PROXY"),
        (SECURE, {"SSL_CERT_FILE": "/nowhere/ca.pem"}, "SSL_CERT_FILE"),
        (SECURE, {"SSL_CERT_FILE": __file__}, "SSL_CERT_FILE"),
        (SECURE, {"SSL_CERT_DIR": "/nowhere"}, "SSL_CERT_DIR"),
        (SECURE, {"SSLKEYLOGFILE": "/nowhere/log"}, "SSLKEYLOGFILE"),
    ],
)
def test_a_variable_that_cannot_be_right_is_named(
    base_url: str, environment: dict[str, str], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence names the variable."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=rf"\Athe variable {variable} names [ -~]*\Z"):
        settings(base_url, environment)


@pytest.mark.parametrize(
    ("base_url", "environment", "options"),
    [
        (PLAIN, {"NO_PROXY": "[::1]"}, {}),
        (PLAIN, {"NO_PROXY": "[::1],a,,*.b,10.0.0.0/8,http://[,]["}, {}),
        (PLAIN, {"NO_PROXY": "127.0.0.1", "ALL_PROXY": "socks5://127.0.0.1:1080"}, {}),
        (PLAIN, {"HTTPS_PROXY": "::::"}, {}),
        (PLAIN, {"SSL_CERT_FILE": "/nowhere/ca.pem", "SSL_CERT_DIR": "/nowhere", "SSLKEYLOGFILE": "/nowhere/x"}, {}),
        (SECURE, {"HTTP_PROXY": "::::"}, {}),
        (SECURE, {"SSL_CERT_FILE": "/nowhere/ca.pem"}, {"insecure": True}),
        (SECURE, {"SSL_CERT_DIR": "/tmp:/nowhere"}, {}),
        (SECURE, {"HTTPS_PROXY": ""}, {}),
    ],
)
def test_what_does_not_matter_for_the_target_is_not_said(
    base_url: str, environment: dict[str, str], options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is of no use on this way is left alone."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings(base_url, environment, **options).close()


@pytest.mark.parametrize(
    ("base_url", "listed", "direct"),
    [
        ("http://h.example", "example", True),
        ("http://h.example", ".example", True),
        ("http://h.example", "h.example:80", True),
        ("http://h.example", "h.example:8080", False),
        ("http://h.example", "*", True),
        ("http://h.example", "*.example", True),
        ("http://h.example", "ample", False),
        ("http://H.EXAMPLE.", "h.example", True),
        ("http://h.example", "other, h.example", True),
        ("http://[::1]:80", "::1", True),
        ("http://[::1]:80", "[::1]", True),
        ("http://[::1]:80", "::/64", True),
        ("http://10.1.2.3", "10.0.0.0/8", True),
        ("http://10.1.2.3", "10.1.2.4", False),
        ("http://h.example", "http://h.example", True),
        ("http://h.example", "", False),
    ],
)
def test_no_proxy_names_hosts(base_url: str, listed: str, direct: bool) -> None:
    """Hosts, domains, ports, addresses and networks are known, in whatever form."""
    found = proxy_of(base_url, {"HTTP_PROXY": "http://proxy.example:3128", "NO_PROXY": listed})
    assert (found is None) is direct


def test_the_lower_case_name_wins() -> None:
    """As curl and Python read it."""
    environment = {"http_proxy": "a:1", "HTTP_PROXY": "b:2", "all_proxy": "c:3"}
    found = proxy_of("http://h.example", environment)
    assert found is not None
    assert (found.variable, found.url, repr(found)) == ("http_proxy", "http://a:1", "Proxy(http_proxy)")
    assert proxy_of("http://h.example", {"http_proxy": "", "HTTP_PROXY": "b:2"}) is None


def test_a_proxy_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The sentence says by whose name the way was taken."""
    with closed_port() as nowhere:
        where = {
            "MIXPEEK_API_KEY": "sk_canary_0123456789",
            "MIXPEEK_NAMESPACE": "ours",
            "HTTP_PROXY": f"http://user:hidden-word@{nowhere}",
        }
        outcome = run_suite(("--base-url", "http://m.example"), where, tmp_path)
    assert outcome.code == 7, outcome.output
    assert "by way of the proxy that HTTP_PROXY names" in outcome.sentence
    assert "hidden-word" not in outcome.output


def test_a_run_without_use_of_the_environment_is_quiet(tmp_path: Path) -> None:
    """What the environment says of other ways keeps no run from beginning."""
    with serving(speaks_http_1_0) as where:
        host = where.partition(":")[0]
        environment = {
            "MIXPEEK_API_KEY": "sk_canary_0123456789",
            "MIXPEEK_NAMESPACE": "ours",
            "NO_PROXY": f"[::1],{host}",
            "ALL_PROXY": "socks5://127.0.0.1:1",
            "SSL_CERT_FILE": "/nowhere",
        }
        outcome = run_suite(("--base-url", f"http://{where}", "--timeout", "3"), environment, tmp_path)
    assert outcome.code in (4, 6), outcome.output
    assert "PROXY" not in outcome.output
    assert "Traceback" not in outcome.output
