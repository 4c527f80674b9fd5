"""The statistical surveys: each statistic collected from the model's people the way it is in the world.

The model reads nothing from here, and only these numbers are compared with data. One function a statistic,
each yielding (group, values) of shape (years,) in simulated persons; the table divides by the scale. Who answers, who
is missed and what counts as abroad differ from one survey to the next, and every function says how.

    employers                survey of international research exchange: stays and acceptances over thirty days, reported
                             by whoever pays the post
    bibliometric record      published authors by the main country of their affiliation (`sim.measures.bibliometrics`)
    doctorates               where new doctorates are, those who answer
    students                 school basic survey, a full count of 1 May
    postdocs                 postdocs at home on 1 November, and the next year's posts
    teachers                 members of research universities
    fellows                  the posts of former overseas fellows, unknowns left out
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures import abroad, careers, fellows, papers  # noqa: F401  each declares its statistics, in this order
from sim.measures.catalogue import tidy
from sim.measures.census import Census, Counts
from sim.measures.statistics import STATISTICS, Survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.measures.questionnaires import Answers
    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

__all__ = ["STATISTICS", "Survey", "table"]


def table(
    answers: Sequence[Answers],
    counts: Sequence[Counts],
    world: World,
    programmes: Sequence[ProgrammeRecord],
    parameters: Parameters,
    scale: float,
) -> pd.DataFrame:
    """Every statistic of these years at full size: year, statistic, group, value, unit."""
    if not answers:
        return tidy("statistic", [], (), scale)
    survey = Survey.of(answers, Census.of(counts, world, programmes), parameters, scale)
    return tidy("statistic", [year.year for year in counts], STATISTICS.rows(survey), scale)
