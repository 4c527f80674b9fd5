"""Entry: what a doctorate, a job and a doctorate elsewhere are worth to those who decide once.

Values are log annual income equivalents, as in `sim.rules.utility`; options are compared as `worth` says.
"""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE
from sim.engine.compiler import Real, Truth, rule
from sim.rules.utility import expected_at_home

# ---------------------------------------------------------------------- doctoral support


@rule
def coverage_expected(places: Real, students: Real, crowd_out: Real, before: Real) -> Real:
    """Share of doctoral students whom an entrant expects to draw a stipend, after crowd-out.

        c = c' - chi max(0, c' - c_0)    with c' = min(1, places / students)

    places: stipends. students: doctoral students at home without a job, at least 1. crowd_out: chi, `crowd_out`, share
    of institutions' own support that new external support replaces (Ehrenberg 1993). before: c_0, coverage when the
    model began. By hand: c' = 0.5, less 0.2 x 0.3.

    >>> round(coverage_expected(50, 100, 0.2, 0.2), 6)
    0.44
    """
    covered = min(1.0, places / students)
    return covered - crowd_out * max(0.0, covered - before)


@rule
def income_expected(coverage: Real, with_stipend: Real, without: Real) -> Real:
    """Expected ln income of a doctoral student who does not know yet who will draw a stipend.

        y_D = c F + (1 - c) y

    coverage: c, see `coverage_expected`. with_stipend: F, ln income. without: y, ln income.

    >>> income_expected(0.25, 4.0, 2.0)
    2.5
    """
    return coverage * with_stipend + (1 - coverage) * without


@rule
def support_known(known: Real, offered: Real, pace: Real) -> Real:
    """What has become known of doctoral support, its coverage or its level, after another year.

        k' = k + lambda (o - k)

    known: k, what entrants of the year went by. offered: o, what there was. pace: lambda, `support_learning`, share a
    year. Word of a new programme needs years to reach those who are about to choose.

    >>> support_known(0.25, 0.75, 0.5)
    0.5
    """
    return known + pace * (offered - known)


# ---------------------------------------------------------------------- master graduates


@rule
def two_periods(early: Real, later: Real, discount: Real) -> Real:
    """Value of the present period and, discounted, of the later one.

        y_1 + delta y_2

    >>> two_periods(3.0, 4.0, 0.5)
    5.0
    """
    return early + discount * later


@rule
def job_of_master(pay: Real, years: Real, security: Real, amenity: Real) -> Real:
    """V of a job to a master graduate of home.

        V_job = y_1 + delta y_2 + (1 + delta) (sigma S + h)

    pay: ln income of both periods, see `two_periods`. years: 1 + delta. security: sigma S, what the security of the
    job is worth. amenity: h, of living at home.

    >>> job_of_master(5.0, 1.5, 0.5, 1.0)
    7.25
    """
    return pay + years * (security + amenity)


@rule
def taste_for_doctorate(mean: Real, spread: Real, draw: Real) -> Real:
    """How much a person would like to do a doctorate, for life.

        T = mu + sigma z

    mean: mu, `doctoral_taste`, or `working_taste` of working adults. spread: sigma, `doctoral_taste_sd`. draw: z,
    standard normal.

    >>> taste_for_doctorate(0.25, 0.5, -1.0)
    -0.25
    """
    return mean + spread * draw


@rule
def doctorate_at_home(income: Real, science: Real, taste: Real, amenity: Real, ahead: Real) -> Real:
    """V of a doctorate at home to a master graduate of home.

        V = y_D + g + T + h + E

    income: y_D, see `income_expected`. science: g, `science_taste`, taste for research (Stern 2004). taste: T, see
    `taste_for_doctorate`. amenity: h, of living at home. ahead: E, discounted expected value of the years after.

    >>> doctorate_at_home(3.0, 0.5, -0.25, 1.0, 2.0)
    6.25
    """
    return income + science + taste + amenity + ahead


@rule
def years_after_doctorate(discount: Real, chance: Real, with_post: Real, without_post: Real) -> Real:
    """Discounted expected value of the years after a doctorate that leads to a lasting post with a chance.

        E = delta (w + p (b - w))

    chance: p, perceived. with_post: b. without_post: w, in a job outside academia.

    >>> years_after_doctorate(0.5, 0.25, 5.0, 3.0)
    1.75
    """
    return discount * expected_at_home(chance, with_post, without_post)


@rule
def may_go(draw: Real, share: Real) -> Truth:
    """Whether a person may do what only a share may: look abroad for a degree, or cross the border.

        P = share

    draw: uniform on (0, 1). share: for a look abroad `search_abroad` times openness of borders; for a foreign candidate
    for a doctorate see `share_admitted`; for a candidate for a post openness.

    >>> may_go(0.2, 0.25), may_go(0.25, 0.25)
    (True, False)
    """
    return draw < share


@rule
def degree_abroad(life: Real, pay: Real, shock: Real) -> Real:
    """What a doctorate in a region abroad counts for, to be compared with what is at hand, see `worth`.

        U = beta (V + T) + beta y + G

    life: beta (V + T), V of a host contract there, moving counted (`sim.rules.utility.host_contract`), T taste for a
    doctorate. pay: beta y; y is ln of `student_pay` over a postdoc's where the host pays, or ln income of an award less
    a postdoc's there. shock: G, taste for the region, standard Gumbel.

    >>> degree_abroad(7.0, -1.0, 0.25)
    6.25
    """
    return life + pay + shock


@rule
def quality_seen_by_host(talent: Real, spread: Real, noise: Real, draw: Real) -> Real:
    """Quality of an applicant for a doctorate as a host sees it, in standard deviations.

        q = ln Q / sigma_Q + sigma_e z

    talent: ln Q. spread: sigma_Q, `sd_quality`. noise: sigma_e, `interview_noise`. draw: z, standard normal.

    >>> quality_seen_by_host(0.5, 0.5, 0.5, -1.0)
    0.5
    """
    return talent / spread + noise * draw


@rule
def host_takes_student(seen: Real, threshold: Real) -> Truth:
    """Whether a host takes a doctoral student: those seen above a threshold, with no ceiling.

    seen: see `quality_seen_by_host`. threshold: `degree_threshold`, standard deviations.

    >>> host_takes_student(1.1, 1.0), host_takes_student(1.0, 1.0)
    (True, False)
    """
    return seen > threshold


# ---------------------------------------------------------------------- working adults


@rule
def gain_of_working_adult(
    discount: Real, chance: Real, with_post: Real, without_post: Real, taste: Real, liking: Real
) -> Real:
    """What a doctorate beside the job is worth to a working adult: its chance of an academic post, and the taste.

        delta p (b - w) + mu + sigma z

    chance: p. with_post: b. without_post: w. taste: mu, `working_taste`. liking: sigma z, of the person.

    >>> gain_of_working_adult(0.5, 0.5, 5.0, 3.0, -0.25, 0.125)
    0.375
    """
    return discount * chance * (with_post - without_post) + taste + liking


# ---------------------------------------------------------------------- foreign candidates


@rule
def share_admitted(inside: Real, openness: Real) -> Real:
    """Share of foreign candidates for a doctorate who can come: who lives here already, and others past the border.

        chi + (1 - chi) o

    inside: chi, `doctoral_candidates_here`. openness: o, `border_openness`, share.

    >>> share_admitted(0.5, 0.5)
    0.75
    """
    return inside + (1 - inside) * openness


@rule
def growth_of_candidates(growth: Real, elasticity: Real, everywhere: Real) -> Real:
    """Foreign candidates for posts over those of the first year: more are of regions whose scholars grow.

        g^epsilon / S,    S = sum over regions of w g^epsilon

    growth: g, published scholars of the region over those of the first year. elasticity: `candidate_growth`.
    everywhere: S, see `sim.rules.ties.growth_everywhere`, weighted by the candidates of the first year. The elasticity
    was estimated with effects of the year, which take up what all regions have in common: it says where candidates come
    from, not how many they are.

    >>> growth_of_candidates(4.0, 0.5, 1.0), growth_of_candidates(4.0, 0.5, 2.0)
    (2.0, 1.0)
    """
    return growth**elasticity / everywhere


@rule
def year_in_own_country(job: Real, amenity: Real, security: Real, security_value: Real) -> Real:
    """Yearly value to a foreigner of a job in the country of origin.

        O = v + h + omega sigma

    job: v, a year of it. amenity: h, of living there. security: omega, `own_country_security`, the share of the
    security of a permanent post. security_value: sigma.

    >>> year_in_own_country(4.0, 0.5, 0.5, 0.25)
    4.625
    """
    return job + amenity + security * security_value


@rule
def years_after_coming(
    on_leave: Truth, chance: Real, with_post: Real, without_post: Real, returning: Real, remains: Real
) -> Real:
    """Yearly value to a foreigner of the years after a doctorate here: who is on leave goes home.

        N = O + (r / r0) (E - O) with E = w' + p (b' - w'), or O of those on leave

    Of those who remain without a policy as large a share remains as r is of r0, and more where it is above.

    chance: p. with_post, without_post: b' and w', each the better of staying and of returning. returning: O, yearly
    value of the job in the country of origin, less the way there. remains: r / r0, chance to remain over that without a
    policy, of which the taste for a doctorate here is that of now; see `sim.rules.permits.chance_to_remain`.

    >>> [float(years_after_coming(leave, 0.25, 5.0, 3.0, 2.5, 0.5)) for leave in (False, True)]
    [3.0, 2.5]
    """
    stays = expected_at_home(chance, with_post, without_post)
    # written so that it is E to the bit where r is r0
    return returning if on_leave else stays - (ONE - remains) * (stays - returning)


@rule
def doctorate_of_foreigner(entry: Real, language_cost: Real, language: Real, discount: Real, ahead: Real) -> Real:
    """V of a doctorate here to a foreigner. What students get here they spend here, at its prices.

        V = e - kappa (1 - L) + delta N

    entry: e = y_D + a + g + f + m, expected income, what a cheaper currency adds to it (`at_another_rate`), taste
    for research, taste of foreigners for a doctorate here (`foreign_taste`) and the move from the country of origin.
    language_cost: kappa. language: L in 0-1. discount: delta. ahead: N, see `years_after_coming`.

    >>> float(doctorate_of_foreigner(3.0, 0.5, 0.5, 0.5, 4.0))
    4.75
    """
    return entry - language_cost * (ONE - language) + discount * ahead


@rule
def doctorate_in_own_country(study: Real, amenity: Real, discount: Real, job: Real) -> Real:
    """V of a doctorate in the country of origin.

        V = v + ln omega + h + delta O

    study: v + ln omega, a host contract there at a student's pay. amenity: h, of living there. job: O, see
    `year_in_own_country`.

    >>> doctorate_in_own_country(3.0, 0.5, 0.5, 4.0)
    5.5
    """
    return study + amenity + discount * job


@rule
def years_after_degree_there(tenure: Real, lasting: Real, contract: Real) -> Real:
    """Yearly value of the years after a degree in a region: a lasting post with a chance, or a contract.

        T l + (1 - T) v

    tenure: T, chance within the horizon. lasting: l. contract: v.

    >>> float(years_after_degree_there(0.25, 6.0, 4.0))
    4.5
    """
    return tenure * lasting + (ONE - tenure) * contract


@rule
def doctorate_in_third_region(contract: Real, pay: Real, moving_cost: Real, discount: Real, ahead: Real) -> Real:
    """V of a doctorate in a region that is neither home nor the country of origin.

        V = v + ln omega - c + delta (T l + (1 - T) v)

    contract: v. pay: ln omega, of a student over a postdoc. moving_cost: c. ahead: see `years_after_degree_there`.

    >>> doctorate_in_third_region(4.0, -0.5, 0.5, 0.5, 4.5)
    5.25
    """
    return contract + pay - moving_cost + discount * ahead


@rule
def years_since_doctorate(oldest: Real, draw: Real) -> Real:
    """Whole years since the doctorate of a foreign candidate for a post: most are young.

        floor(C u^2)

    oldest: C, `candidate_years`. draw: u, uniform on (0, 1). The square is assumed. By hand: 14 x 0.25 = 3.5.

    >>> float(years_since_doctorate(14.0, 0.5))
    3.0
    """
    years: Real = np.floor(oldest * (draw * draw))
    return years
