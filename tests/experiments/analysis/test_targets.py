"""Targets of documents held against levels: worked examples of means, weights, observed levels and who reaches them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.effects import pairs
from experiments.analysis.targets import COLUMNS, tracked, wanted
from experiments.errors import InputError
from experiments.report.schema import TARGETS
from experiments.report.targets import _state
from experiments.request.comparison import Arm
from experiments.request.listed import check_listed
from sim.instruments.policy import Policy

FORK, UNTIL = 2025, 2030
ENTRANTS = {2023: 100.0, 2025: 110.0, 2026: 120.0, 2027: 130.0}
"""Of the first set; the second has ten times as many. The policy doubles both."""


def arm(*targets: Mapping[str, Any], name: str = "mine") -> Arm:
    about = {"schema": 2, "title": name, "title_ja": name, "source": "s", "grade": "A", "start": 2026}
    given = [{"source": "s", "grade": "S"} | target for target in targets]
    policy = Policy.from_dict(about | {"name": name, "targets": given})
    return Arm(name, policies=(policy,))


def outcomes(outcome: str = "doctoral_entrants", unit: str = "persons/yr", scale: float = 1.0) -> pd.DataFrame:
    """Two sets with one seed each, the levels above; the baseline from 2023 on and a life with the policy."""
    rows = [
        (policy, member, member, year, outcome, "all", number * size * factor * scale, unit)
        for policy, factor in (("baseline", 1.0), ("mine", 2.0))
        for member, size in ((0, 1.0), (1, 10.0))
        for year, number in ENTRANTS.items()
        if policy == "baseline" or year > FORK
    ]
    names = ["policy", "replicate", "member", "year", "outcome", "group", "value", "unit"]
    return pd.DataFrame(rows, columns=names)


def row(target: Mapping[str, Any], table: pd.DataFrame, weights: Mapping[int, float] | None = None) -> pd.Series:
    found = tracked([arm(target)], pairs(table, FORK), table, (FORK, UNTIL), weights)
    assert list(found.columns) == list(COLUMNS)
    return TARGETS.validate(found).iloc[0]


def test_levels_of_both_lives_are_weighted_means_over_the_sets() -> None:
    found = row({"outcome": "doctoral_entrants/all", "by": 2026, "value": 240}, outcomes(), {0: 3.0, 1: 1.0})
    assert found["reference"] == pytest.approx((3 * 120 + 1200) / 4)
    assert found["value"] == pytest.approx(2 * found["reference"])
    assert (found["reference_low"], found["reference_high"], found["low"], found["high"]) == (120, 1200, 240, 2400)
    assert (found["without"], found["reached"]) == pytest.approx((0.25, 1.0)), "240 is reached at 240"
    assert (found["begins"], found["sets"]) == (pytest.approx((3 * 110 + 1100) / 4), 2)


def test_a_target_may_be_the_most() -> None:
    at_most = {"outcome": "doctoral_entrants/all", "by": 2026, "value": 240, "limit": "at most"}
    found = row(at_most, outcomes())
    assert (found["without"], found["reached"]) == pytest.approx((0.5, 0.5)), "240 is reached at 240, 1,200 is not"


def test_a_mean_of_years_is_asked_for_with_the_first_of_them() -> None:
    found = row({"outcome": "doctoral_entrants", "since": 2026, "by": 2027, "value": 1}, outcomes())
    assert found["reference"] == pytest.approx((125 + 1250) / 2)
    assert (found["first"], found["last"]) == (2026, 2027)


def test_years_before_the_fork_are_those_of_the_history() -> None:
    table = outcomes().query("year != 2023")
    early = row({"outcome": "doctoral_entrants", "since": 2025, "by": 2026, "value": 400}, table)
    assert (early["first"], early["last"]) == (2025, 2026)
    assert early["reference"] == pytest.approx((115 + 1150) / 2)
    assert early["value"] == pytest.approx(((110 + 240) / 2 + (1100 + 2400) / 2) / 2)
    assert (early["without"], early["reached"]) == (0.5, 0.5)
    later = row({"outcome": "doctoral_entrants", "since": 2020, "by": 2026, "value": 400}, table)
    assert later["first"] == 2025, "the first year that the model knows"


def test_who_gains_is_nobody_at_the_fork_and_a_year_in_which_it_is_not_counted_is_not_compared() -> None:
    table = outcomes("winners", "share", scale=1e-4)
    table = table[(table["year"] > FORK)]
    held = row({"outcome": "winners", "by": 2026, "value": 0.01}, table)
    assert (held["begins"], held["sets"]) == (0, 2)
    between = row({"outcome": "winners", "by": 2028, "value": 0.01}, table)
    assert (between["begins"], between["sets"]) == (0, 0)
    assert _state(between) == "beyond"


def test_a_target_in_other_words_is_the_same() -> None:
    twice = arm(
        {"outcome": "returns", "by": 2030, "value": 1},
        {"outcome": "returns/all", "since": 2030, "by": 2030, "value": 2},
    )
    assert [target.value for _, target in wanted(twice)] == [2]
    with pytest.raises(InputError, match=r"the target of returns/all by 2030 is given twice, in other words; keep one"):
        check_listed(twice.policies[0])
    check_listed(
        arm({"outcome": "returns", "by": 2030, "value": 1}, {"outcome": "returns/US", "by": 2030, "value": 2}).policies[
            0
        ]
    )


def test_a_count_that_was_observed_grows_by_the_ratio_of_the_model() -> None:
    seen = {"outcome": "doctoral_entrants", "by": 2026, "value": 61, "observed": 50, "observed_in": 2023}
    found = row(seen, outcomes())
    assert (found["reference"], found["value"], found["begins"]) == pytest.approx((60, 120, 55)), "in either set"
    assert (found["without"], found["reached"]) == (0, 1)


def test_a_share_that_was_observed_moves_by_the_difference() -> None:
    table = outcomes("international_coauthorship", "share", scale=1e-4)
    seen = {"outcome": "international_coauthorship", "by": 2026, "value": 0.5, "observed": 0.3, "observed_in": 2023}
    found = row(seen, table)
    assert found["reference"] == pytest.approx(0.3 + (0.002 + 0.02) / 2)
    assert found["value"] == pytest.approx(0.3 + (0.014 + 0.14) / 2)


def test_what_the_run_does_not_know_was_not_observed() -> None:
    seen = {"outcome": "doctoral_entrants", "by": 2026, "value": 1, "observed": 50, "observed_in": 2010}
    found = row(seen, outcomes())
    assert found["reference"] == pytest.approx(660)
    assert np.isnan(found[["observed", "observed_in"]].to_numpy(float)).all(), "so no reader takes the level for that"


@pytest.mark.parametrize(
    "target",
    [
        {"outcome": "doctoral_entrants", "by": 2035, "value": 1},
        {"outcome": "doctoral_entrants/of nobody", "by": 2026, "value": 1},
    ],
    ids=["after the run", "no such group"],
)
def test_what_cannot_be_held_has_no_numbers(target: Mapping[str, Any]) -> None:
    found = row(target, outcomes())
    assert found["sets"] == 0
    assert np.isnan(found[["reference", "value", "without", "reached"]].to_numpy(float)).all()


def test_of_a_target_that_two_policies_name_the_later_one_counts() -> None:
    twice = [
        arm({"outcome": "doctoral_entrants", "by": 2026, "value": value}, name=name).policies[0]
        for name, value in (("first", 1), ("second", 2))
    ]
    table = outcomes()
    found = tracked([Arm("mine", policies=tuple(twice))], pairs(table, FORK), table, (FORK, UNTIL))
    assert (found["named_by"].tolist(), found["wanted"].tolist()) == (["second"], [2])


def test_without_targets_there_is_an_empty_table() -> None:
    table = outcomes()
    found = tracked([arm()], pairs(table, FORK), table, (FORK, UNTIL))
    assert len(TARGETS.validate(found)) == 0
