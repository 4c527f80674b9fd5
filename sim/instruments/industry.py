"""Industry: offers of jobs outside academia to doctorates."""

from __future__ import annotations

from sim.instruments.lever import Instrument, Lever

OFFERS = Lever(
    "doctoral.industry_offers",
    "chance of offers outside academia over the world's path",
    "民間企業等からの採用の機会（データの推移に対する比）",
    "ratio",
    0.0,
    3.0,
    1.0,
    "nothing that the model books",
)

INDUSTRY = Instrument("industry", (OFFERS,))
