"""Reputation: what home is reputed to be in each region of origin drifts to what it deserves.

It is 0 everywhere until a policy moves openness, treatment or visibility, and then adds to what coming is worth to
foreigners from there. The rules are `sim.rules.reputation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.instruments.gate import IN
from sim.instruments.reputation import VISIBILITY
from sim.market.gate import gate_of
from sim.process.benefits import net_incomes, terms
from sim.rules.benefits import RECRUITS, benefit_a_year
from sim.rules.reputation import reputation_after_a_year, reputation_deserved
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.year import Year

F32 = np.float32


def drifted(reputation: NDArray[np.float64] | None, year: Year) -> NDArray[np.float64] | None:
    """Reputation by region of origin after the year, (regions,) in log income, 0 of home; None while it is as usual."""
    gate, moved = gate_of(year), year.levers.moves(VISIBILITY)
    shown = _treatment(year)
    if reputation is None and gate is None and not moved and not shown:
        return None
    p, regions = year.parameters, len(year.world.regions)
    closed = np.zeros(regions) if gate is None else 1 - (gate.passes[IN] * gate.considers[IN]).mean(axis=0)
    visible = year.array(VISIBILITY)
    after = np.zeros(regions)
    for region in range(HOME + 1, regions):
        before = 0.0 if reputation is None else float(reputation[region])
        deserved = reputation_deserved(
            float(visible[region]), float(closed[region]), p.reputation_openness, p.reputation_treatment, shown
        )
        after[region] = reputation_after_a_year(before, deserved, p.reputation_pace)
    return after


def _treatment(year: Year) -> float:
    """Yearly worth, in log income, of the benefit that a recruit from abroad is offered as a postdoc."""
    if (table := terms(year)) is None:
        return 0.0
    share, money, research, _ = table[RECRUITS]
    income = net_incomes(year)[LEADING, Stage.POSTDOC]
    return float(benefit_a_year(share, money, research, F32(year.parameters.research_money_worth), F32(income)))
