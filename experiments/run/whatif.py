"""The what-if: the arms against what they are compared with, from settings to a finished result."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.analysis.effects import effects, variance_ratios
from experiments.errors import InputError, as_input_error
from experiments.request.comparison import check_levers, refuse_the_same
from experiments.run.checkpoint import Pieces
from experiments.run.executors import opened
from experiments.run.replicates import POINT, Plan
from experiments.run.replicates import run as run_ensemble
from experiments.run.store import Result, Store, fingerprint, provenance

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from experiments.request.comparison import Arm, Question
    from experiments.request.settings import Settings
    from sim import BrainCirculation, Ensemble, Parameters, World


@dataclass(frozen=True)
class Build:
    """How a replicate's model is made from its seed and its parameter set; small enough to send to another process."""

    data: Path | None
    overrides: tuple[tuple[str, float], ...]
    scale: float
    ensemble: str | None = None

    @classmethod
    def of(cls, settings: "Settings") -> "Build":
        """What these settings say about the model itself."""
        asked = settings.parameters
        return cls(settings.world.data, tuple(sorted(asked.overrides.items())), settings.scale, asked.ensemble)

    def __call__(self, seed: int, member: int = POINT) -> "BrainCirculation":
        """A model in the first year of the world."""
        from sim import BrainCirculation

        return BrainCirculation(*self.inputs(member), seed=seed, scale=self.scale)

    def inputs(self, member: int = POINT) -> "tuple[World, Parameters]":
        """World and parameters, read once a process; an InputError where a file or a value is wrong."""
        return _world(self.data), _parameters(self.overrides, self.ensemble, member)

    def drawn_from(self) -> "Ensemble | None":
        """The ensemble, read once a process; an InputError where its file is wrong."""
        return None if self.ensemble is None else _ensemble(self.ensemble)


@cache
def _world(data: Path | None) -> "World":
    from sim import World

    with _as_input_errors():
        return World.load(data) if data else World.load()


@cache
def _ensemble(name: str) -> "Ensemble":
    from experiments.request.settings import SHIPPED_ENSEMBLE
    from sim import Ensemble

    with _as_input_errors():
        return Ensemble.load(None if name == SHIPPED_ENSEMBLE else Path(name))


@cache
def _parameters(overrides: tuple[tuple[str, float], ...], ensemble: str | None, member: int) -> "Parameters":
    from sim import Parameters

    known = Parameters.load() if member == POINT or ensemble is None else _ensemble(ensemble).parameters(member)
    with _as_input_errors():
        return known.replace(**dict(overrides))


@contextmanager
def _as_input_errors() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise as_input_error(error) from None


def members(settings: "Settings") -> tuple[int, ...]:
    """The parameter set of every replicate: each draw has `seeds` replicates that follow each other.

    It depends on the ensemble, the number of draws and the seed alone.
    """
    ensemble = Build.of(settings).drawn_from()
    if ensemble is None:
        return (POINT,) * settings.replicates
    drawn = ensemble.drawn(settings.draws, settings.seed)
    return tuple(member for member in drawn for _ in range(settings.seeds))


def parameter_sets(settings: "Settings") -> "list[Parameters]":
    """The parameters of every set that the run draws, each once."""
    build = Build.of(settings)
    return [build.inputs(member)[1] for member in dict.fromkeys(members(settings))]


def check(settings: "Settings", question: "Question") -> None:
    """Raise an InputError for years the world has no data for, and for policies that cannot hold in this run."""
    from sim.instruments.levers import catalogue
    from sim.instruments.policy import levers_in

    world, _ = Build.of(settings).inputs()
    if not world.first_year <= settings.fork < settings.until <= world.last_year:
        asked, known = f"{settings.fork} to {settings.until}", f"{world.first_year} to {world.last_year}"
        raise InputError(f"fork and until: {settings.world.name} has data for {known}, not for {asked}.")
    check_levers(settings.levers, catalogue(world))
    for arm in (*question.arms, question.against):
        for policy in arm.policies:
            if policy.start <= settings.fork:
                raise InputError(f"Policy {policy.name} starts in {policy.start}, which is history: fork earlier.")
        with _as_input_errors():
            for parameters in _told_apart(arm, world, parameter_sets(settings)):
                for year in range(settings.fork + 1, settings.until + 1):
                    levers_in(world, parameters, arm.policies, year)


def _told_apart(arm: "Arm", world: "World", sets: "Sequence[Parameters]") -> "Sequence[Parameters]":
    """The sets that an arm's levers can tell apart: all, or one where no lever that it moves begins at a parameter."""
    from sim.instruments.levers import baseline

    moved = {change.lever for policy in arm.policies for change in policy.changes}
    first, *others = (baseline(world, parameters, world.first_year) for parameters in sets)
    return sets if any(first.get(name) != other.get(name) for other in others for name in moved) else sets[:1]


def compute(
    settings: "Settings",
    question: "Question",
    executor: "Executor | None" = None,
    *,
    pieces: Pieces | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """The outcomes of every replicate, on an executor that is open or on the one the settings name.

    With `pieces`, it goes on from the replicates that are there; without, nothing is written.
    """
    from sim import DataError

    if executor is None:
        with opened(settings.executor, settings.workers, settings.replicates) as chosen:
            return compute(settings, question, chosen, pieces=pieces, progress=progress)
    plan = Plan(
        Build.of(settings),
        {arm.name: arm.policies for arm in question.arms},
        settings.fork,
        settings.until,
        settings.reached,
        (question.against.name, question.against.policies),
        members(settings),
    )
    try:
        return run_ensemble(
            plan,
            seed=settings.seed,
            replicates=settings.replicates,
            executor=executor,
            pieces=pieces,
            progress=progress,
        )
    except DataError as error:  # a data file lacks a number that only the run asks for
        raise as_input_error(error) from None


def read_effects(settings: "Settings", question: "Question", outcomes: "pd.DataFrame") -> "pd.DataFrame":
    """Effects of every year, of every arm against what the question compares it with."""
    return effects(outcomes, settings.fork, question.against.name)


def at_horizons(settings: "Settings", by_year: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of the years that a reader asked for."""
    return by_year[by_year["horizon"].isin(settings.reached)].reset_index(drop=True)


def run(settings: "Settings", question: "Question", store: Store, command: str) -> tuple[Result, bool]:
    """The result, and whether it was already there: a finished fingerprint is read back, not computed again.

    Finished replicates of an earlier, broken try are used.
    """
    from experiments.report import schema

    refuse_the_same(question)
    check(settings, question)
    described = describe(settings, question)
    mark = fingerprint(described)
    name = f"{settings.name}-{mark[:12]}"
    if found := store.read(name):
        return found, True

    start = time.perf_counter()
    pieces = Pieces(store.root / f".{name}.pieces")
    outcomes = compute(settings, question, pieces=pieces)
    by_year = read_effects(settings, question, outcomes)
    shown = schema.EFFECTS.validate(at_horizons(settings, by_year))
    manifest = {
        "run": name,
        "fingerprint": mark,
        "command": command,
        "seed": settings.seed,
        "scale": settings.scale,
        "config": settings.model_dump(mode="json"),
        "arms": described["arms"],
        "against": described["against"],
        "data": described["data"],
        "ensemble": described["ensemble"],
        **provenance(),
        "wall_seconds": round(time.perf_counter() - start, 1),
        "variance_ratio": variance_ratios(shown),
    }

    def illustrate(folder: Path) -> None:
        from experiments.report import figures, tables
        from experiments.report.summary import summary

        titles = {arm.name: arm.title for arm in question.arms}
        abroad = Build.of(settings).inputs()[0].abroad
        said = tables.caption(settings), folder / "figures"
        figures.draw_all(by_year, titles, abroad, *said, reference=tables.reference(question))
        (folder / "summary.md").write_text(summary(settings, question, shown, command), encoding="utf-8")

    outcomes = schema.OUTCOMES.validate(outcomes.assign(run=name)[list(schema.OUTCOMES.columns)])
    result = store.save(name, {"outcomes.parquet": outcomes, "effects.csv": shown}, manifest, illustrate)
    pieces.discard()
    return result, False


def describe(settings: "Settings", question: "Question") -> dict[str, Any]:
    """Everything the numbers of a run depend on, code aside."""
    world, parameters = Build.of(settings).inputs()
    policies = {arm.name: [p.model_dump(mode="json") for p in arm.policies] for arm in question.arms}
    return settings.identity() | {
        "arms": policies,
        "against": {question.against.name: [p.model_dump(mode="json") for p in question.against.policies]},
        "data": world.fingerprint,
        "values": parameters.as_dict(),
        "ensemble": drawn_members(settings),
    }


def drawn_members(settings: "Settings") -> dict[str, Any] | None:
    """The ensemble by name and content, and the member of every replicate; None for a single parameter set."""
    ensemble = Build.of(settings).drawn_from()
    if ensemble is None:
        return None
    return {
        "name": settings.parameters.ensemble,
        "sha256": ensemble.fingerprint,
        "size": len(ensemble),
        "seeds": settings.seeds,
        "members": list(members(settings)),
    }
