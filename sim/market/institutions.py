"""The few real agents: employers that open posts, programmes that open calls, regions whose hosts have openings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.draws import Draw, rounded, word_of
from sim.framework import Agent
from sim.instruments.posts import ADDED, EXTERNAL_FUNDS, OPENED, OPERATING_GRANTS, TENURE_TRACK
from sim.instruments.programmes import PLACES, supplement
from sim.market import hosts
from sim.vocabulary import RANKS
from sim.world.country import MONEY, NOTHING
from sim.world.derived import derived
from sim.world.programmes import ProgrammeKind
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.framework import Model
    from sim.instruments.lever import ProgrammeLever
    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World
    from sim.year import Year

_LAG = 1  # years from money to posts: RU11 posts of 2007-2013 were set against money of FY2006-2011


class Employer(Agent):  # type: ignore[misc]
    """One kind of academic employer: its posts by field and rank follow the money."""

    def __init__(self, model: Model, tier: int, name: str) -> None:
        super().__init__(model)
        self.tier, self.name = tier, name

    def __repr__(self) -> str:
        return f"Employer({self.name})"

    def posts(self, year: Year) -> NDArray[np.int64]:
        """Posts this year at the model's scale, shape (fields, ranks).

        Where the country says that posts follow the money, permanent ones move with operating grants and fixed-term
        ones with external funds, with the elasticities `grant_elasticity` and `fund_elasticity` (RU11 2007-2013).
        Others follow a path of their own or stay as they are, but for a policy's change of the money. Rounding is keyed
        by cell, not by year, so that posts do not flicker.
        """
        return rounded(_real_posts(year)[self.tier] * year.scale, year.seed, Draw.ROUND_POSTS, self.tier)


@kept_by_levers
def _real_posts(year: Year) -> list[NDArray[np.float64]]:
    """Posts of each kind of employer at full size, (fields, ranks) each; see `Employer.posts`."""
    p, real = year.parameters, []
    tiers = zip(year.world.country.about.tiers, _stocks(year.world, year.baseline), strict=True)
    for number, (tier, stocks) in enumerate(tiers):
        grants, funds, growth = year.lever(OPERATING_GRANTS), year.lever(EXTERNAL_FUNDS), 1.0
        for_postdocs = funds**p.fund_elasticity
        if tier.posts_follow == MONEY:
            grants *= _growth(year, "operating_grants")
            funds *= _growth(year, "external_funds")
        elif tier.posts_follow != NOTHING:
            growth = year.driver(tier.posts_follow)
        posts = np.empty((len(year.world.fields), len(RANKS)))
        posts[:, 0] = year.driver("postdoc_posts") * stocks.postdoc_share * stocks.postdoc_fields * for_postdocs
        money = (growth * funds**p.fund_elasticity, year.lever(TENURE_TRACK), growth * grants**p.grant_elasticity)
        posts[:, 1:] = stocks.faculty * np.array(money)
        if year.levers.moves(OPENED) or year.levers.moves(ADDED):
            opened, added = (year.array(lever)[:, number].T for lever in (OPENED, ADDED))
            posts = np.maximum(posts * opened + added, 0.0)
        real.append(posts)
    return real


class _Stocks(NamedTuple):
    """Posts of one kind of employer in the year of the stocks.

    postdoc_share: of all postdocs at home. postdoc_fields: (fields,) shares. faculty: (fields, ranks) other posts.
    """

    postdoc_share: float
    postdoc_fields: NDArray[np.float64]
    faculty: NDArray[np.float64]


@derived
def _stocks(world: World, _: Parameters) -> list[_Stocks]:
    table = world.posts
    share, fields = (table.along("field", world.fields, series) for series in ("field_share", "postdoc_field_share"))
    stocks: list[_Stocks] = []
    for tier in world.tiers:
        posts = [table.value("posts", year=world.posts_year, tier=tier, stage=rank.label) for rank in RANKS[1:]]
        of_postdocs = table.value("postdoc_share", tier=tier, stage=RANKS[0].label)
        stocks.append(_Stocks(of_postdocs, fields, np.array(posts) * share[:, None]))
    return stocks


def _growth(year: Year, series: str) -> float:
    """A driver of the year before over that before the year of the stocks."""
    first = year.world.first_year
    base = year.world.driver(series, max(year.world.posts_year - _LAG, first))
    return year.world.driver(series, max(year.number - _LAG, first)) / base


class Programme(Agent):  # type: ignore[misc]
    """A fellowship, stipend or post: a call a year, with places and rules.

    tier, rank: of the position at home of people who come from abroad on it.
    """

    def __init__(self, model: Model, number: int, record: ProgrammeRecord) -> None:
        super().__init__(model)
        self.number, self.record, self.word = number, record, word_of(record.name)
        self.tier, self.rank = record.position(model.world.tiers)

    def __repr__(self) -> str:
        return f"Programme({self.record.name})"

    def lever(self, year: Year, lever: ProgrammeLever) -> float:
        """The value in force of one of the programme's levers: places, income, years or guarantee."""
        return year.levers.of(self.record, lever, year.number)

    def supplement(self, year: Year) -> float:
        """What exchange supplements make of an award spent abroad: part of the currency's fall since it was set."""
        return supplement(self.record, year)

    def places(self, year: Year) -> int:
        """Places of this year's call at the model's scale. More real places never give fewer."""
        when = year.number if self.record.kind is not ProgrammeKind.STIPEND else 0
        return rounded(self.lever(year, PLACES) * year.scale, year.seed, Draw.ROUND_PLACES, self.word, when)


class Region(Agent):  # type: ignore[misc]
    """A region: its hosts take a limited number of people from home a year."""

    def __init__(self, model: Model, code: int, name: str) -> None:
        super().__init__(model)
        self.code, self.name = code, name

    def __repr__(self) -> str:
        return f"Region({self.name})"

    def openings(self, year: Year) -> int:
        """Host posts within reach of candidates from home this year, at scale: see `hosts.openings`."""
        return int(hosts.openings(year)[self.code])
