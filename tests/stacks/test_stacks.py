"""Ordinary applications: the report of each shows exactly the deviations that it really has, and no others."""

import contextlib
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from fixtures.reference.demo_keys import DEMONSTRATION
from tests.support.commands import environment_of, run_suite
from tests.support.postgresql import postgresql

HERE = Path(__file__).parent
DEVIATIONS = tomllib.loads((HERE / "deviations.toml").read_text("utf-8"))

SHARED = {
    "KEYS": f"{DEMONSTRATION.api_key}=ours,{DEMONSTRATION.foreign_api_key}=theirs",
    "NAMESPACES": json.dumps(
        [
            {"namespace_id": f"ns_{number}", "namespace_name": name, "owner": owner}
            for number, (name, owner) in enumerate(
                [
                    (DEMONSTRATION.namespace, "ours"),
                    (DEMONSTRATION.other_namespace, "ours"),
                    (DEMONSTRATION.foreign_namespace, "theirs"),
                ]
            )
        ]
    ),
}

Application = contextlib.AbstractContextManager[str]


@contextlib.contextmanager
def serving(command: list[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Start an application that tells its port in one JSON line, and return its base URL."""
    process = subprocess.Popen(
        command, env=environment_of({**SHARED, **environment}), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


@contextlib.contextmanager
def fastapi(folder: Path) -> Iterator[str]:
    """FastAPI, Pydantic and PostgreSQL."""
    with (
        postgresql(folder) as database,
        serving([sys.executable, "-m", "tests.stacks.fastapi_app"], {"DATABASE_URL": database}) as base_url,
    ):
        yield base_url


def django(folder: Path) -> Application:
    """Django REST framework and SQLite."""
    return serving([sys.executable, str(HERE / "django_app.py")], {"DATABASE": str(folder / "db.sqlite3")})


def express(_: Path) -> Application:
    """Express, with objects in memory."""
    return serving([shutil.which("node") or "node", str(HERE / "express" / "app.js")], {})


APPLICATIONS: dict[str, Callable[[Path], Application]] = {"fastapi": fastapi, "django": django, "express": express}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_report_shows_what_deviates(name: str, tmp_path: Path) -> None:
    """A run against an application finds every deviation that is written down for it, and nothing else."""
    reports = tmp_path / "reports"
    reports.mkdir()
    with APPLICATIONS[name](tmp_path) as base_url:
        known = {**DEMONSTRATION.environment, "MIXPEEK_BASE_URL": base_url}
        outcome = run_suite(("--effort", "quick", "--seed", "1", "--result-only"), known, reports)
    shown = {
        one["id"]: f"{one['violations'][0]['expected']}, got {one['violations'][0]['actual']}"
        for one in outcome.result["requirements"]
        if one["verdict"] == "violated"
    }
    assert shown.keys() == DEVIATIONS[name].keys(), json.dumps(shown, indent=2, ensure_ascii=False)
    assert outcome.ids("inconclusive") == set(), outcome.output
    assert outcome.code == (1 if shown else 0)
