"""Importing the model leaves out what only Mesa's spaces and tables need, and they are there for who asks."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

HEAVY = ("pandas", "networkx", "scipy.spatial", "matplotlib", "mesa.discrete_space.grid")


def in_a_new_process(code: str) -> str:
    made = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("import sim; sim.Policy, sim.World", (*HEAVY, "mesa", "numba")),
        ("from sim import BrainCirculation", HEAVY),
        ("from sim import BrainCirculation as B; m = B(scale=0.005); m.run_through(m.year + 2).fork()", HEAVY),
    ],
)
def test_heavy_modules_are_imported_by_nobody_who_does_without(imported: str, absent: tuple[str, ...]) -> None:
    found = in_a_new_process(f"import sys\n{imported}\nprint(*(name for name in {absent} if name in sys.modules))")
    assert found == ""


def test_what_was_put_off_is_there_when_asked_for() -> None:
    in_a_new_process("""
        import sys
        from sim import BrainCirculation
        from mesa import Agent, Model, discrete_space
        import mesa, networkx, pandas
        from mesa.experimental import continuous_space

        assert pandas.DataFrame({"a": [1]}).a.sum() == 1 and pandas is sys.modules["pandas"]
        assert networkx.path_graph(3).number_of_nodes() == 3
        assert discrete_space.Cell is mesa.discrete_space.Cell is sys.modules["mesa.discrete_space"].Cell
        assert continuous_space.ContinuousSpace.__module__.startswith("mesa.experimental.continuous_space")
        people = Agent.create_agents(Model(rng=1), 3)  # asks Mesa's own pandas
        assert len(people) == 3
        assert issubclass(BrainCirculation, Model)
    """)


def test_what_was_imported_before_stays_what_it_is() -> None:
    in_a_new_process("""
        import pandas
        before = pandas
        from sim import BrainCirculation
        import pandas, mesa.agent
        assert pandas is before and mesa.agent.pd is before
    """)


def test_an_unknown_name_of_the_package_is_an_error() -> None:
    with pytest.raises(ImportError, match="BrainCirculations"):
        exec("from sim import BrainCirculations")  # noqa: S102
