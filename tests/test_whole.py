"""The experiment on the real model: the same numbers on any number of workers."""

from __future__ import annotations

import pandas as pd

from experiments import compare


def test_the_same_table_on_one_and_two_workers() -> None:
    asked = {"scale": 0.01, "replicates": 4, "until": 2029, "seed": 3}
    policies = ["overseas_weight", "fellowships_doubled"]
    alone = compare(policies, executor="serial", **asked)
    together = compare(policies, executor="processes", workers=2, **asked)
    pd.testing.assert_frame_equal(alone.outcomes, together.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(alone.effects, together.effects, check_exact=True)
    assert (alone.effects["effect"] != 0).any()
