"""Draws `docs/images/`: the first screen of a red report and of a green one.

`python -m tools.screenshots` asks the reference service, and needs chromium. It is run by hand when the page changes.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from fixtures.reference.server import ReferenceServer
from tests.support.commands import command_of, environment_of

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
PICTURES = {"red": "/faults/naive-timestamps", "green": ""}
"""What each picture shows, by the path of the service that is asked."""

SCREEN = ViewportSize(width=1280, height=800)


def main() -> int:
    """Ask the reference service twice, and draw the pages of the two reports."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("these pictures are drawn by chromium: apt install chromium", file=sys.stderr)
        return 4
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ReferenceServer() as server, tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path in PICTURES.items():
            report = Path(place) / name
            arguments = ("--base-url", f"{server.base_url}{path}", "--report-dir", str(report), "--seed", "1", "-q")
            environment = environment_of(server.credentials.environment)
            subprocess.run(command_of("run", *arguments), cwd=place, env=environment, check=False)
            page = browser.new_page(viewport=SCREEN, color_scheme="light")
            page.goto((report / "index.html").as_uri())
            page.screenshot(path=FOLDER / f"report-{name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
