"""Plausibility: parameter sets whose baseline leaves the range of common sense after the fitted years are dropped.

What was observed to 2015 cannot rule out a set that runs away afterwards. `targets/plausible.csv` holds wide rules that
were written down before the fit, from no later observation: every mean of `window` years of an outcome must lie between
`low` and `high` (blank: open). Years in which borders are closed are left out, and a window goes on over them.

The same runs answer a second question, before any set is dropped: whether twice the places of the overseas fellowship
give nearly twice the awards. See `bars`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from experiments.request.comparison import arm
from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.replicates import reason, replicate_seed
from sim import DataError
from sim.measures.outcomes import CATALOGUE
from sim.world.tables import calendar_year, number, one_of, rows, whole_years

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from concurrent.futures import Executor
    from importlib.resources.abc import Traversable

    from sim import World

COLUMNS: Final = ("outcome", "group", "first_year", "last_year", "window", "low", "high", "reason")
BASELINE, DOUBLED = "baseline", "doubled"
PROGRAMME, POLICY = "overseas_fellowship", "fellowships_doubled"
YEARS_OF_AWARDS: Final = 10
"""Years after the fork whose awards are compared with and without twice the places."""

LEAST_AWARDS: Final = 1.85
"""Awards with twice the places over those without, at least; a programme four times oversubscribed gives near 2."""

KEPT, ALL = "sets that would be kept", "all sets run to the end"

SHARE_OF_SETS: Final = 0.95
"""Share of the sets that must meet a bar."""

FEWEST: Final = 10
"""Sets that must be left; were there fewer, none is dropped and the summary says so."""

TOGETHER = 8  # points in a piece
_SEEDS = 9_000_000  # replicates of these runs are numbered from here, so that no run of the fit has their draws


@dataclass(frozen=True, slots=True)
class Rule:
    """One range of common sense: the mean of any `window` years of an outcome and group, first to last year."""

    outcome: str
    group: str
    first_year: int
    last_year: int
    window: int
    low: float
    high: float
    reason: str

    @property
    def name(self) -> str:
        """What a table calls it."""
        years = f"{self.first_year}-{self.last_year}, means of {self.window}"
        return f"{self.outcome} of {self.group}, {years}"

    def extremes(self, values: pd.Series[float], closed: Collection[int]) -> tuple[float, float]:
        """The lowest and highest mean of a window. values: by year. NaN where there is none."""
        open_years = [
            year
            for year in range(self.first_year, self.last_year + 1)
            if year in values.index and year not in closed and np.isfinite(values[year])
        ]
        if not open_years:
            return np.nan, np.nan
        known = values[open_years].to_numpy(float)
        wide = min(self.window, len(known))
        means = np.convolve(known, np.full(wide, 1 / wide), "valid")
        return float(means.min()), float(means.max())

    def holds(self, lowest: float, highest: float) -> bool:
        """Whether both extremes are within; what was never seen is not."""
        return self.low <= lowest and highest <= self.high


def read_rules(path: Traversable) -> tuple[Rule, ...]:
    """The rules of a file. Raises sim.DataError, with file and line, for what is missing, unknown or out of order."""
    rules: dict[str, Rule] = {}
    for line, row in rows(path, COLUMNS):
        where = f"{path.name} line {line}"
        one_of(path, line, "outcome", row["outcome"], CATALOGUE)
        if not row["group"].strip() or not row["reason"].strip():
            raise DataError(f"{where}: a group and a reason are needed; write both.")
        first, last = (calendar_year(path, line, row[name]) for name in ("first_year", "last_year"))
        window = whole_years(path, line, "window", row["window"])
        low, high = (
            number(path, line, row[name]) if row[name].strip() else open_end
            for name, open_end in (("low", -np.inf), ("high", np.inf))
        )
        if not 1 <= window <= last - first + 1 or not low < high:
            raise DataError(f"{where}: years, window or range leave nothing; put them in order.")
        rule = Rule(row["outcome"], row["group"], first, last, window, low, high, row["reason"])
        if rule.name in rules:
            raise DataError(f"{where}: {rule.name} is given twice; keep one.")
        rules[rule.name] = rule
    return tuple(rules.values())


@dataclass(frozen=True)
class AheadPart:
    """Some parameter sets, each with a seed, to be run to the last year of the world. outcomes: those that are kept."""

    name: str
    numbers: tuple[int, ...]
    points: tuple[tuple[tuple[str, float], ...], ...]
    seeds: tuple[int, ...]
    scale: float
    country: str | None
    outcomes: tuple[str, ...]


def tasks(
    sets: pd.DataFrame, rules: Sequence[Rule], seeds: int, seed: int, scale: float, country: str | None
) -> Iterator[AheadPart]:
    """The pieces. sets: one row a set, numbered by its index, all parameters that differ from the defaults."""
    outcomes = tuple(dict.fromkeys([*(rule.outcome for rule in rules), "awards"]))
    records = [
        (int(point), tuple((str(name), float(value)) for name, value in row.items()))
        for point, row in zip(sets.index, sets.to_dict("records"), strict=True)
        for _ in range(seeds)
    ]
    for number_, batch in enumerate(batched(enumerate(records), TOGETHER)):
        yield AheadPart(
            f"ahead-{number_:04}",
            tuple(point for _, (point, _) in batch),
            tuple(values for _, (_, values) in batch),
            tuple(replicate_seed(seed, _SEEDS + place) for place, _ in batch),
            scale,
            country,
            outcomes,
        )


def looked_ahead(task: AheadPart) -> Piece:
    """Every set of a task to the last year, as it is and with twice the places: point, life, outcome, group, year."""
    from sim import Parameters, World

    tables, failed = [], {}
    world, parameters = World.load(task.country), Parameters.load(task.country)
    for place, (point, values, seed) in enumerate(zip(task.numbers, task.points, task.seeds, strict=True)):
        try:
            lives = _lives(world, parameters.replace(**dict(values)), seed, task.scale)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a set that fails is a set with a reason
            failed[f"{task.name}-{place}"] = reason(error)
            continue
        for life, table in lives.items():
            kept = table[table["outcome"].isin(task.outcomes)][["outcome", "group", "year", "value"]]
            tables.append(kept.assign(point=point, life=life))
    return Piece(pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(), failed)


def _lives(world: World, parameters: object, seed: int, scale: float) -> dict[str, pd.DataFrame]:
    from sim import BrainCirculation

    model = BrainCirculation(world, parameters, seed=seed, scale=scale)  # type: ignore[arg-type]
    policies = arm((POLICY,)).policies if PROGRAMME in _programmes(world) else ()
    forks: dict[str, BrainCirculation] = {}
    if policies:
        forks[DOUBLED] = model.run_through(policies[0].start - 1).fork(policies)
    return {life: one.run_through(world.last_year).table() for life, one in {BASELINE: model, **forks}.items()}


def _programmes(world: World) -> list[str]:
    return [record.name for record in world.programmes]


@dataclass(frozen=True)
class Judged:
    """What every set does ahead. table: point, bar, lowest, highest, holds. rules: the bars that drop a set."""

    table: pd.DataFrame
    rules: tuple[str, ...]

    @property
    def plausible(self) -> list[int]:
        """The sets that keep every rule."""
        kept = self.table[self.table["bar"].isin(self.rules)].groupby("point")["holds"].all()
        return [int(str(point)) for point, holds in kept.items() if holds]

    def dropped(self) -> pd.DataFrame:
        """How many sets each rule drops, and how many it alone: rule, dropped, alone."""
        broken = ~self.table[self.table["bar"].isin(self.rules)].pivot_table(
            index="point", columns="bar", values="holds", aggfunc="all"
        )[list(self.rules)].astype(bool)
        once = broken.sum(axis=1) == 1
        rows = [
            {"rule": name, "dropped": int(broken[name].sum()), "alone": int((broken[name] & once).sum())}
            for name in self.rules
        ]
        return pd.DataFrame(rows, columns=["rule", "dropped", "alone"])

    def bars(self, would_be_kept: Collection[int]) -> pd.DataFrame:
        """The share of sets that meet each bar before any is dropped: bar, of, sets, share, wanted, met, and the median
        over sets of the extremes. Told of the sets that would be kept without the rules, and of all that were run.
        """
        rows = []
        for name, part in self.table.groupby("bar", sort=False):
            wanted = (
                SHARE_OF_SETS if name == AWARDS_BAR or str(name).startswith(f"success_rate of {PROGRAMME}") else None
            )
            for of, chosen in (
                (KEPT, part[part["point"].isin(would_be_kept)]),
                (ALL, part),
            ):
                share = float(chosen["holds"].mean())
                rows.append(
                    {
                        "bar": name,
                        "of": of,
                        "sets": len(chosen),
                        "share": share,
                        "wanted": wanted,
                        "met": None if wanted is None else share >= wanted,
                        "lowest": float(chosen["lowest"].median()),
                        "highest": float(chosen["highest"].median()),
                    }
                )
        return pd.DataFrame(rows)


AWARDS_BAR = f"awards with twice the places of {PROGRAMME}, times those without, at least {LEAST_AWARDS}"


def judged(seen: pd.DataFrame, rules: Sequence[Rule], closed: Collection[int]) -> Judged:
    """What the runs say of every rule and of the awards. seen: the tables of `looked_ahead`; seeds are averaged.

    closed: years in which borders are. Raises sim.DataError for a group that the model does not report.
    """
    mean = seen.groupby(["point", "life", "outcome", "group", "year"])["value"].mean()
    base = mean.xs(BASELINE, level="life")
    groups = set(zip(base.index.get_level_values("outcome"), base.index.get_level_values("group"), strict=True))
    rows: list[dict[str, object]] = []
    points = sorted(set(base.index.get_level_values("point")))
    for rule in rules:
        if (rule.outcome, rule.group) not in groups:
            known = sorted(str(group) for outcome, group in groups if outcome == rule.outcome)
            raise DataError(
                f"plausible.csv: {rule.outcome} has no group {rule.group!r}; take one of {', '.join(known)}."
            )
        part = base.xs((rule.outcome, rule.group), level=("outcome", "group"))
        for point in points:
            of_point = part.xs(point, level="point") if point in part.index.get_level_values("point") else part.iloc[:0]
            low, high = rule.extremes(of_point, closed)
            rows.append(_row(point, rule.name, low, high, holds=rule.holds(low, high)))
    for point, ratio in _doubled(mean):
        rows.append(_row(point, AWARDS_BAR, ratio, ratio, holds=ratio >= LEAST_AWARDS))
    columns = ["point", "bar", "lowest", "highest", "holds"]
    return Judged(pd.DataFrame(rows, columns=columns), tuple(rule.name for rule in rules))


def _row(point: int, bar: str, lowest: float, highest: float, *, holds: bool) -> dict[str, object]:
    return {"point": point, "bar": bar, "lowest": lowest, "highest": highest, "holds": holds}


def _doubled(mean: pd.Series[float]) -> Iterator[tuple[int, float]]:
    """Awards with twice the places over those without, the first years together, by set."""
    if DOUBLED not in mean.index.get_level_values("life"):
        return
    awards = mean.xs(("awards", PROGRAMME), level=("outcome", "group")).unstack("life")
    begin = arm((POLICY,)).policies[0].start
    year = awards.index.get_level_values("year")
    sums = awards[(year >= begin) & (year < begin + YEARS_OF_AWARDS)].groupby("point")[[BASELINE, DOUBLED]].sum()
    for point, row in sums.iterrows():
        yield int(str(point)), float(row[DOUBLED] / row[BASELINE]) if row[BASELINE] else np.nan


def closed_years(world: World) -> list[int]:
    """Years in which borders are not wholly open."""
    years = range(world.first_year, world.last_year + 1)
    return [year for year in years if world.driver("border_openness", year) < 1]


def look(
    sets: pd.DataFrame,
    rules: Sequence[Rule],
    seeds: int,
    seed: int,
    scale: float,
    country: str | None,
    world: World,
    pieces: Checkpoint,
    executor: Executor,
    *,
    progress: bool = True,
) -> Judged:
    """Run every set to the last year and judge it; pieces on disk are not run again. A set that fails is not kept."""
    todo = list(tasks(sets, rules, seeds, seed, scale, country))
    done = pieces.gather(looked_ahead, todo, executor, progress=progress)
    seen = pd.concat([piece.table for piece in done if len(piece.table)], ignore_index=True)
    return judged(seen, rules, closed_years(world))
