"""Beliefs about a post at home: what visible peers show, by field, rank and whether they are away."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, NamedTuple

from sim.rules import beliefs
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from sim.agents.researcher import Researcher
    from sim.agents.year import Year


class Peers(NamedTuple):
    """A group of people in the same position."""

    field: int
    fixed: bool  # in fixed-term faculty posts at home
    away: bool  # abroad, or just back and between posts


KINDS = [(fixed, away) for fixed in (False, True) for away in (False, True)]


def peers_of(person: Researcher, year: int) -> Peers:
    """The group in which others see a person."""
    between, recent = person.stage is Stage.UNPLACED, person.year.parameters.just_back_years
    away = bool(beliefs.is_seen_abroad(not person.here, year - person.returned_year, recent, between))
    return Peers(person.field, person.stage is Stage.FIXED_TERM and not away, away)


class Beliefs:
    """rate: yearly chance of a lasting post by peers. announced_log_odds: of announced rules, not yet confirmed."""

    def __init__(self, rate: dict[Peers, float], horizon: float, announced_log_odds: float = 0.0) -> None:
        self.rate, self.horizon, self.announced_log_odds = rate, horizon, announced_log_odds

    def chance(self, field: int, *, fixed: bool = False, away: bool) -> float:
        """Chance of a lasting post within the horizon, announced rules included."""
        within = float(beliefs.chance_within(self.rate[Peers(field, fixed, away)], self.horizon))
        return shifted(within, self.announced_log_odds) if away else within

    def announce(self, shift: float) -> None:
        """A rule becomes known: the log odds of those who go shift for everybody."""
        self.announced_log_odds += shift

    def take_in(self, year: Year) -> None:
        """Rates move toward the year's successes; thin groups lean on their like in all fields."""
        p, old = year.parameters, dict(self.rate)
        for fixed, away in KINDS:
            looked = {f: year.tally["searches", Peers(f, fixed, away)] / year.scale for f in year.fields}
            found = {f: year.tally["successes", Peers(f, fixed, away)] / year.scale for f in year.fields}
            if sum(looked.values()):
                parent = sum(found.values()) / sum(looked.values())
            else:
                parent = sum(old[Peers(f, fixed, away)] for f in year.fields) / len(year.fields)
            for f in year.fields:
                seen = beliefs.observed_rate(found[f], looked[f], parent, p.peer_weight)
                peers = Peers(f, fixed, away)
                self.rate[peers] = float(beliefs.moved_towards(self.rate[peers], seen, p.learning))
        self.announced_log_odds *= 1 - p.learning


def shifted(chance: float, log_odds: float) -> float:
    """The chance moved by some log odds."""
    return float(beliefs.moved_by_odds(chance, exp(log_odds)))
