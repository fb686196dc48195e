"""The command line of the suite, thin: pytest is the engine."""
