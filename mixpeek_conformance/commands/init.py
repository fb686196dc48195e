"""The command `init`: writes the files that a project needs to ask a target, and overwrites none."""

import json
import os
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from contracts.editions import edition as editions
from contracts.invariants import edition_fit
from contracts.vocabulary.exit_codes import Exit
from contracts.vocabulary.program import started_as
from fixtures.target import targets_file
from fixtures.target.options import BY_NAME
from fixtures.target.target import Misconfigured, base_url_of
from mixpeek_conformance import installed_from
from mixpeek_conformance.child_process import ended
from mixpeek_conformance.project_files import PLACE, REFERENCE, SOURCE, Jobs, is_alone, rendered, targets
from mixpeek_conformance.streams import say, sentence_of
from reports.result import waiver_file

TARGETS = "conformance.toml"
WORKFLOWS = {"github": ".github/workflows/conformance.yml", "gitlab": ".gitlab-ci.yml"}
"""The services, and the file that each of them reads."""

INCLUDED = "conformance.gitlab-ci.yml"
"""The file for a project that has a pipeline already and is to include this one."""

_KEY = "MIXPEEK_API_KEY"
_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class _Unanswered(Exception):  # noqa: N818 - read as a sentence
    """The target gave no answers that tell editions apart; the message says why, and `code` is the exit code."""

    def __init__(self, sentence: str, code: Exit) -> None:
        super().__init__(sentence)
        self.code = code


def init(folder: Path, name: str, jobs: Jobs, given: Mapping[str, str | None]) -> int:
    """Write `conformance.toml`, `waivers.toml` and the files of CI to `folder`, for the target `name`.

    `given` are the base URL and the namespace, if they are known; if not, they are those of the environment; and the
    edition. Targets and waivers that are there stay. Nothing is sent unless the edition is to be found out.
    """
    if not _NAME.fullmatch(name):
        return _wrong(f"--name {name!r} is no name of a target: give letters, digits, hyphens and underscores")
    try:
        values = _values(given)
        source = _source(jobs, folder)
        places = {service: _place(service, folder) for service in jobs.services}
        kept = _kept(folder, name, given, places.values())
        if values.get("edition") == edition_fit.BEST:
            values["edition"] = _found_edition(values)
    except Misconfigured as error:
        return _wrong(str(error))
    except _Unanswered as error:
        return _wrong(f"the edition is not found out: {error}", error.code)
    files = {TARGETS: targets(name, values), waiver_file.FILE: rendered("waivers.toml", name)}
    files |= {place: rendered(f"{service}.yml", name, jobs, source) for service, place in places.items()}
    try:
        for file, text in files.items():
            if file in kept:
                say(f"kept   {file}")
                continue
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            with (folder / file).open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
            say(f"wrote  {file}")
    except OSError as error:
        return _wrong(f"{error.filename} cannot be written: {error.strerror}")
    if TARGETS not in kept:
        for line in _about_targets(values):
            say(line)
    for line in _next(name, places, values, source):
        say(line)
    return Exit.CONFORMANT


def _place(service: str, folder: Path) -> str:
    """Return the file of a job: that which the service reads or, in a project with a pipeline, one to be included."""
    usual = WORKFLOWS[service]
    return INCLUDED if service == "gitlab" and _is_there(folder / usual) else usual


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _kept(folder: Path, name: str, given: Mapping[str, str | None], jobs: Collection[str]) -> list[str]:
    """Return which of targets and waivers are there, and stay.

    Raise Misconfigured if a job is there, if nothing would be written, or if something `given` would not be used.
    """
    kept = [one for one in (TARGETS, waiver_file.FILE) if _is_there(folder / one)]
    taken = [one for one in jobs if _is_there(folder / one)]
    if taken or (len(kept) == 2 and not jobs):
        there = taken or kept
        are, them = ("is", "it") if len(there) == 1 else ("are", "them")
        beside = "" if taken else ", or give --ci for a job beside them"
        raise Misconfigured(
            f"{', '.join(there)} {are} there already, and nothing is overwritten: move {them} away{beside}"
        )
    if TARGETS in kept:
        if name not in (known := targets_file.tables_in(folder / TARGETS)):
            raise Misconfigured(
                f"{TARGETS} is there, and has no [targets.{name}]; it has: {', '.join(known) or 'none'}: give --name"
            )
        if useless := next((option for option, value in given.items() if value), None):
            raise Misconfigured(f"{TARGETS} is there, and stays as it is: leave out --{useless}")
    return kept


def _found_edition(values: Mapping[str, str]) -> str:
    """Return the edition that the answers of the target fit best, as the doctor finds it out, and say why.

    Raises Misconfigured if it cannot be asked, and _Unanswered if it does not answer so that anything follows.
    """
    unknown = [f"--{name}" for name in PLACE if name not in values]
    if lacking := [*unknown, *([] if os.environ.get(_KEY) else [f"the key in {_KEY}"])]:
        raise Misconfigured(f"--edition {edition_fit.BEST} asks the target, and needs {' and '.join(lacking)}")
    at = [f"--{name}={values[name]}" for name in (*PLACE, "edition")]
    done = ended([sys.executable, "-m", "mixpeek_conformance", "doctor", "--json", *at])
    try:
        document = json.loads(done.stdout)
        found = [str(one) for one in document["edition"]["fits_best"]]
        reasons = [step["told"] for step in document["steps"] if step["what"] == "edition"]
    except (ValueError, LookupError, TypeError):
        document, found, reasons = {}, [], []
    if not found or not reasons:
        said = done.stderr.strip().splitlines() or ["the doctor ended without a word"]
        raise _Unanswered(
            str(document.get("conclusion") or sentence_of(said[-1])), Exit(done.returncode) or Exit.INCONCLUSIVE
        )
    say(f"found  {reasons[0]}")
    return found[0]


def _values(given: Mapping[str, str | None]) -> dict[str, str]:
    """Return the known settings of the target. Raises Misconfigured for an invalid base URL or edition."""
    found = {name: value or os.environ.get(BY_NAME[name].variable or "") for name, value in given.items()}
    values = {name: value for name, value in found.items() if value}
    if "base-url" in values:
        values["base-url"] = base_url_of(values["base-url"])
    if values.get("edition", edition_fit.BEST) != edition_fit.BEST:
        try:
            editions.expect_known(values["edition"])
        except LookupError as error:
            raise Misconfigured(str(error)) from None
    return values


def _about_targets(values: Mapping[str, str]) -> Iterator[str]:
    """Yield what is to be filled into `conformance.toml`."""
    missing = [known for known in PLACE if known not in values]
    if missing:
        yield f"next   put your {' and '.join(missing)} into {TARGETS}"
    if is_alone():
        yield f"next   a key of another organisation, if you have one: {TARGETS} says where it goes"


def _next(name: str, places: Mapping[str, str], values: Mapping[str, str], source: str | None) -> Iterator[str]:
    """Yield what is left to do, for jobs in these `places`."""
    if not os.environ.get(_KEY):
        yield "next   export MIXPEEK_API_KEY=sk_..."
    finds = "" if "edition" in values else ", which names the edition that fits best too"
    yield f"next   try: {started_as()} doctor --target {name}{finds}"
    for service, place in places.items():
        where = {"github": "a secret of the repository", "gitlab": "a masked variable of the project"}[service]
        yield f"next   make MIXPEEK_API_KEY {where}, for {place}"
    if INCLUDED in places.values():
        yield f"next   let {WORKFLOWS['gitlab']} include the job: include: [{{local: {INCLUDED}}}]"
    if places and source is None:
        yield (
            f"next   make {SOURCE} a variable of the repository: what pip installs the suite from, such as"
            f" git+https://HOST/OWNER/{installed_from.NAME}@COMMIT (--install writes it into the job)"
        )


def _source(jobs: Jobs, folder: Path) -> str | None:
    """Return what pip installs the suite from, in a job; None if that is not known. Raises Misconfigured."""
    for option, value in (("--install", jobs.install), ("--index-url", jobs.index_url)):
        if value is not None and not jobs.services:
            raise Misconfigured(f"{option} is for a job of CI: give --ci github or --ci gitlab too")
        if value is not None:
            _expect_plain(option, value)
    if jobs.pull_requests and not jobs.services:
        raise Misconfigured("--pull-requests is for a job of CI: give --ci github or --ci gitlab too")
    return jobs.install or (installed_from.requirement(folder) if jobs.services else None)


def _expect_plain(option: str, value: str) -> None:
    """Raise Misconfigured unless `value` is one argument of pip, without a secret in it."""
    if not value.strip() or value.startswith("-") or not value.isprintable():
        raise Misconfigured(f"{option} is one thing that pip takes, such as a version, a URL or a path: give one")
    url = value.partition(" @ ")[2] or value
    login = urlsplit(url).netloc.rpartition("@")[0] if "://" in url else ""
    if ":" in login and not REFERENCE.search(login):
        raise Misconfigured(f"{option} has a password in it: write a variable of the job, such as ${{TOKEN}}")


def _wrong(sentence: str, code: Exit = Exit.WRONG_USE) -> int:
    say(f"mixpeek-conformance init: {sentence}", error=True)
    return code
