"""New quasi-experiments in a few lines each: a return grant, larger doctoral awards, a tax break on income at home."""

from functools import partial

import numpy as np
import pandas as pd

from experiments.replication import QuasiExperiment, Treatment, evaluate
from experiments.replication.design import constant
from experiments.replication.estimators.comparisons import Difference
from experiments.replication.estimators.discontinuity import Discontinuity
from experiments.replication.panel import FollowUp
from experiments.replication.targets import Expected
from experiments.run.executors import Serial
from sim import World
from sim.vocabulary import HOME, Stage
from tests.sim.conftest import changing

SETTINGS = {"scale": 0.2, "replicates": 1, "executor": Serial(), "progress": False}


def row(experiment: str, estimand: str, sign: str, low: float | None = None, high: float | None = None) -> Expected:
    return Expected(experiment, estimand, "made up", sign, low, high, "share", "made up", "made up", "A")


def known(*rows: Expected) -> dict[tuple[str, str], Expected]:
    return {(study.experiment, study.estimand): study for study in rows}


# ---------------------------------------------------------------------- a return grant, at the cut-off of its call

GRANT = changing({"lever": "programmes.overseas_fellowship.guarantee", "set": 1}, start=2006, name="return_grant")


def grant_applicants(lives: FollowUp) -> pd.DataFrame:
    sample = lives.applicants("overseas_fellowship", 2008, 2011)
    person, call = sample["person"].to_numpy(), sample["year"].to_numpy()
    funded = [lives.value("funded", person, call + after) == 1 for after in range(1, 5)]
    return sample.assign(return_post=np.max(funded, axis=0).astype(float))


RETURN_GRANT = QuasiExperiment(
    name="return grant",
    title="Fellowship with a post on return",
    until=2015,
    arms={"return post": Treatment((GRANT,))},
    sample=grant_applicants,
    estimands={"return_post": Discontinuity("return_post")},
)


def test_a_return_grant() -> None:
    several = SETTINGS | {"replicates": 12}  # few of the awarded need the post that is kept for them
    table = evaluate([RETURN_GRANT], against=known(row("return grant", "return_post", "+")), **several)
    assert table["sign"].tolist() == ["right"]
    assert table["size"].tolist() == ["not stated"]


# ---------------------------------------------------------------------- larger doctoral awards: no effect on place

LARGER = changing({"lever": "programmes.doctoral_support.income", "times": 1.5}, start=2006, name="larger_awards")


def students(lives: FollowUp) -> pd.DataFrame:
    sample = lives.applicants("doctoral_support", 2007, 2009)
    person, call = sample["person"].to_numpy(), sample["year"].to_numpy()
    return sample.assign(abroad=lives.abroad(person, call + 7))


DOCTORAL_AWARD = QuasiExperiment(
    name="doctoral award",
    title="Larger doctoral awards",
    until=2016,
    arms={"larger awards": Treatment((LARGER,))},
    sample=students,
    estimands={"abroad": Discontinuity("abroad")},
)


def test_larger_doctoral_awards() -> None:
    table = evaluate([DOCTORAL_AWARD], against=known(row("doctoral award", "abroad", "0", -0.1, 0.1)), **SETTINGS)
    assert table["sign"].tolist() == ["right"]
    assert table["rows"].iloc[0] > 500


# ---------------------------------------------------------------------- a tax break on income at home, against none


def lower_tax(world: World, share: float) -> World:
    """The world in which every income of faculty at home is worth more by this share."""
    for (_, _, tier, _, stage), income in world.positions.numbers["income"].items():
        if stage in ("fixed-term", "tenure-track", "permanent"):
            world = constant(world, "positions", "income", income.value * (1 + share), tier=tier, stage=stage)
    return world


def tax_break(share: float) -> QuasiExperiment:
    return QuasiExperiment(
        name="tax break",
        title="Lower tax on faculty income at home",
        until=2010,
        arms={"no break": Treatment(), "break": Treatment(world=partial(lower_tax, share=share))},
        sample=postdocs_abroad,
        estimands={"back": Difference("back", "treated")},
    )


def postdocs_abroad(lives: FollowUp) -> pd.DataFrame:
    """Postdocs abroad at the end of 2006, whether they live under the break, and whether they are back by 2010."""
    plain = World.load().positions.value("income", stage="permanent", tier="research university")
    seen = lives.people(2006)
    seen = seen[(seen["region"] != HOME) & (seen["origin"] == HOME) & (seen["stage"] == Stage.POSTDOC)]
    person = seen["person"].to_numpy()
    income = lives.world.positions.value("income", stage="permanent", tier="research university")
    return pd.DataFrame({"person": person, "back": 1 - lives.abroad(person, 2010), "treated": float(income > plain)})


def test_a_tax_break_on_income_at_home() -> None:
    against = known(row("tax break", "back", "+"))
    several = SETTINGS | {"replicates": 12}  # posts are fixed, so that the effect is near none and chance must be small
    found = evaluate([tax_break(3.0)], against=against, **several)
    nothing = evaluate([tax_break(1e-12)], against=against, **SETTINGS)
    assert abs(nothing["estimate"].iloc[0]) < 1e-9, "the same people with no break live the same lives"
    assert found["low"].iloc[0] > -0.02, "a very large break does not drive people away"
    assert found["estimate"].iloc[0] != 0
