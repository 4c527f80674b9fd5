"""Who waits for a permit: for how long, who moves as it comes, and that nobody waits twice or is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.population.waiting import Asks, Waiting
from sim.rules.gate import years_late
from sim.vocabulary import HOME
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import BrainCirculation

IN, OUT = ({"lever": f"gate.delay[{way}]", "set": 12.0} for way in ("in", "out"))


def arrivals(model: BrainCirculation, year: int) -> int:
    (counts,) = (one for one in model.counts if one.year == year)
    return int(counts.arrivals.sum())


def departures(model: BrainCirculation, year: int) -> int:
    (counts,) = (one for one in model.counts if one.year == year)
    return int(counts.departures.sum())


def test_the_mean_wait_is_the_delay() -> None:
    draws = np.linspace(0.0005, 0.9995, 1000).tolist()
    for months in (0.0, 2.5, 12.0, 30.0):
        late = [years_late(months, draw) for draw in draws]
        assert np.mean(late) == pytest.approx(months / 12, abs=0.002)
        assert max(late) - min(late) <= 1


def test_a_year_of_waiting_takes_the_arrivals_of_a_year_and_gives_them_the_next(history: BrainCirculation) -> None:
    plain = history.fork().run_through(2029)
    slow = history.fork([changing(IN)]).run_through(2029)
    assert arrivals(slow, 2026) < 0.25 * arrivals(plain, 2026), "those are people of home origin and few others"
    patience = np.exp(-12 / history.parameters.gate_patience)
    for year in (2028, 2029):
        assert arrivals(slow, year) == pytest.approx(patience * arrivals(plain, year), rel=0.2)
    both = departures(slow, 2026), departures(plain, 2026)
    assert both[0] == pytest.approx(both[1], rel=0.05), "who leaves home does not wait"


def test_who_leaves_home_waits_and_goes_later(history: BrainCirculation) -> None:
    plain = history.fork().run_through(2029)
    slow = history.fork([changing(OUT)]).run_through(2029)
    assert departures(slow, 2026) == 0
    assert len(slow.state.waiting) > 0
    assert 0.1 * departures(plain, 2028) < departures(slow, 2028) < departures(plain, 2028), (
        "a host must be found again"
    )
    waits = slow.state.waiting.rows
    assert {Asks.HOSTS, Asks.STUDY_ABROAD} <= set(waits["asks"])
    assert (waits["region"] != HOME).all()
    assert (waits["due"] > 2029 - 1).all(), "those who have moved or whose year is over are forgotten"


def test_who_decided_to_study_comes_even_where_the_gate_has_shut_since(history: BrainCirculation) -> None:
    slow = changing({"lever": "gate.delay[in]", "set": 12.0}, end=2026)
    shut = changing({"lever": "gate.share[in]", "set": 0.0})
    model = history.fork([slow]).run_through(2026)
    waited = model.state.waiting.due(Asks.STUDY_HERE, 2027)
    assert len(waited) > 5
    later = model.fork([slow, shut.model_copy(update={"name": "shut", "start": 2027})]).run_through(2027)
    there = later.people.rows(waited["identity"])
    assert (there >= 0).all()
    assert (later.people.start_year[there] == 2027).all()
    assert (later.people.region[there] == HOME).mean() > 0.9, "one may go on to another country in the same year"


def test_a_permit_in_hand_needs_no_other_and_holds_for_its_region(history: BrainCirculation) -> None:
    model = history.fork([changing({"lever": "gate.delay[out]", "set": 12.0}, end=2026)]).run_through(2026)
    waited = model.state.waiting.due(Asks.HOSTS, 2027)
    key, region = waited["draw_key"], waited["region"]
    assert model.state.waiting.permitted(key, region, 2027).all()
    assert not model.state.waiting.permitted(key, region, 2026).any()
    assert not model.state.waiting.permitted(key, region % 8 + 1, 2027).all()
    went, plain = model.fork().run_through(2027), history.fork().run_through(2026)
    rows = went.people.rows(plain.people.identity[np.isin(plain.people.draw_key, key)])
    left, everybody = (went.people.away_since[who] == 2027 for who in (rows[rows >= 0], slice(None)))
    assert left.mean() > 4 * everybody.mean(), "they ask again in the year of the permit, and some find a host"


def test_nobody_waits_twice_for_the_same_and_copies_are_apart() -> None:
    queue, two = Waiting.none(), np.array([7, 8], np.uint64)
    field, region = np.zeros(2, np.uint8), np.array([1, 2], np.uint8)
    queue.add(Asks.HOSTS, two, field, region, np.array([2027, 2028]))
    twin = queue.copy()
    queue.add(Asks.CALLS, two, field, region, np.array([2029, 2029]))
    assert len(queue) == 2
    queue.add(Asks.CALLS, two, field, region[::-1], np.array([2029, 2029]))
    assert len(queue) == 4
    assert len(twin) == 2
    queue.forget(2028)
    assert sorted(queue.rows["due"]) == [2028, 2029, 2029]


def test_a_short_wait_keeps_most_in_their_year(history: BrainCirculation) -> None:
    plain = history.fork().run_through(2026)
    month = history.fork([changing({"lever": "gate.delay[in]", "set": 1.0})]).run_through(2026)
    assert 0.8 < arrivals(month, 2026) / arrivals(plain, 2026) < 0.97


def test_where_there_is_no_delay_nobody_waits(history: BrainCirculation) -> None:
    model = history.fork([changing({"lever": "gate.share", "set": 0.7})]).run_through(2027)
    assert len(model.state.waiting) == 0
