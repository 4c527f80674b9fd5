"""CareerPanel: where everybody is at the end of each year of a run, as one table that patterns are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim import BrainCirculation

RESEARCH = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)
"""Stages in which people are employed to do research."""


@dataclass(frozen=True)
class CareerPanel:
    """panel: one row a person and year end, in order of identity and year, integers: identity, year, origin, field,
    sex, age, stage, degree (year of the doctorate, 0 = none), place (region where the person is), seat (region of the
    employer: home for those who keep their post), away (years since the stay abroad began).
    visits: identity, year, months of stays of under a year. gone: identity, year, origin of foreigners who went home
    and out of sight. People who have left research or only weigh a post have no rows.
    """

    panel: pd.DataFrame
    visits: pd.DataFrame
    gone: pd.DataFrame

    @classmethod
    def watched(cls, model: BrainCirculation, until: int) -> Self:
        """Run a model to the end of a year and note where everybody is at the end of each."""
        panel, visits, gone = [], [], []
        for year in range(model.year + 1, until + 1):
            model.run_through(year)
            people = model.people
            rows = np.flatnonzero(~people.candidate & (people.stage != Stage.LEFT))
            panel.append(
                pd.DataFrame(
                    {
                        "identity": people.identity[rows],
                        "year": np.int16(year),
                        "origin": people.origin[rows],
                        "field": people.field[rows],
                        "sex": people.sex[rows],
                        "age": (year - people.birth_year[rows]).astype(np.int16),
                        "stage": people.stage[rows],
                        "degree": people.degree_year[rows],
                        "place": people.region[rows],
                        "seat": np.where(people.post_kept[rows], np.uint8(HOME), people.region[rows]),
                        "away": (year - people.away_since[rows]).astype(np.int16),
                    }
                )
            )
            identity, _, months = model.tally.visitors
            visits.append(pd.DataFrame({"identity": identity, "year": year, "months": months}))
            left = model.tally.gone_home
            origin = people.origin[people.rows(left)].astype(np.int64)
            gone.append(pd.DataFrame({"identity": left, "year": year, "origin": origin}))
        whole = (pd.concat(tables, ignore_index=True) for tables in (panel, visits, gone))
        return cls.ordered(*whole)

    @classmethod
    def ordered(cls, panel: pd.DataFrame, visits: pd.DataFrame, gone: pd.DataFrame) -> Self:
        """CareerPanel from rows in any order."""
        return cls(panel.sort_values(["identity", "year"], kind="stable", ignore_index=True), visits, gone)

    @property
    def last(self) -> int:
        """The last year that was watched."""
        return int(self.panel["year"].max())

    def steps(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows of the panel that are followed by the same person's next year, and the rows of that next year."""
        identity, year = self.panel["identity"].to_numpy(), self.panel["year"].to_numpy()
        now = np.flatnonzero((identity[1:] == identity[:-1]) & (year[1:] == year[:-1] + 1))
        return now, now + 1
