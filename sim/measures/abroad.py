"""Statistics of stays and moves: what employers report, and where published authors have their affiliation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.catalogue import ALL, Group, Kind
from sim.measures.statistics import Survey, statistic
from sim.vocabulary import HOME, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


_POSTDOCS_SURVEYED_FROM = 2010  # fiscal year from which employers were told to count postdocs and fellows


def _guests(survey: Survey) -> NDArray[np.float64]:
    """Guests of less than a year by region, (years, regions), real persons: as many as in the year that was counted,
    `guests` of regions.csv, in shares that follow the regions' scholars as those of candidates for posts do.
    """
    world, elasticity = survey.world, survey.parameters.candidate_growth
    counted = world.by_region("guests").astype(np.float64)
    grown = np.array([world.growth_abroad(int(year)) ** elasticity for year in survey.counts.year]) * counted
    return grown * counted.sum() / grown.sum(axis=1, keepdims=True)


def _long_dispatches(survey: Survey) -> NDArray[np.int64]:
    """Employers report those they pay and those whose post they keep. Postdocs and fellows who gave up a contract are
    in since fiscal 2010, when the questionnaire was changed to name them; doctoral students only on fellowships of a
    year or more.
    """
    counts = survey.counts
    flow = counts.departures.sum(axis=2)
    fellows = np.where(counts.year >= _POSTDOCS_SURVEYED_FROM, flow[:, Mode.FELLOWSHIP], 0)
    long: NDArray[np.int64] = np.maximum(flow[:, Mode.VISIT] + fellows - counts.student_long_stays, 0)
    return long


@statistic("Dispatch over 30 days", "中・長期派遣（31日以上）", theme="employers", unit="persons/FY", kind=Kind.COUNT)
def dispatch_over_30_days(survey: Survey) -> Iterator[Group]:
    """Dispatch over 30 days (survey of international research exchange, employers): see `_long_dispatches`."""
    yield ALL, survey.counts.visits[:, 0].sum(axis=1) + _long_dispatches(survey)


@statistic("Dispatch over a year", "長期派遣（1年以上）", theme="employers", unit="persons/FY", kind=Kind.COUNT)
def dispatch_over_1_year(survey: Survey) -> Iterator[Group]:
    """Dispatch over one year (same survey): see `_long_dispatches`."""
    yield ALL, _long_dispatches(survey)


@statistic(
    "Acceptance over 30 days", "海外からの受入れ（31日以上）", theme="employers", unit="persons/FY", kind=Kind.COUNT
)
def acceptance_over_30_days(survey: Survey) -> Iterator[Group]:
    """Acceptance from abroad over 30 days (same survey): foreigners whom universities and institutes host, or employ
    after a time at an institution abroad.

    Counted once a year, whenever they came. Foreigners formed here who have never worked abroad are not accepted from
    there. Guests of less than a year are not in the model; their number is added as data, see `_guests`, and is
    the same under every policy.
    """
    guests = _guests(survey).sum(axis=1)
    yield ALL, survey.answers.accepted[:, 0] + survey.simulated(guests)


def _scholars(survey: Survey, way: int) -> NDArray[np.float64]:
    """Moves of published authors out of home (0) or into home (1) by region, (years, regions).

    Guests of most of a year who sign for the host are movers there and back; the model has none, so that they are added
    as data.
    """
    p = survey.parameters
    guests = _guests(survey) * p.guests_long * p.signs_for_host
    return survey.answers.scholars[:, way] + survey.simulated(guests)


def _moved(survey: Survey, way: int) -> Iterator[Group]:
    counts = _scholars(survey, way)
    yield ALL, counts.sum(axis=1)
    yield from ((name, counts[:, code]) for code, name in enumerate(survey.world.regions) if code != HOME)


def _rate_of_moves(survey: Survey, way: int) -> Iterator[Group]:
    """Over all authors of the home country, a number of the world: many of them, clinicians and company researchers
    without a doctorate, are not in the model.
    """
    world, home = survey.world, survey.world.regions[HOME]
    stock = [world.drivers.value("scholar_stock", year=int(year), region=home) for year in survey.counts.year]
    yield ALL, _scholars(survey, way).sum(axis=1) / survey.simulated(np.array(stock))


@statistic("Authors moving out", "論文著者の転出", theme="record", unit="published scholars/yr", kind=Kind.COUNT)
def scholar_outflow(survey: Survey) -> Iterator[Group]:
    """Published authors seen to move out of home, by the region of their next affiliation: see `_scholars`."""
    yield from _moved(survey, 0)


@statistic("Rate of authors moving out", "論文著者の転出率", theme="record", unit="share/yr", kind=Kind.SHARE)
def scholar_outmigration_rate(survey: Survey) -> Iterator[Group]:
    """Moves out over all authors of the home country: see `_rate_of_moves`."""
    yield from _rate_of_moves(survey, 0)


@statistic("Authors moving in", "論文著者の転入", theme="record", unit="published scholars/yr", kind=Kind.COUNT)
def scholar_inflow(survey: Survey) -> Iterator[Group]:
    """Published authors seen to move into home, by the region of their last affiliation: see `_scholars`."""
    yield from _moved(survey, 1)


@statistic("Rate of authors moving in", "論文著者の転入率", theme="record", unit="share/yr", kind=Kind.SHARE)
def scholar_inmigration_rate(survey: Survey) -> Iterator[Group]:
    """Moves in over all authors of the home country: see `_rate_of_moves`."""
    yield from _rate_of_moves(survey, 1)
