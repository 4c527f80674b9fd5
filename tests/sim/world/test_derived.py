"""What follows from parameters is worked out once, and goes when they go."""

import copy
import gc
import weakref
from collections.abc import Callable

from sim.world.derived import derived
from sim.world.parameters import Parameters
from sim.world.world import World


def test_each_is_worked_out_once_for_a_world_and_parameters(world: World) -> None:
    asked: list[Parameters] = []

    @derived
    def counted(_: World, parameters: Parameters) -> int:
        asked.append(parameters)
        return len(asked)

    one, other = Parameters.load(), Parameters.load().replace(beta=1.5)
    assert [counted(world, one), counted(world, one), counted(world, other), counted(world, one)] == [1, 1, 2, 1]
    assert asked == [one, other]


def test_what_refers_to_its_parameters_goes_with_them(world: World) -> None:
    @derived
    def closed_over(_: World, parameters: Parameters) -> Callable[[], float]:
        return lambda: parameters.beta

    moved = Parameters.load().replace(beta=1.5)
    assert closed_over(world, moved)() == 1.5
    seen = weakref.ref(moved)
    del moved
    gc.collect()
    assert seen() is None, "nothing else holds them: a sweep moves parameters to hundreds of values"


def test_what_was_worked_out_does_not_travel(world: World) -> None:
    @derived
    def found(_: World, parameters: Parameters) -> float:
        return parameters.beta

    moved = Parameters.load().replace(beta=1.5)
    found(world, moved)
    assert copy.copy(moved).derived == {}, "as it would be sent to a worker"
