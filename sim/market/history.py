"""What people could choose from, kept for reading: every offer of a year, and what it was worth by term of the utility.

A year keeps the columns of the seekers and the offers as the book had them. The terms are worked out when somebody asks
for them, by the rules that the market uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.draws import Draw, gumbel, uniform, word_of
from sim.instruments.programmes import GUARANTEE, INCOME, YEARS
from sim.market.offers import Choice
from sim.market.search import SEEKERS, Seekers
from sim.market.terms import of_position_abroad, of_position_at_home
from sim.population.cells import Cells
from sim.population.chronicle import Chronicle
from sim.process.benefits import of_award
from sim.rules.benefits import benefit_over_years
from sim.rules.eligibility import is_on_tenure_track
from sim.rules.permits import settlement
from sim.rules.stays import worth_of_stay_income, years_of_award
from sim.rules.utility import (
    amenity_abroad,
    better_of,
    chance_after_award,
    expected_at_home,
    keeps_lasting_post,
    ties_value,
)
from sim.vocabulary import HOME, LEADING, RANKS, Stage
from sim.world.programmes import ProgrammeKind
from sim.year import Tally

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.market.offers import OfferBook, Written
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord
    from sim.year import Year

Terms = dict[str, float]

TERMS = (
    "income",  # ln income
    "autonomy",
    "research",  # taste for science, peers, time for research
    "security",
    "amenity",  # life at home, or isolation and language abroad
    "benefit",  # tax break, grant or research money, over both periods
    "continuation",  # discounted expected value of the later years
    "moving",  # cost, distance, network and corridor of the move
    "mass",  # choice of hosts in the region
    "ties",  # own ties there
    "taste",  # the person's own draw for the option
)
"""Terms of what an option is worth, in log annual income; they add up to `worth`."""

_OPTION = {
    Choice.STAY: "stay as before",
    Choice.LEAVE: "leave research",
    Choice.INDUSTRY: "job outside academia",
    Choice.OWN_COUNTRY: "job in the own country",
    Choice.HOST: "post that a host pays",
    Choice.VISIT: "visit with the post kept",
    Choice.RETURN: "return without an offer",
    Choice.LAPSED: "home as the permit ends",
    Choice.AWARD: "award",
    Choice.POST: "post at home",
    Choice.RENEWAL: "another contract with the host",
    Choice.INDUSTRY_ABROAD: "job outside academia abroad",
}
_DRAW_OF = {
    Choice.LEAVE: Draw.TASTE_LEAVE,
    Choice.INDUSTRY: Draw.TASTE_INDUSTRY,
    Choice.INDUSTRY_ABROAD: Draw.TASTE_INDUSTRY_ABROAD,
}
_LASTING = (Stage.PERMANENT, Stage.TENURE_TRACK, Stage.DOCTORAL)


def followed(people: Columns, seekers: Seekers, year: Year) -> NDArray[np.bool_] | None:
    """Which of the seekers the chronicle follows, (n,); None where it follows nobody."""
    chronicle = year.chronicle
    if not chronicle.enabled:
        return None
    if chronicle.follow is None:
        return np.ones(len(seekers), np.bool_)
    return np.isin(people.identity[seekers.row], chronicle.follow)


def keep(book: OfferBook, people: Columns, values: PositionValues, year: Year) -> None:
    """Hand the year's offers to the chronicle, if it follows anybody.

    What is kept is never written to, so that forks may share it, and holds neither the model nor its state.
    """
    if book.follow is None:
        return
    some = np.flatnonzero(book.follow)
    place = np.full(len(book.seekers), -1)
    place[some] = np.arange(len(some))
    kept = Seekers(len(some))
    for name in SEEKERS.dtypes:
        getattr(kept, name)[:] = getattr(book.seekers, name)[some]
    identity = people.identity[kept.row]
    written = book.written()
    offers = written._replace(who=place[written.who])
    for array in (kept.memory, identity, *offers):
        array.setflags(write=False)
    alone = replace(year, tally=Tally.empty(0, 0, 0, 0), chronicle=Chronicle(year.world.regions, enabled=False))
    year.chronicle.keep_offers(KeptYear(year.number, identity, kept, offers, values, alone))


@dataclass(frozen=True)
class KeptYear:
    """The offers of a year to those who are followed, and who they were when they chose."""

    year: int
    identity: NDArray[np.int64]
    seekers: Seekers
    offers: Written
    values: PositionValues = field(repr=False)
    under: Year = field(repr=False)

    def __len__(self) -> int:
        return len(self.identity) + len(self.offers.who)

    def table(self, identity: int) -> pd.DataFrame:
        """A person's options, one row each: option, region, detail, the `TERMS` and worth in log annual income, whether
        it was chosen, and why or why not. No rows for who did not look around.
        """
        import pandas as pd

        columns = ["option", "region", "detail", *TERMS, "worth", "chosen", "why"]
        found = np.flatnonzero(self.identity == identity)
        if not len(found):
            return pd.DataFrame(columns=columns)
        k = int(found[0])
        rows = [self._row(int(j)) for j in np.flatnonzero(self.offers.who == k)]
        best = max(range(len(rows)), key=lambda j: rows[j]["worth"])
        for j, row in enumerate(rows):
            row["chosen"], row["why"] = j == best, _why(rows, j, best)
        return pd.DataFrame(rows, columns=columns)

    def options(self) -> dict[int, tuple[set[tuple[str, str, str]], tuple[str, str, str]]]:
        """By identity: the options that each held, as option, region and detail, and the one taken."""
        named = [self._named(j) for j in range(len(self.offers.who))]
        held: dict[int, list[int]] = {}
        for j, k in enumerate(self.offers.who.tolist()):
            held.setdefault(k, []).append(j)
        found = {}
        for k, mine in held.items():
            best = max(mine, key=lambda j: float(self.offers.value[j]))
            found[int(self.identity[k])] = ({named[j] for j in mine}, named[best])
        return found

    def _row(self, j: int) -> dict[str, Any]:
        row: dict[str, Any] = dict(zip(("option", "region", "detail"), self._named(j), strict=True))
        worth = float(self.offers.value[j]) / self.under.parameters.beta
        return {**row, **self.terms(j), "worth": worth}

    def _named(self, j: int) -> tuple[str, str, str]:
        kind, place, target = self._offer(j)
        detail = self.under.programmes[target].title if kind is Choice.AWARD else ""
        if kind is Choice.POST:
            tier, stage = self._post(target)
            detail = f"{Stage(stage).label}, {self.under.world.tiers[tier]}"
        return _OPTION[kind], self.under.world.regions[place], detail

    def _post(self, cell: int) -> tuple[int, int]:
        """Tier and stage of a cell of posts."""
        tier, _, stage = Cells.of(self.under.world).parts(np.array([cell]))
        return int(tier[0]), int(stage[0])

    def _offer(self, j: int) -> tuple[Choice, int, int]:
        return Choice(int(self.offers.kind[j])), int(self.offers.place[j]), int(self.offers.target[j])

    # ------------------------------------------------------------------ the terms of an option

    def terms(self, j: int) -> Terms:
        """The terms of offer j, in log annual income; see `TERMS`."""
        k = int(self.offers.who[j])
        made = dict.fromkeys(TERMS, 0.0) | self._value(k, *self._offer(j))
        made["taste"] = self._taste(k, j) / self.under.parameters.beta
        return made

    def _value(self, k: int, kind: Choice, place: int, target: int) -> Terms:
        """The terms of V; of fallbacks and offers outside research here, and of the others in `_offered`."""
        s, p = self.seekers, self.under.parameters
        cost = p.moving_cost + float(s.family_cost[k])
        way_home = {"moving": -p.homeward_share * cost}
        if kind is Choice.STAY:
            return self._staying(k) | ({"benefit": float(s.benefit_home[k])} if s.benefit_held[k] else {})
        if kind is Choice.RENEWAL:
            return self._abroad(k, place, float(s.chance_away[k]), settled_in=self._settlement(k))
        if kind is Choice.INDUSTRY_ABROAD:
            return self._industry_abroad(k, place)
        if kind is Choice.RETURN:
            made = self._at_home(k, *self._post_on_return(k)) | {"moving": -cost}
            startup = float(np.asarray(self.values.common)["startup"][0]) if s.guaranteed[k] else 0.0
            return made | {"benefit": float(s.benefit_home[k]) + startup}
        if kind is Choice.LAPSED:
            yearly = self._yearly(self.under.world.no_tier, Stage.LEFT, k, float(s.own_country_amenity[k]))
            return yearly | {"continuation": p.discount * sum(yearly.values())} | way_home
        if kind is Choice.OWN_COUNTRY and place == s.origin[k]:
            return self._own_country(k, place) | way_home
        if kind in (Choice.LEAVE, Choice.INDUSTRY):
            outside = self._outside(k, Stage.LEFT if kind is Choice.LEAVE else Stage.INDUSTRY)
            gain = {"benefit": float(s.benefit_home[k])} if kind is Choice.INDUSTRY else {}
            return outside | gain | {"moving": 0.0 if s.region[k] == HOME else -cost}
        return self._offered(k, kind, place, target)

    def _offered(self, k: int, kind: Choice, place: int, target: int) -> Terms:
        if kind is Choice.OWN_COUNTRY:  # a candidate's post in a third region
            return self._abroad(k, place, 0.0) | self._way(k, place)
        if kind is Choice.HOST:
            chance = float(self.seekers.chance_away[k])
            way = {"mass": self._way(k, place)["mass"]} if place == self.seekers.region[k] else self._way(k, place)
            return self._abroad(k, place, chance) | way | self._ties(k, place)
        if kind is Choice.VISIT:
            p = self.under.parameters
            return self._months(k, place, p.visit_share * p.moving_cost)
        if kind is Choice.POST:
            tier, rank = self._post(target)
            benefit = float(self.seekers.benefit_home[k])
            return self._at_home(k, tier, rank) | {"moving": -self._cost(k), "benefit": benefit}
        return self._award(k, place, target)

    def _post_on_return(self, k: int) -> tuple[int, int]:
        if not self.seekers.guaranteed[k]:
            return self.under.world.no_tier, Stage.UNPLACED
        draw = uniform(self.seekers.draw_key[k : k + 1], 0, Draw.RETURN_POST_TRACK)[0]
        track = is_on_tenure_track(draw, self.under.parameters.return_post_track)
        return LEADING, Stage.TENURE_TRACK if track else Stage.FIXED_TERM

    def _award(self, k: int, place: int, number: int) -> Terms:
        s, p = self.seekers, self.under.parameters
        income, programme = float(self.values.award[number]), self.under.programmes[number]
        if programme.kind.leads_here:
            return self._award_here(k, income, programme)
        if programme.kind is ProgrammeKind.STAY_ABROAD:
            made, usual = self._months(k, place, 0.0), self.under.world.positions.value("income_of_stay")
            paid = self.under.levers.of(programme, INCOME, self.year)
            made["income"] += float(worth_of_stay_income(p.visit_share, paid, usual))
            return made
        chance, lasting = float(s.chance_away[k]), int(s.stage[k]) in _LASTING
        if keeps_lasting_post(lasting, programme.post_kept):
            chance = 1.0
        else:
            guarantee = self.under.levers.of(programme, GUARANTEE, self.year)
            chance = float(chance_after_award(chance, p.guarantee_credence, guarantee))
        return self._abroad(k, place, chance) | self._way(k, place) | self._ties(k, place) | {"income": income}

    def _award_here(self, k: int, income: float, record: ProgrammeRecord) -> Terms:
        s, p, under = self.seekers, self.under.parameters, self.under
        made = self._at_home(k, *record.position(under.world.tiers))
        if record.kind is ProgrammeKind.FELLOWSHIP_HERE:
            made["income"] = income
        years = float(years_of_award(under.levers.of(record, YEARS, self.year)))
        yearly = of_award(record, under)
        made["benefit"] = float(benefit_over_years(yearly, years, p.discount, p.horizon))
        way = -p.moving_cost
        if s.candidate[k]:
            made["amenity"] += p.foreign_post_taste
            way = float(self.values.regions.coming[s.origin[k]])
        return made | {"moving": way - float(s.family_cost[k])}

    def _staying(self, k: int) -> Terms:
        s, p = self.seekers, self.under.parameters
        place, stage = int(s.region[k]), int(s.stage[k])
        if place == HOME:
            return self._outside(k, stage) if stage == Stage.INDUSTRY else self._at_home(k, int(s.tier[k]), stage)
        if place == s.origin[k]:
            return self._own_country(k, place)
        if stage == Stage.INDUSTRY:
            return self._industry_abroad(k, place)
        if stage == Stage.PERMANENT:
            made = of_position_abroad(self.under, place, lasting=True)
            amenity = self._amenity(k, place) + self._settlement(k)
            made |= {"security": float(s.security_value[k]), "amenity": amenity}
            return made | {"continuation": p.discount * sum(made.values())}
        renewal = p.host_renewal if s.contract_ends[k] else 1.0
        return self._abroad(k, place, float(s.chance_away[k]), renewal, self._settlement(k))

    def _yearly(self, tier: int, stage: int, k: int, amenity: float) -> Terms:
        security = float(self.seekers.security_value[k]) * float(self.values.security[stage])
        return of_position_at_home(self.under, tier, stage) | {"security": security, "amenity": amenity}

    def _at_home(self, k: int, tier: int, stage: int) -> Terms:
        s, p = self.seekers, self.under.parameters
        least = p.tenure_granted if stage == Stage.TENURE_TRACK else float(stage == Stage.PERMANENT)
        chance = max(float(s.chance_home[k]), least)
        later = expected_at_home(chance, float(s.value_with_post[k]), float(s.value_without_post[k]))
        yearly = self._yearly(tier, stage, k, float(s.home_amenity[k]))
        return yearly | {"continuation": p.discount * float(later)}

    def _outside(self, k: int, stage: int) -> Terms:
        s, p = self.seekers, self.under.parameters
        yearly = self._yearly(self.under.world.no_tier, stage, k, float(s.home_amenity[k]))
        later = better_of(sum(yearly.values()), float(s.value_return[k]), p.beta)
        return yearly | {"continuation": p.discount * float(later)}

    def _industry_abroad(self, k: int, place: int) -> Terms:
        regions, stage = self.values.regions, Stage.INDUSTRY
        made = {"income": float(regions.industry[place]), "amenity": self._amenity(k, place)}
        made["security"] = float(self.seekers.security_value[k]) * float(self.values.security[stage])
        return made | {"continuation": self.under.parameters.discount * sum(made.values())}

    def _own_country(self, k: int, place: int) -> Terms:
        s, p = self.seekers, self.under.parameters
        made = of_position_abroad(self.under, place, lasting=False)
        made["research"] = (
            float(self.values.regions.own_job[place]) / (1 + p.discount) - made["income"] - made["autonomy"]
        )
        made |= {"security": p.own_country_security * float(s.security_value[k])}
        made |= {"amenity": float(s.own_country_amenity[k])}
        return made | {"continuation": p.discount * sum(made.values())}

    def _amenity(self, k: int, place: int) -> float:
        regions = self.values.regions
        return float(amenity_abroad(regions.isolation[place], regions.language[place], self.seekers.language[k]))

    def _settlement(self, k: int) -> float:
        p = self.under.parameters
        return float(settlement(p.settlement, self.seekers.settled_years[k], p.settlement_years))

    def _abroad(self, k: int, place: int, chance: float, renewal: float = 1.0, settled_in: float = 0.0) -> Terms:
        s, p, regions = self.seekers, self.under.parameters, self.values.regions
        made = of_position_abroad(self.under, place, lasting=False)
        made["amenity"] = self._amenity(k, place) + settled_in
        settled = float(regions.lasting[place]) + float(s.security_value[k]) + made["amenity"]
        stays = float(regions.tenure[place]) * renewal
        back = float(expected_at_home(chance, float(s.value_with_post[k]), float(s.value_without_post[k])))
        return made | {"continuation": p.discount * (stays * settled + (1 - stays) * back)}

    def _way(self, k: int, place: int) -> Terms:
        regions = self.values.regions
        return {
            "moving": float(regions.move[place]) - float(self.seekers.family_cost[k]),
            "mass": float(regions.mass[place]),
        }

    def _ties(self, k: int, place: int) -> Terms:
        s = self.seekers
        there = place == s.tie_region[k]
        return {"ties": float(ties_value(s.ties_abroad[k], self.under.parameters.tie_value)) if there else 0.0}

    def _months(self, k: int, place: int, fare: float) -> Terms:
        """The year as it is at hand, and what the months abroad add to it."""
        p, regions = self.under.parameters, self.values.regions
        j = int(np.flatnonzero(self.offers.who == k)[0])
        made = dict.fromkeys(TERMS, 0.0) | self._value(
            k, Choice(int(self.offers.kind[j])), int(self.offers.place[j]), -1
        )
        made["research"] += p.visit_gain + p.peers * float(regions.peers[place])
        made["amenity"] += float(regions.isolation[place])
        made["mass"] += float(regions.mass[place])
        cost = p.moving_cost - float(self.seekers.family_cost[k])
        made["moving"] += p.visit_share * (float(regions.move[place]) + cost) - fare
        return made | self._ties(k, place)

    def _cost(self, k: int) -> float:
        s, p = self.seekers, self.under.parameters
        if s.candidate[k]:
            return float(s.family_cost[k]) - (float(self.values.regions.coming[s.origin[k]]) + p.foreign_post_taste)
        if s.region[k] != HOME:
            return p.moving_cost + float(s.family_cost[k])
        return p.domestic_moving_cost if s.stage[k] <= Stage.PERMANENT else 0.0

    def _taste(self, k: int, j: int) -> float:
        kind, place, target = self._offer(j)
        draw, alternative = Draw.TASTE_REGION, place
        if j == np.flatnonzero(self.offers.who == k)[0]:  # what is at hand
            draw, alternative = Draw.TASTE_STAY, 0
        elif kind in _DRAW_OF:
            draw, alternative = _DRAW_OF[kind], 0
        elif kind is Choice.OWN_COUNTRY and place == self.seekers.origin[k]:
            draw, alternative = Draw.TASTE_OWN_COUNTRY, 0
        elif kind is Choice.POST:
            tier, stage = self._post(target)
            draw, alternative = Draw.TASTE_POST, tier * len(RANKS) + stage - Stage.POSTDOC
        elif kind is Choice.AWARD and place == HOME:
            draw, alternative = Draw.TASTE_AWARD, word_of(self.under.programmes[target].name)
        return float(gumbel(self.seekers.draw_key[k : k + 1], self.year, draw, alternative)[0])


def _why(rows: list[dict[str, Any]], j: int, best: int) -> str:
    """Why an option was chosen, or was not."""
    others = [row for row in rows if row is not rows[j]]
    if not others:
        return "Nothing else was on offer."
    rival = max(others, key=lambda row: row["worth"]) if j == best else rows[best]
    gap = rows[j]["worth"] - rival["worth"]
    terms = {name: rows[j][name] - rival[name] for name in TERMS}
    term = (max if gap >= 0 else min)(terms, key=terms.__getitem__)
    beside = f"{rival['option']}" + (f" ({rival['detail']})" if rival["detail"] else "")
    more, first = ("more", "Chosen") if j == best else ("less", "Not chosen")
    return (
        f"{first}: worth {abs(gap):.2f} {more} in log income than {beside}, most of it by {term} ({terms[term]:+.2f})."
    )
