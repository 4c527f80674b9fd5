"""What follows from the world and the parameters alone is worked out once, not every year."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.world.parameters import Parameters
    from sim.world.world import World


def derived[T](function: Callable[[World, Parameters], T]) -> Callable[[World, Parameters], T]:
    """Keep what a function gives, one result for each parameters and the latest world that they were used with.

    The result is shared: nobody may write to it. It is dropped together with the parameters.
    """
    known: WeakKeyDictionary[Parameters, tuple[World, T]] = WeakKeyDictionary()

    @wraps(function)
    def found(world: World, parameters: Parameters) -> T:
        if (kept := known.get(parameters)) is None or kept[0] is not world:
            known[parameters] = kept = (world, function(world, parameters))
        return kept[1]

    return found
