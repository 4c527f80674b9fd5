"""Columns in one block, and loops that open what they read of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.engine.layout import LINE, Layout
from sim.world.parameters import Parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record

LAYOUT = Layout({"age": np.dtype(np.int16), "name": np.dtype(np.uint64), "here": np.dtype(np.bool_)})


class Ages:
    age: NDArray[np.int16]
    agee: NDArray[np.int16]
    here: NDArray[np.bool_]


class Rows(Ages):
    def __init__(self, n: int) -> None:
        self.memory, columns = LAYOUT.room(n)
        self.columns, self._n = {name: column[:n] for name, column in columns.items()}, n

    def __len__(self) -> int:
        return self._n


@LAYOUT.loop
def birthday(people: Ages, years: int, p: Record) -> NDArray[np.float64]:
    """Make those who are here older; gives everyone's age times a parameter."""
    out = np.empty(len(people.age))
    for i in range(len(people.age)):
        people.age[i] += years if people.here[i] else 0
        out[i] = people.age[i] * p.beta
    return out


@LAYOUT.loop
def nonsense(people: Ages) -> int:
    return len(people.agee)


def test_columns_start_on_cache_lines_and_do_not_overlap() -> None:
    rows = Rows(70)
    for place, column in enumerate(rows.columns.values()):
        assert column.ctypes.data % LINE == 0
        column[:] = place
    assert [set(column.tolist()) for column in rows.columns.values()] == [{0}, {1}, {True}]


def test_a_loop_reads_and_writes_the_columns_in_use() -> None:
    rows = Rows(70)
    rows.columns["age"][:] = np.arange(70)
    rows.columns["here"][:] = np.arange(70) % 2 == 0
    parameters = Parameters.load()
    found = birthday(rows, 5, parameters.record)
    expected = np.arange(70) + 5 * (np.arange(70) % 2 == 0)
    assert rows.columns["age"].tolist() == expected.tolist()
    np.testing.assert_allclose(found, expected * np.float32(parameters.beta))


def test_a_loop_is_called_as_the_function_that_it_is_written_as() -> None:
    assert (birthday.__name__, birthday.__doc__) == ("birthday", birthday.__wrapped__.__doc__)
    with pytest.raises(TypeError, match=r"birthday\(\) missing 1 required"):
        birthday(Rows(1), 5)


def test_a_column_that_does_not_exist_is_named() -> None:
    with pytest.raises(AttributeError, match="nonsense reads agee"):
        nonsense(Rows(1))


def test_loops_kept_by_one_process_read_their_own_columns_in_another(tmp_path: Path) -> None:
    (tmp_path / "two_loops.py").write_text(
        dedent("""
            import numpy as np
            from sim.engine.layout import Layout

            LAYOUT = Layout({name: np.dtype(np.float32) for name in "abcdefgh"})


            class Held:
                def __init__(self):
                    self.memory, self.columns = LAYOUT.room(4)
                    for number, column in enumerate(self.columns.values()):
                        column[:] = 10**number

                def __len__(self):
                    return 4


            @LAYOUT.loop
            def left(people) -> float:
                return people.a[0] + people.b[0] + people.c[0] + people.d[0]


            @LAYOUT.loop
            def right(people) -> float:
                return people.e[0] + people.f[0] + people.g[0] + people.h[0]
        """)
    )

    def run(code: str) -> str:
        path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[3])])
        environment = {**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
        called = [sys.executable, "-c", f"from two_loops import *\n{code}"]
        made = subprocess.run(called, env=environment, capture_output=True, text=True, check=True)
        return made.stdout.strip()

    assert run("print(left(Held()))") == "1111.0"  # compiled as the first loop of its process
    assert run("print(right(Held()))") == "11110000.0"  # and so is the other one, of another
    assert run("print(left(Held()), right(Held()))") == "1111.0 11110000.0"
