"""What is at stake: what looking in a market would bring to typical people, this year and when the model began.

Looking costs time and hope, so its base rates are those of people for whom as much is at stake as for a typical person
of the same position when the model began (`sim.rules.search.looks`). At home people answer to what is at stake for
their kind, abroad to their own gain.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from sim.agents import utility
from sim.agents.calls import chance_with_award
from sim.agents.choice import Seeker
from sim.agents.researcher import Researcher
from sim.instruments.programmes import PLACES
from sim.rules import utility as rules
from sim.rules.families import usual_family_cost
from sim.rules.search import gain_of_option, odds_at_stake
from sim.vocabulary import HOME, Permit, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from typing import Any

    from sim.agents.beliefs import Beliefs
    from sim.agents.institutions import Programme
    from sim.agents.odds import Odds
    from sim.agents.utility import Tables
    from sim.agents.year import Year
    from sim.world.parameters import Parameters

OVER, RENEWED = "contract over", "contract over, another offered"
Place = Stage | str
"""Where a career abroad stands: its stage, or that a contract is over, with another from the host or without."""

PLACES_ABROAD: list[Place] = [*Stage, OVER, RENEWED]
_LANGUAGE = 0.5  # command of the other language of a typical person: sets a zero
_TYPICAL_ORIGIN = 1  # region from which the typical foreigner at home came who looks for another post here
_LEAST = 1e-6


class Stakes(NamedTuple):
    """Expected gain of looking, on the scale of taste, of typical people.

    home: of natives (True) and foreigners at home by stage, in a permanent post. leaving, calls: of natives at home by
    stage, with hosts and in calls for stays abroad. back: of foreigners at home by origin and stage, in their own
    country. from_abroad: of natives and of foreigners in their own country by place and region, in a post at home.
    candidates: of candidates from abroad by origin, in a post here.
    """

    home: dict[tuple[bool, Stage], float]
    leaving: dict[Stage, float]
    calls: dict[Stage, float]
    back: dict[tuple[int, Stage], float]
    from_abroad: dict[tuple[bool, Place, int], float]
    candidates: dict[int, float]


class Ratios(NamedTuple):
    """By what the base odds of looking of people at home are multiplied; groups as in `Stakes`."""

    home: dict[tuple[bool, Stage], float]
    leaving: dict[Stage, float]
    calls: dict[Stage, float]
    back: dict[tuple[int, Stage], float]


def ratios(now: Stakes, usual: Stakes, p: Parameters) -> Ratios:
    """What has become of the odds of looking since the model began."""

    def moved[K](response: float, gain: dict[K, float], before: dict[K, float]) -> dict[K, float]:
        return {group: float(odds_at_stake(response, gain[group], before[group])) for group in gain}

    return Ratios(
        moved(p.respond_home, now.home, usual.home),
        moved(p.respond_abroad, now.leaving, usual.leaving),
        moved(p.respond_abroad, now.calls, usual.calls),
        moved(p.respond_foreign, now.back, usual.back),
    )


def odds_of_looking_home(seeker: Seeker, usual: Stakes) -> float:
    """By what the own gain multiplies the base odds that somebody abroad looks for a post at home."""
    person, p = seeker.person, seeker.t.p
    place: Place = person.stage
    if person.out_of_contract:
        place = RENEWED if person.host_renews else OVER
    before = usual.from_abroad[person.native, place, person.region]
    if person.candidate:
        before = usual.candidates[person.region]
    response = p.respond_home if person.native else p.respond_foreign
    return float(odds_at_stake(response, _gain_from_abroad(seeker), before))


# ---------------------------------------------------------------------- typical people


class Typical(Researcher):
    """Somebody of a position whom nobody is: without taste and ties, never in the model."""

    def __init__(self, year: Year, beliefs: Beliefs, **state: Any) -> None:  # noqa: ANN401  attributes of every type
        self._year = year
        shown = {away: [beliefs.chance(field, away=away) for field in year.fields] for away in (False, True)}
        self.belief_home, self.belief_away = (sum(chances) / len(chances) for chances in shown.values())
        self.draw_key, self.degree_year, self.language, self.tier = 0, 1, _LANGUAGE, year.no_tier
        self.renews, self.permit = False, Permit.PERMANENT  # which does not run out
        self.typical = True
        for name, value in state.items():
            setattr(self, name, value)

    @property
    def year(self) -> Year:
        """The year under way."""
        return self._year

    @property
    def second_employer(self) -> None:
        """None: of nobody typical."""

    @property
    def host_renews(self) -> bool:
        """Whether the host offers another contract."""
        return self.renews


def at_stake(beliefs: Beliefs, odds: Odds, programmes: list[Programme], t: Tables) -> Stakes:
    """What is at stake for typical people this year."""
    year = t.year

    def somebody(origin: int, region: int, stage: Stage, **state: Any) -> Seeker:  # noqa: ANN401
        return Seeker(Typical(year, beliefs, origin=origin, region=region, stage=stage, **state), t=t)

    def at_home(origin: int, stage: Stage) -> Seeker:
        return somebody(origin, HOME, stage, tier=0 if stage in utility.FACULTY else year.no_tier)

    def abroad(origin: int, place: Place, region: int) -> Seeker:
        if isinstance(place, Stage):
            return somebody(origin, region, place)
        return somebody(origin, region, Stage.POSTDOC, contract_end=1, renews=place == RENEWED)

    abroad_calls = [x for x in programmes if x.record.kind is ProgrammeKind.FELLOWSHIP_ABROAD and x.lever(PLACES) > 0]
    calls = [call for call in abroad_calls if call.record.origin != "foreign"]
    kinds = {True: HOME, False: _TYPICAL_ORIGIN}
    return Stakes(
        home={(native, s): _gain_at_home(at_home(origin, s)) for native, origin in kinds.items() for s in Stage},
        leaving={stage: _gain_of_leaving(at_home(HOME, stage)) for stage in Stage},
        calls={stage: _gain_of_calls(at_home(HOME, stage), calls, odds) for stage in Stage},
        back={
            (origin, stage): _gain_of_going_back(at_home(origin, stage)) for origin in year.abroad for stage in Stage
        },
        from_abroad={
            (native, place, region): _gain_from_abroad(abroad(HOME if native else region, place, region))
            for native in (True, False)
            for place in PLACES_ABROAD
            for region in year.abroad
        },
        candidates={r: _gain_from_abroad(somebody(r, r, Stage.UNPLACED, candidate=True)) for r in year.abroad},
    )


# ---------------------------------------------------------------------- the gains of looking


def _gain_at_home(seeker: Seeker) -> float:
    """Looking for another post at home may bring a permanent one."""
    o, t = seeker.prospects, seeker.t
    return o.chance_home * float(gain_of_option(t.p.beta, (1 + o.discount) * o.post, seeker.stay))


def _gain_from_abroad(seeker: Seeker) -> float:
    """Looking home from abroad may bring what is within reach: a fixed-term post, or one of a postdoc to foreigners."""
    person, o, t = seeker.person, seeker.prospects, seeker.t
    stage = Stage.FIXED_TERM if person.native else Stage.POSTDOC
    post = sum(t.home[tier, stage] for tier in t.year.tiers) / len(t.year.tiers)
    yearly = rules.year_in_position(post, o.secure, t.security[stage], o.here)
    life = rules.position_at_home(yearly, o.discount, o.chance_away, o.post, o.without)
    cost = -(t.coming[person.origin] + t.p.foreign_post_taste) if person.candidate else t.p.moving_cost
    cost += o.family - seeker.benefit
    return o.chance_away * float(gain_of_option(t.p.beta, life - cost, seeker.stay))


def _gain_of_going_back(seeker: Seeker) -> float:
    """Foreigners at home who look in their own country may find a job there."""
    origin, t = seeker.person.origin, seeker.t
    moving = t.p.moving_cost + float(usual_family_cost(t.borne, t.p.family_mean))
    job = utility.own_country(seeker.prospects, t, origin) - t.p.homeward_share * moving
    found = t.year.own_country_job(origin) * t.year.driver("border_openness")
    return found * float(gain_of_option(t.p.beta, job, seeker.stay))


def _beside_staying(seeker: Seeker, region: int, chance: float, paid: float = 0.0) -> float:
    """exp(beta (V - V_stay)) of a move to a region; the usual cost of moving holds the mean family."""
    relief = float(usual_family_cost(seeker.t.borne, seeker.t.p.family_mean))
    life = seeker.approach(region, chance) + seeker.prospects.family - relief + paid
    return exp(seeker.t.p.beta * (life - seeker.stay))


def _gain_of_leaving(seeker: Seeker) -> float:
    """Natives at home who look abroad may reach a host.

    What a choice of regions is worth is ln(1 + sum of exp(beta (V - V_stay))), as of one option (McFadden 1978).
    """
    o, t = seeker.prospects, seeker.t
    hosts = {r: _beside_staying(seeker, r, o.chance_away) for r in t.year.abroad}
    reached = sum(worth * t.p.host_reach * t.reach[r] for r, worth in hosts.items())
    options = sum(hosts.values())
    return reached / max(options, _LEAST) * log(1 + options)


def _share_of_fields(call: Programme) -> float:
    """Share of posts that is in the fields of a call."""
    world, named = call.model.world, call.record.fields
    shares = {name: world.posts.value("field_share", field=name) for name in world.fields}
    return sum(shares[name] for name in named or world.fields) / sum(shares.values())


def _gain_of_calls(seeker: Seeker, calls: list[Programme], odds: Odds) -> float:
    """Natives at home who look at the year's calls may win an award for a stay abroad."""
    o, t, gain = seeker.prospects, seeker.t, 0.0
    for call in calls:
        if seeker.person.stage.label in call.record.stages:
            chance = chance_with_award(call, o.chance_away, seeker.person.stage)
            leads, award = call.record.leads_to(t.year.world.regions), t.award[call.number]
            there = [r for r in t.year.abroad if leads[r]]
            options = sum(_beside_staying(seeker, r, chance, award - t.pay_abroad[r]) for r in there)
            known = odds.mean(call.record.name, t.p) * _share_of_fields(call)
            gain += known * log(1 + options)
    return gain
