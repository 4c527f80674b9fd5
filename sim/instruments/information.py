"""Information: how people see their chance of a post."""

from __future__ import annotations

from sim.instruments.lever import Instrument, Lever

PESSIMISM = Lever(
    "information.pessimism",
    "perceived over observed chance of a post",
    "ポスト獲得の見込み（認識と実績の比）",
    "ratio",
    0.2,
    1.0,
    "pessimism",
    "nothing that the model books",
)

INFORMATION = Instrument("information", (PESSIMISM,))
