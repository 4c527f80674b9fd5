"""What follows from the world and the parameters alone is worked out once, not every year."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.world.parameters import Parameters
    from sim.world.world import World

_WORLDS = 4  # of lives that run side by side, or of years in which a world is moved


def derived[T](function: Callable[[World, Parameters], T]) -> Callable[[World, Parameters], T]:
    """Keep what a function gives, for each parameters one result for each of the latest worlds they were used with.

    The result is shared: nobody may write to it. The parameters hold it, so it goes with them, even where it refers to
    them itself.
    """

    @wraps(function)
    def found(world: World, parameters: Parameters) -> T:
        kept: list[tuple[World, T]] = parameters.derived.setdefault(function, [])
        for there, result in kept:
            if there is world:
                return result
        kept.insert(0, (world, function(world, parameters)))
        del kept[_WORLDS:]
        return kept[0][1]

    return found
