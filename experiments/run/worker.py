"""What a worker process has ready before its first task: imports, data, and the loops that are compiled already.

The fork server imports this once; every worker is then a copy of it. Nothing is kept of the run that warms it up.
"""

from __future__ import annotations

import contextlib
import gc
from itertools import count

from experiments.notices import notice

_SCALE = 0.001  # simulated persons per person in the run that loads the loops
_YEARS = 2  # the second has people who left in the first
_FEW = 5  # loops that are compiled in a second or two: those that few people of the run that warms up come to
_compiled = count(1)


def tell_of_compiling() -> None:
    """Say once in this process that the model's loops are compiled, should more than a few of them be."""
    from sim.engine.compiler import compiling

    if _say not in compiling:
        compiling.append(_say)


def warm_up() -> None:
    """Load what every replicate needs; what goes wrong is left to the first task that meets it."""
    gc.disable()  # what is made from here on stays
    with contextlib.suppress(Exception):
        import sim.framework  # first: Mesa, as it is imported, looks through all modules that there are  # noqa: F401

        tell_of_compiling()
        import experiments.analysis.effects
        import experiments.run.replicates  # noqa: F401
        from experiments.request.build import Build

        model = Build(None, (), _SCALE)(1)
        model.run_through(model.year + _YEARS)
        model.fork(()).table()
    gc.freeze()  # so that copies share these pages
    gc.enable()


def _say() -> None:
    if next(_compiled) == _FEW + 1:
        notice("Compiling the model's loops, once for this version of it: this takes a minute or two.")
