"""The pytest that the command starts: its plugins, its options, and nothing from outside."""
