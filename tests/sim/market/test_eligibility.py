"""Who may apply to a programme: one rule for all kinds, by stage, origin, field, tier and place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim import BrainCirculation, DataError
from sim.market import selection
from sim.vocabulary import HOME, Stage
from sim.world.programmes import Land, check_record, check_stipends, programme
from sim.world.reading import FormError
from tests.sim.conftest import everyone
from tests.sim.programmes import abroad, bringing, here, made

if TYPE_CHECKING:
    from numpy.typing import NDArray


def eligible(model: BrainCirculation, record: dict[str, Any]) -> NDArray[np.intp]:
    """Rows of those who may apply to a programme in 2026."""
    year = model._open_year(2026)
    people = everyone(model, year)
    return selection.eligible(programme(record), people, np.arange(len(people)), year)


def test_fields_and_tiers_are_those_that_the_record_names(history: BrainCirculation) -> None:
    people, world = history.people, history.world
    everybody = eligible(history, abroad(100))
    some = eligible(history, abroad(100, fields=[world.fields[1]], tiers=[world.tiers[0]]))
    named = everybody[(people.field[everybody] == 1) & (people.tier[everybody] == 0)]
    assert 0 < len(some) < len(everybody)
    np.testing.assert_array_equal(some, named)


def test_a_new_doctorate_is_one_of_this_year_that_has_no_post(history: BrainCirculation) -> None:
    model, year = history.fork(), 2026
    people = model.people
    here = np.flatnonzero((people.region == HOME) & (people.stage == Stage.UNPLACED) & (people.degree_year > 0))
    people.degree_year[here[: len(here) // 2]] = year
    fresh = eligible(model, abroad(100, stages=["new doctorate"]))
    both = eligible(model, abroad(100, stages=["new doctorate", "postdoc"]))
    assert 0 < len(here) // 2 <= len(fresh)
    assert (people.stage[fresh] == Stage.UNPLACED).all()
    assert (people.degree_year[fresh] == year).all()
    assert np.isin(fresh, both).all()
    assert len(eligible(model, abroad(100, stages=["postdoc"]))) == len(both) - len(fresh)


def test_foreigners_may_be_asked_for_by_region_of_origin(history: BrainCirculation) -> None:
    people, region = history.people, history.world.regions[3]
    both = eligible(history, abroad(100, origin_regions=[region]))
    alone = eligible(history, abroad(100, origin="foreign", origin_regions=[region]))
    assert set(people.origin[both]) == {HOME, 3}
    assert set(people.origin[alone]) == {3}


def test_who_comes_from_abroad_is_asked_for_in_the_same_words(history: BrainCirculation) -> None:
    model = history.fork([bringing(here(200, origin_regions=[history.world.regions[3]]))]).run_through(2026)
    number = len(history.programmes)
    came = model.people.programme == number
    assert came.sum() == model.tally.awards[number] > 0
    assert set(model.people.origin[came]) == {3}


def test_a_stipend_goes_to_whom_its_record_names(history: BrainCirculation) -> None:
    record = made("stipend", 3000, years=3, income=2.4, origin="foreign", fields=[history.world.fields[0]])
    model = history.fork([bringing(record)]).run_through(2026)
    holds = model.people.stipend == 2
    assert holds.any()
    assert (model.people.origin[holds] != HOME).all()
    assert (model.people.field[holds] == 0).all()


def test_degrees_abroad_may_lead_to_some_regions_and_fields(history: BrainCirculation) -> None:
    record = made(
        "degree_abroad",
        800,
        income=9.0,
        income_year=2024,
        regions=[history.world.regions[2]],
        fields=[history.world.fields[1]],
    )
    model = history.fork([bringing(record)]).run_through(2026)
    went = model.people.programme == len(history.programmes)
    assert went.any()
    assert (model.people.region[went] == 2).all()
    assert (model.people.field[went] == 1).all()


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (here(10, tiers=["research university"]), "tiers: a fellowship_here does not read it"),
        (here(10, regions=["ASEAN"]), "regions: a fellowship_here does not read it"),
        (abroad(10, origin_region=["ASEAN"]), "did you mean 'origin_regions'"),
        (abroad(10, origin="home", origin_regions=["ASEAN"]), "origin_regions name where foreigners come from"),
        (abroad(10, stages=["postdocs"]), "there is no stage 'postdocs'; did you mean 'postdoc'?"),
    ],
)
def test_what_a_kind_does_not_read_is_refused(record: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        programme(record)


def test_more_stipends_than_codes_are_refused() -> None:
    many = [programme(made("stipend", 1, name=f"stipend_{number}", years=3, income=2.4)) for number in range(256)]
    check_stipends(many[1:])
    with pytest.raises(DataError, match="256 stipends"):
        check_stipends(many)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (abroad(10, regions=["ASIAN"]), "no region 'ASIAN' abroad; did you mean 'ASEAN'"),
        (abroad(10, origin_regions=["JPN"]), "no region 'JPN' abroad"),
        (abroad(10, fields=["sciences"]), "no field 'sciences'; did you mean 'science'"),
        (abroad(10, tiers=["university"]), "no tier 'university'"),
        (abroad(10, regions=["Germany"]), "no region 'Germany' abroad; there are US, UK_EU"),
        (abroad(10, income=5_000_000), "income of 5,000,000 million JPY a year is 555,556 times the best paid post"),
        (abroad(10, unit_cost=8_000_000), "unit_cost of 8,000,000 million JPY .* give it in millions"),
    ],
)
def test_a_name_that_the_world_does_not_have_is_refused(
    history: BrainCirculation, record: dict[str, Any], said: str
) -> None:
    with pytest.raises(FormError, match=said):
        check_record(programme(record), Land(history.world.domains, "JPY", (2006, 2045), 9.0))
