"""Visas: who may stay to look for a post."""

from __future__ import annotations

from sim.instruments.lever import Instrument, Lever

JOB_SEARCH = Lever(
    "visa.job_search",
    "share of foreigners without a post who may stay a year to find one",
    "職を持たない外国人のうち求職のための在留を認められる割合",
    "share",
    0.0,
    1.0,
    "job_search_stay",
    "nothing that the model books",
)

VISAS = Instrument("visas", (JOB_SEARCH,))
