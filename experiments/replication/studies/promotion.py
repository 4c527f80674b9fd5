"""Q9: visits abroad from a post, postdoctoral stays abroad, and the wait for a permanent post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.replication.design import QuasiExperiment
from experiments.replication.estimators.waiting import Waiting
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.replication.panel import FollowUp

_POSTS, _UNTIL = (2007, 2011), 2019


def new_faculty(lives: FollowUp) -> pd.DataFrame:
    """People of home origin, in the life sciences, in their first faculty post (fixed-term or tenure-track) at home.

    One row a person and year until the permanent post (`promoted`), or until the person leaves academic research at
    home for good or the years end. Promotion stands for what an assistant professor waits for: the model knows no rank
    above the permanent post.
    """
    fields = enumerate(lives.world.country.about.fields)
    life_sciences = [code for code, field in fields if field.life_sciences]
    cohorts = []
    for year in range(_POSTS[0], _POSTS[1] + 1):
        seen = lives.people(year)
        faculty = seen["stage"].isin((Stage.FIXED_TERM, Stage.TENURE_TRACK)) & (seen["start_year"] == year)
        here = (seen["origin"] == HOME) & (seen["region"] == HOME) & seen["field"].isin(life_sciences)
        seen = seen[faculty & here & (seen["degree_year"] > 0)]
        stage = lives.value("stage", seen["person"].to_numpy(), year - 1)
        seen = seen[~np.isin(stage, (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT, Stage.INDUSTRY))]
        cohorts.append(seen.assign(began=year))
    people = pd.concat(cohorts, ignore_index=True).drop_duplicates("person", ignore_index=True)  # the first post only
    people["stay_abroad"] = ((people["years_abroad"] >= 1) & (people["degree_region"] == HOME)).astype(float)
    people["age"] = people["began"] - people["degree_year"]
    people["track"] = (people["stage"] == Stage.TENURE_TRACK).astype(float)
    people["writes"] = np.log(people["output"] + 0.05)
    return _years_at_risk(lives, people)


def _years_at_risk(lives: FollowUp, people: pd.DataFrame) -> pd.DataFrame:
    """A row for every year in which the permanent post may come; visits count from the year after."""
    visited, spells = np.zeros(len(people)), []
    kept = ["person", "began", "field", "sex", "tier", "degree_tier", "stay_abroad", "age", "track", "writes"]
    for year in range(_POSTS[0] + 1, _UNTIL + 1):
        begun = (people["began"] < year).to_numpy()
        person = people["person"].to_numpy()
        stage = lives.value("stage", person, year)
        at_risk = begun & ~np.isnan(stage)
        promoted = (stage == Stage.PERMANENT) & (lives.value("region", person, year) == HOME)
        away = (stage == Stage.PERMANENT) & ~promoted
        over = at_risk & (away | np.isin(stage, (Stage.INDUSTRY, Stage.LEFT)))
        at_risk &= ~over
        rows = people.assign(year=year, waited=year - people["began"], promoted=promoted.astype(float), visited=visited)
        spells.append(rows.loc[at_risk, [*kept, "year", "waited", "promoted", "visited"]])
        visited = np.where(at_risk, np.maximum(visited, _visits(lives, person, year)), visited)
        stays = ~((at_risk & promoted) | over | (begun & np.isnan(stage)))
        people, visited = people[stays].reset_index(drop=True), visited[stays]
    return pd.concat(spells, ignore_index=True)


def _visits(lives: FollowUp, person: NDArray[np.int64], year: int) -> NDArray[np.float64]:
    """1 for who was on a visit this year and kept the post: time abroad grew at home, or the post is kept away."""
    grown = lives.value("years_abroad", person, year) - lives.value("years_abroad", person, year - 1)
    away_before = lives.abroad(person, year - 1)  # the year that a stay of last year adds
    long = lives.value("post_kept", person, year) == 1
    visits: NDArray[np.float64] = ((grown - away_before > 0.01) | long).astype(float)
    return visits


OTHERS, CONTROLS = ("age", "track", "writes"), ("field", "sex", "tier", "degree_tier", "began")

PROMOTION = QuasiExperiment(
    name="Q9",
    title="Visits, stays abroad and promotion",
    until=_UNTIL,
    sample=new_faculty,
    estimands={
        "visit_in_post": Waiting("promoted", "waited", "visited", ("stay_abroad", *OTHERS), CONTROLS),
        "postdoc_abroad": Waiting("promoted", "waited", "stay_abroad", ("visited", *OTHERS), CONTROLS),
    },
    kinds=(ProgrammeKind.STAY_ABROAD,),
)
