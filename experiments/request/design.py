"""The points of a sweep: one request each, of which some may be impossible."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError
from experiments.request.comparison import Question, check, describe, question
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
    check(settings, wanted)
    return Asked(settings, wanted)


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
