"""Researchers behave like Mesa's own agent set, stay right when people leave, and read as people."""

from __future__ import annotations

import copy
import pickle
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa import Agent, Model
from mesa.agentset import AgentSet, GroupBy

from sim.population.chronicle import ENTRIES, Chronicle
from sim.population.columns import SCHEMA, Columns
from sim.population.researchers import Researcher, Researchers
from sim.vocabulary import Event, Mode, Sex, Stage
from sim.world.world import Names

REGIONS = ("JPN", "US", "UK_EU")
NAMES = Names(
    REGIONS,
    ("physics", "law", "medicine", "rest"),
    ("old", "new", "far", "none"),
    REGIONS,
    ("physics", "law", "medicine", "else"),
)
REQUIRED: dict[str, Any] = {column.name: 0 for column in SCHEMA if column.default is None}


def population(n: int = 12, year: int = 2025) -> Researchers:
    """People 100, 101, ... with stages 0-7 in turn, all regions, and repeated talents (for ties in sorting)."""
    i = np.arange(n)
    columns = Columns()
    columns.append(
        **(
            REQUIRED
            | {"identity": 100 + i, "stage": i % 8, "region": i % 3, "sex": i % 2, "field": i % 4}
            | {"talent": (i * 7 % 5).astype(np.float32), "birth_year": 1970 + i, "tier": i % 4}
        )
    )
    return Researchers(columns, NAMES, year=year, chronicle=Chronicle(REGIONS), random=Random(5))  # noqa: S311


class Person(Agent):  # type: ignore[misc]  # mesa is untyped
    """The same people as plain Mesa agents, for comparison."""

    def __init__(self, model: Model, values: dict[str, Any]) -> None:
        super().__init__(model)
        for name, value in values.items():
            setattr(self, name, value)


def as_mesa(people: Researchers) -> AgentSet:
    model = Model(rng=1)
    names = ["identity", "stage", "talent", "birth_year", "sex"]
    agents = [Person(model, {name: getattr(person, name) for name in names}) for person in people]
    kept_alive.append(agents)  # Mesa's sets hold their agents weakly
    return AgentSet(agents, random=Random(5))  # noqa: S311


kept_alive: list[list[Person]] = []


def ids(people: Any) -> list[int]:  # noqa: ANN401
    return [person.identity for person in people]


# --- compared with Mesa's own set


def test_iteration_length_and_values_are_mesas() -> None:
    ours, theirs = population(), as_mesa(population())
    assert len(ours) == len(theirs)
    assert ids(ours) == ids(ours.to_list()) == ids(theirs)
    assert ours.get("stage").tolist() == theirs.get("stage")
    assert ours.get(["identity", "talent"]) == theirs.get(["identity", "talent"])
    assert ours.get("age_of_wonders", handle_missing="default", default_value=3).tolist() == theirs.get(
        "age_of_wonders", handle_missing="default", default_value=3
    )
    assert ours.agg("talent", max) == theirs.agg("talent", max)
    assert ours.agg("talent", [min, np.mean]) == pytest.approx(theirs.agg("talent", [min, np.mean]))
    assert ours.map(lambda person, plus: person.birth_year + plus, 5) == theirs.map(
        lambda a, plus: a.birth_year + plus, 5
    )
    assert ours.map("__repr__") == [repr(person) for person in ours]


@given(st.sampled_from([1, 3, 50, 0.0, 0.25, 0.5, 1.0, float("inf")]), st.integers(0, 8))
def test_select_takes_the_same_people_as_mesa(at_most: float, stage: int) -> None:
    ours, theirs = population(), as_mesa(population())
    assert ids(ours.select(lambda p: p.stage >= stage, at_most=at_most)) == ids(
        theirs.select(lambda p: p.stage >= stage, at_most=at_most)
    )


def test_selecting_by_agent_type_is_mesas() -> None:
    assert len(population().select(agent_type=Researcher)) == 12
    assert len(population().select(agent_type=Person)) == 0


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("key", ["talent", lambda p: (p.talent, p.sex)], ids=["column", "function"])
def test_sort_keeps_ties_in_mesas_order(key: Any, ascending: bool) -> None:  # noqa: ANN401
    ours, theirs = population(), as_mesa(population())
    assert ids(ours.sort(key, ascending=ascending)) == ids(theirs.sort(key, ascending=ascending))


def test_shuffle_takes_mesas_order() -> None:
    ours, theirs = population(), as_mesa(population())
    assert ids(ours.shuffle()) == ids(theirs.shuffle()) != ids(population())
    seen: list[int] = []
    expected: list[int] = []
    assert ours.shuffle_do(lambda p: seen.append(p.identity)) is ours
    theirs.shuffle_do(lambda p: expected.append(p.identity))
    assert seen == expected


@pytest.mark.parametrize("by", ["stage", lambda p: p.birth_year // 3], ids=["column", "function"])
def test_groupby_makes_mesas_groups(by: Any) -> None:  # noqa: ANN401
    people = population().sort("talent")  # so that groups do not first appear in the order of their codes
    ours, theirs = people.groupby(by), as_mesa(people).groupby(by)
    assert isinstance(ours, GroupBy)
    assert list(ours.groups) == list(theirs.groups)
    assert {key: ids(group) for key, group in ours} == {key: ids(group) for key, group in theirs}
    assert ours.count() == theirs.count()
    assert ours.agg("talent", sum) == theirs.agg("talent", sum)
    assert ours.map(len) == theirs.map(len)
    as_lists = people.groupby(by, result_type="list")
    assert all(isinstance(group, list) for group in as_lists.groups.values())
    assert as_lists.agg("talent", sum) == theirs.agg("talent", sum)


def test_set_writes_for_all_of_a_selection_and_nobody_else() -> None:
    ours = population()
    women = ours.select(sex=Sex.WOMAN)
    assert women.set("stage", "tenure-track") is women
    assert ours.columns.stage.tolist() == [3 if i % 2 == 0 else i % 8 for i in range(12)]
    women.set("talent", np.arange(6))
    assert women.get("talent").tolist() == [0, 1, 2, 3, 4, 5]
    women.do(lambda p, plus: setattr(p, "talent", p.talent + plus), plus=1)
    assert women.get("talent").tolist() == [1, 2, 3, 4, 5, 6]


def test_set_algebra_is_that_of_sets() -> None:
    ours = population()
    a, b = ours[2:7], ours[5:10]
    assert set(ids(a & b)) == set(ids(a)) & set(ids(b))
    assert set(ids(a | b)) == set(ids(a)) | set(ids(b))
    assert set(ids(a - b)) == set(ids(a)) - set(ids(b))
    assert set(ids(a ^ b)) == set(ids(a)) ^ set(ids(b))
    assert a & b <= a
    assert a == a.shuffle()
    assert a != b
    with pytest.raises(ValueError, match="another model"):
        _ = a & population().to_list()


# --- selections


def test_select_by_mask_keyword_label_and_several_values() -> None:
    ours = population()
    assert ids(ours.select(ours.columns.talent > 3)) == [100 + i for i in range(12) if i * 7 % 5 > 3]
    assert ids(ours.select(stage=Stage.POSTDOC)) == ids(ours.select(stage="postdoc")) == [101, 109]
    assert ids(ours.select(region="US", sex=Sex.WOMAN)) == [104, 110]
    assert ids(ours.select(stage=(Stage.POSTDOC, "fixed-term"))) == [101, 102, 109, 110]
    assert ids(ours.select(ours.columns.talent > 0, stage="postdoc", at_most=1)) == [101]
    inner = ours.select(sex=Sex.MAN).select(np.array([True, False] * 3))
    assert ids(inner) == [101, 105, 109]


def test_wrong_selections_say_what_would_be_right() -> None:
    ours = population()
    with pytest.raises(ValueError, match="one value for each of 12"):
        ours.select(np.ones(5, dtype=np.bool_))
    with pytest.raises(AttributeError, match="did you mean 'stage'"):
        ours.select(stag=1)
    with pytest.raises(ValueError, match="did you mean 'postdoc'"):
        ours.select(stage="postdocs")
    with pytest.raises(AttributeError, match="did you mean 'talent'"):
        ours.set("tallent", 1)
    with pytest.raises(ValueError, match="handle_missing"):
        ours.get("stage", handle_missing="ignore")  # type: ignore[arg-type]


def test_the_population_itself_changes_only_through_the_model() -> None:
    ours = population()
    someone = ours[0]
    for change in (
        lambda: ours.add(someone),
        lambda: ours.discard(someone),
        lambda: ours.remove(someone),
        lambda: ours.select(stage=0, inplace=True),
        lambda: ours.shuffle(inplace=True),
        lambda: ours.sort("talent", inplace=True),
        lambda: ours.clear(),
    ):
        with pytest.raises(TypeError, match="through the model"):
            change()
    assert ids(ours) == list(range(100, 112))


def test_a_selection_can_be_changed() -> None:
    ours = population()
    few = ours[:3]
    few.add(ours.person(108))
    few.add(ours.person(108))
    assert ids(few) == [100, 101, 102, 108]
    few.discard(ours.person(101))
    few.discard(ours.person(101))
    assert ids(few) == [100, 102, 108]
    few.remove(ours.person(100))
    with pytest.raises(KeyError, match="not in this selection"):
        few.remove(ours.person(100))
    assert few.sort("birth_year", inplace=True) is few
    assert ids(few) == [108, 102]
    assert ids(few.select(lambda p: p.identity > 105, inplace=True)) == ids(few) == [108]
    assert len(ours) == 12
    assert len(copy.copy(ours)) == 12


@given(st.lists(st.booleans(), min_size=12, max_size=12))
def test_selections_and_people_stay_right_when_others_leave(stay: list[bool]) -> None:
    ours = population()
    chosen = ours.select(lambda p: p.identity % 3 == 0).sort("talent")
    before, views = ids(chosen), {p.identity: p for p in ours}
    births = {identity: person.birth_year for identity, person in views.items()}
    ours.columns.keep(np.array(stay))
    remaining = {100 + i for i in range(12) if stay[i]}
    assert ids(ours) == sorted(remaining)
    assert ids(chosen) == [identity for identity in before if identity in remaining]
    for identity, person in views.items():
        assert person.present == (person in ours) == (identity in remaining)
        assert (person in chosen) == (identity in ids(chosen))
        if person.present:
            assert person.birth_year == births[identity]
        else:
            with pytest.raises(LookupError, match=f"{identity} is no longer"):
                _ = person.talent


def test_people_who_leave_during_do_are_skipped_as_in_mesa() -> None:
    ours = population()
    seen: list[int] = []

    def act(person: Researcher) -> None:
        seen.append(person.identity)
        ours.columns.keep(ours.columns.identity != person.identity + 1)

    ours.do(act)
    assert seen == list(range(100, 112, 2))


def test_an_empty_population_works() -> None:
    ours = Researchers(Columns(), NAMES, year=2025)
    assert len(ours) == len(ours.select(stage=1)) == len(ours.sort("talent")) == len(ours.groupby("stage")) == 0
    assert ours.select().whole is ours
    assert ours.to_frame().empty
    with pytest.raises(KeyError, match="nobody with identity 3"):
        ours.person(3)


# --- one person


def test_a_person_reads_and_writes_the_columns() -> None:
    ours = population()
    person = ours.person(105)
    assert (person.stage, person.region, person.sex, person.age) == (Stage.INDUSTRY, "UK_EU", Sex.MAN, 50)
    assert person.unique_id == person.identity == 105
    assert isinstance(person.stage, Stage)
    assert isinstance(person.talent, float)
    assert person.post_kept is False
    person.stage = Stage.PERMANENT
    person.region = "US"
    person.talent = 1.5
    assert (ours.columns.stage[5], ours.columns.region[5], ours.columns.talent[5]) == (Stage.PERMANENT, 1, 1.5)
    ours.year = 2030
    assert person.age == ours[5:6][0].age == 55


def test_a_person_refuses_what_makes_no_sense() -> None:
    person = population()[0]
    with pytest.raises(AttributeError, match="did you mean 'stage'"):
        _ = person.stagee
    with pytest.raises(AttributeError, match="did you mean 'talent'"):
        person.tallent = 1
    with pytest.raises(AttributeError, match="identity"):
        person.identity = 5
    with pytest.raises(ValueError, match="0 to 255"):
        person.stage = 300


def test_people_are_equal_by_identity_within_one_model() -> None:
    ours = population()
    assert ours[3] == ours.person(103)
    assert len({ours[3], ours.person(103), ours[4]}) == 2
    assert ours[3] != population()[3]
    assert ours[3] not in population()
    assert 103 not in ours
    assert ours[-1].identity == 111
    with pytest.raises(IndexError):
        _ = ours[12]
    with pytest.raises(KeyError, match="nobody with identity 99 "):
        ours.person(99)
    with pytest.raises(KeyError, match="among these 3"):
        ours[:3].person(103)


def test_a_person_reads_as_a_person() -> None:
    ours = population(2)
    person = ours.person(100)
    person.stage, person.field, person.tier = Stage.POSTDOC, "law", "old"
    person.birth_year, person.contract_end = 1991, 2027
    assert repr(person) == ("Researcher 100: woman, 34, postdoc in law at home, old, contract to 2027")
    person.region, person.mode, person.post_kept, person.contract_end = "US", Mode.VISIT, True, 0
    person.tier, person.field = "none", "rest"
    assert repr(person) == "Researcher 100: woman, 34, postdoc in else in US, abroad by visit, home post kept"
    ours.columns.keep(np.array([False, True]))
    assert repr(person) == "Researcher 100: no longer in the model"


def test_researchers_survive_pickling_with_their_columns() -> None:
    ours = population()
    twin = pickle.loads(pickle.dumps((ours, ours[2:4], ours[3])))  # noqa: S301  our own bytes
    assert ids(twin[0]) == ids(ours)
    assert ids(twin[1]) == [102, 103]
    assert twin[2] in twin[1]
    assert twin[2] not in ours


def test_to_frame_has_labels_and_every_column() -> None:
    frame = population().select(stage="postdoc").to_frame()
    assert list(frame.columns) == [column.name for column in SCHEMA]
    assert frame["stage"].tolist() == ["postdoc", "postdoc"]
    assert frame["region"].tolist() == ["US", "JPN"]
    assert frame["birth_year"].tolist() == [1971, 1979]
    assert population().to_frame(["sex"])["sex"].value_counts().to_dict() == {"woman": 6, "man": 6}


def test_labels_are_words_and_unique() -> None:
    assert Stage.TENURE_TRACK.label == "tenure-track"
    for codes in (Stage, Mode, Sex, Event):
        assert [int(code) for code in codes] == list(range(len(codes)))
        assert len({code.label for code in codes}) == len(codes)


# --- the chronicle


def test_every_event_has_a_sentence() -> None:
    assert list(ENTRIES) == list(Event)
    chronicle = Chronicle(REGIONS)
    for event in Event:
        chronicle.record(2010, event, np.array([1]), 1, 1)
    told = chronicle.of(1)
    assert len(set(told)) == len(Event)
    assert all(line.startswith("2010: ") and "in US" in line and "{" not in line for line in told)


def test_a_life_is_told_in_order() -> None:
    ours = population()
    chronicle = ours.chronicle
    assert chronicle is not None
    chronicle.record(2010, Event.ENTERED, np.array([101, 102]), 0, Stage.DOCTORAL)
    chronicle.record(
        2014, Event.DEPARTED, np.array([102, 101]), np.array([2, 1]), np.array([Mode.VISIT, Mode.TRANSFER])
    )
    chronicle.record(2016, Event.RETURNED, np.array([101]), detail=Stage.TENURE_TRACK)
    assert chronicle.of(101) == [
        "2010: began a doctorate at home",
        "2014: went abroad, now in US (transfer)",
        "2016: came back, now at home (tenure-track)",
    ]
    assert chronicle.of(102)[1] == "2014: went abroad, now in UK_EU (visit)"
    assert chronicle.of(5) == []
    assert ours.person(101).life().splitlines() == [repr(ours.person(101)), *chronicle.of(101)]
    person = ours.person(101)
    ours.columns.keep(ours.columns.identity != 101)
    assert person.life().splitlines()[1:] == chronicle.of(101)


def test_a_copied_chronicle_goes_its_own_way() -> None:
    chronicle = Chronicle(REGIONS)
    chronicle.record(2010, Event.HIRED, np.array([1, 2]), 0, Stage.POSTDOC)
    twin = chronicle.copy()
    twin.record(2011, Event.LEFT, np.array([1]))
    assert (len(chronicle), len(twin)) == (2, 3)
    assert len(twin.of(1)) == 2
    assert (len(chronicle), len(chronicle.of(1))) == (2, 1)


def test_the_chronicle_keeps_what_was_true_when_recorded() -> None:
    chronicle, identities = Chronicle(REGIONS), np.array([1, 2])
    chronicle.record(2010, Event.HIRED, identities)
    identities[:] = 9
    assert len(chronicle.of(1)) == 1


def test_a_note_of_rows_reads_what_their_columns_say() -> None:
    people, rows = population(), np.array([2, 5])
    noted, recorded = Chronicle(REGIONS), Chronicle(REGIONS)
    noted.note(2010, Event.HIRED, people.columns, rows, "region", "stage")
    recorded.record(
        2010, Event.HIRED, people.get("identity")[rows], people.get("region")[rows], people.get("stage")[rows]
    )
    pd.testing.assert_frame_equal(noted.to_frame(), recorded.to_frame())


def test_a_disabled_chronicle_keeps_nothing() -> None:
    chronicle = Chronicle(REGIONS, enabled=False)
    chronicle.record(2010, Event.HIRED, np.arange(5))
    chronicle.note(2010, Event.HIRED, population().columns, np.arange(5), "region", "stage")
    assert len(chronicle) == 0
    ours = Researchers(population().columns, NAMES, year=2025, chronicle=chronicle)
    assert "chronicle=True" in ours[0].life()


def test_the_log_as_a_table() -> None:
    chronicle = Chronicle(REGIONS)
    assert chronicle.to_frame().empty
    chronicle.record(2010, Event.HIRED, np.array([1, 2]), np.array([0, 1]), Stage.FIXED_TERM)
    chronicle.record(2011, Event.VISITED, np.array([2]), 2, Mode.VISIT)
    table = chronicle.to_frame()
    assert table.to_dict("list") == {
        "year": [2010, 2010, 2011],
        "identity": [1, 2, 2],
        "event": ["hired", "hired", "visited"],
        "place": ["JPN", "US", "UK_EU"],
        "detail": ["fixed-term", "fixed-term", "visit"],
    }
    assert isinstance(table["place"].dtype, pd.CategoricalDtype)
