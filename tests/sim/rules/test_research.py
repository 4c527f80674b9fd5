"""Research: number of papers by time, team and moves; impact by place; co-authors abroad."""

from __future__ import annotations

from math import e, log

import pytest
from hypothesis import given
from scipy.stats import norm

from sim.rules.research import (
    impact_kept,
    impact_of_colleagues_ties,
    impact_of_peers,
    juniors_of_startup,
    juniors_per_leader,
    output_after_a_year,
    papers_alone,
    papers_expected,
    share_in_top_tenth,
    share_international,
    team_output,
)
from tests.sim.rules.draws import SHARE, amount

PAPERS, TIES, JUNIORS = amount(0, 20), amount(0, 30), amount(0, 20)
LOG, TIME, ELASTICITY = amount(-3, 3), amount(0.0625, 1), amount(0, 1)


def test_papers_by_hand() -> None:
    """A quarter less time at an elasticity of a half: 0.24 x 0.75^0.5 = 0.2078; with a drive of 3 and a move 0.5923."""
    alone = papers_alone(0.24, 0.3, 0.4, 0.5)
    assert alone == pytest.approx(0.24 * 0.8660254)
    assert papers_expected(alone, 3.0, 0.95) == pytest.approx(0.5923614)


@given(PAPERS, PAPERS, TIME, TIME, ELASTICITY)
def test_papers_rise_with_the_rate_and_time_for_research(
    rate: float, other: float, time: float, more: float, elasticity: float
) -> None:
    low, high = sorted((rate, other))
    short, long = sorted((time, more))
    assert papers_alone(low, time, 0.4, elasticity) <= papers_alone(high, time, 0.4, elasticity)
    assert papers_alone(rate, short, 0.4, elasticity) <= papers_alone(rate, long, 0.4, elasticity)
    assert papers_alone(rate, 0.4, short, elasticity) >= papers_alone(rate, 0.4, long, elasticity)
    assert papers_alone(rate, time, time, elasticity) == rate


@given(PAPERS, PAPERS, PAPERS, PAPERS, SHARE, SHARE)
def test_papers_expected_rise_with_place_drive_and_staying(
    alone: float, better: float, drive: float, driven: float, move: float, stay: float
) -> None:
    worse, better = sorted((alone, better))
    slow, fast = sorted((drive, driven))
    dip, none = sorted((move, stay))
    assert papers_expected(worse, drive, move) <= papers_expected(better, drive, move)
    assert papers_expected(alone, slow, move) <= papers_expected(alone, fast, move)
    assert papers_expected(alone, drive, dip) <= papers_expected(alone, drive, none)
    assert papers_expected(alone, drive, 1.0) == pytest.approx(alone * drive)


def test_juniors_by_hand() -> None:
    """10 postdocs and 20 students at 0.4 for 6 leaders are 3 each; 12 million pay 0.4 x 12 / (4 x 1.2) = 1."""
    assert juniors_per_leader(10 + 20 * 0.4, 6) == 3.0
    assert juniors_per_leader(18.0, 0) == juniors_per_leader(18.0, 1) == 18.0
    assert juniors_of_startup(12.0, 0.4, 4.0, 1.2) == pytest.approx(1.0)


@given(JUNIORS, JUNIORS, amount(0, 50), amount(0, 50))
def test_teams_grow_with_juniors_and_shrink_with_leaders(
    juniors: float, others: float, leaders: float, more: float
) -> None:
    few, many = sorted((juniors, others))
    low, high = sorted((leaders, more))
    assert juniors_per_leader(few, leaders) <= juniors_per_leader(many, leaders)
    assert juniors_per_leader(juniors, low) >= juniors_per_leader(juniors, high)


@given(amount(0, 50), amount(0, 50), SHARE, SHARE, amount(1, 10), amount(1, 10))
def test_startup_money_pays_more_where_it_is_more_and_people_cost_less(
    money: float, other: float, share: float, larger: float, cost: float, dearer: float
) -> None:
    little, much = sorted((money, other))
    small, large = sorted((share, larger))
    cheap, dear = sorted((cost, dearer))
    assert juniors_of_startup(little, share, 4.0, 1.3) <= juniors_of_startup(much, share, 4.0, 1.3)
    assert juniors_of_startup(money, small, 4.0, 1.3) <= juniors_of_startup(money, large, 4.0, 1.3)
    assert juniors_of_startup(money, share, cheap, 1.3) >= juniors_of_startup(money, share, dear, 1.3)
    assert juniors_of_startup(money, share, 4.0, cheap) >= juniors_of_startup(money, share, 4.0, dear)


def test_teams_by_hand() -> None:
    """Seven juniors: 8 to the third is 2, at half the norm 8 to the sixth 1.4142; one junior 2^0.3 = 1.2311."""
    assert team_output(7.0, 1 / 3, 1.0) == pytest.approx(2.0)
    assert team_output(7.0, 1 / 3, 0.5) == pytest.approx(1.4142136)
    assert team_output(1.0, 0.3, 1.0) == pytest.approx(1.2311444)


@given(JUNIORS, JUNIORS, ELASTICITY, ELASTICITY, SHARE, SHARE)
def test_teams_write_more_with_juniors_elasticity_and_norm(
    juniors: float, others: float, elasticity: float, larger: float, norm: float, other: float
) -> None:
    few, many = sorted((juniors, others))
    low, high = sorted((elasticity, larger))
    little, much = sorted((norm, other))
    assert 1 <= team_output(few, elasticity, norm) <= team_output(many, elasticity, norm)
    assert team_output(juniors, low, norm) <= team_output(juniors, high, norm)
    assert team_output(juniors, elasticity, little) <= team_output(juniors, elasticity, much)


def test_output_by_hand() -> None:
    assert output_after_a_year(2.0, 0.0, 0.25) == 1.5
    assert output_after_a_year(2.0, 6.0, 0.25) == 3.0
    assert output_after_a_year(2.0, 6.0, 1.0) == 6.0


@given(PAPERS, PAPERS, PAPERS, SHARE)
def test_output_moves_towards_the_papers_of_the_year(output: float, papers: float, more: float, memory: float) -> None:
    low, high = sorted((papers, more))
    assert output_after_a_year(output, low, memory) <= output_after_a_year(output, high, memory)
    after = output_after_a_year(output, papers, memory)
    assert min(output, papers) - 1e-9 <= after <= max(output, papers) + 1e-9
    assert output_after_a_year(output, papers, 0.0) == output


@given(LOG, LOG, SHARE, SHARE)
def test_better_peers_add_impact(peers: float, others: float, gain: float, kept: float) -> None:
    worse, better = sorted((peers, others))
    assert impact_of_peers(worse, gain) <= impact_of_peers(better, gain)
    assert impact_of_peers(1.0, gain) == gain
    assert impact_of_peers(0.0, gain) == 0
    assert impact_kept(worse, 0.0, gain, kept) <= impact_kept(better, 0.0, gain, kept)
    assert impact_kept(0.0, worse, gain, kept) >= impact_kept(0.0, better, gain, kept)
    assert impact_kept(worse, better, gain, kept) == 0


def test_of_better_peers_abroad_a_part_is_kept_by_hand() -> None:
    """0.12 x 0.5 x (0.8 - 0.3) = 0.03; all of it at a share of 1; and 0.03 a tie of colleagues."""
    assert impact_kept(0.8, 0.3, 0.12, 0.5) == pytest.approx(0.03)
    assert impact_kept(0.8, 0.3, 0.12, 1.0) == pytest.approx(0.06)
    assert impact_kept(0.8, -0.3, 0.12, 0.5) == pytest.approx(0.066)
    assert impact_of_colleagues_ties(5.0, 0.03) == pytest.approx(0.15)


@given(TIES, TIES, SHARE, SHARE)
def test_colleagues_ties_add_impact(ties: float, others: float, spillover: float, larger: float) -> None:
    few, many = sorted((ties, others))
    low, high = sorted((spillover, larger))
    assert impact_of_colleagues_ties(few, spillover) <= impact_of_colleagues_ties(many, spillover)
    assert impact_of_colleagues_ties(ties, low) <= impact_of_colleagues_ties(ties, high)


@given(LOG, LOG, LOG, amount(0.5, 2))
def test_the_top_tenth_is_a_normal_tail(talent: float, environment: float, threshold: float, sd: float) -> None:
    expected = norm.cdf((talent + environment - threshold) / sd)
    assert share_in_top_tenth(talent, environment, threshold, sd) == pytest.approx(expected, abs=2e-6)


@given(TIES, LOG, SHARE)
def test_international_papers_have_the_log_odds(ties: float, base: float, slope: float) -> None:
    share = float(share_international(ties, base, slope))
    assert log(share / (1 - share)) == pytest.approx(base + slope * log(1 + ties), abs=1e-4)


def test_international_papers_by_hand() -> None:
    """At log odds of 1 e / (1 + e); with e - 1 ties another slope of 1."""
    assert share_international(0.0, 1.0, 0.5) == pytest.approx(e / (1 + e))
    assert share_international(e - 1, 0.5, 0.5) == pytest.approx(e / (1 + e))
