"""Q7: a programme that brings people back, against those who could have come and stayed abroad."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.replication.design import QuasiExperiment, Treatment
from experiments.replication.estimators.comparisons import Difference, DifferenceInDifferences
from experiments.replication.studies.grants import FELLOWSHIP
from sim.instruments.policy import Policy
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from experiments.replication.estimators.estimates import Estimate
    from experiments.replication.panel import FollowUp

_RETURNS = (2010, 2015)
_BEFORE, _AFTER = 3, 4  # years on either side of the return
_OLDEST = 40  # the programme's limit of age
_RESEARCH = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT, Stage.UNPLACED)

GUARANTEE = Policy.from_dict(
    {
        "name": "return_posts",
        "title": "A funded return post with every overseas fellowship",
        "title_ja": "海外特別研究員の帰国後ポスト",
        "source": "YTT: the offer of a funded post at home to young researchers abroad; the model's return guarantee",
        "start": 2006,
        "grade": "A",
        "changes": [
            {
                "lever": f"programmes.{FELLOWSHIP}.guarantee",
                "set": 1,
                "source": "every fellow without a home post has the offer, as invited YTT applicants had",
                "grade": "A",
            },
            {
                "lever": "return_posts.tenure_track",
                "set": 1,
                "source": "YTT: a full-time post as head of a group of one's own, with start-up money",
                "grade": "A",
            },
            {
                "lever": "return_posts.startup",
                "set": 12,
                "source": "YTT as announced in 2010: 1 to 3 million RMB for research; 2 million at 3.5 RMB and 107 JPY "
                "a dollar (purchasing power, 2011) are 61 million JPY, here over five years",
                "grade": "D",
            },
        ],
    }
)


def offered(lives: FollowUp) -> pd.DataFrame:
    """Researchers abroad who hold the offer, cohort by cohort: in a year some take it, others stay abroad for good.

    One row a person, cohort (year of the return) and year; who stays abroad is still there four years on.
    """
    cohorts = []
    for year in range(_RETURNS[0], _RETURNS[1] + 1):
        young = _young(lives, year)
        held = young[young["guaranteed"] & (young["region"] != HOME) & (young["origin"] == HOME)]
        person = held["person"].to_numpy()
        back = (lives.value("region", person, year) == HOME) & (lives.value("funded", person, year) == 1)
        stays = np.min([lives.abroad(person, year + after) for after in range(_AFTER + 1)], axis=0) == 1
        cohort = held[["person", "field", "birth_year", "degree_year", "rank"]]
        cohort = cohort.assign(cohort=year, recruit=back.astype(float))
        cohorts.append(cohort.assign(earlier=lives.signed(person, year - _BEFORE, year - 1))[back | stays])
    people = pd.concat(cohorts, ignore_index=True)
    years = [people.assign(event=event) for event in range(-_BEFORE, _AFTER + 1)]
    panel = pd.concat(years, ignore_index=True)
    panel["year"] = panel["cohort"] + panel["event"]
    panel["signed"] = lives.signed(panel["person"].to_numpy(), panel["year"].to_numpy(), panel["year"].to_numpy())
    panel["after"] = panel["event"] > 0
    panel["spell"] = panel["person"] * 10_000 + panel["cohort"]
    panel["cohort_year"] = panel["cohort"] * 10_000 + panel["year"]
    panel["age"] = (panel["cohort"] - panel["birth_year"]) // 5
    return pd.DataFrame(panel[panel["event"] != 0])  # the year of the move belongs to neither side


def _young(lives: FollowUp, year: int) -> pd.DataFrame:
    """Researchers of up to forty at the end of the year before, and their rank in the field by top-tenth papers of the
    three years before: 1 for who has most.
    """
    seen = lives.people(year - 1)
    young = seen[seen["stage"].isin(_RESEARCH) & (seen["degree_year"] > 0) & (seen["birth_year"] >= year - 1 - _OLDEST)]
    top = lives.papers(young["person"].to_numpy(), year - _BEFORE, year - 1, "top10")
    return young.assign(rank=young.assign(top=top).groupby("field")["top"].rank(pct=True))


def rank_of_recruits(panel: pd.DataFrame) -> Estimate:
    """Rank of recruits less that of those who stay, one row a person."""
    return Difference("rank", "recruit", ("cohort",))(panel[panel["event"] == 1])


RETURN_PROGRAMME = QuasiExperiment(
    name="Q7",
    title="Return programme for talent abroad",
    until=_RETURNS[1] + _AFTER,
    arms={"return posts": Treatment((GUARANTEE,))},
    sample=offered,
    estimands={
        "recruits_rank": rank_of_recruits,
        "papers_after_return": DifferenceInDifferences(
            "signed", "recruit", "after", "cohort_year", "spell", exact=("field", "age"), binned={"earlier": 4}
        ),
    },
    levers=tuple(change.name for change in GUARANTEE.changes),
    kinds=(ProgrammeKind.POST_HERE,),
)
