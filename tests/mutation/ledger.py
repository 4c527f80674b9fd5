"""Everything that books money: the ledger, what instruments cost, and what is counted for a price."""

from __future__ import annotations

from types import FunctionType

from sim import instruments
from sim.instruments import counted
from sim.measures.outcomes import cost
from sim.process import ledger
from tests.mutation.placing import _called

_PACKAGES = ("sim.instruments.", "sim.process.ledger")


def functions() -> list[tuple[str, str]]:
    """Module and name of each: from the ledger, the costs and the counts on to what these call in `sim.instruments`."""
    waiting: list[object] = [ledger.book, cost]
    for instrument in instruments.INSTRUMENTS:
        waiting += [instrument.cost, *(one.number for one in instrument.counts.values())]
    waiting += [one.number for one in counted.COUNTED.values()]
    found: dict[FunctionType, None] = {}
    while waiting:
        function = waiting.pop()
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        if isinstance(function, FunctionType) and function not in found:
            found[function] = None
            waiting += [one for one in _called(function) if one.__module__.startswith(_PACKAGES)]
    return sorted({(one.__module__, one.__code__.co_qualname) for one in found})
