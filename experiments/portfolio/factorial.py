"""`experiment=factorial`: policies in all their combinations, or a fraction, and what each does beside the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from experiments.errors import InputError, as_input_error
from experiments.portfolio.design import FULL, Design
from experiments.request.build import weights
from experiments.request.comparison import Arm, Question, arm, check, describe, put_together, worlds
from experiments.request.design import Asked, Point
from experiments.request.policies import with_own
from experiments.request.settings import ASKED, Section, read_section
from experiments.run.study import Computed, Study
from experiments.run.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from experiments.portfolio.factorial_answer import FactorialAnswer
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result

TABLE = "factorial.csv"


class FactorialSettings(Section):
    """How fine a fraction is; see configs/settings/experiment/factorial.yaml."""

    resolution: Literal[4, 5]


@dataclass(frozen=True)
class Factorial(Study):
    """Policies together. arms: of each policy by itself, in the order asked for."""

    kind: ClassVar[str] = "factorial"
    asked: FactorialSettings
    design: Design
    arms: tuple[Arm, ...]

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The factorial of a resolved configuration; an InputError says what is wrong with it."""
        asked, settings = read_section(config, "factorial", FactorialSettings, ASKED - {"arms"})
        names = settings.policy or ()
        if settings.against or settings.levers:
            raise InputError(
                "A factorial compares with the life without any of its policies: what holds in every run is asked for "
                "as world=, and levers go into a policy file."
            )
        if settings.budget is not None:
            raise InputError(
                "A factorial takes policies at their own sizes: budget= is for what-ifs, sweeps and frontiers."
            )
        library = with_own(settings.library)
        arms = tuple(arm([name], (), library) for name in names)
        refuse_shared(arms)
        try:
            design = Design.of([one.name for one in arms], asked.resolution)
        except ValueError as error:
            raise as_input_error(error) from None
        return cls(settings, asked, design, arms)

    @cached_property
    def points(self) -> Sequence[Point]:
        """The runs but the one without policies, which every one is compared with: run 1 is point 0."""
        library, settings = with_own(self.settings.library), self.settings
        names = dict(zip(self.design.policies, settings.policy or (), strict=True))
        points = []
        for number in range(1, len(self.design.runs)):
            held = tuple(names[one] for one in self.design.named(number))
            wanted = put_together((arm(held, (), library),), Arm("no_change"), worlds(settings.world, library))
            asked = Asked(settings.model_copy(update={"policy": held}), wanted)
            points.append(Point(number - 1, {}, asked))
        return points

    @property
    def question(self) -> Question:
        """The policies by themselves, against the life without any."""
        library = with_own(self.settings.library)
        return put_together(self.arms, Arm("no_change"), worlds(self.settings.world, library))

    def check(self) -> None:
        """Raise InputError for policies that cannot hold in this run, alone or together."""
        from experiments.report.full import check_rows

        check_rows(self.settings.outcomes.table)
        fullest = max(self.points, key=lambda point: len(_asked(point).settings.policy or ()))
        for question in (self.question, _asked(fullest).question):
            check(self.settings, question)

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        return {**describe(self.settings, self.question), "runs": self.design.runs.tolist()}

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Main and pair effects; the effects and outcomes of every run."""
        from experiments.portfolio.contrasts import measured
        from experiments.portfolio.lives import lived

        settings, design = self.settings, self.design
        found = lived(Sweep(settings, self.points), checkpoint, self.run)
        table = measured(found.means.assign(point=found.means["point"] + 1), design, weights(settings))
        described = self.identity()
        manifest = {
            "config": settings.model_dump(mode="json"),
            **{name: described[name] for name in ("arms", "world", "data", "ensemble")},
            "design": {
                "runs": len(design.runs),
                "resolution": design.resolution,
                "words": [[design.policies[place] for place in sorted(word)] for word in design.words],
            },
            "variance_ratio": found.ratios,
        }
        runs = found.points.drop(columns=["against", "reason"])
        for place, name in enumerate(design.policies):
            runs.insert(place + 1, f"holds.{name}", design.runs[runs["point"] + 1, place])

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            from experiments.portfolio import factorial_page

            factorial_page.write(self.answer(table), whole, settings.language, folder)

        files: dict[str, pd.DataFrame | Path] = {TABLE: table, "runs.csv": runs, "effects.csv": found.effects}
        files["outcomes.parquet"] = found.outcomes
        return Computed(files, manifest, illustrate)

    def answer(self, table: pd.DataFrame) -> FactorialAnswer:
        """What screen, page and figures are made from."""
        from experiments.portfolio.factorial_answer import FactorialAnswer

        return FactorialAnswer(self.settings, self.design, self.question, table)

    def show(self, result: Result, out: Console) -> None:
        """Print the answer on one screen, or in full."""
        from experiments.portfolio import factorial_answer

        answer = self.answer(
            result.table(TABLE, dtype={"second": str, "aliases": str}).fillna({"second": "", "aliases": ""})
        )
        self.tell(answer, factorial_answer.full, factorial_answer.screen, out)

    def explanation(self) -> str:
        """Which runs there are, and what each policy changes."""
        from experiments.report.explain import explanation

        design = self.design
        lines = [f"{len(design.runs)} runs of {len(design.policies)} policies:"]
        lines += [f"  {', '.join(design.named(run)) or 'none'}" for run in range(len(design.runs))]
        if not design.is_full:
            lines.append(f"More than {FULL} policies: a fraction of resolution {design.resolution}.")
            for effect in (*design.mains, *design.pairs):
                if others := design.aliases(effect):
                    confounded = ", ".join(_names(design, one) for one in others)
                    lines.append(f"  {_names(design, effect)} cannot be told apart from {confounded}")
        return "\n".join([*lines, "", explanation(self.settings, self.question)])


def refuse_shared(arms: Sequence[Arm]) -> None:
    """Raise an InputError where two policies hold the same one: together it would hold once."""
    for one, other in combinations(arms, 2):
        names = {policy.name for policy in one.policies}
        if shared := [policy.name for policy in other.policies if policy.name in names]:
            raise InputError(
                f"{one.name} and {other.name} both hold {shared[0]}, which holds once where they are together: "
                "leave one of them out."
            )


def _names(design: Design, effect: frozenset[int]) -> str:
    from experiments.portfolio.contrasts import named

    return named(design, effect)


def _asked(point: Point) -> Asked:
    assert isinstance(point.asked, Asked)  # noqa: S101 - made above
    return point.asked
