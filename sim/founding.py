"""The first population: the stocks of the first year, person by person, from data/stocks.csv and data/posts.csv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.columns import Columns
from sim.draws import Decision, luck, normal, rounded, uniform
from sim.entry import Kind, character, identities, pick
from sim.posts import RANKS, parts
from sim.vocabulary import HOME, Event, Mode, Stage, Tier
from sim.world import FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.beliefs import Beliefs
    from sim.now import Now

F32 = np.float32
_FILLED = 0.97  # share of posts filled at the start (assumed: some vacancies are always open)
_SPREAD = {  # standard deviation of ages by stage, and the bounds (assumed; NISTEP RM-305 for faculty: 29 % under 40)
    Stage.DOCTORAL: (4.0, 24, 55),
    Stage.POSTDOC: (5.0, 27, 58),
    Stage.FIXED_TERM: (6.5, 28, 62),
    Stage.TENURE_TRACK: (4.0, 29, 50),
    Stage.UNPLACED: (7.0, 28, 62),
}
_LIFELONG = {
    Stage.PERMANENT: (32, 67),
    Stage.INDUSTRY: (29, 65),
}  # stays to retirement: ages evenly spread (steady state)
_SETTLED_AGES = (30, 66)
_AGE_AT_DEGREE = 28.5
_STUDIED = np.array([1.0, 0.97, 0.93, 0.56, 0.33, 0.2, 0.12])  # doctoral students by years since entry


@dataclass
class _Founders:
    """Numbers the founders as they are made."""

    people: Columns
    beliefs: Beliefs
    now: Now
    made: int = 0

    def add(
        self,
        stage: Stage,
        field: NDArray[np.uint8],
        tier: NDArray[np.uint8] | int,
        mean_age: float,
        foreign: float,
        *,
        region: NDArray[np.uint8] | None = None,
        recent: NDArray[np.bool_] | None = None,
        formed_here: bool = False,
    ) -> None:
        """Add people of one stage: at home, or abroad where `region` says; `recent`: still on a contract there."""
        now, n = self.now, len(field)
        if not n:
            return
        year = now.year
        ids = identities(Kind.FOUNDER, year, n, self.made)
        self.made += n
        key = luck(now.seed, ids)
        stocks, p = now.world.stocks, now.parameters
        if stage in _LIFELONG or (region is not None and stage is Stage.POSTDOC):
            low, high = _LIFELONG.get(stage, _SETTLED_AGES)
            age = np.floor(low + (high - low) * uniform(key, 0, Decision.FOUNDING_AGE)).astype(np.int16)
        else:
            spread, low, high = _SPREAD[stage]
            age = np.clip(np.rint(mean_age + spread * normal(key, 0, Decision.FOUNDING_AGE)), low, high).astype(
                np.int16
            )
        native = uniform(key, 0, Decision.FOUNDING_PLACE) >= foreign
        shares = np.array([0.0, *stocks.along("region", now.world.abroad, "foreign_origin")])
        origin = np.where(native, np.uint8(HOME), pick(key, shares, Decision.FOUNDING_PLACE, 1))
        where = np.full(n, HOME, np.uint8) if region is None else (origin if formed_here else region)
        talent, drive = character(key, now)
        history = uniform(key, 0, Decision.FOUNDING_HISTORY)
        graduated = stage is not Stage.DOCTORAL
        degree_year = year - np.maximum(age - _AGE_AT_DEGREE - np.floor(3 * history), 1)
        studied = pick(key, _STUDIED, Decision.FOUNDING_STAGE).astype(np.int16) + 1
        trained_here = native | (uniform(key, 0, Decision.FOUNDING_PLACE, 2) < 0.5) | formed_here
        abroad = where != HOME
        settled = abroad & ~(recent if recent is not None else np.zeros(n, np.bool_))
        left = np.where(settled, np.floor(7 + 15 * history), np.floor(1 + 5 * history))
        left = np.minimum(left, np.maximum(age - 27, 1))
        seasoned = uniform(key, 0, Decision.FOUNDING_HISTORY, 1) < _share(now, "overseas_experience", stage)
        years_abroad = np.where(abroad, left, np.where(seasoned, 1 + 2 * history, 0)).astype(F32) * native
        sure = stage in (Stage.PERMANENT, Stage.INDUSTRY, Stage.UNPLACED, Stage.DOCTORAL)
        length = 3 if stage is Stage.POSTDOC else int(p.contract_fixed)
        remaining = np.floor(length * uniform(key, 0, Decision.FOUNDING_STAGE, 1)).astype(np.int16)
        working = np.zeros(n, np.bool_)
        if not graduated and region is None:
            at_work = stocks.along("field", FIELDS, "working_share").astype(F32)
            working = native & (uniform(key, 0, Decision.BACKGROUND, 4) < at_work[field])
        ends = np.where(settled | sure, 0, year - 1 + remaining)  # the first end with the year before
        away_stage = np.where(settled & (not formed_here), np.uint8(Stage.PERMANENT), np.uint8(stage))
        alma = pick(key, np.array([0.55, 0.4, 0.05]), Decision.FOUNDING_HISTORY, 2)
        self.people.append(
            identity=ids,
            luck=key,
            origin=origin,
            region=where,
            field=field,
            tier=tier,
            sex=(uniform(key, 0, Decision.SEX) >= _share(now, "women_share", stage)).astype(np.uint8),
            birth_year=(year - age).astype(np.int16),
            stage=away_stage,
            degree_year=(degree_year if graduated else np.zeros(n)).astype(np.int16),
            degree_tier=alma if graduated else int(Tier.NONE),
            degree_region=np.where(trained_here, np.uint8(HOME), origin) if graduated else HOME,
            start_year=((year - studied) if not graduated else year - 1 - np.floor(length * history)).astype(np.int16),
            contract_end=ends.astype(np.int16),
            talent=talent,
            drive=drive,
            output=(p.paper_rate * drive).astype(F32) if graduated else F32(0.1),
            ties_home=np.where(abroad, F32(1.0), F32(2.0)),
            ties_abroad=(F32(0.4) + F32(0.6) * years_abroad + np.where(abroad, F32(2), F32(0))).astype(F32),
            tie_region=np.where(abroad, where, pick(key, _flows(now), Decision.FOUNDING_HISTORY, 3)),
            mode=np.where(abroad & native, np.uint8(Mode.TRANSFER if graduated else Mode.DEGREE), np.uint8(Mode.NONE)),
            away_since=np.where(abroad, year - left, 0).astype(np.int16),
            years_abroad=years_abroad,
            partner=uniform(key, 0, Decision.FAMILY) < np.clip((age - 22) * 0.042, 0, 0.8),
            child_born=np.where(
                (age > 33) & (uniform(key, 0, Decision.FAMILY, 1) < 0.6), year - age + 32 + np.floor(6 * history), 0
            )
            .clip(max=year)
            .astype(np.int16),
            language=np.where(native, 0.6, 0.85).astype(F32) * uniform(key, 0, Decision.BACKGROUND, 2),
            belief_home=self.beliefs.chance(field, away=False),
            belief_away=self.beliefs.chance(field, away=True),
            working=working,
            moves=abroad.astype(np.uint8),
        )
        now.chronicle.record(year - 1, Event.FOUNDED, ids, where, away_stage)


def found(posts: NDArray[np.int64], beliefs: Beliefs, now: Now) -> Columns:
    """Make the population of the end of the year before the first. `posts`: (CELLS,) at scale."""
    people = Columns()
    founders = _Founders(people, beliefs, now)
    stocks, scale, seed = now.world.stocks, now.scale, now.seed
    fields = now.world.posts.along("field", FIELDS, "field_share")

    def drawn_fields(stage: Stage, number: int, salt: int) -> NDArray[np.uint8]:
        key = luck(seed, identities(Kind.FOUNDER, now.year, number, 5_000_000 + 400_000 * salt))
        return pick(key, fields, Decision.FOUNDING_STAGE, int(stage))

    def number(series: str, salt: int) -> int:
        return rounded(stocks.value(series) * scale, seed, Decision.ROUND, 400 + salt)

    students = rounded(stocks.value("doctoral", stage=Stage.DOCTORAL.label) * scale, seed, Decision.ROUND, 400)
    field = drawn_fields(Stage.DOCTORAL, students, 0)
    inside = pick(
        luck(seed, identities(Kind.FOUNDER, now.year, students, 9_000_000)),
        np.array([0.6, 0.4]),
        Decision.BACKGROUND,
        3,
    )
    founders.add(
        Stage.DOCTORAL, field, inside, _mean_age(now, Stage.DOCTORAL), _share(now, "foreign_share", Stage.DOCTORAL)
    )

    held = np.floor(posts * _FILLED).astype(np.int64)
    tier, in_field, stage = parts(np.arange(len(posts)))
    for rank in RANKS:
        cells = np.flatnonzero(stage == rank)
        founders.add(
            rank,
            np.repeat(in_field[cells], held[cells]).astype(np.uint8),
            np.repeat(tier[cells], held[cells]).astype(np.uint8),
            _mean_age(now, rank) if rank in _SPREAD else 0.0,
            _share(now, "foreign_share", rank),
        )
    for salt, kind in enumerate((Stage.INDUSTRY, Stage.UNPLACED), start=1):
        many = rounded(stocks.value(kind.label, stage=kind.label) * scale, seed, Decision.ROUND, 410 + salt)
        founders.add(
            kind,
            drawn_fields(kind, many, salt),
            int(Tier.NONE),
            _mean_age(now, kind) if kind in _SPREAD else 0.0,
            _share(now, "foreign_share", kind),
        )
    where = np.array([0.0, *stocks.along("region", now.world.abroad, "abroad_region")])

    def placed(many: int, salt: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        key = luck(seed, identities(Kind.FOUNDER, now.year, many, 7_500_000 + 400_000 * salt))
        return pick(key, where, Decision.FOUNDING_PLACE), uniform(key, 0, Decision.FOUNDING_STAGE) < 0.38

    many = number("abroad_home", 3)
    region, recent = placed(many, 0)
    founders.add(
        Stage.POSTDOC, drawn_fields(Stage.POSTDOC, many, 3), int(Tier.NONE), 0.0, 0.0, region=region, recent=recent
    )
    many = number("abroad_foreign", 4)
    region, _ = placed(many, 1)
    founders.add(
        Stage.POSTDOC, drawn_fields(Stage.POSTDOC, many, 4), int(Tier.NONE), 0.0, 1.0, region=region, formed_here=True
    )
    many = number("abroad_degree", 5)
    region, recent = placed(many, 2)
    recent[:] = True
    founders.add(
        Stage.DOCTORAL, drawn_fields(Stage.DOCTORAL, many, 5), int(Tier.NONE), 27.0, 0.0, region=region, recent=recent
    )
    return people


def _share(now: Now, series: str, stage: Stage) -> float:
    known = now.world.stocks.numbers[series]
    return known[key].value if (key := ("", "", "", "", stage.label)) in known else 0.0


def _mean_age(now: Now, stage: Stage) -> float:
    return now.world.stocks.value("mean_age", stage=stage.label)


def _flows(now: Now) -> NDArray[np.float64]:
    return now.world.by_region("flow_from_home").astype(np.float64)
