"""Statistics of papers of people at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.catalogue import ALL, Group, Kind
from sim.measures.statistics import Survey, share, statistic

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    yield ALL, share(survey.counts.top10, survey.counts.papers)


@statistic("International co-authorship", "国際共著論文の割合", theme="research", unit="share", kind=Kind.SHARE)
def coauthored_share(survey: Survey) -> Iterator[Group]:
    """Papers with a co-author abroad over papers of the home country. The statistic is in whole counts, and so is the
    share that `coauthor_base` was set by.
    """
    yield ALL, share(survey.counts.international, survey.counts.papers)
