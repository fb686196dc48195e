"""Credentials: what is sent, and the shell expression that stands for it in reports."""

import subprocess

import pytest
from hypothesis import given, settings

from fixtures.credentials import NONE, OWN, REFUSED, Credential
from fixtures.strategies import near_keys

KEY = "sk_CanaryKey9ThatMustNotShow"
LOWER = "sk_a_key_without_capitals"


@pytest.mark.parametrize("credential", [OWN, *(one for one in REFUSED if one is not NONE)], ids=repr)
@pytest.mark.parametrize("key", [KEY, LOWER])
def test_the_shell_expression_gives_what_was_sent(credential: Credential, key: str) -> None:
    assert in_bash(credential, key) == credential.make(key)


@settings(max_examples=30, deadline=None, database=None)
@given(near_keys())
def test_a_near_key_is_never_the_key_and_its_shell_expression_gives_it(credential: Credential) -> None:
    made = credential.make(KEY)
    assert made is not None
    assert made != OWN.make(KEY)
    assert in_bash(credential, KEY) == made


def test_no_refused_credential_is_the_right_one() -> None:
    assert all(one.make(key) != OWN.make(key) for one in REFUSED for key in (KEY, LOWER))


def test_no_credential_shows_the_key() -> None:
    assert not any(KEY in one.shell + repr(one) + one.name for one in REFUSED)


def in_bash(credential: Credential, key: str) -> str:
    command = ["bash", "-c", f'printf %s "{credential.shell}"']
    done = subprocess.run(
        command, env={"MIXPEEK_API_KEY": key, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    return done.stdout
