"""Which tests are slow: `make check` leaves them out, `make test` and continuous integration run them all."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent

SLOW = (
    "campaigns/test_commands.py",  # real commands, stopped and in pairs
    "clients",  # notebooks, examples and the page, each in a process of its own
    "experiments/analysis/test_parameter_sets.py",  # runs in workers
    "experiments/calibration/test_calibration.py",  # fits
    "experiments/cli",  # commands, each in a process of its own
    "experiments/documents/test_site.py",  # builds the site
    "experiments/replication/test_catalogue.py",  # follows every study's people
    "experiments/replication/test_study.py",
    "experiments/responses/test_study.py",
    "experiments/run/test_disk_faults.py",  # a run for every operation of the store
    "experiments/run/test_executors.py",  # Dask and joblib
    "experiments/run/test_launcher.py",
    "experiments/run/test_study.py",
    "experiments/run/test_sweep.py",
    "experiments/test_api.py",
    "experiments/test_benchmark.py",
    "experiments/validation/test_study.py",
    "mutation",  # compiles a loop anew
    "library",  # every policy and world of the library, in four pairs of lives
    "sim/instruments/test_every_address.py",  # a life for every number
    "sim/test_another_country.py",  # compiles the loops for its numbers of fields and tiers
    "sim/test_levels.py",  # large runs
    "sim/test_standing_still.py",
    "sim/test_fingerprints.py",  # four histories with three futures each
    "test_whole.py",
)
"""Folders and files of tests that take more than some seconds: those that start processes, run studies, or fit."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of `SLOW`."""
    for item in items:
        path = item.path.relative_to(TESTS)
        if any(path.is_relative_to(slow) for slow in SLOW):
            item.add_marker(pytest.mark.slow)
