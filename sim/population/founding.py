"""The first population: the stocks of the first year, person by person, from `stocks.csv` and `posts.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.draws import Draw, draw_key, normal, rounded, uniform, word_of
from sim.market.posts import parts
from sim.population import traits
from sim.population.columns import Columns
from sim.population.traits import Kind, identities, pick
from sim.vocabulary import HOME, RANKS, Event, Mode, Stage, Tier
from sim.world.world import FIELDS, TIERS, UNIVERSITIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.process.beliefs import Beliefs
    from sim.year import Year

F32 = np.float32
_ABROAD = "abroad"  # the stage label under which `stocks.csv` lists people abroad
_LONGEST_STUDY = 15  # years beyond which no founder has studied
_LABELS = 5_000_000  # serial numbers from which keys that belong to no founder are made


def found(posts: NDArray[np.int64], beliefs: Beliefs, year: Year) -> Columns:
    """Make the population of the end of the year before the first. `posts`: (CELLS,) at scale."""
    founders = _Founders(Columns(), beliefs, year)
    stocks = year.world.stocks

    students = founders.number("doctoral", Stage.DOCTORAL)
    universities = stocks.along("tier", UNIVERSITIES, "doctoral_share")
    founders.add(Stage.DOCTORAL, founders.fields(students), founders.drawn(students, universities))

    held = np.floor(posts * stocks.value("filled_share")).astype(np.int64)
    tier, field, stage = parts(np.arange(len(posts)))
    for rank in RANKS:
        cells = np.flatnonzero(stage == rank)
        founders.add(rank, np.repeat(field[cells], held[cells]), np.repeat(tier[cells], held[cells]))

    for stage_outside in (Stage.INDUSTRY, Stage.UNPLACED):
        number = founders.number(stage_outside.label, stage_outside)
        founders.add(stage_outside, founders.fields(number))

    regions = np.array([0.0, *stocks.along("region", year.world.abroad, "abroad_region")])
    for series, stage_abroad in (("abroad_home", Stage.POSTDOC), ("abroad_degree", Stage.DOCTORAL)):
        number = founders.number(series)
        founders.add(stage_abroad, founders.fields(number), region=founders.drawn(number, regions))
    number = founders.number("abroad_foreign")
    founders.add(Stage.POSTDOC, founders.fields(number), formed_here_and_gone=True)
    return founders.people


@dataclass
class _Founders:
    """Makes and numbers the founders."""

    people: Columns
    beliefs: Beliefs
    year: Year
    made: int = 0
    labels: int = _LABELS

    def number(self, series: str, stage: Stage | None = None) -> int:
        """How many people of a stock there are at scale."""
        key = {"stage": stage.label} if stage is not None else {}
        real = self.year.world.stocks.value(series, **key)
        return rounded(real * self.year.scale, self.year.seed, Draw.ROUND_FOUNDERS, word_of(series))

    def drawn(self, number: int, shares: NDArray[np.float64]) -> NDArray[np.uint8]:
        """A category for each of a number of people, with the given shares."""
        key = draw_key(self.year.seed, identities(Kind.FOUNDER, self.year.number, number, self.labels))
        self.labels += number
        return pick(key, shares, Draw.FOUNDER_CATEGORY)

    def fields(self, number: int) -> NDArray[np.uint8]:
        """A field for each of a number of people."""
        return self.drawn(number, self.year.world.posts.along("field", FIELDS, "field_share"))

    def add(
        self,
        stage: Stage,
        field: NDArray[np.uint8],
        tier: NDArray[np.uint8] | int = int(Tier.NONE),
        *,
        region: NDArray[np.uint8] | None = None,
        formed_here_and_gone: bool = False,
    ) -> None:
        """Add people of one stage: at home, home-formed in `region`, or foreigners formed here and gone home."""
        year, n = self.year, len(field)
        if not n:
            return
        stocks, p = year.world.stocks, year.parameters
        ids = identities(Kind.FOUNDER, year.number, n, self.made)
        self.made += n
        key = draw_key(year.seed, ids)
        history = uniform(key, 0, Draw.FOUNDER_HISTORY)
        graduated = stage is not Stage.DOCTORAL
        at_home = region is None and not formed_here_and_gone

        age = self._ages(key, _ABROAD if graduated and not at_home else stage.label)
        foreign = 1.0 if formed_here_and_gone else self._share("foreign_share", stage) if at_home else 0.0
        native = uniform(key, 0, Draw.FOUNDER_NATIVE) >= foreign
        shares = np.array([0.0, *stocks.along("region", year.world.abroad, "foreign_origin")])
        origin = np.where(native, np.uint8(HOME), pick(key, shares, Draw.FOUNDER_ORIGIN))
        where = np.full(n, HOME, np.uint8) if at_home else origin if region is None else region
        abroad = where != HOME

        on_contract = uniform(key, 0, Draw.FOUNDER_CONTRACT) < F32(stocks.value("abroad_on_contract"))
        settled = abroad & native & ~on_contract & graduated
        away = np.where(settled, np.floor(7 + 15 * history), np.floor(1 + 5 * history))
        away = np.minimum(away, np.maximum(age - 27, 1)) * abroad
        experienced = uniform(key, 0, Draw.FOUNDER_OVERSEAS) < self._share("overseas_experience", stage)
        years_abroad = (np.where(abroad, away, np.where(experienced, 1 + 2 * history, 0)) * native).astype(F32)

        degree_age = stocks.value("age_at_degree") + np.floor(3 * history)
        degree_year = (year.number - np.maximum(age - degree_age, 1)) * graduated
        formed = uniform(key, 0, Draw.FOUNDER_FORMED_HERE) < F32(stocks.value("foreign_formed_here"))
        trained_here = native | formed | formed_here_and_gone | (not graduated)
        alma = pick(key, stocks.along("tier", TIERS, "degree_share"), Draw.FOUNDER_DEGREE)
        working = self._keep_a_job(key, field, native) if at_home and not graduated else np.zeros(n, np.bool_)
        start, end = self._position(key, history, stage, working)
        ties = stocks.value("ties_abroad") + p.tie_gain * years_abroad + stocks.value("ties_there") * abroad
        stage_now = np.where(settled, np.uint8(Stage.PERMANENT), np.uint8(stage))
        stay, go = self.beliefs.chances(field)
        people = self.people
        first = people.enter(
            n,
            identity=ids,
            draw_key=key,
            origin=origin,
            region=where,
            field=field,
            tier=tier,
            birth_year=year.number - age,
            stage=stage_now,
            degree_year=degree_year,
            degree_tier=alma if graduated else int(Tier.NONE),
            degree_region=np.where(trained_here, np.uint8(HOME), origin),
            start_year=start,
            contract_end=np.where(settled | formed_here_and_gone, 0, end),
            ties_home=np.where(abroad, stocks.value("ties_home_away"), stocks.value("ties_home")),
            ties_abroad=ties,
            mode=np.where(abroad & native, np.uint8(Mode.TRANSFER if graduated else Mode.DEGREE), np.uint8(Mode.NONE)),
            away_since=np.where(abroad, year.number - away, 0),
            years_abroad=years_abroad,
            partner=self._partners(key, age),
            child_born=self._children(key, history, age),
            belief_home=stay,
            belief_away=go,
            working=working,
            moves=abroad,
        )
        traits.born(people, first, self._share("women_share", stage), p.entry_language, year)
        people.home_taste[first:] += F32(stocks.value("home_taste_away") * p.home_sd) * (where != origin)
        people.output[first:] = p.paper_rate * people.drive[first:] * (1.0 if graduated else p.doctoral_rate)
        people.tie_region[first:][abroad] = where[abroad]
        people.language[first:][~native] = stocks.value("foreign_language") * history[~native]
        if not graduated:
            shares = traits.shares_on_leave(year.world)
            people.on_leave[first:] = uniform(key, 0, Draw.ON_LEAVE) < shares[origin]
        year.chronicle.record(year.number - 1, Event.FOUNDED, ids, where, stage_now)

    def _share(self, series: str, stage: Stage) -> float:
        known = self.year.world.stocks.numbers[series]
        return known[key].value if (key := ("", "", "", "", stage.label)) in known else 0.0

    def _ages(self, key: NDArray[np.uint64], stage: str) -> NDArray[np.int16]:
        """Ages of a stage: normal where `stocks.csv` gives a mean, otherwise evenly spread between its bounds."""
        stocks = self.year.world.stocks
        low, high = (stocks.value(series, stage=stage) for series in ("age_low", "age_high"))
        if ("", "", "", "", stage) in stocks.numbers["mean_age"]:
            mean, spread = (stocks.value(series, stage=stage) for series in ("mean_age", "age_sd"))
            age = np.clip(np.rint(mean + spread * normal(key, 0, Draw.FOUNDER_AGE)), low, high)
        else:
            age = np.floor(low + (high - low + 1) * uniform(key, 0, Draw.FOUNDER_AGE))
        return age.astype(np.int16)

    def _position(
        self, key: NDArray[np.uint64], history: NDArray[np.float32], stage: Stage, working: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """First year of the present position and last year of its contract (0: open-ended), some ending at once."""
        year, p = self.year, self.year.parameters
        if stage is Stage.DOCTORAL:
            studied, longer = (
                pick(key, _still_studying(completion, p.dropout, int(p.least_study)), Draw.FOUNDER_STUDY)
                for completion in (p.completion, p.completion_working)
            )
            return F32(year.number - 1) - np.where(working, longer, studied), np.zeros(len(key), F32)
        if stage in (Stage.PERMANENT, Stage.INDUSTRY, Stage.UNPLACED):
            return np.full(len(key), year.number - 1, F32), np.zeros(len(key), F32)
        length = np.ceil(p.contract_postdoc) if stage is Stage.POSTDOC else p.contract_fixed
        end = year.number - 1 + np.floor(length * uniform(key, 0, Draw.FOUNDER_CONTRACT_END))
        return year.number - 1 - np.floor(length * history), end

    def _partners(self, key: NDArray[np.uint64], age: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Who lives with a partner: as many as the yearly rate of finding one since 25 leaves."""
        alone = (1 - self.year.parameters.partner_rate) ** np.maximum(age - 25.0, 0)
        partner: NDArray[np.bool_] = uniform(key, 0, Draw.FOUNDER_PARTNER) > alone
        return partner

    def _children(
        self, key: NDArray[np.uint64], history: NDArray[np.float32], age: NDArray[np.int16]
    ) -> NDArray[np.int16]:
        """Year the child was born, at a parent's age of 32 to 37, for the share of parents; 0 without."""
        parent = uniform(key, 0, Draw.FOUNDER_CHILD) < F32(self.year.world.stocks.value("parent_share"))
        born = self.year.number - age + 32 + np.floor(6 * history)
        return np.where(parent & (born < self.year.number), born, 0).astype(np.int16)

    def _keep_a_job(
        self, key: NDArray[np.uint64], field: NDArray[np.uint8], native: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Doctoral students who study while employed."""
        at_work = self.year.world.stocks.along("field", FIELDS, "working_share").astype(F32)
        working: NDArray[np.bool_] = native & (uniform(key, 0, Draw.STUDIES_AT_WORK) < at_work[field])
        return working


def _still_studying(completion: float, dropout: float, least: int) -> NDArray[np.float64]:
    """Doctoral students by years since they began, 0 to 14, where as many begin each year; least: years of study."""
    stays = np.full(_LONGEST_STUDY, (1 - completion) * (1 - dropout))
    stays[: least - 1] = 1 - dropout
    return np.concatenate([[1.0], np.cumprod(stays[:-1])])
