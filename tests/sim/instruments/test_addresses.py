"""Numbers of the world, posts and parameters moved by their address, by policies and by scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation, PolicyError, Scenario, World
from sim.instruments.course import in_force_under, shifts_of
from sim.instruments.policy import read_measure
from sim.instruments.posts import ADDED, CELLS, OPENED
from sim.vocabulary import RANKS
from tests.sim.conftest import changing
from tests.sim.programmes import here

if TYPE_CHECKING:
    from pathlib import Path

    from sim import Parameters


def scenario(*changes: dict[str, object], start: int = 2026, end: int | None = None) -> Scenario:
    sourced = [{"source": "test", "grade": "A", **change} for change in changes]
    about = {"title": "x", "title_ja": "x", "source": "test", "grade": "A"}
    return Scenario.from_dict(
        {"kind": "world", "name": "shock", **about, "start": start, "end": end, "changes": sourced}
    )


def test_a_fork_lives_in_the_moved_world_and_its_origin_in_this(history: BrainCirculation, world: World) -> None:
    cut = scenario({"address": "drivers.border_openness", "set": 0.1}, start=2027, end=2028)
    shocked, plain = history.fork([cut]), history.fork()
    assert plain.timeline.in_year(2027) is world
    shocked.run_through(2026), plain.run_through(2026)
    assert shocked.people.equals(plain.people)
    shocked.run_through(2028), plain.run_through(2028)
    assert not shocked.people.equals(plain.people)
    departures = [
        life.table().query("outcome == 'departures' and group == 'all' and year >= 2027")["value"].sum()
        for life in (shocked, plain)
    ]
    assert departures[0] < departures[1] / 2


def test_a_change_that_changes_nothing_changes_nothing(history: BrainCirculation) -> None:
    same = scenario(
        {"address": "drivers.exchange_rate", "times": 1},
        {"address": "regions.openness", "add": 0},
        {"address": "posts[postdoc]", "times": 1},
        {"address": "posts[postdoc]", "add": 0},
    )
    moved, plain = history.fork([same]).run_through(2028), history.fork().run_through(2028)
    assert moved.people.equals(plain.people)


def test_a_fork_that_drops_a_shock_keeps_the_years_that_had_it(history: BrainCirculation) -> None:
    cut = scenario({"address": "drivers.operating_grants", "times": 0.8})
    during = history.fork([cut]).run_through(2027)
    after = during.fork()
    then = [one.timeline.in_year(2028).driver("operating_grants", 2027) for one in (during, after, history)]
    assert then[0] == then[1] == pytest.approx(0.8 * then[2])
    now = [one.timeline.in_year(2028).driver("operating_grants", 2028) for one in (during, after, history)]
    assert now[0] == pytest.approx(0.8 * now[2])
    assert now[1] == now[2]


def test_posts_are_opened_and_added_where_they_are_asked_for(history: BrainCirculation) -> None:
    world, tier, field = history.world, history.world.tiers[0].replace(" ", "_"), history.world.fields[1]
    address = f"posts[tenure-track, {tier}, {field.replace(' ', '_')}]"
    more = changing({"address": address, "add": 1000})
    rank = RANKS[2]
    opened = [
        life.posts_on_offer(life._open_year(2026)).reshape(len(world.tiers), len(world.fields), len(RANKS))
        for life in (history.fork([more]), history.fork())
    ]
    change = opened[0] - opened[1]
    assert change[0, 1, RANKS.index(rank)] == pytest.approx(1000 * history.scale, abs=1)
    change[0, 1, RANKS.index(rank)] = 0
    assert not change.any()


def test_posts_added_to_many_cells_are_shared_by_what_is_there(world: World, parameters: Parameters) -> None:
    levers = in_force_under(world, parameters, [changing({"address": "posts[permanent]", "add": 300})], 2026)
    added = levers.array(ADDED)
    assert added.sum() == pytest.approx(300)
    assert not added[:3].any()
    assert added.shape == tuple(len(key.all_of(world)) for key in CELLS)
    ten = in_force_under(world, parameters, [changing({"address": "posts", "times": 1.1})], 2026)
    assert (ten.array(OPENED) == 1.1).all()


def test_a_parameter_moves_by_its_address_where_it_is_open(world: World, parameters: Parameters) -> None:
    change = changing({"address": "parameters.fixed_limit", "set": 5})
    assert in_force_under(world, parameters, [change], 2026).parameters.fixed_limit == 5
    assert parameters.fixed_limit != 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"address": "parameters.beta", "times": 1.1}, "is closed: .* uncertainty, .*overrides.beta moves it"),
        ({"address": "parameters.home_origin", "add": 0.1}, "closed to a policy: nobody decides it; a world file may"),
        ({"address": "parameters.betta", "times": 1.1}, "there is no parameter 'betta'; did you mean 'beta'"),
        ({"address": "parameters.overseas_weight", "add": 1}, r"write lever: hiring\.overseas_weight"),
        ({"address": "hiring.overseas_weight", "add": 1}, r"is a lever; write lever: hiring\.overseas_weight"),
        ({"lever": "drivers.exchange_rate", "times": 1}, r"is no lever; write address: drivers\.exchange_rate"),
        ({"address": "posts[postdoc]", "set": 5}, "posts follow the world's path; use times, or add"),
        ({"address": "posts[postdok]", "times": 2}, "did you mean 'postdoc'"),
        ({"address": "stocks.abroad_home", "times": 2}, "is closed"),
        ({"address": "drivers.income_ratio", "times": {2026: 1, 2040: 1000}}, "would be .* in 20.., outside"),
        ({"address": "parameters.fixed_limit", "set": 500}, r"parameters\.fixed_limit would be 500 in 2026, outside"),
    ],
)
def test_a_wrong_address_is_explained(history: BrainCirculation, change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        history.fork([changing(change)])


def test_a_path_moves_the_world_year_by_year(world: World) -> None:
    ramp = scenario({"address": "drivers.exchange_rate", "times": {2026: 1.1, 2028: 1.3}}, end=2029)
    (shift,) = shifts_of(world, [ramp], None, world.last_year)
    assert shift.by == pytest.approx({2026: 1.1, 2027: 1.2, 2028: 1.3, 2029: 1.3})


def test_a_world_file_states_no_costs(tmp_path: Path) -> None:
    about = "name: w\ntitle: t\ntitle_ja: t\nsource: s\ngrade: A\nstart: 2026\n"
    file = tmp_path / "w.yaml"
    file.write_text(f"kind: world\n{about}")
    assert isinstance(read_measure(file), Scenario)
    file.write_text(f"kind: world\n{about}costs: []\n")
    with pytest.raises(PolicyError, match="a world file has no costs: nobody decides it"):
        read_measure(file)
    file.write_text(about)
    with pytest.raises(PolicyError, match="this is a policy file; read it as a Policy"):
        Scenario.from_file(file)
    file.write_text(f"kind: word\n{about}")
    with pytest.raises(PolicyError, match="kind must be policy or world, not 'word'"):
        read_measure(file)


def test_a_world_brings_programmes_that_are_in_force(history: BrainCirculation) -> None:
    """Their calls are open on whichever side the world holds, as those of a policy are."""
    record = here(2000, name="under_way", degree_within=2, income=2)
    about = {"title": "x", "title_ja": "x", "source": "test", "grade": "A"}
    there = Scenario.from_dict({"kind": "world", "name": "w", **about, "start": 2026, "programmes": [record]})
    fork = history.fork([there]).run_through(2026)
    awards = fork.table().query("outcome == 'awards' and group == 'under_way' and year == 2026")["value"].sum()
    assert awards > 0


def test_an_address_moves_the_plain_agents_too() -> None:
    """The reference model reads the same moved world (see tests/reference for lives under it)."""
    small = BrainCirculation(scale=0.002, seed=3)
    closed = scenario({"address": "drivers.border_openness", "set": 0.0}, start=small.year + 1)
    fork = small.fork([closed])
    assert np.isclose(fork.timeline.in_year(small.year + 1).driver("border_openness", small.year + 1), 0)


def test_lives_of_one_scenario_share_its_worlds(history: BrainCirculation) -> None:
    weaker = scenario({"address": "drivers.exchange_rate", "times": 1.3})
    one, two, other = history.fork([weaker]), history.fork([weaker]), history.fork()
    assert one.timeline.in_year(2026) is two.timeline.in_year(2026) is not other.timeline.in_year(2026)


@pytest.mark.parametrize(
    ("kind", "target", "size", "said"),
    [
        (
            "policy",
            "lever: hiring.oversea_weight",
            1,
            r"policy t: there is no lever .* nearest: hiring.overseas_weight",
        ),
        (
            "policy",
            "lever: hiring.overseas_weight",
            9,
            r"policy t: lever hiring.overseas_weight would be 9 in 2026, outside",
        ),
        ("policy", "lever: programmes.overseas_fellowship.places", 900_000, "policy t: lever programmes.overseas_fell"),
        ("policy", "address: parameters.beta", 2, r"policy t: parameters.beta is closed"),
        (
            "world",
            "address: drivers.border_opennes",
            1,
            r"world t: there is no number .* nearest: drivers.border_openness",
        ),
        (
            "world",
            "address: drivers.border_openness",
            5,
            r"world t: drivers.border_openness would be 5 in 2026, outside",
        ),
        (
            "world",
            "address: parameters.post_cut_years",
            -1,
            r"world t: parameters.post_cut_years would be -1 in 2026, outside",
        ),
    ],
)
def test_what_is_wrong_with_a_change_is_said_with_its_file_and_line(
    kind: str, target: str, size: float, said: str, tmp_path: Path, world: World, parameters: Parameters
) -> None:
    lines = [f"kind: {kind}", "name: t", "title: T", "title_ja: T", "source: x", "grade: A", "start: 2026", "changes:"]
    lines += ["  - address: posts[postdoc]", "    times: 1", "    source: x", "    grade: A"]
    lines += [f"  - {target}", f"    set: {size}", "    source: x", "    grade: A"]
    (tmp_path / "t.yaml").write_text("\n".join(["schema: 2", *lines]), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"t.yaml line 14: {said}"):
        BrainCirculation(world, parameters, [read_measure(tmp_path / "t.yaml")], seed=1, scale=0.001)
