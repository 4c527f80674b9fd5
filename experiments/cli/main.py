"""The console script `brain-circulation`: configuration in, one table out."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.cli import overrides
from experiments.cli.messages import one_sentence
from experiments.report.letters import legible
from experiments.report.paper import console, printing
from experiments.request.composition import SETTINGS, library, line, plain
from sim import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.run.study import Study

PLUGIN = Path(__file__).parent / "plugin"  # where Hydra finds what runs -m
STUDIES = {  # experiments that are not a what-if, by the section of the configuration that is theirs
    "benchmark": "experiments.benchmark:Benchmark",
    "schedule": "experiments.schedule:Schedule",
    "calibrate": "experiments.calibration.study:Calibration",
    "recover": "experiments.calibration.recovery_study:Recovery",
    "validate": "experiments.validation.study:Validation",
    "quasi": "experiments.replication.study:Replication",
    "responses": "experiments.responses.study:Responses",
    "screening": "experiments.screening.study:Screening",
    "factorial": "experiments.portfolio.factorial:Factorial",
    "frontier": "experiments.portfolio.frontier:Frontier",
}


def main() -> None:
    """Run what the command line asks for; exit code 2 for a wrong request, 1 for a failed one, 130 for Ctrl-C."""
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")  # errors come to us, and leave as one sentence
    legible(sys.stdout)
    if sys.argv[1:2] == [overrides.COMPLETION]:
        with one_sentence():
            from experiments.cli.completion import printed

            with printing():
                print("\n".join(printed(sys.argv[2:])))  # noqa: T201 - the command's own output
        return
    if sys.argv[1:2] == [overrides.LIST]:
        with one_sentence():
            from experiments.cli.listing import listed

            console().print("\n".join(listed(sys.argv[2:])), markup=False, highlight=False, soft_wrap=True)
        return
    with one_sentence(reading=True):
        sys.argv[1:] = arguments = overrides.as_hydra_reads(sys.argv[1:])
        if "--version" in arguments:
            with printing():
                print(f"brain-circulation {__version__}")  # noqa: T201 - the command's own output
            return
        if any(overrides.is_about_hydra(argument) for argument in arguments):
            with printing():
                _by_hydra()
            return
        config = line(arguments)  # Hydra's own way to run one job composes twice and sets up logs
    _run(config)


def register_sweeper() -> None:
    """Let Hydra find what runs `-m`, also where it has looked for plugins before."""
    from hydra.core.plugins import Plugins

    if str(PLUGIN) not in sys.path:
        sys.path.append(str(PLUGIN))
    Plugins.instance().register(import_module("hydra_plugins.brain_circulation").WholeSweep)


def _by_hydra() -> None:
    """Sweeps, launchers, help and all else that Hydra does itself."""
    import hydra
    from omegaconf import OmegaConf

    register_sweeper()
    OmegaConf.register_new_resolver("library", lambda kind: ", ".join(library(kind)), replace=True)
    single = hydra.main(version_base="1.3", config_path=str(SETTINGS), config_name="config")
    single(lambda config: _run(plain(config)))()


def _run(config: Mapping[str, Any]) -> None:
    """Check the configuration, run what it asks for and print it."""
    with one_sentence():
        from experiments.run.study import present

        present(study_of(config), overrides.command(sys.argv[1:]), console())


def study_of(config: Mapping[str, Any]) -> Study:
    """What a resolved configuration asks for; an InputError says what is wrong with it."""
    own = next((section for section in STUDIES if section in config), None)
    if own is None:
        from experiments.request.comparison import question
        from experiments.request.settings import read_settings
        from experiments.run.whatif import WhatIf

        settings = read_settings(config)
        return WhatIf(settings, question(settings))
    module, _, name = STUDIES[own].partition(":")
    study: Study = getattr(import_module(module), name).read(config)
    return study


if __name__ == "__main__":
    main()
