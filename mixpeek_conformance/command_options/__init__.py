"""The arguments and options of each command, as click reads them: one module for commands that belong together."""
