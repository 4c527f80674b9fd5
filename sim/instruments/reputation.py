"""Reputation of home abroad: outreach, by region of origin."""

from __future__ import annotations

from sim.instruments.lever import REGION, ArrayLever, Instrument

VISIBILITY = ArrayLever(
    "reputation.visibility",
    "what outreach adds to the reputation of home in a region, once it is known there",
    "情報発信により国・地域での我が国の評判に加わる分",
    "log income",
    -0.5,
    0.5,
    0.0,
    "the price that a policy states, of a year for one",
    keys=(REGION,),
)

REPUTATION = Instrument("reputation", (VISIBILITY,))
