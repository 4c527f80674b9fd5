"""The difference in each outcome that matters to a reader: each has its own, with a reason, and D means derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sim.measures.outcomes import CATALOGUE
from sim.measures.sizes import OF_THE_LEVEL, SIZES, Size, size_of

if TYPE_CHECKING:
    from sim import World

FROM_YEAR_TO_YEAR = {  # outcome: statistic, last year that is looked at, whether as a part of the level
    "departures": ("scholar_outflow", 2015, True),
    "returns": ("scholar_inflow", 2015, True),
    "dispatches": ("dispatch_over_30_days", 2019, True),
    "doctoral_entrants": ("doctoral_entrants", 2021, True),
    "success_rate": ("fellowship_success_rate", 2015, False),
    "international_coauthorship": ("coauthored_share", 2015, False),
}


def test_every_outcome_has_a_size_with_a_reason_and_nothing_else_has() -> None:
    assert set(SIZES) == set(CATALOGUE)
    for name, size in SIZES.items():
        assert CATALOGUE[name].size is size
        assert size.unit in (CATALOGUE[name].unit, OF_THE_LEVEL)
        assert size.value >= 0
        assert size.why
        assert size.source
        assert size.grade in {"V", "D", "S", "M", "A"}


@pytest.mark.parametrize("outcome", FROM_YEAR_TO_YEAR)
def test_a_size_that_is_derived_is_what_its_statistic_moves_by_in_a_year(outcome: str, world: World) -> None:
    statistic, last, relative = FROM_YEAR_TO_YEAR[outcome]
    with world.country.targets("series").open(encoding="utf-8") as file:
        series = pd.read_csv(file)
    rows = series[(series["statistic"] == statistic) & (series["group"] == "all") & (series["year"] <= last)]
    values = rows.set_index("year")["value"].sort_index()
    moves = values.diff()[values.index.diff() == 1].abs()
    usual = moves.median() / (values.mean() if relative else 1)
    assert SIZES[outcome].grade == "D"
    assert SIZES[outcome].value == pytest.approx(usual, rel=0.05)


def test_the_size_of_postdocs_is_what_their_number_moves_by_a_year_from_survey_to_survey(world: World) -> None:
    with world.country.targets("series").open(encoding="utf-8") as file:
        series = pd.read_csv(file)
    values = series[series["statistic"] == "postdocs"].set_index("year")["value"].sort_index()
    years = values.index[-1] - values.index[0]
    fall = 1 - (values.iloc[-1] / values.iloc[0]) ** (1 / years)
    assert SIZES["postdocs"].value == pytest.approx(fall, rel=0.05)


def test_a_size_is_a_part_of_the_level_or_in_the_unit_of_its_outcome() -> None:
    part, points = Size(0.02, OF_THE_LEVEL, "", "", "A"), Size(0.005, "share", "", "", "A")
    assert (part.at(-1500), points.at(0.2)) == (30, 0.005)


def test_a_size_that_is_missing_or_in_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"does not say which difference in hope matters: add a row"):
        size_of("hope", "share", SIZES)
    with pytest.raises(ValueError, match=r"foreign_share is in persons, its size in share; give it in persons"):
        size_of("foreign_share", "persons", SIZES)
