"""Brain circulation: an agent-based model of researchers who study abroad, return and emigrate.

from sim import BrainCirculation, Policy
model = BrainCirculation(scale=0.05).run_through(2025)
arm = model.fork([Policy.from_file("configs/policy/overseas_weight.yaml")]).run_through(2035)
arm.table()
"""

from sim.data import DataError
from sim.members import Ensemble
from sim.model import BrainCirculation
from sim.parameters import Parameters
from sim.policy import Policy, PolicyError
from sim.world import World

__all__ = ["BrainCirculation", "DataError", "Ensemble", "Parameters", "Policy", "PolicyError", "World"]
__version__ = "0.1.0"
