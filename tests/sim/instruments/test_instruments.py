"""The registry: levers are declared once, move something, and can be taken out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim import BrainCirculation, instruments
from sim.instruments.lever import ArrayLever
from sim.instruments.levers import Levers, arrays, baseline, catalogue, shared
from sim.instruments.programmes import LEVERS, value
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import Parameters, World

HOUSE = Path(__file__).parents[3] / "sim"


def test_every_lever_has_titles_bounds_and_a_default_inside(world: World, parameters: Parameters) -> None:
    levers = catalogue(world)
    values = baseline(world, parameters, 2026)
    assert set(levers) == {*values, *(lever.name for lever in arrays())}
    for name, lever in levers.items():
        assert lever.title, name
        assert lever.title_ja, name
        assert lever.costs, name
        assert lever.low <= values.get(name, lever.value(parameters)) <= lever.high, name


def test_a_lever_of_a_programme_is_in_every_year_what_its_record_says(world: World, parameters: Parameters) -> None:
    ended = replace(world.programmes[0], name="ended", places={2020: 10.0}, start=2020, end=2024)
    records = (*world.programmes, ended)
    levers = Levers(world, parameters, records)
    for record in records:
        for lever in LEVERS[record.kind]:
            for year in (*range(2006, 2040), 2010):
                assert levers.of(record, lever, year) == value(record, lever, year), (record.name, lever.name, year)


def test_a_lever_is_named_in_one_module_of_the_model() -> None:
    sources = [file.read_text(encoding="utf-8") for file in HOUSE.rglob("*.py")]
    for lever in (*shared(), *arrays()):
        assert sum(f'"{lever.name}"' in source for source in sources) == 1, lever.name


@pytest.mark.parametrize("gone", instruments.INSTRUMENTS, ids=lambda one: one.name)
def test_without_an_instrument_the_baseline_is_the_same(
    gone: instruments.Instrument, history: BrainCirculation, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = history.fork().run_through(2028)
    left = tuple(one for one in instruments.INSTRUMENTS if one is not gone)
    monkeypatch.setattr(instruments, "INSTRUMENTS", left)
    without = history.fork().run_through(2028)
    assert without.people.equals(whole.people)
    names = set(catalogue(history.world))
    assert not names & {lever.name for lever in gone.levers}


FAR = {  # a value far from the default
    "hiring.overseas_weight": 2.0,
    "hiring.own_graduate_bonus": 2.0,
    "hiring.language_weight": 0.0,
    "posts.operating_grants": 1.5,
    "posts.external_funds": 0.5,
    "posts.tenure_track": 5.0,
    "return_posts.tenure_track": 1.0,
    "return_posts.startup": 50.0,
    "leave.feasible": 0.1,
    "support.host_applications": 0.9,
    "information.pessimism": 0.3,
    "visa.job_search": 0.0,
    "doctoral.industry_offers": 0.2,
    "hiring.floor": 1.0,
    "family.support": 1.0,
    "visa.permanent_years": 1.0,
    "visa.permanent_years_skilled": 20.0,
    "posts.opened": 0.8,
    "posts.added": 5000.0,
    "leave.cover": 0.8,
    "industry.offers": 2.0,
    "industry.offers_to_foreigners": 2.0,
    "industry.language_bridge": 0.8,
    "gate.share": 0.7,
    "gate.delay": 6.0,
    "gate.hours": 50.0,
    "security.strictness": 0.9,
    "security.sensitive": 2.0,
    "security.exempt": 0.8,
    "security.guidance": 0.8,
    "security.protection": 0.8,
    "security.partner_requires": 0.6,
    "clock.managers": 10.0,
    "clock.cover": 200.0,
    "clock.relief": -200.0,
    "clock.hosting_hours": 200.0,
    "clock.hosting_support": 0.8,
    "reputation.visibility": 0.3,
    "contacts.ties": 0.8,
    "contacts.community": 0.8,
    "contacts.reach": 1.5,
    "contacts.window": 3.0,
    "language.training": 0.3,
    **{f"benefits.{group}.share": 0.5 for group in ("returnees", "recruits", "stayers")},
    **{f"benefits.{group}.money": 5.0 for group in ("returnees", "recruits", "stayers")},
    **{f"benefits.{group}.research_money": 50.0 for group in ("returnees", "recruits", "stayers")},
}


def test_every_lever_moves_an_outcome(history: BrainCirculation) -> None:
    """Some levers act on what another one gives, so that stands beside them: a guarantee beside those of return posts,
    a benefit beside its years, screening beside what softens it, and the like.
    """
    promised = changing({"lever": "programmes.overseas_fellowship.guarantee", "set": 1}, name="promised")
    groups = ("returnees", "recruits", "stayers")
    given = changing(*({"lever": f"benefits.{group}.share", "set": 0.5} for group in groups), name="given")
    asks = changing({"lever": "security.partner_requires", "set": 0.6}, name="asks")
    screens = changing({"lever": "security.strictness", "set": 0.5}, name="screens")
    takes = changing({"lever": "clock.hosting_hours", "set": 200.0}, name="takes")
    besides = {
        "return_posts": [promised],
        "benefits": [given],
        "security": [screens],
        "security.protection": [asks],
        "clock.hosting_support": [takes],
    }
    plain = {name: history.fork(policies).run_through(2031).table() for name, policies in {**besides, "": []}.items()}
    levers = catalogue(history.world)
    for name, lever in levers.items():
        beside = name if name in besides else name.partition(".")[0]
        if beside not in besides or (beside == "benefits" and not name.endswith("years")):
            beside = ""
        value = FAR[name] if name in FAR else lever.high if name.endswith("guarantee") else None
        adds = isinstance(lever, ArrayLever) and lever.shares is not None
        change = {"lever": name, "add" if adds else "set": value}
        if value is None:
            change = {"lever": name, "times": 0.6}
        if value is None and baseline(history.world, history.parameters, 2026)[name] * 0.6 < lever.low:
            change = {"lever": name, "times": 1.5}
        moved = history.fork([*besides.get(beside, []), changing(change)]).run_through(2031).table()
        assert not moved.equals(plain[beside]), name
