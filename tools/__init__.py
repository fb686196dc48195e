"""Programs that measure the suite, and are no tests."""
