"""Who counts as what in outcomes and statistics."""

from __future__ import annotations

from typing import Final

from sim.engine.arithmetic import ONE
from sim.engine.compiler import Real, Truth, Whole, rule
from sim.vocabulary import HOME, Stage

_FIXED_TERM: Final = int(Stage.FIXED_TERM)
_PERMANENT: Final = int(Stage.PERMANENT)
_YOUNG: Final = 40  # years of age, below which statistics of teachers and plans for science speak of young faculty


@rule
def has_home_post(region: Whole, post_kept: Truth) -> Truth:
    """Whether a person's position is at home: by living there, or by a post that is kept while away.

        home post = (region is home) or (post kept)

    region: code, 0 is home.

    >>> has_home_post(0, False), has_home_post(3, True), has_home_post(3, False)
    (True, True, False)
    """
    return (region == HOME) | post_kept


@rule
def is_faculty(stage: Whole, home_post: Truth) -> Truth:
    """Whether a person is a member of the faculty at home: fixed-term, tenure-track or permanent.

        faculty = home post and fixed-term <= stage <= permanent

    stage: code of the career stage. home_post: `has_home_post`. Source: the definition of full-time teachers in the
    School Teachers Survey, which holds people on leave as members.

    >>> is_faculty(2, True), is_faculty(4, True), is_faculty(1, True), is_faculty(5, True), is_faculty(3, False)
    (True, True, False, False, False)
    """
    return (stage >= _FIXED_TERM) & (stage <= _PERMANENT) & home_post


@rule
def is_young(birth_year: Whole, year: Whole) -> Truth:
    """Whether a person is younger than 40 at the end of a year.

        young = year - birth year < 40

    >>> is_young(1986, 2025), is_young(1985, 2025)
    (True, False)
    """
    return birth_year > year - _YOUNG


@rule
def has_overseas_experience(years_abroad: Real) -> Truth:
    """Whether a person has spent a year or more abroad.

        experienced = years abroad >= 1

    >>> bool(has_overseas_experience(1.0)), bool(has_overseas_experience(0.75))
    (True, False)
    """
    return years_abroad >= ONE
