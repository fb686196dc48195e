"""Safety nets: a mistake of the suite, wherever it arises, ends in a report and exit code 3, and leaves nothing."""

import os
from pathlib import Path

import pytest

from fixtures.reference.server import ReferenceServer
from reports.result import document
from reports.result.result import Result
from reports.result.verdicts import Verdict
from tests.support.commands import Done, Objects, command, environment_of

ONCE = """
from {module} import {owner}
right = {owner}.{name}

def once(*arguments, **named):
    {owner}.{name} = right
    raise RuntimeError("a mistake of ours")

{owner}.{name} = once
"""
"""A plugin that lets one function of the suite fail the first time that it is called."""

ALWAYS = ONCE.replace("    {owner}.{name} = right\n", "")


def broken_run(reference: ReferenceServer, folder: Path, plugin: str) -> Done:
    """Run one check with a plugin that breaks the suite."""
    (folder / "breaks.py").write_text(plugin)
    path = os.pathsep.join((environment_of({})["PYTHONPATH"], str(folder)))
    known = {**reference.credentials.environment, "MIXPEEK_BASE_URL": reference.base_url, "PYTHONPATH": path}
    options = ("--effort", "quick", "--result-only", "-k", "null_does_not", "--report-dir", "report")
    return command("run", *options, "-p", "breaks", environment=known, folder=folder)


def failed_in(folder: Path) -> Result:
    """Return the result that a run has written, which says that the suite failed."""
    result = document.load(folder / "report")
    assert (result.exit_code, result.verdict) == (3, "inconclusive")
    assert any("a mistake of ours" in one.error for one in result.failures)
    return result


@pytest.mark.parametrize(
    ("module", "owner", "name"),
    [
        ("fixtures.preflight", "reachability", "_clock"),
        ("fixtures.preflight", "patch_acceptance", "refusal_of_all"),
    ],
)
def test_a_mistake_in_the_preflight_is_reported(
    reference: ReferenceServer,
    objects: Objects,
    tmp_path: Path,
    module: str,
    owner: str,
    name: str,
) -> None:
    """A preflight that fails ends the run in one line, with a report, and nothing stays."""
    before = objects.buckets()
    done = broken_run(reference, tmp_path, ONCE.format(module=module, owner=owner, name=name))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.strip().splitlines()[-1].endswith("the suite itself failed (RuntimeError: a mistake of ours)")
    assert [one.test for one in failed_in(tmp_path).failures] == ["preflight"]
    assert objects.buckets() == before


@pytest.mark.parametrize("plugin", [ONCE, ALWAYS], ids=["once", "always"])
def test_a_mistake_in_the_clean_up_is_reported(
    reference: ReferenceServer, objects: Objects, tmp_path: Path, plugin: str
) -> None:
    """A clean-up that fails is made up for at the end; if that fails too, the run says what may be left."""
    before = objects.buckets()
    late = plugin.format(module="fixtures.objects", owner="workspace", name="sweep")
    if plugin is ALWAYS:
        late += "\nfrom fixtures.plugins import ending\nending.sweep = once\n"
    # The preflight has cleaned up by the time that checks are collected.
    body = "\n".join(f"    {line}" for line in late.splitlines())
    done = broken_run(reference, tmp_path, f"def pytest_collection_finish(session):\n    global right\n{body}\n")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr
    result = failed_in(tmp_path)
    if plugin is ALWAYS:
        assert any("RuntimeError while it was removed: a mistake of ours" in one for one in result.left)
        assert "mixpeek-conformance sweep" in done.stdout
        for bucket in objects.buckets() - before:
            objects.remove(bucket)
    else:
        assert result.left == ()
        assert objects.buckets() == before


def test_a_mistake_in_the_fold_is_reported(reference: ReferenceServer, objects: Objects, tmp_path: Path) -> None:
    """A ledger that cannot be folded is a failure of the suite, with a report that judges nothing."""
    before = objects.buckets()
    done = broken_run(reference, tmp_path, ONCE.format(module="reports.result", owner="fold", name="_judge"))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr
    result = failed_in(tmp_path)
    assert [one.test for one in result.failures] == ["the fold of the ledger"]
    assert not result.asked
    assert objects.buckets() == before


@pytest.mark.parametrize("hook", ["pytest_runtest_protocol", "pytest_collection_finish", "pytest_runtestloop"])
def test_a_mistake_beside_the_checks_is_reported(
    reference: ReferenceServer, objects: Objects, tmp_path: Path, hook: str
) -> None:
    """What fails outside of every check ends the run with a report, and nothing stays."""
    before = objects.buckets()
    argument = "item" if hook == "pytest_runtest_protocol" else "session"
    done = broken_run(reference, tmp_path, f'def {hook}({argument}):\n    raise RuntimeError("a mistake of ours")\n')
    assert done.returncode == 3, done.stdout + done.stderr
    assert [one.test for one in failed_in(tmp_path).failures] == ["pytest"]
    assert objects.buckets() == before


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_jumps_changes_no_verdict(
    reference: ReferenceServer, objects: Objects, tmp_path: Path, seconds: int
) -> None:
    """A clock of this machine that is set back or forward under way makes no violation, failure or negative time."""
    before = objects.buckets()
    jump = f"    time.time = lambda: right() + {seconds}\n"
    plugin = f"import time\nright = time.time\ndef pytest_collection_finish():\n{jump}"
    done = broken_run(reference, tmp_path, plugin)
    result = document.load(tmp_path / "report")
    assert (done.returncode, result.count(Verdict.VIOLATED), result.failures) == (6, 0, ())
    assert result.finished >= result.began.started
    assert objects.buckets() == before
