"""What comes out of a run: the ledger of its events, the one result, the verdict, and every rendering of it."""
