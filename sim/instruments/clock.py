"""The clock of leaders at home: staff, cover and rules that give hours back to research or take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.instruments.lever import TIER, ArrayLever, Instrument, Item, Lever
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.instruments.lever import Account
    from sim.population.columns import Columns

LED_BY = (Stage.TENURE_TRACK, Stage.PERMANENT)

MANAGERS = ArrayLever(
    "clock.managers",
    "research managers and support staff beside those of the data, full-time, per 100 leaders",
    "URA等の支援人材の追加配置（研究代表者100人当たり、常勤換算）",
    "staff per 100 leaders",
    0.0,
    50.0,
    0.0,
    "the price that a policy states for a year of one of the staff",
    keys=(TIER,),
)
COVER = ArrayLever(
    "clock.cover",
    "hours of teaching and duties that paid substitutes take over from a leader",
    "代替要員が引き受ける教育・学内業務の時間（研究代表者1人当たり）",
    "hours/yr",
    0.0,
    600.0,
    0.0,
    "the price that a policy states for an hour of it",
    keys=(TIER,),
)
RELIEF = ArrayLever(
    "clock.relief",
    "hours of administration that waived rules save a leader, or, negative, that new ones take",
    "手続の簡素化により研究代表者が得る時間（負の値は負担増）",
    "hours/yr",
    -600.0,
    600.0,
    0.0,
    "nothing that the model books",
    keys=(TIER,),
)
HOSTING_HOURS = Lever(
    "clock.hosting_hours",
    "hours that each foreign researcher, beyond as many as before, takes of the leaders who host them",
    "外国人研究者の受入れ1人当たりに研究代表者がとられる時間（従前を上回る受入れ分）",
    "hours/yr",
    0.0,
    300.0,
    0.0,
    "hours of leaders, and so papers",
)
HOSTING_SUPPORT = Lever(
    "clock.hosting_support",
    "share of the hours of hosting that staff takes over",
    "受入れに伴う時間のうち事務体制の強化により軽減される割合",
    "share",
    0.0,
    1.0,
    0.0,
    "the price that a policy states, of a foreigner at home or of a year",
    needs=(HOSTING_HOURS.name,),
)


def leaders(people: Columns, tiers: int) -> NDArray[np.int64]:
    """Tenure-track and permanent members who are at home, by kind of employer, (tiers,), simulated."""
    leads = ((people.stage == LED_BY[0]) | (people.stage == LED_BY[1])) & (people.region == HOME)
    return np.bincount(people.tier[leads], minlength=tiers + 1)[:tiers]


def _managers(account: Account) -> float:
    """Full-time staff beside those of the data, simulated."""
    staff = account.year.array(MANAGERS)
    return float((leaders(account.people, len(staff)) * staff).sum()) / 100


def _hours(account: Account) -> float:
    """Hours that paid substitutes take over in the year, simulated."""
    hours = account.year.array(COVER)
    return float((leaders(account.people, len(hours)) * hours).sum())


CLOCK = Instrument(
    "clock",
    (MANAGERS, COVER, RELIEF, HOSTING_HOURS, HOSTING_SUPPORT),
    counts={
        "managers": Item(
            "a manager or one of the support staff, full-time, a year",
            "追加配置された支援人材（常勤換算・年）",
            "{currency} per manager and year",
            _managers,
        ),
        "hours": Item(
            "an hour that a paid substitute takes over",
            "代替要員が引き受けた業務（1時間）",
            "{currency} per hour",
            _hours,
        ),
    },
)
