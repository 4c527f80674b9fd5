"""What follows from levers is kept while they are in force, and never longer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.year import kept_by_levers


@dataclass
class Levers:
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass
class Year:
    number: int
    levers: Levers
    parameters: object = None
    world: object = None


def test_a_result_is_kept_for_a_year_its_parameters_and_its_levers() -> None:
    asked: list[int] = []

    @kept_by_levers
    def doubled(year: Any) -> int:  # noqa: ANN401  a stand-in
        asked.append(year.number)
        return 2 * year.number

    now, others = Levers(), Levers()
    assert doubled(Year(2026, now)) == doubled(Year(2026, now)) == 4052
    assert asked == [2026]
    assert doubled(Year(2027, now)) == 4054
    doubled(Year(2026, others))
    doubled(Year(2026, now, parameters="moved"))
    doubled(Year(2026, now, world="another"))
    assert asked == [2026, 2027, 2026, 2026, 2026]


def test_two_functions_do_not_share_a_result() -> None:
    before, after = kept_by_levers(lambda year: year.number - 1), kept_by_levers(lambda year: year.number + 1)
    year: Any = Year(2026, Levers())
    assert (before(year), after(year)) == (2025, 2027)
