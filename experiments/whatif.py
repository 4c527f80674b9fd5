"""The what-if: the arms against the baseline, from settings to a finished result."""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from experiments import policies
from experiments.effects import effects, variance_ratios
from experiments.ensemble import Plan
from experiments.ensemble import run as run_ensemble
from experiments.errors import InputError, as_input_error
from experiments.store import Result, Store, fingerprint, provenance

if TYPE_CHECKING:
    from experiments.policies import Arm
    from experiments.settings import Settings
    from sim import BrainCirculation, Parameters, World


@dataclass(frozen=True)
class Build:
    """How a replicate's model is made from its seed; small enough to send to another process."""

    data: Path | None
    overrides: tuple[tuple[str, float], ...]
    scale: float

    def __call__(self, seed: int) -> "BrainCirculation":
        """A model in the first year of the world."""
        from sim import BrainCirculation

        world, parameters = inputs(self.data, self.overrides)
        return BrainCirculation(world, parameters, seed=seed, scale=self.scale)


@cache
def inputs(data: Path | None, overrides: tuple[tuple[str, float], ...]) -> "tuple[World, Parameters]":
    """World and parameters, read once a process; an InputError where a file or a value is wrong."""
    from sim import Parameters, World

    try:
        return (World.load(data) if data else World.load()), Parameters.load().replace(**dict(overrides))
    except ValueError as error:
        raise as_input_error(error) from None


def compose(settings: "Settings") -> "list[Arm]":
    """The arms these settings ask for."""
    return [policies.arm(names) for names in settings.chosen]


def check(settings: "Settings", arms: "list[Arm]", world: "World", parameters: "Parameters") -> None:
    """Raise an InputError for years the world has no data for, and for policies that cannot hold in this run."""
    from sim.policy import levers_in

    if not world.first_year <= settings.fork < settings.until <= world.last_year:
        asked, known = f"{settings.fork} to {settings.until}", f"{world.first_year} to {world.last_year}"
        raise InputError(f"fork and until: {settings.world.name} has data for {known}, not for {asked}.")
    for arm in arms:
        for policy in arm.policies:
            if policy.start <= settings.fork:
                raise InputError(f"Policy {policy.name} starts in {policy.start}, which is history: fork earlier.")
        try:
            for year in range(settings.fork + 1, settings.until + 1):
                levers_in(world, parameters, arm.policies, year)
        except ValueError as error:
            raise as_input_error(error) from None


def run(settings: "Settings", arms: "list[Arm]", store: Store) -> tuple[Result, bool]:
    """The result, and whether it was already there: a finished fingerprint is read back, not computed again."""
    from sim import DataError

    build = Build(settings.world.data, tuple(sorted(settings.parameters.overrides.items())), settings.scale)
    world, parameters = inputs(build.data, build.overrides)
    check(settings, arms, world, parameters)
    identity = settings.identity() | {
        "arms": {arm.name: [policy.model_dump(mode="json") for policy in arm.policies] for arm in arms},
        "data": world.fingerprint,
        "values": parameters.as_dict(),
    }
    mark = fingerprint(identity)
    name = f"{settings.name}-{mark[:12]}"
    if found := store.read(name):
        return found, True

    start = time.perf_counter()
    plan = Plan(build, {arm.name: arm.policies for arm in arms}, settings.fork, settings.until, settings.reached)
    try:
        outcomes = run_ensemble(plan, seed=settings.seed, replicates=settings.replicates, workers=settings.workers)
    except DataError as error:  # a data file lacks a number that only the run asks for
        raise as_input_error(error) from None
    by_year = effects(outcomes, settings.fork)
    at_horizons = by_year[by_year["horizon"].isin(settings.reached)].reset_index(drop=True)
    manifest = {
        "run": name,
        "fingerprint": mark,
        "config": settings.model_dump(mode="json"),
        "arms": identity["arms"],
        "data": identity["data"],
        **provenance(),
        "wall_seconds": round(time.perf_counter() - start, 1),
        "variance_ratio": variance_ratios(at_horizons),
    }

    def draw(folder: Path) -> None:
        from experiments import figures, tables

        titles = {arm.name: arm.title for arm in arms}
        figures.draw_all(by_year, titles, world.abroad, tables.caption(settings), folder)

    return store.save(name, outcomes, at_horizons, manifest, draw), False
