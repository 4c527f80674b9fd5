"""Parameters are named only where they foretell sets that were left out."""

import numpy as np
import pytest

from experiments.analysis.attribution import TOLD, attributed
from tests import chance


def sets(number: int, parameters: int, seed: int) -> dict[int, dict[str, float]]:
    rng = np.random.default_rng(seed)
    return {member: {f"p{one:02}": float(rng.uniform()) for one in range(parameters)} for member in range(number)}


def test_the_parameters_behind_an_effect_are_found_among_many() -> None:
    values = sets(40, 80, 1)
    noise = np.random.default_rng(2).normal(0, 0.3, 40)
    effect = {m: 10 * v["p03"] - 6 * v["p41"] + float(noise[m]) for m, v in values.items()}
    found = attributed(effect, values)
    assert list(found.parameters[:2]) == ["p03", "p41"]
    assert found.share > 0.8


@pytest.mark.chance
def test_pure_chance_is_laid_on_no_parameter() -> None:
    # An effect that is noise passes in 1 of 140 cases (14 of 2,000 tried): nine or more of a hundred in 6e-7.
    values, rng = sets(40, 80, chance.seed(3)), np.random.default_rng(chance.seed(4))
    named = [attributed(dict(enumerate(rng.normal(size=40).tolist())), values).parameters for _ in range(100)]
    many = sum(map(bool, named))
    chance.within("of a hundred, laid on a parameter", many, -np.inf, 8, broken=20, by="no sets left out")


@pytest.mark.parametrize("effect", [dict.fromkeys(range(40), 1.0), {m: float(m) for m in range(10)}])
def test_nothing_is_said_of_what_does_not_vary_or_of_few_sets(effect: dict[int, float]) -> None:
    found = attributed(effect, sets(40, 5, 5))
    assert found.parameters == ()
    assert not found.share >= TOLD
