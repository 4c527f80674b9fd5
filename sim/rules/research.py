"""Research: papers, their number by time and team, their impact by place, and international co-authorship.

    papers ~ Poisson(alone drive team move)
    P(top tenth) = Phi((talent + environment - threshold) / sd)
    log odds of an international paper = base + slope ln(1 + foreign ties)

after the Q-model and the random-impact rule of Sinatra et al. (2016), the place of work after Way et al. (2019), the
team after Zhang et al. (2022). Impact is in logs of citations.
"""

from __future__ import annotations

from sim.engine.arithmetic import ONE, exp, log, normal_below
from sim.engine.compiler import Real, rule


@rule
def papers_alone(rate: Real, time: Real, first: Real, elasticity: Real) -> Real:
    """Papers a year of a researcher of average productivity, without a team.

        alone = rate (time / first)^elasticity

    rate: `paper_rate`, fractional papers a year. time: share of working time for research. first: mean share in the
    first year. elasticity: `time_elasticity`.

    >>> papers_alone(0.2, 0.5, 0.25, 2.0)
    0.8
    """
    return rate * (time / first) ** elasticity


@rule
def papers_expected(alone: Real, drive: Real, move: Real) -> Real:
    """Papers to be expected of a person in a year.

        papers = alone drive move

    alone: papers of an average person in the place, by time and team. drive: productivity over the median person's,
    ratio. move: exp(`move_dip`) in the year of a move, else 1, ratio.

    >>> papers_expected(0.5, 2.0, 0.75)
    0.75
    """
    return alone * drive * move


@rule
def juniors_per_leader(juniors: Real, leaders: Real) -> Real:
    """Juniors in the team of each leader: those at an employer without leaders count as if it had one.

        J = juniors / max(leaders, 1)

    juniors: doctoral students and postdocs by `junior_weight`, postdoc = 1. leaders: tenure-track and permanent.

    >>> juniors_per_leader(6.0, 4), juniors_per_leader(6.0, 0)
    (1.5, 6.0)
    """
    return juniors / max(leaders, 1)


@rule
def juniors_of_startup(money: Real, share: Real, salary: Real, on_cost: Real) -> Real:
    """Juniors whom the start-up money of a return post pays.

        J = money share / (salary on_cost)

    money: `return_posts.startup`, millions of the home currency a year. share: `startup_people`, that pays people.
    salary: of a postdoc, millions a year. on_cost: `post_on_cost`, public cost of a post over the salary (Pool et al.
    2016 for the share).

    >>> juniors_of_startup(13.0, 0.4, 4.0, 1.3)
    1.0
    """
    return money * share / (salary * on_cost)


@rule
def team_output(juniors: Real, elasticity: Real, norm: Real) -> Real:
    """What a leader writes over what one would write alone.

        G = (1 + J)^(elasticity norm)

    juniors: J per leader, postdoc = 1. elasticity: `team_elasticity` (Cook, Grange & Eyre-Walker 2015; Conti & Liu
    2015). norm: `group_norm` of the field, ratio.

    >>> team_output(3.0, 0.5, 1.0), team_output(0.0, 0.5, 1.0), team_output(3.0, 0.5, 0.0)
    (2.0, 1.0, 1.0)
    """
    return (1 + juniors) ** (elasticity * norm)


@rule
def output_after_a_year(output: Real, papers: Real, memory: Real) -> Real:
    """Moving average of papers a year, which rankings see.

        output' = output + memory (papers - output)

    output, papers: papers a year. memory: `output_memory`, weight of the latest year.

    >>> output_after_a_year(1.0, 3.0, 0.25)
    1.5
    """
    return output + memory * (papers - output)


@rule
def impact_of_peers(peers: Real, gain: Real) -> Real:
    """Log impact that the peers of the place of work add.

        gain peers

    peers: quality, standard deviations: `peers_tier` at home, 0 without an employer; `peers` of the region abroad.
    gain: `peers_gain` (Petersen 2018; Kahn & MacGarvie 2016).

    >>> impact_of_peers(0.5, 0.12)
    0.06
    """
    return gain * peers


@rule
def impact_of_colleagues_ties(ties: Real, spillover: Real) -> Real:
    """Log impact that the foreign ties of colleagues at home add.

        spillover ties

    ties: mean foreign ties of the colleagues of the employer and field. spillover: `tie_spillover` (Kahn & MacGarvie
    2016).

    >>> impact_of_colleagues_ties(2.0, 0.03)
    0.06
    """
    return spillover * ties


@rule
def impact_kept(abroad: Real, home: Real, gain: Real, kept: Real) -> Real:
    """Log impact that a person back at home keeps of the better peers abroad; worse ones take nothing away.

        gain kept max(abroad - home, 0)

    abroad: peers of the region of the foreign ties. home: peers of the employer, standard deviations.
    gain: `peers_gain`. kept: `peers_kept`, share (Franzoni, Scellato & Stephan 2014).

    >>> impact_kept(1.0, 0.5, 0.25, 0.5), impact_kept(0.5, 1.0, 0.25, 0.5)
    (0.0625, 0.0)
    """
    return gain * kept * max(abroad - home, 0.0)


@rule
def share_in_top_tenth(talent: Real, environment: Real, threshold: Real, sd: Real) -> Real:
    """Share of a person's papers that is among the most cited tenth of the world.

        P = Phi((talent + environment - threshold) / sd)

    talent: log quality of the person's work. environment: log impact of the place. threshold: `top10_threshold`, log
    citations. sd: `sd_luck`, standard deviation of a paper's chance (Sinatra et al. 2016).

    >>> round(float(share_in_top_tenth(0.8, 0.2, 1.0, 0.96)), 4)
    0.5
    >>> round(float(share_in_top_tenth(0.0, 0.0, 1.0, 1.0)), 4)
    0.1587
    """
    return normal_below((talent + environment - threshold) / sd)


@rule
def share_international(ties: Real, base: Real, slope: Real) -> Real:
    """Share of a person's papers with co-authors abroad.

        ln(s / (1 - s)) = base + slope ln(1 + ties)

    ties: foreign ties. base: `coauthor_base`, slope: `coauthor_ties`, log odds.

    >>> round(float(share_international(0.0, -1.0986123, 0.9)), 4), round(float(share_international(2.0, 0.0, 1.0)), 4)
    (0.25, 0.75)
    """
    odds = exp(base + slope * log(ONE + ties))
    return odds / (ONE + odds)
