"""How sure an effect is: known distributions, bounds, agreement and chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from experiments.analysis.certainty import FEWEST, judged, middle
from experiments.analysis.effects import effects, pairs, variance_ratios
from experiments.analysis.windows import averaged
from experiments.run.executors import Serial
from experiments.run.replicates import Plan
from tests import chance
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run


def replicates(values: list[float], member: list[int] | None = None, size: float = 0.0) -> pd.DataFrame:
    numbers = range(len(values)) if member is None else member
    return pd.DataFrame({"cell": 0, "member": numbers, "difference": values, "reference": 100.0, "size": size})


def one(values: list[float], member: list[int] | None = None, size: float = 0.0, **more: object) -> pd.Series:
    return judged(replicates(values, member, size), ["cell"], matters="size", **more).iloc[0]


def many(trials: list[list[float]], member: list[int]) -> pd.DataFrame:
    """A row for each trial."""
    cells = [replicates(values, member).assign(cell=cell) for cell, values in enumerate(trials)]
    return judged(pd.concat(cells), ["cell"])


def test_the_interval_is_the_middle_of_the_sets_and_inside_them() -> None:
    values = np.random.default_rng(1).exponential(10, 4000)
    row = one(values.tolist())
    ordered = np.sort(values)
    assert (row["low"], row["high"]) == pytest.approx((ordered[100], ordered[-101]))  # a hundred are 2.5 %
    assert row["low"] > 0  # of a cost that no set makes negative


@how(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60), st.data())
def test_nothing_lies_outside_of_what_the_sets_gave(values: list[float], data: st.DataObject) -> None:
    heavy = data.draw(st.lists(st.floats(0.01, 9), min_size=len(values), max_size=len(values)))
    row = one(values, weights=dict(enumerate(heavy)))
    assert min(values) - 1e-6 <= row["low"] <= row["high"] <= max(values) + 1e-6
    assert 0 <= row["agreement"] <= 1 + 1e-9


def test_a_set_drawn_twice_weighs_twice() -> None:
    twice = one([1.0, 1.0, 4.0, 7.0])
    heavy = one([1.0, 4.0, 7.0], weights={0: 2.0, 1: 1.0, 2: 1.0})
    assert twice["effect"] == heavy["effect"] == pytest.approx(3.25)


def test_a_range_leaves_out_whole_sets_of_no_more_than_a_share() -> None:
    values, weight = np.array([[4.0, 1.0, 3.0, 2.0, np.nan], [np.nan] * 5]), np.array([[1.0, 1.0, 1.0, 1.0, 9.0]] * 2)
    assert [middle(values, weight, share)[0][0] for share in (0.0, 0.2, 0.25, 0.45)] == [1.0, 1.0, 2.0, 2.0]
    assert [middle(values, weight, share)[1][0] for share in (0.0, 0.2, 0.25, 0.45)] == [4.0, 4.0, 3.0, 3.0]
    heavier = np.array([[1.0, 2.0, 1.0, 1.0, 9.0]] * 2)
    assert middle(values, heavier, 0.25)[0][0] == 1.0  # whose weight is two fifths by now
    assert np.isnan(middle(values, weight)).tolist() == [[False, True], [False, True]]


def test_a_zero_agrees_with_nobody() -> None:
    row = one([5.0] * 30 + [0.0] * 10)
    assert row["agreement"] == pytest.approx(0.75)
    assert row["certainty"] == "open"
    assert one([0.0] * 40)["certainty"] == "no effect"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([5.0] * 40, "higher"),
        ([-5.0] * 39 + [1.0], "lower"),  # 97.5 %
        ([5.0] * 38 + [-1.0] * 2, "probably higher"),
        ([-5.0] * 32 + [1.0] * 8, "probably lower"),
        ([5.0] * 31 + [-5.0] * 9, "open"),
        ([0.5] * 40, "too small to matter"),
        ([0.5] * 39 + [-0.5], "too small to matter"),
        ([0.5] * 30 + [3.0] * 10, "higher"),
        ([5.0] * (FEWEST - 1), "too few sets"),
        ([5.0], "too few sets"),
    ],
)
def test_words_follow_the_weight_of_the_sets_that_agree(values: list[float], word: str) -> None:
    assert one(values, size=1.0)["certainty"] == word


@pytest.mark.chance
def test_pure_chance_is_open_and_known_to_be_chance() -> None:
    # Forty signs of a fair coin agree to four fifths in 1 of 5,600 trials; of 200 trials more than two in 7e-6.
    rng = np.random.default_rng(chance.seed(3))
    member = [*range(40), *range(10)]
    rows = many([rng.normal(size=50).tolist() for _ in range(200)], member)
    called = (rows["certainty"] != "open").sum()
    chance.within("called sure of 200", called, -np.inf, 2, broken=9, by="two thirds of the sets being enough")
    shares = np.median(rows["chance_share"])
    chance.within("share of chance", shares, 0.7, np.inf, broken=0.5, by="half of chance laid on parameters")


@pytest.mark.chance
def test_second_seeds_tell_chance_from_parameters() -> None:
    rng, member = np.random.default_rng(chance.seed(5)), np.array([*range(40), *range(10)])
    drawn = [rng.normal(10, 2, 40)[member] + rng.normal(0, 1, 50) for _ in range(300)]
    rows = many([values.tolist() for values in drawn], member.tolist())
    share = np.median(rows["chance_share"]) / (0.2 * 0.875)
    half = np.median(rows["chance"]) / (2.23 * np.sqrt(0.875 / 40))
    # 1/(4+1), less for the sets that ran twice
    chance.within("share of chance, over the known one", share, 0.65, 1.35, broken=1.6, by="three fifths too much")
    chance.within("half-width by chance, over the known one", half, 0.85, 1.1, broken=1.2, by="a fifth too wide")
    alone = one(rng.normal(size=40).tolist())
    assert np.isnan(alone["chance"])
    assert np.isnan(alone["chance_share"])


def test_one_parameter_set_has_the_interval_of_its_mean() -> None:
    from scipy import stats

    values = np.random.default_rng(7).normal(3, 1, 12)
    row = one(values.tolist(), [4] * 12)
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["agreement"] == pytest.approx(1 - stats.ttest_1samp(values, 0).pvalue / 2)
    assert row["chance_share"] == 1
    assert one([1.0, 2.0], [4, 4])["low"] == 1  # Student's t of two values reaches far below both


def test_an_effect_is_the_mean_over_its_window() -> None:
    plan = Plan(fake, {"push": (Shift(40, cost=2e9),)}, FORK, UNTIL, ((1, 5), (6, 10)))
    outcomes = run(plan, seed=1, replicates=3)
    both = pairs(outcomes, FORK)
    means = averaged(both, FORK, [(6, 10)], ("policy",))
    mine = both[(both["outcome"] == "departures") & (both["group"] == "all") & (both["year"] > FORK + 5)]
    found = means[(means["outcome"] == "departures") & (means["group"] == "all")].set_index("replicate")
    assert found["value"].to_dict() == pytest.approx(mine.groupby("replicate")["value"].mean().to_dict())
    assert found[["window", "first", "last"]].iloc[0].tolist() == ["6-10", FORK + 6, FORK + 10]
    won = means[(means["outcome"] == "winners")]
    assert (won["value"] == 1).all()  # observed in one of the five years only


def test_a_count_that_is_missing_in_a_year_is_nothing_there() -> None:
    cell = {"outcome": "cost", "group": "a programme", "unit": "JPY/yr", "replicate": 0, "member": 1}
    rows = [{"policy": "push", "year": FORK + 1, "value": 10.0, **cell}]
    rows += [{"policy": name, "year": FORK + 2, "value": 0.0, **cell} for name in ("push", "baseline")]
    found = effects(pd.DataFrame(rows), FORK, [(1, 2)])
    assert found["effect"].tolist() == [5.0]


def test_effects_show_what_sets_and_noise_did() -> None:
    arms = {"same": (Shift(40),), "differs": (Shift(40, by_member=10),), "noisy": (Shift(40, noise=30),)}
    plan = Plan(fake, arms, FORK, UNTIL, ((1, 1),), members=tuple(np.repeat(range(10), 2).tolist()))
    outcomes = run(plan, seed=1, replicates=20, executor=Serial())
    table = effects(outcomes, FORK, [(1, 1)])
    found = table.set_index(["policy", "outcome", "group"])
    same, differs, noisy = (found.loc[(policy, "departures", "all")] for policy in arms)
    assert (same["low"], same["high"], same["chance"]) == pytest.approx((40, 40, 0), abs=1e-9)
    assert differs["effect"] == pytest.approx(40 + 45)
    assert (differs["low"], differs["high"]) == pytest.approx((40, 130))
    assert differs["chance_share"] == pytest.approx(0, abs=1e-9)
    assert noisy["chance_share"] > 0.3
    assert (table["sets"] == 10).all()
    ratio = variance_ratios(pairs(outcomes, FORK), FORK, [(1, 1)])
    assert ratio["departures"] > 2  # sets that differ are no chance that pairing would have to cancel


@pytest.mark.chance
def test_what_pairing_bought_is_that_of_chance_at_a_given_set() -> None:
    rng = np.random.default_rng(chance.seed(2))
    member = np.repeat(np.arange(2000), 4)
    level, draw_key, other = 50 * rng.normal(size=2000)[member], rng.normal(size=8000), rng.normal(size=8000)
    lives = {"baseline": level + draw_key, "policy": 1.5 * level + draw_key + 0.1 * other}
    common = {"replicate": range(8000), "member": member, "year": FORK + 1, "outcome": "returns", "group": "all"}
    tables = [pd.DataFrame({"policy": name, "value": x, **common}) for name, x in lives.items()]
    both = pairs(pd.concat(tables).assign(unit="persons/yr"), FORK)
    ratio = variance_ratios(both, FORK, [(1, 1)])["returns"]
    chance.within("ratio of variances", ratio, 160, 240, broken=300, by="the spread between sets counted as chance")
