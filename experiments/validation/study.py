"""`experiment=validate`: the ensemble against what was observed, from settings to a finished and printed result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field

from experiments.calibration.targets import read_moments, read_series
from experiments.errors import InputError, as_input_error
from experiments.request.build import Build
from experiments.request.settings import Section, Whole, read_section
from experiments.run.executors import opened
from experiments.run.study import Computed, Study
from experiments.validation import coverage, fit_table, patterns, simulate, skill
from experiments.validation.error_model import read_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from rich.console import Console

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result
    from experiments.validation.runs import Runs

FILES = ("fit.csv", "series.csv", "skill.csv", "forecasts.csv", "patterns.csv", "coverage.csv")
EARLY_UNTIL = skill.OUT_OF_SAMPLE.asked[-1]


class ValidationSettings(Section):
    """How large the validation is; see configs/settings/experiment/validate.yaml."""

    seeds: Whole = Field(ge=1)
    until: Whole = Field(ge=EARLY_UNTIL)
    early: Path | None = None


@dataclass(frozen=True)
class Validation(Study):
    """What to build, with how many seeds, and the ensemble of the early fit if there is one."""

    kind: ClassVar[str] = "validate"
    validate: ValidationSettings
    build: Build
    early: Build | None

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The request of a resolved configuration; an InputError says what is wrong with it."""
        validate, settings = read_section(config, "validate", ValidationSettings)
        build = Build.of(settings)
        world, _ = build.inputs()
        if validate.until > world.last_year:
            raise InputError(f"validate.until: the world has data to {world.last_year}, not to {validate.until}.")
        early = None if validate.early is None else replace(build, ensemble=str(validate.early))
        for known in filter(None, (build, early)):
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
            name: ensemble.fingerprint if build and (ensemble := build.drawn_from()) else None
            for name, build in (("ensemble", self.build), ("early", self.early))
        }
        files = [self.build.targets(name) for name in ("moments", "series", "errors", "structural")]
        return {
            "validate": {"seeds": self.validate.seeds, "until": self.validate.until},
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "data": world.fingerprint,
            "targets": hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest(),
            "values": parameters.as_dict(),
            **ensembles,
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Both ensembles beside everything observed, and beside simpler models."""
        main, early = _simulated(self, checkpoint)
        scale, of = self.settings.scale, self.build.targets
        try:
            moments, observed = read_moments(of("moments")), read_series(of("series"))
            fit = fit_table.moments_table(main, moments, scale)
            series = fit_table.series_table(main, observed, scale, read_errors(moments, of("errors")))
            shapes = patterns.table(main, scale, patterns.read_expected(of("structural")))
            world = self.build.inputs()[0]
            tally = skill.observed_flows(observed, world)
        except ValueError as error:  # a damaged file of targets
            raise as_input_error(error) from None
        ensembles = {skill.IN_SAMPLE.name: main, skill.OUT_OF_SAMPLE.name: early}
        compared = skill.compare(tally, ensembles, scale)
        found, held = fit_table.verdict(fit, series), coverage.table(series)
        failed = main.failed | (early.failed if early else {})
        tables = {
            **dict(zip(FILES, (fit, series, compared.skill, compared.forecasts, shapes, held), strict=True)),
            "runs.parquet": main.table,
            **({"early.parquet": early.table} if early else {}),
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
            text = page.summary(fit, found, compared.skill, shapes, self.caption, str(whole["command"]), failed)
            (folder / "summary.md").write_text(text, encoding="utf-8")

        return Computed(tables, manifest, illustrate)

    def show(self, result: Result, out: Console) -> None:
        """Print what the files of a finished validation say."""
        from experiments.validation import console

        fit, series, compared, _, shapes, _ = (_read(result, name) for name in FILES)
        out.print(f"Validation: {self.caption}")
        out.print(console.fit(fit))
        out.print(console.patterns(shapes))
        out.print(console.skill(compared))
        if self.early is None:
            out.print(f"Out of sample: skipped, {skill.SKIPPED}.")
        for line in console.verdict(fit_table.verdict(fit, series)):
            out.print(line, markup=False)


def _simulated(asked: Validation, pieces: Checkpoint) -> tuple[Runs, Runs | None]:
    """Both ensembles, on the executor that the settings name."""
    seed, seeds = asked.settings.seed, asked.validate.seeds
    todo = {"main": simulate.tasks("main", asked.build, seed, seeds, asked.validate.until)}
    if asked.early is not None:
        todo["early"] = simulate.tasks("early", asked.early, seed, seeds, EARLY_UNTIL)
    many = sum(map(len, todo.values()))
    with opened(asked.settings.executor, asked.settings.workers, many) as executor:
        done = {label: simulate.run(tasks, pieces, executor) for label, tasks in todo.items()}
    return done["main"], done.get("early")


def _read(result: Result, name: str) -> pd.DataFrame:
    covered = {"covered": "boolean", "observation_covered": "boolean"} if name == "series.csv" else {}
    return result.table(name, dtype={"years": str, **covered})
