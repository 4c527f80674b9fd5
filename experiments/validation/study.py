"""`experiment=validate`: the ensemble against what was observed, from settings to a finished and printed result."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import Field

from experiments.calibration.targets import TARGETS, read_moments, read_series
from experiments.errors import InputError, as_input_error
from experiments.request.settings import Section, Settings, Whole, read_section
from experiments.run.checkpoint import Pieces
from experiments.run.executors import opened
from experiments.run.store import Store, fingerprint, provenance
from experiments.run.whatif import Build
from experiments.validation import coverage, fit_table, patterns, simulate, skill
from experiments.validation.error_model import read_errors

if TYPE_CHECKING:
    from experiments.validation.runs import Runs

FILES = ("fit.csv", "series.csv", "skill.csv", "forecasts.csv", "patterns.csv", "coverage.csv")
EARLY_UNTIL = skill.OUT_OF_SAMPLE.asked[-1]


class ValidationSettings(Section):
    """How large the validation is; see configs/settings/experiment/validate.yaml."""

    seeds: Whole = Field(ge=1)
    until: Whole = Field(ge=EARLY_UNTIL)
    early: Path | None = None


@dataclass(frozen=True)
class Asked:
    """A checked request: what to build, with how many seeds, and the ensemble of the early fit if there is one."""

    settings: Settings
    validate: ValidationSettings
    build: Build
    early: Build | None

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> "Asked":
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
            f"{self.settings.world.name}, 2006 to {self.validate.until}, scale 1:{1 / self.settings.scale:g}, "
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
        files = [TARGETS / f"{name}.csv" for name in ("moments", "series", "errors", "structural")]
        return {
            "validate": {"seeds": self.validate.seeds, "until": self.validate.until},
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "data": world.fingerprint,
            "targets": hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest(),
            "values": parameters.as_dict(),
            **ensembles,
        }


def run(config: Mapping[str, Any], command: str) -> Path:
    """Validate (or read back) as the resolved configuration asks, and print it; the folder of the result."""
    asked = Asked.read(config)
    store = Store(asked.settings.output)
    mark = fingerprint({"experiment": "validate", **asked.identity()})
    name = f"{asked.settings.name}-{mark[:12]}"
    folder = store.root / name
    found = _whole(folder)
    if not found:
        _validated(asked, store, {"run": name, "fingerprint": mark, "command": command})
    _show(asked, folder, found=found)
    return folder


def _whole(folder: Path) -> bool:
    try:
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all((folder / name).is_file() for name in FILES)


def _validated(asked: Asked, store: Store, marks: Mapping[str, Any]) -> None:
    start = time.perf_counter()
    pieces = Pieces(store.root / f".{marks['run']}.pieces")
    main, early = _simulated(asked, pieces)
    try:
        moments, observed = read_moments(), read_series()
        fit = fit_table.moments_table(main, moments, asked.settings.scale)
        series = fit_table.series_table(main, observed, asked.settings.scale, read_errors(moments))
        shapes = patterns.table(main, asked.settings.scale)
        tally = skill.observed_flows(observed, asked.build.inputs()[0])
    except ValueError as error:  # a damaged file of targets
        raise as_input_error(error) from None
    ensembles = {skill.IN_SAMPLE.name: main, skill.OUT_OF_SAMPLE.name: early}
    compared = skill.compare(tally, ensembles, asked.settings.scale)
    found, held = fit_table.verdict(fit, series), coverage.table(series)
    failed = main.failed | (early.failed if early else {})
    tables = {
        **dict(zip(FILES, (fit, series, compared.skill, compared.forecasts, shapes, held), strict=True)),
        "runs.parquet": main.table,
        **({"early.parquet": early.table} if early else {}),
    }
    manifest = {
        **marks,
        "config": asked.settings.model_dump(mode="json") | {"validate": asked.validate.model_dump(mode="json")},
        **asked.identity(),
        "verdict": {
            "inside": found.inside,
            "core_outside": found.core_out,
            "coverage": {kind: one._asdict() for kind, one in found.coverage.items()},
            "missing": found.missing,
        },
        "failed": failed,
        **provenance(),
        "wall_seconds": round(time.perf_counter() - start, 1),
    }

    def illustrate(folder: Path) -> None:
        from experiments.validation import figures, page

        figures.draw_all(fit, series, compared.skill, asked.caption, folder / "figures")
        text = page.summary(fit, found, compared.skill, shapes, asked.caption, str(marks["command"]), failed)
        (folder / "summary.md").write_text(text, encoding="utf-8")

    store.write(str(marks["run"]), tables, manifest, illustrate)
    pieces.discard()


def _simulated(asked: Asked, pieces: Pieces) -> "tuple[Runs, Runs | None]":
    """Both ensembles, on the executor that the settings name."""
    seed, seeds = asked.settings.seed, asked.validate.seeds
    todo = {"main": simulate.tasks("main", asked.build, seed, seeds, asked.validate.until)}
    if asked.early is not None:
        todo["early"] = simulate.tasks("early", asked.early, seed, seeds, EARLY_UNTIL)
    many = sum(map(len, todo.values()))
    with opened(asked.settings.executor, asked.settings.workers, many) as executor:
        done = {label: simulate.run(tasks, pieces, executor) for label, tasks in todo.items()}
    return done["main"], done.get("early")


def _show(asked: Asked, folder: Path, *, found: bool) -> None:
    """Print what the files of a finished validation say."""
    from experiments.report import tables
    from experiments.validation import console

    fit, series, compared, _, shapes, _ = (_read(folder / name) for name in FILES)
    out = tables.console()
    out.print(f"Validation: {asked.caption}")
    out.print(console.fit(fit))
    out.print(console.patterns(shapes))
    out.print(console.skill(compared))
    if asked.early is None:
        out.print(f"Out of sample: skipped, {skill.SKIPPED}.")
    for line in console.verdict(fit_table.verdict(fit, series)):
        out.print(line, markup=False)
    out.print(f"{'Read back from' if found else 'Written to'} {folder}")


def _read(path: Path) -> pd.DataFrame:
    covered = {"covered": "boolean", "observation_covered": "boolean"} if path.name == "series.csv" else {}
    text = {"years": str, **covered}
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
