"""What follows from levers is kept while they are in force, and never longer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.year import kept_by_levers, kept_by_run, kept_for_all_years


@dataclass
class Levers:
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass
class Year:
    number: int
    levers: Levers
    parameters: object = None
    world: object = None
    seed: int = 1
    scale: float = 1.0


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


def test_what_is_the_same_in_all_years_is_kept_for_all_of_them() -> None:
    asked: list[int] = []
    once, now = kept_for_all_years(lambda year: asked.append(year.number)), Levers()
    years: list[Any] = [Year(2026, now), Year(2027, now), Year(2027, now, world="another"), Year(2027, Levers())]
    for year in years:
        once(year)
    assert asked == [2026, 2027, 2027]


def test_what_follows_from_seed_and_scale_is_kept_for_each_of_them() -> None:
    asked: list[tuple[int, float]] = []
    each, now = kept_by_run(lambda year: asked.append((year.seed, year.scale))), Levers()
    years: list[Any] = [Year(2026, now), Year(2026, now), Year(2026, now, seed=2), Year(2026, now, scale=0.5)]
    for year in years:
        each(year)
    assert asked == [(1, 1.0), (2, 1.0), (1, 0.5)]
