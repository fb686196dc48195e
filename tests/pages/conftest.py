"""A real browser without network, and the tools that users feed the reports to."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NODE = Path(__file__).parent / "node_modules"
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

PATIENCE = 120_000
"""Milliseconds that are waited for what a slow machine shows late."""

expect.set_options(timeout=PATIENCE)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    path = shutil.which("chromium") or pytest.fail("these tests open pages in chromium: apt install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file as a page, with what a context takes. One of ours may fetch nothing, and complain of nothing."""
    contexts, fetched, complaints, opened_files = [], list[str](), list[str](), set[str]()

    def opened(path: Path, fragment: str = "", *, ours: bool = True, **options: Any) -> Page:
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if ours:
            page.on("request", lambda request: fetched.append(request.url))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda message: complaints.append(message.text))
            opened_files.add(path.as_uri())
        page.goto(path.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert {url.partition("#")[0] for url in fetched} == opened_files
    assert complaints == []


@pytest.fixture(scope="session")
def tool() -> Callable[..., str]:
    """Run a tool of package.json, and return what it printed; the test fails if the tool does."""
    if not NODE.is_dir():
        pytest.fail(f"the tools that read the reports are not there: npm ci --prefix {NODE.parent}")

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [NODE / ".bin" / command[0], *command[1:]],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run
