"""Python in a few lines: the same answers as the command, and the same refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import compare, sweep
from experiments.api import _settings
from experiments.errors import InputError
from experiments.run.executors import Serial
from sim import Policy
from tests.experiments.request.test_settings import settings

SMALL = {"scale": 0.003, "replicates": 2, "until": 2027, "windows": [1, 2], "progress": False}


def test_the_defaults_are_those_of_the_command() -> None:
    own = {"policy", "name", "arms"}
    assert _settings().model_dump(exclude=own) == settings().model_dump(exclude=own)


def test_names_files_and_objects_are_the_same_policy() -> None:
    file = Path(__file__).parents[2] / "configs" / "policy" / "overseas_weight.yaml"
    by_name = compare("overseas_weight", executor="serial", **SMALL)
    by_object = compare([Policy.from_file(file)], executor=Serial(), **SMALL)
    assert_frame_equal(by_name.effects, by_object.effects, check_exact=True)
    assert_frame_equal(by_name.outcomes, by_object.outcomes, check_exact=True)
    assert by_name.summary.startswith("# compare: policy against baseline")
    assert 0 < len(repr(by_name).splitlines()) <= 25
    assert [axis.get_xlim() for axis in by_name.plot().axes]


def test_against_and_levers_are_heard() -> None:
    levers = {"hiring.overseas_weight": 0.5}
    added = compare("overseas_weight", executor=Serial(), **SMALL).effects
    moved = compare(levers=levers, executor=Serial(), **SMALL).effects
    assert_frame_equal(added.drop(columns="policy"), moved.drop(columns="policy"), check_exact=True)
    nothing = compare(levers=levers, against="overseas_weight", executor=Serial(), **SMALL).effects
    assert set(nothing["against"]) == {"overseas_weight"}
    assert (nothing["effect"] == 0).all()


def test_a_broken_sweep_goes_on_in_the_folder_it_was_given(tmp_path: Path) -> None:
    weights = {"hiring.overseas_weight": [0, 1]}
    first = sweep(weights, keep=tmp_path, executor=Serial(), **SMALL)
    pieces = sorted(tmp_path.rglob("*.parquet"))
    assert len(pieces) == SMALL["replicates"]
    pieces[0].unlink()
    again = sweep(weights, keep=tmp_path, executor=Serial(), **SMALL)
    assert_frame_equal(first.outcomes, again.outcomes, check_exact=True)
    assert isinstance(again.points, pd.DataFrame)
    assert len(repr(again).splitlines()) <= 25


def test_the_call_that_asks_for_the_same_again_names_the_world_and_plain_values() -> None:
    asked = {**SMALL, "replicates": 1, "parameters": "point", "executor": "serial"}
    found = sweep({"hiring.overseas_weight": np.linspace(0, 1, 2)}, world="weak_yen", **asked)
    begins = "sweep({'hiring.overseas_weight': [0.0, 1.0]}, (), 'baseline', world='weak_yen', scale=0.003"
    assert found.command.startswith(begins)
    assert len(found.points) == 2
    assert "world=" not in sweep({"hiring.overseas_weight": [1]}, **asked).command


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: compare("oversea_weight"), "did you mean overseas_weight"),
        (lambda: compare(levers={"hiring.overseas_weight": 9}), "outside -0.5 to 2"),
        (lambda: compare("package", "package"), "nothing to compare"),
        (lambda: compare("package", scal=0.1), "no setting named 'scal': did you mean scale"),
        (lambda: compare("package", country="atlantis"), "no country named 'atlantis': known: japan"),
        (lambda: compare("package", executor="threads"), "no executor named 'threads'"),
        (lambda: compare("package", scale=0), "scale: input should be greater than 0"),
        (lambda: sweep({"hiring.overseas_weigt": [0, 1]}), "did you mean hiring.overseas_weight"),
        (lambda: compare("package", policy="overseas_weight"), "policy: policies are given as policies="),
        (lambda: compare(None), "policies: a name, a path, a sim.Policy"),
        (lambda: compare("package", {"overseas_weight"}), "against: a name, a path"),
        (lambda: compare("package", world=5), "world: a name, a path"),
        (lambda: compare("package", levers=0.5), "levers: values by name are needed"),
        (lambda: compare("overseas_weight", ["overseas_weight"] * 2), "overseas_weight is named twice in one list"),
        (lambda: compare(["package", "overseas_weight"], "package"), "nothing to compare"),
        (lambda: sweep({"hiring.overseas_weight": [0.5, 0.5]}), "takes the value 0.5 twice; keep one"),
        (lambda: sweep({"hiring.overseas_weight": 0.5}), "a list of values is needed"),
        (lambda: sweep({"hiring.overseas_weight": [0, 1]}, output="here"), "output: a call writes nothing"),
        (lambda: sweep({}), "at least one lever"),
        (lambda: sweep({"hiring.overseas_weight": []}), "of each at least one value"),
    ],
)
def test_what_cannot_be_asked_is_refused(call: object, words: str) -> None:
    with pytest.raises(InputError) as refused:
        call()
    assert words in str(refused.value)
