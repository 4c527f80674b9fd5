"""Visas: who may stay to look for a post, and who may stay for good."""

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

PERMANENT_YEARS = Lever(
    "visa.permanent_years",
    "years at home before permanent residence may be granted",
    "永住許可に必要な在留年数",
    "years",
    1.0,
    20.0,
    "permanent_years",
    "nothing that the model books",
)
PERMANENT_YEARS_SKILLED = Lever(
    "visa.permanent_years_skilled",
    "the same, of highly skilled professionals",
    "永住許可に必要な在留年数（高度専門職）",
    "years",
    1.0,
    20.0,
    "permanent_years_skilled",
    "nothing that the model books",
)

VISAS = Instrument("visas", (JOB_SEARCH, PERMANENT_YEARS, PERMANENT_YEARS_SKILLED))
