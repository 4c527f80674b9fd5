"""Brain circulation: an agent-based model of researchers who study abroad, return and emigrate.

from sim import BrainCirculation, Policy
model = BrainCirculation(scale=0.05).run_through(2025)
arm = model.fork([Policy.from_file("configs/policy/overseas_weight.yaml")]).run_through(2035)
arm.table()
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.instruments.policy import Policy, PolicyError, Scenario
    from sim.model import BrainCirculation
    from sim.world.country import Country
    from sim.world.ensemble import Ensemble
    from sim.world.parameters import Parameters
    from sim.world.tables import DataError
    from sim.world.world import World

__all__ = [
    "BrainCirculation",
    "Country",
    "DataError",
    "Ensemble",
    "Parameters",
    "Policy",
    "PolicyError",
    "Scenario",
    "World",
]
__version__ = "0.1.0"

_WHERE = {
    "BrainCirculation": "sim.model",
    "Country": "sim.world.country",
    "DataError": "sim.world.tables",
    "Ensemble": "sim.world.ensemble",
    "Parameters": "sim.world.parameters",
    "Policy": "sim.instruments.policy",
    "PolicyError": "sim.instruments.policy",
    "Scenario": "sim.instruments.policy",
    "World": "sim.world.world",
}


def __getattr__(name: str) -> object:
    """Import a name when it is asked for: to read data nobody waits until Mesa is imported."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_WHERE[name]), name)
    except AttributeError as error:  # which would be taken for a name that is not here
        raise ImportError(f"{name} cannot be imported: {error}") from error


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
