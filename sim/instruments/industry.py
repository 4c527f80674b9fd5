"""Industry: offers of jobs outside academia to doctorates, to all or to foreigners, by field."""

from __future__ import annotations

from sim.instruments.lever import FIELD, ArrayLever, Instrument, Lever

_UNBOOKED = "nothing that the model books"
_OF_FOREIGNERS = "the price that a policy states, of a foreigner at home or of a year"

OFFERS = Lever(
    "doctoral.industry_offers",
    "chance of offers outside academia over the world's path",
    "民間企業等からの採用の機会（データの推移に対する比）",
    "ratio",
    0.0,
    3.0,
    1.0,
    _UNBOOKED,
)
BY_FIELD = ArrayLever(
    "industry.offers",
    "the same by field: demand of firms, start-ups and administrations",
    "民間企業・スタートアップ・行政等からの採用の機会（分野別、データの推移に対する比）",
    "ratio",
    0.0,
    5.0,
    1.0,
    _UNBOOKED,
    keys=(FIELD,),
)
TO_FOREIGNERS = ArrayLever(
    "industry.offers_to_foreigners",
    "chance of offers outside academia to foreigners over that, by field: matching events",
    "外国人への民間企業等からの採用の機会（マッチングの機会等、分野別の比）",
    "ratio",
    0.0,
    5.0,
    1.0,
    _OF_FOREIGNERS,
    keys=(FIELD,),
)
LANGUAGE_BRIDGE = Lever(
    "industry.language_bridge",
    "share of the gap in the home language that does not count for offers outside academia",
    "民間企業等の採用で問われなくなる言語の壁の割合",
    "share",
    0.0,
    1.0,
    0.0,
    _OF_FOREIGNERS,
)
LEVERS = (OFFERS, BY_FIELD, TO_FOREIGNERS, LANGUAGE_BRIDGE)

INDUSTRY = Instrument("industry", LEVERS)
