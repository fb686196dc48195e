"""Load runs that take a while: faults and variants under load, workers, and what becomes of what they made."""
