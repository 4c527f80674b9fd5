"""Looking answers to what it may bring: pay, posts and crises abroad and at home move who looks, chance apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.market.looking import consider
from sim.market.stakes import Stakes, stakes
from sim.vocabulary import HOME, Stage
from tests import chance

if TYPE_CHECKING:
    from sim import BrainCirculation
    from sim.market.search import Seekers


def now(model: BrainCirculation, **parameters: float) -> Stakes:
    twin = model.fork()
    twin.parameters = twin.parameters.replace(**parameters)
    year = twin._open_year(2026)
    return stakes(twin.position_values(year), twin.beliefs, twin.state.odds, twin.programmes, year)


def seekers(model: BrainCirculation, usual: Stakes | None = None, when: int = 2026, **parameters: float) -> Seekers:
    """Those who consider a change, with a year's luck; usual: what was at stake when the model began, if another."""
    twin = model.fork()
    twin.parameters = twin.parameters.replace(**parameters)
    twin.state.usual = usual or twin.state.usual
    year = twin._open_year(when)
    return consider(twin.state, twin.programmes, twin.position_values(year), year)


def test_better_pay_abroad_makes_leaving_worth_more_and_coming_home_less(history: BrainCirculation) -> None:
    before, after = now(history), now(history, host_pay_premium=0.25)
    research = [Stage.POSTDOC, Stage.FIXED_TERM, Stage.PERMANENT]
    assert (after.leaving[research] > before.leaving[research]).all()
    assert (after.from_abroad[0, Stage.POSTDOC, 1:] < before.from_abroad[0, Stage.POSTDOC, 1:]).all()
    assert (after.candidates[1:] < before.candidates[1:]).all()
    assert (after.back[1:, Stage.POSTDOC] > before.back[1:, Stage.POSTDOC]).all()


def test_as_much_at_stake_as_at_the_founding_leaves_the_base_rates(history: BrainCirculation) -> None:
    same = now(history)
    slow, lively = (seekers(history, same, respond_abroad=k, respond_foreign=k) for k in (0.3, 0.8))
    at_home = [
        set(zip(s.row[s.region == HOME].tolist(), s.for_abroad[s.region == HOME].tolist(), strict=True))
        for s in (slow, lively)
    ]
    assert at_home[0] == at_home[1]


@pytest.mark.chance
def test_who_is_moved_to_look_home_is_moved_by_the_gain_alone(history: BrainCirculation) -> None:
    """With the same luck, whoever looks home while hosts pay well also looks where they pay less, and others do too."""
    more = 0
    for when in range(2026, 2046):
        lives = (seekers(history, when=when, host_pay_premium=premium, respond_home=1.0) for premium in (0.25, 0.0))
        if_paid, if_poor = (set(s.row[s.for_home & (s.region != HOME) & (s.origin == HOME)].tolist()) for s in lives)
        assert if_paid <= if_poor
        more += len(if_poor - if_paid)
    root = more**0.5  # of a count: its spread is the same whatever its size
    chance.within("root of how many are moved", root, 1, np.inf, broken=0, by="nobody who minds the gain", exact=True)


def test_the_end_of_a_contract_abroad_has_roads_other_than_the_way_home(history: BrainCirculation) -> None:
    twin, moved_on, outside = history.fork(), 0, 0
    for year in range(2026, 2031):
        events = twin.run_through(year).tally.events
        moved_on += events.get("moved_on", 0)
        outside += events.get("industry_abroad", 0)
    assert moved_on > 0
    assert outside > 0
