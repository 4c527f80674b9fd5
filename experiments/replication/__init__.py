"""Quasi-experiments: published studies repeated on simulated people, with the studies' own estimators.

from experiments.replication import EXPERIMENTS, evaluate
table = evaluate([EXPERIMENTS["Q1"]], scale=0.5, replicates=2)

A new one is a `QuasiExperiment` (arms, who is looked at, estimators) and a row an estimand in
sim/countries/japan/targets/quasi.csv; docs/quasi.md shows one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.replication.catalogue import EXPERIMENTS
    from experiments.replication.design import QuasiExperiment, Treatment
    from experiments.replication.evaluation import evaluate

__all__ = ["EXPERIMENTS", "QuasiExperiment", "Treatment", "evaluate"]
_HOME = {"EXPERIMENTS": "catalogue", "QuasiExperiment": "design", "Treatment": "design", "evaluate": "evaluation"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute
    if name in __all__:  # only when asked for, so that the command starts without pandas
        from importlib import import_module

        return getattr(import_module(f"experiments.replication.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
