"""The gate between home and a region, by field and direction: what rules let pass, how long it takes, whose hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.instruments.lever import FIELD, REGION, ArrayLever, Instrument, Item, Key, Lever

if TYPE_CHECKING:
    from sim.instruments.lever import Account

DIRECTIONS: Final = ("out", "in", "joint")
"""From home to the region, from there to home, and work together from afar; in the order of their codes."""
OUT, IN, JOINT = range(3)
DIRECTION = Key("direction", DIRECTIONS)
_PRICED = "the price that a policy states for a person screened"
_NOTHING = "nothing by itself"

SHARE = ArrayLever(
    "gate.share",
    "share of moves and of joint work that may pass between home and a region",
    "国・地域との移動や共同研究のうち認められる割合",
    "share",
    0.0,
    1.0,
    1.0,
    _NOTHING,
    keys=(FIELD, REGION, DIRECTION),
)
DELAY = ArrayLever(
    "gate.delay",
    "time that a permit or a review takes before a move or joint work",
    "移動や共同研究の許可・審査に要する期間",
    "months",
    0.0,
    36.0,
    0.0,
    _NOTHING,
    keys=(FIELD, REGION, DIRECTION),
)
HOURS = ArrayLever(
    "gate.hours",
    "hours that each person who comes, each who is away there, or joint work takes of a leader",
    "受入れ・派遣・共同研究ごとに研究代表者がとられる手続の時間",
    "hours/yr",
    0.0,
    200.0,
    0.0,
    "hours of leaders, and so papers",
    keys=(FIELD, REGION, DIRECTION),
)
STRICTNESS = ArrayLever(
    "security.strictness",
    "strictness of research security: share refused of the work that its rules reach",
    "研究セキュリティの厳格さ（対象となる研究のうち認められない割合）",
    "share",
    0.0,
    1.0,
    0.0,
    "hours of leaders; " + _PRICED,
    keys=(FIELD, REGION),
)
PARTNER_REQUIRES = ArrayLever(
    "security.partner_requires",
    "level of protection below which partners in a region withdraw",
    "相手国・地域が連携の前提とする保全措置の水準",
    "0-1",
    0.0,
    1.0,
    0.0,
    _NOTHING,
    keys=(REGION,),
)
_OF_THE_GATE = tuple(lever.name for lever in (STRICTNESS, PARTNER_REQUIRES, SHARE, DELAY, HOURS))
SENSITIVE = ArrayLever(
    "security.sensitive",
    "share of a field that counts as sensitive, over that of the data",
    "機微とされる研究の割合（データに対する比）",
    "ratio",
    0.0,
    10.0,
    1.0,
    _NOTHING,
    needs=_OF_THE_GATE,
    keys=(FIELD,),
)
EXEMPT = ArrayLever(
    "security.exempt",
    "share of sensitive work that is exempt as fundamental research",
    "機微な研究のうち基盤的研究として除外される割合",
    "share",
    0.0,
    1.0,
    0.0,
    _NOTHING,
    needs=_OF_THE_GATE,
    keys=(FIELD,),
)
GUIDANCE = Lever(
    "security.guidance",
    "share of the chill and of the hours that advice and shared information take away",
    "助言窓口や情報共有により軽減される萎縮と手続時間の割合",
    "share",
    0.0,
    1.0,
    0.0,
    "the price that a policy states, of a year for one",
    needs=(STRICTNESS.name,),
)
PROTECTION = Lever(
    "security.protection",
    "protection at home that partners see beside screening (disclosure, training, information management)",
    "審査以外の保全措置（開示・研修・情報管理）の水準",
    "0-1",
    0.0,
    1.0,
    0.0,
    "the price that a policy states, of a year for one",
    needs=(PARTNER_REQUIRES.name,),
)


def _screened(account: Account) -> float:
    """Leaders at home whose ties, and foreigners whose origin, rules of research security reach, simulated."""
    from sim.market.gate import screened  # the compiler is not needed to read levers

    return screened(account.people, account.year)


GATE = Instrument(
    "gate",
    (SHARE, DELAY, HOURS, STRICTNESS, SENSITIVE, EXEMPT, GUIDANCE, PROTECTION, PARTNER_REQUIRES),
    counts={
        "screened": Item(
            "a person whom rules of research security reach",
            "研究セキュリティの審査対象者（1人）",
            "{currency} per person screened",
            _screened,
        )
    },
)
