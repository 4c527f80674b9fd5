"""Scholarships for a doctorate at home, of foreign candidates: who comes, from where, at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.vocabulary import HOME, Stage
from tests.sim.conftest import changing
from tests.sim.programmes import bringing, made

if TYPE_CHECKING:
    from sim import BrainCirculation

PLACES = 3000


def code_of_first(history: BrainCirculation) -> int:
    return 1 + sum(record.kind.held_as_stipend for record in history.world.programmes)


def scholarship(history: BrainCirculation, **fields: object) -> BrainCirculation:
    record = made("degree_here", PLACES, **{"income": 3.6, "years": 3, **fields})
    return history.fork([bringing(record)])


def test_scholars_come_from_the_regions_named_and_more_come_than_would(history: BrainCirculation) -> None:
    region, name = 3, history.world.regions[3]
    base, model = history.fork().run_through(2026), scholarship(history, origin_regions=[name]).run_through(2026)
    holds = model.people.stipend == code_of_first(history)
    left = (model.people.origin == region) & (model.people.region != HOME) & (model.people.start_year == 2026)
    assert holds.sum() <= model.tally.awards[-1] <= holds.sum() + left.sum(), "who does not hold it has left at once"
    assert holds.sum() > 20
    assert (model.people.origin[holds] == region).all()
    assert (model.people.stage[holds] == Stage.DOCTORAL).all()
    assert (model.people.start_year[holds] == 2026).all()
    more = model.tally.arrivals[Stage.DOCTORAL] - base.tally.arrivals[Stage.DOCTORAL]
    assert 0 < more[region] < holds.sum(), "some would have come without it"
    assert (np.delete(more, region) == 0).all()


def test_a_scholarship_is_paid_for_its_years_and_costs_that(history: BrainCirculation) -> None:
    model = scholarship(history, unit_cost=5.0).run_through(2026)
    holders = (model.people.stipend == code_of_first(history)).sum()
    costs = model.table().query("outcome == 'cost' and year == 2026").set_index("group")["value"]
    assert costs["made_up_programme"] == pytest.approx(holders / history.scale * 5e6)
    first = model.people.identity[model.people.stipend == code_of_first(history)]
    model.run_through(2029)
    rows = model.people.rows(first)
    assert (model.people.stipend[rows[rows >= 0]] != code_of_first(history)).all()


def test_natives_do_not_draw_it(history: BrainCirculation) -> None:
    model = scholarship(history).run_through(2028)
    holds = model.people.stipend == code_of_first(history)
    assert holds.any()
    assert not (model.people.origin[holds] == HOME).any()


def test_a_field_may_be_asked_for(history: BrainCirculation) -> None:
    model = scholarship(history, fields=[history.world.fields[1]]).run_through(2026)
    holds = model.people.stipend == code_of_first(history)
    assert set(model.people.field[holds]) == {1}


def test_no_scholarship_opens_a_closed_gate(history: BrainCirculation) -> None:
    region, name = 3, history.world.regions[3]
    record = made("degree_here", PLACES, income=3.6, years=3, origin_regions=[name])
    shut = changing({"lever": f"gate.share[{name}, in]", "set": 0.0}, name="shut")
    model = history.fork([bringing(record), shut]).run_through(2026)
    assert model.tally.arrivals[Stage.DOCTORAL, region] == 0
    assert model.tally.awards[-1] == 0
    assert not (model.people.stipend == code_of_first(history)).any()
