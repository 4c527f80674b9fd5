"""The columns: growth, compaction, lookup and comparison lose and change nothing."""

from __future__ import annotations

from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.engine import arrays
from sim.population.columns import COLUMN, SCHEMA, Columns, blocks
from sim.vocabulary import Stage

REQUIRED = [column.name for column in SCHEMA if column.default is None]


def people(identities: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Values for every column, each a function of the identity, so that a row can be recognised."""
    rows: dict[str, NDArray[Any]] = {}
    for place, column in enumerate(SCHEMA):
        kind = np.dtype(column.dtype)
        rows[column.name] = ((identities * (place + 1)) % (2 if kind.kind == "b" else 97)).astype(kind)
    return rows | {"identity": identities}


def _array_of(scalar: type) -> object:
    return NDArray[scalar]  # type: ignore[valid-type]  # built at run time, to compare with an annotation


def crowd(n: int, start: int = 0) -> Columns:
    columns = Columns()
    columns.append(**people(np.arange(start, start + n)))
    return columns


def test_annotations_and_schema_agree() -> None:
    hints = get_type_hints(Columns, localns={"NDArray": NDArray})
    assert list(hints) == [column.name for column in SCHEMA]
    for column in SCHEMA:
        assert hints[column.name] == _array_of(np.dtype(column.dtype).type), column.name
        assert getattr(crowd(3), column.name).dtype == column.dtype


def test_the_schema_explains_itself() -> None:
    assert len(COLUMN) == len(SCHEMA)
    for column in SCHEMA:
        assert column.unit
        assert column.meaning
        assert (column.unit == "code") == (column.codes is not None), column.name
        if column.default is not None:
            assert np.asarray(column.default).astype(column.dtype) == column.default, column.name


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 2**32)), max_size=8))
def test_nobody_is_lost_or_mixed_up_over_a_history_of_entries_and_exits(history: list[tuple[int, int]]) -> None:
    """Entries and exits against a plain list of identities; every column of every survivor keeps its value."""
    columns, alive, number = Columns(), np.empty(0, dtype=np.int64), 0
    for entering, seed in history:
        columns.append(**people(np.arange(number, number + entering)))
        alive, number = np.append(alive, np.arange(number, number + entering)), number + entering
        stay = np.random.default_rng(seed).random(len(alive)) < 0.6
        columns.keep(stay)
        alive = alive[stay]
        assert len(columns) == len(alive)
        for name, values in people(alive).items():
            assert np.array_equal(columns[name], values), name
        assert np.array_equal(columns.rows(alive), np.arange(len(alive)))
        assert np.all(columns.rows(np.setdiff1d(np.arange(number + 1), alive)) == -1)


def test_what_has_a_default_may_be_left_out_and_scalars_serve_all() -> None:
    columns = Columns()
    required = {name: people(np.arange(5))[name] for name in REQUIRED}
    columns.append(**(required | {"stage": Stage.POSTDOC}))
    assert columns.stage.tolist() == [Stage.POSTDOC] * 5
    for column in SCHEMA:
        if column.default is not None:
            assert np.all(columns[column.name] == column.default)


@pytest.mark.parametrize(("before", "number"), [(0, 0), (0, 70), (5, 130), (60, 3)])
def test_who_enters_holds_what_is_given_and_the_defaults(before: int, number: int) -> None:
    columns = crowd(before)
    start = columns.enter(number, identity=np.arange(number), stage=int(Stage.POSTDOC))
    assert (start, len(columns)) == (before, before + number)
    given = {"identity": np.arange(number), "stage": Stage.POSTDOC}
    for column in SCHEMA:
        assert (columns[column.name][start:] == given.get(column.name, column.default or 0)).all(), column.name
        assert (columns[column.name][:start] == crowd(before)[column.name]).all(), column.name


def test_a_refused_entry_leaves_the_columns_as_they_were() -> None:
    columns, good = crowd(4), people(np.arange(4, 7))
    before = columns.fingerprint()
    bad: list[tuple[dict[str, Any], type[Exception], str]] = [
        (good | {"tallent": 0.0}, KeyError, "did you mean 'talent'"),
        ({name: good[name] for name in good if name != "identity"}, ValueError, "identity"),
        (good | {"stage": np.zeros(2, np.uint8)}, ValueError, "one common length"),
        (good | {"stage": 256}, ValueError, "0 to 255"),
        (good | {"region": -1}, ValueError, "0 to 255"),
        (good | {"birth_year": 1980.5}, ValueError, "birth_year"),
        (good | {"partner": 2}, ValueError, "partner"),
        (good | {"talent": np.zeros((3, 1))}, ValueError, "one value per person"),
        (dict.fromkeys(REQUIRED, 1), ValueError, "scalars only"),
    ]
    for given_arrays, error, message in bad:
        with pytest.raises(error, match=message):
            columns.append(**given_arrays)
    assert columns.fingerprint() == before


def test_a_view_is_live_and_assignment_writes_the_values() -> None:
    columns = crowd(6)
    columns.talent[2] = 9.0
    assert columns.talent[2] == 9.0
    view = columns.talent
    columns.talent = np.arange(6, dtype=np.float64)  # type: ignore[assignment]  # cast on writing
    assert view.tolist() == [0, 1, 2, 3, 4, 5]
    columns.talent += 1
    assert view.tolist() == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ValueError, match="0 to 255"):
        columns.stage = np.full(6, 300)
    with pytest.raises(KeyError, match="did you mean 'stage'"):
        columns["stag"]


def test_keep_wants_a_mask_and_moves_the_version_only_when_rows_move() -> None:
    columns = crowd(5)
    version = columns.version
    columns.keep(np.ones(5, dtype=np.bool_))
    columns.append(**people(np.arange(5, 9)))
    assert columns.version == version
    columns.keep(np.arange(9) != 3)
    assert columns.version > version
    for wrong in (np.array([0, 1]), np.ones(9, dtype=np.bool_)):
        with pytest.raises(ValueError, match="boolean mask of length 8"):
            columns.keep(wrong)


def test_an_identity_held_twice_is_noticed() -> None:
    columns = crowd(5)
    columns.append(**people(np.array([3])))
    with pytest.raises(ValueError, match="same identity"):
        columns.rows(np.array([1]))


@pytest.mark.parametrize("name", [column.name for column in SCHEMA])
def test_equality_and_fingerprint_see_every_column(name: str) -> None:
    columns = crowd(5)
    twin = columns.copy()
    assert twin.equals(columns)
    assert twin.fingerprint() == columns.fingerprint()
    twin[name][3] = ~twin[name][3] if COLUMN[name].dtype is np.bool_ else twin[name][3] + 1
    assert not twin.equals(columns)
    assert twin.fingerprint() != columns.fingerprint()


def test_equality_is_to_the_bit() -> None:
    columns = crowd(3)
    columns.talent[:] = np.nan
    twin = columns.copy()
    assert columns.equals(twin)
    columns.talent[1] = 0.0
    twin.talent[1] = -0.0
    assert not columns.equals(twin)
    assert not columns.equals(crowd(4))


def test_a_copy_is_independent_and_spare_room_does_not_show() -> None:
    columns = crowd(5)
    columns.keep(np.arange(5) < 3)
    twin = columns.copy()
    assert twin.fingerprint() == columns.fingerprint() == crowd(3).fingerprint()
    twin.append(**people(np.arange(70, 75)))
    twin.talent[0] = -5
    assert columns.equals(crowd(3))


@given(st.lists(st.booleans()))
def test_the_rows_under_a_mask_are_those_numpy_finds(held: list[bool]) -> None:
    mask = np.array(held, np.bool_)
    np.testing.assert_array_equal(arrays.where(mask), np.flatnonzero(mask))


@pytest.mark.parametrize("number", [0, 1, 7, 500])
@pytest.mark.parametrize("name", ["draw_key", "talent", "birth_year", "partner"])
def test_looking_rows_up_is_indexing(name: str, number: int) -> None:
    column = crowd(1000)[name]
    rows = np.random.default_rng(number).integers(0, 1000, number)
    np.testing.assert_array_equal(arrays.look_up(column, rows), column[rows])


@pytest.mark.parametrize("length", [0, 1, 32_768, 100_000])
def test_blocks_hold_everyone_once_and_nobody_makes_one_block(length: int) -> None:
    parts = [np.arange(length)[block] for block in blocks(length)]
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(length))


def test_every_column_starts_on_a_cache_line() -> None:
    columns = Columns(1001)
    assert {columns[column.name].ctypes.data % 64 for column in SCHEMA} == {0}
