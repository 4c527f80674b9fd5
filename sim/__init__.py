"""Brain circulation: an agent-based model of researchers who study abroad, return and emigrate.

from sim import BrainCirculation, Policy
model = BrainCirculation(scale=0.05).run_through(2025)
arm = model.fork([Policy.from_file("configs/policy/overseas_weight.yaml")]).run_through(2035)
arm.table()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.instruments.policy import Policy, PolicyError
from sim.world.ensemble import Ensemble
from sim.world.parameters import Parameters
from sim.world.tables import DataError
from sim.world.world import World

if TYPE_CHECKING:
    from sim.model import BrainCirculation

__all__ = ["BrainCirculation", "DataError", "Ensemble", "Parameters", "Policy", "PolicyError", "World"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """The model, imported when it is asked for: policies and worlds can be read without its compiler."""
    if name != "BrainCirculation":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from sim.model import BrainCirculation
    except AttributeError as error:  # which would be taken for a name that is not here
        raise ImportError(f"the model cannot be imported: {error}") from error
    return BrainCirculation
