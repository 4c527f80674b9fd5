"""Life courses: the same people in two lives, state by state, as a table and a picture."""

import pandas as pd
import pytest

from experiments.analysis import life_courses
from experiments.request.comparison import arm
from sim import BrainCirculation
from sim.vocabulary import HOME, Stage

LIVES = ("Baseline", "Policy")


def courses(**states: tuple[str, str]) -> pd.DataFrame:
    """A table by hand: each person's two lives, a word of initials of states, one a year from 2025 on."""
    letters = {name[0]: name for name in life_courses.STATES}
    rows = [
        (life, int(person[1:]), 2025 + year, letters[letter])
        for place, life in enumerate(LIVES)
        for person, both in states.items()
        for year, letter in enumerate(both[place])
    ]
    table = pd.DataFrame(rows, columns=["life", "identity", "year", "state"])
    return table.assign(state=pd.Categorical(table["state"], list(life_courses.STATES)))


@pytest.fixture(scope="module")
def past() -> BrainCirculation:
    return BrainCirculation(scale=0.01).run_through(2025)


@pytest.fixture(scope="module")
def lived(past: BrainCirculation) -> tuple[dict[str, BrainCirculation], pd.DataFrame]:
    lives = {"Baseline": past.fork(), "Policy": past.fork(arm(["package"]).policies)}
    return lives, life_courses.sequences(lives, 2030)


def test_everyone_has_one_state_a_year_in_both_lives(lived: tuple[dict[str, BrainCirculation], pd.DataFrame]) -> None:
    _, table = lived
    assert not table.duplicated(["life", "identity", "year"]).any()
    assert len(table) == 2 * 6 * table["identity"].nunique()
    assert table["state"].notna().all()


def test_states_are_those_of_the_model(lived: tuple[dict[str, BrainCirculation], pd.DataFrame]) -> None:
    lives, table = lived
    for life, model in lives.items():
        last = table[(table["life"] == life) & (table["year"] == 2030)].set_index("identity")["state"]
        people = model.people
        known = ~people.candidate
        abroad = known & (people.region != HOME) & (people.stage != Stage.LEFT)
        assert (last == "abroad").sum() == abroad.sum()
        lasting = (people.stage == Stage.TENURE_TRACK) | (people.stage == Stage.PERMANENT)
        assert (last == "lasting post").sum() == (lasting & known & (people.region == HOME)).sum()
        assert set(people.identity[abroad]) == set(last.index[last == "abroad"])


def test_who_is_gone_does_not_come_back_and_nobody_is_early(
    lived: tuple[dict[str, BrainCirculation], pd.DataFrame],
) -> None:
    _, table = lived
    first = table[table["year"] == 2025]
    assert not (first["state"] == "left or retired").all()
    wide = table.pivot_table(index=["life", "identity"], columns="year", values="state", aggfunc="first")
    early = wide == "not a researcher yet"
    assert (early.astype(int).diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)  # once in, never "not yet" again


def test_a_policy_that_changes_nothing_changes_nobody(past: BrainCirculation) -> None:
    table = life_courses.sequences({"Baseline": past.fork(), "Same": past.fork()}, 2027)
    assert life_courses.changed(table).empty
    with pytest.raises(ValueError, match="nobody's life differs"):
        life_courses.draw(table)


def test_lives_in_different_years_are_refused(past: BrainCirculation) -> None:
    with pytest.raises(ValueError, match="same year"):
        life_courses.sequences({"Baseline": past.fork(), "Later": past.fork().run_through(2026)}, 2027)


def test_changed_tells_when_lives_part_for_how_long_and_in_which_order() -> None:
    table = courses(p1=("ddff", "ddff"), p2=("ddfl", "dpaf"), p3=("nndd", "nnnn"), p4=("dddf", "dddi"))
    found = life_courses.changed(table)
    assert found.index.tolist() == [2, 4, 3]  # by start, newcomers last, then by the year of parting
    assert found.loc[2].to_dict() == {"start": "doctorate", "parted": 2026, "years": 3}
    assert found.loc[3, "start"] == "not a researcher yet"


def test_the_picture_shows_the_same_people_left_and_right() -> None:
    table = courses(p1=("dddd", "ddff"), p2=("ddfl", "dpaf"), p3=("nndd", "nnnn"))
    figure = life_courses.draw(table)
    left, right = figure.axes
    assert [axis.get_title() for axis in (left, right)] == list(LIVES)
    grids = [axis.collections[0].get_array() for axis in (left, right)]
    assert all(grid.shape == (3, 4) for grid in grids)
    same_until = [(one == other).tolist() for one, other in zip(*grids, strict=True)]
    assert all(same[0] for same in same_until)
    assert "3 of 3 people who changed course, among 3" in figure.get_suptitle()


def test_of_many_people_some_are_shown() -> None:
    table = courses(**{f"p{number}": ("dddd", "ddff") for number in range(1, 31)})
    figure = life_courses.draw(table, people=10)
    assert figure.axes[0].collections[0].get_array().shape[0] == 10
    assert "10 of 30" in figure.get_suptitle()
