"""`experiment=validate`: the ensemble against what was observed, from settings to a finished and printed result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from pydantic import Field, field_validator

from experiments.calibration.targets import read_moments, read_observed, read_series
from experiments.errors import InputError
from experiments.request.build import Build, as_input_errors
from experiments.request.settings import Section, Whole, read_section
from experiments.run.executors import opened
from experiments.run.study import Computed, Study
from experiments.validation import coverage, error_model, fit_table, forecasts, patterns, simulate, skill
from experiments.validation.error_model import read_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from rich.console import Console

    from experiments.calibration.targets import Moment
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result
    from experiments.validation.error_model import Errors
    from experiments.validation.runs import Runs

FILES = ("fit.csv", "series.csv", "skill.csv", "forecasts.csv", "tests.csv", "patterns.csv", "coverage.csv")
EARLY_UNTIL = max(sample.asked[-1] for sample in forecasts.OUT_OF_SAMPLE.values())
LATEST = max(forecasts.ORIGINS)


class ValidationSettings(Section):
    """How large the validation is; see configs/settings/experiment/validate.yaml."""

    seeds: Whole = Field(ge=1)
    until: Whole = Field(ge=EARLY_UNTIL)
    early: dict[int, Path | None] = Field(default_factory=dict)

    @field_validator("early", mode="before")
    @classmethod
    def _a_path_alone_is_of_the_latest_origin(cls, value: object) -> object:
        return {LATEST: value} if isinstance(value, str | Path) else value or {}

    @field_validator("early")
    @classmethod
    def _origins_that_are_tested(cls, value: dict[int, Path | None]) -> dict[int, Path | None]:
        for origin in value:
            if origin not in forecasts.ORIGINS:
                raise ValueError(f"no forecast begins after {origin}; take {' or '.join(map(str, forecasts.ORIGINS))}")
        return {origin: path for origin, path in value.items() if path is not None}


class Observations(NamedTuple):
    """What was observed: moments, the rows of series, errors by statistic and group, patterns, and yearly flows."""

    moments: tuple[Moment, ...]
    series: pd.DataFrame
    errors: Errors
    expected: tuple[patterns.Expected, ...]
    flows: pd.DataFrame


@dataclass(frozen=True)
class Validation(Study):
    """What to build, with how many seeds, and the ensembles of fits that stopped earlier, by their last year."""

    kind: ClassVar[str] = "validate"
    validate: ValidationSettings
    build: Build
    early: Mapping[int, Build]

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The request of a resolved configuration; an InputError says what is wrong with it."""
        validate, settings = read_section(config, "validate", ValidationSettings)
        build = Build.of(settings)
        world, _ = build.inputs()
        if validate.until > world.last_year:
            raise InputError(f"validate.until: the world has data to {world.last_year}, not to {validate.until}.")
        early = {origin: replace(build, ensemble=str(path)) for origin, path in sorted(validate.early.items())}
        for known in (build, *early.values()):
            for member in simulate.weights_of(known):
                known.inputs(member)  # what is wrong with a parameter set is said before anything runs
        return cls(settings, validate, build, early)

    @property
    def caption(self) -> str:
        """What a picture or a table was made from."""
        sets, seeds = len(simulate.weights_of(self.build)), self.validate.seeds
        return (
            f"{self.build.title}, 2006 to {self.validate.until}, scale 1:{1 / self.settings.scale:g}, "
            f"{sets} parameter {'set' if sets == 1 else 'sets'} x {seeds} {'seed' if seeds == 1 else 'seeds'}, "
            f"seed {self.settings.seed}"
        )

    def identity(self) -> dict[str, Any]:
        """Everything the numbers depend on, code aside."""
        world, parameters = self.build.inputs()
        ensembles = {
            name: ensemble.fingerprint if (ensemble := build.drawn_from()) else None
            for name, build in {"ensemble": self.build, **{f"early {y}": b for y, b in self.early.items()}}.items()
        }
        optional = [name for name in ("history",) if world.country.has_targets(name)]
        files = [self.build.targets(name) for name in ("moments", "series", "errors", "structural", *optional)]
        return {
            "validate": {"seeds": self.validate.seeds, "until": self.validate.until},
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "data": world.fingerprint,
            "targets": hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest(),
            "values": parameters.as_dict(),
            **ensembles,
        }

    @cached_property
    def observed(self) -> Observations:
        """Everything observed, read and checked; an InputError says what is wrong with a file."""
        world, of = self.build.inputs()[0], self.build.targets
        with as_input_errors():
            moments, series = read_moments(of("moments")), read_series(of("series"))
            errors = read_errors(moments, of("errors"))
            error_model.check(errors, series)
            tally = forecasts.observed_flows(read_observed(world.country), world)
            return Observations(moments, series, errors, patterns.read_expected(of("structural")), tally)

    def check(self) -> None:
        """Raise InputError for what is wrong with the files of what was observed."""
        _ = self.observed

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Both ensembles beside everything observed, and beside simpler models."""
        moments, observed, errors, expected, tally = self.observed
        main, early = _simulated(self, checkpoint)
        scale, (world, _) = self.settings.scale, self.build.inputs()
        fit = fit_table.moments_table(main, moments, scale)
        series = fit_table.series_table(main, observed, scale, errors)
        shapes = patterns.table(main, scale, expected)
        ensembles: dict[str, Runs | None] = {forecasts.IN_SAMPLE.name: main}
        ensembles |= {sample.name: early.get(origin) for origin, sample in forecasts.OUT_OF_SAMPLE.items()}
        compared = skill.compare(tally, ensembles, scale, errors)
        found, held = fit_table.verdict(fit, series), coverage.table(series)
        failed = {name: why for runs in (main, *early.values()) for name, why in runs.failed.items()}
        found_tables = (fit, series, compared.skill, compared.forecasts, compared.tests, shapes, held)
        tables = {
            **dict(zip(FILES, found_tables, strict=True)),
            "runs.parquet": main.table,
            **{f"early-{origin}.parquet": runs.table for origin, runs in early.items()},
        }
        manifest = {
            "config": self.settings.model_dump(mode="json") | {"validate": self.validate.model_dump(mode="json")},
            **self.identity(),
            "verdict": {
                "inside": found.inside,
                "core_outside": found.core_out,
                "coverage": {kind: one._asdict() for kind, one in found.coverage.items()},
                "missing": found.missing,
            },
            "failed": failed,
        }

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            from experiments.validation import figures, page

            figures.draw_all(fit, series, compared.skill, world, self.caption, folder / "figures")
            text = page.summary(fit, found, compared, shapes, self.caption, str(whole["command"]), failed)
            (folder / "summary.md").write_text(text, encoding="utf-8")

        return Computed(tables, manifest, illustrate)

    def show(self, result: Result, out: Console) -> None:
        """Print what the files of a finished validation say."""
        from experiments.validation import console

        fit, series, compared, _, tests, shapes, _ = (_read(result, name) for name in FILES)
        out.print(f"Validation: {self.caption}")
        out.print(console.fit(fit))
        out.print(console.patterns(shapes))
        out.print(console.skill(compared))
        out.print(console.tests(tests))
        for sample in (one for origin, one in forecasts.OUT_OF_SAMPLE.items() if origin not in self.early):
            out.print(f"{sample.name.capitalize()}: skipped, {sample.skipped}.")
        for line in console.verdict(fit_table.verdict(fit, series)):
            out.print(line, markup=False)


def _simulated(asked: Validation, pieces: Checkpoint) -> tuple[Runs, dict[int, Runs]]:
    """The ensemble and the early ones, on the executor that the settings name."""
    seed, seeds = asked.settings.seed, asked.validate.seeds
    todo = {"main": simulate.tasks("main", asked.build, seed, seeds, asked.validate.until)}
    for origin, build in asked.early.items():  # the label begins with the year: other draws for each
        until = forecasts.OUT_OF_SAMPLE[origin].asked[-1]
        todo[str(origin)] = simulate.tasks(f"{origin}-early", build, seed, seeds, until)
    many = sum(map(len, todo.values()))
    with opened(asked.settings.executor, asked.settings.workers, many) as executor:
        done = {label: simulate.run(tasks, pieces, executor) for label, tasks in todo.items()}
    return done["main"], {origin: done[str(origin)] for origin in asked.early}


def _read(result: Result, name: str) -> pd.DataFrame:
    covered = {"covered": "boolean", "observation_covered": "boolean"} if name == "series.csv" else {}
    return result.table(name, dtype={"years": str, **covered})
