"""Brain circulation: an agent-based model of researchers who study abroad, return and emigrate.

from sim import BrainCirculation, Policy
model = BrainCirculation(scale=0.05).run_through(2025)
arm = model.fork([Policy.from_file("configs/policy/overseas_weight.yaml")]).run_through(2035)
arm.table()
"""

from sim.instruments.policy import Policy, PolicyError
from sim.model import BrainCirculation
from sim.world.ensemble import Ensemble
from sim.world.parameters import Parameters
from sim.world.tables import DataError
from sim.world.world import World

__all__ = ["BrainCirculation", "DataError", "Ensemble", "Parameters", "Policy", "PolicyError", "World"]
__version__ = "0.1.0"
