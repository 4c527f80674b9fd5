"""`experiment=frontier`: what policies bring for their money, over doses of each and mixes of one budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from experiments.analysis.names import BILLION, COST
from experiments.errors import InputError, unknown
from experiments.portfolio.efficient import by_set, dose_for, share_of_sets, undominated
from experiments.portfolio.factorial import refuse_shared
from experiments.request.build import weights
from experiments.request.comparison import Arm, Question, arm, check, describe, put_together, worlds
from experiments.request.design import Asked, Point
from experiments.request.dose import dosed, largest, sizes
from experiments.request.policies import with_own
from experiments.request.settings import ASKED, Real, Section, read_section
from experiments.run.checkpoint import Checkpoint
from experiments.run.study import Computed, Study
from experiments.run.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from experiments.portfolio.frontier_answer import FrontierAnswer
    from experiments.portfolio.lives import Lived
    from experiments.run.store import Result

TABLE = "frontier.csv"
DOSE, WHOLE, MIX = "dose", "budget", "mix"
"""Kinds of points: a policy at a dose, the budget in one policy, the budget in several."""
MOST = 8
"""Policies at most: their mixes two by two are many."""
_ALL = "all"


class FrontierSettings(Section):
    """What is looked at, and where; see configs/settings/experiment/frontier.yaml."""

    outcome: str
    wanted: Literal["more", "less"]
    doses: tuple[Annotated[Real, Field(gt=0, le=64)], ...] = Field(min_length=1)
    shares: tuple[Annotated[Real, Field(gt=0, lt=1)], ...] = ()


@dataclass(frozen=True)
class Mix:
    """One point: the dose of each policy, and its share of the budget where it is a mix."""

    kind: str
    doses: Mapping[str, float]
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Frontier(Study):
    """Policies and their money. arms: of each policy at its own size."""

    kind: ClassVar[str] = "frontier"
    asked: FrontierSettings
    question: Question

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The frontier of a resolved configuration; an InputError says what is wrong with it."""
        from sim.measures.outcomes import CATALOGUE

        asked, settings = read_section(config, "frontier", FrontierSettings, ASKED - {"arms"})
        if (outcome := asked.outcome.partition("/")[0]) not in CATALOGUE:
            raise unknown("outcome", outcome, CATALOGUE)
        names = settings.policy or ()
        if not 1 <= len(names) <= MOST:
            raise InputError(f"A frontier takes 1 to {MOST} policies, not {len(names)}: policy=[A,B].")
        if settings.against or settings.levers:
            raise InputError(
                "A frontier compares with the life without any of its policies: what holds at every point is asked "
                "for as world=, and levers go into a policy file."
            )
        library = with_own(settings.library)
        arms = tuple(arm([name], (), library) for name in names)
        refuse_shared(arms)
        return cls(settings, asked, put_together(arms, Arm("no_change"), worlds(settings.world, library)))

    def check(self) -> None:
        """Raise InputError for policies that cannot hold in this run, alone or together."""
        from experiments.report.full import check_rows

        check_rows(self.settings.outcomes.table)
        check(self.settings, self.question)
        everything = _together(self.question.arms)
        check(self.settings, put_together((everything,), self.question.against, self.question.world))

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        return {**describe(self.settings, self.question), "frontier": self.asked.model_dump(mode="json")}

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Every point with its cost and what it brings, and whether it is efficient; first doses, then mixes."""
        import pandas as pd

        own = [mix for one in self.question.arms for mix in self._doses(one)]
        first = self._lived(own, checkpoint, "doses")
        budget, mixes = self._mixes(own, first)
        own = [_as_whole(one, mixes) for one in own]
        mixes = [one for one in mixes if one not in own]
        second = self._lived(mixes, checkpoint, "mixes") if mixes else None
        both = [first] if second is None else [first, _after(second, len(own))]
        effects = pd.concat([one.effects for one in both], ignore_index=True)
        means = pd.concat([one.means for one in both], ignore_index=True)
        table = self.table([*own, *mixes], effects, means)
        described = self.identity()
        manifest = {
            "config": self.settings.model_dump(mode="json"),
            **{name: described[name] for name in ("arms", "world", "data", "ensemble", "frontier")},
            "budget": budget,
            "variance_ratio": first.ratios,
        }

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            from experiments.portfolio import frontier_page

            frontier_page.write(self.answer(table, budget), whole, self.settings.language, folder)

        files: dict[str, pd.DataFrame | Path] = {TABLE: table, "effects.csv": effects, "doses.parquet": first.outcomes}
        if second is not None:
            files["mixes.parquet"] = second.outcomes
        return Computed(files, manifest, illustrate)

    def table(self, points: Sequence[Mix], effects: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
        """One row a point: its doses and shares, cost and outcome with range and word, whether it is efficient on
        average, and in which share of the sets. A point that reports no cost costs nothing.
        """
        import pandas as pd

        outcome, _, group = self.asked.outcome.partition("/")
        name = _label(self.settings.read_first)
        found = effects[effects["window"] == name]
        rows = pd.DataFrame(
            [
                {
                    "point": number,
                    "kind": one.kind,
                    **{f"dose.{arm.name}": one.doses.get(arm.name, 0.0) for arm in self.question.arms},
                    **{f"share.{arm.name}": one.shares.get(arm.name, 0.0) for arm in self.question.arms},
                }
                for number, one in enumerate(points)
            ]
        )
        columns = ["effect", "low", "high", "agreement", "certainty", "unit", "sets", "reference"]
        for key, of_group, title in ((COST, _ALL, "cost"), (outcome, group or _ALL, "gain")):
            part = found[(found["outcome"] == key) & (found["group"] == of_group)].set_index("point")[columns]
            if part.empty:
                raise InputError(f"frontier.outcome: no point reports {self.asked.outcome}; choose another outcome.")
            rows = rows.join(part.add_prefix(f"{title}_"), on="point")
        sign = 1.0 if self.asked.wanted == "more" else -1.0
        costs, gains = (by_set(means, *key, name) for key in ((COST, _ALL), (outcome, group or _ALL)))
        costs, gains = (one.reindex(columns=rows["point"], fill_value=0.0) for one in (costs, gains))
        rows["efficient"] = undominated(rows["cost_effect"].to_numpy(), sign * rows["gain_effect"].to_numpy())
        rows["efficient_share"] = share_of_sets(costs, sign * gains, weights(self.settings))
        return rows

    def answer(self, table: pd.DataFrame, budget: float | None) -> FrontierAnswer:
        """What screen, page and figure are made from."""
        from experiments.portfolio.frontier_answer import FrontierAnswer

        return FrontierAnswer(self.settings, self.asked, self.question, table, budget)

    def show(self, result: Result, out: Console) -> None:
        """Print the efficient points on one screen, or every point."""
        from experiments.portfolio import frontier_answer

        answer = self.answer(result.table(TABLE), result.manifest["budget"])
        self.tell(answer, frontier_answer.full, frontier_answer.screen, out)

    def explanation(self) -> str:
        """Which doses and mixes are run, and what each policy changes."""
        from experiments.report.explain import explanation

        doses, shares = (", ".join(f"{x:g}" for x in one) for one in (self.asked.doses, self.asked.shares))
        lines = [f"{self.asked.outcome} ({self.asked.wanted}) against cost, at doses {doses} of each policy:"]
        plain = self.settings.model_copy(update={"budget": None})
        for one in self.question.arms:
            said = sizes(one, self.settings).scaled
            lines.append(f"  {one.name}: " + (f"scales {', '.join(said)}" if said else "nothing scales: as it is"))
        if shares and len(self.question.arms) > 1:
            of = "what each can spend" if self.settings.budget is None else f"budget={self.settings.budget:g}"
            lines.append(f"and mixes of two with shares {shares} of {of}, and of all in equal shares.")
        return "\n".join([*lines, "", explanation(plain, self.question)])

    def _doses(self, one: Arm) -> Iterator[Mix]:
        """A policy at each dose that its levers allow; as it is where nothing of it scales."""
        wanted: tuple[float, ...] = (1.0,)
        if sizes(one, self.settings).scaled:
            most, _ = largest(replace(self.question, arms=(one,)), self.settings)
            wanted = tuple(dose for dose in sorted(set(self.asked.doses)) if dose <= most * 1.002) or (1.0,)
        for dose in wanted:
            yield Mix(DOSE, {one.name: dose}, {})

    def _mixes(self, own: Sequence[Mix], first: Lived) -> tuple[float | None, list[Mix]]:
        """The budget, billions, and what it may be spent on: one policy, two in each of the shares, all alike."""
        found = first.effects
        rows = found[
            (found["outcome"] == COST)
            & (found["group"] == _ALL)
            & (found["window"] == _label(self.settings.read_first))
        ]
        cost = dict(zip(rows["point"], rows["effect"], strict=True))
        known: dict[str, tuple[list[float], list[float]]] = {}
        for one in self.question.arms:
            mine = [
                (mix.doses[one.name], cost.get(place, 0.0)) for place, mix in enumerate(own) if one.name in mix.doses
            ]
            if (
                sizes(one, self.settings).scaled
                and mine[-1][1] > 0
                and mine[-1][1] > mine[0][1] * (1 + 1e-6) * (len(mine) > 1)
            ):
                known[one.name] = ([dose for dose, _ in mine], [money for _, money in mine])
        if not known:
            return None, []
        budget = self.settings.budget or min(costs[-1] for _, costs in known.values()) / BILLION
        wanted = [{name: 1.0} for name in known]
        wanted += [{a: s, b: 1 - s} for a, b in combinations(known, 2) for s in self.asked.shares]
        if len(known) > 2:
            wanted.append(dict.fromkeys(known, 1 / len(known)))
        mixes = []
        for shares in wanted:
            doses = {name: dose_for(share * budget * BILLION, *known[name]) for name, share in shares.items()}
            spent = {name: dose for name, dose in doses.items() if dose is not None}
            if len(spent) == len(shares):  # a share that a policy cannot spend at its largest dose is left out
                mixes.append(Mix(WHOLE if len(shares) == 1 else MIX, spent, shares))
        return budget, mixes

    def _lived(self, points: Sequence[Mix], checkpoint: Checkpoint, name: str) -> Lived:
        from experiments.portfolio.lives import lived

        settings = self.settings.model_copy(update={"budget": None})
        arms = {one.name: one for one in self.question.arms}
        made = []
        for number, point in enumerate(points):
            held = tuple(point.doses)
            whole = _together([dosed(arms[one], dose, settings) for one, dose in point.doses.items()])
            asked = Asked(settings.model_copy(update={"policy": held}), replace(self.question, arms=(whole,)))
            label = " + ".join(f"{dose:.3g} {one}" for one, dose in point.doses.items())
            made.append(Point(number, {"mix": label}, asked))
        return lived(Sweep(settings, made), Checkpoint(checkpoint.folder / name), self.run)


def _as_whole(own: Mix, mixes: Sequence[Mix]) -> Mix:
    """A dose that is the whole budget in one policy, as that: it is not run twice."""
    alike = (one for one in mixes if one.kind == WHOLE and one.doses.keys() == own.doses.keys())
    return next((one for one in alike if np.allclose([*one.doses.values()], [*own.doses.values()], rtol=1e-3)), own)


def _together(arms: Sequence[Arm]) -> Arm:
    """Policies of several arms as one; worlds come first, as in `comparison.arm`."""
    held = [policy for one in arms for policy in one.policies]
    held.sort(key=lambda policy: policy.kind == "policy")
    title, title_ja = " + ".join(one.title for one in arms), " + ".join(one.title_ja for one in arms)
    return Arm("+".join(one.name for one in arms), title, tuple(held), title_ja)


def _after(lived: Lived, number: int) -> Lived:
    """The same with points numbered after so many others."""
    moved = {name: getattr(lived, name).assign(point=lambda t: t["point"] + number) for name in ("effects", "means")}
    return replace(lived, **moved)


def _label(years: tuple[int, int]) -> str:
    from experiments.analysis.windows import label

    return label(years)
