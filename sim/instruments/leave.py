"""Leave: whether people may go on a visit with the post or the study kept."""

from __future__ import annotations

from sim.instruments.lever import Instrument, Lever

FEASIBLE = Lever(
    "leave.feasible",
    "probability that an employer or a supervisor lets a person go on a visit",
    "所属機関や指導者が在職・在学のままの渡航を認める確率",
    "share",
    0.0,
    1.0,
    "leave_feasible",
    "nothing that the model books",
)

LEAVE = Instrument("leave", (FEASIBLE,))
