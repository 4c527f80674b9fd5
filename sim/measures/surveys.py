"""What the statistical offices see: each statistic collected from the model's people the way it is in the world.

The model runs on its own truth and reads nothing from here; only these numbers meet data (DESIGN section 7). One
function a statistic, each yielding (statistic, group, value), real persons where it counts. Who answers, who is missed
and what counts as abroad differ from one office to the next, and every function says how.

    employer survey          stays and acceptances over thirty days, reported by whoever pays the post
    bibliometric record      published authors by the main country of their affiliation (sim.measures.bibliometrics)
    doctorate surveys        where new doctorates are, those who answer
    postdoc survey           postdocs at home on 1 November, and the next year's posts
    teacher statistics       members of research universities
    follow-up of fellows     the posts of former overseas fellows, unknowns left out
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.measures.bibliometrics import Record
from sim.process.entry import FOREIGN, FROM_MASTER, FROM_WORK
from sim.vocabulary import HOME, Mode, Stage, Tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

Seen = tuple[str, str, float]  # statistic, group, value
ALL = "all"
_FACULTY = (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)
_REGULAR = (*_FACULTY, Stage.INDUSTRY)
_FOLLOWED = {0: "0 years", 1: "1 year", 3: "3 years", 5: "5 years", 6: "6 years"}
_POSTDOCS_SURVEYED_FROM = 2010  # fiscal year from which employers were told to count postdocs and fellows


@dataclass
class Panel:
    """What the offices remember from earlier years: identities of the people they follow, by year where they do."""

    record: Record
    postdocs: NDArray[np.int64]
    away: NDArray[np.int64]
    fellows: NDArray[np.int64]
    released: dict[int, NDArray[np.int64]] = field(default_factory=dict)  # fellows by the year their award ended

    @classmethod
    def opened(cls, people: Columns, year: Year) -> Self:
        """What they know before the first year."""
        nobody = np.empty(0, np.int64)
        panel = cls(Record.opened(people, year), nobody, nobody, nobody)
        panel.remember(people)
        return panel

    def remember(self, people: Columns) -> None:
        """Note who is followed into the next year."""
        self.postdocs = people.identity[_postdocs(people)]
        self.away = people.identity[_on_the_way(people)]
        self.fellows = people.identity[_fellows(people)]

    def copy(self) -> Panel:
        """An independent copy."""
        return deepcopy(self)


def observe(people: Columns, year: Year, panel: Panel) -> list[tuple[int, str, str, float, str]]:
    """Every statistic of the year: year, statistic, group, value, unit. Updates the memory."""
    moves = panel.record.read(people, year)
    panel.released[year.number] = panel.fellows[~np.isin(panel.fellows, people.identity[_fellows(people)])]
    rows = [
        (year.number, statistic, group, float(value), UNITS[statistic])
        for office in OFFICES
        for statistic, group, value in office(people, year, panel)
    ]
    rows += [(year.number, *seen[:2], float(seen[2]), UNITS[seen[0]]) for seen in scholars(moves, year)]
    panel.remember(people)
    return rows


# ------------------------------------------------------------------------------------------------ employer survey


def dispatches(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Dispatch over 30 days and over one year (survey of international research exchange, employers).

    Employers report those they pay and those whose post they keep. Postdocs and fellows who gave up a contract are in
    since fiscal 2010, when the questionnaire was changed to name them; doctoral students only on fellowships of a year
    or more.
    """
    tally, asked = year.tally, year.number >= _POSTDOCS_SURVEYED_FROM
    short = tally.visits[0].sum()
    students = tally.events.get("student_long_stays", 0)
    fellows = tally.departures[Mode.FELLOWSHIP].sum() if asked else 0
    long = max(int(tally.departures[Mode.VISIT].sum() + fellows) - students, 0)
    yield "dispatch_over_30_days", ALL, (short + long) / year.scale
    yield "dispatch_over_1_year", ALL, long / year.scale


def acceptances(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Acceptance from abroad over 30 days (same survey): foreigners whom universities and institutes host, or employ
    after a time at an institution abroad.

    Counted once a year, whenever they came. Foreigners formed here who have never worked abroad are not accepted from
    there. Guests of less than a year are not in the model; their number is added as data, `guests` of regions.csv, and
    is the same under every policy.
    """
    inside = (people.region == HOME) & (people.origin != HOME) & ((people.degree_region != HOME) | (people.moves > 0))
    employed = (people.stage >= Stage.POSTDOC) & (people.stage <= Stage.PERMANENT) & ~people.candidate
    guests = year.world.by_region("guests").sum(dtype=np.float64)
    yield "acceptance_over_30_days", ALL, np.count_nonzero(inside & employed) / year.scale + guests


# -------------------------------------------------------------------------------------------- bibliometric record


def scholars(moves: tuple[NDArray[np.int64], NDArray[np.int64]], year: Year) -> Iterator[Seen]:
    """Moves between regions of published authors. moves: (regions,) out of home and into home.

    Guests of most of a year who sign for the host are movers there and back; the model has none, so that they are added
    as data. The rates are over all authors of the home country, a number of the world: many of them, clinicians and
    company researchers without a doctorate, are not in the model.
    """
    everyone = year.world.drivers.value("scholar_stock", year=year.number, region=year.world.regions[HOME])
    guests = year.world.by_region("guests") * year.parameters.guests_long * year.parameters.signs_for_host
    for way, rate, counts in (
        ("scholar_outflow", "scholar_outmigration_rate", moves[0] / year.scale + guests),
        ("scholar_inflow", "scholar_inmigration_rate", moves[1] / year.scale + guests),
    ):
        yield way, ALL, counts.sum()
        yield from ((way, name, counts[code]) for code, name in enumerate(year.world.regions) if code != HOME)
        yield rate, ALL, counts.sum() / everyone


# ---------------------------------------------------------------------------------------------- doctorate surveys


def doctorates_abroad(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Doctorates that universities abroad give to people of home origin (survey of earned doctorates: a full count)."""
    given = (people.degree_year == year.number) & (people.degree_region != HOME) & (people.origin == HOME)
    counts = np.bincount(people.degree_region[given], minlength=len(year.world.regions)) / year.scale
    yield from (
        ("doctorates_abroad", name, counts[code]) for code, name in enumerate(year.world.regions) if code != HOME
    )


def new_doctorates(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Share of home-origin doctorates of home universities who are abroad half a year later (cohort survey).

    Who has left research does not answer.
    """
    cohort = (people.degree_year == year.number) & (people.degree_region == HOME) & (people.origin == HOME)
    known = np.flatnonzero(cohort & (people.stage != Stage.LEFT))
    if len(known):
        yield "new_doctorates_abroad", ALL, np.mean(people.region[known] != HOME)


def foreign_doctorates(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Share of the foreign doctorates of a year who are still here, half a year later and after, and the new ones by
    origin (cohort survey).

    Over those whose place is known: who has left research does not answer, and who stays answers with `stayers_answer`
    times the odds of who left.
    """
    known, here, degree = _foreign_doctorates(people)
    odds = year.parameters.stayers_answer
    for years in (0, 1, 3, 6):
        cohort = degree == year.number - years
        if cohort.any():
            stay = np.mean(here[cohort])
            yield "foreign_doctorates_here", _FOLLOWED[years], odds * stay / (odds * stay + 1 - stay)
    if (new := degree == year.number).any():
        origins = np.bincount(people.origin[known[new]], minlength=len(year.world.regions)) / np.count_nonzero(new)
        yield from (
            ("foreign_doctorates_origin", name, origins[code]) for code, name in enumerate(year.world.abroad, 1)
        )


def foreign_placements(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Share of the new foreign doctorates who are here after the degree, and who are employed here (placement survey:
    universities report all whose course is known).
    """
    known, here, degree = _foreign_doctorates(people)
    if (new := degree == year.number).any():
        employed = here & (people.stage[known] != Stage.UNPLACED)
        yield "foreign_doctorates_placed", "here", np.mean(here[new])
        yield "foreign_doctorates_placed", "employed here", np.mean(employed[new])


def doctoral_students(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Doctoral students of home universities and those of them who keep a job (school basic survey: a full count of
    1 May), those abroad for a time included. Who begins in October is counted a year later.
    """
    enrolled = (people.stage == Stage.DOCTORAL) & ((people.region == HOME) | people.post_kept)
    later = year.driver("october_entry") * year.tally.entrants[FOREIGN]
    yield "doctoral_students", ALL, (np.count_nonzero(enrolled) - later) / year.scale
    yield "doctoral_students", "working adult", np.count_nonzero(enrolled & people.working) / year.scale


def doctoral_entrants(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Doctoral entrants of home universities (school basic survey: a full count of 1 May).

    Foreign students who begin in October, `october_entry` of them, are never counted as entrants. Counted apart are
    foreign students and, of home origin, those who keep a job and those who do not.
    """
    foreign = (1 - year.driver("october_entry")) * year.tally.entrants[FOREIGN]
    counted = year.tally.entrants[FROM_MASTER] + year.tally.entrants[FROM_WORK] + foreign
    yield "doctoral_entrants", ALL, counted / year.scale
    yield "doctoral_entrants", "foreign", foreign / year.scale
    yield "doctoral_entrants", "working adult", year.tally.entrants[FROM_WORK] / year.scale
    yield "doctoral_entrants", "from master", year.tally.entrants[FROM_MASTER] / year.scale


# -------------------------------------------------------------------------------------------------- postdoc survey


def postdocs(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Postdocs of a fiscal year, their mean age, and the share of last year's now in a lasting post (postdoc survey).

    Tenure track counts as a lasting post. Who cannot be traced counts as not in one, as in the survey's transition
    rates.
    """
    now_postdoc = _postdocs(people)
    yield "postdocs", ALL, len(now_postdoc) / year.scale * year.parameters.postdocs_over_november
    if len(now_postdoc):
        yield "postdoc_mean_age", ALL, year.number - people.birth_year[now_postdoc].mean(dtype=np.float64)
    if len(panel.postdocs):
        rows = _still_there(people, panel.postdocs)
        placed = np.isin(people.stage[rows], (Stage.TENURE_TRACK, Stage.PERMANENT)) & (people.region[rows] == HOME)
        yield "postdoc_to_lasting_post", ALL, np.count_nonzero(placed) / len(panel.postdocs)


def foreign_shares(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Foreigners among doctoral students, postdocs, faculty and the year's new doctorates at home.

    From the school basic survey, the postdoc survey and the surveys of doctorates, all full counts.
    """
    foreign = people.origin != HOME
    for name, who in (
        ("doctoral", np.flatnonzero((people.stage == Stage.DOCTORAL) & (people.region == HOME))),
        ("postdoc", _postdocs(people)),
        ("faculty", _faculty(people)),
    ):
        if len(who):
            yield "foreign_share", name, np.mean(foreign[who])
    if year.tally.graduates.any():
        yield "foreign_share", "new doctorates", year.tally.graduates[1] / year.tally.graduates.sum()


# ---------------------------------------------------------------------------------------------- teacher statistics


def research_universities(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Members of research universities by rank, and their shares of fixed-term posts and of people under forty.

    Members on leave abroad hold their posts.
    """
    who = _faculty(people)
    who = who[people.tier[who] == Tier.RESEARCH_UNIVERSITY]
    stage = people.stage[who]
    for rank in _FACULTY:
        yield "research_university_faculty", rank.label, np.count_nonzero(stage == rank) / year.scale
    if len(who):
        yield "fixed_term_share", "research university", np.mean(stage == Stage.FIXED_TERM)
        yield "under_40_share", "research university", np.mean(people.birth_year[who] > year.number - 40)


# -------------------------------------------------------------------------------------------------------- fellows


def fellows(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Overseas fellowships: success rate, new awards, and former fellows in a regular research post (follow-up).

    A regular post is a faculty post or one in industry at home, or a lasting post abroad. Who has left research or
    retired does not answer.
    """
    here = [
        number
        for number, record in enumerate(year.world.programmes)
        if record.direction == "out" and "postdoc" in record.stages and record.origin == "home" and record.years >= 1
    ]
    tried, won = year.tally.applications[here].sum(), year.tally.awards[here].sum()
    yield "fellowship_awards", ALL, won / year.scale
    if tried:
        yield "fellowship_success_rate", ALL, won / tried
    for years in (0, 1, 5):
        cohort = panel.released.get(year.number - years, np.empty(0, np.int64))
        rows = _still_there(people, cohort)
        rows = rows[people.stage[rows] != Stage.LEFT]
        if len(rows):
            at_home = people.region[rows] == HOME
            regular = np.where(at_home, np.isin(people.stage[rows], _REGULAR), people.stage[rows] == Stage.PERMANENT)
            yield "fellows_in_post", _FOLLOWED[years], np.mean(regular)


def returning(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Yearly hazard of return over the first five years abroad, of home-origin postdocs who kept no post at home."""
    if len(panel.away):
        rows = _still_there(people, panel.away)
        yield "return_hazard", "first five years", np.count_nonzero(people.region[rows] == HOME) / len(panel.away)


# ------------------------------------------------------------------------------------------------------- research


def publications(people: Columns, year: Year, panel: Panel) -> Iterator[Seen]:
    """Papers of the home country and those among the most cited tenth, fractional counts."""
    yield "papers", ALL, year.tally.research["papers"] / year.scale
    yield "top10_papers", ALL, year.tally.research["top10"] / year.scale


OFFICES: tuple[Callable[[Columns, Year, Panel], Iterator[Seen]], ...] = (
    dispatches,
    acceptances,
    doctorates_abroad,
    new_doctorates,
    foreign_doctorates,
    foreign_placements,
    doctoral_students,
    doctoral_entrants,
    postdocs,
    foreign_shares,
    research_universities,
    fellows,
    returning,
    publications,
)

UNITS = {
    "dispatch_over_30_days": "persons/FY",
    "dispatch_over_1_year": "persons/FY",
    "acceptance_over_30_days": "persons/FY",
    "scholar_outflow": "published scholars/yr",
    "scholar_inflow": "published scholars/yr",
    "scholar_outmigration_rate": "share/yr",
    "scholar_inmigration_rate": "share/yr",
    "doctorates_abroad": "persons/yr",
    "new_doctorates_abroad": "share",
    "foreign_doctorates_here": "share",
    "foreign_doctorates_placed": "share",
    "foreign_doctorates_origin": "share",
    "doctoral_students": "persons",
    "doctoral_entrants": "persons/yr",
    "postdocs": "persons",
    "postdoc_mean_age": "years",
    "postdoc_to_lasting_post": "share/yr",
    "foreign_share": "share",
    "research_university_faculty": "persons",
    "fixed_term_share": "share",
    "under_40_share": "share",
    "fellowship_awards": "persons/yr",
    "fellowship_success_rate": "share",
    "fellows_in_post": "share",
    "return_hazard": "share/yr",
    "papers": "papers/yr",
    "top10_papers": "papers/yr",
}
"""Every statistic with its unit."""


def _postdocs(people: Columns) -> NDArray[np.intp]:
    return np.flatnonzero((people.stage == Stage.POSTDOC) & (people.region == HOME) & ~people.candidate)


def _foreign_doctorates(people: Columns) -> tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.int16]]:
    """Rows of the foreign doctorates of home universities in research or a job, who of them is here, year of degree."""
    rows = np.flatnonzero((people.origin != HOME) & (people.degree_region == HOME) & (people.stage != Stage.LEFT))
    return rows, people.region[rows] == HOME, people.degree_year[rows]


def _faculty(people: Columns) -> NDArray[np.intp]:
    ranked = (people.stage >= Stage.FIXED_TERM) & (people.stage <= Stage.PERMANENT)
    return np.flatnonzero(ranked & ((people.region == HOME) | people.post_kept))


def _fellows(people: Columns) -> NDArray[np.intp]:
    away = (people.mode == Mode.FELLOWSHIP) & (people.region != HOME) & (people.stage != Stage.LEFT)
    return np.flatnonzero(away & (people.degree_year > 0))


def _on_the_way(people: Columns) -> NDArray[np.intp]:
    """Home-origin doctorates abroad for at most five years, no post kept but one found from there."""
    found = people.post_kept & (people.start_year > people.away_since)  # and to be taken up when the award is over
    away = (people.region != HOME) & (people.origin == HOME) & (people.degree_year > 0)
    away &= found | (~people.post_kept & ((people.stage == Stage.POSTDOC) | (people.stage == Stage.PERMANENT)))
    since = np.where(away, people.away_since, 0)
    return np.flatnonzero(away & (since > since.max(initial=0) - 5))


def _still_there(people: Columns, identity: NDArray[np.int64]) -> NDArray[np.intp]:
    rows = people.rows(identity)
    return rows[rows >= 0]
