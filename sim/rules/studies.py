"""Doctoral studies: who finishes, and who gives up."""

from __future__ import annotations

from sim.engine.arithmetic import ONE, exp
from sim.engine.compiler import Real, Truth, rule


@rule
def finishes_doctorate(studied: Real, least: Real, keeps_post: Truth, draw: Real, completion: Real) -> Truth:
    """Whether a doctoral student takes the doctorate this year: after the least years of study, with a yearly chance.

        P(doctorate) = completion    if studied >= least and no place at home is kept while away, else 0

    studied: years since the beginning. least: `least_study` at home, `least_study_abroad` abroad, years. keeps_post:
    is away on a visit and keeps the place. draw: uniform on (0, 1). completion: of those who keep a job
    `completion_working`, share a year. Completion and dropout together give the mean length and the share of completers
    (School Basic Survey).

    >>> finishes_doctorate(3, 3, False, 0.41, 0.42), finishes_doctorate(2, 3, False, 0.41, 0.42)
    (True, False)
    >>> finishes_doctorate(3, 3, True, 0.41, 0.42), finishes_doctorate(3, 3, False, 0.42, 0.42)
    (False, False)
    """
    return (studied >= least) & (not keeps_post) & (draw < completion)


@rule
def share_with_stipend(share: Real, effect: Real, premium: Real) -> Real:
    """Yearly chance of a doctoral student who draws a stipend, of finishing or of giving up.

        ln(s' / (1 - s')) = ln(s / (1 - s)) + gamma F

    share: s, of students on the usual income. effect: gamma, `stipend_completion` or `stipend_dropout`, log odds per
    log income. premium: F, ln of the stipend over that income. Holders of fellowships finish more often and sooner, and
    more so the former (Ehrenberg & Mavros 1995); sizes assumed. By hand: odds of 1/3 times e^(ln 3) = 1.

    >>> round(float(share_with_stipend(0.25, 1.0, 1.0986123)), 4), round(float(share_with_stipend(0.25, 0.0, 1.0)), 4)
    (0.5, 0.25)
    """
    odds = share / (ONE - share) * exp(effect * premium)
    return odds / (ONE + odds)


@rule
def gives_up_doctorate(finishes: Truth, draw: Real, dropout: Real) -> Truth:
    """Whether a doctoral student who does not finish this year gives up.

        P(gives up) = dropout    if not finished, else 0

    draw: uniform on (0, 1). dropout: share a year.

    >>> gives_up_doctorate(False, 0.03, 0.035), gives_up_doctorate(True, 0.03, 0.035)
    (True, False)
    >>> gives_up_doctorate(False, 0.035, 0.035)
    False
    """
    return (not finishes) & (draw < dropout)
