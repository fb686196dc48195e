"""Targets that hang, lie, die or attack: what they do, and what a run against each of them comes to."""
