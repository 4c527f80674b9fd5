"""The points of a sweep: one request each, of which some may be impossible."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError
from experiments.request.build import Build
from experiments.request.comparison import Question, check, describe, question, refuse_the_reference, what_holds
from experiments.request.policies import BASELINE, is_path
from experiments.request.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

Value = str | float


@dataclass(frozen=True)
class Asked:
    """A request that can be run."""

    settings: Settings
    question: Question


@dataclass(frozen=True)
class Point:
    """One combination of what is swept; `asked` is a sentence where it cannot be run."""

    number: int
    varied: Mapping[str, Value]
    asked: Asked | str

    @classmethod
    def of(cls, number: int, varied: Mapping[str, Value], config: Mapping[str, Any]) -> Point:
        """A checked point from a resolved configuration."""
        try:
            return cls(number, varied, _checked(read_settings(config)))
        except InputError as error:
            return cls(number, varied, str(error))

    @property
    def row(self) -> dict[str, object]:
        """The point as the columns that name it: point, policy, against and every swept setting."""
        if isinstance(self.asked, str):
            names = {"policy": str(self.varied.get("policy", "")), "against": str(self.varied.get("against", ""))}
        else:
            asked = self.asked.settings.policy or ()
            policy = "+".join(Path(name).stem if is_path(name) else name for name in asked) or BASELINE
            names = {"policy": policy, "against": self.asked.question.against.name}
        return {"point": self.number, **names, **{k: v for k, v in self.varied.items() if k not in names}}

    @property
    def identity(self) -> dict[str, Any]:
        """What the numbers of this point depend on."""
        if isinstance(self.asked, str):
            return {"varied": dict(self.varied), "refused": self.asked}
        return {"varied": dict(self.varied), **describe(self.asked.settings, self.asked.question)}


def _checked(settings: Settings) -> Asked:
    if len(settings.chosen) != 1:
        raise InputError("A sweep compares one arm a point: name it with policy=NAME or levers.NAME=value.")
    wanted = question(settings)
    refuse_the_reference(wanted)
    check(settings, wanted)
    return Asked(settings, wanted)


def refuse_twins(points: Sequence[Point]) -> None:
    """Raise an InputError where two points ask for the same, however they spell it."""
    known: dict[object, Point] = {}
    for point in points:
        if isinstance(point.asked, str) or (first := known.setdefault(_mark(point.asked), point)) is point:
            continue
        one, other = (
            ", ".join(f"{name}={_typed(value)}" for name, value in each.varied.items()) for each in (first, point)
        )
        said = f"{one} is asked for twice" if one == other else f"{one} and {other} ask for the same"
        raise InputError(f"{said}: keep one.")


def _mark(asked: Asked) -> tuple[object, ...]:
    """What tells a request from others, whatever names it was asked for by."""
    question = asked.question
    by_name = {"policy", "against", "world", "arms", "library", "country", "levers_from"}
    lives = tuple(what_holds(question.life(arm)) for arm in (*question.arms, question.against))
    return asked.settings.model_dump_json(exclude=by_name), Build.of(asked.settings).inputs()[0].fingerprint, lives


def _typed(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else "null" if value == str(None) else value


def runnable(points: Sequence[Point]) -> list[tuple[Point, Asked]]:
    """The points that can be run; an InputError where none can."""
    able = [(point, point.asked) for point in points if isinstance(point.asked, Asked)]
    if not able:
        raise InputError(str(points[0].asked))
    return able


def point_table(points: Sequence[Point], failed: Mapping[int, str]) -> pd.DataFrame:
    """One row a point: what was swept, whether it is done or failed, and the reason."""
    import pandas as pd

    refused = {point.number: point.asked for point in points if isinstance(point.asked, str)}
    reasons = refused | dict(failed)
    table = pd.DataFrame([point.row for point in points])
    table["status"] = ["failed" if point.number in reasons else "done" for point in points]
    table["reason"] = [str(reasons.get(point.number, "")) for point in points]
    return table
