"""Courses in the home language for foreigners at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.instruments.lever import STAGE, ArrayLever, Instrument, Item
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim.instruments.lever import Account

_OF_FOREIGN_ORIGIN = 0  # place in `Account.heads`
TRAINING = ArrayLever(
    "language.training",
    "share of what is missing of the home language that foreigners in a stage learn a year through courses",
    "現地語教育により外国人研究者・学生が1年間に習得する割合（未習得分に対する比）",
    "share/yr",
    0.0,
    0.5,
    0.0,
    "the price that a policy states for a learner",
    keys=(STAGE,),
)


def _learners(account: Account) -> float:
    """Foreigners at home whom courses reach, simulated."""
    taught = account.year.array(TRAINING) > 0
    taught[Stage.LEFT] = False
    return float(account.heads[_OF_FOREIGN_ORIGIN, HOME][taught].sum())


LANGUAGE = Instrument(
    "language",
    (TRAINING,),
    counts={
        "learners": Item(
            "a foreigner at home whom a course reaches, a year",
            "語学講座を受ける国内の外国人（1人・年）",
            "{currency} per learner and year",
            _learners,
        )
    },
)
