"""Several results beside each other: two runs, several targets, all faults."""
