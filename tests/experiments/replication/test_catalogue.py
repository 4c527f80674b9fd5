"""The studies run, fill the table, can be sent to other processes, and a programme without effect shows none."""

import pickle

import numpy as np
import pandas as pd
import pytest

from experiments.errors import InputError
from experiments.replication import EXPERIMENTS, evaluate
from experiments.replication.catalogue import chosen
from experiments.replication.estimators.discontinuity import Discontinuity
from experiments.replication.evaluation import Sampling, check, estimate, observe, sample_of
from experiments.replication.panel import FollowUp
from experiments.replication.studies.grants import FELLOWSHIP
from experiments.replication.summary import summary
from experiments.replication.table import by_experiment
from experiments.replication.targets import expected
from experiments.request.build import Build
from experiments.run.executors import Serial
from sim import BrainCirculation

NAMES = ("Q1", "Q2", "Q5", "Q7", "Q8", "Q9", "Q10", "Q11", "Q12")
BUILD = Build(None, (), 0.08)


@pytest.fixture(scope="module")
def samples() -> dict[str, pd.DataFrame]:
    return {name: sample_of(Sampling(EXPERIMENTS[name], BUILD, 1, 0)) for name in NAMES}


def test_all_are_there() -> None:
    assert tuple(EXPERIMENTS) == NAMES
    assert [one.name for one in chosen(["Q5", "Q1", "Q5"])] == ["Q5", "Q1"]
    with pytest.raises(InputError, match="no quasi-experiment named 'Q3'"):
        chosen(["Q3"])


@pytest.mark.parametrize("name", NAMES)
def test_each_gives_people_and_survives_the_way_to_another_process(name: str, samples: dict[str, pd.DataFrame]) -> None:
    sample = samples[name]
    assert len(sample) > 50
    assert set(sample["arm"]) == set(EXPERIMENTS[name].arms)
    task = pickle.loads(pickle.dumps(Sampling(EXPERIMENTS[name], BUILD, 1, 0)))  # noqa: S301 - our own bytes
    if name == "Q2":
        pd.testing.assert_frame_equal(observe(task).table, sample)


def test_the_table_has_one_row_an_estimand() -> None:
    table = evaluate(list(EXPERIMENTS.values())[:2], scale=0.05, replicates=1, executor=Serial(), progress=False)
    assert list(zip(table["experiment"], table["estimand"], strict=True)) == [
        (one.name, estimand) for one in list(EXPERIMENTS.values())[:2] for estimand in one.estimands
    ]
    assert (table["low"].isna() | (table["low"] <= table["estimate"])).all()
    page = summary(table, "caption", "command")
    for words in table["estimand"].str.replace("_", " "):
        assert f"- {words}: " in page
    assert by_experiment(table)["experiment"].tolist() == ["Q1", "Q2"]


def test_people_of_the_samples_are_who_they_should_be(samples: dict[str, pd.DataFrame]) -> None:
    grant = samples["Q1"]
    assert ((grant["distance"] > 0) == grant["won"]).all()
    assert grant.loc[grant["won"], "abroad_1"].mean() > grant.loc[~grant["won"], "abroad_1"].mean() + 0.3
    exchange = samples["Q5"]
    shares = exchange.groupby("places")["early"].mean()
    np.testing.assert_allclose(shares, shares.index, atol=0.03)
    few, many = (set(exchange.loc[(exchange["arm"] == arm) & (exchange["early"] == 1), "person"]) for arm in
                 ("few places", "many places"))  # fmt: skip
    assert len(few - many) <= 0.02 * len(few) + 3, "more places take nobody's away (some graduate elsewhere or not)"
    waits = samples["Q9"].sort_values(["person", "waited"])
    assert waits.groupby("person")["promoted"].sum().max() == 1
    assert (waits.groupby("person")["visited"].diff().dropna() >= 0).all()
    returns = samples["Q7"]
    assert set(returns["event"]) == {-3, -2, -1, 1, 2, 3, 4}
    assert 0 < returns["recruit"].mean() < 1
    movers = samples["Q8"]
    assert set(movers.loc[movers["design"] == "movers", "arm"]) == {"as it was"}
    stay, end = (one.set_index("person") for _, one in movers[movers["design"] == "visa"].groupby("arm"))
    assert set(stay.index) == set(end.index), "the same people, trained abroad before the worlds part"
    assert (stay["may_stay"] == 1).all()
    assert (end["may_stay"] == 0).all()
    assert stay["there"].mean() > end["there"].mean() + 0.03


def test_people_of_the_newer_samples_are_who_they_should_be(samples: dict[str, pd.DataFrame]) -> None:
    without, with_break = (one.set_index("person") for _, one in samples["Q10"].groupby("arm", sort=False))
    assert (without.index == with_break.index).all(), "the same people, abroad before the break begins"
    assert (without["offer"] == with_break["offer"]).all()
    assert 0 < without["offer"].sum() < 0.1 * len(without)
    assert with_break["back"].sum() > without["back"].sum()
    grants = samples["Q11"]
    assert ((grants["distance"] > 0) == grants["won"]).all()
    assert 0.2 < grants["won"].mean() < 0.6
    assert (grants.loc[grants["papers"] == 0, "citations"] == 0).all()
    students = samples["Q12"]
    assert ((students["distance"] > 0) == students["won"]).all()
    assert (students["doctorate_9"] >= students["doctorate_5"]).all()
    assert (students["career"].notna() == (students["doctorate_5"] == 1)).all()
    assert (students["papers"].notna() == students["career"].notna()).all()
    assert 0.1 < students["track"].notna().mean() < 0.6, "those in the second year of study"


def test_awards_dealt_at_random_have_no_effect() -> None:
    """A placebo: the same applicants, their scores shuffled within the call."""
    rng = np.random.default_rng(1)
    sample = sample_of(Sampling(EXPERIMENTS["Q1"], Build(None, (), 0.25), 5, 0))
    outcomes = ("abroad_1", "abroad_5", "papers", "settled")
    real = Discontinuity("abroad_1", bandwidth=1.0)(sample)
    assert real.low > 0.3
    pulls = []
    for _ in range(25):
        sample["distance"] = sample.groupby("year")["distance"].transform(rng.permutation)
        for outcome in outcomes:
            found = Discontinuity(outcome, bandwidth=1.0)(sample)
            pulls.append(found.value / found.error)
    assert abs(np.mean(pulls)) < 0.5
    assert np.mean(np.abs(pulls) < 1.96) > 0.85


def test_who_they_were_before_does_not_jump_at_the_cut_off() -> None:
    lives = FollowUp.follow(BrainCirculation(seed=9, scale=0.4, calls=True), 2012)
    sample = lives.applicants(FELLOWSHIP, 2007, 2012)
    person, year = sample["person"].to_numpy(), sample["year"].to_numpy() - 1
    for column in ("birth_year", "sex", "papers", "years_abroad"):
        found = Discontinuity(column)(sample.assign(**{column: lives.latest(column, person, year)}))
        assert abs(found.value) < 3.5 * found.error, column


def test_an_experiment_that_breaks_is_a_row_with_its_reason() -> None:
    broken = EXPERIMENTS["Q5"].__class__(
        "Q5", "Broken", 2007, lambda lives: lives.people(1999), EXPERIMENTS["Q5"].estimands
    )
    table = evaluate([broken], scale=0.005, replicates=2, executor=Serial(), progress=False)
    assert table["sign"].tolist() == ["none"]
    assert "failed: KeyError: 1999" in table["detail"].iloc[0]
    assert "no estimate" in summary(table, "caption", "command")


def test_what_cannot_be_run_is_refused_first() -> None:
    late = EXPERIMENTS["Q5"].__class__("Q5", "x", 2300, lambda lives: lives.calls, EXPERIMENTS["Q5"].estimands)
    with pytest.raises(InputError, match="follows people to 2300; the world has data for"):
        check([late], expected(), BUILD)
    unknown = EXPERIMENTS["Q5"].__class__("Q5", "x", 2010, lambda lives: lives.calls, {"luck": lambda sample: sample})
    with pytest.raises(InputError, match="Nothing is expected of Q5 luck"):
        check([unknown], expected(), BUILD)
    with pytest.raises(InputError, match="at least one arm"):
        EXPERIMENTS["Q5"].__class__("Q5", "x", 2010, lambda lives: lives.calls, {})


def test_an_estimator_that_meets_a_singular_matrix_says_so() -> None:
    def singular(_: pd.DataFrame) -> object:
        return np.linalg.inv(np.zeros((2, 2)))

    odd = EXPERIMENTS["Q5"].__class__("Q5", "x", 2006, lambda lives: lives.people(2006), {"works_abroad": singular})
    found = estimate(odd, [observe(Sampling(odd, Build(None, (), 0.005), 1, 0))])
    assert "Singular matrix" in found["Q5", "works_abroad"].detail
