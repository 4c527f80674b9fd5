"""Which tests are slow: `make check` leaves them out, `make test` and continuous integration run them all."""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent

SLOW = (
    "campaigns/test_commands.py",  # real commands, stopped and in pairs
    "clients",  # notebooks, examples and the page, each in a process of its own
    "experiments/analysis/test_parameter_sets.py",  # runs in workers
    "experiments/calibration/test_calibration.py",  # fits
    "experiments/cli",  # commands, each in a process of its own
    "experiments/documents/test_site.py",  # builds the site
    "experiments/replication/test_catalogue.py",  # follows every study's people
    "experiments/replication/test_new_ones.py",
    "experiments/replication/test_study.py",
    "experiments/responses/test_study.py",
    "experiments/run/test_disk_faults.py",  # a run for every operation of the store
    "experiments/run/test_executors.py",  # Dask and joblib
    "experiments/run/test_launcher.py",
    "experiments/run/test_study.py",
    "experiments/run/test_sweep.py",
    "experiments/test_api.py",
    "experiments/test_benchmark.py",
    "experiments/test_schedule.py",
    "experiments/validation/test_study.py",
    "mutation",  # compiles a loop anew
    "library",  # every policy and world of the library, in four pairs of lives
    "sim/engine/test_compiler.py",  # compiles in processes of its own
    "sim/instruments/test_every_address.py",  # a life for every number
    "sim/test_another_country.py",  # compiles the loops for its numbers of fields and tiers
    "sim/test_framework.py",  # imports in processes of their own
    "sim/test_levels.py",  # large runs
    "sim/test_sense.py",  # nine lives of twelve years with six seeds, at 1:10
    "sim/test_standing_still.py",
    "sim/test_fingerprints.py",  # four histories with three futures each
    "test_whole.py",
)
"""Folders and files of tests that take more than some seconds: those that start processes, run studies, or fit."""

SLOW_ALONE = {
    "campaigns/test_campaigns.py": ("test_what_is_wrong_is_refused_and_what_is_right_is_taken",),
    "experiments/replication/test_estimators.py": ("test_without_an_effect_the_interval",),
    "experiments/run/test_replicates.py": ("test_workers_do_not_change_a_number", "test_an_error_in_a_worker"),
    "experiments/validation/test_error_model.py": ("test_bands_of_observations_hold_nine_in_ten",),
    "reference/test_reference.py": (  # years of a model of plain objects
        "test_after_five_years",
        "test_outcomes_agree",
        "test_the_plain_model_counts",
        "test_every_policy",
        "test_gate_clock",
        "test_programmes_of_every_kind",
        "test_second_appointments",
        "test_a_gate_that_takes",
    ),
    "sim/engine/test_layout.py": ("test_loops_kept_by_one_process",),
    "sim/instruments/test_clock.py": ("test_staff_and_hours_are_counted",),
    "sim/instruments/test_instruments.py": ("test_every_lever_moves_an_outcome",),
    "sim/process/test_teams.py": ("test_who_leads_is_nobodys_member", "test_who_applies_is_who_would"),
    "sim/test_conservation.py": ("test_three_hundred_programmes",),
    "sim/world/test_country.py": ("test_a_wheel_holds_the_country",),
}
"""How slow tests begin in files whose others are fast."""

EXAMPLES = 25
"""Of a property, where slow tests are left out; else the hundred that Hypothesis draws."""


def _left_out(config: pytest.Config) -> bool:
    return config.getoption("markexpr") == "not slow"


def pytest_configure(config: pytest.Config) -> None:
    """How many examples Hypothesis draws. There is no deadline: the first call of a loop may compile it."""
    if config.getoption("--hypothesis-profile", None) is None:
        settings.register_profile("whole", deadline=None)
        settings.register_profile("fast", settings.get_profile("whole"), max_examples=EXAMPLES)
        settings.load_profile("fast" if _left_out(config) else "whole")


@cache
def _is_slow(path: Path) -> bool:
    return any(path.is_relative_to(TESTS / slow) for slow in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are left out, their files are not read: some import what takes seconds."""
    return True if _left_out(config) and _is_slow(collection_path) else None


def pytest_collection_finish() -> None:
    """What has been imported stays: Python need not look for garbage in it again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of `SLOW` and `SLOW_ALONE`."""
    begins = {TESTS / path: tests for path, tests in SLOW_ALONE.items()}
    for item in items:
        alone = item.name.startswith(begins.get(item.path, ()))
        if alone:
            item.add_marker(pytest.mark.alone)
        if alone or _is_slow(item.path):
            item.add_marker(pytest.mark.slow)
