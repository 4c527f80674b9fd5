"""Outcomes: counted as plain masks count, declared once, and at full size by what kind of number they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation
from sim.instruments import counted
from sim.measures import outcomes
from sim.measures.catalogue import MONEY, Kind, Measure, tidy
from sim.measures.outcomes import CATALOGUE, OUTCOMES
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    import pandas as pd

    from sim import World

SCALE = 0.02
FACULTY = (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)


@pytest.fixture(scope="module")
def model(world: World) -> BrainCirculation:
    """Eight years, so that cohorts are followed."""
    return BrainCirculation(world, seed=4, scale=SCALE).run_through(world.first_year + 7)


@pytest.fixture(scope="module")
def last(model: BrainCirculation) -> pd.Series[float]:
    """The values of the last year by outcome and group."""
    table = model.table()
    return table[table["year"] == model.year].set_index(["outcome", "group"])["value"]


def test_every_outcome_is_declared_in_both_languages_and_reported(model: BrainCirculation) -> None:
    assert set(model.table()["outcome"]) == set(OUTCOMES.measures)
    for name, measure in CATALOGUE.items():
        assert measure.name == name
        assert measure.title.isascii(), name
        assert not measure.title_ja.isascii(), name
        assert measure.theme, name
        assert (measure.kind is Kind.MONEY) == (measure.unit == MONEY), name
        assert measure.kind is not Kind.SHARE or measure.unit == "share", name
    assert len({measure.title for measure in CATALOGUE.values()}) == len(CATALOGUE)


def test_no_group_of_a_table_has_the_name_that_data_may_give(model: BrainCirculation) -> None:
    """Beside regions, fields, tiers and programmes stand only names that none of these may have."""
    world, (one, other) = model.world, (model.fork(), model.fork())
    named = {*world.regions, *world.fields, *world.tiers, *(record.name for record in model.programme_records)}
    watched = BrainCirculation(world, seed=4, scale=SCALE, observed=True).run_through(world.first_year + 1)
    tables = (model.table(), watched.observations().rename(columns={"statistic": "outcome"}))
    for table in (*tables, one.winners_and_losers(other)):
        groups = table.groupby("outcome")["group"].agg(set)
        beside = set[str]().union(*(found - named for found in groups if found & named))
        assert beside <= counted.taken(), beside


def test_stocks_are_what_masks_over_the_people_count(model: BrainCirculation, last: pd.Series[float]) -> None:
    people, year = model.people, model.year
    native, here = people.origin == HOME, people.region == HOME
    member = np.isin(people.stage, FACULTY) & (here | people.post_kept)
    inside, young = people.tier == LEADING, people.birth_year > year - 40
    abroad = native & ~here & (people.stage != Stage.LEFT)
    counts = {
        ("stock_abroad", "all"): abroad,
        ("stock_abroad", "US"): abroad & (people.region == model.world.regions.index("US")),
        ("postdocs", "all"): here & (people.stage == Stage.POSTDOC),
        ("between_posts", "all"): here & (people.stage == Stage.UNPLACED),
        ("faculty", "all"): member,
        ("faculty", "tenure-track"): member & (people.stage == Stage.TENURE_TRACK),
    }
    for key, mask in counts.items():
        assert last[key] == pytest.approx(np.count_nonzero(mask) / SCALE), key
    shares = {
        ("fixed_term_share", "all"): (people.stage == Stage.FIXED_TERM, member),
        ("fixed_term_share", "research university"): (people.stage == Stage.FIXED_TERM, member & inside),
        ("under_40_share", "all"): (young, member),
        ("under_40_share", "research university"): (young, member & inside),
        ("overseas_experience_share", "all"): (people.years_abroad >= 1, member & native),
        ("overseas_experience_share", "under 40"): (people.years_abroad >= 1, member & native & young),
        ("foreign_share", "faculty"): (~native, member),
        ("foreign_share", "doctoral"): (~native, here & (people.stage == Stage.DOCTORAL)),
    }
    for key, (part, whole) in shares.items():
        assert last[key] == pytest.approx(np.count_nonzero(part & whole) / np.count_nonzero(whole)), key


def test_cohorts_are_followed_by_the_year_they_began(model: BrainCirculation, last: pd.Series[float]) -> None:
    people, year = model.people, model.year
    native, here = people.origin == HOME, people.region == HOME
    placed = np.isin(people.stage, FACULTY) & (here | people.post_kept) & native
    for ago in (0, 1, 5):
        cohort = placed & (people.returned_year == year - ago)
        everyone, fellows = model.state.returnees[year - ago]
        name = f"in_post_after_return_{ago}"
        assert last[name, "all"] == pytest.approx(np.count_nonzero(cohort) / everyone)
        fellows_placed = np.count_nonzero(cohort & (people.return_programme >= 0))
        assert last[name, "fellowship"] == pytest.approx(fellows_placed / fellows)
    stay = ~native & here & (people.degree_region == HOME) & (people.stage != Stage.LEFT)
    for ago in (0, 3, 6):
        found = np.count_nonzero(stay & (people.degree_year == year - ago))
        graduates = model.state.foreign_graduates[year - ago]
        assert last["foreign_retention", f"{ago} years"] == pytest.approx(found / graduates)


def test_beliefs_are_means_over_postdocs_at_home(model: BrainCirculation, last: pd.Series[float]) -> None:
    who = (model.people.stage == Stage.POSTDOC) & (model.people.region == HOME)
    assert last["belief", "stay"] == pytest.approx(model.people.belief_home[who].mean(dtype=np.float64), rel=1e-10)
    assert last["belief", "go"] == pytest.approx(model.people.belief_away[who].mean(dtype=np.float64), rel=1e-10)


def test_parts_of_an_outcome_add_up(last: pd.Series[float]) -> None:
    assert sum(last["departures", mode] for mode in ("degree", "fellowship", "transfer", "visit")) == pytest.approx(
        last["departures", "all"]
    )
    assert last["hires", "with overseas experience"] + last["hires", "without overseas experience"] == pytest.approx(
        last["hires", "all"]
    )
    assert last["cost"].drop("all").sum() == pytest.approx(last["cost", "all"])


def test_the_scale_divides_counts_and_money_and_nothing_else(model: BrainCirculation) -> None:
    whole, half = (outcomes.table(model.counts, model.world, model.programme_records, scale) for scale in (1.0, 0.5))
    ratio = half["value"] / whole["value"]
    adds_up = whole["outcome"].map({name: known.kind.adds_up for name, known in OUTCOMES.measures.items()})
    assert (ratio[adds_up].dropna() == 2).all()
    assert (ratio[~adds_up].dropna() == 1).all()


def test_a_model_that_has_not_run_has_an_empty_table_with_the_same_columns(model: BrainCirculation) -> None:
    empty = model.fork().table()
    assert empty.empty
    assert list(empty.columns) == list(model.table().columns) == ["year", "outcome", "group", "value", "unit"]


def test_money_is_in_the_currency_of_the_country(model: BrainCirculation) -> None:
    table = model.table()
    assert set(table.loc[table["outcome"] == "cost", "unit"]) == {f"{model.world.country.about.currency}/yr"}


def test_a_value_that_is_missing_has_no_row() -> None:
    measure = Measure("hope", "Hope", "希望", "x", "persons", Kind.COUNT)
    table = tidy(
        "outcome", [2020, 2021], [(measure, "all", np.array([np.nan, 3.0])), (measure, "some", np.ones(2))], 0.5
    )
    assert table.to_numpy().tolist() == [
        *([2020, "hope", "some", 2.0, "persons"], [2021, "hope", "all", 6.0, "persons"]),
        [2021, "hope", "some", 2.0, "persons"],
    ]
