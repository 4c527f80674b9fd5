"""The clock of leaders, contacts, courses, offers outside academia: who answers, in which direction, at what price."""

from __future__ import annotations

import numpy as np
import pytest

from sim import BrainCirculation, Policy, PolicyError
from sim.instruments.counted import items
from sim.process.clock import hosted
from sim.vocabulary import HOME
from sim.world.programmes import ProgrammeKind
from tests.sim.conftest import changing, price_of
from tests.sim.instruments.test_gate import after, value


def gained(history: BrainCirculation, *changes: dict[str, object]) -> list[float]:
    """What leaders gain by kind of employer in the first year."""
    time = history.fork([changing(*changes)])._open_year(2026).time_gained
    assert time is not None
    return [float(each) for each in time]


def test_staff_and_cover_give_hours_back_and_rules_take_them(history: BrainCirculation) -> None:
    few, many = (gained(history, {"lever": "clock.managers", "set": staff}) for staff in (2.0, 4.0))
    p = history.parameters
    assert 0 < few[0] < many[0] < 2 * few[0]  # of the last hours ever less
    assert many[0] < p.administration_share
    assert gained(history, {"lever": "clock.cover", "set": 100.0})[0] == pytest.approx(100 / p.working_hours)
    assert gained(history, {"lever": "clock.relief", "set": -100.0})[0] == pytest.approx(-100 / p.working_hours)
    only = gained(history, {"lever": f"clock.cover[{history.world.tiers[1].replace(' ', '_')}]", "set": 100.0})
    assert only[1] > 0 == only[0]


def test_time_is_papers_and_makes_posts_better(history: BrainCirculation) -> None:
    plain, free = after(history), after(history, {"lever": "clock.cover", "set": 200.0})
    assert value(free, "papers") > 1.05 * value(plain, "papers")
    values = [life.position_values(life._open_year(life.year)) for life in (plain, free)]
    gain = values[1].common["best_post"][0] - values[0].common["best_post"][0]
    worth = history.parameters.research_time * 200 / history.parameters.working_hours / 0.1
    assert gain == pytest.approx(worth, rel=1e-3)


def test_hosting_takes_hours_only_beyond_what_it_took_before(history: BrainCirculation) -> None:
    takes = {"lever": "clock.hosting_hours", "set": 200.0}
    more = {"lever": "reputation.visibility", "set": 0.5}
    usual, pulled = after(history, takes, until=2031), after(history, takes, more, until=2031)
    assert usual.state.hosted == pytest.approx(hosted(history.people, len(history.world.tiers)))
    times = [life._open_year(2031).time_gained for life in (usual, pulled)]
    assert times[1][0] < times[0][0]
    helped = after(history, takes, more, {"lever": "clock.hosting_support", "set": 1.0}, until=2031)
    assert helped._open_year(2031).time_gained == pytest.approx(0.0)


def test_contacts_keep_ties_and_make_people_look_home(history: BrainCirculation) -> None:
    plain = after(history)
    kept = after(history, {"lever": "contacts.ties", "set": 0.5})
    assert value(kept, "international_coauthorship") > value(plain, "international_coauthorship")
    assert kept.people.ties_home.mean() > plain.people.ties_home.mean()
    told = after(history, {"lever": "contacts.window", "set": 5.0})
    assert value(told, "returns") > value(plain, "returns")
    nearer = after(history, {"lever": "contacts.reach", "set": 1.5})
    assert value(nearer, "departures", "transfer") > value(plain, "departures", "transfer")
    at_ease = after(history, {"lever": "contacts.community", "set": 1.0})
    year = at_ease._open_year(at_ease.year)
    assert (at_ease.position_values(year).regions.isolation[1:] == 0).all()


def test_courses_teach_foreigners_at_home_and_nobody_else(history: BrainCirculation) -> None:
    plain, taught = (
        after(history, *changes, until=2026) for changes in ((), ({"lever": "language.training", "set": 0.3},))
    )
    start, end = history.people, plain.people
    before, rows = start.rows(end.identity), taught.people.rows(end.identity)
    both = (rows >= 0) & (before >= 0)
    gain = taught.people.language[rows[both]] - end.language[both]
    learner = ((start.origin != HOME) & (start.region == HOME))[before[both]]  # who was here when the year began
    assert gain[learner].mean() > 0.05
    assert (gain[~learner] == 0).all()
    assert taught.counts[-1].costs.keys() == plain.counts[-1].costs.keys()  # a price is the policy's to state


def test_offers_by_field_and_to_foreigners_reach_whom_they_name(history: BrainCirculation) -> None:
    plain = after(history)
    matched = after(history, {"lever": "industry.offers_to_foreigners", "set": 3.0})
    bridged = after(history, {"lever": "industry.language_bridge", "set": 1.0})
    for life in (matched, bridged):
        here = [
            ((x.people.origin != HOME) & (x.people.region == HOME) & (x.people.stage == 5)).sum() for x in (plain, life)
        ]
        assert here[1] > here[0]
    field = history.world.fields[1]
    asked = after(history, {"lever": f"industry.offers[{field}]", "set": 3.0})
    jobs = [
        [((x.people.stage == 5) & (x.people.field == code)).sum() for code in range(len(history.world.fields))]
        for x in (plain, asked)
    ]
    gains = [after_ - before for before, after_ in zip(*jobs, strict=True)]
    assert gains[1] > 3 * max(abs(gain) for code, gain in enumerate(gains) if code != 1)


def test_cover_lets_people_of_its_stage_go(history: BrainCirculation) -> None:
    plain, covered = after(history), after(history, {"lever": "leave.cover[permanent]", "set": 1.0})
    assert value(covered, "dispatches") > value(plain, "dispatches")


# ---------------------------------------------------------------------- prices


def priced(item: str, *changes: dict[str, object], price: float = 1000.0, end: int | None = None) -> Policy:
    made = changing(*changes, end=end).model_dump(by_alias=True, exclude_none=True)
    cost = {"item": item, "value": price, "unit": price_of(item), "source": "test", "grade": "A"}
    return Policy.from_dict(made | {"costs": [cost]})


def booked(history: BrainCirculation, policy: Policy, until: int = 2028) -> dict[int, float]:
    table = history.fork([policy]).run_through(until).table()
    costs = table[(table["outcome"] == "cost") & (table["group"] == policy.costs[0].item)]
    return dict(zip(costs["year"].tolist(), costs["value"].tolist(), strict=True))


@pytest.mark.parametrize(
    ("item", "outcome", "group"),
    [
        ("hires", "hires", "all"),
        ("arrivals", "arrivals", "all"),
        ("arrivals.postdoc", "arrivals", "postdoc"),
        ("arrivals.CHN", "arrivals", "CHN"),
        ("returns", "returns", "all"),
        ("returns.US", "returns", "US"),
        ("departures", "departures", "all"),
        ("entrants", "doctoral_entrants", "all"),
        ("persons.postdoc", "postdocs", "all"),
        ("awards.overseas_fellowship", "awards", "overseas_fellowship"),
    ],
)
def test_a_price_is_paid_for_each_that_is_counted(
    history: BrainCirculation, item: str, outcome: str, group: str
) -> None:
    policy = priced(item, {"lever": "hiring.overseas_weight", "add": 0.3})
    table = history.fork([policy]).run_through(2028).table()
    count = table[(table["outcome"] == outcome) & (table["group"] == group) & (table["year"] == 2028)]["value"].item()
    assert booked(history, policy)[2028] == pytest.approx(1000 * count)


def test_a_year_costs_its_price_while_the_policy_is_in_force(history: BrainCirculation) -> None:
    found = booked(history, priced("year", price=7e9, end=2027), until=2029)
    assert {year: cost for year, cost in found.items() if cost > 0} == pytest.approx({2026: 7e9, 2027: 7e9})


def test_nobody_on_a_programme_of_the_country_is_paid_after_the_policy(history: BrainCirculation) -> None:
    for item in ("holders.overseas_fellowship", "awards.overseas_fellowship"):
        paid = booked(history, priced(item, end=2026), until=2028)
        assert paid[2026] > 0, item
        assert not paid.get(2028, 0) > 0, item


def test_those_on_a_programme_of_any_kind_are_those_whom_it_costs(history: BrainCirculation) -> None:
    for record in history.world.programmes:
        policy = priced(f"holders.{record.name}")
        table = history.fork([policy]).run_through(2027).table().query("outcome == 'cost' and year == 2027")
        paid = table.set_index("group")["value"]
        assert paid[f"holders.{record.name}"] > 0, "so a price on them is not free by oversight"
        if record.kind is ProgrammeKind.STIPEND:
            assert paid[record.name] / record.unit_cost == pytest.approx(paid[f"holders.{record.name}"] * 1e3)


def test_staff_and_hours_are_counted(history: BrainCirculation) -> None:
    staff = {"lever": "clock.managers", "set": 10.0}
    managers, leaders = (booked(history, priced(item, staff)) for item in ("managers", "leaders"))
    assert 0.08 * leaders[2028] < managers[2028] < 0.1 * leaders[2028]  # some leaders are away
    assert booked(history, priced("hours", {"lever": "clock.cover", "set": 100.0}))[2028] > 0
    assert booked(history, priced("learners", {"lever": "language.training", "set": 0.1}))[2028] > 0
    assert booked(history, priced("screened", {"lever": "security.strictness[CHN]", "set": 0.5}))[2028] > 0
    assert booked(history, priced("covered_visit", {"lever": "leave.cover", "set": 0.5}))[2028] > 0


def test_learners_are_the_foreigners_in_the_stages_that_are_taught(history: BrainCirculation) -> None:
    taught = booked(history, priced("learners", {"lever": "language.training[doctoral]", "set": 0.1}))
    foreign = booked(history, priced("foreign.doctoral", {"lever": "language.training[doctoral]", "set": 0.1}))
    assert taught[2028] == foreign[2028] > 0


def test_everything_that_is_listed_can_be_priced(history: BrainCirculation) -> None:
    known = list(items(history.world, history.world.programmes))
    assert len(known) == len(set(known)) > 60
    costs = [{"item": item, "value": 1.0, "unit": price_of(item), "source": "test", "grade": "A"} for item in known]
    made = changing().model_dump(by_alias=True, exclude_none=True) | {"costs": costs}
    table = history.fork([Policy.from_dict(made)]).run_through(2026).table()
    assert set(known) <= set(table.loc[table["outcome"] == "cost", "group"])


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("hire", "hires"),
        ("lunch", "nothing counts"),
        ("awards", "say which programme"),
        ("graduates.postdoc", "as a whole only"),
        ("persons.postdocs", "postdoc"),
        ("awards.overseas_felowship", "overseas_fellowship"),
        ("departures.JPN", "no region 'JPN' to count departures of"),
        ("abroad.JPN", "no region 'JPN' to count abroad of"),
        ("persons.left", "no stage 'left' to count persons of"),
        ("foreign.left", "no stage 'left' to count foreign of"),
        ("arrivals.left", "no stage or region 'left' to count arrivals of"),
        ("arrivals.unplaced", "no stage or region 'unplaced' to count arrivals of"),
    ],
)
def test_a_wrong_item_is_refused_with_the_nearest(history: BrainCirculation, item: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        history.fork([priced(item)]).run_through(2026)


def test_leaders_who_host_nobody_are_counted_with_none(history: BrainCirculation) -> None:
    people, tiers = history.people.copy(), len(history.world.tiers)
    every = hosted(people, tiers)
    guests = (people.origin != HOME) & (people.region == HOME)
    people.region[guests & (people.tier > 0)] = 1
    assert every.shape == (tiers,)
    np.testing.assert_array_equal(hosted(people, tiers)[1:], np.zeros(tiers - 1))
    assert hosted(people, tiers)[0] > 0
