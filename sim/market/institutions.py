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
from sim.year import kept_by_levers, kept_by_run

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
        return _posts(year)[self.tier]


@kept_by_run
def _posts(year: Year) -> list[NDArray[np.int64]]:
    """As `Employer.posts`, of each kind of employer."""
    real = enumerate(_real_posts(year))
    return [rounded(posts * year.scale, year.seed, Draw.ROUND_POSTS, tier) for tier, posts in real]


@kept_by_levers
def _real_posts(year: Year) -> NDArray[np.float64]:
    """Posts of each kind of employer at full size, (tiers, fields, ranks); see `Employer.posts`."""
    p, stocks, money = year.parameters, _stocks(year.world, year.baseline), []
    own_grants, own_funds = year.lever(OPERATING_GRANTS), year.lever(EXTERNAL_FUNDS)
    for tier in year.world.country.about.tiers:
        grants, funds, growth = own_grants, own_funds, 1.0
        if tier.posts_follow == MONEY:
            grants *= _growth(year, "operating_grants")
            funds *= _growth(year, "external_funds")
        elif tier.posts_follow != NOTHING:
            growth = year.driver(tier.posts_follow)
        money.append((growth * funds**p.fund_elasticity, year.lever(TENURE_TRACK), growth * grants**p.grant_elasticity))
    posts = np.empty((len(money), len(year.world.fields), len(RANKS)))
    postdocs = year.driver("postdoc_posts") * stocks.postdoc_share
    posts[:, :, 0] = postdocs[:, None] * stocks.postdoc_fields * own_funds**p.fund_elasticity
    posts[:, :, 1:] = stocks.faculty * np.array(money)[:, None]
    if year.levers.moves(OPENED) or year.levers.moves(ADDED):
        opened, added = (np.moveaxis(year.array(lever), 0, -1) for lever in (OPENED, ADDED))
        posts = np.maximum(posts * opened + added, 0.0)
    return posts


class _Stocks(NamedTuple):
    """Posts of each kind of employer in the year of the stocks.

    postdoc_share: of all postdocs at home, (tiers,). postdoc_fields: (fields,) shares. faculty: (tiers, fields, ranks)
    other posts.
    """

    postdoc_share: NDArray[np.float64]
    postdoc_fields: NDArray[np.float64]
    faculty: NDArray[np.float64]


@derived
def _stocks(world: World, _: Parameters) -> _Stocks:
    table = world.posts
    share, fields = (table.along("field", world.fields, series) for series in ("field_share", "postdoc_field_share"))
    posts = [
        [table.value("posts", year=world.posts_year, tier=tier, stage=rank.label) for rank in RANKS[1:]]
        for tier in world.tiers
    ]
    of_postdocs = [table.value("postdoc_share", tier=tier, stage=RANKS[0].label) for tier in world.tiers]
    return _Stocks(np.array(of_postdocs), fields, np.array(posts)[:, None] * share[:, None])


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
