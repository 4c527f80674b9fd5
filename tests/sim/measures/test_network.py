"""Outcomes of networks, openness, doctorates and groups: counted as plain masks count, and bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation
from sim.vocabulary import HOME, Sex, Stage

if TYPE_CHECKING:
    import pandas as pd

    from sim import World

FACULTY = (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)


@pytest.fixture(scope="module")
def model(world: World) -> BrainCirculation:
    return BrainCirculation(world, seed=4, scale=0.02).run_through(world.first_year + 7)


@pytest.fixture(scope="module")
def last(model: BrainCirculation) -> pd.Series[float]:
    """The values of the last year by outcome and group."""
    table = model.table()
    return table[table["year"] == model.year].set_index(["outcome", "group"])["value"]


def test_doctorates_are_those_awarded_and_add_up(model: BrainCirculation, last: pd.Series[float]) -> None:
    found = last["doctorates"]
    assert found["all"] == found["home origin"] + found["foreign"] == model.tally.graduates.sum() / model.scale
    in_sight = sum(found[field] for field in model.world.fields)  # some have left the model within the year
    assert 0.95 * found["all"] < in_sight <= found["all"]
    inhabitants = model.world.driver("population", model.year)
    assert last["doctorates_per_million", "all"] == pytest.approx(found["all"] / inhabitants)


def test_careers_of_new_doctorates_are_what_masks_count(model: BrainCirculation, last: pd.Series[float]) -> None:
    people, found = model.people, last["doctorate_careers"]
    new = (people.degree_year > model.year - 6) & (people.degree_region == HOME)
    here = people.region == HOME
    for group, stage in (("postdoc", Stage.POSTDOC), ("industry", Stage.INDUSTRY), ("between posts", Stage.UNPLACED)):
        assert found[group] == (new & here & (people.stage == stage)).sum() / model.scale, group
    assert found["abroad"] == (new & ~here).sum() / model.scale


def test_groups_are_what_masks_count(model: BrainCirculation, last: pd.Series[float]) -> None:
    people, here = model.people, model.people.region == HOME
    members = here & np.isin(people.stage, FACULTY)
    assert last["women_share", "faculty"] == pytest.approx((people.sex == Sex.WOMAN)[members].mean())
    for code, field in enumerate(model.world.fields):
        expected = (here & np.isin(people.stage, (Stage.POSTDOC, *FACULTY)) & (people.field == code)).sum()
        assert last["researchers_by_field", field] == expected / model.scale
    academic = here & (people.stage <= Stage.PERMANENT)
    assert last["foreigners_by_origin", "all"] == (academic & (people.origin != HOME)).sum() / model.scale
    for code, region in enumerate(model.world.regions[1:], 1):
        assert last["foreigners_by_origin", region] == (academic & (people.origin == code)).sum() / model.scale
    abroad = people.tie_region != HOME
    assert last["foreign_ties", "all"] == pytest.approx(
        people.ties_abroad[academic & abroad].sum(dtype=np.float64) / academic.sum()
    )


def test_papers_by_region_are_the_international_ones(model: BrainCirculation, last: pd.Series[float]) -> None:
    by_region = last["coauthorship_by_region"]
    assert by_region.sum() == pytest.approx(last["international_coauthorship", "all"], rel=1e-3)
    assert last["top_circle", "all"] > last["international_coauthorship", "all"]  # those with ties write them
    assert 1 <= last["partner_regions", "all"] <= len(model.world.abroad)
    assert 0 < last["centrality", "all"] <= last["international_coauthorship", "all"]
    assert 0 < last["topic_lag", "all"] < model.parameters.topic_lag


def test_without_a_gate_all_links_are_open_and_sensitive_ones_unscreened(
    model: BrainCirculation, last: pd.Series[float]
) -> None:
    sensitive = model.world.positions.along("field", model.world.fields, "sensitive_share")
    assert (last["openness"] == 1).all()
    assert last["leakage"].between(sensitive.min(), sensitive.max()).all()
