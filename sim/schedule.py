"""The order of a year, as data: phases that run one after the other, can be listed, timed, and extended.

Dated events come before the first of them: policies start and end on Mesa's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from sim.instruments import stipends
from sim.instruments.levers import shared
from sim.market import choice, looking, odds, posts, transitions
from sim.measures import counting
from sim.process import ageing, clock, entry, gifts, handover, ledger, reputation, research, teams, ties
from sim.rules.entry import support_known

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from sim.market.offers import OfferBook
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.model import BrainCirculation
    from sim.year import Year


@dataclass(init=False)
class Interim:
    """What phases of a year hand on to later ones of the same year."""

    posts: NDArray[np.int64]
    """(cells,) posts that employers open, simulated."""
    values: PositionValues
    vacancies: NDArray[np.int64]
    """(cells,) posts that nobody holds, simulated."""
    seekers: Seekers
    book: OfferBook
    costs: dict[str, float]
    """Public money by item, in the home currency a year at full size."""


class Phase(NamedTuple):
    """One phase of the year: its name, one sentence of what it does, and the function that does it."""

    name: str
    does: str
    run: Callable[[BrainCirculation, Year, Interim], None]


def _announcements(model: BrainCirculation, year: Year, interim: Interim) -> None:
    state = model.state
    now = year.levers.shared
    for lever in shared() if now is not state.levers else ():
        change = now[lever.name] - state.levers[lever.name]
        if change and lever.announced is not None:
            shift = lever.announced(year.parameters, change, state.hiring_odds_slope)
            state.beliefs.announce(state.people, shift)
    state.levers = now


def _clock(model: BrainCirculation, year: Year, interim: Interim) -> None:
    model.state.hosted = clock.hosted_before(model.people, model.state.hosted, year)


def _posts(model: BrainCirculation, year: Year, interim: Interim) -> None:
    interim.posts = model.posts_on_offer(year)


def _ties(model: BrainCirculation, year: Year, interim: Interim) -> None:
    ties.drift(model.people, year)
    gifts.keep_ties(model.people, model.state.teams, model.programmes, year)


def _ageing(model: BrainCirculation, year: Year, interim: Interim) -> None:
    handover.hand_over(model.people, year)
    ageing.age(model.people, interim.posts, model.state.usual.openness, year)


def _values(model: BrainCirculation, year: Year, interim: Interim) -> None:
    interim.values = model.position_values(year)


def _entry(model: BrainCirculation, year: Year, interim: Interim) -> None:
    state, pace = model.state, year.parameters.support_learning
    state.waiting.forget(year.number)
    offered = stipends.support(model.programmes, state.people, state.founded_coverage, year)
    known = stipends.known(offered, state.known_coverage, state.known_stipend)
    entry.enter(state.people, state.beliefs, model.programmes, known, interim.values, year)
    state.known_coverage = float(support_known(known.coverage, offered.coverage, pace))
    state.known_stipend = float(support_known(known.stipend, offered.stipend, pace))


def _vacancies(model: BrainCirculation, year: Year, interim: Interim) -> None:
    interim.vacancies = posts.vacancies(interim.posts, posts.filled(model.people, model.world))
    year.tally.vacancies += interim.vacancies


def _search(model: BrainCirculation, year: Year, interim: Interim) -> None:
    interim.seekers = looking.consider(model.state, model.programmes, interim.values, year)


def _choice(model: BrainCirculation, year: Year, interim: Interim) -> None:
    interim.book = choice.choose(
        model.state, interim.seekers, interim.vacancies, model.programmes, interim.values, year
    )


def _transitions(model: BrainCirculation, year: Year, interim: Interim) -> None:
    transitions.carry_out(model.people, interim.seekers, model.programmes, year)


def _programmes(model: BrainCirculation, year: Year, interim: Interim) -> None:
    teams.meet(model.people, model.state.teams, model.programmes, year)
    gifts.give(model.people, model.state.teams, model.programmes, year)


def _research(model: BrainCirculation, year: Year, interim: Interim) -> None:
    research.publish(model.people, year)


def _beliefs(model: BrainCirculation, year: Year, interim: Interim) -> None:
    model.beliefs.learn(model.people, year)
    odds.learn(model.state.odds, year)
    model.state.hiring_odds_slope = year.tally.hiring_odds_slope or model.state.hiring_odds_slope


def _corridors(model: BrainCirculation, year: Year, interim: Interim) -> None:
    model.state.corridors.take_in(year)


def _reputation(model: BrainCirculation, year: Year, interim: Interim) -> None:
    model.state.reputation = reputation.drifted(model.state.reputation, year)


def _ledger(model: BrainCirculation, year: Year, interim: Interim) -> None:
    interim.costs = ledger.book(model.people, model.employers, model.programmes, model.policies, year)


def _outcomes(model: BrainCirculation, year: Year, interim: Interim) -> None:
    state = model.state
    state.returnees[year.number] = year.tally.came_back
    state.foreign_graduates[year.number] = int(year.tally.graduates[1])
    model.counts.append(counting.take(state.people, year, state, interim.costs))


def _surveys(model: BrainCirculation, year: Year, interim: Interim) -> None:
    if model.state.panel is not None:
        model.answers.append(model.state.panel.ask(model.people, year))


SCHEDULE: tuple[Phase, ...] = (
    Phase("announcements", "Beliefs move where a rule of hiring that was announced is news.", _announcements),
    Phase("clock", "How many foreigners leaders host is noted where policies let that take hours.", _clock),
    Phase("posts", "Employers open posts, as their money and the policies in force allow.", _posts),
    Phase("ties", "Ties at home and abroad form with colleagues near by and decay with those far away.", _ties),
    Phase("ageing", "Families change, doctorates finish, contracts and stays end, people retire.", _ageing),
    Phase("values", "The yearly worth of every position at home and abroad is worked out.", _values),
    Phase("entry", "Cohorts decide on a doctorate, at home or abroad; candidates from abroad apply.", _entry),
    Phase("vacancies", "Posts that nobody holds are counted.", _vacancies),
    Phase("search", "Everyone decides whether to look for another position.", _search),
    Phase("choice", "Applicants are ranked and offered awards, host places and posts, and choose.", _choice),
    Phase("transitions", "Those who chose move: careers, regions and contracts change.", _transitions),
    Phase(
        "programmes",
        "Joint projects, exchanges, second appointments begin and end; programmes give ties, stays, hours.",
        _programmes,
    ),
    Phase("research", "Researchers write papers.", _research),
    Phase("beliefs", "The perceived chance of a lasting post follows what peers achieved.", _beliefs),
    Phase("corridors", "The flows of the year are remembered: corridors follow them.", _corridors),
    Phase("reputation", "What home is reputed to be abroad drifts to what it deserves.", _reputation),
    Phase("ledger", "Public money is booked, by programme.", _ledger),
    Phase("outcomes", "The outcomes of the year are counted.", _outcomes),
    Phase("surveys", "The statistics are collected as the surveys do, where they are kept.", _surveys),
)
"""A year, in order. A model runs `model.schedule`, so a subclass may add a phase or leave one out."""


def run(model: BrainCirculation, year: Year) -> None:
    """Run every phase of the model's schedule once, in order."""
    interim = Interim()
    for phase in model.schedule:
        phase.run(model, year, interim)


def run_timed(model: BrainCirculation, year: Year, microseconds: dict[str, float]) -> None:
    """As `run`; adds to `microseconds` what each phase took, in microseconds of wall time, by its name."""
    interim = Interim()
    for phase in model.schedule:
        start = perf_counter()
        phase.run(model, year, interim)
        microseconds[phase.name] = microseconds.get(phase.name, 0.0) + (perf_counter() - start) * 1e6
