"""Policies are data: dated, composed in order, bounded, and explained where they are wrong."""

from __future__ import annotations

import re
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation, DataError, Policy, PolicyError
from sim.instruments import posts
from sim.instruments.course import cells, levers_in, reading, refuse_misfits
from sim.instruments.levers import baseline
from sim.vocabulary import HOME, Stage
from tests.sim.conftest import POLICIES, changing, policy
from tests.sim.programmes import joint

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim import Parameters, World

SHIPPED = sorted(path.stem for path in POLICIES.glob("*.yaml"))
WEIGHT, PLACES = "hiring.overseas_weight", "programmes.overseas_fellowship.places"


def test_the_asked_policies_are_shipped() -> None:
    asked = {
        "overseas_weight",
        "doctoral_stipends",
        "fellowships_doubled",
        "return_guarantee",
        "transfer_support",
        "package",
    }
    assert asked <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_policy_is_named_after_its_file_and_moves_something(
    name: str, world: World, parameters: Parameters
) -> None:
    shipped = policy(name)
    assert shipped.name == name
    assert shipped.changes or shipped.includes or shipped.programmes
    before, still = included(shipped), shipped.model_copy(update={"changes": ()})
    for change in shipped.changes:
        moved = [
            not np.array_equal(*(reading(world, parameters, [*before, one], change, year) for one in (still, shipped)))
            for year in range(max(shipped.start, 2026), 2036)
        ]
        assert any(moved), change.name


def included(shipped: Policy) -> list[Policy]:
    """The policies that one includes, each after those that it includes itself."""
    inner = [policy(name) for name in shipped.includes]
    return [one for top in inner for one in (*included(top), top)]


def test_changes_compose_in_order(world: World, parameters: Parameters) -> None:
    add = changing({"lever": PLACES, "add": 100})
    double = changing({"lever": PLACES, "times": 2})
    base = baseline(world, parameters, 2030)[PLACES]
    assert levers_in(world, parameters, [add, double], 2030)[PLACES] == (base + 100) * 2
    assert levers_in(world, parameters, [double, add], 2030)[PLACES] == base * 2 + 100


def test_dates_bound_a_policy(world: World, parameters: Parameters) -> None:
    dated = changing({"lever": WEIGHT, "add": 0.5}, start=2027, end=2029)
    values = [levers_in(world, parameters, [dated], year)[WEIGHT] for year in range(2026, 2031)]
    assert values == [0.0, 0.5, 0.5, 0.5, 0.0]


def number(value: float, unit: str) -> dict[str, object]:
    return {"value": value, "unit": unit, "source": "made up", "grade": "A"}


def places(years: dict[int, float], unit: str = "awards/yr") -> dict[str, object]:
    return {"unit": unit, "by_year": [{"years": years, "source": "made up", "grade": "A"}]}


def scheme(**changes: object) -> dict[str, object]:
    """A programme that a policy may bring: fifty fellows from abroad a year."""
    good = {
        "name": "scheme",
        "kind": "fellowship_here",
        "title": "A scheme",
        "title_ja": "事業",
        "source": "made up",
        "grade": "A",
        "degree_within": number(6, "years"),
        "years": number(2, "years"),
        "income": number(6.0, "million JPY/yr"),
        "unit_cost": number(7.0, "million JPY/yr"),
        "selection_merit": number(1.0, "weight"),
        "places": places({2027: 200, 2029: 400}),
    }
    return good | changes


def abroad(**changes: object) -> dict[str, object]:
    """A stay abroad of some months that a policy may bring."""
    more = {"kind": "stay_abroad", "stages": ["doctoral"], "origin": "home", "income_year": 2022}
    return scheme(**{**more, "years": number(0.5, "years"), **changes})


def record(**changes: object) -> dict[str, object]:
    good = {"name": "p", "title": "t", "title_ja": "t", "source": "s", "grade": "S", "start": 2026}
    return good | changes


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (record(start=2030, end=2026), "comes before the first"),
        (record(grade="B"), "grade"),
        (record(colour="red"), "colour"),
        (
            record(changes=[{"lever": WEIGHT, "add": 1, "times": 2, "source": "s", "grade": "A"}]),
            "exactly one of set, add",
        ),
        (record(changes=[{"lever": WEIGHT, "source": "s", "grade": "A"}]), "exactly one of set, add"),
        (record(changes=[{"lever": WEIGHT, "add": 1, "grade": "A"}]), "source"),
        (record(name="Not A Name"), "name"),
        (record(schema=3), "this version reads schema: 2"),
        (record(costs=[{"item": "lunch", "value": 1, "unit": "JPY", "source": "s", "grade": "A"}]), "nothing counts"),
        (record(programmes=[scheme(), scheme()]), "brought twice"),
        (record(programmes=[scheme(regions=["ASEAN"])]), "fellowship_here does not read it"),
        (record(programmes=[scheme(colour="red")]), "there is no such field"),
        (record(programmes=[scheme(kind="fellowship")]), "nearest: fellowship_here"),
        (record(programmes=[scheme(years={"value": 20, "unit": "years", "source": "s", "grade": "A"})]), "1 to 8"),
        (record(programmes=[scheme(received=number(5, "persons/yr"))]), "does not read it|there is no such field"),
        (record(programmes=["scheme"]), "a programme is a record"),
        (record(programmes=[scheme(income_year=2022)]), "fellowship_here does not read it"),
        (record(programmes=[scheme(incom=4.0)]), "did you mean 'income'"),
        (record(programmes=[scheme(income=number(True, "million JPY/yr"))]), "income.value"),
        (record(programmes=[abroad(stages=["postdok"])]), "did you mean 'postdoc'"),
        (record(kind="world"), "this is a world file; read it as a Scenario"),
        (record(rows=["A0"]), "rows.0"),
        (record(targets=[{"outcome": "papers", "value": 1, "source": "s", "grade": "S"}]), "targets.0.by"),
        (
            record(changes=[{"lever": WEIGHT, "set": 1, "source": "s", "grade": grade} for grade in "AS"]),
            "is set twice",
        ),
        (
            record(changes=2 * [{"lever": WEIGHT, "add": 1, "source": "s", "grade": "A"}]),
            "same change of hiring.overseas_weight is made twice",
        ),
        (record(changes=[{"add": 1, "source": "s", "grade": "A"}]), "exactly one lever or one address"),
        (record(strat=2027), "strat: there is no such field; did you mean 'start'"),
        (record(changes=[{"lever": WEIGHT, "ad": 1, "source": "s", "grade": "A"}]), "did you mean 'add'"),
        (record(changes=[{"lever": WEIGHT, "add": True, "source": "s", "grade": "A"}]), "changes.0.add"),
        (record(changes=[{"lever": WEIGHT, "add": "1", "source": "s", "grade": "A"}]), "changes.0.add"),
        (record(start="2026"), "start"),
        (record(programmes=[scheme(income={"value": 4.0, "unit": "million"})]), "income.source"),
    ],
)
def test_a_wrong_policy_is_explained(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(PolicyError, match=sentence):
        Policy.from_dict(wrong)


def test_unknown_levers_and_values_out_of_range_are_refused(history: BrainCirculation) -> None:
    with pytest.raises(PolicyError, match=r"nearest: hiring\.overseas_weight"):
        history.fork([changing({"lever": "hiring.overseas_wait", "add": 1})])
    with pytest.raises(ValueError, match=r"outside -0\.5 to 2"):
        history.fork([changing({"lever": WEIGHT, "add": 9})])


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.from_file(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"broken\.yaml line 1"):
        Policy.from_file(broken)
    broken.write_text("name: a\ntitle: b\nname: c\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="line 3: 'name' is given twice"):
        Policy.from_file(broken)
    broken.write_text("- a list", encoding="utf-8")
    with pytest.raises(PolicyError, match="must hold a mapping"):
        Policy.from_file(broken)


def test_what_two_files_say_is_the_same_wherever_they_lie(tmp_path: Path) -> None:
    said = (POLICIES / "overseas_weight.yaml").read_text(encoding="utf-8")
    (tmp_path / "overseas_weight.yaml").write_text(said.replace("title:", "title:  "), encoding="utf-8")
    shipped, copied = policy("overseas_weight"), Policy.from_file(tmp_path / "overseas_weight.yaml")
    assert shipped == copied
    assert len({shipped, copied}) == 1
    assert shipped != shipped.model_copy(update={"start": shipped.start + 1})


def test_truth_is_true_or_false_and_numbers_are_decimal(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    for said, sentence in (("yes", "changes.0"), ("0x10", "changes.0"), ("1:30", "changes.0"), (".inf", "changes.0")):
        change = f"[{{lever: {WEIGHT}, set: {said}, source: s, grade: A}}]"
        file.write_text(f"name: p\ntitle: t\ntitle_ja: t\nsource: s\ngrade: S\nstart: 2026\nchanges: {change}\n")
        with pytest.raises(PolicyError, match=sentence):
            Policy.from_file(file)


def test_a_lever_that_a_kind_of_programme_lacks_is_explained(history: BrainCirculation) -> None:
    lever = "programmes.doctoral_support.guarantee"
    with pytest.raises(PolicyError, match="doctoral_support is a stipend, and the levers that move one are places"):
        history.fork([changing({"lever": lever, "set": 1})])


def test_a_policy_may_bring_its_own_programme(history: BrainCirculation) -> None:
    scheme_policy = Policy.from_dict(record(end=2030, programmes=[scheme()]))
    with_it, without = history.fork([scheme_policy]).run_through(2032), history.fork().run_through(2032)
    table, plain = (
        life.table().set_index(["outcome", "group", "year"])["value"].sort_index() for life in (with_it, without)
    )
    awards = table["awards", "scheme"]
    assert awards[2026] <= 200 + 1 / history.scale
    assert awards[2029] > awards[2026]
    assert (awards[[2031, 2032]] == 0).all(), "no call after the policy has ended"
    assert table["cost", "scheme", 2029] > 0
    assert 0 < table["success_rate", "scheme", 2029] <= 1
    more = table["arrivals", "all"] - plain["arrivals", "all"]
    assert more.loc[2026:2030].sum() > 0.5 * awards.loc[2026:2030].sum()


def stipend(**changes: object) -> dict[str, object]:
    """A doctoral stipend of five years, half of what that of the country pays."""
    usual = {"kind": "stipend", "income": number(1.2, "million JPY/yr"), "years": number(5, "years")}
    changed = {**usual, "places": places({2027: 200, 2029: 400}, "persons supported"), **changes}
    return {name: value for name, value in scheme(**changed).items() if name != "degree_within"}


def test_a_policy_may_bring_a_second_stipend(history: BrainCirculation) -> None:
    """Each has holders, places and costs of its own; some go abroad after places are given."""
    policy = Policy.from_dict(record(end=2029, programmes=[stipend(places=places({2026: 3000}, "persons supported"))]))
    with_it, without = history.fork([policy]).run_through(2029), history.fork().run_through(2029)
    first, second = (int((with_it.people.stipend == code).sum()) for code in (1, 2))
    assert first == pytest.approx((without.people.stipend == 1).sum(), rel=0.05)
    assert 0.9 * 3000 * history.scale < second <= 3000 * history.scale + 1
    assert set(with_it.people.stipend) == {0, 1, 2}
    cost = with_it.table().query("outcome == 'cost' and year == 2029").set_index("group")["value"]
    assert cost["scheme"] == pytest.approx(second / history.scale * 7.0e6)
    holders = with_it.people.identity[with_it.people.stipend == 2]
    ended = with_it.run_through(2030)
    rows = ended.people.rows(holders)
    assert set(ended.people.stipend[rows[rows >= 0]]) <= {0, 1, 2}
    assert (ended.people.stipend == 2).sum() <= second
    assert ended.tally.awards[-1] == 0, "no call after the policy has ended"


def test_a_longer_stipend_takes_over_where_the_first_one_ends(history: BrainCirculation) -> None:
    policy = Policy.from_dict(record(programmes=[stipend(places=places({2026: 200000}, "persons supported"))]))
    people = history.fork([policy]).run_through(2030).people
    students = (people.stage == Stage.DOCTORAL) & (people.region == HOME) & ~people.working
    within = students & (people.start_year > 2030 - 5)
    assert (people.stipend[within] > 0).all()
    assert (people.stipend[students & (people.start_year <= 2030 - 3)] != 1).all()
    assert (people.stipend[~within] == 0).all()


@pytest.mark.parametrize("make", [scheme, abroad, stipend])
def test_a_programme_without_places_changes_nothing(
    history: BrainCirculation, make: Callable[..., dict[str, object]]
) -> None:
    empty = make(places=places({2026: 0}, "persons supported" if make is stipend else "awards/yr"))
    one = history.fork([Policy.from_dict(record(programmes=[empty]))]).run_through(2029)
    assert one.people.equals(history.fork().run_through(2029).people)


def test_a_brought_programme_has_levers_and_a_name_of_its_own(history: BrainCirculation) -> None:
    brought = Policy.from_dict(record(programmes=[scheme()]))
    more = changing({"lever": "programmes.scheme.places", "times": 2})
    values = levers_in(history.world, history.parameters, [brought, more], 2028)
    assert values["programmes.scheme.places"] == 600
    with pytest.raises(PolicyError, match="already"):
        history.fork([Policy.from_dict(record(programmes=[scheme(name="overseas_fellowship")]))])
    other = Policy.from_dict(record(name="q", programmes=[scheme(income=number(1.0, "million JPY/yr"))]))
    with pytest.raises(PolicyError, match="another policy brings a programme scheme"):
        history.fork([brought, other])


@pytest.mark.parametrize("name", ["posts", "benefits", "research_money", "pay", "startup", "all", "faculty", "hires"])
def test_no_programme_is_called_as_something_else_that_is_booked_or_shown(
    history: BrainCirculation, tmp_path: Path, name: str
) -> None:
    """It would be free, or stand in one line of a table with what has that name."""
    with pytest.raises(PolicyError, match=f"a programme cannot be called {name}, .*; rename it"):
        history.fork([Policy.from_dict(record(programmes=[scheme(name=name)]))])
    mine = Path(shutil.copytree(str(history.world.country.root), tmp_path / "mine")) / "programmes"
    (mine / "leading_research.yaml").rename(mine / f"{name}.yaml")
    for file in (f"{name}.yaml", "programmes.yaml"):
        text = (mine / file).read_text(encoding="utf-8")
        (mine / file).write_text(text.replace("leading_research", name), encoding="utf-8")
    with pytest.raises(DataError, match=rf"programmes/{name}\.yaml: a programme cannot be called {name}"):
        BrainCirculation(country=mine.parent)


@pytest.mark.parametrize(
    ("first", "again", "refused"),
    [
        ("leave.cover[doctoral]", "leave.cover[stage=doctoral]", True),
        ("gate.share[CHN, health]", "gate.share[field=health, region=CHN]", True),
        ("leave.cover[doctoral]", "leave.cover", True),  # nothing would be left of the first
        ("leave.cover", "leave.cover[doctoral]", False),  # all, but for some
        ("leave.cover[doctoral]", "leave.cover[postdoc]", False),
    ],
)
def test_a_file_does_not_set_one_cell_in_two_spellings(world: World, first: str, again: str, *, refused: bool) -> None:
    twice = changing({"lever": first, "set": 0.1}, {"lever": again, "set": 0.6})
    with (
        nullcontext()
        if not refused
        else pytest.raises(PolicyError, match=re.escape(f"{again} sets again all that {first} sets; keep one"))
    ):
        refuse_misfits(world, [twice])


def test_cells_are_what_an_address_picks(world: World) -> None:
    def of(kind: str, name: str) -> frozenset[tuple[str, ...]]:
        (change,) = changing({kind: name, "times": 0.5}).changes
        return cells(change, world)

    assert of("lever", WEIGHT) == {(WEIGHT,)}
    assert of("lever", "leave.cover[doctoral]") == {("leave.cover", "doctoral")}
    assert of("lever", "leave.cover") == {("leave.cover", stage.label) for stage in Stage}
    assert of("address", "posts[postdoc]") == of("lever", "posts.opened[stage=postdoc]") < of("address", "posts")
    assert of("address", "drivers.income_ratio[US]") < of("address", "drivers.income_ratio")


def test_no_more_posts_are_taken_away_than_there_are(world: World, parameters: Parameters) -> None:
    there = posts._as_they_are(world)[0].sum()
    for by in (-90_000, -there - 1):
        with pytest.raises(
            ValueError, match=r"would take away \S+ posts where there were \S+ in 2007; take away fewer"
        ):
            levers_in(world, parameters, [changing({"address": "posts[postdoc]", "add": by})], 2026)
    levers_in(world, parameters, [changing({"address": "posts[postdoc]", "add": 1 - there})], 2026)


def test_what_a_state_holds_of_a_brought_programme_outlives_a_fork(history: BrainCirculation) -> None:
    brought = Policy.from_dict(record(programmes=[scheme()]))
    later = history.fork([brought]).run_through(2028)
    assert (later.people.programme == len(history.programmes)).any()
    end = later.fork().run_through(2032)
    assert end.table().query("outcome == 'awards' and group == 'scheme'")["value"].sum() == 0


def test_a_sum_a_year_follows_the_places_of_what_the_policy_brings_unless_it_is_fixed(
    history: BrainCirculation,
) -> None:
    def booked(places: float, *, fixed: bool = False, start: int = 2026) -> dict[int, float]:
        office = {"item": "year", "value": 1e9, "unit": "JPY per year", "source": "test", "grade": "A", "fixed": fixed}
        said = {"name": "with_office", "title": "x", "title_ja": "x", "source": "test", "grade": "A", "start": 2026}
        policy = Policy.from_dict(said | {"costs": [office], "programmes": [joint(400, ["US"])]})
        more = changing({"lever": "programmes.made_up_programme.places", "times": places})
        model = history.fork([policy, more.model_copy(update={"start": start})]).run_through(2027)
        table = model.table()
        rows = table[(table["outcome"] == "cost") & (table["group"] == "year")]
        return dict(zip(rows["year"], rows["value"], strict=True))

    assert booked(1.0) == pytest.approx({2026: 1e9, 2027: 1e9})
    assert booked(2.5) == pytest.approx({2026: 2.5e9, 2027: 2.5e9})
    assert booked(0.5, start=2027) == pytest.approx({2026: 1e9, 2027: 0.5e9})
    assert booked(0.0) == pytest.approx({2026: 0.0, 2027: 0.0})
    assert booked(0.5, fixed=True) == pytest.approx({2026: 1e9, 2027: 1e9})


def test_only_a_sum_a_year_can_be_fixed() -> None:
    price = {
        "item": "leaders",
        "value": 1.0,
        "unit": "JPY per leader and year",
        "source": "test",
        "grade": "A",
        "fixed": True,
    }
    said = {"name": "wrong", "title": "x", "title_ja": "x", "source": "test", "grade": "A", "start": 2026}
    with pytest.raises(PolicyError, match="fixed is said of item: year"):
        Policy.from_dict(said | {"costs": [price]})
