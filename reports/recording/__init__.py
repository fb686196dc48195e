"""What is written while a run goes on: the ledger, the archive of exchanges, the folder that holds them."""
