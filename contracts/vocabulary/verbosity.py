"""How much a run says while it goes on, as pytest counts it."""

QUIET = -2
"""The verbosity at which nothing is said but the end: what one `-q` is for the command, which is at -1 itself."""
