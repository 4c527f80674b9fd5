"""Outcomes of networks, of openness and security, of doctorates, and of who is at home by sex, field and origin.

As in `sim.measures.outcomes`, a function reads the census and yields groups, in simulated persons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.catalogue import ALL, Group, Kind, Register
from sim.measures.census import AWAY, FACULTY, Census
from sim.measures.sizes import SIZES
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

NETWORK = Register[Census](SIZES)
"""These outcomes, in the order of the table, after those of `sim.measures.outcomes`."""
outcome = NETWORK.declare

_ACADEMIC = tuple(stage for stage in Stage if stage <= Stage.PERMANENT)


# --------------------------------------------------------------------------------------------------- doctorates


@outcome("Doctorates awarded", "博士号取得者数", theme="careers", unit="persons/yr", kind=Kind.COUNT)
def doctorates(census: Census) -> Iterator[Group]:
    """Doctorates that universities at home award: all, to people of home origin, foreigners, women, and by field."""
    counts = census.counts
    yield ALL, counts.graduates_now.sum(axis=1)
    yield from zip(("home origin", "foreign"), counts.graduates_now.T, strict=True)
    yield "women", counts.doctorates[:, :, 1].sum(axis=1)
    yield from zip(census.world.fields, counts.doctorates.sum(axis=2).T, strict=True)


@outcome(
    "Doctorates per million inhabitants",
    "人口100万人当たり博士号取得者数",
    theme="careers",
    unit="doctorates/yr per million",
    kind=Kind.COUNT,
)
def doctorates_per_million(census: Census) -> Iterator[Group]:
    """Doctorates that universities at home award, over the million inhabitants of the year."""
    people = np.array([census.world.driver("population", year) for year in census.counts.year.tolist()])
    yield ALL, census.counts.graduates_now.sum(axis=1) / people


@outcome("Careers of new doctorates", "博士号取得後6年以内の者の進路", theme="careers", unit="persons", kind=Kind.COUNT)
def doctorate_careers(census: Census) -> Iterator[Group]:
    """Where those are who took a doctorate at home this year or in the five years before, as far as they are in sight:
    in a post at home by rank, outside academia, between posts, abroad.
    """
    for stage in (Stage.POSTDOC, *FACULTY, Stage.INDUSTRY):
        yield stage.label, census.counts.careers[:, stage]
    yield "between posts", census.counts.careers[:, Stage.UNPLACED]
    yield "abroad", census.counts.careers[:, AWAY]


@outcome("Second appointments", "クロスアポイントメント適用者", theme="careers", unit="persons", kind=Kind.COUNT)
def shared_posts(census: Census) -> Iterator[Group]:
    """People in a post at home who share their time with a second employer: all, and where a programme has such places,
    with firms, and with hosts in each region.
    """
    held = census.counts.shared
    yield ALL, held.sum(axis=1)
    if any(record.kind is ProgrammeKind.SHARED_POST for record in census.programmes):
        yield "firms", held[:, HOME]
        yield from _regions(census, held)


# ---------------------------------------------------------------------------------------- sex, field and origin


@outcome("Women", "女性比率", theme="careers", unit="share", kind=Kind.SHARE)
def women_share(census: Census) -> Iterator[Group]:
    """Share of women among doctoral students, postdocs and faculty who are at home."""
    for group, stages in (("doctoral", (Stage.DOCTORAL,)), ("postdoc", (Stage.POSTDOC,)), ("faculty", FACULTY)):
        members = census.counts.here[:, list(stages)].sum(axis=(1, 2, 4))
        yield group, _part(members[:, 1], members.sum(axis=1))


@outcome("Researchers at home by field", "国内の研究者数（分野別）", theme="careers", unit="persons", kind=Kind.COUNT)
def researchers_by_field(census: Census) -> Iterator[Group]:
    """Postdocs and faculty who are at home, by field."""
    members = census.counts.here[:, [Stage.POSTDOC, *FACULTY]].sum(axis=(1, 3, 4))
    yield from zip(census.world.fields, members.T, strict=True)


@outcome(
    "Foreigners at home by origin",
    "国内の外国人学生・研究者数（出身地域別）",
    theme="foreigners",
    unit="persons",
    kind=Kind.COUNT,
)
def foreigners_by_origin(census: Census) -> Iterator[Group]:
    """Foreigners in study or an academic post at home, all and by region of origin."""
    members = census.counts.here[:, list(_ACADEMIC)].sum(axis=(1, 2, 3))
    yield ALL, members[:, HOME + 1 :].sum(axis=1)
    yield from _regions(census, members)


# ------------------------------------------------------------------------------------------------------ networks


@outcome("Foreign ties", "海外との人的ネットワーク（1人当たり）", theme="research", unit="ties", kind=Kind.MEAN)
def foreign_ties(census: Census) -> Iterator[Group]:
    """Active ties abroad of a person in study or an academic post at home, mean: all, and to each region."""
    people = census.counts.here[:, list(_ACADEMIC)].sum(axis=(1, 2, 3, 4))
    ties = census.counts.ties.sum(axis=1)
    yield ALL, _part(ties[:, HOME + 1 :].sum(axis=1), people)
    yield from ((name, _part(values, people)) for name, values in _regions(census, ties))


@outcome(
    "Papers with co-authors in a region",
    "国際共著論文の割合（相手国・地域別）",
    theme="research",
    unit="share",
    kind=Kind.SHARE,
)
def coauthorship_by_region(census: Census) -> Iterator[Group]:
    """Share of papers with an international co-author, by the region of most ties of the author at home."""
    for name, papers in _regions(census, census.counts.international_by_region):
        yield name, _part(papers, census.counts.papers)


@outcome(
    "Top-tenth papers with international co-authors",
    "Top10％論文に占める国際共著の割合",
    theme="research",
    unit="share",
    kind=Kind.SHARE,
)
def top_circle(census: Census) -> Iterator[Group]:
    """Share of the papers among the most cited tenth that have an international co-author."""
    yield ALL, _part(census.counts.top10_international, census.counts.top10)


@outcome(
    "Partner regions, effective number", "共著相手国・地域の実効数", theme="research", unit="regions", kind=Kind.MEAN
)
def partner_regions(census: Census) -> Iterator[Group]:
    """How many regions of equal weight would spread international papers as they are: exp(entropy of the shares)."""
    papers = census.counts.international_by_region[:, HOME + 1 :].astype(np.float64)
    shares = papers / np.maximum(papers.sum(axis=1, keepdims=True), 1e-9)
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    yield ALL, np.where(papers.sum(axis=1) > 0, np.exp(entropy), np.nan)


@outcome(
    "Centrality of home (proxy)", "国際共著網での中心性（代理指標）", theme="research", unit="share", kind=Kind.SHARE
)
def centrality(census: Census) -> Iterator[Group]:
    """Papers with co-authors in each region over all papers, weighted by the region's share of the published scholars
    abroad. A proxy: links between other regions are not in the model.
    """
    world = census.world
    scholars = np.array(
        [
            world.drivers.along("region", world.abroad, "scholar_stock", year=year)
            for year in census.counts.year.tolist()
        ]
    )
    weight = scholars / scholars.sum(axis=1, keepdims=True)
    yield ALL, _part((census.counts.international_by_region[:, HOME + 1 :] * weight).sum(axis=1), census.counts.papers)


@outcome(
    "Lag behind the frontier (proxy)",
    "研究テーマ着手の遅れ（代理指標）",
    theme="research",
    unit="years",
    kind=Kind.MEAN,
)
def topic_lag(census: Census) -> Iterator[Group]:
    """Years by which papers begin on a topic late: `topic_lag` for those without a co-author in a region whose peers
    are better than those at home, none for the others. A proxy: topics are not in the model.
    """
    peers = census.world.by_region("peers")
    ahead = np.flatnonzero(peers > peers[HOME])
    joined = census.counts.international_by_region[:, ahead].sum(axis=1)
    yield ALL, census.counts.topic_lag * (1 - _part(joined, census.counts.papers))


# -------------------------------------------------------------------------------------------------- the gate


@outcome("Openness of links", "国際的なつながりの開放性", theme="research", unit="share", kind=Kind.SHARE)
def openness(census: Census) -> Iterator[Group]:
    """Share of the links of home that may work together: foreign ties of people at home, and foreigners at home; all,
    and by region. To be read beside `leakage`.
    """
    yield from _of_links(census, 1)


@outcome(
    "Unscreened sensitive links", "審査を経ない機微なつながりの割合", theme="research", unit="share", kind=Kind.SHARE
)
def leakage(census: Census) -> Iterator[Group]:
    """Share of the same links that is in sensitive work and that no screening refuses: an index of what could leak, not
    a count of leaks; all, and by region.
    """
    yield from _of_links(census, 2)


def _of_links(census: Census, which: int) -> Iterator[Group]:
    links = census.counts.joined
    yield ALL, _part(links[:, which].sum(axis=1), links[:, 0].sum(axis=1))
    for code, name in enumerate(census.world.regions):
        if code != HOME:
            yield name, _part(links[:, which, code], links[:, 0, code])


def _regions(census: Census, counts: NDArray[np.generic]) -> Iterator[Group]:
    """Values by region abroad, (years,), of counts (years, regions)."""
    yield from ((name, counts[:, code]) for code, name in enumerate(census.world.regions) if code != HOME)


def _part(part: NDArray[np.generic], whole: NDArray[np.generic]) -> NDArray[np.float64]:
    """Part over whole, (years,); NaN of nothing."""
    share: NDArray[np.float64] = np.where(whole > 0, part / np.maximum(whole, 1e-9), np.nan)  # type: ignore[operator]
    return share
