"""The outcomes, one function each, in one tidy long table at full size.

Every function takes the census of the year, the year and its past, and yields (group, value). `CATALOGUE` gives each
its unit, theme and title. Faculty are fixed-term, tenure-track and permanent members of universities and institutes at
home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.market.posts import RANKS
from sim.process.ledger import total
from sim.vocabulary import HOME, Mode, Stage, Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

Row = tuple[str, float]
ALL = "all"
_YOUNG = 40
_FOLLOWED = 5  # years for which outcomes follow those who came back


@dataclass(frozen=True)
class Past:
    """What outcomes need from earlier years: cohorts by year, in simulated persons, and the year's costs."""

    came_back: Mapping[int, NDArray[np.int64]]
    foreign_graduates: Mapping[int, int]
    costs: Mapping[str, float]


@dataclass(frozen=True)
class Census:
    """The people at the end of a year, counted once for all outcomes.

    everyone: (stages, regions, 2) people by stage, region and whether foreign. faculty: (ranks, 2, 2, 2, 2) members by
    rank and by whether in a research university, under forty, of home origin, a year or more abroad; 0 is no. returned:
    rows of the members of home origin who came back in the last few years.
    """

    people: Columns
    everyone: NDArray[np.int64]
    faculty: NDArray[np.int64]
    returned: NDArray[np.intp]

    @classmethod
    def of(cls, people: Columns, year: Year) -> Self:
        """Count everyone."""
        stage, region, origin = people.stage, people.region, people.origin
        everyone = kernels.head_count(stage, region, origin, len(Stage), len(year.world.regions))
        by_past = kernels.head_count_by_past(
            stage,
            people.tier,
            region,
            origin,
            people.post_kept,
            people.birth_year,
            people.years_abroad,
            year.number,
            len(Stage),
            int(Tier.RESEARCH_UNIVERSITY),
            _YOUNG,
        )
        returned = kernels.returned(
            stage,
            region,
            origin,
            people.post_kept,
            people.returned_year,
            year.number - _FOLLOWED,
            int(Stage.FIXED_TERM),
            int(Stage.PERMANENT),
        )
        return cls(people, everyone, by_past[Stage.FIXED_TERM : Stage.PERMANENT + 1, 1], returned)

    def at_home(self, stage: Stage) -> int:
        """How many are in a stage at home."""
        return int(self.everyone[stage, HOME].sum())


@dataclass(frozen=True)
class Outcome:
    """A named outcome. `observe` yields (group, value) rows for a year."""

    name: str
    title: str
    theme: str
    unit: str
    observe: Callable[[Census, Year, Past], Iterator[Row]]


def departures(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Home-origin people leaving home for a year or more, by mode and by region."""
    flow = year.tally.departures / year.scale
    yield ALL, flow.sum()
    for mode in (Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER, Mode.VISIT):
        yield mode.label, flow[mode].sum()
    yield from _regions(flow.sum(axis=0), year)


def dispatches(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Stays abroad of over 30 days by employed people who keep their post, and fellowships; students' stays apart."""
    flow, long_of_students = year.tally.departures, year.tally.events.get("student_long_stays", 0)
    short, students = year.tally.visits.sum(axis=1)
    long = flow[Mode.VISIT].sum() + flow[Mode.FELLOWSHIP].sum() - long_of_students
    yield ALL, (short + long) / year.scale
    yield "over a year", long / year.scale
    yield "students", (students + long_of_students) / year.scale


def foreign_departures(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Foreigners leaving home, by region they go to."""
    flow = year.tally.foreign_departures / year.scale
    yield ALL, flow.sum()
    yield from _regions(flow, year)


def arrivals(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Foreigners coming in for a doctorate or a post, by stage and by region."""
    flow = year.tally.arrivals / year.scale
    yield ALL, flow.sum()
    yield Stage.DOCTORAL.label, flow[Stage.DOCTORAL].sum()
    yield Stage.POSTDOC.label, flow[Stage.POSTDOC].sum()
    yield "faculty", flow[Stage.FIXED_TERM : Stage.PERMANENT + 1].sum()
    yield from _regions(flow.sum(axis=0), year)


def returns(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Home-origin people back from a stay of a year or more, by mode and by region."""
    flow = year.tally.returns / year.scale
    yield ALL, flow.sum()
    for mode in (Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER, Mode.VISIT):
        yield mode.label, flow[mode].sum()
    yield from _regions(flow.sum(axis=0), year)


def stock_abroad(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Home-origin researchers and doctoral students abroad, by region."""
    counts = (census.everyone.sum(axis=0) - census.everyone[Stage.LEFT])[:, 0] / year.scale
    counts[HOME] = 0
    yield ALL, counts.sum()
    yield from _regions(counts, year)


def doctoral_entrants(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Doctoral entrants at home: from a master, working adults, foreign; and home-origin entrants abroad apart."""
    flow = year.tally.entrants / year.scale
    yield ALL, flow[:3].sum()
    yield from zip(("from master", "working adult", "foreign", "abroad"), flow, strict=True)


def postdocs(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Postdocs at home."""
    yield ALL, census.at_home(Stage.POSTDOC) / year.scale


def between_posts(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """People with a doctorate at home who look for a post and have none."""
    yield ALL, census.at_home(Stage.UNPLACED) / year.scale


def faculty(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Faculty, by rank; those on leave abroad hold their posts."""
    counts = census.faculty.sum(axis=(1, 2, 3, 4)) / year.scale
    yield ALL, sum(counts)
    yield from zip((rank.label for rank in RANKS[1:]), counts, strict=True)


def hires(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """People hired into posts at home: in all, with and without a year or more abroad, and into lasting posts."""
    flow, experienced = year.tally.hires, year.tally.returnee_hires
    rank = np.arange(len(flow)) % len(RANKS)
    yield ALL, flow.sum() / year.scale
    yield "with overseas experience", experienced.sum() / year.scale
    yield "without overseas experience", (flow - experienced).sum() / year.scale
    yield "lasting posts", flow[rank >= RANKS.index(Stage.TENURE_TRACK)].sum() / year.scale


def awards(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """New awards by programme."""
    for record, number in zip(year.world.programmes, year.tally.awards / year.scale, strict=True):
        yield record.name, number


def success_rate(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Awards over applications by programme; a programme nobody applied to is left out."""
    for record, won, tried in zip(year.world.programmes, year.tally.awards, year.tally.applications, strict=True):
        if tried:
            yield record.name, won / tried


def fixed_term_share(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Fixed-term share of faculty: all, and by kind of employer."""
    fixed = census.faculty[0]
    yield ALL, _share(fixed, census.faculty)
    yield "research university", _share(fixed[1], census.faculty[:, 1])


def under_40_share(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Share of faculty younger than forty: all, and in research universities."""
    young = census.faculty[:, :, 1]
    yield ALL, _share(young, census.faculty)
    yield "research university", _share(young[:, 1], census.faculty[:, 1])


def overseas_experience_share(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Share of home-origin faculty with a year or more abroad: all, and those younger than forty."""
    home_grown = census.faculty[:, :, :, 1]
    yield ALL, _share(home_grown[..., 1], home_grown)
    yield "under 40", _share(home_grown[:, :, 1, 1], home_grown[:, :, 1])


def in_post_after_return(years: int) -> Callable[[Census, Year, Past], Iterator[Row]]:
    """Share of a return cohort in a faculty post `years` later: all, and those who came back from a fellowship."""

    def observe(census: Census, year: Year, past: Past) -> Iterator[Row]:
        cohort = past.came_back.get(year.number - years)
        if cohort is None:
            return
        placed = census.returned[arrays.where(census.people.returned_year[census.returned] == year.number - years)]
        fellows = np.count_nonzero(census.people.return_programme[placed] >= 0)
        for group, found, size in ((ALL, len(placed), cohort[0]), ("fellowship", fellows, cohort[1])):
            if size:
                yield group, min(1.0, int(found) / int(size))

    return observe


def foreign_share(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Share of foreigners at home by stage."""
    for stage in (Stage.DOCTORAL, Stage.POSTDOC):
        here = census.everyone[stage, HOME]
        yield stage.label, _share(here[1], here)
    yield "faculty", _share(census.faculty[:, :, :, 0], census.faculty)


def foreign_retention(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Share of a cohort of foreign doctorates that is still here: after 0, 3 and 6 years."""
    people, spans = census.people, (0, 3, 6)
    remain = kernels.foreign_graduates(
        people.stage,
        people.region,
        people.origin,
        people.degree_region,
        people.degree_year,
        year.number - max(spans),
        int(Stage.LEFT),
    )
    degree = people.degree_year[remain]
    for years in spans:
        cohort = past.foreign_graduates.get(year.number - years, 0)
        if cohort:
            yield f"{years} years", int(np.count_nonzero(degree == year.number - years)) / cohort


def papers(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Papers of people at home, fractional counts."""
    yield ALL, year.tally.research["papers"] / year.scale


def top10_papers(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Papers among the most cited tenth of the world, of people at home."""
    yield ALL, year.tally.research["top10"] / year.scale


def international_coauthorship(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Share of papers with an international co-author."""
    yield ALL, year.tally.research["international"] / max(year.tally.research["papers"], 1e-9)


def belief(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Mean perceived chance, before pessimism, of a lasting post at home, among postdocs: if one stays, if one goes."""
    people = census.people
    who = arrays.where(kernels.in_stage(people.stage, people.region, int(Stage.POSTDOC)))
    if len(who):
        yield "stay", people.belief_home[who].mean(dtype=np.float64)
        yield "go", people.belief_away[who].mean(dtype=np.float64)


def cost(census: Census, year: Year, past: Past) -> Iterator[Row]:
    """Public money by programme."""
    yield ALL, total(past.costs)
    yield from past.costs.items()


_AFTER = "Share in a faculty post {} after return"
CATALOGUE: dict[str, Outcome] = {
    outcome.name: outcome
    for outcome in (
        Outcome("departures", "Departures for a year or more", "mobility", "persons/yr", departures),
        Outcome(
            "dispatches", "Stays abroad over 30 days, post kept or fellowship", "mobility", "persons/yr", dispatches
        ),
        Outcome("returns", "Returns", "mobility", "persons/yr", returns),
        Outcome("stock_abroad", "Home-origin researchers abroad", "mobility", "persons", stock_abroad),
        Outcome("arrivals", "Arrivals of foreigners", "foreigners", "persons/yr", arrivals),
        Outcome("foreign_departures", "Departures of foreigners", "foreigners", "persons/yr", foreign_departures),
        Outcome("foreign_share", "Foreign share", "foreigners", "share", foreign_share),
        Outcome("foreign_retention", "Foreign doctorates still here", "foreigners", "share", foreign_retention),
        Outcome("doctoral_entrants", "Doctoral entrants", "careers", "persons/yr", doctoral_entrants),
        Outcome("postdocs", "Postdocs", "careers", "persons", postdocs),
        Outcome("between_posts", "Between posts", "careers", "persons", between_posts),
        Outcome("faculty", "Faculty", "careers", "persons", faculty),
        Outcome("hires", "Hires into posts at home", "careers", "persons/yr", hires),
        Outcome("awards", "New awards", "careers", "persons/yr", awards),
        Outcome("success_rate", "Success rate of applications", "careers", "share", success_rate),
        Outcome("fixed_term_share", "Fixed-term share of faculty", "careers", "share", fixed_term_share),
        Outcome("under_40_share", "Faculty under 40", "careers", "share", under_40_share),
        Outcome(
            "overseas_experience_share", "Faculty with a year abroad", "careers", "share", overseas_experience_share
        ),
        Outcome("in_post_after_return_0", _AFTER.format("at once"), "careers", "share", in_post_after_return(0)),
        Outcome("in_post_after_return_1", _AFTER.format("1 year"), "careers", "share", in_post_after_return(1)),
        Outcome("in_post_after_return_5", _AFTER.format("5 years"), "careers", "share", in_post_after_return(5)),
        Outcome("belief", "Perceived chance of a lasting post, postdocs", "careers", "share", belief),
        Outcome("papers", "Papers", "research", "papers/yr", papers),
        Outcome("top10_papers", "Papers in the top tenth", "research", "papers/yr", top10_papers),
        Outcome(
            "international_coauthorship",
            "Internationally co-authored papers",
            "research",
            "share",
            international_coauthorship,
        ),
        Outcome("cost", "Public cost", "money", "JPY/yr", cost),
    )
}


def observe(people: Columns, year: Year, past: Past) -> list[tuple[int, str, str, float, str]]:
    """Every outcome of the year as tidy rows: year, outcome, group, value, unit."""
    census = Census.of(people, year)
    return [
        (year.number, outcome.name, group, float(value), outcome.unit)
        for outcome in CATALOGUE.values()
        for group, value in outcome.observe(census, year, past)
    ]


def _regions(counts: NDArray[np.float64], year: Year) -> Iterator[Row]:
    yield from ((name, counts[code]) for code, name in enumerate(year.world.regions) if code != HOME)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> float:
    """Share of the people counted in the part among those counted in the whole; 0 of nobody."""
    size = int(whole.sum())
    return int(part.sum()) / size if size else 0.0
