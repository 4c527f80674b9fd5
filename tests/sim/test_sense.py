"""What the shipped policies do, in direction and order: paired over a few replicates at 1:10."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from sim import BrainCirculation
from tests.sim.conftest import changing, policy

SEEDS = range(1, 7)
UNTIL = 2037
ARMS = {
    "baseline": [],
    "overseas_weight": [policy("overseas_weight")],
    "doctoral_stipends": [policy("doctoral_stipends")],
    "fellowships_doubled": [policy("fellowships_doubled")],
    "return_guarantee": [policy("return_guarantee")],
    "return_tenure_track": [policy("return_tenure_track")],
    "transfer_support": [policy("transfer_support")],
    "grants": [changing({"lever": "posts.operating_grants", "times": 1.1})],
    "inbound": [changing({"lever": "programmes.inbound_fellowship.places", "times": 1.5})],
}


def lives(seed: int) -> pd.DataFrame:
    history = BrainCirculation(seed=seed, scale=0.1).run_through(2025)
    runs = {name: history.fork(arm).run_through(UNTIL) for name, arm in ARMS.items()}
    return pd.concat(run.table().assign(arm=name, seed=seed) for name, run in runs.items())


@pytest.fixture(scope="module")
def effects() -> pd.DataFrame:
    """Paired differences from the baseline: index outcome, group, year, seed; a column an arm."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        table = pd.concat(pool.map(lives, SEEDS))
    return table.pivot_table(index=["outcome", "group", "year", "seed"], columns="arm", values="value")


Years = tuple[int, int]
ALL_YEARS = (2026, UNTIL)


def by_seed(effects: pd.DataFrame, arm: str, outcome: str, group: str, years: Years) -> pd.Series:
    """Mean paired difference over the years, a replicate each."""
    cell = effects.loc[(outcome, group)]
    year = cell.index.get_level_values("year")
    chosen = cell[(year >= years[0]) & (year <= years[1])]
    return (chosen[arm] - chosen["baseline"]).groupby("seed").mean()


def mean(effects: pd.DataFrame, arm: str, outcome: str, group: str = "all", years: Years = ALL_YEARS) -> float:
    return float(by_seed(effects, arm, outcome, group, years).mean())


def error(effects: pd.DataFrame, arm: str, outcome: str, group: str = "all", years: Years = ALL_YEARS) -> float:
    """Standard error over replicates of the mean paired difference."""
    each = by_seed(effects, arm, outcome, group, years)
    return float(each.std() / np.sqrt(len(each)))


def level(effects: pd.DataFrame, outcome: str, group: str = "all") -> float:
    return float(effects.loc[(outcome, group)]["baseline"].mean())


def test_doubled_fellowships_raise_awards_and_departures_about_as_much(effects: pd.DataFrame) -> None:
    awards = mean(effects, "fellowships_doubled", "awards", "overseas_fellowship")
    departures = mean(effects, "fellowships_doubled", "departures")
    assert 0.5 * level(effects, "awards", "overseas_fellowship") < awards <= 300
    assert 0.5 * awards < departures < 1.25 * awards  # who has a host's offer seldom applies; people abroad draw others
    assert departures > 3 * error(effects, "fellowships_doubled", "departures")
    assert mean(effects, "fellowships_doubled", "returns", years=(2029, UNTIL)) > 0


def test_weighting_overseas_experience_moves_posts_and_adds_none(effects: pd.DataFrame) -> None:
    first = (2026, 2026)
    arm = "overseas_weight"
    gained = mean(effects, arm, "hires", "with overseas experience", first)
    lost = mean(effects, arm, "hires", "without overseas experience", first)
    assert gained > 100
    assert lost < -100
    assert abs(gained + lost) < 0.05 * gained, "posts are moved, not made"
    assert abs(mean(effects, arm, "hires")) < 0.005 * level(effects, "hires")
    assert abs(mean(effects, arm, "faculty")) < 0.002 * level(effects, "faculty")
    assert mean(effects, arm, "overseas_experience_share", years=(2030, UNTIL)) > 0


def test_weighting_overseas_experience_raises_departures_through_beliefs(effects: pd.DataFrame) -> None:
    arm = "overseas_weight"
    early, late = (2026, 2026), (2030, UNTIL)
    assert mean(effects, arm, "belief", "go", early) > 0
    assert mean(effects, arm, "belief", "go", late) > 1.5 * mean(effects, arm, "belief", "go", early)
    assert mean(effects, arm, "departures", years=late) > 2 * error(effects, arm, "departures", years=late)


def test_stipends_raise_doctoral_entry_within_the_range_of_the_evidence(effects: pd.DataFrame) -> None:
    arm, later = "doctoral_stipends", (2030, UNTIL)
    gain = mean(effects, arm, "doctoral_entrants", years=later) / level(effects, "doctoral_entrants")
    students = 75_000  # doctoral students (School Basic Survey): 10,000 stipends are 13 points of coverage
    semi_elasticity = 100 * gain / (100 * 10_000 / students)
    assert 0.1 <= semi_elasticity <= 0.85  # parameters.csv: d_stip, per cent per percentage point
    cost = mean(effects, arm, "cost", years=later)
    assert cost == pytest.approx(10_000 * 2.4e6, rel=0.05)


def test_a_guaranteed_post_brings_fellows_into_posts_at_a_price(effects: pd.DataFrame) -> None:
    arm, later = "return_guarantee", (2029, UNTIL)
    in_post = arm, "in_post_after_return_0", "fellowship", later
    assert mean(effects, *in_post) > 3 * error(effects, *in_post) > 0
    assert mean(effects, arm, "cost", years=later) > 0
    assert mean(effects, arm, "faculty", "fixed-term", later) > 0


def test_return_posts_on_the_tenure_track_lead_to_permanent_ones(effects: pd.DataFrame) -> None:
    plain, track, early, later = "return_guarantee", "return_tenure_track", (2029, 2033), (2034, UNTIL)
    assert mean(effects, track, "faculty", "tenure-track", early) > 5 * error(
        effects, track, "faculty", "tenure-track", early
    )
    assert mean(effects, track, "faculty", "fixed-term", early) < mean(effects, plain, "faculty", "fixed-term", early)
    assert mean(effects, track, "cost", years=later) > mean(effects, plain, "cost", years=later)
    books = effects[track].unstack("group").loc["cost"]
    posts, startup = (books[item].dropna() for item in ("return_post_year", "startup"))
    assert posts.max() > 0
    np.testing.assert_allclose(startup, posts * 6 / 9)  # JPY a post and year, both for the same posts


def test_supported_transfers_raise_host_paid_departures_only(effects: pd.DataFrame) -> None:
    arm, fellowship = "transfer_support", 2 * 6.8e6  # JPY, two years (its record)
    more = mean(effects, arm, "departures", "transfer")
    assert more > 3 * error(effects, arm, "departures", "transfer")
    assert abs(mean(effects, arm, "awards", "degree_scholarship")) < 5
    assert 0 < mean(effects, arm, "cost") < more * fellowship  # the host pays, so a departure costs less than an award


def test_more_places_for_researchers_from_abroad_find_applicants(effects: pd.DataFrame) -> None:
    awards = mean(effects, "inbound", "awards", "inbound_fellowship")
    assert level(effects, "success_rate", "inbound_fellowship") < 1, "more apply than can be taken"
    assert awards > 0.25 * level(effects, "awards", "inbound_fellowship")
    assert mean(effects, "inbound", "arrivals") > 0.5 * awards  # some would have come by a post
    assert abs(mean(effects, "inbound", "awards", "overseas_fellowship")) < 0.05 * awards


def test_more_operating_grants_make_permanent_posts(effects: pd.DataFrame) -> None:
    assert mean(effects, "grants", "faculty", "permanent", (2030, UNTIL)) > 0.03 * level(
        effects, "faculty", "permanent"
    )
    assert mean(effects, "grants", "fixed_term_share", years=(2030, UNTIL)) < 0


@pytest.mark.parametrize("outcome", ["departures", "returns", "overseas_experience_share"])
def test_pairing_divides_the_variance_by_ten(effects: pd.DataFrame, outcome: str) -> None:
    cell = effects.loc[(outcome, "all")]
    cell = cell[cell.index.get_level_values("year") >= 2026]
    ratios = []
    for arm in ("overseas_weight", "doctoral_stipends", "fellowships_doubled"):
        independent = (cell[arm].groupby("year").var() + cell["baseline"].groupby("year").var()).mean()
        paired = (cell[arm] - cell["baseline"]).groupby("year").var().mean()
        ratios.append(independent / paired)
    assert np.median(ratios) >= 10, ratios
