"""Counts which planted faults `st run` finds by itself, beside the suite: the table of
docs/explanation/schemathesis.md.

    python -m tools.schemathesis_alone [--every] [--report FILE]

asks the first fault of each requirement, or every one written by hand. Schemathesis is given all that it can use: the
document of the edition, a valid key and namespace, and an object that is there. A fault is found if a check fails
that does not fail on the faithful service.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from contracts.catalogue import CATALOGUE
from contracts.editions import edition
from fixtures.reference.deviations import FAULTS, Fault
from fixtures.reference.server import ReferenceServer
from mixpeek_conformance.layout import ROOT
from mixpeek_conformance.proof.parallel_runs import ask, pool
from mixpeek_conformance.pytest_run.engine import run

DOCUMENT = ROOT / "contracts" / "editions" / f"{edition.DEFAULT}.yaml"
SEED = "1"


@dataclass(frozen=True)
class Findings:
    """What one run of a program found: the names of what failed, seconds, and the requests of `st run`."""

    found: tuple[str, ...]
    seconds: float
    requests: int = 0


def chosen(every: bool) -> list[Fault]:
    """Return the first fault of each requirement, in the order of the registry; or all."""
    if every:
        return list(FAULTS.values())
    first: dict[str, Fault] = {}
    for fault in FAULTS.values():
        for requirement in fault.breaks:
            first.setdefault(requirement, fault)
    return list(dict.fromkeys(first.values()))


def made_object(base_url: str, server: ReferenceServer) -> tuple[str, str]:
    """Return the ids of a bucket and an object that the service has."""
    known = server.credentials
    headers = {"Authorization": f"Bearer {known.api_key}", "X-Namespace": known.namespace}
    with httpx.Client(base_url=base_url, headers=headers) as http:
        schema = {"properties": {"content": {"type": "text"}}}
        name = f"schemathesis-{os.urandom(4).hex()}"
        bucket = http.post("/v1/buckets", json={"bucket_name": name, "bucket_schema": schema}).raise_for_status()
        bucket_id = bucket.json()["bucket_id"]
        blob = {"property": "content", "type": "text", "data": "hi"}
        made = http.post(f"/v1/buckets/{bucket_id}/objects", json={"blobs": [blob]}).raise_for_status()
    return bucket_id, made.json()["object_id"]


def st_run(base_url: str, server: ReferenceServer, folder: Path) -> Findings:
    """Return the checks that fail when `st run` asks `base_url`."""
    bucket, identifier = made_object(base_url, server)
    known = server.credentials
    folder.joinpath("schemathesis.toml").write_text(
        f'[parameters]\nbucket_identifier = "{bucket}"\nobject_identifier = "{identifier}"\n'
        f'X-Namespace = "{known.namespace}"\n[cache]\nenabled = false\n[auth.openapi.bearer]\n'
        f'bearer = "{known.api_key}"\n'
        # Else it sends the methods that the document leaves out, and deletes the object that it patches.
        "[phases.coverage]\nunexpected-methods = []\n"
    )
    program = [str(Path(sys.executable).with_name("st")), "--no-color", "run", str(DOCUMENT), "--url", base_url]
    program += ["--seed", SEED, "--continue-on-failure", "--report", "junit", "--report-junit-path", "junit.xml"]
    began = time.monotonic()
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout + done.stderr)
    cases = re.search(r"(\d+) generated", done.stdout)
    failed = tuple(sorted(set(re.findall(r"^- (.+)$", done.stdout, re.MULTILINE))))
    return Findings(failed, seconds, int(cases[1]) if cases else 0)


def told(faults: Iterable[Fault], asked: dict[str, Findings], usual: set[str], ours: dict[str, Findings]) -> str:
    """Return the table: faults by area, and how many each program finds."""
    rows: Counter[tuple[str, str]] = Counter()
    areas: Counter[str] = Counter()
    for fault in faults:
        area = next(str(requirement.area) for requirement in CATALOGUE.values() if requirement.id in fault.breaks)
        areas[area] += 1
        rows[area, "st"] += bool(set(asked[fault.name].found) - usual)
        rows[area, "ours"] += bool(ours[fault.name].found)
    lines = ["| area | faults | `st run` | `run --effort quick` |", "| --- | --- | --- | --- |"]
    lines += [f"| {area} | {count} | {rows[area, 'st']} | {rows[area, 'ours']} |" for area, count in areas.items()]
    sums = [sum(rows[area, program] for area in areas) for program in ("st", "ours")]
    return "\n".join([*lines, f"| all | {areas.total()} | {sums[0]} | {sums[1]} |"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.schemathesis_alone", description=__doc__)
    parser.add_argument("--every", action="store_true", help="ask every fault written by hand")
    parser.add_argument("--report", type=Path, help="write what each program found to this file, as JSON")
    options = parser.parse_args()
    faults = chosen(options.every)
    with ReferenceServer() as server, pool(server, 1) as processes, tempfile.TemporaryDirectory() as place:
        usual = st_run(server.base_url, server, Path(place))
        print(
            f"the faithful service: {', '.join(usual.found) or 'nothing fails'} ({usual.seconds:.1f} s)", flush=True
        )
        asked, ours = {}, {}
        for fault in faults:
            base_url = server.fault_url(fault.name)
            asked[fault.name] = st_run(base_url, server, Path(place))
            began = time.monotonic()
            found = processes.submit(ask, run, base_url, ("--effort=quick", "--seed=2", "-m", "not observation"))
            violated = found.result().ids("violated")
            ours[fault.name] = Findings(tuple(sorted(violated)), time.monotonic() - began)
            by_st = ", ".join(set(asked[fault.name].found) - set(usual.found)) or "nothing"
            print(f"{fault.name}: {by_st} | {', '.join(sorted(violated)) or 'nothing'}", flush=True)
    print(told(faults, asked, set(usual.found), ours))
    for name, each in (("st run", asked), ("quick", ours)):
        print(f"{name}: {sum(one.seconds for one in each.values()) / len(each):.1f} s a run")
    if options.report:
        results = {name: {"st": asdict(asked[name]), "quick": asdict(ours[name])} for name in asked}
        options.report.write_text(json.dumps({"faithful": asdict(usual), "faults": results}, indent=1))


if __name__ == "__main__":
    main()
