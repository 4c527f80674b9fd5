"""What an observer keeps of simulated people: where everyone is at the end of every year, and every call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from sim import BrainCirculation, Parameters, World

    type Floats = NDArray[np.float64]
    type People = NDArray[np.int64]
    type Years = ArrayLike

FOLLOWED = (
    *("origin", "region", "field", "tier", "sex", "birth_year", "stage", "degree_year", "degree_tier", "degree_region"),
    *("start_year", "output", "mode", "away_since", "years_abroad", "post_kept", "funded", "guaranteed", "early"),
    *("returned_year", "papers", "top10", "talent"),
)
"""Columns of people that are kept of every year unless others are asked for."""
TEAM = "team"
"""What a person's team makes of the papers one would write alone, 1 without one; of every year lived in the model."""


@dataclass
class FollowUp:
    """The followed years of a model that keeps its calls. Numbers come as float64, NaN where somebody is not there.

    world, parameters: of the model. calls: one row an application with year, programme, person (identity), region
    (code asked for), distance (above the cut-off, NaN without one) and won.
    """

    world: World
    parameters: Parameters
    calls: pd.DataFrame = field(default_factory=pd.DataFrame)
    _snapshots: dict[int, dict[str, NDArray[np.generic]]] = field(default_factory=dict)

    @classmethod
    def follow(cls, model: BrainCirculation, until: int, columns: Sequence[str] = FOLLOWED) -> Self:
        """Run a model through a year and keep what happens on the way. The model must keep its calls (`calls=True`)."""
        lives, calls = cls(model.world, model.parameters), list[pd.DataFrame]()
        lives._keep(model, columns)
        for year in range(model.year + 1, until + 1):
            model.run_through(year)
            lives._keep(model, columns)
            calls += _tables(year, model)
        if calls:
            lives.calls = pd.concat(calls, ignore_index=True)
        return lives

    @property
    def years(self) -> list[int]:
        """The years whose end was seen."""
        return sorted(self._snapshots)

    def applicants(self, programme: str, first: int, last: int) -> pd.DataFrame:
        """Applications to a programme in the calls of these years that had a cut-off, as in `calls`."""
        of_programme = self.calls["programme"] == programme
        return self.calls[of_programme & self.calls["year"].between(first, last)].dropna().reset_index(drop=True)

    def people(self, year: int) -> pd.DataFrame:
        """Everyone at the end of a year: person and the kept columns as they are."""
        kept = self._snapshots[year]
        return pd.DataFrame({"person": kept["identity"], **{name: kept[name] for name in kept if name != "identity"}})

    def value(self, column: str, person: People, year: Years) -> Floats:
        """A column at the end of a year (one for all or one each), shape (n,); NaN where a person is not there.

        Raises KeyError for a year that was not followed.
        """
        person, years = np.asarray(person), np.broadcast_to(np.asarray(year), len(person))
        found = np.full(len(person), np.nan)
        for each in np.unique(years):
            kept, at = self._snapshots[int(each)], years == each
            place = np.searchsorted(kept["identity"], person[at]).clip(max=len(kept["identity"]) - 1)
            there = kept["identity"][place] == person[at]
            found[at] = np.where(there, kept[column][place].astype(float), np.nan)
        return found

    def latest(self, column: str, person: People, year: Years) -> Floats:
        """The same or, for who is not there any more, as last seen; 0 where never seen."""
        years = np.broadcast_to(np.asarray(year), len(person)).copy()
        found = self.value(column, person, years)
        while (missing := np.isnan(found) & (years > self.years[0])).any():
            years[missing] -= 1
            found[missing] = self.value(column, np.asarray(person)[missing], years[missing])
        return np.nan_to_num(found)

    def abroad(self, person: People, year: Years) -> Floats:
        """1 for who is abroad in research at the end of the year, 0 for everyone else."""
        region, stage = (self.value(column, person, year) for column in ("region", "stage"))
        away: Floats = ((region > HOME) & (stage != Stage.LEFT)).astype(float)
        return away

    def settled(self, person: People, year: Years) -> Floats:
        """1 for who holds a lasting post, at home or with a host, at the end of the year, 0 for everyone else."""
        lasting: Floats = (self.value("stage", person, year) == Stage.PERMANENT).astype(float)
        return lasting

    def papers(self, person: People, first: Years, last: Years, column: str = "papers") -> Floats:
        """Papers (or `top10` papers) written from one year to another, both counted in."""
        before = np.asarray(first) - 1
        return self.latest(column, person, last) - self.latest(column, person, before)

    def signed(self, person: People, first: Years, last: Years) -> Floats:
        """Papers signed from one year to another, in units of those that a person without a team signs a paper written.

        Studies count papers whole, the model by parts. A leader signs what the team writes; of such a paper the part
        `joint_credit` is the leader's in the model. So papers are those written alone, and those with the team over
        that part.
        """
        first, last = (np.broadcast_to(np.asarray(year), len(person)) for year in (first, last))
        signed = np.zeros(len(person))
        for year in range(int(first.min(initial=self.years[-1])), int(last.max(initial=0)) + 1):
            within = np.flatnonzero((first <= year) & (year <= last))
            team = np.nan_to_num(self.value(TEAM, person[within], year), nan=1.0)
            alone, credit = 1 / team, self.parameters.joint_credit
            signed[within] += self.papers(person[within], year, year) * (alone + (1 - alone) / credit)
        return signed

    def impact(self, person: People, first: Years, last: Years) -> Floats:
        """Mean log citations of the papers of these years, over the level of the world's top tenth; NaN without papers.

        Read from the share of papers in the top tenth: citations are log-normal with the spread `sd_luck` (Sinatra
        2016; Radicchi 2008), so the share says how far the mean lies below the threshold.
        """
        from scipy.stats import norm

        written, top = (self.papers(person, first, last, column) for column in ("papers", "top10"))
        share = np.divide(top, written, out=np.full(len(written), np.nan), where=written > 0.5)
        impact: Floats = self.parameters.sd_luck * norm.ppf(share.clip(1e-6, 1 - 1e-6))
        return impact

    def _keep(self, model: BrainCirculation, columns: Sequence[str]) -> None:
        people = model.people
        rows = np.flatnonzero(~people.candidate)
        rows = rows[np.argsort(people.identity[rows], kind="stable")]
        self._snapshots[model.year] = {name: people[name][rows] for name in ("identity", *columns)}
        if model.year >= self.world.first_year:  # nobody has written in the model before
            self._snapshots[model.year][TEAM] = model.teams()[rows]


def _tables(year: int, model: BrainCirculation) -> list[pd.DataFrame]:
    """The calls of the year as rows; who has no row in the population is left out."""
    tables, identity = list[pd.DataFrame](), model.people.identity
    order = np.argsort(model.people.draw_key)
    draw_key = model.people.draw_key[order]
    for call in model.tally.calls or ():
        place = np.searchsorted(draw_key, call.draw_key).clip(max=len(draw_key) - 1)
        there = draw_key[place] == call.draw_key
        table = {
            "year": year,
            "programme": model.programme_records[call.programme].name,
            "person": identity[order[place]],
            "region": call.region.astype(np.int64),
            "distance": call.distance.astype(float),
            "won": call.won,
        }
        tables.append(pd.DataFrame(table)[there])
    return tables
