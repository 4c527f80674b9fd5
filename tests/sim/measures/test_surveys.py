"""Surveys: every statistic from people whose lives are known, and nothing that is asked changes a life."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sim import BrainCirculation, Parameters
from sim.measures import counting
from sim.measures.bibliometrics import Record, address_ages, shown_later
from sim.measures.census import Census
from sim.measures.questionnaires import Panel
from sim.measures.surveys import STATISTICS, Survey
from sim.process.potential import FOREIGN
from sim.process.teams import Teams
from sim.vocabulary import HOME, Mode, Stage

if TYPE_CHECKING:
    from sim import World
    from sim.population.columns import Columns
    from sim.year import Year

SCALE = 0.02
US = 1


@pytest.fixture(scope="module")
def watched(world: World) -> BrainCirculation:
    """A model watched for five years."""
    return BrainCirculation(world, seed=3, scale=SCALE, observed=True).run_through(world.first_year + 4)


@pytest.fixture
def year(watched: BrainCirculation) -> Year:
    """The year after, in which everything is sure to be seen and signed for."""
    year = watched._open_year(watched.year + 1)
    known = Parameters.load()
    return replace(year, parameters=type(known)(known.catalogue, known.as_dict() | {"authors_per_paper": 1e6}))


def test_watching_changes_nobodys_life(world: World, watched: BrainCirculation) -> None:
    blind = BrainCirculation(world, seed=3, scale=SCALE).run_through(watched.year)
    assert blind.people.fingerprint() == watched.people.fingerprint()
    with pytest.raises(ValueError, match="observed=True"):
        blind.observations()


def test_every_statistic_is_there_once_a_year_with_its_unit(watched: BrainCirculation) -> None:
    table = watched.observations()
    assert set(table["statistic"]) == set(STATISTICS.measures)
    assert not table.duplicated(["year", "statistic", "group"]).any()
    assert (table["unit"] == table["statistic"].map({n: x.unit for n, x in STATISTICS.measures.items()})).all()
    assert np.isfinite(table["value"]).all()
    assert (table["value"] >= 0).all()
    shares = table[table["unit"].str.startswith("share")]
    assert (shares["value"] <= 1).all()


def test_a_fork_remembers_what_was_seen_and_sees_on_its_own(watched: BrainCirculation) -> None:
    before = len(watched.observations())
    one, two = (watched.fork().run_through(watched.year + 1) for _ in range(2))
    pd.testing.assert_frame_equal(one.observations(), two.observations())
    whole = BrainCirculation(watched.world, seed=3, scale=SCALE, observed=True).run_through(watched.year + 1)
    last = whole.observations().query("year == @whole.year").reset_index(drop=True)
    pd.testing.assert_frame_equal(one.observations(), last)
    assert len(watched.observations()) == before


def told(statistic: str, people: Columns, year: Year, panel: Panel) -> dict[str, float]:
    """What a statistic says of these people at the end of a year, simulated, by group; of copies, left as they are."""
    model = SimpleNamespace(returnees={}, foreign_graduates={}, teams=Teams.none())
    research = ("papers", "top10", "international", "top10_international")
    year.tally.research = dict.fromkeys(research, 1.0)
    counts = counting.take(people, year, model, {})  # type: ignore[arg-type]
    census = Census.of([counts], year.world, year.world.programmes)
    survey = Survey.of([panel.copy().ask(people, year)], census, year.parameters, SCALE)
    groups = STATISTICS.functions[statistic](survey)
    return {group: float(values[0]) for group, values in groups if np.isfinite(values[0])}


def _movers(
    watched: BrainCirculation, year: Year, rows: np.ndarray, **columns: object
) -> tuple[np.ndarray, np.ndarray]:
    """What the record says when the people in `rows`, all authors at home before, are changed as told."""
    people = watched.people.copy()
    people.candidate[:] = False
    people.region[people.post_kept] = HOME  # nobody else is on leave
    people.post_kept[:] = False
    record = Record.of(people.identity.copy(), people.region.copy())
    for name, value in columns.items():
        people[name][rows] = value
    return record.read(people, year)


def _at_home(watched: BrainCirculation, number: int = 40) -> np.ndarray:
    people = watched.people
    here = (people.stage == Stage.POSTDOC) & (people.region == HOME) & (people.origin == HOME) & (people.output > 0)
    return np.flatnonzero(here & ~people.candidate)[:number]


def test_the_record_sees_an_author_who_moves_and_nobody_else(watched: BrainCirculation, year: Year) -> None:
    rows = _at_home(watched)
    still_out, still_in = _movers(watched, year, rows)
    out, back = _movers(watched, year, rows, region=US)
    assert still_out.sum() == still_in.sum() == back.sum() == 0
    assert out[US] == out.sum() == len(rows)
    none, _ = _movers(watched, year, rows, region=US, drive=0.0)
    assert none.sum() == 0  # who does not publish is not seen to move


def test_who_goes_home_out_of_the_model_is_seen_once_sooner_or_later(watched: BrainCirculation, year: Year) -> None:
    people = watched.people.copy()
    people.candidate[:], people.post_kept[:] = False, False
    rows = _at_home(watched)
    people.origin[rows], people.stage[rows] = US, Stage.LEFT
    known = year.parameters
    sometimes = type(known)(known.catalogue, known.as_dict() | {"authors_per_paper": 4.0, "homeward_research": 1.0})
    record, seen = Record.of(people.identity.copy(), people.region.copy()), []
    for number in range(year.number, year.number + 30):
        year.tally.gone_home = people.identity[rows] if number == year.number else np.empty(0, np.int64)
        seen.append(record.read(people, replace(year, number=number, parameters=sometimes))[0][US])
    assert 0 < seen[0] < len(rows)
    assert sum(seen) == len(rows)


def test_travellers_sign_for_their_post_at_home(watched: BrainCirculation, year: Year) -> None:
    rows = _at_home(watched, 400)
    out, _ = _movers(watched, year, rows, region=US, post_kept=True)
    expected = year.parameters.signs_for_host
    assert abs(out[US] / len(rows) - expected) < 4 * np.sqrt(expected * (1 - expected) / len(rows))


def test_a_year_of_visits_is_recorded_only_where_it_is_most_of_the_year(watched: BrainCirculation, year: Year) -> None:
    rows = _at_home(watched, 400)
    seen = {}
    for months in (3, 9):
        who = watched.people.identity[rows]
        year.tally.visitors = np.stack([who, np.full(len(rows), US), np.full(len(rows), months)])
        seen[months] = _movers(watched, year, rows)[0].sum()
    assert seen[3] == 0 < seen[9] < len(rows)


def test_universities_report_who_is_here_and_who_is_employed(watched: BrainCirculation, year: Year) -> None:
    people, panel = watched.people.copy(), watched.state.panel
    assert panel is not None
    rows = _at_home(watched, 100)
    people.degree_year[:] = 0
    people.degree_year[rows], people.degree_region[rows], people.origin[rows] = year.number, HOME, US
    people.stage[rows[:30]], people.stage[rows[30:60]], people.stage[rows[60:]] = (
        Stage.UNPLACED,
        Stage.POSTDOC,
        Stage.POSTDOC,
    )
    people.region[rows[60:]] = US
    placed = told("foreign_doctorates_placed", people, year, panel)
    assert placed == {"here": pytest.approx(0.6), "employed here": pytest.approx(0.3)}


def test_students_who_begin_in_october_are_not_yet_counted(watched: BrainCirculation, year: Year) -> None:
    people, panel = watched.people, watched.state.panel
    assert panel is not None

    def seen() -> dict[str, float]:
        return told("doctoral_students", people, year, panel)

    before = seen()
    year.tally.entrants[FOREIGN] = 40
    after = seen()
    assert before["all"] - after["all"] == pytest.approx(year.driver("october_entry") * 40)
    assert before["working adult"] == after["working adult"]
    assert 0.2 < after["working adult"] / after["all"] < 0.5


def test_surveys_of_doctorates_leave_out_who_left_research(watched: BrainCirculation, year: Year) -> None:
    people, panel = watched.people.copy(), watched.state.panel
    assert panel is not None
    rows = _at_home(watched, 100)
    people.degree_year[:] = 0
    people.degree_year[rows], people.degree_region[rows] = year.number, HOME
    people.region[rows[:10]] = US
    people.stage[rows[50:]] = Stage.LEFT
    assert told("new_doctorates_abroad", people, year, panel) == {"all": pytest.approx(0.2)}
    people.origin[rows] = US
    people.degree_year[rows] = year.number - 3
    odds = 4 * year.parameters.stayers_answer  # four stay for each who left, and answer more often
    here = told("foreign_doctorates_here", people, year, panel)
    assert here == {"3 years": pytest.approx(odds / (1 + odds))}
    people.degree_year[rows] = year.number
    people.origin[rows[:20]] = US + 1
    origins, regions = told("foreign_doctorates_origin", people, year, panel), year.world.regions
    assert {name: share for name, share in origins.items() if share} == {regions[US]: 0.6, regions[US + 1]: 0.4}


def test_who_was_formed_here_and_never_left_is_not_accepted_from_abroad(watched: BrainCirculation, year: Year) -> None:
    people, panel = watched.people.copy(), watched.state.panel
    assert panel is not None
    rows = _at_home(watched, 100)
    before = told("acceptance_over_30_days", people, year, panel)["all"]
    people.origin[rows], people.degree_region[rows], people.moves[rows] = US, HOME, 0
    people.stage[rows] = Stage.POSTDOC
    formed_here = told("acceptance_over_30_days", people, year, panel)["all"]
    assert formed_here == before
    people.degree_region[rows[:30]] = US
    people.moves[rows[30:50]] = 1
    after = told("acceptance_over_30_days", people, year, panel)["all"]
    assert after - before == pytest.approx(50)


def test_return_hazard_counts_last_years_people_abroad(watched: BrainCirculation, year: Year) -> None:
    people, panel = watched.people.copy(), watched.state.panel
    assert panel is not None
    rows = _at_home(watched, 20)
    panel = Panel(panel.record, panel.postdocs, people.identity[rows], panel.fellows)
    people.region[rows[:15]] = US
    assert told("return_hazard", people, year, panel) == {"first five years": pytest.approx(0.25)}


def test_the_employer_survey_counts_fellows_from_2010_and_students_never(watched: BrainCirculation, year: Year) -> None:
    panel = watched.state.panel
    assert panel is not None
    tally = year.tally
    tally.visits[:] = 0
    tally.departures[:] = 0
    tally.visits[0, US], tally.visits[1, US] = 5, 70
    tally.departures[Mode.VISIT, US], tally.departures[Mode.FELLOWSHIP, US] = 3, 11
    tally.events["student_long_stays"] = 2
    for number, over_30_days, over_1_year in ((2009, 6, 1), (2010, 17, 12)):
        then = replace(year, number=number)
        assert told("dispatch_over_30_days", watched.people, then, panel) == {"all": over_30_days}
        assert told("dispatch_over_1_year", watched.people, then, panel) == {"all": over_1_year}


def test_former_fellows_and_postdocs_are_asked_where_they_work_now(watched: BrainCirculation, year: Year) -> None:
    people, panel = watched.people.copy(), watched.state.panel
    assert panel is not None
    rows, panel = _at_home(watched, 20), panel.copy()
    panel.postdocs, panel.fellows = people.identity[rows], people.identity[rows[:10]]
    people.stage[rows[:6]], people.stage[rows[6:8]] = Stage.PERMANENT, Stage.LEFT
    people.stage[rows[8:10]] = Stage.UNPLACED
    assert told("postdoc_to_lasting_post", people, year, panel) == {"all": pytest.approx(6 / 20)}
    assert told("fellows_in_post", people, year, panel)["0 years"] == pytest.approx(6 / 8)  # two do not answer


def test_every_statistic_is_declared_in_both_languages() -> None:
    for name, measure in STATISTICS.measures.items():
        assert measure.title.isascii(), name
        assert not measure.title_ja.isascii(), name
        assert measure.kind.adds_up == ("share" not in measure.unit and measure.unit != "years"), name


def test_a_move_shows_when_the_papers_that_were_written_there_are_printed() -> None:
    assert address_ages(0.85).sum() == pytest.approx(1)
    assert address_ages(0.85)[1] > 0.6 > address_ages(0.85)[2] > address_ages(0.85)[0]
    shares = address_ages(1.0)
    years = [np.full((2, 3), number) for number in (40, 20, 10)]
    np.testing.assert_allclose(shown_later(years, 1.0), shares @ [40.0, 20.0, 10.0])
    np.testing.assert_allclose(shown_later(years[:1], 1.0), 40.0)  # before the first year as in it
