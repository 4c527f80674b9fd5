"""What exchanges of students bring some years later: early study abroad, and candidates who were here before.

They follow from the records and the levers in force alone, so nobody has to remember them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.instruments.programmes import PLACES
from sim.rules.teams import candidates_of_exchange, share_abroad_early
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from sim.instruments.levers import Levers
    from sim.world.programmes import ProgrammeRecord


def early_share(share: float, records: Iterable[ProgrammeRecord], levers: Levers, year: int) -> float:
    """Share of this year's entrants who studied abroad before. share: without exchanges of programmes."""
    for record in records:
        if record.kind is ProgrammeKind.EARLY_EXCHANGE:
            sent = levers.of(record, PLACES, year - record.lag)
            share = float(share_abroad_early(share, sent, record.cohort))
    return share


def come_back(
    kind: ProgrammeKind, records: Iterable[ProgrammeRecord], regions: tuple[str, ...], year: int
) -> NDArray[np.float64] | None:
    """Candidates of each region abroad this year who were here on an exchange of a kind, (regions - 1,), real persons:
    for a doctorate after one below it, for a post after one of doctoral students; None where there is none.
    """
    found = None
    for record in records:
        if record.kind is kind and record.received and record.places_in(year - record.lag) > 0:
            leads = record.leads_to(regions[1:])
            each = float(candidates_of_exchange(record.received, record.come_back, int(leads.sum())))
            found = leads * each + (0.0 if found is None else found)
    return found
