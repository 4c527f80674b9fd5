"""Mutants are found again, take effect in memory alone, and those that are said to do the same are there."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from sim.market import posts
from tests import mutants
from tests.mutation import ledger
from tests.mutation.breaking import _tree, broken
from tests.mutation.breaking import mutants as of_module

PLACED = """
from sim import BrainCirculation, World
from sim.market import posts
from tests.mutation.breaking import mutants
from tests.mutation.placing import load_everything, place

world = World.load()
people = BrainCirculation(world, seed=1, scale=0.002).people
before = posts.filled(people, world).sum()
load_everything()
(one,) = [one for one in mutants("sim.market.posts", "_held") if one.after == "not people.post_kept[i]"]
place(one)
after = posts.filled(people, world).sum()
print(before > 0, after < before)
"""


@pytest.mark.parametrize("module", ["sim.rules.ties", "sim.market.posts", "sim.process.ledger"])
def test_a_mutant_differs_from_its_module_in_one_place(module: str) -> None:
    made, whole = list(of_module(module)), ast.unparse(_tree(module)).splitlines()
    assert len({one.number for one in made}) == len(made) > 5
    for one in made[::5]:
        text = ast.unparse(broken(one)).splitlines()
        assert text != whole
        assert set(text) - set(whole) or len(text) <= len(whole), one


def test_a_broken_loop_is_compiled_anew_and_not_kept() -> None:
    kept = Path(str(posts.__file__)).parent / "__pycache__"
    before = {path.name: path.stat().st_mtime_ns for path in kept.glob("posts._held-*")}
    done = subprocess.run([sys.executable, "-c", PLACED], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split() == ["True", "True"]
    after = {path.name: path.stat().st_mtime_ns for path in kept.glob("posts._held-*")}
    assert {name: after[name] for name in before} == before


def test_the_same_seed_draws_the_same_mutants() -> None:
    assert mutants.drawn(20, 1) == mutants.drawn(20, 1)
    assert mutants.drawn(20, 1) != mutants.drawn(20, 2)
    assert mutants.drawn(300, 1)[:20] == mutants.drawn(20, 1)


def test_the_ledger_is_what_books_and_what_counts_for_a_price() -> None:
    found = ledger.functions()
    assert {
        ("sim.process.ledger", "book"),
        ("sim.instruments.posts", "_cost"),
        ("sim.instruments.counted", "_hires"),
    } <= set(found)
    assert len(found) > 40


def test_mutants_that_do_the_same_are_there_and_say_why() -> None:
    for same, reason in mutants.equivalent().items():
        assert len(reason) > 20, same
        assert same in {mutants.same(one) for one in of_module(same.module)}, same
