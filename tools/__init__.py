"""Programs that measure the suite, and are not tests."""
