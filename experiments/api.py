"""The what-if and the sweep as two functions, for notebooks and other programs; nothing is written unless asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from experiments.report import sweep_answer
from experiments.report.language import ENGLISH
from experiments.report.screen import screen
from experiments.report.summary import summary
from experiments.request.called import levers_of, plain, settings_of, values_of, wanted_of
from experiments.request.comparison import Question, arm, check, lever_policy, put_together, refuse_the_same, worlds
from experiments.request.composition import composed
from experiments.request.design import Asked, Point
from experiments.request.policies import BASELINE, with_own
from experiments.request.settings import Settings, read_settings
from experiments.run.checkpoint import Checkpoint
from experiments.run.store import Store, provenance
from experiments.run.sweep import Sweep
from experiments.run.whatif import WhatIf

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.analysis.attribution import Attribution
    from experiments.report.answer import WhatIfAnswer
    from experiments.report.sweep_answer import SweepAnswer
    from sim.instruments.policy import Measure

type Wanted = str | Path | Measure | Sequence[str | Path | Measure]


@dataclass(frozen=True)
class Answer:
    """Tidy tables and a page of plain sentences."""

    effects: pd.DataFrame = field(repr=False)
    outcomes: pd.DataFrame = field(repr=False)
    summary: str = field(repr=False)

    def _repr_markdown_(self) -> str:
        return self.summary


@dataclass(frozen=True, repr=False)
class Comparison(Answer):
    """What policies change. paths: effects year by year. whatif: what screen, figures and report are made from."""

    paths: pd.DataFrame
    whatif: WhatIfAnswer
    command: str
    why: Mapping[str, Attribution]

    def __repr__(self) -> str:
        """The answer on one screen."""
        return screen(self.whatif, self.whatif.words(self.whatif.settings.language))

    def report(self, path: Path | str, language: str = ENGLISH) -> Path:
        """Write the report, one HTML file in all languages that opens in this one; where it was written."""
        from experiments.report.whatif_page import Report

        made = {"command": self.command, "fingerprint": "", **provenance()}
        page = Report(self.whatif, self.paths, made, self.why).html(language)
        Path(path).write_text(page, encoding="utf-8")
        return Path(path)

    def plot(self) -> Figure:
        """The numbers that matter with their ranges, as a Matplotlib figure."""
        from experiments.report.answer_figures import effects
        from experiments.report.figures import house_style

        with house_style():
            return effects(self.whatif, self.whatif.words(self.whatif.settings.language))


@dataclass(frozen=True, repr=False)
class Swept(Answer):
    """What the points of a sweep change. sweep: what its screen, figures and report are made from."""

    points: pd.DataFrame
    sweep: SweepAnswer
    command: str

    def report(self, path: Path | str, language: str = ENGLISH) -> Path:
        """Write the report, one HTML file in all languages that opens in this one; where it was written."""
        from experiments.report.sweep_page import Report

        page = Report(self.sweep, {"command": self.command, "fingerprint": "", **provenance()}).html(language)
        Path(path).write_text(page, encoding="utf-8")
        return Path(path)

    def __repr__(self) -> str:
        """The answer on one screen."""
        return sweep_answer.screen(self.sweep, self.sweep.words(self.sweep.settings.language))


def compare(
    policies: Wanted = (),
    against: Wanted = BASELINE,
    *,
    world: Wanted = (),
    levers: Mapping[str, float] | None = None,
    executor: Executor | str | None = None,
    progress: bool = True,
    **settings: Any,  # noqa: ANN401 - any entry of configs/settings/config.yaml
) -> Comparison:
    """What policies (names of the library, paths, sim.Policy or sim.Scenario) and levers change, over `against`.

    They are composed in order, worlds first. `world` holds on both sides: names, paths or sim.Scenario.
    `settings` are entries of configs/settings/config.yaml: scale, replicates, seed, until, workers and so on;
    `executor` is one that is open, or a name of configs/settings/executor. Raises InputError for what the command line
    would refuse too, and for settings that a call has no use for, such as output.
    """
    settings = settings_of(settings) | _named(executor)
    moved = levers_of({} if levers is None else levers)
    asked = _settings(levers=moved, **settings)
    question = _question(asked, policies, against, world)
    study = WhatIf(asked, question, _opened(executor), progress)
    study.check()
    with TemporaryDirectory() as passing:
        checkpoint = Checkpoint(Path(passing) / "pieces")
        study = study.funded(checkpoint)
        outcomes = study.outcomes(checkpoint)
    paired = study.paired(outcomes)
    effects = study.effects(paired)
    call = f"compare({_lives(policies, against, world)}, levers={moved!r}{_said(settings)})"
    answer = study.answer(effects, study.targets(paired, outcomes))
    text = summary(answer, call, answer.words(asked.language))
    return Comparison(effects, outcomes, text, study.paths(paired), answer, call, study.why(paired))


def sweep(
    levers: Mapping[str, Sequence[float]],
    policies: Wanted = (),
    against: Wanted = BASELINE,
    *,
    world: Wanted = (),
    keep: Path | str | None = None,
    executor: Executor | str | None = None,
    progress: bool = True,
    **settings: Any,  # noqa: ANN401 - any entry of configs/settings/config.yaml
) -> Swept:
    """Every combination of lever values, on top of `policies`, on one history a replicate.

    With `keep`, a folder, finished pieces stay there: the same call goes on where a broken one stopped. The rest is
    as in `compare`.
    """
    import pandas as pd

    settings = settings_of(settings) | _named(executor)
    swept = values_of(levers)
    points = [
        _point(number, dict(zip(swept, values, strict=True)), (policies, against, world), settings)
        for number, values in enumerate(product(*swept.values()))
    ]
    study = Sweep.of(points, _opened(executor), progress=progress)
    with TemporaryDirectory() as passing:
        folder = Path(keep or passing)
        folder.mkdir(parents=True, exist_ok=True)
        with Store(folder).held(study.run):
            found, parts = study.simulated(Checkpoint(folder / f"sweep-{study.mark[:12]}.pieces"))
            done = list(parts)
    effects = pd.concat([part.effects for part in done], ignore_index=True)
    outcomes = pd.concat([part.outcomes for part in done], ignore_index=True)
    call = f"sweep({swept!r}, {_lives(policies, against, world)}{_said(settings)})"
    answer = study.answer(effects, found)
    text = sweep_answer.summary(answer, call, answer.words(study.settings.language))
    return Swept(effects, outcomes, text, found, answer, call)


def _point(
    number: int, values: Mapping[str, float], lives: tuple[Wanted, Wanted, Wanted], settings: Mapping[str, Any]
) -> Point:
    varied = {f"levers.{name}": float(value) for name, value in values.items()}
    asked = _settings(levers=dict(values), **settings)
    question = _question(asked, *lives)
    check(asked, question)
    return Point(number, varied, Asked(asked, question))


def _question(settings: Settings, policies: Wanted, against: Wanted, world: Wanted) -> Question:
    extra = (lever_policy(settings.levers, settings.levers_from or settings.fork + 1),) if settings.levers else ()
    library = with_own(settings.library)
    arms = (arm(wanted_of("policies", policies), extra, library),)
    reference = arm(wanted_of("against", against), (), library)
    question = put_together(arms, reference, worlds(wanted_of("world", world), library))
    refuse_the_same(question)
    return question


def _settings(**changes: Any) -> Settings:  # noqa: ANN401 - checked by read_settings
    """The defaults of the command with changes; no policy of an experiment."""
    own = {"name": "compare", "policy": (), "arms": ()}
    return read_settings(composed(**changes) | {name: x for name, x in own.items() if name not in changes})


def _named(executor: Executor | str | None) -> dict[str, Any]:
    return {"executor": executor} if isinstance(executor, str) else {}


def _opened(executor: Executor | str | None) -> Executor | None:
    return None if isinstance(executor, str) else executor


def _lives(policies: Wanted, against: Wanted, world: Wanted) -> str:
    """The arguments that say what is compared with what, as they are typed."""
    beside = f", world={plain(world)!r}" if wanted_of("world", world) else ""
    return f"{plain(policies)!r}, {plain(against)!r}{beside}"


def _said(settings: Mapping[str, Any]) -> str:
    return "".join(f", {name}={value!r}" for name, value in settings.items())
