"""How the model of a replicate is made: world, parameter set, scale and seed."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import RunError, as_input_error
from experiments.request.settings import SHIPPED_ENSEMBLE
from sim.world.country import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from experiments.request.settings import Settings
    from sim import BrainCirculation, Ensemble, Parameters, World

POINT = -1
"""Stands where a member's number would: no member of an ensemble, parameters have the values of the parameter file."""


@dataclass(frozen=True)
class Build:
    """How a replicate's model is made from its seed and its parameter set; small enough to send to another process.

    data: fingerprint of the files from which it is to be made; None is whatever they hold.
    """

    country: str | None
    overrides: tuple[tuple[str, float], ...]
    scale: float
    ensemble: str | None = None
    data: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Build:
        """What these settings say about the model itself."""
        asked = settings.parameters
        return cls(settings.country, tuple(sorted(asked.overrides.items())), settings.scale, asked.ensemble)

    def of_now(self) -> Build:
        """The same, to be made from the files as this process has read them, wherever it is made."""
        return replace(self, data=self._read)

    def __call__(self, seed: int, member: int = POINT) -> BrainCirculation:
        """A model in the first year of the world. Raises RunError where its files are no longer what they were."""
        from sim import BrainCirculation

        if self.data is not None and self.data != self._read:
            where = self.inputs()[0].country.root
            raise RunError(f"The files of {where} were changed while this was computed: give the command again.")
        return BrainCirculation(*self.inputs(member), seed=seed, scale=self.scale)

    @property
    def _read(self) -> str:
        """Fingerprint of what this process has read."""
        ensemble = self.drawn_from()
        return f"{self.inputs()[0].fingerprint}:{ensemble.fingerprint if ensemble else ''}"

    def inputs(self, member: int = POINT) -> tuple[World, Parameters]:
        """World and parameters, read once a process and again if a file changes; an InputError where one is wrong."""
        return _world(*self._folder), _parameters(self._folder, self.overrides, self._drawn, member)

    @property
    def _folder(self) -> tuple[str | None, int]:
        """The country, and if it is a folder of one's own the age of that."""
        return self.country, _age(self.country) if self.country and is_path(self.country) else 0

    @property
    def _drawn(self) -> tuple[str, int] | None:
        """The file of the ensemble and its age."""
        return None if self.ensemble is None else (self.ensemble, _age(self.ensemble))

    @property
    def title(self) -> str:
        """What the country is called."""
        return self.inputs()[0].country.about.title

    def targets(self, name: str) -> Traversable:
        """What was observed in the country: `series`, `moments` and so on; an InputError where it has no such file."""
        with as_input_errors():
            return self.inputs()[0].country.targets(name)

    def drawn_from(self) -> Ensemble | None:
        """The ensemble, read once a process; an InputError where its file is wrong."""
        drawn = self._drawn
        return None if drawn is None else _ensemble(self._folder, drawn)


def _age(where: str | None) -> int:
    """When a file, or any file of a folder, was last written, ns; 0 of what comes with the model, or is not there."""
    if where in (None, SHIPPED_ENSEMBLE) or not (place := Path(str(where))).exists():
        return 0
    files = place.rglob("*") if place.is_dir() else [place]
    return max((file.stat().st_mtime_ns for file in files if file.is_file()), default=0)


@cache
def _world(country: str | None, _age: int) -> World:
    from sim import World

    with as_input_errors():
        return World.load(country)


@cache
def _ensemble(country: tuple[str | None, int], drawn: tuple[str, int]) -> Ensemble:
    from sim import Ensemble

    with as_input_errors():
        return Ensemble.load(None if drawn[0] == SHIPPED_ENSEMBLE else Path(drawn[0]), country=country[0])


@cache
def _parameters(
    country: tuple[str | None, int],
    overrides: tuple[tuple[str, float], ...],
    drawn: tuple[str, int] | None,
    member: int,
) -> Parameters:
    """As `Build.inputs`. country, drawn: folder and file, with their age."""
    from sim import Parameters

    with as_input_errors():
        if member == POINT or drawn is None:
            return Parameters.load(country[0]).replace(**dict(overrides))
        return _ensemble(country, drawn).parameters(member).replace(**dict(overrides))


@contextmanager
def as_input_errors() -> Iterator[None]:
    """What the model says about a value or a file, raised as the sentence of a wrong request."""
    try:
        yield
    except ValueError as error:
        raise as_input_error(error) from None


def members(settings: Settings) -> tuple[int, ...]:
    """The parameter set of every replicate: those of one draw follow each other (see `Settings.seeds`).

    It depends on the ensemble, the number of draws and the seed alone.
    """
    ensemble = Build.of(settings).drawn_from()
    if ensemble is None:
        return (POINT,) * settings.replicates
    drawn = ensemble.drawn(settings.draws, settings.seed)
    return tuple(member for member, seeds in zip(drawn, settings.seeds, strict=True) for _ in range(seeds))


def weights(settings: Settings) -> dict[int, float]:
    """How often each parameter set was drawn: its weight beside the others, however many replicates it has."""
    ensemble = Build.of(settings).drawn_from()
    drawn = (POINT,) if ensemble is None else ensemble.drawn(settings.draws, settings.seed)
    return {member: float(times) for member, times in Counter(drawn).items()}


def parameter_sets(settings: Settings) -> list[Parameters]:
    """The parameters of every set that the run draws, each once."""
    build = Build.of(settings)
    return [build.inputs(member)[1] for member in dict.fromkeys(members(settings))]


def drawn_members(settings: Settings) -> dict[str, Any] | None:
    """The ensemble by name and content, and the member of every replicate; None for a single parameter set."""
    ensemble = Build.of(settings).drawn_from()
    if ensemble is None:
        return None
    return {
        "name": settings.parameters.ensemble,
        "sha256": ensemble.fingerprint,
        "size": len(ensemble),
        "drawn": settings.draws,
        "members": list(members(settings)),
    }
