"""The console script `brain-circulation`: configuration in, one table out."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hydra
from hydra.core.plugins import Plugins
from omegaconf import DictConfig, OmegaConf

from experiments.cli import overrides
from experiments.cli.messages import one_sentence
from experiments.request.composition import SETTINGS, library, plain

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
        from experiments.report.tables import console
        from experiments.run.study import present

        present(study_of(plain(config)), overrides.command(sys.argv[1:]), console())


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
