"""The market for posts: deferred acceptance is stable, fills posts, and a reordered queue only moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.matching import best_first, deferred_acceptance
from sim.market.matching import _slope, hiring_scores
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim import BrainCirculation

Matrix = "NDArray[np.float64]"


@st.composite
def markets(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int64]]:
    """Worth of options (some not applied to), distinct scores, vacancies."""
    people, cells = draw(st.integers(1, 30)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    worth = rng.normal(size=(people, cells)).astype(np.float32)
    score = rng.permutation(people * cells).reshape(people, cells).astype(np.float64)
    return worth, score, rng.integers(0, 6, cells)


def match(
    worth: NDArray[np.float32], score: NDArray[np.float64], vacancies: NDArray[np.int64], limit: int = 99
) -> NDArray[np.int64]:
    people, cells = worth.shape
    everyone, options = np.zeros(people, np.int64), np.arange(cells)
    wanted = best_first(np.array(worth.T, order="C"), limit)
    asked = np.take_along_axis(score.T, np.minimum(wanted, cells - 1).astype(np.intp), 0).astype(np.float32)
    return deferred_acceptance(wanted, asked, everyone.astype(np.uint64), options, everyone, vacancies)


@given(markets())
def test_the_matching_is_stable(market: tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int64]]) -> None:
    worth, score, vacancies = market
    matched = match(worth, score, vacancies)
    held = np.bincount(matched[matched >= 0], minlength=len(vacancies))
    assert (held <= vacancies).all()
    for person, cell in enumerate(matched):
        own = worth[person, cell] if cell >= 0 else 0.0
        assert own > 0 or cell < 0
        for other in np.flatnonzero(worth[person] > own):
            assert held[other] == vacancies[other], "a preferred post stood empty"
            rivals = np.flatnonzero(matched == other)
            assert (score[rivals, other] > score[person, other]).all(), "a worse applicant holds a preferred post"


@given(markets(), st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(
    market: tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int64]], seed: int
) -> None:
    worth, score, vacancies = market
    order = np.random.default_rng(seed).permutation(len(worth))
    np.testing.assert_array_equal(match(worth[order], score[order], vacancies), match(worth, score, vacancies)[order])


@given(markets())
def test_more_vacancies_never_fill_fewer_posts(
    market: tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int64]],
) -> None:
    worth, score, vacancies = market
    fewer, more = match(worth, score, vacancies), match(worth, score, vacancies + 1)
    assert (more >= 0).sum() >= (fewer >= 0).sum()
    own = np.take_along_axis(worth, np.maximum(fewer, 0)[:, None], 1)[:, 0]
    better = np.take_along_axis(worth, np.maximum(more, 0)[:, None], 1)[:, 0]
    placed = fewer >= 0
    assert (more[placed] >= 0).all()
    assert (better[placed] >= own[placed]).all(), "nobody is worse off when posts are added"


@given(markets(), st.integers(0, 2**32))
def test_reordering_the_queue_leaves_total_hires_unchanged(
    market: tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int64]], seed: int
) -> None:
    worth, score, vacancies = market
    worth = np.abs(worth) + np.float32(
        0.01
    )  # everybody wants every post: posts, not people, are short or all are placed
    reordered = np.random.default_rng(seed).permutation(score.ravel()).reshape(score.shape)
    one, other = match(worth, score, vacancies), match(worth, reordered, vacancies)
    assert (one >= 0).sum() == (other >= 0).sum() == min(len(worth), vacancies.sum())


def test_an_applicant_makes_no_more_than_the_limit_of_applications() -> None:
    worth = np.array([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]], np.float32)
    score = np.array([[0.0, 0.0, 5.0], [1.0, 1.0, 1.0]])
    vacancies = np.array([0, 0, 1])
    assert match(worth, score, vacancies, limit=2).tolist() == [-1, -1]
    assert match(worth, score, vacancies, limit=3).tolist() == [2, -1]


def test_applications_are_the_best_options_in_order() -> None:
    worth = np.array([[1.0, 3.0, -2.0, 3.0], [0.0, -1.0, 0.0, -1.0], [0.5, 2.0, 4.0, 1.0]], np.float32)
    wanted = best_first(np.array(worth.T, order="C"), 3)
    assert wanted.T.tolist() == [[1, 3, 0], [4, 4, 4], [2, 1, 3]]


@given(st.integers(1, 13), st.integers(0, 2**32))
def test_so_are_long_lists_with_equal_options_in_between(limit: int, seed: int) -> None:
    worth = np.random.default_rng(seed).integers(-2, 5, (12, 9)).astype(np.float32)
    order = np.argsort(-worth, axis=0, kind="stable")[:limit]
    expected = np.where(np.take_along_axis(worth, order, 0) > 0, order, 12)
    np.testing.assert_array_equal(best_first(worth.copy(), limit)[:12], expected)


def test_the_overseas_weight_lifts_only_those_who_were_abroad(history: BrainCirculation) -> None:
    people = history.people
    rows = np.flatnonzero((people.degree_year > 0) & (people.region == 0))[:5000]

    def scores(weight: float) -> NDArray[np.float32]:
        model = history.fork([changing({"lever": "hiring.overseas_weight", "set": weight})])
        in_one_post = np.full((1, len(rows)), 7, np.uint8)
        return hiring_scores(people, rows, people.draw_key[rows], in_one_post, model._open_year(2026))[1][0]

    plain, weighted = scores(0.0), scores(0.6)
    share = np.minimum(people.years_abroad[rows], 3) / 3
    np.testing.assert_allclose(weighted - plain, 0.6 * share, atol=2e-6)
    assert 0.05 < (share > 0).mean() < 0.6


def test_the_slope_of_hiring_is_that_of_two_groups_with_one_spread() -> None:
    """Log odds of two normal groups with variance v are linear in the score, with the slope (m1 - m0) / v."""
    spread = np.array([-3.0, -1.0, 1.0, 3.0], np.float32)  # of variance 5
    winners, losers = 2 + spread, np.concatenate([spread, spread])
    assert _slope(np.concatenate([winners, losers]), winners, losers) == pytest.approx(2 / 5)
    assert _slope(np.ones(4, np.float32), np.ones(2, np.float32), np.ones(2, np.float32)) == 0
