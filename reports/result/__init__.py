"""The one result of a run: folded from the ledger, written, and read again."""
