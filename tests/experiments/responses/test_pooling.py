"""Responses from counts: worked by hand."""

from math import log

import numpy as np
import pandas as pd
import pytest

from experiments.responses.pooling import by_set, counts, response, spread
from experiments.responses.shocks import Shock

FACTOR = Shock("x", "x", (), 1.1, "factor", "made up", "A")
POINTS = Shock("x", "x", (), 10, "points", "made up", "A")


@pytest.mark.parametrize(
    ("unit", "shock", "sums", "expected"),
    [
        ("elasticity", FACTOR, [100, 121], 2.0),
        ("log ratio", FACTOR, [100, 50], -log(2)),
        ("% a point", POINTS, [100, 110.517], 1.0),
        ("per added award", FACTOR, [1000, 1030, 50, 110], 0.5),
        ("per added award", FACTOR, [1000, 1030, 50, 50], np.nan),
        ("elasticity", FACTOR, [0, 5], np.nan),
        ("points a step", POINTS, [50, 30, 100, 100], -2.0),
        ("points a step", POINTS, [0, 30, 0, 100], np.nan),
    ],
)
def test_units(unit: str, shock: Shock, sums: list[float], expected: float) -> None:
    found = response(unit, shock)(np.array(sums, float))
    assert found == pytest.approx(expected, abs=1e-4, nan_ok=True)


def pieces(rows: list[tuple[int, int, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["member", "replicate", "reference", "shocked"])
    return table.assign(shock="x", horizon=1, outcome="returns", group="all")


def test_seeds_of_a_set_are_put_together_and_sets_are_not() -> None:
    table = pieces([(1, 0, 10, 20), (1, 1, 30, 20), (2, 2, 10, 10), (2, 3, 10, 10)])
    sets = by_set(counts(table, "x", "returns", "all", 1, "log ratio"), response("log ratio", FACTOR))
    assert sets["response"].tolist() == [0, 0]
    assert sets["chance"].tolist() == [pytest.approx((log(2 / 3) - log(2)) ** 2 / 4), 0]


def test_the_band_runs_over_sets_that_have_a_response() -> None:
    sets = pd.DataFrame({"response": [0.0, 1.0, 2.0, np.nan], "chance": [1.0, 1.0, 1.0, np.nan]})
    found = spread(sets)
    assert (found["response"], found["low"], found["high"]) == (1.0, pytest.approx(0.1), pytest.approx(1.9))
    assert found["chance"] == pytest.approx(1.645)
    assert all(value != value for value in spread(sets.iloc[3:]).values())
