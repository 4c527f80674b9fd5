"""Screening: measures of functions whose answer is known, ways with one change a step, the command on a small box."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.screening.design import Box, measured
from experiments.screening.study import screened
from sim import Parameters

ROOT = Path(__file__).parents[3]
BOX = Box(("a", "b", "c", "d"), ("fix",) * 4, np.array([0.0, -1, 10, 0]), np.array([2.0, 1, 20, 1]))


def test_a_linear_function_has_its_slopes_and_an_inert_parameter_nothing() -> None:
    ways = BOX.ways(6, 4, 3)
    points = ways.reshape(-1, 4)
    answers = pd.DataFrame({"line": 3 * points[:, 0] - 0.5 * points[:, 2], "product": points[:, 0] * points[:, 1]})
    table = measured(BOX, ways, answers, 4, 1).set_index(["answer", "parameter"])
    line = table.loc["line"]
    assert line.loc[["a", "b", "c", "d"], "mu"].to_numpy() == pytest.approx([6, 0, -5, 0])  # slope times range
    assert line.loc["c", "mu_star"] == pytest.approx(5)
    assert line["sigma"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert line.index.tolist()[:2] == ["a", "c"]
    assert line["rank"].tolist() == [1, 2, 3, 4]
    assert table.loc[("product", "b"), "sigma"] > 0.5  # it depends on where the other stands
    with pytest.raises(ValueError, match="two ways"):
        measured(BOX, ways[:1], answers.iloc[:5], 4, 1)


def test_each_step_of_a_way_changes_one_parameter_inside_its_range() -> None:
    ways = BOX.ways(5, 4, 9)
    assert ways.shape == (5, 5, 4)
    assert ((ways >= BOX.low) & (ways <= BOX.high)).all()
    changed = np.diff(ways, axis=1) != 0
    assert (changed.sum(axis=2) == 1).all()
    assert (changed.sum(axis=1) == 1).all()


def test_every_point_can_be_lived_in_whatever_the_last_bit_of_an_end() -> None:
    parameters = Parameters.load()
    box = Box.of(parameters, ())
    for values in box.ways(20, 4, 1)[:, -1].reshape(-1, len(box.names)):
        parameters.replace(**dict(zip(box.names, values.tolist(), strict=True)))


def test_ways_that_failed_are_left_out_and_columns_go_to_their_policy() -> None:
    ways = BOX.ways(4, 4, 2)
    rows = [
        (way, point, policy, "returns", "all", factor * ways[way, point, 0])
        for policy, factor in (("one", 1.0), ("two", -2.0))
        for way in (3, 0, 1)
        for point in range(5)
    ]
    seen = pd.DataFrame(rows, columns=["way", "point", "policy", "outcome", "group", "effect"])
    table = screened(BOX, ways, seen, 4, 1, {("returns", "all"): "persons/yr"})
    first = table.set_index(["policy", "parameter"])["mu"]
    assert (first["one", "a"], first["two", "a"]) == pytest.approx((2, -4))
    assert set(table["unit"]) == {"persons/yr"}


def test_the_box_holds_all_that_could_have_another_value_and_no_lever() -> None:
    parameters = Parameters.load()
    box = Box.of(parameters, ["beta"])
    assert "beta" not in box.names
    assert not {name for name in box.names if parameters.catalogue[name].use == "lever"}
    assert len(box.names) > 100
    with pytest.raises(ValueError, match="fewer than two"):
        Box.of(Parameters({"beta": replace(parameters.catalogue["beta"])}), ())


@pytest.mark.slow
def test_the_command_screens_a_policy(tmp_path: Path) -> None:
    every = Box.of(Parameters.load(), ()).names
    fixed = [f"parameters.overrides.{name}={Parameters.load().catalogue[name].default}" for name in every[2:]]
    small = ["experiment=screening", "scale=0.004", "until=2027", "screening.trajectories=2"]
    small += ["policy=fellowships_doubled", "workers=1", f"output={tmp_path}"]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "experiments", *small, *fixed],
        capture_output=True, text=True, check=False, timeout=600, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.iterdir()
    table = pd.read_csv(folder / "screening.csv")
    assert set(table["parameter"]) == set(every[:2])
    assert len(table) == 2 * 6
    assert (table["mu_star"] >= 0).all()
    effects = pd.read_csv(folder / "effects.csv")
    assert effects.loc[effects["outcome"] == "departures", "effect_mean"].iloc[0] > 0
    assert (folder / "figures" / "screening.png").is_file()
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["points"] == 6
    assert "What moves the effects" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["screening.outcomes=[departure]"], "departure"),
        (["screening.trajectories=1"], "screening.trajectories: input should be greater"),
        (["policy=nothing_such"], "nothing_such"),
    ],
)
def test_a_wrong_request_is_one_sentence(arguments: list[str], words: str) -> None:
    from experiments.cli.main import study_of
    from experiments.errors import InputError
    from experiments.request.composition import line

    with pytest.raises(InputError, match=words):
        study_of(line(["experiment=screening", *arguments]))
