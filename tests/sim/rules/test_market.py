"""Looking, eligibility, offers, hosts and hiring: rates are probabilities, and each term moves them as it says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import applications, eligibility, hiring, hosts, offers, search

SHARE = st.floats(0, 1, width=32)
TIES = st.floats(0, 50, width=32)
YEAR = st.integers(1990, 2060)
VALUE = st.floats(0, 12, width=32)
SMALL = 1e-5


@given(SHARE, TIES, TIES, SHARE)
def test_ties_at_home_bring_people_to_look_home(base: float, ties: float, more: float, links: float) -> None:
    low, high = sorted((ties, more))
    rates = [float(search.looks_home_from_abroad(base, t, links, 1.0)) for t in (low, high)]
    assert rates[0] <= rates[1] + SMALL
    assert rates[0] == pytest.approx(base * math.exp(links * (math.log1p(low) - 1)), abs=1e-4)
    assert search.looks_home_from_abroad(base, ties, links, 0.5) <= search.looks_home_from_abroad(
        base, ties, links, 1.0
    )


@given(SHARE, TIES, TIES, SHARE)
def test_ties_abroad_make_people_think_of_leaving(base: float, ties: float, more: float, openness: float) -> None:
    low, high = sorted((ties, more))
    rates = [float(search.thinks_of_leaving(base, t, 1.0, 1.0, 1.0, 8.0, openness)) for t in (low, high)]
    assert rates[0] <= rates[1] + SMALL
    assert rates[1] <= 8 * base * openness + SMALL
    assert rates[0] >= search.thinks_of_leaving(base, low, 1.0, 1.0, 0.5, 8.0, openness)
    assert search.thinks_of_leaving(base, ties, 1.0, 1.0, 1.0, 8.0, 0.0) == 0
    assert search.given_or(-1.0, base) == base
    assert search.given_or(0.0, base) == 0


@given(YEAR, st.integers(-3, 3), st.booleans())
def test_contracts_that_are_over(year: int, later: int, flag: bool) -> None:
    end = year + later
    assert search.out_of_contract(end, year, flag) == (later < 0 and not flag)
    assert not search.out_of_contract(0, year, False)
    assert search.has_teenager(year - 15, year)
    assert not search.has_teenager(0, year)


@given(SHARE, SHARE, st.booleans(), st.booleans())
def test_the_end_of_a_contract_sets_another_base_rate(rate: float, ending: float, over: bool, last: bool) -> None:
    assert search.base_of_looking_home(rate, ending, over, last) == (ending if over or last else rate)


@given(st.floats(0.125, 4, width=32), VALUE, VALUE, VALUE)
def test_an_option_gains_at_least_nothing_and_at_least_what_it_is_better_by(
    beta: float, value: float, more: float, stay: float
) -> None:
    low, high = sorted((value, more))
    gains = [float(search.gain_of_option(beta, one, stay)) for one in (low, high)]
    assert gains[0] <= gains[1] + SMALL
    assert gains[1] >= max(beta * (high - stay), 0) - 1e-3
    assert gains[1] <= max(beta * (high - stay), 0) + math.log(2) + 1e-3


GAIN = st.floats(0, 8, width=32)


@given(SHARE, st.floats(0, 3, width=32), GAIN, GAIN)
def test_who_has_more_at_stake_looks_more_often(rate: float, response: float, gain: float, usual: float) -> None:
    odds = float(search.odds_at_stake(response, gain, usual))
    chance = float(search.looks(rate, odds))
    assert math.exp(-3) - SMALL <= odds <= math.exp(3) + 1e-3
    assert -SMALL <= chance <= 1 + SMALL
    if usual >= search.LEAST_GAIN:
        assert (chance - rate) * (gain - usual) >= -1e-3
    assert search.looks(rate, search.odds_at_stake(0.0, gain, usual)) == pytest.approx(rate, abs=1e-6)


@given(st.floats(0.125, 1, width=32), st.floats(2**-10, 4, width=32), st.floats(2**-10, 4, width=32))
def test_responsiveness_is_the_elasticity_of_looking_to_its_gain(response: float, gain: float, usual: float) -> None:
    """However small the gain of a typical person is: half a gain of nothing much is half a gain."""
    odds = float(search.odds_at_stake(response, gain, usual))
    assert odds == pytest.approx((gain / usual) ** response, rel=1e-4) or odds in (
        pytest.approx(math.exp(-3), rel=1e-4),
        pytest.approx(math.exp(3), rel=1e-4),
    )


def test_a_market_that_was_closed_keeps_its_base_rate_and_one_that_closes_loses_most_of_those_who_look() -> None:
    assert search.odds_at_stake(0.5, 2.0, 0.0) == 1
    assert float(search.odds_at_stake(0.5, 0.0, 2.0)) == pytest.approx(math.exp(-3), rel=1e-5)


@pytest.mark.parametrize(("gain", "odds"), [(2.0, 4.0), (9.0, math.exp(3)), (0.5, 0.25), (0.1, math.exp(-3))])
def test_what_is_at_stake_moves_looking_by_three_log_odds_at_most(gain: float, odds: float) -> None:
    assert float(search.odds_at_stake(2.0, gain, 1.0)) == pytest.approx(odds, rel=1e-5)


@given(SHARE, SHARE, st.floats(-5, 5, width=32), st.floats(0, 3, width=32))
def test_a_better_chance_makes_more_calls_worth_an_application(
    chance: float, better: float, gain: float, effort: float
) -> None:
    low, high = sorted((chance, better))
    if gain >= 0:
        assert applications.is_worth_applying(low, gain, effort) <= applications.is_worth_applying(high, gain, effort)
    else:
        assert not applications.is_worth_applying(high, gain, effort)
    assert not applications.is_worth_applying(chance, gain, chance * max(gain, 0))


@given(st.floats(-4, 4, width=32), st.floats(-4, 4, width=32))
def test_more_merit_never_means_a_lower_class(merit: float, more: float) -> None:
    low, high = sorted((merit, more))
    assert 0 <= applications.class_of_merit(low) <= applications.class_of_merit(high) < applications.CLASSES
    assert [applications.class_of_merit(bound) for bound in (-0.01, 0.0, 0.74, 0.75, 1.49, 1.5)] == [0, 1, 1, 2, 2, 3]
    assert 1 + applications.class_of_merit(9.0) == applications.CLASSES


@given(st.integers(0, 50), st.integers(0, 50), SHARE, st.floats(0.5, 100))
def test_what_a_call_shows_lies_between_the_class_and_all(one: int, other: int, of_all: float, weight: float) -> None:
    awards, asked = sorted((one, other))
    shown = applications.chance_shown(float(awards), float(asked), of_all, weight)
    bounds = sorted((of_all, awards / asked)) if asked else [of_all, of_all]
    assert bounds[0] - SMALL <= shown <= bounds[1] + SMALL


@given(YEAR, st.integers(0, 20), st.integers(1, 10), st.booleans())
def test_a_longer_limit_admits_more(year: int, since: int, within: int, flag: bool) -> None:
    assert eligibility.recent_degree(False, year - since, year, within) == (since <= within)
    assert eligibility.recent_degree(True, 0, year, within)
    assert not eligibility.recent_degree(False, 0, year, within)
    assert eligibility.has_stage(flag, True, year - since, year) == (flag or since == 0)
    assert eligibility.at_the_start(flag, flag, False)
    assert not eligibility.at_the_start(flag, not flag, False)
    assert not eligibility.at_the_start(flag, flag, True)
    assert eligibility.called_back(flag, True, year - since, year) == (flag and since == 0)


@given(SHARE, SHARE, SHARE)
def test_a_larger_share_lets_more_stay(draw: float, share: float, more: float) -> None:
    low, high = sorted((share, more))
    assert eligibility.permit_lapses(False, True, draw, high) <= eligibility.permit_lapses(False, True, draw, low)
    assert not eligibility.permit_lapses(True, True, draw, low)
    assert eligibility.is_on_tenure_track(draw, low) <= eligibility.is_on_tenure_track(draw, high)


@given(SHARE, SHARE, SHARE, SHARE)
def test_offers_are_likelier_for_new_doctorates_and_open_borders(
    chance: float, later: float, language: float, openness: float
) -> None:
    new, old = (offers.industry_offer(chance, fresh, later, 1.0, language) for fresh in (True, False))
    assert old <= new == pytest.approx(chance * language)
    near, far = (offers.own_country_offer(chance, gone, later, openness) for gone in (False, True))
    assert far <= near == pytest.approx(chance * openness)
    assert not offers.may_leave_research(False, True, True)


@given(SHARE, TIES, TIES, SHARE)
def test_ties_and_support_reach_hosts(direct: float, ties: float, more: float, strength: float) -> None:
    low, high = sorted((ties, more))
    few, many = (hosts.missed_by_hosts(direct, t, strength) for t in (low, high))
    assert -SMALL <= many <= few + SMALL
    assert hosts.missed_by_hosts(1.0, ties, strength) == 0
    for missed in (0.25, 0.75):
        assert hosts.reach(missed, True, 2.0) >= hosts.reach(missed, False, 2.0)
        assert float(hosts.reach(missed, True, 2.0)) == pytest.approx(1 - missed**2, abs=1e-4)
    assert hosts.ties_that_count(ties, False, 0.5) <= hosts.ties_that_count(ties, True, 0.5) == ties
    assert hosts.host_score(1.0, strength, ties, True) >= hosts.host_score(1.0, strength, ties, False) == 1.0


@given(TIES, TIES)
def test_papers_count_within_bounds(output: float, more: float) -> None:
    low, high = sorted((output, more))
    records = [float(hiring.record_of_papers(papers, 1.05)) for papers in (low, high)]
    assert -2.5 <= records[0] <= records[1] + SMALL <= 2.5 + SMALL
    assert hiring.merit(0.5, 1.0, records[0], 0.5) <= hiring.merit(0.5, 1.0, records[1], 0.5) + SMALL


@given(st.integers(0, 40), st.integers(0, 40), SHARE)
def test_lasting_posts_go_to_the_senior_and_others_to_the_recent(since: int, more: int, weight: float) -> None:
    low, high = sorted((since, more))
    assert hiring.seniority(weight, low) <= hiring.seniority(weight, high) <= weight + SMALL
    assert hiring.recency(weight, low) >= hiring.recency(weight, high)
    assert hiring.prestige_of_degree(weight, float(low)) >= hiring.prestige_of_degree(weight, float(high)) - SMALL


@given(SHARE, st.floats(0, 10, width=32), st.floats(0, 10, width=32), SHARE)
def test_experience_and_language(weight: float, years: float, more: float, language: float) -> None:
    low, high = sorted((years, more))
    assert hiring.experience_abroad(weight, low, 3.0) <= hiring.experience_abroad(weight, high, 3.0) <= weight
    assert hiring.language_gap(True, weight, language) == 0
    assert hiring.language_gap(False, weight, 1.0) == 0 <= hiring.language_gap(False, weight, language)
    assert hiring.common_score(1.0, weight, 0.0, 0.0, 0.0, 0.0) >= hiring.common_score(1.0, weight, 0.0, 0.0, 0.0, 0.5)
    assert hiring.own_graduate(weight, True) >= hiring.own_graduate(weight, False) == 0


@given(st.integers(1, 4), st.integers(0, 4), st.integers(0, 40))
def test_nobody_steps_down(rank: int, now: int, since: int) -> None:
    assert hiring.is_barred(rank, now, since, 99, False) == (rank < now)
    assert hiring.is_barred(rank, now, since, 99, True)
    assert hiring.is_barred(rank, 0, since, hiring.RECENT, False) == (since > hiring.RECENT)


# ---------------------------------------------------------------------- by hand


def test_each_factor_of_an_offer_multiplies_it() -> None:
    """0.5 x 0.5 of an older doctorate x 2 by policy x 0.75 of the language."""
    assert offers.industry_offer(0.5, False, 0.5, 2.0, 0.75) == 0.375
    assert offers.industry_offer(0.25, True, 0.5, 2.0, 1.0) == 0.5
    assert offers.own_country_offer(0.5, True, 0.25, 0.5) == 0.0625


@pytest.mark.parametrize("between", [True, False])
@pytest.mark.parametrize("over", [True, False])
def test_natives_without_a_position_may_leave_research(between: bool, over: bool) -> None:
    assert offers.may_leave_research(True, between, over) == (between or over)
    assert not offers.may_leave_research(False, between, over)


def test_no_doctorate_is_never_a_new_one() -> None:
    """0 says that there is none, from whatever year a calendar counts; 1 is its first year."""
    assert not eligibility.has_stage(False, True, 0, 0)
    assert not eligibility.recent_degree(False, 0, 3, 5)
    assert eligibility.has_stage(False, True, 1, 1)
    assert eligibility.recent_degree(False, 1, 3, 5)


@pytest.mark.parametrize("between", [True, False])
@pytest.mark.parametrize("flag", [True, False])
def test_permits_lapse_and_leaves_end_only_between_posts(between: bool, flag: bool) -> None:
    assert eligibility.permit_lapses(flag, between, 0.75, 0.5) == (between and not flag)
    assert eligibility.permit_lapses(False, between, 0.5, 0.5) == between
    assert eligibility.called_back(between, flag, 2020, 2020) == (between and flag)
    assert not eligibility.is_on_tenure_track(0.5, 0.5)


def test_ties_at_hosts_by_hand() -> None:
    """0.75 exp(-0.5 x 2) is missed; ln(1 + ties) is 2 with e^2 - 1 of them."""
    assert hosts.missed_by_hosts(0.25, 2.0, 0.5) == pytest.approx(0.75 * math.exp(-1), abs=1e-6)
    assert hosts.host_score(1.5, 0.5, math.exp(2) - 1, True) == pytest.approx(2.5, abs=1e-6)
    assert hosts.ties_that_count(4.0, False, 0.75) == 3.0
    assert hosts.reach(0.25, False, 3.0) == 0.75


def test_contracts_of_the_first_year_of_a_calendar_end_like_others() -> None:
    assert search.out_of_contract(1, 2, False)
    assert not search.out_of_contract(2, 2, False)


def test_looking_by_hand() -> None:
    """Ties of e^2 - 1 give a factor of 2 in either direction: 0.125 x min(2 x 2 x 1.5 x 0.5, 8) x 0.5."""
    ties = math.exp(2) - 1
    assert search.thinks_of_leaving(0.125, ties, 2.0, 1.5, 0.5, 8.0, 0.5) == pytest.approx(0.1875, abs=1e-6)
    assert search.looks_home_from_abroad(0.25, ties, math.log(2), 0.5) == pytest.approx(0.25, abs=1e-6)
    assert [search.has_teenager(2000, year) for year in (2013, 2014, 2017, 2018)] == [False, True, True, False]
    assert search.given_or(0.5, 0.25) == 0.5


def test_hiring_by_hand() -> None:
    """ln 2 / 0.7 is 0.9902; a doctorate of six years ago has lost 1 - 1/e of its prestige; 6 of 7 years are senior."""
    assert hiring.record_of_papers(1.95, 1.0) == pytest.approx(0.9902, abs=1e-4)
    assert hiring.record_of_papers(0.0, 1.0) == -2.5
    assert hiring.record_of_papers(0.95, 2.0) == pytest.approx(-0.9902, abs=1e-4)
    assert hiring.prestige_of_degree(0.5, 6.0) == pytest.approx(0.5 / math.e, abs=1e-6)
    assert hiring.seniority(0.7, 6) == pytest.approx(0.6)
    assert hiring.seniority(0.7, 8) == pytest.approx(0.7)
    assert hiring.recency(0.5, 10) == -0.5
    assert hiring.language_gap(False, 2.0, 0.75) == 0.5
    assert hiring.common_score(1.0, 0.5, 0.25, -0.5, 2.0, 4.0) == -0.75


def test_tenure_tracks_are_open_for_twelve_years() -> None:
    assert not hiring.is_barred(3, 0, 12, hiring.RECENT, False)
    assert hiring.is_barred(3, 0, 13, hiring.RECENT, False)


@given(st.floats(-8, 8, width=32), st.floats(0, 2, width=32), st.floats(-8, 3, width=32))
def test_nobody_becomes_fit_for_a_post_by_the_weight_of_experience(
    score: float, experience: float, floor: float
) -> None:
    assert hiring.is_fit(score, 0.0, floor) == (score > floor)
    assert hiring.is_fit(score, experience, floor) <= hiring.is_fit(score, 0.0, floor)


@given(SHARE, st.floats(0, 500, width=32), st.floats(0, 500, width=32), st.floats(1, 500, width=32))
def test_more_posts_to_fill_bring_more_invitations_and_more_people_fewer_to_each(
    invitations: float, posts: float, more: float, people: float
) -> None:
    few, many = (float(hiring.chance_of_invitation(invitations, v, people)) for v in sorted((posts, more)))
    assert 0 <= few <= many + SMALL <= 1 + 2 * SMALL
    among_two = float(hiring.chance_of_invitation(invitations, posts, 2 * people))
    assert among_two <= hiring.chance_of_invitation(invitations, posts, people) + SMALL
    assert hiring.chance_of_invitation(0.0, posts, people) == 0


@given(SHARE, SHARE, VALUE)
def test_the_less_the_language_counts_the_more_of_the_gap_is_overlooked(weight: float, more: float, gap: float) -> None:
    low, high = (hiring.overlooked_gap(w, gap) for w in sorted((weight, more)))
    assert low >= high - SMALL
    assert hiring.overlooked_gap(1.0, gap) == 0
