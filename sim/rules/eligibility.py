"""Eligibility: who may apply to a programme, and who may stay or is called back."""

from __future__ import annotations

from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def has_stage(listed: Truth, listed_when_new: Truth, degree_year: Whole, year: Whole) -> Truth:
    """Whether a stage is one the programme is for: at any time, or in the year of the doctorate.

    listed, listed_when_new: of the stage. degree_year: 0 without a doctorate.

    >>> has_stage(False, True, 2020, 2020), has_stage(False, True, 2019, 2020), has_stage(True, False, 0, 2020)
    (True, False, True)
    """
    return listed | (listed_when_new & (degree_year > 0) & (degree_year == year))


@rule
def recent_degree(exempt: Truth, degree_year: Whole, year: Whole, within: Whole) -> Truth:
    """Whether the doctorate is recent enough, or none is asked for.

    exempt: students, and everybody where the programme sets no limit. within: years after the doctorate.

    >>> recent_degree(False, 2015, 2020, 5), recent_degree(False, 2014, 2020, 5), recent_degree(True, 0, 2020, 5)
    (True, False, True)
    """
    return exempt | ((degree_year > 0) & (year - degree_year <= within))


@rule
def at_the_start(away: Truth, inward: Truth, paid: Truth) -> Truth:
    """Whether somebody is where the programme starts, and no programme pays already.

    away: not at home. inward: the programme brings people in. paid: see `pays_already`.

    >>> at_the_start(True, True, False), at_the_start(False, True, False), at_the_start(True, True, True)
    (True, False, False)
    """
    return (away == inward) & (not paid)


@rule
def pays_already(paid_by: Whole, out_of_contract: Truth) -> Truth:
    """Whether a programme pays a person already: an award abroad that is over pays nothing more.

    paid_by: number of the programme, -1 without one. out_of_contract: the contract abroad is over.

    >>> pays_already(2, False), pays_already(2, True), pays_already(-1, False)
    (True, False, False)
    """
    return (paid_by >= 0) & (not out_of_contract)


@rule
def is_eligible(stage: Truth, recent: Truth, origin: Truth, field: Truth, tier: Truth, starts: Truth) -> Truth:
    """Whether a person may apply to a programme: all that its record asks for holds.

    stage: see `has_stage`. recent: see `recent_degree`. origin, field, tier: the person's is one that the record names,
    or it names none. starts: see `at_the_start`.

    >>> is_eligible(True, True, True, True, True, True), is_eligible(True, True, True, False, True, True)
    (True, False)
    """
    return stage & recent & origin & field & tier & starts


@rule
def permit_lapses(permanent: Truth, between: Truth, draw: Real, stays: Real) -> Truth:
    """Whether a foreigner between posts at home may not stay another year to look for one.

    permanent: of home origin, or with permanent residence. draw: uniform. stays: lever `visa.job_search`, the share who
    may stay.

    >>> permit_lapses(False, True, 0.75, 0.5), permit_lapses(False, True, 0.25, 0.5)
    (True, False)
    >>> permit_lapses(True, True, 0.75, 0.5)
    False
    """
    return between & (not permanent) & (draw >= stays)


@rule
def called_back(between: Truth, on_leave: Truth, degree_year: Whole, year: Whole) -> Truth:
    """Whether the leave of a foreign doctorate from a post in the country of origin ends: with the degree.

    >>> called_back(True, True, 2020, 2020), called_back(True, True, 2019, 2020), called_back(True, False, 2020, 2020)
    (True, False, False)
    """
    return between & on_leave & (degree_year == year)


@rule
def is_on_tenure_track(draw: Real, share: Real) -> Truth:
    """Whether a guaranteed post on return is on the tenure track; else it is a fixed-term one.

    draw: uniform, one for life. share: lever `return_posts.tenure_track`.

    >>> is_on_tenure_track(0.25, 0.5), is_on_tenure_track(0.75, 0.5)
    (True, False)
    """
    return draw < share
