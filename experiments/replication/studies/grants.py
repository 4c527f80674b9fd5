"""Q1 and Q2: grants for a stay abroad, at the cut-off of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.replication.design import QuasiExperiment
from experiments.replication.estimators.discontinuity import Discontinuity
from experiments.replication.estimators.estimates import Gap
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    import pandas as pd

    from experiments.replication.panel import FollowUp

FELLOWSHIP = "overseas_fellowship"
_FAR = 5000  # km: another continent


def swiss_applicants(lives: FollowUp) -> pd.DataFrame:
    """Applicants to the overseas fellowship, 2008 to 2011, with the nine years of the grant and after."""
    sample = lives.applicants(FELLOWSHIP, 2008, 2011)
    person, call = sample["person"].to_numpy(), sample["year"].to_numpy()
    for year in range(1, 10):  # of the grant
        sample[f"abroad_{year}"] = lives.abroad(person, call + year - 1)
    sample["faded"] = sample["abroad_1"] - sample["abroad_5"]
    output(lives, sample)
    sample["settled"] = lives.settled(person, call + 4)
    return sample


def european_applicants(lives: FollowUp) -> pd.DataFrame:
    """Applicants to the overseas fellowship, 2007 to 2013, with the place named and the five years after."""
    sample = lives.applicants(FELLOWSHIP, 2007, 2013)
    person, call = sample["person"].to_numpy(), sample["year"].to_numpy()
    sample["there"] = (lives.value("region", person, call + 1) == sample["region"]).astype(float)
    sample["far"] = lives.world.by_region("distance")[sample["region"]] > _FAR
    output(lives, sample)
    return sample


def output(lives: FollowUp, sample: pd.DataFrame) -> None:
    """Papers signed and their citations in the five years from the call, and before it."""
    person, call, first = sample["person"].to_numpy(), sample["year"].to_numpy(), lives.years[0] + 1
    sample["papers"] = lives.signed(person, call, call + 4)
    sample["impact"] = lives.impact(person, call, call + 4)
    sample["earlier_papers"] = lives.signed(person, first, call - 1)
    sample["earlier_impact"] = lives.impact(person, first, call - 1)


EARLIER = ("earlier_papers", "earlier_impact")
"""Columns that `output` adds, known before the call."""

SWISS_GRANT = QuasiExperiment(
    name="Q1",
    title="Swiss mobility grant",
    until=2019,
    sample=swiss_applicants,
    estimands={
        "abroad_year_1": Discontinuity("abroad_1"),
        "abroad_year_5": Discontinuity("abroad_5"),
        "abroad_decay": Discontinuity("faded"),
        "quality": Discontinuity("impact", covariates=EARLIER),
        "quantity": Discontinuity("papers", relative=True, covariates=EARLIER),
        "career": Discontinuity("settled"),
        "abroad_year_9": Discontinuity("abroad_9"),
    },
    levers=(f"programmes.{FELLOWSHIP}.places",),
    kinds=(ProgrammeKind.FELLOWSHIP_ABROAD,),
)

EUROPEAN_FELLOWSHIP = QuasiExperiment(
    name="Q2",
    title="European individual fellowship",
    until=2017,
    sample=european_applicants,
    estimands={
        "chosen_region_year_2": Discontinuity("there"),
        "papers_far_minus_near": Gap(Discontinuity("papers", relative=True, covariates=EARLIER), group="far"),
        "quality_far_minus_near": Gap(Discontinuity("impact", covariates=EARLIER), group="far"),
    },
    levers=(f"programmes.{FELLOWSHIP}.places",),
    kinds=(ProgrammeKind.FELLOWSHIP_ABROAD,),
)
