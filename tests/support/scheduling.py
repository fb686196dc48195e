"""Which tests one worker of pytest-xdist passes: those that share something slow, and the short ones of a module."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

APART = ("commands", "hostile", "runs")
"""The rooms whose tests take so long that any worker may take any of them."""

SHARED = {
    **{f"commands/test_{name}.py": "the wheel, installed" for name in ("action", "jobs", "library", "wheel")},
    "runs/test_cut_short.py": "the run that others are held against",
}
"""Modules in these rooms whose tests share what is made once, by what that is."""


class ByRoom(LoadScopeScheduling):  # type: ignore[misc]
    """Hands tests out by what they share, by their module, or one by one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module in SHARED:
            return SHARED[module]
        return nodeid if module.startswith(APART) else module
