"""Permits and settlement: which permit a foreigner at home holds, what the right to remain is worth, and how people
settle where they live."""

from __future__ import annotations

from sim.engine.arithmetic import ONE, ZERO, exp, log
from sim.engine.compiler import Real, Truth, Whole, rule
from sim.vocabulary import Permit, Stage

_STUDENT, _RESEARCHER, _JOB_SEARCH = int(Permit.STUDENT), int(Permit.RESEARCHER), int(Permit.JOB_SEARCH)
_PERMANENT = int(Permit.PERMANENT)
_DOCTORAL, _UNPLACED = int(Stage.DOCTORAL), int(Stage.UNPLACED)


@rule
def permit_of(stage: Whole, permanent: Truth) -> Whole:
    """The permit of a foreigner at home, by what the person does: study (1), a post or a job (2), looking for one (3);
    permanent residence (4) stays whatever the person does.

    >>> permit_of(0, False), permit_of(2, False), permit_of(6, False), permit_of(6, True)
    (1, 2, 3, 4)
    """
    by_stage = _STUDENT if stage == _DOCTORAL else _JOB_SEARCH if stage == _UNPLACED else _RESEARCHER
    return _PERMANENT if permanent else by_stage


@rule
def is_highly_skilled(doctorate: Truth, draw: Real, share: Real) -> Truth:
    """Whether a foreigner reaches the points of a highly skilled professional: a share of doctorates does.

        P = share    with a doctorate, else 0

    draw: uniform on (0, 1), one for life. share: `highly_skilled`.

    >>> is_highly_skilled(True, 0.2, 0.25), is_highly_skilled(True, 0.25, 0.25), is_highly_skilled(False, 0.2, 0.25)
    (True, False, False)
    """
    return doctorate & (draw < share)


@rule
def years_to_permanent(skilled: Truth, year: Whole, since: Whole, usual: Real, fast: Real) -> Real:
    """Years at home before permanent residence may be granted.

    skilled: see `is_highly_skilled`. since: year from which the fast track exists, `permanent_skilled_since`. usual,
    fast: levers `visa.permanent_years` and `visa.permanent_years_skilled` (guidelines on permission for permanent
    residence, Immigration Services Agency).

    >>> years_to_permanent(True, 2016, 2017, 10.0, 3.0), years_to_permanent(True, 2017, 2017, 10.0, 3.0)
    (10.0, 3.0)
    >>> years_to_permanent(False, 2017, 2017, 10.0, 3.0)
    10.0
    """
    return fast if skilled & (year >= since) else usual


@rule
def gets_permanent(works: Truth, years: Real, needed: Real, draw: Real, rate: Real) -> Truth:
    """Whether a foreigner in a post or a job is granted permanent residence this year.

        P = rate    if works and years >= needed, else 0

    years: at home. needed: see `years_to_permanent`. draw: uniform on (0, 1). rate: `permanent_rate`, share a year of
    those who may apply that does, and is granted it.

    >>> gets_permanent(True, 10, 10.0, 0.1, 0.15), gets_permanent(True, 9, 10.0, 0.1, 0.15)
    (True, False)
    >>> gets_permanent(False, 10, 10.0, 0.1, 0.15), gets_permanent(True, 10, 10.0, 0.15, 0.15)
    (False, False)
    """
    return works & (years >= needed) & (draw < rate)


@rule
def settlement(most: Real, years: Real, pace: Real) -> Real:
    """What years in a country that is not the own add to life there: friends, schools, a house.

        s (1 - exp(-n / tau))

    most: s, `settlement`, log income. years: n, of the present stay. pace: tau, `settlement_years`.

    >>> float(settlement(0.5, 0.0, 5.0)), round(float(settlement(0.5, 5.0, 5.0)), 4)
    (0.0, 0.3161)
    """
    return most * (ONE - exp(-years / pace))


@rule
def chance_to_remain(at_once: Real, search: Real) -> Real:
    """Chance that a foreigner may remain after a doctorate here: with a job at once, or with leave to look for one.

        r = a + (1 - a) q

    at_once: a, `hired_at_once`, share who have a job to go to when they finish. search: q, lever `visa.job_search`,
    share of the others who may stay a year to look for one.

    >>> float(chance_to_remain(0.25, 0.5)), float(chance_to_remain(0.25, 0.0))
    (0.625, 0.25)
    """
    return at_once + (ONE - at_once) * search


@rule
def added_by_residence(value: Real, left: Real, before: Real, discount: Real) -> Real:
    """What another law of permanent residence adds to a year at home of a foreigner who has not got it.

        rho = v (delta^max(n, 0) - delta^max(n0, 0))

    Residence is worth all of v to who has it, and less the longer it takes. value: v, `residence_value`, log income a
    year. left: n, years before it may be granted. before: n0, the same without a policy, whose worth the taste for
    living here holds. discount: delta.

    >>> float(added_by_residence(0.25, 9.0, 9.0, 0.5)), round(float(added_by_residence(0.25, 1.0, 2.0, 0.5)), 4)
    (0.0, 0.0625)
    """
    soon, late = exp(log(discount) * max(left, ZERO)), exp(log(discount) * max(before, ZERO))
    return value * (soon - late)


@rule
def residence_expected(share: Real, skilled: Real, others: Real) -> Real:
    """What another law of residence adds for who does not know yet whether the points will be reached.

        rho = s rho_s + (1 - s) rho_o

    share: s, `highly_skilled`. skilled, others: see `added_by_residence`.

    >>> float(residence_expected(0.25, 0.5, 0.25))
    0.3125
    """
    return share * skilled + (ONE - share) * others
