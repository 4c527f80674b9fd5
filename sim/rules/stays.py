"""Stays abroad: how long visits and awards last, which post is kept meanwhile, and what a promised post on return is.

Years are counted from the first: a stay of two years that begins in 2020 has 2021 as its last.
"""

from __future__ import annotations

from typing import Final

from sim.engine.arithmetic import F32, log
from sim.engine.compiler import Real, Truth, Whole, rule
from sim.rules.eligibility import is_on_tenure_track
from sim.vocabulary import Stage

_DOCTORAL: Final = int(Stage.DOCTORAL)
_FIXED_TERM: Final = int(Stage.FIXED_TERM)
_TENURE_TRACK: Final = int(Stage.TENURE_TRACK)
_PERMANENT: Final = int(Stage.PERMANENT)

SHORTEST_VISIT = F32(2)
"""Months of the shortest visit: the survey of dispatches calls stays of 30 days and less short (A)."""
RANGE_OF_VISITS = F32(9)
"""Months by which the longest visit below a year exceeds the shortest (A)."""
LEAST_WITH_HOST = 2
"""Years of the shortest first contract with a host abroad: nobody moves for one (A)."""


@rule
def last_year(first: Whole, years: Whole) -> Whole:
    """Last year of what begins in a year and lasts some whole years.

        last = first + years - 1

    >>> last_year(2020, 3), last_year(2020, 1)
    (2022, 2020)
    """
    return first + years - 1


@rule
def visit_lasts_a_year(draw: Real, share: Real) -> Truth:
    """Whether a visit lasts a year or more; the post is kept either way.

        P(a year) = share

    draw: uniform on (0, 1). share: `visit_long`.

    >>> visit_lasts_a_year(0.05, 0.1), visit_lasts_a_year(0.1, 0.1)
    (True, False)
    """
    return draw < share


@rule
def months_of_visit(draw: Real) -> Real:
    """Length of a visit that lasts less than a year, in months.

        months = 2 + 9 u

    draw: u, uniform on (0, 1), so 2 to 11 months. Assumed: the survey of
    dispatches parts stays at 30 days and at a year, and says no more of their length.

    >>> float(months_of_visit(0.0)), float(months_of_visit(0.5))
    (2.0, 6.5)
    """
    return SHORTEST_VISIT + RANGE_OF_VISITS * draw


@rule
def worth_of_stay_income(share: Real, income: Real, usual: Real) -> Real:
    """What the income of a call for stays of some months adds to the year, in log income.

        s ln(F / F_0)

    share: s, `visit_share`, the part that a stay is of a year. income: F, of the call; usual: F_0, `income_of_stay`, at
    which a stay is worth what a visit is without the fare.

    >>> float(worth_of_stay_income(0.25, 2.0, 2.0))
    0.0
    """
    return share * log(F32(income / usual))


@rule
def years_of_award(years: Real) -> Whole:
    """Whole years that an award pays: the nearest number to the lever, at least one.

        whole = max(round(years), 1)

    years: lever `years` of the programme.

    >>> years_of_award(2.25), years_of_award(2.75), years_of_award(0.25)
    (2, 3, 1)
    """
    return max(round(years), 1)


@rule
def years_with_host(drawn: Whole) -> Whole:
    """Length of a first contract with a host abroad, in whole years: at least two, as nobody moves for one. Assumed.

        years = max(drawn, 2)

    drawn: `sim.rules.contracts.contract_years`.

    >>> years_with_host(1), years_with_host(4)
    (2, 4)
    """
    return max(drawn, LEAST_WITH_HOST)


@rule
def keeps_post(stage: Whole, contract_end: Whole, last: Whole) -> Truth:
    """Whether a fellow has a post at home that is there when the award is over: a lasting one, a place as a student, or
    a fixed-term post whose contract outlasts the award. Who has none gives up the contract.

    stage: code of the career stage. contract_end: last year of the contract at home. last: year of the award. Which
    programmes let fellows keep a post, their record says (`post_kept`).

    >>> keeps_post(4, 0, 2022), keeps_post(2, 2023, 2022), keeps_post(2, 2022, 2022), keeps_post(1, 2023, 2022)
    (True, True, False, False)
    """
    lasting = (stage == _PERMANENT) | (stage == _TENURE_TRACK) | (stage == _DOCTORAL)
    return lasting | ((stage == _FIXED_TERM) & (contract_end > last))


@rule
def is_promised_post(draw: Real, chance: Real) -> Truth:
    """Whether an award comes with the promise of a post on return.

        P(promised) = chance

    draw: uniform on (0, 1). chance: lever `guarantee` of the programme.

    >>> is_promised_post(0.25, 0.5), is_promised_post(0.5, 0.5), is_promised_post(0.25, 0.0)
    (True, False, False)
    """
    return draw < chance


@rule
def stage_of_return_post(draw: Real, share: Real) -> Whole:
    """What the promised post on return is: tenure-track for a share of those who have one, else fixed-term.

    draw: uniform on (0, 1), one for life. share: lever `return_posts.tenure_track`. Gives the code of the career stage.

    >>> stage_of_return_post(0.25, 0.5), stage_of_return_post(0.75, 0.5)
    (3, 2)
    """
    return _TENURE_TRACK if is_on_tenure_track(draw, share) else _FIXED_TERM
