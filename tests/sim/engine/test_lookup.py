"""Rows found by their number are those that a plain search finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.lookup import few_rows, rows_of, table_of

NUMBERS = st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=60)


@given(NUMBERS, st.lists(st.integers(-(2**62), 2**62), max_size=20))
def test_every_number_is_found_where_it_is_and_no_other(numbers: list[int], others: list[int]) -> None:
    column = np.array(numbers, np.int64)
    slots, once = table_of(column)
    assert once
    wanted = np.array([*numbers[::-1], *others], np.int64)
    expected = [numbers.index(number) if number in numbers else -1 for number in wanted.tolist()]
    assert rows_of(wanted, slots, column).tolist() == expected
    assert few_rows(wanted, column).tolist() == expected


@given(NUMBERS.filter(len), st.data())
def test_a_number_that_stands_twice_is_noticed(numbers: list[int], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(numbers))
    _, once = table_of(np.array([*numbers, again], np.int64))
    assert not once


def test_neighbours_that_share_a_place_are_told_apart() -> None:
    column = np.arange(20_063_000_000, 20_063_000_000 + 30_000, dtype=np.int64)
    slots, once = table_of(column)
    assert once
    np.testing.assert_array_equal(rows_of(column, slots, column), np.arange(len(column)))
    assert rows_of(column + 30_000, slots, column).max() == -1
    few = np.repeat(column[::300], 2)
    assert few_rows(few, column).tolist() == (few - column[0]).tolist(), "who is asked for twice is found twice"
    assert few_rows(few + 30_000, column).max() == -1
