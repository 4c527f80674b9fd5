"""Two-level designs: orthogonal, of the resolution that they claim, and honest about what they cannot tell apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from experiments.portfolio.design import FULL, MOST, Design

NAMES = tuple("abcdefghij")


@pytest.mark.parametrize("resolution", [4, 5])
@pytest.mark.parametrize("number", range(2, MOST + 1))
def test_columns_are_orthogonal_and_the_run_without_policies_is_the_first(number: int, resolution: int) -> None:
    design = Design.of(NAMES[:number], resolution)
    assert (design.signs.T @ design.signs == len(design.runs) * np.eye(number)).all()
    assert not design.runs[0].any()
    assert len({tuple(run) for run in design.runs.tolist()}) == len(design.runs)
    assert design.is_full == (number <= FULL)


@pytest.mark.parametrize("resolution", [4, 5])
@pytest.mark.parametrize("number", range(FULL + 1, MOST + 1))
def test_a_fraction_has_the_resolution_asked_for(number: int, resolution: int) -> None:
    design = Design.of(NAMES[:number], resolution)
    assert design.resolution is not None
    assert design.resolution >= resolution
    for word in design.words:  # every word has the same sign in every run
        assert len(set(design.signs[:, sorted(word)].prod(axis=1).tolist())) == 1
    assert all(not design.aliases(main) for main in design.mains)
    confounded = [pair for pair in design.pairs if design.aliases(pair)]
    assert bool(confounded) == (resolution == 4)


def test_an_alias_is_what_has_the_same_weights() -> None:
    design = Design.of(NAMES[:6], 4)
    for one, other in combinations(design.pairs, 2):
        same = np.abs(design.weights(one) @ design.weights(other)) > 1e-9
        assert same == (other in design.aliases(one))


def test_six_policies_need_half_of_the_runs_to_tell_every_pair_apart() -> None:
    assert [len(Design.of(NAMES[:6], resolution).runs) for resolution in (4, 5)] == [16, 32]
    assert len(Design.of(NAMES[:8], 5).runs) == 64


def test_weights_are_the_means_that_they_are_said_to_be() -> None:
    design = Design.of(("a", "b"))
    worth = {(): 0.0, ("a",): 5.0, ("b",): 3.0, ("a", "b"): 6.0}
    values = np.array([worth[design.named(run)] for run in range(4)])
    assert [float(design.weights(main) @ values) for main in design.mains] == [4.0, 2.0]
    assert float(design.weights(design.pairs[0]) @ values) == -2.0  # 6 - 5 - 3


@pytest.mark.parametrize("number", [1, MOST + 1])
def test_a_number_without_a_design_is_one_sentence(number: int) -> None:
    with pytest.raises(ValueError, match=f"a factorial takes 2 to {MOST} policies, not {number}"):
        Design.of([str(place) for place in range(number)])
