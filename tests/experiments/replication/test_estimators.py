"""Every estimator finds an effect that was put in, and none where there is none about as often as it should."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.replication.estimators.comparisons import (
    Difference,
    DifferenceInDifferences,
    Matched,
    Ratio,
    matching_weights,
    without_effects,
)
from experiments.replication.estimators.discontinuity import (
    Discontinuity,
    FuzzyDiscontinuity,
    bandwidth,
)
from experiments.replication.estimators.estimates import Estimate, Gap, people_of
from experiments.replication.estimators.instruments import TwoStages
from experiments.replication.estimators.waiting import Waiting, added_wait

effects = st.floats(-2, 2)
seeds = st.integers(0, 10_000)
quick = partial(settings, max_examples=15, deadline=None)


def close(found: Estimate, truth: float, errors: float = 4.5) -> bool:
    return abs(found.value - truth) <= errors * found.error + 1e-9


# ---------------------------------------------------------------------- made-up people with a known effect


def call(seed: int, effect: float, n: int = 1500) -> pd.DataFrame:
    """Applicants whose outcome bends with the score and jumps by the effect at the cut-off."""
    rng = np.random.default_rng(seed)
    x = rng.normal(-0.5, 1, n)
    y = 2 + 0.5 * x + 0.1 * x**2 + effect * (x > 0) + rng.normal(0, 1, n)
    return pd.DataFrame({"distance": x, "y": y, "person": np.arange(n)})


def lottery(seed: int, effect: float, n: int = 2000) -> pd.DataFrame:
    """A treatment that the able choose and an instrument makes more likely; ability raises the outcome too."""
    rng = np.random.default_rng(seed)
    able, offer = rng.normal(0, 1, n), rng.integers(0, 2, n)
    d = (able + 2 * offer + rng.normal(0, 1, n) > 1).astype(float)
    y = effect * d + 2 * able + rng.normal(0, 1, n)
    return pd.DataFrame({"y": y, "d": d, "offer": offer, "group": rng.integers(0, 3, n), "person": np.arange(n)})


def panel(seed: int, effect: float, people: int = 150, years: int = 6) -> pd.DataFrame:
    """People with levels of their own in years with levels of their own; a third are treated from the fourth year."""
    rng = np.random.default_rng(seed)
    person, year = (grid.ravel() for grid in np.meshgrid(np.arange(people), np.arange(years), indexing="ij"))
    treated, after = person % 3 == 0, year >= 3
    y = 10 + rng.normal(0, 3, people)[person] + 2 * treated + rng.normal(0, 2, years)[year]
    y = y + effect * (treated & after) + rng.normal(0, 1, len(person))
    table = {"person": person, "year": year, "treated": treated, "after": after, "y": y, "field": person % 2}
    return pd.DataFrame(table).sample(frac=0.9, random_state=seed)  # some years are not seen


def spells(seed: int, log_odds: float, people: int = 1500, years: int = 6) -> pd.DataFrame:
    """Waits for an event whose odds a treatment multiplies; a trait raises both the odds and the treatment."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(0, 1, people)
    treated = trait + rng.normal(0, 1, people) > 0
    rows, waits = [], np.ones(people, bool)
    for year in range(1, years + 1):
        chance = 1 / (1 + np.exp(2 - 0.1 * year - 0.8 * trait - log_odds * treated))
        event = rng.random(people) < chance
        rows.append(pd.DataFrame({"waited": year, "event": event * 1.0, "treated": treated * 1.0, "trait": trait}))
        rows[-1]["person"] = np.arange(people)
        rows[-1] = rows[-1][waits]
        waits = waits & ~event
    return pd.concat(rows, ignore_index=True)


# ---------------------------------------------------------------------- an effect that is there


@quick()
@given(seeds, effects)
def test_a_jump_at_the_cut_off_is_found(seed: int, effect: float) -> None:
    assert close(Discontinuity("y")(call(seed, effect)), effect)


@quick()
@given(seeds, effects)
def test_what_was_known_before_makes_a_jump_more_precise_and_not_other(seed: int, effect: float) -> None:
    sample = call(seed, effect)
    rng = np.random.default_rng(seed + 1)
    sample["before"] = rng.normal(0, 1, len(sample))
    sample["y"] += 3 * sample["before"]
    sample.loc[rng.random(len(sample)) < 0.1, "before"] = np.nan
    plain, adjusted = Discontinuity("y")(sample), Discontinuity("y", covariates=("before",))(sample)
    assert close(adjusted, effect)
    assert adjusted.error < 0.75 * plain.error
    relative = Discontinuity("y", relative=True, covariates=("before",))(sample)
    assert close(relative, effect / 2)  # the level just below the cut-off is 2


@quick()
@given(seeds, effects)
def test_a_jump_in_one_group_only_is_the_gap(seed: int, effect: float) -> None:
    sample = pd.concat([call(seed, effect).assign(far=True), call(seed + 1, 0).assign(far=False)])
    assert close(Gap(Discontinuity("y"), group="far")(sample), effect)


def test_a_relative_jump_is_over_the_level_below() -> None:
    sample = call(3, 1.0, 20_000)
    absolute, relative = Discontinuity("y")(sample), Discontinuity("y", relative=True)(sample)
    assert relative.value == pytest.approx(0.5, abs=0.1)
    assert close(absolute, 1.0)
    doubled = Discontinuity("y", relative=True)(sample.assign(y=2 * sample["y"]))
    assert doubled.value == pytest.approx(relative.value, abs=0.03)


@quick()
@given(seeds, effects)
def test_a_fuzzy_cut_off_finds_the_effect_of_the_treatment(seed: int, effect: float) -> None:
    sample = call(seed, 0, 3000)
    rng = np.random.default_rng(seed)
    able = rng.normal(0, 1, len(sample))
    sample["d"] = (able + 2 * (sample["distance"] > 0) > 1).astype(float)
    sample["y"] += effect * sample["d"] + able
    assert close(FuzzyDiscontinuity("y", "d")(sample), effect)


@quick()
@given(seeds, effects)
def test_an_instrument_sees_through_who_chooses(seed: int, effect: float) -> None:
    sample = lottery(seed, effect)
    assert close(TwoStages("y", "d", ("offer",), ("group",))(sample), effect)
    assert Difference("y", "d")(sample).value > effect + 0.5  # the able choose the treatment


def test_two_stages_agree_with_statsmodels() -> None:
    from statsmodels.sandbox.regression.gmm import IV2SLS

    sample = lottery(5, 1.0)
    constant = np.ones(len(sample))
    x, z = np.column_stack([sample["d"], constant]), np.column_stack([sample["offer"], constant])
    known = IV2SLS(sample["y"].to_numpy(), x, z).fit().params[0]
    assert TwoStages("y", "d", ("offer",))(sample).value == pytest.approx(known, rel=1e-9)


@quick()
@given(seeds, st.floats(-4, 4))
def test_differences_in_differences_take_out_people_and_years(seed: int, effect: float) -> None:
    did = DifferenceInDifferences("y", "treated", "after", "year", "person", exact=("field",))
    sample = panel(seed, effect)
    found = did(sample)
    level = sample.loc[sample["treated"] & sample["after"], "y"].mean()
    share = found.value / (1 + found.value) * level  # the effect comes over the level without it
    assert abs(share - effect) <= 4.5 * found.error * level / (1 + found.value) + 1e-9


def test_effects_taken_out_by_turns_leave_what_regression_leaves() -> None:
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 9, 200), rng.integers(0, 5, 200)
    values, weights = rng.normal(0, 1, 200), rng.random(200) + 0.1
    indicators = np.column_stack([np.eye(9)[groups[0]], np.eye(5)[groups[1]]]) * np.sqrt(weights)[:, None]
    fitted = indicators @ np.linalg.lstsq(indicators, values * np.sqrt(weights), rcond=None)[0]
    left = without_effects(values, groups, weights)
    np.testing.assert_allclose(left * np.sqrt(weights), values * np.sqrt(weights) - fitted, atol=1e-7)


@quick()
@given(seeds, effects)
def test_matching_removes_what_the_cells_hold(seed: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    ability = rng.integers(0, 10, 3000)
    moved = rng.random(3000) < 0.05 + 0.04 * ability
    y = effect * moved + 0.5 * ability + rng.normal(0, 1, 3000)
    sample = pd.DataFrame({"y": y, "moved": moved * 1.0, "ability": ability, "score": ability + 0.001 * moved})
    assert close(Matched("y", "moved", exact=("ability",))(sample), effect)
    assert Difference("y", "moved")(sample).value > effect + 0.3
    assert close(Matched("y", "moved", others=("ability",))(sample), effect)


def test_matching_weights_give_the_untreated_the_mix_of_the_treated() -> None:
    treated = np.array([True, True, False, False, False, True, False])
    cell = np.array([0, 0, 0, 0, 1, 2, 0])
    np.testing.assert_allclose(matching_weights(treated, cell), [1, 1, 2 / 3, 2 / 3, 0, 0, 2 / 3])


@quick()
@given(seeds, st.floats(-1.5, 1.5))
def test_a_changed_hazard_is_found_in_years(seed: int, log_odds: float) -> None:
    base = np.array([-2 + 0.1 * year for year in range(1, 7)])
    found = Waiting("event", "waited", "treated", ("trait",))(spells(seed, log_odds))
    assert close(found, added_wait([log_odds, *base]), errors=5)


def test_added_waits_at_known_limits() -> None:
    assert added_wait([0.0, -1.0, -1.0, -1.0]) == 0
    assert added_wait([50.0, -50.0 + 50, 0.0]) == pytest.approx(-0.5)  # at once, instead of a coin a year
    assert added_wait([-50.0, 0.0, 0.0, 0.0]) == pytest.approx(3 - (1 + 0.5 + 0.25))


def test_a_ratio_and_its_jackknife() -> None:
    rng = np.random.default_rng(2)
    sample = pd.DataFrame({"treated": rng.integers(0, 2, 8000), "replicate": np.arange(8000) % 8})
    sample["small"] = 1.0 * sample["treated"] + rng.normal(0, 1, 8000)
    sample["large"] = 4.0 * sample["treated"] + rng.normal(0, 1, 8000)
    found = Ratio(Difference("small", "treated"), Difference("large", "treated"))(sample)
    assert close(found, 0.25)
    assert 0.002 < found.error < 0.02
    assert np.isnan(
        Ratio(Difference("small", "treated"), Difference("large", "treated"))(sample[:1000].assign(replicate=0)).low
    )


@quick(max_examples=5)
@given(seeds, effects)
def test_a_relative_difference_is_over_the_mean_of_the_others_and_as_sure_as_it_says(seed: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    sample = pd.DataFrame({"treated": rng.integers(0, 2, 4000), "group": rng.integers(0, 3, 4000)})
    sample["y"] = 4 + effect * sample["treated"] + rng.normal(0, 1, 4000)
    relative = Difference("y", "treated", ("group",), relative=True)
    assert close(relative(sample), effect / 4)
    bits = [relative(sample[k::40]).value for k in range(40)]  # of 39 degrees of freedom: an eighth is usual
    assert np.std(bits, ddof=1) / 40**0.5 == pytest.approx(relative(sample).error, rel=0.6)


def test_a_comparison_with_a_handful_of_people_says_nothing() -> None:
    sample = pd.DataFrame({"treated": [1.0] * 19 + [0.0] * 300, "y": np.arange(319.0)})
    assert np.isnan(Difference("y", "treated")(sample).value)
    assert not np.isnan(Difference("y", "treated")(sample.assign(treated=[1.0] * 20 + [0.0] * 299)).value)


# ---------------------------------------------------------------------- no effect

NOTHING: dict[str, tuple[Callable[[pd.DataFrame], Estimate], Callable[[int], pd.DataFrame]]] = {
    "discontinuity": (Discontinuity("y", bandwidth=1.0), lambda seed: call(seed, 0, 600)),
    "instrument": (TwoStages("y", "d", ("offer",)), lambda seed: lottery(seed, 0, 500)),
    "differences": (
        DifferenceInDifferences("y", "treated", "after", "year", "person"),
        lambda seed: panel(seed, 0, people=90),
    ),
    "waiting": (Waiting("event", "waited", "treated", ("trait",)), lambda seed: spells(seed, 0, people=200)),
}


@pytest.mark.parametrize("name", NOTHING)
def test_without_an_effect_the_interval_holds_zero_about_as_often_as_it_says(name: str) -> None:
    estimator, sample = NOTHING[name]
    found = [estimator(sample(seed)) for seed in range(100)]
    covered = np.mean([estimate.low <= 0 <= estimate.high for estimate in found])
    assert 0.87 <= covered <= 0.999, covered  # 95 % of 100, within three and a half standard errors
    assert abs(np.mean([estimate.value for estimate in found])) < np.std([estimate.value for estimate in found]) / 3


# ---------------------------------------------------------------------- the small print


def test_rows_of_one_person_are_not_taken_for_news() -> None:
    once = call(4, 1.0, 1000)
    many = pd.concat([once] * 10, ignore_index=True)
    estimator = Discontinuity("y", bandwidth=1.0)
    assert estimator(many).value == pytest.approx(estimator(once).value)
    assert estimator(many).error == pytest.approx(estimator(once).error, rel=0.02)


def test_the_same_person_of_another_replicate_is_another_person() -> None:
    sample = pd.DataFrame({"person": [7, 7, 7], "replicate": [0, 0, 1]})
    assert people_of(sample).tolist() == [0, 0, 1]


def test_the_bandwidth_narrows_with_more_people_and_more_bend() -> None:
    few, many = call(1, 0, 500), call(1, 0, 50_000)
    assert bandwidth(many["distance"].to_numpy(), many["y"].to_numpy()) < bandwidth(
        few["distance"].to_numpy(), few["y"].to_numpy()
    )
    x = many["distance"].to_numpy()
    bent = many["y"].to_numpy() + np.where(x > 0, 3 * x**2, -3 * x**2)
    assert bandwidth(x, bent) < bandwidth(x, many["y"].to_numpy())


@pytest.mark.parametrize(
    "estimator",
    [
        Discontinuity("y"),
        FuzzyDiscontinuity("y", "d"),
        TwoStages("y", "d", ("offer",)),
        Difference("y", "d"),
        Matched("y", "d", exact=("group",)),
        DifferenceInDifferences("y", "d", "offer", "group", "person"),
        Waiting("y", "group", "d"),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_where_nothing_can_be_told_there_is_no_estimate_and_a_reason(estimator: object) -> None:
    columns = {
        "y": [0.0, 1.0],
        "d": [0.0, 0.0],
        "offer": [0, 0],
        "group": [0, 0],
        "distance": [1.0, 2.0],
        "person": [0, 1],
    }
    found = estimator(pd.DataFrame(columns))  # type: ignore[operator]
    assert np.isnan([found.value, found.low, found.high]).all()
    assert found.detail


def test_with_enough_parameter_sets_the_error_holds_the_difference_between_them() -> None:
    rng = np.random.default_rng(6)
    sample = pd.concat([call(k, 1 + shift, 800).assign(draw=k) for k, shift in enumerate(rng.normal(0, 1, 12))])
    estimator = Discontinuity("y", bandwidth=1.0)
    both, chance = estimator(sample), estimator(sample.drop(columns="draw"))
    assert both.value == pytest.approx(chance.value)
    assert both.error > 2 * chance.error
    few = sample[sample["draw"] < 5]
    assert estimator(few).error == pytest.approx(estimator(few.drop(columns="draw")).error)
