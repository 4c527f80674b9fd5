"""What is broken on purpose, and which test notices: see `tests.mutants`."""
