"""What is booked, on a village whose people are written down: every count and every price worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim import BrainCirculation, Parameters, Policy, World
from sim.instruments import INSTRUMENTS, counted, pay, posts, programmes
from sim.instruments.lever import Account
from sim.process import ledger
from sim.vocabulary import HOME, RANKS, Mode, Stage
from sim.world.programmes import ProgrammeKind
from tests.sim.conftest import changing, price_of
from tests.sim.programmes import bringing, here, of_every_kind

if TYPE_CHECKING:
    from sim.instruments.policy import Measure

MILLION = 1e6
ABROAD = 3
VILLAGE: list[dict[str, Any]] = [
    {"stage": Stage.PERMANENT, "tier": 0},
    {"stage": Stage.PERMANENT, "tier": 0},
    {"stage": Stage.TENURE_TRACK, "tier": 1},
    {"stage": Stage.FIXED_TERM, "tier": 1, "funded": True},
    {"stage": Stage.TENURE_TRACK, "tier": 0, "funded": True},
    {"stage": Stage.FIXED_TERM, "tier": 1, "funded": True, "programme": 0},  # paid by the programme
    {"stage": Stage.FIXED_TERM, "tier": 1, "funded": True, "region": ABROAD},  # not at home
    {"stage": Stage.POSTDOC, "funded": True},  # no faculty
    {"stage": Stage.POSTDOC, "funded": True},
    {"stage": Stage.PERMANENT, "tier": 0, "region": ABROAD, "post_kept": True},
    {"stage": Stage.PERMANENT, "region": ABROAD},
    {"stage": Stage.DOCTORAL},
    {"stage": Stage.DOCTORAL, "origin": ABROAD, "region": ABROAD},
    {"stage": Stage.DOCTORAL, "origin": ABROAD},
    {"stage": Stage.DOCTORAL, "origin": ABROAD},
    {"stage": Stage.POSTDOC, "origin": ABROAD},
    {"stage": Stage.INDUSTRY, "origin": ABROAD},
    {"stage": Stage.LEFT, "origin": ABROAD},
    {"stage": Stage.POSTDOC, "benefit_until": 2026, "benefit_money": 2.0, "research_money": 5.0},
    {"stage": Stage.POSTDOC, "benefit_until": 2027, "benefit_money": 1.0, "research_money": 0.5},
    {"stage": Stage.POSTDOC, "benefit_until": 2025, "benefit_money": 64.0, "research_money": 64.0},  # over
    {"stage": Stage.POSTDOC, "benefit_until": 2026, "benefit_money": 64.0, "research_money": 64.0, "region": ABROAD},
    {"stage": Stage.LEFT, "benefit_until": 2026, "benefit_money": 64.0, "research_money": 64.0},
    {"stage": Stage.POSTDOC, "benefit_until": 2026, "benefit_money": 64.0, "research_money": 64.0, "programme": 0},
]
"""People by what is said of them; else natives at home, in no post, with no award."""


@pytest.fixture(scope="module")
def model(world: World, parameters: Parameters) -> BrainCirculation:
    return BrainCirculation(world, parameters, seed=1, scale=0.004).run_through(2025)


def account(model: BrainCirculation, *measures: Measure) -> Account:
    """The village in 2026, under policies."""
    twin = model.fork(measures)
    year, people = twin._open_year(2026), twin.people
    nobody = {"region": ABROAD, "stage": Stage.LEFT, "origin": HOME, "tier": twin.world.no_tier, "programme": -1}
    blank = {
        "funded": False,
        "post_kept": False,
        "benefit_until": 0,
        "benefit_money": 0,
        "research_money": 0,
        "stipend": 0,
    }
    for name, value in {**nobody, **blank}.items():
        people[name][:] = value
    for row, person in enumerate(VILLAGE):
        for name, value in {"region": HOME, **person}.items():
            people[name][row] = value
    return Account(people, twin.employers, twin.programmes, year)


def cost(name: str, booked: Account) -> dict[str, float]:
    (instrument,) = (one for one in INSTRUMENTS if one.name == name)
    assert instrument.cost is not None
    return dict(instrument.cost(booked))


def test_people_are_counted_by_what_they_are(model: BrainCirculation) -> None:
    village, region = account(model), model.world.regions[ABROAD]
    known = {
        "persons.doctoral": 3,
        "persons.tenure-track": 2,
        "persons.industry": 1,
        "foreign": 3,
        "foreign.doctoral": 2,
        "foreign.postdoc": 1,
        "abroad": 4,
        f"abroad.{region}": 4,
        f"abroad.{model.world.regions[ABROAD + 1]}": 0,
        "leaders": 5,  # one of them away, whose post is kept
        "return_post_year": 2,
        "year": model.scale,
    }
    assert {item: counted.number(item, village) for item in known} == known
    assert counted.number("persons.postdoc", village) == 7


def test_flows_are_counted_by_whose_they_are(model: BrainCirculation) -> None:
    village, world = account(model), model.world
    tally, kinds = village.year.tally, [tier.replace(" ", "_") for tier in world.tiers]
    for event in ("covered_visit", "supported_application", "supported_family_move"):
        assert counted.number(event, village) == 0, "none so far"
    cells = tally.hires.reshape(len(world.tiers), -1)
    cells[0, :2], cells[1, 3] = (2, 3), 11
    tally.arrivals[Stage.POSTDOC, 2], tally.arrivals[Stage.DOCTORAL, 2], tally.arrivals[Stage.POSTDOC, 4] = 3, 5, 7
    for flow, sizes in ((tally.returns, (2, 4, 8, 16)), (tally.departures, (1, 3, 9, 27))):
        for mode, size in zip((Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER, Mode.VISIT), sizes, strict=True):
            flow[mode, 2] = size
        flow[Mode.NONE, 2] = 100  # no stay
    tally.returns[Mode.VISIT, 5], tally.departures[Mode.VISIT, 5] = 50, 70
    tally.visits[0, 2], tally.visits[1, 2], tally.visits[1, 5] = 6, 7, 20
    tally.entrants[:], tally.graduates[:] = (1, 2, 4, 8), (30, 5)
    tally.awards[1], tally.applications[1] = 13, 40
    tally.events |= {"covered_visit": 9, "supported_application": 8, "supported_family_move": 6}
    two, five, name = world.regions[2], world.regions[5], village.programmes[1].record.name
    known = {
        "hires": 16,
        f"hires.{kinds[0]}": 5,
        f"hires.{kinds[1]}": 11,
        f"hires.{kinds[2]}": 0,
        "arrivals": 15,
        "arrivals.postdoc": 10,
        "arrivals.doctoral": 5,
        f"arrivals.{two}": 8,
        "returns": 80,
        f"returns.{two}": 30,
        f"returns.{five}": 50,
        "departures": 110,
        f"departures.{two}": 40,
        f"departures.{five}": 70,
        "visits": 33,
        f"visits.{two}": 13,
        f"visits.{five}": 20,
        "entrants": 7,
        "graduates": 35,
        "foreign_graduates": 5,  # at home: those who begin abroad apart
        f"awards.{name}": 13,
        f"applications.{name}": 40,
        "covered_visit": 9,
        "supported_application": 8,
        "supported_family_move": 6,
    }
    assert {item: counted.number(item, village) for item in known} == known
    with pytest.raises(KeyError):
        counted.number("hires.nobody", village)


def test_every_item_that_may_be_priced_is_a_number(model: BrainCirculation) -> None:
    village = account(model)
    found = list(counted.items(model.world, model.world.programmes))
    assert len(found) == len(set(found)) > 60
    assert {"hires", "return_post_year", "managers", f"arrivals.{model.world.regions[1]}"} <= set(found)
    assert "awards" not in found, "it says whose"
    assert "persons" not in found
    assert all(np.isfinite(counted.number(item, village)) for item in found)


def test_benefits_are_paid_to_who_is_here_and_draws_no_award(model: BrainCirculation) -> None:
    assert cost("benefits", account(model)) == {"benefits": 3.0 * MILLION, "research_money": 5.5 * MILLION}
    nobody = account(model)
    nobody.people.benefit_until[:] = 2025
    assert cost("benefits", nobody) == {}


def test_every_instrument_books_under_the_items_that_it_declares(model: BrainCirculation) -> None:
    dear = {"pay.posts": 1.5, "return_posts.startup": 6.0}
    village = account(model, changing(*({"lever": lever, "set": size} for lever, size in dear.items())))
    for instrument in INSTRUMENTS:
        booked = cost(instrument.name, village) if instrument.cost else {}
        named = {record.name for record in village.year.programmes} if instrument.name == "programmes" else set()
        assert set(booked) == {*instrument.books, *named}, instrument.name


def test_staff_hours_courses_and_startup_by_hand(model: BrainCirculation) -> None:
    levers = {
        "clock.managers": 50.0,  # for a hundred leaders
        "clock.cover": 8.0,
        "language.training": 0.5,
        "return_posts.startup": 6.0,
    }
    village = account(model, changing(*({"lever": lever, "set": size} for lever, size in levers.items())))
    assert counted.number("managers", village) == 4 * 50 / 100  # four lead at home
    assert counted.number("hours", village) == 4 * 8
    assert counted.number("learners", village) == 4  # foreigners who are here and have not left research
    assert cost("return_posts", village) == {"startup": 2 * 6.0 * MILLION}
    assert cost("return_posts", account(model)) == {}


def test_pay_is_what_posts_that_are_held_get_more(model: BrainCirculation) -> None:
    world, p = model.world, model.parameters
    assert cost("pay", account(model)) == {}
    raised = account(model, changing({"lever": "pay.posts", "set": 1.5}))
    income = [*[(world.tiers[0], "permanent")] * 3, (world.tiers[1], "tenure-track")]  # one is away and keeps the post
    known = sum(pay.pay_of(world, tier, stage) for tier, stage in income)
    assert known > 0
    assert cost("pay", raised)["pay"] == pytest.approx(known * 0.5 * p.post_on_cost * MILLION)
    half = cost("pay", account(model, changing({"lever": "pay.posts", "set": 0.5})))
    assert half["pay"] == pytest.approx(-known * 0.5 * p.post_on_cost * MILLION)


def test_posts_cost_their_pay_and_posts_left_alone_nothing(model: BrainCirculation) -> None:
    assert cost("posts", account(model)) == {"posts": 0.0}
    kind = model.world.tiers[1].replace(" ", "_")
    for stage in ("tenure-track", "permanent"):
        doubled = account(model, changing({"address": f"posts[{stage}, {kind}]", "times": 2.0}))
        more = sum(
            (employer.posts(doubled.year) - employer.posts(account(model).year)).sum() for employer in doubled.employers
        )
        assert more > 0
        pays = pay.pay_of(model.world, model.world.tiers[1] if stage == "permanent" else "", stage)
        known = more * pays * model.parameters.post_on_cost * MILLION
        assert cost("posts", doubled)["posts"] == pytest.approx(known)
    fixed_term = posts._pay(model.world, model.parameters)[:, RANKS.index(Stage.FIXED_TERM)]
    assert (fixed_term == pay.pay_of(model.world, "", Stage.FIXED_TERM.label)).all()


def test_every_lever_of_posts_costs_what_it_opens(model: BrainCirculation) -> None:
    world, names = model.world, [lever.name for lever in posts.LEVERS]
    plain = account(model)
    for moved in (*([name] for name in names), names):
        village = account(model, changing(*({"lever": name, "times": 1.5} for name in moved)))
        known = 0.0
        for employer in village.employers:
            more = (employer.posts(village.year) - employer.posts(plain.year)).sum(axis=0)
            for rank, many in zip(RANKS, more, strict=True):
                known += many * pay.pay_of(world, employer.name if rank is Stage.PERMANENT else "", rank.label)
        assert known > 0
        assert cost("posts", village)["posts"] == pytest.approx(known * model.parameters.post_on_cost * MILLION)


def test_an_award_costs_its_record_and_what_a_policy_adds(model: BrainCirculation) -> None:
    (record,) = (one for one in model.world.programmes if one.name == "overseas_fellowship")
    plain, moved = (
        account(model, *measures).year
        for measures in ((), [changing({"lever": "programmes.overseas_fellowship.income", "add": 1.25})])
    )
    base = programmes.unit_cost(record, plain)
    assert base == pytest.approx(record.unit_cost + plain.levers.of(record, programmes.INCOME, 2026) - record.income)
    assert programmes.unit_cost(record, moved) == pytest.approx(base + 1.25)
    now, set_in = (plain.world.driver("exchange_rate", year) for year in (2026, record.income_set(2026)))
    fallen = programmes.supplement(record, plain)
    assert 1 != fallen == pytest.approx((now / set_in) ** model.parameters.exchange_supplement)
    (at_home,) = (one for one in model.world.programmes if one.name == "inbound_fellowship")
    assert at_home.kind is ProgrammeKind.FELLOWSHIP_HERE
    assert programmes.supplement(at_home, plain) == 1.0


def test_an_award_that_is_paid_less_costs_nothing_at_least(model: BrainCirculation) -> None:
    every = bringing(*of_every_kind(model.world))
    levers = {"out.income": 0.5, "months.income": 0.5, "teams.research_money": 0.0, "with_firms.extra_pay": 0.0}
    less = changing(*({"lever": f"programmes.{lever}", "set": size} for lever, size in levers.items()), name="less")
    village = account(model, every, less).year
    units = {record.name: programmes.unit_cost(record, village) for record in village.programmes}
    assert min(units.values()) == units["with_firms"] == 0.0, "its record costs less than its extra pay"
    assert units["out"] == pytest.approx(0.5)
    assert units["months"] == pytest.approx(0.25)


def test_a_stay_costs_its_months_and_a_team_its_research_money(model: BrainCirculation) -> None:
    every = bringing(*of_every_kind(model.world))
    levers = {"months.years": 0.75, "months.income": 5.0, "teams.research_money": 50.0}
    moved = changing(*({"lever": f"programmes.{lever}", "set": size} for lever, size in levers.items()), name="moved")
    plain, village = account(model, every).year, account(model, every, moved).year
    records = {record.name: record for record in village.programmes}
    assert programmes.unit_cost(records["months"], plain) == pytest.approx(1.5)  # half a year
    assert programmes.unit_cost(records["months"], village) == pytest.approx(1.5 * 0.75 / 0.5 + (5.0 - 3.0) * 0.75)
    assert programmes.unit_cost(records["teams"], plain) == pytest.approx(60.0)
    assert programmes.unit_cost(records["teams"], village) == pytest.approx(60.0 + 50.0 - 40.0)


def test_programmes_of_every_kind_are_drawn_on_by_what_they_are(model: BrainCirculation) -> None:
    village = account(model, bringing(*of_every_kind(model.world)))
    at = {one.record.name: one.number for one in village.programmes}
    people, events = village.people, village.year.tally.events
    people.programme[10:13], people.programme[13] = at["back"], at["track"]
    (code,) = (code for code, one in programmes.stipends(village.programmes) if one.record.name == "of_foreigners")
    people.stipend[10:14] = code
    assert programmes.drawn_on(village)[at["months"]] == 0, "no stay so far"
    events |= {"stays.months": 5, programmes.running(village.programmes[at["teams"]].record): 3}
    drawn = programmes.drawn_on(village)
    young = village.programmes[at["young"]].places(village.year)
    known = {"back": 3, "track": 1, "of_foreigners": 4, "months": 5, "teams": 3, "young": young, "guests": 0}
    assert young > 0
    assert {name: drawn[at[name]] for name in known} == known
    assert drawn[at["seminars"]] == 0


def test_awards_are_paid_by_holder(model: BrainCirculation) -> None:
    village = account(model)
    record = village.programmes[0].record
    assert programmes.drawn_on(village)[0] == 2  # in the village, who has left research apart
    unit = programmes.unit_cost(record, village.year) * programmes.supplement(record, village.year)
    assert cost("programmes", village)[record.name] == pytest.approx(2 * unit * MILLION)
    assert counted.number(f"holders.{record.name}", village) == 2


def test_prices_are_paid_while_a_policy_runs_and_what_was_promised_after_it(model: BrainCirculation) -> None:
    def priced(start: int, end: int | None, **prices: float) -> Policy:
        costs = [
            {"item": item, "value": value, "unit": price_of(item), "source": "test", "grade": "A"}
            for item, value in prices.items()
        ]
        words = {"name": "made_up", "title": "x", "title_ja": "x", "source": "test", "grade": "A"}
        return Policy.from_dict({**words, "start": start, "end": end, "costs": costs})

    def booked(*policies: Policy) -> dict[str, float]:
        village = account(model)
        return ledger.book(village.people, list(village.employers), village.programmes, policies, village.year)

    without = booked()
    assert "leaders" not in without
    first, second = priced(2026, None, leaders=10.0), priced(2020, 2026, leaders=2.5, return_post_year=100.0)
    assert booked(first)["leaders"] == 5 * 10.0
    both = booked(first, second)
    assert (both["leaders"], both["return_post_year"]) == (5 * 12.5, 2 * 100.0)
    assert {item: both[item] for item in without} == without
    over = booked(priced(2020, 2025, leaders=10.0, return_post_year=100.0))
    assert "leaders" not in over
    assert over["return_post_year"] == 2 * 100.0, "what was promised is kept"
    assert booked(priced(2027, None, leaders=10.0, return_post_year=100.0)) == without, "nothing before it begins"


def test_items_that_are_paid_on_are_those_that_were_promised(model: BrainCirculation) -> None:
    own, brought = model.programmes[0].record, bringing(here(100, name="scheme")).programmes
    promised = {"return_post_year", "holders.scheme"}
    for item in (*promised, "leaders", "awards.scheme", f"holders.{own.name}", f"awards.{own.name}"):
        assert counted.is_paid_on(item, brought) == (item in promised), item


def test_holders_of_a_programme_of_the_country_are_paid_while_the_policy_is_in_force(model: BrainCirculation) -> None:
    """Who holds one that the policy brings was promised it; the country's is there without the policy."""
    own = model.programmes[0].record.name
    prices = [
        {"item": f"holders.{name}", "value": 1e6, "unit": price_of("holders"), "source": "test", "grade": "A"}
        for name in (own, "scheme")
    ]
    said = bringing(here(20_000, name="scheme"), end=2026).model_dump(by_alias=True) | {"costs": prices}
    life = model.fork([Policy.from_dict(said | {"programmes": bringing(here(20_000, name="scheme")).programmes})])
    paid = life.run_through(2027).table().query("outcome == 'cost'").set_index(["group", "year"])["value"]
    assert paid[f"holders.{own}", 2026] > 0
    assert (f"holders.{own}", 2027) not in paid.index or np.isnan(paid[f"holders.{own}", 2027])
    assert paid["holders.scheme", 2026] > 0
    assert paid["holders.scheme", 2027] > 0


def test_the_cost_of_an_instrument_adds_to_what_a_policy_prices(model: BrainCirculation) -> None:
    village = account(model)
    year = replace(village.year)
    found = ledger.book(village.people, list(village.employers), village.programmes, (), year)
    assert found["benefits"] == 3.0 * MILLION
    assert {one.record.name for one in village.programmes} <= set(found)
