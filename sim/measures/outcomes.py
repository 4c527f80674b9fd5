"""The outcomes, one function each, in one tidy long table at full size.

A function reads the census of the finished years and yields (group, values), values of shape (years,), in simulated
persons or money; NaN where a year has none. `@outcome` declares title, theme, unit and kind, and by the kind the table
divides by the scale. Faculty are fixed-term, tenure-track and permanent members of universities and institutes at home.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.catalogue import ALL, MONEY, Group, Kind, Measure, Register, tidy
from sim.measures.census import FACULTY, Census, Counts
from sim.measures.network import NETWORK
from sim.measures.sizes import SIZES, size_of
from sim.vocabulary import HOME, LEADING, Mode, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from sim.measures.cube import Cube
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

_AWAY = (Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER, Mode.VISIT)


OUTCOMES = Register[Census](SIZES)
"""Every outcome of a single life, in the order of the table."""
outcome = OUTCOMES.declare


# ----------------------------------------------------------------------------------------------------- mobility


@outcome("Departures for a year or more", "長期渡航（1年以上）", theme="mobility", unit="persons/yr", kind=Kind.COUNT)
def departures(census: Census) -> Iterator[Group]:
    """Home-origin people leaving home for a year or more, by mode and by region."""
    yield from _by_mode_and_region(census.counts.departures, census)


@outcome(
    "Stays abroad over 30 days, post kept or fellowship",
    "中・長期派遣（31日以上、在職のまま又はフェローシップ）",
    theme="mobility",
    unit="persons/yr",
    kind=Kind.COUNT,
)
def dispatches(census: Census) -> Iterator[Group]:
    """Stays abroad of over 30 days by employed people who keep their post, and fellowships; students' stays apart."""
    counts = census.counts
    flow = counts.departures.sum(axis=2)
    short, students = counts.visits.sum(axis=2).T
    long = flow[:, Mode.VISIT] + flow[:, Mode.FELLOWSHIP] - counts.student_long_stays
    yield ALL, short + long
    yield "over a year", long
    yield "students", students + counts.student_long_stays


@outcome("Returns", "帰国", theme="mobility", unit="persons/yr", kind=Kind.COUNT)
def returns(census: Census) -> Iterator[Group]:
    """Home-origin people back from a stay of a year or more, by mode and by region."""
    yield from _by_mode_and_region(census.counts.returns, census)


@outcome(
    "Home-origin researchers abroad",
    "海外在住の自国出身研究者",
    theme="mobility",
    unit="persons",
    kind=Kind.COUNT,
)
def stock_abroad(census: Census) -> Iterator[Group]:
    """Home-origin researchers and doctoral students abroad, by region."""
    known = tuple(stage for stage in Stage if stage is not Stage.LEFT)
    counts = census.people.where(foreign=False, stage=known).by("region")
    counts[:, HOME] = 0
    yield from _by_region(counts, census)


# ---------------------------------------------------------------------------------------------------- foreigners


@outcome("Arrivals of foreigners", "外国人の受入れ", theme="foreigners", unit="persons/yr", kind=Kind.COUNT)
def arrivals(census: Census) -> Iterator[Group]:
    """Foreigners coming in for a doctorate or a post, by stage and by region."""
    flow = census.counts.arrivals
    everyone, *regions = _by_region(flow.sum(axis=1), census)
    yield everyone
    for stage in (Stage.DOCTORAL, Stage.POSTDOC):
        yield stage.label, flow[:, stage].sum(axis=1)
    yield "faculty", flow[:, FACULTY].sum(axis=(1, 2))
    yield from regions


@outcome("Departures of foreigners", "外国人の出国", theme="foreigners", unit="persons/yr", kind=Kind.COUNT)
def foreign_departures(census: Census) -> Iterator[Group]:
    """Foreigners leaving home, by region they go to."""
    yield from _by_region(census.counts.foreign_departures, census)


@outcome("Foreign share", "外国人比率", theme="foreigners", unit="share", kind=Kind.SHARE)
def foreign_share(census: Census) -> Iterator[Group]:
    """Share of foreigners at home by stage."""
    for stage in (Stage.DOCTORAL, Stage.POSTDOC):
        here = census.people.where(stage=stage, region=HOME)
        yield stage.label, _share(here.where(foreign=True).total(), here.total())
    yield "faculty", _share(census.faculty.where(foreign=True).total(), census.faculty.total())


@outcome("Foreign doctorates still here", "博士号取得留学生の定着率", theme="foreigners", unit="share", kind=Kind.SHARE)
def foreign_retention(census: Census) -> Iterator[Group]:
    """Share of a cohort of foreign doctorates that is still here: after 0, 3 and 6 years."""
    counts = census.counts
    for years in (0, 3, 6):
        yield f"{years} years", _part(counts.graduates_here[:, years], counts.graduates[:, years])


# ------------------------------------------------------------------------------------------------------- careers


@outcome("Doctoral entrants", "博士後期課程入学者", theme="careers", unit="persons/yr", kind=Kind.COUNT)
def doctoral_entrants(census: Census) -> Iterator[Group]:
    """Doctoral entrants at home: from a master, working adults, foreign; and home-origin entrants abroad apart."""
    flow = census.counts.entrants
    yield ALL, flow[:, :3].sum(axis=1)
    yield from zip(("from master", "working adult", "foreign", "abroad"), flow.T, strict=True)


@outcome("Postdocs", "ポストドクター等", theme="careers", unit="persons", kind=Kind.COUNT)
def postdocs(census: Census) -> Iterator[Group]:
    """Postdocs at home."""
    yield ALL, census.people.where(stage=Stage.POSTDOC, region=HOME).total()


@outcome("Between posts", "求職中（ポスト待ち）", theme="careers", unit="persons", kind=Kind.COUNT)
def between_posts(census: Census) -> Iterator[Group]:
    """People with a doctorate at home who look for a post and have none."""
    yield ALL, census.people.where(stage=Stage.UNPLACED, region=HOME).total()


@outcome("Faculty", "大学教員（本務教員）", theme="careers", unit="persons", kind=Kind.COUNT)
def faculty(census: Census) -> Iterator[Group]:
    """Faculty, by rank; those on leave abroad hold their posts."""
    yield ALL, census.faculty.total()
    yield from zip((rank.label for rank in FACULTY), census.faculty.by("stage").T, strict=True)


@outcome("Hires into posts at home", "国内ポストへの採用", theme="careers", unit="persons/yr", kind=Kind.COUNT)
def hires(census: Census) -> Iterator[Group]:
    """People hired into posts at home: in all, with and without a year or more abroad, and into lasting posts."""
    yield ALL, census.hires.total()
    yield "with overseas experience", census.hires.where(experienced=True).total()
    yield "without overseas experience", census.hires.where(experienced=False).total()
    yield "lasting posts", census.hires.where(rank=(Stage.TENURE_TRACK, Stage.PERMANENT)).total()


@outcome("New awards", "新規採用者（事業別）", theme="careers", unit="persons/yr", kind=Kind.COUNT)
def awards(census: Census) -> Iterator[Group]:
    """New awards by programme."""
    yield from ((record.name, won) for record, won in zip(census.programmes, census.counts.awards.T, strict=True))


@outcome("Success rate of applications", "採択率（採用率）", theme="careers", unit="share", kind=Kind.SHARE)
def success_rate(census: Census) -> Iterator[Group]:
    """Awards over applications by programme; a programme nobody applied to is left out."""
    both = zip(census.counts.awards.T, census.counts.applications.T, strict=True)
    for record, (won, tried) in zip(census.programmes, both, strict=True):
        yield record.name, _part(won, tried)


@outcome("Fixed-term share of faculty", "任期付き教員の割合", theme="careers", unit="share", kind=Kind.SHARE)
def fixed_term_share(census: Census) -> Iterator[Group]:
    """Fixed-term share of faculty: all, and by kind of employer."""
    for group, members in _employed(census):
        yield group, _share(members.where(stage=Stage.FIXED_TERM).total(), members.total())


@outcome("Faculty under 40", "40歳未満の教員（若手教員）の割合", theme="careers", unit="share", kind=Kind.SHARE)
def under_40_share(census: Census) -> Iterator[Group]:
    """Share of faculty younger than forty: all, and in the leading tier."""
    for group, members in _employed(census):
        yield group, _share(members.where(young=True).total(), members.total())


@outcome("Faculty of 60 and over", "60歳以上の教員の割合", theme="careers", unit="share", kind=Kind.SHARE)
def over_60_share(census: Census) -> Iterator[Group]:
    """Share of faculty of sixty years and more."""
    yield ALL, _part(census.counts.ages[:, -1], census.counts.ages.sum(axis=1))


@outcome(
    "Faculty with a year abroad", "海外経験（1年以上）のある教員の割合", theme="careers", unit="share", kind=Kind.SHARE
)
def overseas_experience_share(census: Census) -> Iterator[Group]:
    """Share of home-origin faculty with a year or more abroad: all, and those younger than forty."""
    home_grown = census.faculty.where(foreign=False)
    for group, members in (ALL, home_grown), ("under 40", home_grown.where(young=True)):
        yield group, _share(members.where(experienced=True).total(), members.total())


def _in_post_after_return(years: int) -> Callable[[Census], Iterator[Group]]:
    def observe(census: Census) -> Iterator[Group]:
        counts = census.counts
        for column, group in enumerate((ALL, "fellowship")):
            placed = _part(counts.placed[:, years, column], counts.returnees[:, years, column])
            yield group, np.minimum(placed, 1.0)

    observe.__doc__ = f"""Share of a return cohort in a faculty post, {years} years later: all, and fellows."""
    return observe


for _years, _when, _when_ja in (0, "at once", "帰国直後"), (1, "1 year", "1年後"), (5, "5 years", "5年後"):
    outcome(
        f"Share in a faculty post {_when} after return",
        f"帰国後の就職率（常勤研究職）：{_when_ja}",
        theme="careers",
        unit="share",
        kind=Kind.SHARE,
        name=f"in_post_after_return_{_years}",
    )(_in_post_after_return(_years))


@outcome(
    "Perceived chance of a lasting post, postdocs",
    "任期のない職を得る主観的確率（ポスドク）",
    theme="careers",
    unit="share",
    kind=Kind.MEAN,
)
def belief(census: Census) -> Iterator[Group]:
    """Mean perceived chance, before pessimism, of a lasting post at home, among postdocs: if one stays, if one goes."""
    postdocs = census.people.where(stage=Stage.POSTDOC, region=HOME).total()
    for group, sums in zip(("stay", "go"), census.counts.beliefs.T, strict=True):
        yield group, _part(sums, postdocs)


# ------------------------------------------------------------------------------------------------------ research


@outcome("Papers", "論文数", theme="research", unit="papers/yr", kind=Kind.COUNT)
def papers(census: Census) -> Iterator[Group]:
    """Papers of people at home, fractional counts."""
    yield ALL, census.counts.papers


@outcome("Papers in the top tenth", "Top10％論文数", theme="research", unit="papers/yr", kind=Kind.COUNT)
def top10_papers(census: Census) -> Iterator[Group]:
    """Papers among the most cited tenth of the world, of people at home."""
    yield ALL, census.counts.top10


@outcome("Internationally co-authored papers", "国際共著論文の割合", theme="research", unit="share", kind=Kind.SHARE)
def international_coauthorship(census: Census) -> Iterator[Group]:
    """Share of papers with an international co-author."""
    yield ALL, census.counts.international / np.maximum(census.counts.papers, 1e-9)


# --------------------------------------------------------------------------------------------------------- money


@outcome("Public cost", "費用（公費）", theme="money", unit=MONEY, kind=Kind.MONEY)
def cost(census: Census) -> Iterator[Group]:
    """Public money by programme."""
    costs = census.counts.costs
    yield ALL, np.nansum(list(costs.values()), axis=0)
    yield from costs.items()


OUTCOMES.extend(NETWORK)


def _of_two_lives(name: str, title: str, title_ja: str, unit: str, kind: Kind) -> Measure:
    return Measure(name, title, title_ja, "distribution", unit, kind, size_of(name, unit, SIZES))


WINNERS = _of_two_lives("winners", "Share of people who gain", "有利になる人の割合", "share", Kind.SHARE)
LOSERS = _of_two_lives("losers", "Share of people who lose", "不利になる人の割合", "share", Kind.SHARE)
GAINING = _of_two_lives("gaining", "People who gain", "有利になる人数", "persons", Kind.COUNT)
LOSING = _of_two_lives("losing", "People who lose", "不利になる人数", "persons", Kind.COUNT)

CATALOGUE: dict[str, Measure] = {
    measure.name: measure for measure in (*OUTCOMES.measures.values(), WINNERS, LOSERS, GAINING, LOSING)
}
"""What every outcome is by its name, those that compare two lives included."""


def table(years: Sequence[Counts], world: World, programmes: Sequence[ProgrammeRecord], scale: float) -> pd.DataFrame:
    """Every outcome of these years at full size: year, outcome, group, value, unit."""
    rows = OUTCOMES.rows(Census.of(years, world, programmes)) if years else ()
    return tidy("outcome", [year.year for year in years], rows, scale, world.country.about.currency)


def _by_mode_and_region(flow: NDArray[np.int64], census: Census) -> Iterator[Group]:
    everyone, *regions = _by_region(flow.sum(axis=1), census)
    yield everyone
    for mode in _AWAY:
        yield mode.label, flow[:, mode].sum(axis=1)
    yield from regions


def _by_region(counts: NDArray[np.int64], census: Census) -> Iterator[Group]:
    yield ALL, counts.sum(axis=1)
    yield from ((name, counts[:, code]) for code, name in enumerate(census.world.regions) if code != HOME)


def _employed(census: Census) -> Iterator[tuple[str, Cube]]:
    """Faculty: all, and those of the leading tier."""
    yield ALL, census.faculty
    yield census.world.tiers[LEADING], census.faculty.where(leading=True)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the people counted in the part among those counted in the whole, (years,); 0 of nobody."""
    return part / np.maximum(whole, 1)


def _part(part: NDArray[Any], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Part over whole, (years,); NaN of nobody."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
