"""Hiring: what employers and programmes rank by, in standard deviations, and which posts a person may ask for."""

from __future__ import annotations

from sim.engine.arithmetic import F32, ONE, ZERO, exp, log
from sim.engine.compiler import Real, Truth, Whole, rule

LEAST_OUTPUT = F32(0.05)
"""Papers a year added before the logarithm, so that who has none can be ranked (A)."""
OUTPUT_SD = F32(0.7)
"""Standard deviation of log papers among peers (A)."""
MOST_SD = F32(2.5)
"""A record of papers counts for at most so many standard deviations (A)."""
SENIOR = 7
"""Years after the doctorate from which seniority no longer grows (the hazard of a lasting post peaks at 5-7 years)."""
RECENT = 12
"""Years after the doctorate within which tenure tracks are open (usual rules)."""


@rule
def record_of_papers(output: Real, usual: Real) -> Real:
    """Recent number of papers against the usual one, in standard deviations, between -2.5 and 2.5.

        clip(ln((output + 0.05) / usual) / 0.7, -2.5, 2.5)

    usual: papers a year of the average person plus 0.05.

    >>> float(record_of_papers(0.95, 1.0)), float(record_of_papers(99.95, 1.0))
    (0.0, 2.5)
    """
    return min(max(log((output + LEAST_OUTPUT) / usual) / OUTPUT_SD, -MOST_SD), MOST_SD)


@rule
def merit(weight: Real, quality: Real, papers: Real, weight_of_papers: Real) -> Real:
    """What a ranking sees of past work: visible quality and the record of papers, in standard deviations.

    weight, weight_of_papers: `merit_talent` and what is left of 1.

    >>> merit(0.75, 2.0, -1.0, 0.25)
    1.25
    """
    return weight * quality + weight_of_papers * papers


@rule
def is_fit(score: Real, experience: Real, floor: Real) -> Truth:
    """Whether an employer would rather have the applicant than leave the post open: H - Omega-term > floor.

    A weight of overseas experience reorders the queue and makes nobody fit for a post, so it is left out.

    score: H of the post. experience: what overseas experience adds to it. floor: `hiring_floor`. All SD of score.

    >>> is_fit(-4.0, 0.5, -5.0), is_fit(-4.75, 0.5, -5.0)
    (True, False)
    """
    return score - experience > floor


@rule
def prestige_of_degree(prestige: Real, since: Real) -> Real:
    """Worth of a doctorate of a research university or of abroad: psi exp(-tau / 6), fading (Lawson & Shibayama 2015).

    since: tau, years since the doctorate.

    >>> float(prestige_of_degree(0.5, 0.0))
    0.5
    """
    return prestige * exp(-since / F32(6))


@rule
def experience_abroad(weight: Real, years: Real, full: Real) -> Real:
    """Worth of years abroad: Omega min(Y, Y0) / Y0. weight: lever `hiring.overseas_weight`. full: Y0.

    >>> experience_abroad(0.5, 1.5, 3.0), experience_abroad(0.5, 9.0, 3.0)
    (0.25, 0.5)
    """
    return weight * (min(years, full) / full)


@rule
def language_gap(native: Truth, weight: Real, language: Real) -> Real:
    """Loss of a foreigner without the home language: g (1 - L). weight: lever `hiring.language_weight`.

    >>> float(language_gap(False, 2.0, 0.25)), float(language_gap(True, 2.0, 0.25))
    (1.5, 0.0)
    """
    return (ZERO if native else weight) * (ONE - language)


@rule
def common_score(merit: Real, prestige: Real, experience: Real, absence: Real, links: Real, gap: Real) -> Real:
    """The part of the hiring score that all ranks share.

        H = M + prestige + experience abroad + penalty of absence + ties at home - language gap

    All in standard deviations; absence is below 0 (Morichika & Shibayama 2015; Lawson & Shibayama 2015).

    >>> common_score(1.0, 0.5, 0.25, -0.25, 0.5, 1.0)
    1.0
    """
    return merit + prestige + experience + absence + links - gap


@rule
def seniority(worth: Real, since: Whole) -> Real:
    """What years since the doctorate add for a lasting post: zeta min(tau, 7) / 7.

    >>> float(seniority(0.5, 7)), float(seniority(0.5, 20)), float(seniority(0.5, 0))
    (0.5, 0.5, 0.0)
    """
    return worth * F32(min(since, SENIOR)) / F32(SENIOR)


@rule
def recency(worth: Real, since: Whole) -> Real:
    """What years since the doctorate take away for a post with a term: -rho tau / 10.

    >>> float(recency(0.5, 5))
    -0.25
    """
    return -worth * F32(since) / F32(10)


@rule
def own_graduate(bonus: Real, favoured: Truth) -> Real:
    """Bonus of those hired where the doctorate is from. bonus: lever `hiring.own_graduate_bonus`.

    >>> float(own_graduate(0.5, True)), float(own_graduate(0.5, False))
    (0.5, 0.0)
    """
    return bonus if favoured else ZERO


@rule
def is_barred(rank: Whole, rank_now: Whole, since: Whole, within: Whole, taken_up: Truth) -> Truth:
    """Whether a post of a rank is no option: a step down, too long after the doctorate, or closed by another offer.

    rank, rank_now: from 1, 0 without an academic post at home. within: years after the doctorate, see `RECENT`.
    taken_up: an award or a host's offer is taken up before posts of this rank are given out.

    >>> is_barred(1, 2, 0, 99, False), is_barred(2, 2, 0, 99, False), is_barred(3, 0, 13, 12, False)
    (True, False, True)
    """
    return (rank < rank_now) | (since > within) | taken_up


@rule
def chance_of_invitation(invitations: Real, posts: Real, people: Real) -> Real:
    """Chance that an employer with a post to fill asks somebody abroad to apply.

        P = 1 - exp(-k V / N)

    invitations: k, `invitations`, to people abroad for each post to fill. posts: V, of faculty to fill this year in the
    field. people: N, those of the field abroad who could take one, at least 1.

    >>> float(chance_of_invitation(0.5, 0.0, 10.0)), round(float(chance_of_invitation(0.5, 20.0, 10.0)), 4)
    (0.0, 0.6321)
    """
    return ONE - exp(-invitations * posts / people)


@rule
def overlooked_gap(weight: Real, gap: Real) -> Real:
    """The part of the language gap that a rank does without: (1 - w) g.

    weight: w, of the language in hiring into the rank, over that in hiring into a permanent post; `language_postdoc`,
    `language_track`. gap: g, see `language_gap`.

    >>> float(overlooked_gap(0.75, 2.0))
    0.5
    """
    return (ONE - weight) * gap
