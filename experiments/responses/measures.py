"""What is counted of a life in a year, in simulated persons and papers: (outcome, group) -> number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.measures.census import FACULTY
from sim.vocabulary import HOME, Mode, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from sim import BrainCirculation, World

    type Named = tuple[str, str, float | np.integer[Any] | np.floating[Any]]

ALL = "all"
STOCKS = ("abroad", "foreigners_here", "natives_here", "everybody_here")
"""Outcomes that are read at the end of a year; the others are flows of the year."""
RATES = ("return_rate",)
"""Outcomes that are a flow over those who could take part in it, a year."""
SHARES = ("winners", "losers")
"""Outcomes that compare two lives."""
_MOVES = (Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER)
_RESEARCH = (Stage.POSTDOC, *FACULTY, Stage.UNPLACED)
_PAST_DOCTORATE = (*_RESEARCH, Stage.INDUSTRY)
_STUDENTS_STAYS = "students' stays of months"
_ENTRANTS = ("from master", "working adult", "foreign", "abroad")


def measured(model: BrainCirculation) -> dict[tuple[str, str], float]:
    """The outcomes of the last finished year."""
    counted = {(outcome, group): float(value) for outcome, group, value in _counted(model)}
    for group in (ALL, *model.world.abroad):
        back, left = counted["returns", group], counted["abroad", group]
        counted["return_rate", group] = back / max(back + left, 1.0)
    return counted


def names(world: World) -> dict[str, tuple[str, ...]]:
    """The groups of every outcome in a world, as `measured` gives them."""
    regions, moves = (ALL, *world.abroad), tuple(mode.label for mode in _MOVES)
    programmes = ("leading abroad", *(record.name for record in world.programmes))
    flows = {
        "returns": (*regions, *moves),
        "departures": (*regions, *moves, Mode.VISIT.label, _STUDENTS_STAYS),
        "arrivals": (*regions, Stage.DOCTORAL.label, Stage.POSTDOC.label, "for a post", "faculty"),
        "foreign_departures": regions,
        "applications": programmes,
        "awards": programmes,
        "entrants": (ALL, *_ENTRANTS),
        "graduates": ("home origin",),
        "foreign_doctorates": ("6 years ago", "still here after 6 years"),
        "hires": (ALL, "with a year abroad", "without a year abroad"),
        "papers": (ALL, "top tenth"),
        "return_rate": regions,
    }
    here = {"natives_here": (ALL,), "everybody_here": (ALL,), "foreigners_here": (ALL, "faculty", "doctoral")}
    return {**flows, "abroad": regions, **here}


def window(horizon: int) -> range:
    """The years after a shock over which a flow is read for a horizon: the second half of those up to it."""
    return range(horizon // 2 + 1, horizon + 1)


def _counted(model: BrainCirculation) -> Iterator[Named]:
    counts, tally, regions = model.counts[-1], model.tally, model.world.regions
    back = counts.returns[list(_MOVES)]  # who ends a visit keeps the post and does not choose
    yield from _by_region("returns", back.sum(axis=0), regions)
    for mode in _MOVES:
        yield "returns", mode.label, back[_MOVES.index(mode)].sum()
    yield from _by_region("departures", counts.departures.sum(axis=0), regions)
    for mode in (*_MOVES, Mode.VISIT):
        yield "departures", mode.label, counts.departures[mode].sum()
    yield "departures", _STUDENTS_STAYS, counts.visits[1].sum()
    yield from _by_region("arrivals", counts.arrivals.sum(axis=0), regions)
    for stage in (Stage.DOCTORAL, Stage.POSTDOC):
        yield "arrivals", stage.label, counts.arrivals[stage].sum()
    yield "arrivals", "for a post", counts.arrivals[[Stage.POSTDOC, *FACULTY]].sum()
    yield "arrivals", "faculty", counts.arrivals[list(FACULTY)].sum()
    yield from _by_region("foreign_departures", counts.foreign_departures, regions)
    abroad = [n for n, record in enumerate(model.programme_records) if record.kind.leads_abroad]
    for outcome, by_programme in (("applications", counts.applications), ("awards", counts.awards)):
        yield outcome, "leading abroad", by_programme[abroad].sum()
        for record, many in zip(model.programme_records, by_programme, strict=True):
            yield outcome, record.name, many
    yield "entrants", ALL, counts.entrants[:3].sum()
    for group, many in zip(_ENTRANTS, counts.entrants, strict=True):
        yield "entrants", group, many
    yield "graduates", "home origin", tally.graduates[0]
    yield "foreign_doctorates", "6 years ago", counts.graduates[6]
    yield "foreign_doctorates", "still here after 6 years", counts.graduates_here[6]
    yield "hires", ALL, counts.hires.sum()
    yield "hires", "with a year abroad", counts.returnee_hires.sum()
    yield "hires", "without a year abroad", (counts.hires - counts.returnee_hires).sum()
    yield "papers", ALL, counts.papers
    yield "papers", "top tenth", counts.top10
    yield from _stocks(counts.people, regions)


def _stocks(people: NDArray[np.int32], regions: Iterable[str]) -> Iterator[Named]:
    by = people.sum(axis=tuple(range(3, people.ndim)))  # stage, region, foreign
    away = by[: Stage.LEFT, :, 0].sum(axis=0)
    away[HOME] = 0
    yield from _by_region("abroad", away, regions)
    here = by[:, HOME]
    yield "natives_here", ALL, here[list(_PAST_DOCTORATE), 0].sum()
    yield "everybody_here", ALL, here[list(_PAST_DOCTORATE)].sum()
    yield "foreigners_here", ALL, here[list(_RESEARCH), 1].sum()
    yield "foreigners_here", "faculty", here[list(FACULTY), 1].sum()
    yield "foreigners_here", "doctoral", here[Stage.DOCTORAL, 1]


def _by_region(outcome: str, counts: NDArray[np.int64], regions: Iterable[str]) -> Iterator[Named]:
    yield outcome, ALL, counts.sum()
    yield from ((outcome, name, counts[code]) for code, name in enumerate(regions) if code != HOME)
