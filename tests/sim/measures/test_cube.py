"""Counts read by the names of their axes."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures.cube import NO_YES, Cube

COUNTS = np.arange(2 * 3 * 2 * 4).reshape(2, 3, 2, 4)
CUBE = Cube(COUNTS, {"field": ("a", "b", "c"), "young": NO_YES, "region": (0, 1, 2, 3)})


def test_a_label_takes_its_part_and_the_axis_is_gone() -> None:
    part = CUBE.where(field="b", young=True)
    assert list(part.axes) == ["region"]
    np.testing.assert_array_equal(part.counts, COUNTS[:, 1, 1])
    np.testing.assert_array_equal(part.total(), COUNTS[:, 1, 1].sum(axis=1))


def test_several_labels_keep_their_axis() -> None:
    part = CUBE.where(field=("c", "a"))
    assert part.axes["field"] == ("c", "a")
    np.testing.assert_array_equal(part.by("field")[:, 0], COUNTS[:, 2].sum(axis=(1, 2)))


def test_sums_have_the_axes_in_the_order_asked_for() -> None:
    np.testing.assert_array_equal(CUBE.by("region", "field"), COUNTS.sum(axis=2).transpose(0, 2, 1))
    np.testing.assert_array_equal(CUBE.by("field", "young", "region"), COUNTS)
    np.testing.assert_array_equal(CUBE.total(), COUNTS.sum(axis=(1, 2, 3)))


def test_sums_of_narrow_counts_do_not_wrap() -> None:
    narrow = Cube(np.full((1, 3), 2**30, np.int32), {"field": ("a", "b", "c")})
    assert narrow.total() == [3 * 2**30]


def test_unknown_axes_and_labels_are_errors() -> None:
    with pytest.raises(KeyError, match="rank"):
        CUBE.where(rank="a")
    with pytest.raises(ValueError, match="not in tuple"):
        CUBE.where(field="z")
    with pytest.raises(KeyError, match="no axis is called rank; there are field, young, region"):
        CUBE.by("rank")
