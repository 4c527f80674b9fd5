"""Benefits that belong to a person: tax breaks, grants and research money for those who come back, come, or stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.instruments.lever import Instrument, Lever
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.instruments.lever import Account

_MILLION = 1_000_000
BOOKED = MONEY_BOOKED, RESEARCH_BOOKED = "benefits", "research_money"
"""The items under which benefits are booked: money, and research money."""
_ITSELF = "itself, for everyone who holds the benefit, while it runs"


class BenefitLevers(NamedTuple):
    """The levers of the benefit of one group."""

    share: Lever
    money: Lever
    research_money: Lever
    years: Lever

    @classmethod
    def of(cls, names: tuple[str, str, str, str], who: str, who_ja: str) -> BenefitLevers:
        """The levers of a group, of these names. who, who_ja: whom it is for, in words."""
        share, money, research_money, years = names
        return cls(
            Lever(
                share,
                f"tax break of {who}, over net income",
                f"{who_ja}への税制優遇（手取り所得に対する比）",
                "share of net income",
                0.0,
                1.0,
                0.0,
                _ITSELF,
            ),
            Lever(
                money,
                f"yearly grant to {who}",
                f"{who_ja}への給付金（年額）",
                "million {currency}/yr",
                0.0,
                50.0,
                0.0,
                _ITSELF,
            ),
            Lever(
                research_money,
                f"yearly research money of {who}",
                f"{who_ja}への研究費（年額）",
                "million {currency}/yr",
                0.0,
                100.0,
                0.0,
                _ITSELF,
            ),
            Lever(
                years,
                f"years for which a benefit of {who} runs",
                f"{who_ja}への支援の年数",
                "years",
                1.0,
                20.0,
                5.0,
                "nothing by itself",
                needs=(share, money, research_money),
            ),
        )


BENEFITS_OF: Final = (
    BenefitLevers.of(
        (
            "benefits.returnees.share",
            "benefits.returnees.money",
            "benefits.returnees.research_money",
            "benefits.returnees.years",
        ),
        "people of home origin who come back",
        "海外から帰国する自国出身者",
    ),
    BenefitLevers.of(
        (
            "benefits.recruits.share",
            "benefits.recruits.money",
            "benefits.recruits.research_money",
            "benefits.recruits.years",
        ),
        "foreigners recruited from abroad",
        "海外から採用される外国人",
    ),
    BenefitLevers.of(
        (
            "benefits.stayers.share",
            "benefits.stayers.money",
            "benefits.stayers.research_money",
            "benefits.stayers.years",
        ),
        "foreign doctorates and postdocs who stay",
        "国内にとどまる外国人の博士・ポスドク",
    ),
)
"""By group: returnees, recruits, stayers, as `sim.rules.benefits` numbers them."""


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    """What the benefits of a year come to, research money apart; who has left home or research draws none."""
    people, now = account.people, account.year.number
    held = np.flatnonzero(people.benefit_until >= now)
    held = held[(people.region[held] == HOME) & (people.stage[held] != Stage.LEFT)]
    held = held[people.programme[held] < 0]  # what comes with the award of a programme is in that one's cost
    if len(held):
        yield MONEY_BOOKED, float(people.benefit_money[held].sum(dtype=np.float64)) * _MILLION
        yield RESEARCH_BOOKED, float(people.research_money[held].sum(dtype=np.float64)) * _MILLION


BENEFITS = Instrument("benefits", tuple(lever for levers in BENEFITS_OF for lever in levers), _cost, BOOKED)
