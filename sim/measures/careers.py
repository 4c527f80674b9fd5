"""Statistics of careers at home and abroad: doctorates, students, postdocs, teachers of research universities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.catalogue import ALL, Group, Kind
from sim.measures.census import FACULTY
from sim.measures.counting import AGE_BANDS
from sim.measures.statistics import Survey, share, statistic
from sim.process.potential import FOREIGN, FROM_MASTER, FROM_WORK
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator


_AFTER = {0: "0 years", 1: "1 year", 3: "3 years", 5: "5 years", 6: "6 years"}


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
    yield ALL, share(abroad, known)


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
        stay = share(here, known)
        yield _AFTER[years], odds * stay / (odds * stay + 1 - stay)


@statistic(
    "Origin of new foreign doctorates", "博士号取得留学生の出身地域", theme="doctorates", unit="share", kind=Kind.SHARE
)
def foreign_doctorates_origin(survey: Survey) -> Iterator[Group]:
    """New foreign doctorates by origin (cohort survey), over those whose place is known."""
    known = survey.answers.foreign_doctorates[:, 0, 0]
    for code, name in enumerate(survey.world.abroad, 1):
        yield name, share(survey.answers.foreign_origins[:, code], known)


@statistic(
    "Placement of new foreign doctorates", "博士号取得留学生の進路", theme="doctorates", unit="share", kind=Kind.SHARE
)
def foreign_doctorates_placed(survey: Survey) -> Iterator[Group]:
    """Share of the new foreign doctorates who are here after the degree, and who are employed here (placement survey:
    universities report all whose course is known).
    """
    known, here, employed = survey.answers.foreign_doctorates[:, 0].T
    yield "here", share(here, known)
    yield "employed here", share(employed, known)


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


@statistic("Postdocs", "ポストドクター等", theme="postdocs", unit="persons", kind=Kind.COUNT)
def postdocs(survey: Survey) -> Iterator[Group]:
    """Postdocs of a fiscal year (postdoc survey, which counts the month of November)."""
    yield ALL, survey.answers.postdocs[:, 0] * survey.parameters.postdocs_over_november


@statistic("Mean age of postdocs", "ポストドクター等の平均年齢", theme="postdocs", unit="years", kind=Kind.MEAN)
def postdoc_mean_age(survey: Survey) -> Iterator[Group]:
    """Mean age of postdocs at the end of the year (postdoc survey)."""
    number, _, births = survey.answers.postdocs.T
    yield ALL, survey.counts.year - share(births, number)


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
    yield ALL, share(placed, followed)


@statistic("Foreign share", "外国人比率", theme="postdocs", unit="share", kind=Kind.SHARE)
def foreign_share(survey: Survey) -> Iterator[Group]:
    """Foreigners among doctoral students, postdocs, faculty and the year's new doctorates at home.

    From the school basic survey, the postdoc survey and the surveys of doctorates, all full counts.
    """
    census, answers = survey.census, survey.answers
    students = census.people.where(stage=Stage.DOCTORAL, region=HOME)
    yield "doctoral", share(students.where(foreign=True).total(), students.total())
    yield "postdoc", share(answers.postdocs[:, 1], answers.postdocs[:, 0])
    yield "faculty", share(census.faculty.where(foreign=True).total(), census.faculty.total())
    yield "new doctorates", share(answers.doctorates[:, 1], answers.doctorates.sum(axis=1))


@statistic("Faculty of research universities", "研究大学の教員", theme="teachers", unit="persons", kind=Kind.COUNT)
def research_university_faculty(survey: Survey) -> Iterator[Group]:
    """Members of research universities by rank (teacher statistics). Members on leave abroad hold their posts."""
    members = survey.census.faculty.where(leading=True)
    yield from zip((rank.label for rank in FACULTY), members.by("stage").T, strict=True)


@statistic("Fixed-term share of faculty", "任期付き教員の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def fixed_term_share(survey: Survey) -> Iterator[Group]:
    """Share of fixed-term posts among members of research universities (teacher statistics)."""
    members = survey.census.faculty.where(leading=True)
    yield survey.world.tiers[LEADING], share(members.where(stage=Stage.FIXED_TERM).total(), members.total())


@statistic("Faculty under 40", "40歳未満の教員（若手教員）の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def under_40_share(survey: Survey) -> Iterator[Group]:
    """Share of people under forty among members of research universities (teacher statistics)."""
    members = survey.census.faculty.where(leading=True)
    yield survey.world.tiers[LEADING], share(members.where(young=True).total(), members.total())


@statistic("Teachers by age", "年齢階層別の本務教員の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def teachers_by_age(survey: Survey) -> Iterator[Group]:
    """Full-time teachers by age (school teachers survey, a full count of universities of all kinds)."""
    ages = survey.counts.ages
    yield from ((band, share(ages[:, k], ages.sum(axis=1))) for k, band in enumerate(AGE_BANDS))


@statistic("Newly hired teachers by age", "年齢階層別の採用教員の割合", theme="teachers", unit="share", kind=Kind.SHARE)
def teacher_hires_by_age(survey: Survey) -> Iterator[Group]:
    """People newly hired as full-time teachers by age (same survey); moves between universities are none."""
    ages = survey.answers.hires_by_age
    yield from ((band, share(ages[:, k], ages.sum(axis=1))) for k, band in enumerate(AGE_BANDS))
