"""The console script `brain-circulation`: configuration in, one table out."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import hydra
from hydra.core.plugins import Plugins
from omegaconf import DictConfig, OmegaConf

from experiments.cli import overrides
from experiments.cli.messages import one_sentence
from experiments.errors import RunError
from experiments.request.composition import SETTINGS, library, plain

if TYPE_CHECKING:
    from experiments.request.settings import Settings
    from experiments.run.launcher import Launched

PLUGIN = Path(__file__).parent / "plugin"  # where Hydra finds what runs -m
RUNS = {  # experiments that are not a what-if, by the section of the configuration that is theirs
    "benchmark": "experiments.benchmark",
    "calibrate": "experiments.calibration.study",
    "recover": "experiments.calibration.recovery_study",
    "validate": "experiments.validation.study",
    "quasi": "experiments.replication.study",
}


def main() -> None:
    """Run what the command line asks for; exit code 2 for a wrong request, 1 for a failed one, 130 for Ctrl-C."""
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")  # errors come to us, and leave as one sentence
    register_sweeper()
    OmegaConf.register_new_resolver("library", lambda kind: ", ".join(library(kind)), replace=True)
    with one_sentence(reading=True):
        sys.argv[1:] = overrides.as_hydra_reads(sys.argv[1:])
        command()


def register_sweeper() -> None:
    """Let Hydra find what runs `-m`, also where it has looked for plugins before."""
    if str(PLUGIN) not in sys.path:
        sys.path.append(str(PLUGIN))
    Plugins.instance().register(import_module("hydra_plugins.brain_circulation").WholeSweep)


@hydra.main(version_base="1.3", config_path=str(SETTINGS), config_name="config")
def command(config: DictConfig) -> None:
    """Check the configuration, run what it asks for and print it."""
    with one_sentence():
        from experiments.request.settings import read_settings

        asked = plain(config)
        own = next((section for section in RUNS if section in asked), None)
        if own is None:
            show(read_settings(asked))
        else:
            import_module(RUNS[own]).run(asked, overrides.command(sys.argv[1:]))


def show(settings: "Settings") -> None:
    """Explain what is asked, or run it (or read it back) and print one block an arm."""
    from experiments.report import tables
    from experiments.request import comparison
    from experiments.run import whatif
    from experiments.run.store import Store

    tables.check_rows(settings.outcomes.table)
    question = comparison.question(settings)
    out = tables.console()
    if settings.explain:
        from experiments.report.explain import explanation

        whatif.check(settings, question)
        out.print(explanation(settings, question), soft_wrap=True, markup=False)
        return
    result, found = whatif.run(settings, question, Store(settings.output), overrides.command(sys.argv[1:]))
    out.print(tables.heading(settings, result.manifest, result.effects))
    for arm in question.arms:
        out.print(tables.block(result.effects[result.effects["policy"] == arm.name], arm, settings.outcomes.table))
    out.print(tables.legend(result.effects, tables.reference(question)), markup=False)
    out.print(f"{'Read back from' if found else 'Written to'} {result.folder}")


def show_sweep(asked: Sequence[tuple[dict[str, str | float], DictConfig]], launched: "Launched | None" = None) -> None:
    """Explain the points of a sweep, or run them (or read them back) and print one table; RunError if one failed."""
    from experiments.report import sweep_summary, tables
    from experiments.request.design import Point, runnable
    from experiments.run import sweeps
    from experiments.run.store import Store

    points = [Point.of(number, varied, plain(config)) for number, (varied, config) in enumerate(asked)]
    settings = runnable(points)[0][1].settings
    tables.check_rows(settings.outcomes.table)
    out = tables.console()
    if settings.explain:
        from experiments.report.explain import sweep_explanation

        out.print(sweep_explanation(points), soft_wrap=True, markup=False)
        return
    result, found = sweeps.run(points, Store(settings.output), overrides.command(sys.argv[1:]), launched)
    out.print(tables.heading(settings, result.manifest, result.effects))
    out.print(sweep_summary.block(result.effects, result.points, list(points[0].varied)))
    out.print(tables.legend(result.effects, " or ".join(dict.fromkeys(result.effects["against"]))), markup=False)
    out.print(f"{'Read back from' if found else 'Written to'} {result.folder}")
    if failed := int((result.points["status"] == "failed").sum()):
        raise RunError(f"{failed} of {len(points)} points failed; their reasons are in the table above and points.csv.")


if __name__ == "__main__":
    main()
