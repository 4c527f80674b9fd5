"""Q12: larger scholarships for doctoral students, at the cut-off of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.replication.design import QuasiExperiment
from experiments.replication.estimators.discontinuity import Discontinuity
from sim.vocabulary import RANKS, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    import pandas as pd

    from experiments.replication.panel import FollowUp

_STIPEND, _CALLS = "doctoral_support", (2007, 2009)
_SOON, _LATE, _AFTER = 5, 9, 3  # years after the award; years after the doctorate


def doctoral_applicants(lives: FollowUp) -> pd.DataFrame:
    """Applicants to the doctoral stipend of 2007 to 2009: their doctorates, careers and papers.

    career and papers are of those who have the doctorate within five years; track is of those who applied in the second
    year of study.
    """
    sample = lives.applicants(_STIPEND, *_CALLS)
    person, call = sample["person"].to_numpy(), sample["year"].to_numpy()
    for years in (_SOON, _LATE):
        sample[f"doctorate_{years}"] = (lives.latest("degree_year", person, call + years) > 0).astype(float)
    stage = lives.value("stage", person, call + _LATE)
    lasting = np.isin(stage, (Stage.TENURE_TRACK, Stage.PERMANENT)).astype(float)
    second = lives.value("start_year", person, call) == call - 1
    sample["track"] = np.where(second, lasting, np.nan)
    degree = lives.latest("degree_year", person, call + _SOON).astype(int)
    done = degree > 0
    seen = np.where(done, degree, call) + _AFTER
    academic = np.isin(lives.value("stage", person, seen), RANKS).astype(float)
    sample["career"] = np.where(done, academic, np.nan)
    sample["papers"] = np.where(done, lives.signed(person, seen - _AFTER + 1, seen), np.nan)
    return sample


SCHOLARSHIP = QuasiExperiment(
    name="Q12",
    title="Larger scholarships for doctoral students",
    until=_CALLS[1] + _LATE,
    sample=doctoral_applicants,
    estimands={
        "doctorate_in_5_years": Discontinuity("doctorate_5"),
        "doctorate_in_9_years": Discontinuity("doctorate_9"),
        "tenure_track_year_9": Discontinuity("track"),
        "research_career": Discontinuity("career"),
        "papers": Discontinuity("papers", relative=True),
    },
    levers=(f"programmes.{_STIPEND}.places",),
    kinds=(ProgrammeKind.STIPEND,),
)
