"""Potential researchers: who decides this year, how many they are, and what each of them was born with."""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from sim.agents import draws, utility
from sim.agents.researcher import HasDraws
from sim.engine.draws import Draw
from sim.process import exchanges
from sim.rules import entry as rules
from sim.rules import traits
from sim.rules import utility as worths
from sim.rules.ties import growth_everywhere
from sim.vocabulary import HOME, Sex, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.model import PlainModel
    from sim.agents.utility import Prospects, Tables
    from sim.agents.year import Year

MASTER, WORKING, STUDENT, CANDIDATE = 1, 2, 3, 4  # kinds of people, the leading part of the identity


class Potential(HasDraws):
    """Somebody who weighs a doctorate or a post here this year, and is gone if nothing comes of it."""

    output = 0.0

    def __init__(self, model: PlainModel, kind: int, serial: int, field_shares: str) -> None:
        self.model = model
        self.identity = (kind * 10_000 + model.present.number) * 10_000_000 + serial
        self.draw_key = draws.draw_key(model.present.seed, self.identity)
        self.field = self.pick(shares(model.present, field_shares), Draw.FIELD)
        self.talent, self.drive = self._character()
        self.home_taste = traits.home_taste(self.year.parameters.home_sd, self.born_normal(Draw.HOME_TASTE))

    @property
    def year(self) -> Year:
        """The year under way."""
        return self.model.present

    def pick(self, shares: list[float], draw: Draw) -> int:
        """A category, drawn once in a life."""
        return draws.pick(self.draw_key, shares, draw)

    def born_uniform(self, draw: Draw) -> float:
        """A uniform draw, once in a life."""
        return draws.uniform(self.draw_key, 0, draw)

    def born_normal(self, draw: Draw) -> float:
        """A normal draw, once in a life."""
        return draws.normal(self.draw_key, 0, draw)

    def _character(self) -> tuple[float, float]:
        """Quality ln Q and productivity N, jointly (log-)normal."""
        p = self.year.parameters
        first, second = self.born_normal(Draw.QUALITY), self.born_normal(Draw.PRODUCTIVITY)
        link = traits.correlation(p.cov_quality_productivity, p.sd_quality, p.sd_productivity)
        drive = traits.productivity(p.sd_productivity, link, sqrt(1 - link**2), first, second)
        return float(traits.quality(p.sd_quality, first)), float(drive)

    def sex(self) -> Sex:
        """Women are as frequent as among doctoral entrants."""
        women = self.year.world.stocks.value("women_share_entrants")
        return Sex.WOMAN if traits.is_woman(self.born_uniform(Draw.SEX), women) else Sex.MAN

    @property
    def language(self) -> float:
        """Command of the other language at entry."""
        highest = self.year.parameters.entry_language
        return float(traits.language_at_entry(highest, self.born_uniform(Draw.LANGUAGE)))

    def on_leave(self, origin: int) -> bool:
        """Whether a foreign student holds a post in the own country to return to."""
        if origin == HOME:
            return False
        share = self.year.world.candidates.value("on_leave", region=self.year.world.regions[origin])
        return bool(traits.is_on_leave(self.born_uniform(Draw.ON_LEAVE), share))

    def prospect(self, t: Tables) -> Prospects:
        """How a home-origin person sees a doctorate: chances are what is seen in the field."""
        p, beliefs, pessimism = t.p, self.model.beliefs, t.p.pessimism
        here = float(traits.home_amenity(p.home_origin, self.home_taste))
        return utility.Prospects(
            native=True,
            secure=p.security_fixed,
            own=here,
            here=here,
            back=-inf,
            post=float(worths.settled_year(t.best_at_home, p.security_fixed, here)),
            without=self.in_industry(here, t),
            chance_home=float(worths.perceived_chance(beliefs.chance(self.field, away=False), pessimism)),
            chance_away=float(worths.perceived_chance(beliefs.chance(self.field, away=True), pessimism)),
            discount=p.discount,
        )

    def in_industry(self, living: float, t: Tables) -> float:
        """Yearly value of the job at home that is left to one without an academic post."""
        position, security = t.home[t.year.no_tier, Stage.INDUSTRY], t.security[Stage.INDUSTRY]
        return float(worths.year_in_position(position, t.p.security_fixed, security, living))

    def taste_for_doctorate(self, mean: float) -> float:
        """How much the person would like to do a doctorate."""
        draw = self.born_normal(Draw.DOCTORAL_TASTE)
        return float(rules.taste_for_doctorate(mean, self.year.parameters.doctoral_taste_sd, draw))


def how_many(year: Year, series: str, draw: Draw) -> int:
    return draws.rounded(year.driver(series) * year.scale, year.seed, draw)


def how_many_from(model: PlainModel, series: str, origin: int) -> int:
    """Foreign candidates this year: those for a doctorate grow by data, the others with the region's scholars; and
    those who were here on an exchange.
    """
    year, name, world = model.present, model.world.regions[origin], model.world
    kind = ProgrammeKind.EARLY_EXCHANGE if series == "doctoral_candidates" else ProgrammeKind.EXCHANGE
    guests = exchanges.come_back(kind, model.records, world.regions, year.number)
    back = 0.0 if guests is None else float(guests[origin - 1])
    if series == "doctoral_candidates":
        real = world.candidates.value(series, region=name) * year.driver_of(origin, "doctoral_pool") + back
        return draws.rounded(real * year.scale, year.seed, Draw.ROUND_STUDENTS, origin, year.number)
    scholars, elasticity = float(world.growth_abroad(year.number)[origin]), year.parameters.candidate_growth
    usual = [year.recorded.candidates.value(series, region=year.recorded.regions[r]) for r in year.abroad]
    recorded = year.recorded.growth_abroad(year.number)[1:]
    everywhere = growth_everywhere(np.array(usual), recorded, elasticity)
    growth = rules.growth_of_candidates(scholars, elasticity, everywhere)
    real = year.world.candidates.value(series, region=name) * float(growth) + back
    return draws.rounded(real * year.scale, year.seed, Draw.ROUND_CANDIDATES, origin, year.number)


def shares(year: Year, series: str) -> list[float]:
    table = year.world.posts if series == "postdoc_field_share" else year.world.candidates
    return [table.value(series, field=field) for field in year.world.fields]
