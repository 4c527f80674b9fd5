"""The statistical surveys: each statistic collected from the model's people the way it is in the world.

The model reads nothing from here, and only these numbers are compared with data. One function a statistic,
each yielding (group, values) of shape (years,) in simulated persons; the table divides by the scale. Who answers, who
is missed and what counts as abroad differ from one survey to the next, and every function says how.

    employers                survey of international research exchange: stays and acceptances over thirty days, reported
                             by whoever pays the post
    bibliometric record      published authors by the main country of their affiliation (`sim.measures.bibliometrics`)
    doctorates               where new doctorates are, those who answer
    students                 school basic survey, a full count of 1 May
    postdocs                 postdocs at home on 1 November, and the next year's posts
    teachers                 members of research universities
    fellows                  the posts of former overseas fellows, unknowns left out
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.catalogue import ALL, Group, Kind, Register, tidy
from sim.measures.census import FACULTY, Census, Counts, stacked
from sim.measures.counting import AGE_BANDS
from sim.measures.questionnaires import FELLOWS_ASKED, Answers
from sim.process.entry import FOREIGN, FROM_MASTER, FROM_WORK
from sim.vocabulary import HOME, LEADING, Mode, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

_AFTER = {0: "0 years", 1: "1 year", 3: "3 years", 5: "5 years", 6: "6 years"}
_POSTDOCS_SURVEYED_FROM = 2010  # fiscal year from which employers were told to count postdocs and fellows


@dataclass(frozen=True)
class Survey:
    """What statistics are made from: the answers and the census of the finished years, arrays with the years first."""

    answers: Answers
    census: Census
    parameters: Parameters
    scale: float

    @classmethod
    def of(cls, answers: Sequence[Answers], census: Census, parameters: Parameters, scale: float) -> Survey:
        """The years laid one after the other."""
        return cls(stacked(answers), census, parameters, scale)

    @property
    def world(self) -> World:
        """The world around the people."""
        return self.census.world

    @property
    def counts(self) -> Counts:
        """The census's counts."""
        return self.census.counts

    def driver(self, series: str) -> NDArray[np.float64]:
        """A driver of the home country in each year, (years,)."""
        return np.array([self.world.driver(series, int(year)) for year in self.counts.year])

    def simulated(self, real: NDArray[Any] | float) -> NDArray[np.float64]:
        """Real persons as so many simulated ones: data that are added to what is counted."""
        return np.asarray(real, np.float64) * self.scale


STATISTICS = Register[Survey]()
"""Every statistic, in the order of the table."""
statistic = STATISTICS.declare


# ----------------------------------------------------------------------------------------------------- employers


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


# -------------------------------------------------------------------------------------------- bibliometric record


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


# ---------------------------------------------------------------------------------------------------- doctorates


@statistic("Doctorates taken abroad", "海外で取得した博士号", theme="doctorates", unit="persons/yr", kind=Kind.COUNT)
def doctorates_abroad(survey: Survey) -> Iterator[Group]:
    """Doctorates that universities abroad give to people of home origin (survey of earned doctorates: a full count)."""
    counts = survey.answers.doctorates_abroad
    yield from ((name, counts[:, code]) for code, name in enumerate(survey.world.regions) if code != HOME)


@statistic(
    "New doctorates who are abroad", "博士課程修了者の海外所在割合", theme="doctorates", unit="share", kind=Kind.SHARE
)
def new_doctorates_abroad(survey: Survey) -> Iterator[Group]:
    """Share of home-origin doctorates of home universities who are abroad half a year later (cohort survey).

    Who has left research does not answer.
    """
    known, abroad = survey.answers.new_doctorates.T
    yield ALL, _share(abroad, known)


@statistic(
    "Foreign doctorates who are here", "博士号取得留学生の定着率", theme="doctorates", unit="share", kind=Kind.SHARE
)
def foreign_doctorates_here(survey: Survey) -> Iterator[Group]:
    """Share of the foreign doctorates of a year who are still here, half a year later and after (cohort survey).

    Over those whose place is known: who has left research does not answer, and who stays answers with `stayers_answer`
    times the odds of who left.
    """
    odds = survey.parameters.stayers_answer
    for years in (0, 1, 3, 6):
        known, here, _ = survey.answers.foreign_doctorates[:, years].T
        stay = _share(here, known)
        yield _AFTER[years], odds * stay / (odds * stay + 1 - stay)


@statistic(
    "Origin of new foreign doctorates", "博士号取得留学生の出身地域", theme="doctorates", unit="share", kind=Kind.SHARE
)
def foreign_doctorates_origin(survey: Survey) -> Iterator[Group]:
    """New foreign doctorates by origin (cohort survey), over those whose place is known."""
    known = survey.answers.foreign_doctorates[:, 0, 0]
    for code, name in enumerate(survey.world.abroad, 1):
        yield name, _share(survey.answers.foreign_origins[:, code], known)


@statistic(
    "Placement of new foreign doctorates", "博士号取得留学生の進路", theme="doctorates", unit="share", kind=Kind.SHARE
)
def foreign_doctorates_placed(survey: Survey) -> Iterator[Group]:
    """Share of the new foreign doctorates who are here after the degree, and who are employed here (placement survey:
    universities report all whose course is known).
    """
    known, here, employed = survey.answers.foreign_doctorates[:, 0].T
    yield "here", _share(here, known)
    yield "employed here", _share(employed, known)


# ------------------------------------------------------------------------------------------------------ students


@statistic("Doctoral students", "博士後期課程学生", theme="students", unit="persons", kind=Kind.COUNT)
def doctoral_students(survey: Survey) -> Iterator[Group]:
    """Doctoral students of home universities and those of them who keep a job (school basic survey: a full count of
    1 May), those abroad for a time included. Who begins in October is counted a year later.
    """
    enrolled, working = survey.answers.students.T
    yield ALL, enrolled - survey.driver("october_entry") * survey.counts.entrants[:, FOREIGN]
    yield "working adult", working


@statistic("Doctoral entrants", "博士後期課程入学者", theme="students", unit="persons/yr", kind=Kind.COUNT)
def doctoral_entrants(survey: Survey) -> Iterator[Group]:
    """Doctoral entrants of home universities (school basic survey: a full count of 1 May).

    Foreign students who begin in October, `october_entry` of them, are never counted as entrants. Counted apart are
    foreign students and, of home origin, those who keep a job and those who do not.
    """
    flow = survey.counts.entrants
    foreign = (1 - survey.driver("october_entry")) * flow[:, FOREIGN]
    yield ALL, flow[:, FROM_MASTER] + flow[:, FROM_WORK] + foreign
    yield "foreign", foreign
    yield "working adult", flow[:, FROM_WORK]
    yield "from master", flow[:, FROM_MASTER]


# ------------------------------------------------------------------------------------------------------ postdocs


@statistic("Postdocs", "ポストドクター等", theme="postdocs", unit="persons", kind=Kind.COUNT)
def postdocs(survey: Survey) -> Iterator[Group]:
    """Postdocs of a fiscal year (postdoc survey, which counts the month of November)."""
    yield ALL, survey.answers.postdocs[:, 0] * survey.parameters.postdocs_over_november


@statistic("Mean age of postdocs", "ポストドクター等の平均年齢", theme="postdocs", unit="years", kind=Kind.MEAN)
def postdoc_mean_age(survey: Survey) -> Iterator[Group]:
    """Mean age of postdocs at the end of the year (postdoc survey)."""
    number, _, births = survey.answers.postdocs.T
    yield ALL, survey.counts.year - _share(births, number)


@statistic(
    "Postdocs in a lasting post a year later",
    "ポストドクター等の任期のない職への移行率",
    theme="postdocs",
    unit="share/yr",
    kind=Kind.SHARE,
)
def postdoc_to_lasting_post(survey: Survey) -> Iterator[Group]:
    """Share of last year's postdocs now in a lasting post (postdoc survey).

    Tenure track counts as a lasting post. Who cannot be traced counts as not in one, as in the survey's transition
    rates.
    """
    followed, placed = survey.answers.former_postdocs.T
    yield ALL, _share(placed, followed)


@statistic("Foreign share", "外国人比率", theme="postdocs", unit="share", kind=Kind.SHARE)
def foreign_share(survey: Survey) -> Iterator[Group]:
    """Foreigners among doctoral students, postdocs, faculty and the year's new doctorates at home.

    From the school basic survey, the postdoc survey and the surveys of doctorates, all full counts.
    """
    census, answers = survey.census, survey.answers
    students = census.people.where(stage=Stage.DOCTORAL, region=HOME)
    yield "doctoral", _share(students.where(foreign=True).total(), students.total())
    yield "postdoc", _share(answers.postdocs[:, 1], answers.postdocs[:, 0])
    yield "faculty", _share(census.faculty.where(foreign=True).total(), census.faculty.total())
    yield "new doctorates", _share(answers.doctorates[:, 1], answers.doctorates.sum(axis=1))


# ------------------------------------------------------------------------------------------------------ teachers


@statistic("Faculty of research universities", "研究大学の教員", theme="teachers", unit="persons", kind=Kind.COUNT)
def research_university_faculty(survey: Survey) -> Iterator[Group]:
    """Members of research universities by rank (teacher statistics). Members on leave abroad hold their posts."""
    members = survey.census.faculty.where(leading=True)
    yield from zip((rank.label for rank in FACULTY), members.by("stage").T, strict=True)


@statistic("Fixed-term share of faculty", "任期付き教員の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def fixed_term_share(survey: Survey) -> Iterator[Group]:
    """Share of fixed-term posts among members of research universities (teacher statistics)."""
    members = survey.census.faculty.where(leading=True)
    yield survey.world.tiers[LEADING], _share(members.where(stage=Stage.FIXED_TERM).total(), members.total())


@statistic("Faculty under 40", "40歳未満の教員（若手教員）の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def under_40_share(survey: Survey) -> Iterator[Group]:
    """Share of people under forty among members of research universities (teacher statistics)."""
    members = survey.census.faculty.where(leading=True)
    yield survey.world.tiers[LEADING], _share(members.where(young=True).total(), members.total())


@statistic("Teachers by age", "年齢階層別の本務教員の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def teachers_by_age(survey: Survey) -> Iterator[Group]:
    """Full-time teachers by age (school teachers survey, a full count of universities of all kinds)."""
    ages = survey.counts.ages
    yield from ((band, _share(ages[:, k], ages.sum(axis=1))) for k, band in enumerate(AGE_BANDS))


@statistic("Newly hired teachers by age", "年齢階層別の採用教員の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def teacher_hires_by_age(survey: Survey) -> Iterator[Group]:
    """People newly hired as full-time teachers by age (same survey); moves between universities are none."""
    ages = survey.answers.hires_by_age
    yield from ((band, _share(ages[:, k], ages.sum(axis=1))) for k, band in enumerate(AGE_BANDS))


# ------------------------------------------------------------------------------------------------------- fellows


def _fellowships(survey: Survey) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Applications to overseas fellowships for postdocs of a year or more, and awards, both (years,)."""
    asked = [
        number
        for number, record in enumerate(survey.census.programmes)
        if record.kind is ProgrammeKind.FELLOWSHIP_ABROAD and "postdoc" in record.stages and record.origin == "home"
    ]
    return survey.counts.applications[:, asked].sum(axis=1), survey.counts.awards[:, asked].sum(axis=1)


@statistic(
    "New overseas fellows", "海外派遣フェローシップの新規採用者", theme="fellows", unit="persons/yr", kind=Kind.COUNT
)
def fellowship_awards(survey: Survey) -> Iterator[Group]:
    """New awards of overseas fellowships: see `_fellowships`."""
    yield ALL, _fellowships(survey)[1]


@statistic(
    "Applicants of overseas fellowships",
    "海外派遣フェローシップの応募者",
    theme="fellows",
    unit="persons/yr",
    kind=Kind.COUNT,
)
def fellowship_applications(survey: Survey) -> Iterator[Group]:
    """Applicants of overseas fellowships, see `_fellowships`, and of every programme by its name."""
    yield ALL, _fellowships(survey)[0]
    for record, tried in zip(survey.census.programmes, survey.counts.applications.T, strict=True):
        yield record.name, tried


@statistic(
    "Fellows right after the award",
    "海外派遣フェローシップ終了直後の状況",
    theme="fellows",
    unit="share",
    kind=Kind.SHARE,
)
def fellows_after_award(survey: Survey) -> Iterator[Group]:
    """Where overseas fellows are whose award has ended (follow-up): in a regular post here, in a lasting post abroad,
    postdocs here or abroad, or elsewhere. Who has left research or retired does not answer.
    """
    known = survey.answers.new_fellows
    for k, group in enumerate(("post here", "post abroad", "postdoc", "elsewhere")):
        yield group, _share(known[:, k], known.sum(axis=1))


@statistic(
    "Success rate of overseas fellowships",
    "海外派遣フェローシップの採択率",
    theme="fellows",
    unit="share",
    kind=Kind.SHARE,
)
def fellowship_success_rate(survey: Survey) -> Iterator[Group]:
    """Awards over applications of overseas fellowships: see `_fellowships`."""
    tried, won = _fellowships(survey)
    yield ALL, _share(won, tried)


@statistic(
    "Former fellows in a regular post",
    "海外派遣フェローシップ終了後の就職率（常勤研究職）",
    theme="fellows",
    unit="share",
    kind=Kind.SHARE,
)
def fellows_in_post(survey: Survey) -> Iterator[Group]:
    """Share of former overseas fellows in a regular research post (follow-up), by years since the award ended.

    A regular post is a faculty post or one in industry at home, or a lasting post abroad. Who has left research or
    retired does not answer.
    """
    for column, years in enumerate(FELLOWS_ASKED):
        asked, placed = survey.answers.former_fellows[:, column].T
        yield _AFTER[years], _share(placed, asked)


@statistic("Yearly hazard of return", "帰国のハザード率（年）", theme="fellows", unit="share/yr", kind=Kind.SHARE)
def return_hazard(survey: Survey) -> Iterator[Group]:
    """Yearly hazard of return over the first five years abroad, of home-origin postdocs who kept no post at home."""
    abroad, back = survey.answers.abroad.T
    yield "first five years", _share(back, abroad)


# ------------------------------------------------------------------------------------------------------ research


@statistic("Papers", "論文数", theme="research", unit="papers/yr", kind=Kind.COUNT)
def papers(survey: Survey) -> Iterator[Group]:
    """Papers of the home country, fractional counts."""
    yield ALL, survey.counts.papers


@statistic("Papers in the top tenth", "Top10％論文数", theme="research", unit="papers/yr", kind=Kind.COUNT)
def top10_papers(survey: Survey) -> Iterator[Group]:
    """Papers of the home country among the most cited tenth, fractional counts."""
    yield ALL, survey.counts.top10


@statistic("Share of papers in the top tenth", "Top10％論文の割合", theme="research", unit="share", kind=Kind.SHARE)
def top10_share(survey: Survey) -> Iterator[Group]:
    """Papers in the most cited tenth over all papers, fractional counts."""
    yield ALL, _share(survey.counts.top10, survey.counts.papers)


@statistic("International co-authorship", "国際共著論文の割合", theme="research", unit="share", kind=Kind.SHARE)
def coauthored_share(survey: Survey) -> Iterator[Group]:
    """Papers with a co-author abroad over papers of the home country. The statistic is in whole counts, and so is the
    share that `coauthor_base` was set by.
    """
    yield ALL, _share(survey.counts.international, survey.counts.papers)


def table(
    answers: Sequence[Answers],
    counts: Sequence[Counts],
    world: World,
    programmes: Sequence[ProgrammeRecord],
    parameters: Parameters,
    scale: float,
) -> pd.DataFrame:
    """Every statistic of these years at full size: year, statistic, group, value, unit."""
    if not answers:
        return tidy("statistic", [], (), scale)
    survey = Survey.of(answers, Census.of(counts, world, programmes), parameters, scale)
    return tidy("statistic", [year.year for year in counts], STATISTICS.rows(survey), scale)


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Part over whole, (years,); NaN of nobody."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
