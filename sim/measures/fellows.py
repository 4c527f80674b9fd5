"""Statistics of overseas fellowships: awards, applications, and the posts of former fellows, unknowns left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.catalogue import ALL, Group, Kind
from sim.measures.questionnaires import FELLOWS_ASKED
from sim.measures.statistics import Survey, share, statistic
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray


_AFTER = {0: "0 years", 1: "1 year", 3: "3 years", 5: "5 years", 6: "6 years"}


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
        yield group, share(known[:, k], known.sum(axis=1))


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
    yield ALL, share(won, tried)


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
        yield _AFTER[years], share(placed, asked)


@statistic("Yearly hazard of return", "帰国のハザード率（年）", theme="fellows", unit="share/yr", kind=Kind.SHARE)
def return_hazard(survey: Survey) -> Iterator[Group]:
    """Yearly hazard of return over the first five years abroad, of home-origin postdocs who kept no post at home."""
    abroad, back = survey.answers.abroad.T
    yield "first five years", share(back, abroad)
