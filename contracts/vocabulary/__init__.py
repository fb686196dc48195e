"""The words in which everything else speaks: exchanges, events, outcomes, exit codes, and how values are shown."""
