"""Programs that others wrote drive the model: SALib, the EMA Workbench, Mesa's SolaraViz."""

import numpy as np
import pandas as pd
import pytest

from experiments.examples import ema, morris
from sim import BrainCirculation, Parameters

TINY = {"scale": 0.01, "until": 2028}


def test_morris_measures_a_known_function() -> None:
    designs = morris.sampling.sample(morris.PROBLEM, 4, seed=1)
    ranges = np.array([high - low for low, high in morris.LEVERS.values()])
    slopes = np.array([3.0, -2.0, 1.0, 0.5, 0.0])
    answers = designs / ranges @ slopes
    table = morris.measured(designs, answers[:, None], {"made_up": "persons/yr"}, seed=1)
    assert table["lever"].tolist() == list(morris.LEVERS)  # strongest first
    assert table["mu"].to_numpy() == pytest.approx(slopes)
    assert table["mu_star"].to_numpy() == pytest.approx(np.abs(slopes))
    assert table["sigma"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_morris_designs_are_paired_with_the_baseline() -> None:
    past = BrainCirculation(scale=0.01).run_through(2025)
    nothing = np.array([low for low, _ in morris.LEVERS.values()])
    weighted = nothing.copy()
    weighted[0] = 1.0
    none, some = morris.effects(past, np.array([nothing, weighted]), 2030)
    assert (none == 0).all()  # levers where they are anyway: the same lives to the bit
    assert some[list(morris.OUTCOMES).index("overseas_experience_share")] > 0


def test_morris_prints_every_lever_of_every_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    morris.main(["--trajectories", "2", "--replicates", "1", "--scale", "0.005", "--until", "2027"])
    said = capsys.readouterr().out
    assert all(said.count(lever) == len(morris.OUTCOMES) for lever in morris.LEVERS)
    assert "persons/yr" in said


def test_the_workbench_explores_parameters_over_their_ranges_and_levers() -> None:
    found = ema.explore(futures=2, policies=2, **TINY, seed=3)
    assert len(found) == 4
    known = Parameters.load().catalogue
    for name in ema.UNCERTAIN:
        assert found[name].between(known[name].low, known[name].high).all()
        assert found[name].nunique() == 2
    for name, (_, low, high) in ema.LEVERS.items():
        assert found[name].between(low, high).all()
    assert found[list(ema.OUTCOMES)].notna().all(axis=None)
    assert (found[list(ema.OUTCOMES)] != 0).any(axis=None)


def test_levers_that_stay_where_they_are_have_no_effect_in_any_future() -> None:
    nothing = ema.Sample("nothing", overseas_weight=0.0, fellowship_places=195.0)
    found = ema.explore(futures=2, policies=[nothing], **TINY)
    assert (found[list(ema.OUTCOMES)] == 0).all(axis=None)


def test_robustness_counts_futures_above_zero() -> None:
    table = pd.DataFrame({"policy": ["a", "a", "b", "b"], "departures": [1.0, -3.0, 2.0, 4.0]})
    made_up = ema.robustness(table.assign(returns=0.0, overseas_experience_share=0.1))
    at = made_up.set_index(["outcome", "policy"])
    assert at.loc[("departures", "a"), ["median", "lowest", "highest", "above_zero"]].tolist() == [-1, -3, 1, 0.5]
    assert at.loc[("departures", "b"), "above_zero"] == 1
    assert at.loc[("returns", "a"), "above_zero"] == 0
    assert at.loc[("overseas_experience_share", "a"), "unit"] == "share"
