"""The draws: keyed, independent, right in distribution, and the same to the bit however people are sliced."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.engine import hashing
from sim.engine.draws import (
    Draw,
    draw_key,
    gumbel,
    gumbel_table,
    key,
    keys,
    mix,
    normal,
    poisson,
    rounded,
    rounded_each,
    scalar_uniform,
    seed_key,
    uniform,
    word_of,
)
from sim.engine.hashing import high_bits
from tests import chance

N = 200_000
PEOPLE = draw_key(7, np.arange(N, dtype=np.int64))
DRAW = Draw.ROUND_PLACES
Z = 5.0  # standard errors allowed: a right generator fails one check in 1.7 million

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

GOLDEN_DRAW_KEYS = [15916886550466581944, 10257114587443610966, 3070211982427420461]
GOLDEN_UNIFORM = [3860029, 1455277, 1414254]
GOLDEN_NORMAL = [0.13492493, -1.3292011, 1.5500114]

slices = st.builds(slice, st.integers(0, 50), st.integers(51, 999), st.sampled_from([1, 2, 3, 7]))


@cache
def crowd(seed: int = 7) -> NDArray[np.uint64]:
    """The keys of N people, by the seed of the run."""
    return draw_key(chance.seed(seed), np.arange(N, dtype=np.int64))


def unevenness(counts: NDArray[np.int64]) -> float:
    """Chi-square of counts against equal expectation, as the normal deviate of the same tail."""
    expected = counts.sum() / counts.size
    law = stats.chi2(counts.size - 1)
    chi = ((counts - expected) ** 2 / expected).sum()
    return float(stats.norm.isf(law.sf(chi)) if chi > law.median() else stats.norm.ppf(law.cdf(chi)))


def errors(what: str, deviates: ArrayLike, broken: float, by: str) -> None:
    """Numbers in standard errors, which lie within Z of 0. broken: about how many if `by` were so."""
    chance.within(what, deviates, -Z, Z, broken=broken, by=by, spread=1.0)


def test_mix_is_splitmix64() -> None:
    """The first outputs of SplitMix64 seeded with 1234567, as published with the reference implementation."""
    states = np.uint64(1234567) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, 6, dtype=np.uint64)
    assert mix(states).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_mix_leaves_its_input_alone() -> None:
    words = np.arange(9, dtype=np.uint64)
    mix(words)
    assert words.tolist() == list(range(9))


def test_draw_keys_are_unique_and_depend_on_the_seed() -> None:
    assert len(np.unique(PEOPLE)) == N
    assert not np.isin(draw_key(8, np.arange(N, dtype=np.int64)), PEOPLE).any()


def test_uniform_stays_inside_the_open_interval_at_both_ends() -> None:
    ends = [high_bits(word) for word in np.array([0, 2**64 - 1], dtype=np.uint64)]
    assert ends == [2.0**-24, 1 - 2.0**-24]
    u = uniform(PEOPLE, 2010, Draw.TASTE_POST)
    assert u.dtype == np.float32
    assert np.all((u.astype(np.float64) * 2**23) % 1 == 0.5)


@pytest.mark.chance
@pytest.mark.parametrize("draw", [Draw.TASTE_STAY, Draw.HIRING_RANKING])
@pytest.mark.parametrize("year", [2005, 2006, 2045])
def test_uniform_is_flat(year: int, draw: Draw) -> None:
    counts = np.bincount((uniform(crowd(), year, draw) * 256).astype(np.int64), minlength=256)
    errors("unevenness of 256 cells", unevenness(counts), 7.2, "cells 3.2 % too full and too empty by turns")


@pytest.mark.chance
@pytest.mark.parametrize(
    "other",
    [
        lambda: uniform(crowd(), 2011, Draw.TASTE_POST),
        lambda: uniform(crowd(), 2010, Draw.HIRING_RANKING),
        lambda: uniform(crowd(), 2010, Draw.TASTE_POST, 1),
        lambda: uniform(crowd(8), 2010, Draw.TASTE_POST),
        lambda: uniform(np.roll(crowd(), 1), 2010, Draw.TASTE_POST),
    ],
    ids=["next year", "other decision", "other alternative", "other seed", "next person"],
)
def test_neighbouring_keys_are_independent(other: Callable[[], NDArray[np.float32]]) -> None:
    """A 16 x 16 table of the two draws is as flat as chance allows."""
    first, second = uniform(crowd(), 2010, Draw.TASTE_POST), other()
    cells = (first * 16).astype(np.int64) * 16 + (second * 16).astype(np.int64)
    counts = np.bincount(cells, minlength=256)
    errors("unevenness of 16 x 16 cells", unevenness(counts), 7.2, "a correlation of the two draws of 0.032")


def test_year_decision_and_alternative_are_not_interchangeable() -> None:
    keys = [(y, d, a) for y in range(1, 5) for d in (Draw.CHILD, Draw.EXIT, Draw.PAPERS) for a in range(4)]
    few = PEOPLE[:20]
    assert len({uniform(few, *key).tobytes() for key in keys}) == len(keys)


def test_no_two_draws_share_a_key() -> None:
    """Every draw with every alternative it may have, in several years, among 300 programmes."""
    programmes = [word_of(f"programme_{number}") for number in range(300)]
    alternatives = (*range(300), *programmes)
    found = {int(key) for year in (0, 2006, 2007, 2045) for draw in Draw for key in keys(year, draw, alternatives)}
    assert len(found) == 4 * len(Draw) * len(alternatives)
    assert len({draw.word for draw in Draw} | set(programmes)) == len(Draw) + len(programmes)


@pytest.mark.chance
def test_gumbel_has_its_moments_and_makes_a_logit() -> None:
    g = gumbel(crowd(), 2010, Draw.TASTE_POST)
    assert g.dtype == np.float32
    spread = math.pi / math.sqrt(6)
    errors("mean", (g.mean() - np.euler_gamma) / (spread / math.sqrt(N)), 7, "a mean 0.02 too high")
    errors("spread", (g.std() / spread - 1) / math.sqrt(1.1 / N), 8.5, "a spread 2 % too wide")  # its kurtosis is 5.4
    value = np.array([0.0, 1.0, -0.5])
    chosen = (gumbel_table(crowd(), 2010, Draw.TASTE_POST, 3) + value).argmax(axis=1)
    share = np.exp(value) / np.exp(value).sum()
    deviates = (np.bincount(chosen) / N - share) / np.sqrt(share * (1 - share) / N)
    errors("share of a choice", deviates, 9, "a share one point too high")


def test_gumbel_table_is_the_single_draws_side_by_side() -> None:
    table = gumbel_table(PEOPLE[:999], 2010, Draw.TASTE_POST, 5)
    assert table.shape == (999, 5)
    assert table.T.flags.c_contiguous
    for j in range(5):
        assert table[:, j].tobytes() == gumbel(PEOPLE[:999], 2010, Draw.TASTE_POST, j).tobytes()


@pytest.mark.chance
def test_normal_is_standard_normal() -> None:
    z = normal(crowd(), 2010, Draw.HIRING_RANKING).astype(np.float64)
    moments = [(0, 1, 0.02), (1, 2, 0.03), (0, 15, 0.08), (3, 96, 0.25)]  # known, variance of one, what is noticed
    for power, (known, variance, off) in enumerate(moments, 1):
        error = math.sqrt(variance / N)
        errors(f"moment {power}", ((z**power).mean() - known) / error, off / error, f"a moment {off:g} too high")
    for edge, share, off in ((-1.959964, 0.025, 0.003), (0.6744898, 0.75, 0.01), (3.090232, 0.999, 0.0006)):
        error = math.sqrt(share * (1 - share) / N)
        errors(f"share below {edge:.2f}", ((z < edge).mean() - share) / error, off / error, f"a share {off:g} too high")


@given(slices)
def test_draws_do_not_depend_on_who_else_is_in_the_array(part: slice) -> None:
    """Odd lengths, offsets, strides and reversed order give the same bits for the same person."""
    people = PEOPLE[:999]
    rate = np.exp(normal(people, 1, Draw.QUALITY))
    u = uniform(people, 1, Draw.PAPERS)
    whole = {draw: draw(people, 2010, Draw.TASTE_POST) for draw in (uniform, gumbel, normal)}
    counts, table = poisson(rate, u), gumbel_table(people, 2010, Draw.TASTE_POST, 3)
    for cut in (part, slice(None, None, -part.step), slice(part.start, part.start + 1)):
        for draw, values in whole.items():
            assert draw(people[cut], 2010, Draw.TASTE_POST).tobytes() == values[cut].tobytes()
        assert poisson(rate[cut], u[cut]).tobytes() == counts[cut].tobytes()
        assert gumbel_table(people[cut], 2010, Draw.TASTE_POST, 3).tobytes() == table[cut].tobytes()
        assert draw_key(7, np.arange(999)[cut]).tobytes() == people[cut].tobytes()


def test_draws_are_fixed_for_ever() -> None:
    """A changed hash would silently change every published number."""
    people = draw_key(1, np.array([0, 1, 400_000], dtype=np.int64))
    assert people.tolist() == GOLDEN_DRAW_KEYS
    k = np.floor(uniform(people, 2025, Draw.TASTE_POST, 3).astype(np.float64) * 2**23)
    assert k.tolist() == GOLDEN_UNIFORM
    assert normal(people, 2025, Draw.TASTE_POST, 3).tolist() == pytest.approx(GOLDEN_NORMAL, rel=1e-5)


@pytest.mark.chance
@pytest.mark.parametrize("rate", [0.05, 1.0, 4.0, 30.0])
def test_poisson_has_its_mean_and_variance(rate: float) -> None:
    counts = poisson(np.full(N, rate, dtype=np.float32), uniform(crowd(), 2010, Draw.PAPERS)).astype(np.float64)
    for what, found, error in (
        ("mean", counts.mean(), math.sqrt(rate / N)),
        ("variance", counts.var(), math.sqrt((rate + 2 * rate**2) / N)),
    ):
        off = max(0.03 * rate, 8 * error)
        errors(what, (found - rate) / error, off / error, f"a {what} {off / rate:.0%} too high")


@given(st.floats(0, 30, width=32), st.integers(0, 2**23 - 1))
def test_poisson_is_the_exact_quantile(rate: float, k: int) -> None:
    """P(X < count) < u <= P(X <= count), with the sums taken anew in exact order."""
    u = (k + 0.5) / 2**23
    count = int(poisson(np.array([rate], dtype=np.float32), np.array([u], dtype=np.float32))[0])
    terms = [math.exp(-rate)]
    for i in range(1, count + 1):
        terms.append(terms[-1] * rate / i)
    assert math.fsum(terms) >= u - 1e-12
    assert count == 0 or math.fsum(terms[:-1]) < u + 1e-12


@given(st.lists(st.floats(0, 30, width=32), min_size=2, max_size=40), st.integers(0, 2**23 - 1))
def test_a_larger_rate_never_gives_fewer(rates: list[float], k: int) -> None:
    u = np.full(len(rates), (k + 0.5) / 2**23, dtype=np.float32)
    assert np.all(np.diff(poisson(np.sort(np.array(rates, dtype=np.float32)), u)) >= 0)


def test_poisson_at_its_limits() -> None:
    low, high = np.float32(2.0**-24), np.float32(1 - 2.0**-24)
    assert poisson(np.zeros(2, np.float32), np.array([low, high])).tolist() == [0, 0]
    assert poisson(np.array([], np.float32), np.array([], np.float32)).dtype == np.int16
    assert 60 < poisson(np.array([30], np.float32), np.array([high]))[0] < 75
    assert 500 < poisson(np.array([600], np.float32), np.array([0.5], np.float32))[0] < 700
    for rate in (-0.1, math.nan, 601.0):
        with pytest.raises(ValueError, match="rate"):
            poisson(np.array([rate], np.float32), np.array([0.5], np.float32))
    with pytest.raises(ValueError, match="below 1"):
        poisson(np.array([1], np.float32), np.array([1], np.float32))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(), st.integers())
def test_rounding_is_monotone_and_near(a: float, b: float, seed: int, key: int) -> None:
    low, high = sorted((a, b))
    assert rounded(low, seed, DRAW, key) <= rounded(high, seed, DRAW, key)
    assert math.floor(a) <= rounded(a, seed, DRAW, key) <= math.ceil(a)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 10)), min_size=1), st.integers(0, 99))
def test_rounding_an_array_is_monotone_element_by_element(pairs: list[tuple[float, float]], seed: int) -> None:
    value = np.array([base for base, _ in pairs])
    more = value + np.array([step for _, step in pairs])
    assert np.all(rounded(value, seed, DRAW, 1) <= rounded(more, seed, DRAW, 1))
    assert np.all(np.abs(rounded(value, seed, DRAW, 1) - value) < 1)


@pytest.mark.chance
def test_rounding_is_unbiased_and_leaves_whole_numbers() -> None:
    seed = chance.seed(1)
    of_array = rounded(np.full(N, 2.3), seed, DRAW, 2)
    one_by_one = np.array([rounded(2.3, seed, DRAW, number) for number in range(20_000)])
    for what, found, off in (("of an array", of_array, 0.01), ("one by one", one_by_one, 0.03)):
        error = math.sqrt(0.21 / len(found))
        errors(f"mean {what}", (found.mean() - 2.3) / error, off / error, f"a mean {off:g} too high")
    assert np.array_equal(rounded(np.arange(-500.0, 500.0), 1, DRAW), np.arange(-500, 500))
    assert isinstance(rounded(3.0, 1, DRAW), int)
    assert rounded(np.full((3, 4), 0.5), 1, DRAW).shape == (3, 4)
    for value in (math.nan, math.inf, np.array([math.nan])):
        with pytest.raises(ValueError, match="round"):
            rounded(value, 1, DRAW)


@pytest.mark.chance
def test_scalar_uniforms_are_flat_and_their_keys_ordered() -> None:
    draws = np.array([scalar_uniform(chance.seed(3), DRAW, a, b) for a in range(150) for b in range(150)])
    counts = np.bincount((draws * 64).astype(np.int64), minlength=64)
    errors("unevenness of 64 cells", unevenness(counts), 7.2, "cells 7.3 % too full and too empty by turns")
    assert len(np.unique(draws)) == len(draws)
    assert scalar_uniform(1, DRAW, 2, 3) != scalar_uniform(1, DRAW, 3, 2) != scalar_uniform(1, DRAW, 3)
    assert scalar_uniform(-1, DRAW, 5) == scalar_uniform(-1, DRAW, 5)


@given(st.lists(st.floats(0, 1e6), max_size=12), st.integers(0, 2**63 - 1), st.integers(1900, 2100))
def test_rounding_each_is_rounding_one_by_one(values: list[float], seed: int, year: int) -> None:
    each = rounded_each(np.array(values, np.float64), seed, Draw.ROUND_STUDENTS, year)
    assert each.tolist() == [
        rounded(value, seed, Draw.ROUND_STUDENTS, place, year) for place, value in enumerate(values, 1)
    ]


def test_columns_of_draws_for_loops_are_the_draws() -> None:
    identity = np.arange(7_000_000, 7_000_100)
    own = hashing.draw_keys(7_000_000, 100, seed_key(5))
    np.testing.assert_array_equal(own, draw_key(5, identity))
    of = key(2020, Draw.ENTRY_JOB)
    np.testing.assert_array_equal(hashing.normals(own, of), normal(own, 2020, Draw.ENTRY_JOB))
    np.testing.assert_array_equal(hashing.gumbels(own, of), gumbel(own, 2020, Draw.ENTRY_JOB))
