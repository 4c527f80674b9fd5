"""Hydra takes plugins from the package hydra_plugins only: this file lies in a folder of that name."""

from __future__ import annotations

from experiments.cli.sweeper import WholeSweep

__all__ = ["WholeSweep"]
