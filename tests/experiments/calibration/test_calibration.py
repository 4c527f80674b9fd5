"""The fit's own parts on functions whose answer is known: emulator, drawn sets, weights, recovery."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.calibration import fit, matching, recovery, simulate
from experiments.calibration.emulator import Emulator, scaled
from experiments.calibration.fit import Wave
from experiments.calibration.matching import Goal
from experiments.calibration.space import DRAWN, FREE, MOST_FREE, SWEPT, Space
from experiments.calibration.study import Calibration
from experiments.calibration.targets import Moment, read_moments, read_observed
from experiments.run.checkpoint import Checkpoint
from experiments.run.executors import Serial
from experiments.run.replicates import replicate_seed
from sim import Ensemble, Parameters
from sim.world.country import Country

SPACE = Space(("a", "b", "c", "d"), np.array([0.0, -1, 10, 0]), np.array([2.0, 1, 20, 1]), (FREE, FREE, SWEPT, DRAWN))


def truth(unit: np.ndarray) -> pd.DataFrame:
    """Moments that are exactly what the emulator assumes: a, the product of a and b, and nothing of d."""
    a, b, c, _ = unit.T
    return pd.DataFrame({"one": np.exp(1 + a), "two": np.exp(a * b + b), "three": np.exp(0.2 * c**2)})


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """Learned from 256 runs without chance."""
    unit = SPACE.unit(SPACE.filled(256, 1))
    return Emulator.learned(SPACE, unit, np.log(truth(unit)), ("a", "b", "c"))


def test_the_shipped_space_has_at_most_ten_free_parameters() -> None:
    space = Space.of(Parameters.load())
    assert 0 < len(space.used(FREE)) <= MOST_FREE
    assert (space.low < space.high).all()
    shipped = Parameters.load()
    freed = {name: replace(known, use=FREE) for name, known in list(shipped.catalogue.items())[:12]}
    crowded = Parameters({**shipped.catalogue, **freed})
    with pytest.raises(ValueError, match="at most 10"):
        Space.of(crowded)


def test_designs_fill_the_box_and_are_the_same_for_the_same_seed() -> None:
    points = SPACE.filled(256, 5)
    pd.testing.assert_frame_equal(points, SPACE.filled(256, 5))
    unit = SPACE.unit(points)
    assert ((unit >= 0) & (unit <= 1)).all()
    for column in unit.T:
        assert np.bincount((column * 16).astype(int), minlength=16).tolist() == [16] * 16
    np.testing.assert_allclose(SPACE.unit(SPACE.scaled(unit)), unit)


def test_the_emulator_learns_a_quadratic_and_its_slopes(emulator: Emulator) -> None:
    unit = SPACE.unit(SPACE.filled(64, 9))
    np.testing.assert_allclose(emulator.mean(unit), np.log(truth(unit).to_numpy()), atol=0.02)
    assert (emulator.score > 0.99).all()
    at, step = unit[0], 1e-4
    for place in range(4):
        there = at.copy()
        there[place] += step
        slope = (emulator.mean(there[None]) - emulator.mean(at[None]))[0] / step
        np.testing.assert_allclose(emulator.slopes(at)[:, place], slope, atol=1e-3)


def test_drawn_sets_meet_the_targets_and_leave_the_rest_to_the_prior(emulator: Emulator) -> None:
    known = np.array([0.3, 0.6, 0.5, 0.5])
    goal = Goal(np.log(truth(known[None]).to_numpy()[0]), np.full(3, 0.02))
    sets = matching.drawn(emulator, goal, SPACE, 64, np.random.default_rng(1), progress=False)
    unit = SPACE.unit(sets)
    assert np.abs(unit[:, 0] - 0.3).mean() < 0.05
    assert np.abs(unit[:, 1] - 0.6).mean() < 0.05
    assert unit[:, 3].std() > 0.25  # history says nothing about d: it keeps its uniform draw
    assert np.median(matching.implausibility(emulator, goal, unit)) < 1.5


def changes() -> list[Moment]:
    """A positive mean, a change that should be negative, and a change that should be none."""
    some = replace(read_moments()[0], tolerance=0.5, kind="absolute")
    return [
        replace(some, moment="mean", target=2.0),
        replace(some, moment="fall", target=-1.5, reduction="change"),
        replace(some, moment="still", target=0.0, reduction="change"),
    ]


def test_moments_that_are_zero_or_negative_are_emulated_in_half_widths() -> None:
    moments = changes()
    goal = Goal.of(moments)
    np.testing.assert_allclose(goal.centre, [np.log(2), -3, 0])
    np.testing.assert_allclose(goal.spread, [np.log(1.25) / 2, 0.5, 0.5])

    def simulated(unit: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame({"mean": np.exp(unit[:, 0]), "fall": -3 * unit[:, 1], "still": unit[:, 0] - unit[:, 1]})

    unit = SPACE.unit(SPACE.filled(128, 3))
    learned = Emulator.learned(SPACE, unit, scaled(simulated(unit), moments), ("a", "b", "c"))
    known = np.array([[0.5, 0.5, 0.2, 0.2]])
    np.testing.assert_allclose(learned.mean(known)[0], [0.5, -3, 0], atol=0.03)
    sets = matching.drawn(learned, Goal(np.array([0.5, -3, 0]), goal.spread / 20), SPACE, 16, np.random.default_rng(1))
    np.testing.assert_allclose(SPACE.unit(sets)[:, :2].mean(axis=0), 0.5, atol=0.05)


def test_a_moment_that_a_run_could_not_tell_says_nothing() -> None:
    table = pd.DataFrame({"mean": [0.0, 4.0, np.nan], "fall": [-1.0, np.inf, -3.0], "still": [np.nan] * 3})
    found = scaled(table, changes())
    np.testing.assert_allclose(found["mean"], [np.log(0.4), np.log(4), np.log(1.6) / 2])
    assert found["fall"].tolist() == [-2, -4, -6]
    assert found["still"].tolist() == [0, 0, 0]
    wave = fit.averaged(1, pd.DataFrame({"a": [1.0, 2, 3]}), table.set_axis(
        pd.MultiIndex.from_product([range(3), [0]], names=["point", "seed"])
    ), changes())  # fmt: skip
    assert wave.spread.tolist() == pytest.approx([np.sqrt(19 / 3), 3, 3])  # what is not told is far, and far is three


def test_weights_go_to_the_nearest_and_sum_to_one() -> None:
    distances = np.array([3.0, 0.5, 1.0, 2.0, 9.0])
    weights = matching.weights(distances, 3)
    assert weights.sum() == pytest.approx(1)
    assert weights[0] == weights[4] == 0
    assert weights[1] > weights[2] > weights[3] > 0


def test_a_fit_that_stops_earlier_uses_only_what_was_known_then() -> None:
    moments = read_moments()
    observed = read_observed(Country.load())
    early = fit.to_fit(moments, observed, 2011)
    assert early
    assert all(max(one.last_year, one.observed_until) <= 2011 and one.use == "fit" for one in early)
    assert fit.to_fit(moments, observed, 2009)
    late = {one.moment: one for one in fit.to_fit(moments, observed)}
    cut = {one.moment: one for one in early}
    assert cut["outflow_US"].target != late["outflow_US"].target
    assert cut["return_hazard"].target == late["return_hazard"].target  # seen by 2010, simulated to 2015
    assert cut["return_hazard"].last_year == 2011
    assert "fellows_in_post_1_year" not in cut  # seen about 2014
    assert {one.moment for one in early} < set(late)


NOISE = [
    replace(one, moment=f"m{place}", target=100.0, tolerance=0.1, kind="relative")
    for place, one in enumerate(read_moments()[:20])
]


def draw_key(sets: int, seeds: int, rng: np.random.Generator) -> Wave:
    """Sets that are all the same, a half-width too high, and whose runs differ by chance alone."""
    index = pd.MultiIndex.from_product([range(sets), range(seeds)], names=["point", "seed"])
    names = [one.moment for one in NOISE]
    runs = pd.DataFrame(110 + 10 * rng.standard_normal((len(index), len(names))), index, names)
    return replace(fit.averaged(6, pd.DataFrame({"a": np.zeros(sets)}), runs, NOISE), runs=runs)


def test_more_seeds_flatter_less_and_a_seed_held_out_does_not_flatter() -> None:
    rng = np.random.default_rng(3)
    one, many = draw_key(400, 1, rng), draw_key(400, 8, rng)
    flattered = fit.centre(one, 50).mean()
    assert flattered < 0.85  # the truth is 1
    assert flattered < fit.centre(many, 50).mean() < 0.98
    alone = fit.held_out(many, 50, NOISE)
    assert alone.shape == (8, 20)
    assert alone.to_numpy().mean() == pytest.approx(1, abs=0.04)
    with pytest.raises(ValueError, match="two or more"):
        fit.held_out(one, 50, NOISE)


def test_the_nearest_sets_run_again_with_seeds_of_their_own(tmp_path: Path) -> None:
    moments = fit.to_fit(read_moments(), read_observed(Country.load()), 2010)
    space, pieces = Space.of(Parameters.load()), Checkpoint(tmp_path / "pieces")
    plan = fit.FitPlan(5, 0.008, 6, 1, 6, 6, 2, stop=2010, again=3, seeds=2, fixed=(("beta", 2.0),))
    first = fit.simulated(plan, 1, space.filled(6, 1), moments, pieces, Serial(), progress=False)
    again = fit.repeated(plan, first, moments, pieces, Serial(), progress=False)
    assert (first.seeds, again.seeds, again.number) == (1, 2, 2)
    assert list(again.sets.index) == list(first.spread.nsmallest(3).index)
    pd.testing.assert_frame_equal(again.sets, first.sets.loc[again.sets.index])
    assert again.runs.index.tolist() == [(point, seed) for point in again.sets.index for seed in (0, 1)]
    np.testing.assert_allclose(again.moments, np.nanmean(again.runs.to_numpy().reshape(3, 2, -1), axis=1))
    runs = np.concatenate([first.moments.loc[again.sets.index], again.runs])
    assert len(np.unique(runs.round(9), axis=0)) == 9  # no run twice, and the first ones are not among the new
    kept = fit.ensemble(again, 2, plan.fixed)
    assert (kept["beta"] == 2.0).all()
    known = {path.name: path.stat().st_mtime_ns for path in pieces.folder.iterdir()}
    same = fit.repeated(plan, first, moments, pieces, Serial(), progress=False)
    pd.testing.assert_frame_equal(same.runs, again.runs)
    assert {path.name: path.stat().st_mtime_ns for path in pieces.folder.iterdir()} == known


def test_a_set_of_which_a_run_fails_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = fit.to_fit(read_moments(), read_observed(Country.load()), 2011)[:3]
    plan = fit.FitPlan(5, 0.004, 3, 1, 3, 3, 2, stop=2008)
    lost = replicate_seed(5, 1_000_000 + 3)  # the second run of the second set

    def run(point: tuple[tuple[str, float], ...], seed: int, _: simulate.DesignPart) -> pd.DataFrame:
        if seed == lost:
            raise ValueError("lost")
        years = [(one.statistic, one.group, year) for one in moments for year in one.years]
        return pd.DataFrame(years, columns=["statistic", "group", "year"]).assign(value=point[0][1])

    monkeypatch.setattr(simulate, "_run", run)
    sets = pd.DataFrame({"a": [1.0, 2.0, 3.0]})
    wave = fit.simulated(plan, 0, sets, moments, Checkpoint(tmp_path / "p"), Serial(), seeds=2, progress=False)
    assert wave.sets["a"].tolist() == [1, 3]
    assert wave.moments.iloc[:, 0].tolist() == [1, 3]
    assert len(wave.runs) == 4


def test_fixed_parameters_leave_the_space() -> None:
    assert SPACE.without(["b", "not there"]).names == ("a", "c", "d")
    assert SPACE.without(["b"]).used(FREE, SWEPT) == ["a", "c"]
    np.testing.assert_array_equal(SPACE.without(["a"]).low, [-1, 10, 0])
    with pytest.raises(ValueError, match="every parameter that could be fitted is fixed"):
        SPACE.without(["a", "b", "c"])


def test_recovery_tells_what_comes_back_from_what_does_not() -> None:
    rng = np.random.default_rng(4)
    sets = SPACE.filled(256, 2)
    moments = truth(SPACE.unit(sets)) * np.exp(0.01 * rng.standard_normal((256, 3)))
    wave = Wave(1, sets, moments, moments)
    known = [
        replace(one, moment=name, target=1.0, tolerance=0.05, kind="relative")
        for name, one in zip(moments.columns, read_moments(), strict=False)
    ]
    found = recovery.recover(SPACE, wave, known, truths=20, draws=30, seed=1)
    table = found.parameters.set_index("parameter")
    assert table.loc["a", "verdict"] == table.loc["b", "verdict"] == "comes back"
    assert table.loc["a", "covered"] >= 0.7
    assert "d" not in table.index
    np.testing.assert_allclose(np.diag(found.ridge), 1)
    assert found.ranks.shape == (20, 3)
    assert ((found.ranks > 0) & (found.ranks < 1)).all().all()
    assert len(recovery.strongest_pairs(found.ridge, 2)) == 2


def ranked(columns: dict[str, np.ndarray]) -> recovery.Recovered:
    known = pd.DataFrame({"parameter": list(columns), "use": FREE, "covered": 0.9})
    return recovery.Recovered(known, pd.DataFrame(), pd.DataFrame(columns))


def test_ranks_tell_fits_that_are_too_sure_from_those_that_are_not_sure_enough() -> None:
    rng, truths, draws = np.random.default_rng(2), 200, 60
    truth = rng.standard_normal((truths, 1))
    data = truth + rng.standard_normal((truths, 1))
    middle = data / 2  # what is left possible: normal around half the data, with variance one half
    found = {}
    for name, spread, off in (("right", 1.0, 0), ("sure", 0.4, 0), ("unsure", 2.5, 0), ("low", 1.0, 0.6)):
        sets = middle - off + spread * np.sqrt(0.5) * rng.standard_normal((truths, draws))
        found[name] = np.array([
            recovery._rank(truth[one], sets[one][:, None], rng)[0] for one in range(truths)
        ])  # fmt: skip
    table = recovery.calibration(ranked(found)).set_index("parameter")
    assert table["verdict"].to_dict() == {
        "right": "even",
        "sure": "too sure",
        "unsure": "not sure enough",
        "low": "truths lie higher",
    }
    assert table.loc["right", "p"] > 0.05
    assert table.loc["sure", "p"] < 0.01
    bins = [f"bin {place + 1}" for place in range(recovery.BINS)]
    assert (table[bins].sum(axis=1) == truths).all()
    assert table.loc["sure", "bin 1"] > 2 * truths / recovery.BINS


def test_a_rank_counts_the_sets_below_by_hand() -> None:
    class Half:
        def random(self, number: int) -> np.ndarray:
            return np.full(number, 0.5)

    sets = np.array([[0.1, 1.0], [0.2, 1.0], [0.3, 1.0]])
    assert recovery._rank(np.array([0.25, 1.0]), sets, Half()).tolist() == [
        2.5 / 4,
        2.0 / 4,
    ]  # the second ties


TINY = [
    "experiment=calibrate",
    "scale=0.004",
    "calibrate.first=32",
    "calibrate.waves=1",
    "calibrate.sets=32",
    "calibrate.last=32",
    "calibrate.again=16",
    "calibrate.seeds=2",
    "calibrate.kept=10",
    "calibrate.stop=2011",
    "calibrate.ahead=0",
]


def asked(output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a fresh process; what is asked for more takes the place of a setting of the same name."""
    settings = {line.partition("=")[0]: line for line in (*TINY, f"output={output}", *more)}
    command = [sys.executable, "-W", "error", "-m", "experiments", *settings.values()]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def test_the_command_leaves_an_ensemble_that_a_what_if_can_run_over(tmp_path: Path) -> None:
    whole = ("calibrate.stop=2015", "calibrate.ahead=1", "parameters.overrides.beta=2.5")
    done = asked(tmp_path, *whole)
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in folder.iterdir()} >= {
        "ensemble.csv",
        "waves.csv",
        "summary.md",
        "manifest.json",
        "ahead.csv",
        "dropped.csv",
        "bars.csv",
    }
    assert len(list((folder / "figures").glob("*.png"))) == 2
    kept = Ensemble.load(folder / "ensemble.csv")
    assert 2 <= len(kept) <= 10
    assert all(kept.parameters(member).beta == 2.5 for member in kept.weights)
    waves = pd.read_csv(folder / "waves.csv")
    assert waves["sets"].tolist() == [32, 32, 16]
    assert waves["seeds"].tolist() == [1, 1, 2]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["simulated"], manifest["runs"], manifest["fixed"]) == (64, 96, {"beta": 2.5})
    page = (folder / "summary.md").read_text(encoding="utf-8")
    assert "Fixed, not searched: beta = 2.5." in page
    assert "the nearest 16 once more with 2 new seeds each" in page
    assert "beta" not in pd.read_parquet(folder / "sets.parquet")
    ahead, dropped, bars = (pd.read_csv(folder / f"{name}.csv") for name in ("ahead", "dropped", "bars"))
    assert ahead["point"].nunique() == 16
    assert set(dropped["rule"]) < set(bars["bar"])  # the awards drop nobody
    assert bars.groupby("bar")["sets"].max().eq(16).all()
    assert "after the fitted years" in page
    assert "Before any set is dropped" in page
    again = asked(tmp_path, *whole)
    assert again.returncode == 0
    assert "Read back" in again.stdout


def test_a_fit_that_stops_earlier_is_judged_by_no_rule_written_later() -> None:
    from experiments.cli.main import study_of
    from experiments.request.composition import line

    late, early = (study_of(line(["experiment=calibrate", f"calibrate.stop={stop}"])) for stop in (2015, 2011))
    assert isinstance(late, Calibration)
    assert isinstance(early, Calibration)
    assert late.rules
    assert not early.rules


def test_recovery_is_a_command_of_its_own(tmp_path: Path) -> None:
    small = ["experiment=recover", "scale=0.004", "recover.points=32", "recover.truths=5", "recover.draws=10"]
    small.append("parameters.overrides.pessimism=0.5")
    command = [sys.executable, "-W", "error", "-m", "experiments", *small, f"output={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.iterdir()
    table = pd.read_csv(folder / "recovery.csv")
    assert set(table["verdict"]) <= {"comes back", "narrowed", "not identified"}
    assert set(pd.read_csv(folder / "ranks.csv")["parameter"]) == set(table["parameter"])
    assert (folder / "figures" / "ranks.png").is_file()
    assert "overseas_weight" in set(table["parameter"])
    assert "pessimism" not in set(table["parameter"])
    assert "Fixed, not searched: pessimism = 0.5." in (folder / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("calibrate.first=3", "calibrate.first: input should be greater than or equal to 32"),
        ("calibrate.stop=2030", "calibrate.stop: input should be less than or equal to 2015"),
        ("calibrate.stop=2005", "calibrate.stop: no moment"),
        ("calibrate.again=33", "calibrate.again: 33 sets cannot be simulated again of the last 32"),
        ("parameters.overrides.nothing=1", "nothing"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_one_sentence(tmp_path: Path, wrong: str, sentence: str) -> None:
    done = asked(tmp_path, wrong)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fit_of_other_data_is_another_fit(tmp_path: Path) -> None:
    small = ["experiment=recover", "scale=0.004", "recover.points=32", "recover.truths=5", "recover.draws=10"]
    data = Path(shutil.copytree(str(Country.load().root), tmp_path / "data"))
    stocks = data / "stocks.csv"
    stocks.write_text(stocks.read_text("utf-8").replace("75365", "75366"), "utf-8")
    for world in ([], [f"country={data}"]):
        command = [sys.executable, "-W", "error", "-m", "experiments", *small, f"output={tmp_path / 'out'}", *world]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").iterdir())) == 2
