"""An ensemble is checked when it is read, and drawn as evenly as its weights allow."""

from __future__ import annotations

import shutil
from collections import Counter
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import DataError, Ensemble, Parameters, World
from sim.world.country import Country

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "member,weight,beta,pessimism\n3,0.25,1.2,0.5\n0,0.75,2,0.9\n"


def written(folder: Path, text: str) -> Path:
    (folder / "mine.csv").write_text(text, encoding="utf-8")
    return folder / "mine.csv"


def weighted(weights: dict[int, float]) -> Ensemble:
    return Ensemble(Parameters.load(), weights, {member: {} for member in weights})


def test_the_shipped_ensemble_is_whole() -> None:
    shipped = Ensemble.load()
    assert len(shipped) >= 50
    assert sum(shipped.weights.values()) == pytest.approx(1)
    catalogue = Parameters.load().catalogue
    for member, values in shipped.values.items():
        assert shipped.parameters(member).as_dict() == Parameters.load().as_dict() | dict(values)
        assert set(values) <= set(catalogue)


def test_a_member_is_the_parameter_file_with_its_values(tmp_path: Path) -> None:
    mine = Ensemble.load(written(tmp_path, GOOD))
    assert mine.weights == {3: 0.25, 0: 0.75}
    changed = mine.parameters(3)
    assert (changed.beta, changed.pessimism) == (1.2, 0.5)
    assert changed.as_dict() == Parameters.load().replace(beta=1.2, pessimism=0.5).as_dict()
    with pytest.raises(KeyError):
        mine.parameters(1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("member,", "set,", "must have the columns member, weight and then each parameter once"),
        ("pessimism", "beta", "each parameter once"),
        (",beta,pessimism", "", "each parameter once"),
        ("beta", "betta", "did you mean 'beta'"),
        ("1.2", "40", r"line 2: parameter beta = 40.0 lies outside its range"),
        ("1.2", "much", "line 2: 'much' is not a number"),
        ("1.2", "nan", "line 2: 'nan' is not a number"),
        ("0.25", "-0.25", "line 2: weight -0.25 is not positive; drop the member"),
        ("0.25", "0.5", "the weights sum to 1.25, not to 1; divide each by their sum"),
        ("\n0,", "\n3,", "line 3: member 3 is given twice; keep one"),
        ("\n0,", "\n-1,", "line 3: the member '-1' is not a whole number"),
        (",0.9", "", "line 3: not 4 values; the file looks damaged"),
        (GOOD, "", "must have the columns"),
        (GOOD.partition("\n")[2], "", "the weights sum to 0, not to 1"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(DataError, match=words) as refused:
        Ensemble.load(written(tmp_path, GOOD.replace(old, new, 1)))
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv is missing"):
        Ensemble.load(tmp_path / "nowhere.csv")


@given(
    parts=st.lists(st.floats(0.01, 1), min_size=1, max_size=40),
    n=st.integers(1, 100),
    seed=st.integers(0, 2**63),
)
def test_draws_cover_the_ensemble_as_evenly_as_its_weights_allow(parts: list[float], n: int, seed: int) -> None:
    weights = {2 * number: part / sum(parts) for number, part in enumerate(parts)}
    drawn = weighted(weights).drawn(n, seed)
    assert len(drawn) == n
    assert drawn == weighted(weights).drawn(n, seed)
    count = Counter(drawn)
    assert set(count) <= set(weights)
    for member, weight in weights.items():
        assert floor(n * weight - 1e-9) <= count[member] <= ceil(n * weight + 1e-9)


def test_over_many_seeds_members_come_by_weight() -> None:
    weights = {0: 0.5, 1: 0.3, 2: 0.15, 3: 0.05}
    mine = weighted(weights)
    count = Counter(member for seed in range(2000) for member in mine.drawn(3, seed))
    for member, weight in weights.items():
        assert count[member] / 6000 == pytest.approx(weight, abs=4 * np.sqrt(weight / 6000))


def test_the_fingerprint_follows_values_and_weights_and_the_worlds_does_not(tmp_path: Path) -> None:
    one = Ensemble.load(written(tmp_path, GOOD)).fingerprint
    assert Ensemble.load(written(tmp_path, GOOD)).fingerprint == one
    assert Ensemble.load(written(tmp_path, GOOD.replace("1.2", "1.3"))).fingerprint != one
    assert Ensemble.load(written(tmp_path, GOOD.replace("0.25", "0.5").replace("0.75", "0.5"))).fingerprint != one
    mine = shutil.copytree(str(Country.load().root), tmp_path / "mine")
    (mine / "ensemble.csv").unlink()
    assert World.load(mine).fingerprint == World.load().fingerprint
